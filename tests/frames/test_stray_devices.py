"""CA certificates and directories that look like devices by their place are problems, not devices."""

from __future__ import annotations

from pathlib import Path

import pytest

from mcuaudit import Audit
from tests.clean_export import DEVICE, ISSUING, ROOT, CleanExport, chain, predicted
from tests.hints import hint_of


def audited(root: Path) -> Audit:
    return predicted(root)


def clean(root: Path) -> Path:
    return CleanExport().write(root)


def put(root: Path, name: str, content: bytes) -> None:
    (root / name).parent.mkdir(parents=True, exist_ok=True)
    (root / name).write_bytes(content)


def outcomes(audit: Audit, device: str = DEVICE) -> set[str]:
    found = audit.connections
    chosen = (found["device_id"] == device) & found["connection_type"].str.endswith("_sip")
    return set(found.loc[chosen, "outcome"].astype(str))


@pytest.mark.parametrize("name", ["leeds/root-ca.pem", "root-ca.pem", "leeds/issuing.p7b", "example root ca.cer"])
def test_a_ca_certificate_beside_devices_is_no_device(name: str, tmp_path: Path) -> None:
    root = clean(tmp_path)
    put(root, name, chain(ROOT, ISSUING))
    audit = audited(root)
    assert audit.devices["device_id"].tolist() == [DEVICE]
    (problem,) = audit.problems.to_dict("records")
    assert problem["file"] == name
    assert problem["reason"].startswith("a CA certificate, and no device has this name; trust stores are named sip-")


def test_a_ca_certificate_with_the_name_of_a_row_is_a_device(tmp_path: Path) -> None:
    root = clean(tmp_path)
    put(root, "leeds/mcu-7.pem", chain(ROOT))
    put(root, "leeds/settings.csv", b"device,device.serial\nMCU-7,SM7\n")
    assert audited(root).devices["device_id"].tolist() == [DEVICE, "leeds/mcu-7"]


def test_an_export_of_ca_certificates_alone_keeps_its_devices(tmp_path: Path) -> None:
    put(tmp_path / "leeds", "root-ca.pem", chain(ROOT))
    assert audited(tmp_path / "leeds").devices["device_id"].tolist() == ["leeds/root-ca"]


def test_a_certificate_of_a_device_is_a_device(tmp_path: Path) -> None:
    root = clean(tmp_path)
    put(root, "leeds/bridge.pem", (root / DEVICE / "local-certificate.pem").read_bytes())
    assert audited(root).devices["device_id"].tolist() == ["leeds/bridge", DEVICE]


def test_a_hint_for_a_directory_leads_on(tmp_path: Path) -> None:
    root = clean(tmp_path)
    put(root, "sip-trust-store.pem", chain(ROOT, ISSUING))
    (root / "leeds/mcu-l").mkdir()
    (root / DEVICE / "sip-trust-store.pem").rename(root / "leeds/mcu-l/sip-trust-store.pem")
    before = audited(root)
    assert before.devices["device_id"].tolist() == [DEVICE]
    assert outcomes(before) == {"open"}
    (problem,) = (row for row in before.problems.to_dict("records") if row["file"] == "leeds/mcu-l")
    (root / problem["file"] / "sip-trust-store.pem").rename(root / hint_of(problem["reason"]) / "sip-trust-store.pem")
    (root / "leeds/mcu-l").rmdir()
    (root / "sip-trust-store.pem").unlink()
    followed = audited(root)
    assert followed.problems.empty
    assert outcomes(followed) == {"pass"}


@pytest.mark.parametrize(
    ("directory", "file"),
    [("mcu-l", "settings.toml"), ("mcu-2", "settings.toml"), ("lobby", "sip-trust-store.pem")],
)
def test_a_directory_that_a_device_does_not_lack_is_a_device(directory: str, file: str, tmp_path: Path) -> None:
    root = clean(tmp_path)
    put(root, f"leeds/{directory}/{file}", (root / DEVICE / file).read_bytes())
    audit = audited(root)
    assert set(audit.devices["device_id"]) == {DEVICE, f"leeds/{directory}"}
    assert outcomes(audit) == {"pass"}


@pytest.mark.parametrize(
    "directory",
    ["Leeds/mcu-1", "leeds /mcu-1", "leeds (1)/mcu-1", "leeds/mcu-1 (1)", "leeds/mcu-1 - Copy", "leeds/mcu-1.new",
     "leeds/mcu-1.example.com", "leeds/10.1.2.3", "leeds/SM1"],
)  # fmt: skip
def test_a_second_directory_of_a_device_damages_what_it_holds(directory: str, tmp_path: Path) -> None:
    root = clean(tmp_path)
    put(root, "sip-trust-store.pem", chain(ROOT, ISSUING))
    (root / DEVICE / "sip-trust-store.pem").unlink()
    put(root, f"{directory}/sip-trust-store.pem", chain(ROOT))
    audit = audited(root)
    assert audit.devices["device_id"].tolist() == [DEVICE]
    assert outcomes(audit) == {"open"}
    (problem,) = audit.problems.to_dict("records")
    assert hint_of(problem["reason"]) == f"{DEVICE}/"


@pytest.mark.parametrize("directory", ["leeds/lobby", "york/mcu-1", "leeds/10.1.2.4", "leeds/SM2"])
def test_a_directory_of_another_name_stays_a_device(directory: str, tmp_path: Path) -> None:
    root = clean(tmp_path)
    put(root, "sip-trust-store.pem", chain(ROOT, ISSUING))
    (root / DEVICE / "sip-trust-store.pem").unlink()
    put(root, f"{directory}/sip-trust-store.pem", chain(ROOT))
    assert set(audited(root).devices["device_id"]) == {DEVICE, directory}


@pytest.mark.parametrize(
    "directory", ["leeds/devices/mcu-1", "leeds/leeds/mcu-1", "sites/leeds/mcu-1", "mcu-1", "leeds-mcu-1"]
)
def test_a_directory_of_a_device_at_another_depth_damages_what_it_holds(directory: str, tmp_path: Path) -> None:
    root = clean(tmp_path)
    put(root, "sip-trust-store.pem", chain(ROOT, ISSUING))
    (root / DEVICE / "sip-trust-store.pem").rename(root / "kept")
    put(root, f"{directory}/sip-trust-store.pem", (root / "kept").read_bytes())
    (root / "kept").unlink()
    audit = audited(root)
    assert audit.devices["device_id"].tolist() == [DEVICE]
    assert outcomes(audit) == {"open"}
    (problem,) = audit.problems.to_dict("records")
    assert problem["reason"].endswith(f"move the file to {DEVICE}/")
    (root / problem["file"]).rename(root / DEVICE / "sip-trust-store.pem")
    assert outcomes(audited(root)) == {"pass"}


@pytest.mark.parametrize("directory", ["leeds/mcu-1-api", "leeds/mcu-1.api"])
def test_responses_in_a_directory_beside_the_device_damage_its_settings(directory: str, tmp_path: Path) -> None:
    root = clean(tmp_path)
    put(root, f"{directory}/services.query.xml", b"<methodResponse/>")
    audit = audited(root)
    assert audit.devices["device_id"].tolist() == [DEVICE]
    found = audit.settings.set_index("setting")["source"]
    assert found["services.https"] == "damaged"
    (problem,) = audit.problems.to_dict("records")
    assert hint_of(problem["reason"]) == f"{DEVICE}/api/"


def test_an_archive_of_responses_damages_what_they_give(tmp_path: Path) -> None:
    root = clean(tmp_path)
    put(root, f"{DEVICE}/api.zip", b"PK\3\4 of no use")
    audit = audited(root)
    assert audit.settings.set_index("setting")["source"]["services.https"] == "damaged"
    (problem,) = audit.problems.to_dict("records")
    assert problem["reason"] == f"an archive, which is not read; unpack it into {DEVICE}/api/, and remove it"
    (root / DEVICE / "api.zip").unlink()
    assert audited(root).problems.empty


def test_a_link_api_out_of_the_export_damages_what_responses_give(tmp_path: Path) -> None:
    root = clean(tmp_path)
    (root / DEVICE / "api").symlink_to("/dev/null")
    assert audited(root).settings.set_index("setting")["source"]["services.https"] == "damaged"


def test_the_settings_in_a_directory_of_nearly_the_name_are_damage(tmp_path: Path) -> None:
    root = clean(tmp_path)
    (root / "leeds/mcu1").mkdir()
    (root / DEVICE / "settings.toml").rename(root / "leeds/mcu1/settings.toml")
    audit = audited(root)
    assert audit.devices["device_id"].tolist() == [DEVICE]
    assert set(audit.settings["source"]) == {"damaged"}


def test_an_empty_directory_is_reported(tmp_path: Path) -> None:
    root = clean(tmp_path)
    (root / "leeds/new").mkdir()
    assert audited(root).problems["file"].tolist() == ["leeds/new"]

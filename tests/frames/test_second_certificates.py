"""A second certificate of a device, in its directory or beside it, leaves open which of them it has."""

from __future__ import annotations

from pathlib import Path

import pytest

import mcuaudit
from tests.authority import NOW
from tests.clean_export import (
    BOTH,
    DEVICE,
    ELSEWHERE,
    HOST,
    ISSUING,
    LAST_YEAR,
    LOCAL_NAMES,
    ROOT,
    CleanExport,
    certificate,
    chain,
    rsa_key,
)

OTHER = chain(ELSEWHERE.leaf(HOST, key=rsa_key(4), purposes=BOTH, san=LOCAL_NAMES, not_before=LAST_YEAR), ELSEWHERE)
LOCAL = f"{DEVICE}/local-certificate.pem"


def own() -> bytes:
    return CleanExport().files[LOCAL]


def fleet_with(name: str, content: bytes | None, directory: Path) -> mcuaudit.Fleet:
    made = CleanExport()
    made.files[name] = made.files[LOCAL] if content is None else content
    return mcuaudit.read_export(made.write(directory))


def state(fleet: mcuaudit.Fleet) -> str:
    evidence = fleet.evidence
    return str(evidence[(evidence["device_id"] == DEVICE) & (evidence["kind"] == "local_certificate")]["state"].item())


NAMES = ("mcu-1/mcu-1.pem", "mcu-1/MCU1.cer", "mcu-1/cert.pem", "mcu-1/server.crt", "mcu-1/local.pem", "mcu-1/x.pem",
         "MCU-1.pem", "mcu-1 (1).pem", "mcu1.pem", "mcu-1.new.pem", "mcu-1 - Copy.pem", "mcu-1.example.com.pem",
         "mcu-l.pem", "10.1.2.3.pem")  # fmt: skip


@pytest.mark.parametrize("name", NAMES)
def test_another_certificate_damages_that_of_the_device(name: str, tmp_path: Path) -> None:
    fleet = fleet_with(f"leeds/{name}", OTHER, tmp_path / "a")
    assert fleet.devices["device_id"].tolist() == [DEVICE]
    assert state(fleet) == "damaged"
    (row,) = fleet.problems.to_dict("records")
    assert row["file"] == f"leeds/{name}"
    assert row["reason"] == f"this may be the certificate of mcu-1, and {LOCAL} is there too; remove one of them"
    audit = mcuaudit.audit(fleet, at=NOW)
    assert "pass" not in set(audit.connections["outcome"])


@pytest.mark.parametrize("name", ["mcu-1/mcu-1.pem", "mcu-1/cert.pem", "mcu-1 (1).pem", "MCU-1.pem"])
def test_the_same_certificate_twice_is_one(name: str, tmp_path: Path) -> None:
    fleet = fleet_with(f"leeds/{name}", None, tmp_path)
    assert fleet.devices["device_id"].tolist() == [DEVICE]
    assert state(fleet) == "read"
    assert fleet.problems["reason"].tolist() == [f"the same certificate as {LOCAL}; remove one of them"]


def test_other_certificates_are_not_that_of_the_device(tmp_path: Path) -> None:
    room = certificate("room", key=5, san=["DNS:room.example.com"])
    for number, (name, content) in enumerate(
        {
            "mcu-1/room.pem": chain(room, ISSUING),
            "mcu-1/old/ca.pem": chain(ROOT),
            "mcu-1/issuing.pem": chain(ISSUING),
        }.items()
    ):
        fleet = fleet_with(f"leeds/{name}", content, tmp_path / str(number))
        assert state(fleet) == "read", name
        assert fleet.problems["kind"].tolist() == ["unrecognised"]


@pytest.mark.parametrize("name", ["mcu-2.pem", "mcu-11.pem", "lab.pem"])
def test_another_device_beside_it_is_one(name: str, tmp_path: Path) -> None:
    other = certificate(Path(name).stem, key=5, san=[f"DNS:{Path(name).stem}.example.org"])
    fleet = fleet_with(f"leeds/{name}", chain(other, ISSUING), tmp_path)
    assert len(fleet.devices) == 2
    assert state(fleet) == "read"


@pytest.mark.parametrize(
    ("name", "kept"), [("MCU-1.pem", "mcu-1"), ("mcu-1 (1).pem", "mcu-1"), ("mcu-1.new.pem", "mcu-1")]
)
def test_of_two_flat_files_one_is_in_doubt(name: str, kept: str, tmp_path: Path) -> None:
    (tmp_path / "mcu-1.pem").write_bytes(own())
    (tmp_path / "mcu-2.pem").write_bytes(own())
    (tmp_path / name).write_bytes(OTHER)
    fleet = mcuaudit.read_export(tmp_path)
    assert fleet.devices["device"].tolist() == [kept, "mcu-2"]
    assert any("remove one of them" in reason for reason in fleet.problems["reason"])


@pytest.mark.parametrize("name", ["mcu-1.toml", "mcu-1.json", "MCU-1.txt", "mcu-1/settings.toml"])
def test_settings_of_a_flat_device_damage_its_own_and_the_advice_is_right(name: str, tmp_path: Path) -> None:
    for device in ("mcu-1", "mcu-2"):
        (tmp_path / f"{device}.pem").write_bytes(own())
    (tmp_path / "settings.toml").write_text("[services]\nhttps = true\n", encoding="utf-8")
    (tmp_path / name).parent.mkdir(exist_ok=True)
    (tmp_path / name).write_text("[services]\nhttps = false\n", encoding="utf-8")
    fleet = mcuaudit.read_export(tmp_path)
    source = fleet.settings[fleet.settings["setting"] == "services.https"].set_index("device")["source"]
    assert source.to_dict() == {"mcu-1": "damaged", "mcu-2": "inherited"}
    (reason,) = fleet.problems["reason"]
    assert reason.endswith("move it to mcu-1/settings.toml, and mcu-1.pem to mcu-1/local-certificate.pem")
    (tmp_path / "mcu-1").mkdir(exist_ok=True)
    (tmp_path / name).rename(tmp_path / "mcu-1/settings.toml")
    (tmp_path / "mcu-1.pem").rename(tmp_path / "mcu-1/local-certificate.pem")
    followed = mcuaudit.read_export(tmp_path).settings
    assert followed[followed["setting"] == "services.https"].set_index("device")["value"]["mcu-1"] == "false"


@pytest.mark.parametrize("name", ["mcu-1.p12", "cert.p12", "server.pfx", "mcu-1.jks", "mcu-1.example.com.crt"])
def test_a_second_certificate_that_cannot_be_read_damages_that_of_the_device(name: str, tmp_path: Path) -> None:
    fleet = fleet_with(f"{DEVICE}/{name}", OTHER[:400], tmp_path / "a")
    assert state(fleet) == "damaged"
    assert f"{DEVICE}/{name}" in set(fleet.problems["file"])

"""A file of the right name in a directory where it is not used damages what it would be, and says where it belongs."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from mcuaudit import Audit
from tests.clean_export import DEVICE, ELSEWHERE, ROOT, CleanExport, chain, predicted, toml
from tests.hints import hint_of

_MEMBER = "<member><name>{0}</name><value><string>{1}</string></value></member>"
_VERSION = _MEMBER.format("softwareVersion", "4.4(3.57)")
SERVICES = "<member><name>ports</name><value><array><data></data></array></value></member>"


def response(members: str) -> bytes:
    value = f"<value><struct>{members}</struct></value>"
    return f"<methodResponse><params><param>{value}</param></params></methodResponse>".encode()


def audited(root: Path) -> Audit:
    return predicted(root)


def inheriting(root: Path) -> Path:
    """The clean export with two devices; its settings and stores are those of the fleet."""
    export = CleanExport()
    export.files["settings.toml"] = toml(export.settings).encode()
    export.settings = {}
    for name in ("sip-trust-store.pem", "https-trust-store.pem"):
        export.files[name] = export.files.pop(f"{DEVICE}/{name}")
    export.files["leeds/mcu-2/local-certificate.pem"] = export.files[f"{DEVICE}/local-certificate.pem"]
    export.write(root)
    (root / DEVICE / "settings.toml").unlink()
    return root


def put(root: Path, name: str, content: bytes) -> None:
    (root / name).parent.mkdir(parents=True, exist_ok=True)
    (root / name).write_bytes(content)


def outcomes(audit: Audit, device: str, end: str = "_sip") -> set[str]:
    found = audit.connections
    chosen = (found["device_id"] == device) & found["connection_type"].str.endswith(end)
    return set(found.loc[chosen, "outcome"].astype(str))


@pytest.mark.parametrize(
    ("name", "belongs", "other"),
    [
        (f"{DEVICE}/peers/sip-trust-store.pem", "put it into leeds/mcu-1/", "pass"),
        (f"{DEVICE}/peers/old/sip-trust-store.cer", "put it into leeds/mcu-1/", "pass"),
        (f"{DEVICE}/api/sip-trust-store.pem", "put it into leeds/mcu-1/", "pass"),
        (f"{DEVICE}/API/SIP-trust-store.p7b", "put it into leeds/mcu-1/", "pass"),
        (f"{DEVICE}/a/b/sip-trust-store.pem", "put it into leeds/mcu-1/", "pass"),
        (f"{DEVICE}/a/b/c/settings.toml", "put it into leeds/mcu-1/", "pass"),
        (f"{DEVICE}/peers/settings.toml", "put it into leeds/mcu-1/", "pass"),
        (f"{DEVICE}/api/settings.toml", "put it into leeds/mcu-1/", "pass"),
        (f"{DEVICE}/peers/peers.toml", "put it into leeds/mcu-1/", "pass"),
        (f"{DEVICE}/api/settings.csv", "a device has settings.toml", "pass"),
        (f"{DEVICE}/peers/settings.csv", "a device has settings.toml", "pass"),
        ("leeds/peers/settings.csv", "put it into leeds/", "open"),
        ("leeds/api/settings.csv", "put it into leeds/", "open"),
        ("leeds/api/sip-trust-store.pem", "put it into leeds/", "open"),
        ("leeds/peers/peers.toml", "put it into leeds/", "open"),
        ("peers/settings.toml", "put it at the top of the export", "open"),
        ("api/sip-trust-store.pem", "put it at the top of the export", "open"),
    ],
)
def test_a_file_in_a_wrong_directory_damages_its_place(name: str, belongs: str, other: str, tmp_path: Path) -> None:
    if "top" in belongs and name.endswith("toml"):
        # At the top, a second file would be in doubt, and say so.
        belongs = "settings.toml is there too; remove one of them"
    if name.startswith("api/"):
        belongs = "sip-trust-store.pem is there too; remove one of them"
    root = inheriting(tmp_path)
    put(root, name, chain(ELSEWHERE))
    audit = audited(root)
    assert outcomes(audit, DEVICE) == {"open"}
    assert outcomes(audit, "leeds/mcu-2") == {other}
    assert audit.devices["device_id"].tolist() == [DEVICE, "leeds/mcu-2"]
    (problem,) = (row for row in audit.problems.to_dict("records") if row["file"] == name)
    assert belongs in problem["reason"]
    assert name in "\n".join(audit.connections["missing_evidence"].dropna())


def test_a_store_that_a_peer_names_is_used_as_its_own(tmp_path: Path) -> None:
    export = CleanExport()
    export.files["peers/sip-trust-store.pem"] = export.files["peers/trusted.pem"]
    for peer in export.peers.values():
        peer["trust_store"] = "./peers/sip-trust-store.pem"
    del export.files["peers/trusted.pem"]
    audit = export.predicted(tmp_path)
    assert audit.problems.empty
    assert "open" not in set(audit.connections["outcome"])


def test_a_local_certificate_below_api_of_a_site_is_no_device(tmp_path: Path) -> None:
    root = inheriting(tmp_path)
    put(root, "leeds/api/local-certificate.pem", chain(ROOT))
    audit = audited(root)
    assert audit.devices["device_id"].tolist() == [DEVICE, "leeds/mcu-2"]
    assert "belongs in the directory of its device" in audit.problems["reason"].item()


@pytest.mark.parametrize(
    ("name", "home", "other"),
    [
        (f"{DEVICE}/services.query.xml", "leeds/mcu-1/api/", "pass"),
        (f"{DEVICE}/Services.Query.XML", "leeds/mcu-1/api/", "pass"),
        (f"{DEVICE}/xml/services.query.xml", "leeds/mcu-1/api/", "pass"),
        (f"{DEVICE}/api/2026/services.query.xml", "leeds/mcu-1/api/", "pass"),
        (f"{DEVICE}/a/b/c/services.query.xml", "leeds/mcu-1/api/", "pass"),
        (f"{DEVICE}/peers/services.query.xml", "leeds/mcu-1/api/", "pass"),
        ("leeds/services.query.xml", "leeds/DEVICE/api/", "open"),
        ("leeds/api/services.query.xml", "leeds/DEVICE/api/", "open"),
        ("api/services.query.xml", "SITE/DEVICE/api/", "open"),
    ],
)
def test_a_response_outside_api_damages_what_it_decides(name: str, home: str, other: str, tmp_path: Path) -> None:
    root = inheriting(tmp_path)
    put(root, name, response(SERVICES))
    audit = audited(root)
    assert outcomes(audit, DEVICE) == {"open"}
    assert outcomes(audit, "leeds/mcu-2") == {other}
    assert audit.devices["device_id"].tolist() == [DEVICE, "leeds/mcu-2"]
    (problem,) = audit.problems.to_dict("records")
    assert (problem["file"], problem["reason"].partition("; ")[2]) == (name, f"move it to {home}")


def test_a_device_with_a_response_of_its_own_does_not_need_that_of_the_site(tmp_path: Path) -> None:
    root = inheriting(tmp_path)
    query = response(_MEMBER.format("model", "MCU 4510") + _VERSION)
    put(root, f"{DEVICE}/api/device.query.xml", query)
    put(root, "leeds/device.query.xml", query)
    settings = audited(root).settings.set_index(["device_id", "setting"])["source"]
    assert (settings[DEVICE, "device.model"], settings["leeds/mcu-2", "device.model"]) == ("read", "damaged")


def test_a_hint_for_a_response_in_a_wrong_place_leads_on(tmp_path: Path) -> None:
    root = inheriting(tmp_path)
    put(root, f"{DEVICE}/device.quary.xml", response(_MEMBER.format("model", "MCU 4520") + _VERSION))
    before = audited(root)
    (reason,) = before.problems["reason"]
    assert before.devices["model"].isna().tolist() == [True, False]
    home = root / reason.partition("Then move it to ")[2]
    home.mkdir()
    shutil.move(root / DEVICE / "device.quary.xml", home / hint_of(reason))
    followed = audited(root)
    assert followed.problems.empty
    assert followed.devices["model"].tolist() == ["MCU 4520", "MCU 4510"]


@pytest.mark.parametrize("name", ["services.query", "device.query", "sip.query"])
def test_a_response_without_members_is_damaged(name: str, tmp_path: Path) -> None:
    root = inheriting(tmp_path)
    put(root, f"{DEVICE}/api/{name}.xml", response(""))
    audit = audited(root)
    assert audit.problems["reason"].tolist() == ["the response has no members; save it again"]
    damaged = audit.settings.loc[audit.settings["source"] == "damaged", "setting"]
    assert damaged.str.startswith(("services.", "device.")).all()
    assert damaged.empty == (name == "sip.query")


@pytest.mark.parametrize("shared", [False, True])
def test_an_export_that_lies_one_level_too_deep_is_one_problem(shared: bool, tmp_path: Path) -> None:
    """Also with files of the fleet and of a site, which look like those of a device."""
    inheriting(tmp_path / "exports")
    if shared:
        put(tmp_path, "exports/leeds/sip-trust-store.pem", chain(ROOT))
        put(tmp_path, "exports/leeds/peers.toml", b"# none\n")
        put(
            tmp_path, f"exports/{DEVICE}/api/device.query.xml", response(_MEMBER.format("model", "MCU 4520") + _VERSION)
        )
    problems = audited(tmp_path).problems
    assert problems["file"].tolist() == ["exports"]
    assert "Audit the directory exports itself" in problems["reason"].item()


def test_a_connection_type_that_cannot_be_read_leaves_its_connections_open(tmp_path: Path) -> None:
    """Also where another peer has connections of that type."""
    export = CleanExport()
    export.peers["lobby"] = {**export.peers["room"], "connections": ["incoming_sip", "outgoing-sip"]}
    audit = export.predicted(tmp_path)
    found = audit.connections.set_index(["connection_type", "peer"])["outcome"].astype(str)
    assert found["outgoing_sip", "lobby"] == "open"
    assert (found["outgoing_sip", "room"], found["incoming_sip", "lobby"]) == ("pass", "pass")


@pytest.mark.parametrize(
    ("pattern", "kept"),
    [("sip-trust-store.pem", "sip-trust-store.crt"), ("*store.pem", "sip-trust-store.cer"), ("settings.toml", "")],
)
def test_what_the_policy_ignores_is_not_replaced_by_something_farther(pattern: str, kept: str, tmp_path: Path) -> None:
    root = inheriting(tmp_path)
    name = "settings.toml" if "settings" in pattern else "sip-trust-store.pem"
    put(root, f"{DEVICE}/{name}", chain(ELSEWHERE))
    if kept:
        (root / "sip-trust-store.pem").rename(root / kept)
    put(root, "mcuaudit.toml", f'[export]\nignore = ["{pattern}"]\n'.encode())
    audit = audited(root)
    assert outcomes(audit, DEVICE) == {"open"}
    reasons = audit.problems.set_index("file")["reason"]
    assert f'the pattern "{pattern}" of [export] ignore excludes this file' in reasons[f"{DEVICE}/{name}"]


@pytest.mark.parametrize(
    ("pattern", "why"),
    [(f"{DEVICE}/notes.txt", "names are compared without their directories"), ("*.md", "no file has such a name")],
)
def test_a_pattern_that_matches_nothing_is_said(pattern: str, why: str, tmp_path: Path) -> None:
    root = inheriting(tmp_path)
    put(root, "mcuaudit.toml", f'[export]\nignore = ["{pattern}"]\n'.encode())
    (row,) = audited(root).problems.to_dict("records")
    assert (Path(row["file"]).name, row["where"]) == ("mcuaudit.toml", "[export] ignore")
    assert row["reason"] == f'the pattern "{pattern}" matches nothing, because {why}. Correct or remove it'

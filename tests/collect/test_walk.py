"""Finding the files of an export: kinds by name and place, flat exports, doubles, and what is none."""

from __future__ import annotations

from pathlib import Path

import pytest

from mcuaudit.collect.artefact import Kind
from mcuaudit.collect.walk import Export, walk_export
from mcuaudit.errors import UsageError
from mcuaudit.policy.schema import Policy


def export_of(root: Path, *names: str) -> Export:
    for name in names:
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_bytes(b"x")
    return walk_export(root, Policy())


def kinds(export: Export) -> dict[str, Kind]:
    return {artefact.name: artefact.kind for artefact in export.artefacts}


def test_every_place_of_the_layout_is_known(tmp_path: Path) -> None:
    export = export_of(
        tmp_path,
        "mcuaudit.toml",
        "settings.toml",
        "settings.csv",
        "peers.toml",
        "peers/vcs.pem",
        "https-trust-store.pem",
        "leeds/site.toml",
        "leeds/settings.csv",
        "leeds/sip-trust-store.p7b",
        "leeds/mcu-1/local-certificate.der",
        "leeds/mcu-1/settings.toml",
        "leeds/mcu-1/peers/tms.pem",
        "leeds/mcu-1/api/device.query.xml",
        "leeds/mcu-1/configuration.xml",
    )
    assert Kind.UNRECOGNISED not in kinds(export).values()
    assert kinds(export)["leeds/mcu-1/api/device.query.xml"] is Kind.RESPONSE
    assert kinds(export)["leeds/mcu-1/peers/tms.pem"] is Kind.PEER_FILE
    assert kinds(export)["leeds/sip-trust-store.p7b"] is Kind.SIP_TRUST_STORE
    assert export.devices == (("leeds", "mcu-1"),)
    by_name = {artefact.name: artefact for artefact in export.artefacts}
    assert by_name["leeds/mcu-1/settings.toml"].device_id == "leeds/mcu-1"
    assert (by_name["leeds/settings.csv"].site, by_name["leeds/settings.csv"].device) == ("leeds", "")


def test_a_flat_directory_is_a_site(tmp_path: Path) -> None:
    export = export_of(tmp_path / "oslo", "mcu-1.pem", "mcu-2.crt", "sip-trust-store.pem")
    assert export.devices == (("oslo", "mcu-1"), ("oslo", "mcu-2"))
    assert kinds(export)["sip-trust-store.pem"] is Kind.SIP_TRUST_STORE


def test_the_directory_of_one_site_is_an_export(tmp_path: Path) -> None:
    export = export_of(tmp_path / "oslo", "mcu-1/local-certificate.pem", "mcu-2/settings.toml", "site.toml")
    assert export.devices == (("oslo", "mcu-1"), ("oslo", "mcu-2"))
    assert kinds(export)["site.toml"] is Kind.SITE


@pytest.mark.parametrize(
    ("name", "remark"),
    [
        (
            "leeds/mcu-1/setings.toml",
            '"settings.toml", which may be of the same use, is there too; remove one of them',
        ),
        ("leeds/mcu-1/local-certificat.pem", 'Did you mean "local-certificate.pem"?'),
        ("leeds/mcu-1/api/device.quary.xml", 'Did you mean "device.query.xml"?'),
        ("leeds/mcu-1/api/network.query.xml", 'Did you mean "device.network.query.xml"?'),
        ("leeds/mcu-1/api/notes.xml", "expected one of device.query.xml"),
        ("leeds/mcu-1/old/local-certificate.pem", "deeper"),
        ("leeds/mcu-1/a/b/sip-trust-store.pem", "put it into leeds/mcu-1/"),
        ("leeds/mcu-1/a/b/settings.toml", "leeds/mcu-1/settings.toml is there too"),
        ("leeds/mcuaudit.toml", "top of the export"),
        ("leeds/mcu-1/settings.csv", "settings.toml"),
    ],
)
def test_a_file_that_nothing_recognises_says_why(name: str, remark: str, tmp_path: Path) -> None:
    export = export_of(tmp_path, "leeds/mcu-1/settings.toml", name)
    by_name = {artefact.name: artefact for artefact in export.artefacts}
    assert by_name[name].kind is Kind.UNRECOGNISED
    assert remark in by_name[name].remark


@pytest.mark.parametrize("directory", ["old", "a/b", "a/b/c/d"])
@pytest.mark.parametrize(
    ("name", "claimed"),
    [
        ("sip-trust-store.pem", (Kind.SIP_TRUST_STORE, "")),
        ("local-certificate.pem", (Kind.LOCAL_CERTIFICATE, "")),
        ("settings.toml", (Kind.SETTINGS, "")),
        ("settings.csv", (Kind.SETTINGS, "")),
        ("peers.toml", (Kind.PEERS, "")),
        ("site.toml", None),
        ("notes.txt", None),
    ],
)
def test_a_file_of_a_device_claims_its_place_however_deep(
    name: str, claimed: tuple[Kind, str] | None, directory: str, tmp_path: Path
) -> None:
    export = export_of(tmp_path, "leeds/mcu-1/local-certificate.pem", f"leeds/mcu-1/{directory}/{name}")
    (deep,) = [artefact for artefact in export.artefacts if artefact.name.endswith(f"{directory}/{name}")]
    assert (deep.kind, deep.claims) == (Kind.UNRECOGNISED, (claimed,) if claimed else ())
    assert (deep.site, deep.device) == ("leeds", "mcu-1")


@pytest.mark.parametrize(
    "name",
    ["device.health.query", "device.restartlog.query", "conferenceme.query", "streaming.query", "auditlog.query",
     "chassis.blades.query", "device.content.query", "gatekeeper.query", "cdrlog.enumerate", "system.info",
     "SIP.Query"],
)  # fmt: skip
def test_any_saved_call_of_the_api_is_a_response(name: str, tmp_path: Path) -> None:
    export = export_of(tmp_path, "leeds/mcu-1/settings.toml", f"leeds/mcu-1/api/{name}.xml")
    assert kinds(export)[f"leeds/mcu-1/api/{name}.xml"] is Kind.RESPONSE


def test_a_second_file_for_one_device_is_set_aside(tmp_path: Path) -> None:
    export = export_of(
        tmp_path, "leeds/mcu-1/local-certificate.pem", "leeds/mcu-1.pem", "leeds/mcu-2.pem", "leeds/mcu-2.crt"
    )
    assert export.devices == (("leeds", "mcu-1"), ("leeds", "mcu-2"))
    assert sorted(double.name for double in export.doubles) == ["leeds/mcu-1.pem", "leeds/mcu-2.pem"]
    assert "leeds/mcu-1/local-certificate.pem" in kinds(export)


def test_hidden_and_ignored_files_are_passed_over(tmp_path: Path) -> None:
    (tmp_path / "leeds" / "mcu-1").mkdir(parents=True)
    for name in (".DS_Store", "notes.txt", "local-certificate.pem"):
        (tmp_path / "leeds" / "mcu-1" / name).write_bytes(b"x")
    export = walk_export(tmp_path, Policy.model_validate({"export": {"ignore": ["*.txt"]}}))
    assert list(kinds(export)) == ["leeds/mcu-1/local-certificate.pem"]


def test_links_out_of_the_export_are_not_followed(tmp_path: Path) -> None:
    (tmp_path / "secret.pem").write_bytes(b"x")
    device = tmp_path / "export" / "leeds" / "mcu-1"
    device.mkdir(parents=True)
    (device / "local-certificate.pem").symlink_to(tmp_path / "secret.pem")
    export = walk_export(tmp_path / "export", Policy())
    assert [artefact.kind for artefact in export.artefacts] == [Kind.UNRECOGNISED]
    assert "points out of the export" in export.artefacts[0].remark


def test_a_missing_directory_names_the_nearest(tmp_path: Path) -> None:
    (tmp_path / "exports").mkdir()
    with pytest.raises(UsageError, match=r'no such directory\. Did you mean "exports"'):
        walk_export(tmp_path / "export", Policy())


def test_a_file_is_no_export(tmp_path: Path) -> None:
    (tmp_path / "a.pem").write_bytes(b"x")
    with pytest.raises(UsageError, match="is a file; expected an export directory"):
        walk_export(tmp_path / "a.pem", Policy())


def test_an_export_without_a_device_says_what_is_expected(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="found no file"):
        walk_export(tmp_path, Policy())
    (tmp_path / "readme.md").write_bytes(b"x")
    with pytest.raises(UsageError, match=r"SITE/DEVICE/local-certificate\.pem.*readme\.md"):
        walk_export(tmp_path, Policy())


def test_more_files_than_the_policy_allows_is_an_error(tmp_path: Path) -> None:
    for number in range(3):
        (tmp_path / f"mcu-{number}.pem").write_bytes(b"x")
    with pytest.raises(UsageError, match="more than 2 files"):
        walk_export(tmp_path, Policy.model_validate({"limits": {"files": 2}}))


def test_names_that_are_no_utf8_are_written_so_that_anything_can_hold_them(tmp_path: Path) -> None:
    try:
        (tmp_path / "oslo" / "mcu-\udcff").mkdir(parents=True)
    except OSError:
        pytest.skip("the file system takes UTF-8 names only")
    (tmp_path / "oslo" / "mcu-\udcff" / "local-certificate.pem").write_bytes(b"x")
    export = walk_export(tmp_path, Policy())
    assert export.devices == (("oslo", "mcu-\\xff"),)
    assert export.artefacts[0].name == "oslo/mcu-\\xff/local-certificate.pem"
    assert export.artefacts[0].path.read_bytes() == b"x"


def test_what_programs_leave_beside_open_files_is_passed_over(tmp_path: Path) -> None:
    left = ("~$settings.csv", "~$x.xlsx", ".~lock.settings.csv#", "Thumbs.db", "desktop.ini", ".DS_Store",
            "mcu-1/.settings.toml.swp")  # fmt: skip
    export = export_of(tmp_path, "leeds/mcu-1/settings.toml", *(f"leeds/{name}" for name in left))
    assert list(kinds(export)) == ["leeds/mcu-1/settings.toml"]


@pytest.mark.parametrize("name", ["settings.toml~", "settings.toml.bak", "#settings.toml#", "settings.toml.orig"])
def test_a_backup_beside_its_file_claims_nothing(name: str, tmp_path: Path) -> None:
    export = export_of(tmp_path, "leeds/mcu-1/settings.toml", f"leeds/mcu-1/{name}")
    (backup,) = (item for item in export.artefacts if item.path.name == name)
    assert (backup.kind, backup.claims) == (Kind.UNRECOGNISED, ())
    assert "an editor's backup of settings.toml" in backup.remark


@pytest.mark.parametrize("name", ["settings.toml~", "settings.toml.bak", "settings.toml.orig"])
def test_a_backup_alone_may_be_all_that_there_is(name: str, tmp_path: Path) -> None:
    export = export_of(tmp_path, "leeds/mcu-1/local-certificate.pem", f"leeds/mcu-1/{name}")
    (backup,) = (item for item in export.artefacts if item.path.name == name)
    assert backup.claims == ((Kind.SETTINGS, ""),)
    assert 'Did you mean "settings.toml"?' in backup.remark


def test_a_flat_certificate_beside_a_directory_without_one_is_to_be_moved(tmp_path: Path) -> None:
    export = export_of(tmp_path, "leeds/mcu-1/settings.toml", "leeds/mcu-1.crt")
    (double,) = export.doubles
    assert double.remark.endswith("; move it to leeds/mcu-1/local-certificate.crt")
    assert double.claims == ((Kind.LOCAL_CERTIFICATE, ""),)

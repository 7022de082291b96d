"""Nearly right names of files and directories: what each may be, so that nothing farther away stands in for it."""

from __future__ import annotations

from pathlib import Path

import pytest

from mcuaudit.collect.artefact import Artefact, Kind
from mcuaudit.collect.file_names import near_response, response_name
from mcuaudit.collect.walk import Export, walk_export
from mcuaudit.policy.schema import Policy

DEVICE = "leeds/mcu-1"
SIP, HTTPS, LOCAL = Kind.SIP_TRUST_STORE, Kind.HTTPS_TRUST_STORE, Kind.LOCAL_CERTIFICATE
SETTINGS, TABLE, PEERS = Kind.SETTINGS, Kind.SETTINGS_TABLE, Kind.PEERS


def walked(root: Path, *names: str) -> Export:
    for name in (f"{DEVICE}/local-certificate.pem", *names):
        path = root / name.rstrip("/")
        path.parent.mkdir(parents=True, exist_ok=True)
        if name.endswith("/"):
            path.mkdir(exist_ok=True)
        else:
            path.write_bytes(b"x")
    return walk_export(root, Policy())


def found(root: Path, name: str) -> Artefact:
    (artefact,) = (one for one in walked(root, name).artefacts if one.name == name.rstrip("/"))
    return artefact


@pytest.mark.parametrize(
    ("name", "kinds"),
    [
        ("settings.yml", (SETTINGS,)), ("SETTINGS", (SETTINGS,)), ("settings.ods", (SETTINGS,)),
        ("settings.toml.txt", (SETTINGS,)), ("settings.old.toml", (SETTINGS,)), ("Copy of settings.toml", (SETTINGS,)),
        ("settings (2).toml", (SETTINGS,)), ("mcu-1 settings", (SETTINGS,)), ("mcu-1.settings.toml", (SETTINGS,)),
        ("Configuration.json", (SETTINGS,)), ("Réglages.toml", (SETTINGS,)), ("setings.tsv", (SETTINGS,)),
        ("settings.csv.xlsx", (SETTINGS,)), ("settings.png", (SETTINGS,)), ("settings_backup.conf", (SETTINGS,)),
        ("mcu.toml", (SETTINGS, PEERS)), ("peer.yaml", (PEERS,)), ("Peers.docx", (PEERS,)),
        ("peers_old.toml", (PEERS,)), ("peer", (PEERS,)), ("sip-ca.pem", (SIP,)), ("HTTPS roots.crt", (HTTPS,)),
        ("peers", (PEERS,)), ("leeds-peers.txt", (PEERS,)), ("peers.toml.part", (PEERS,)),
        ("SipTrustStore.cer", (SIP,)), ("sip-trust-store", (SIP,)), ("sip-trust-store.new.pem", (SIP,)),
        ("sip-trust-store.json", (SIP,)), ("sip-truststore.p12", (SIP,)),
        ("mcu-1-sip-trust-store.pem.download", (SIP,)),
        ("HTTPS trust store (copy)", (HTTPS,)), ("https_trust_store.zip", (HTTPS,)), ("localcertificate", (LOCAL,)),
        ("local certificate.pem.crdownload", (LOCAL,)), ("local-certificate (1).pem", (LOCAL,)),
    ],
)  # fmt: skip
def test_a_file_of_nearly_a_known_name_claims_what_it_may_be(
    name: str, kinds: tuple[Kind, ...], tmp_path: Path
) -> None:
    artefact = found(tmp_path, f"{DEVICE}/{name}")
    assert (artefact.kind, artefact.claims) == (Kind.UNRECOGNISED, tuple((kind, "") for kind in kinds))
    there = "is there too" if LOCAL in kinds else 'Did you mean "'
    assert there in artefact.remark
    assert "settings.csv" not in artefact.remark


@pytest.mark.parametrize(
    "name",
    ["notes.txt", "ticket 1234.pdf", "ssl settings.png", "readme.md", "peers on the page.jpg", "device.log", "site.txt",
     "a.docx", "mcu-1.xlsx", "root-ca.pem", "system.log", "services.html"],
)  # fmt: skip
def test_other_files_of_a_device_claim_nothing(name: str, tmp_path: Path) -> None:
    assert found(tmp_path, f"{DEVICE}/{name}").claims == ()


def test_a_picture_beside_its_file_claims_nothing(tmp_path: Path) -> None:
    export = walked(tmp_path, f"{DEVICE}/settings.toml", f"{DEVICE}/settings.png")
    (picture,) = (one for one in export.artefacts if one.path.suffix == ".png")
    assert (picture.kind, picture.claims, picture.remark) == (Kind.UNRECOGNISED, (), "")


@pytest.mark.parametrize(
    ("name", "kinds"),
    [
        ("settings (1).csv", (TABLE,)), ("Settings.xls", (TABLE,)), ("settings", (SETTINGS, TABLE)),
        ("settings.json", (SETTINGS,)), ("Einstellungen.csv", (TABLE,)), ("peers.txt", (PEERS,)),
        ("defaults.toml", (SETTINGS, PEERS)), ("SIP trust store.pem", (SIP,)), ("https-trust-store.pem.part", (HTTPS,)),
    ],
)  # fmt: skip
def test_a_site_has_tables_too(name: str, kinds: tuple[Kind, ...], tmp_path: Path) -> None:
    artefact = found(tmp_path, f"leeds/{name}")
    assert (artefact.site, artefact.device, artefact.claims) == ("leeds", "", tuple((kind, "") for kind in kinds))


@pytest.mark.parametrize("name", ["peers.pem", "room.pem", "settings.crt", "configuration.cer"])
def test_a_certificate_beside_the_devices_is_a_device_whatever_it_is_called(name: str, tmp_path: Path) -> None:
    assert found(tmp_path, f"leeds/{name}").kind is LOCAL


@pytest.mark.parametrize(
    ("directory", "claims"),
    [
        (f"{DEVICE}/settings.toml/", SETTINGS), (f"{DEVICE}/settings/", SETTINGS),
        (f"{DEVICE}/settings.csv/", SETTINGS),
        (f"{DEVICE}/Peers.toml/", PEERS), (f"{DEVICE}/peers.d/", PEERS), (f"{DEVICE}/https trust store/", HTTPS),
        (f"{DEVICE}/sip_trust_store.pem/", SIP), (f"{DEVICE}/SipTrustStore.d/", SIP),
        ("leeds/settings.csv/", TABLE), ("leeds/peers.toml/", PEERS), ("leeds/sip_trust_store/", SIP),
        ("settings.toml/", SETTINGS), ("https-trust-store/", HTTPS),
    ],
)  # fmt: skip
@pytest.mark.parametrize("content", ["", "x.pem"])
def test_a_directory_in_the_place_of_a_file_claims_it(
    directory: str, claims: Kind, content: str, tmp_path: Path
) -> None:
    export = walked(tmp_path, f"{directory}{content}")
    assert export.devices == (("leeds", "mcu-1"),)
    (artefact,) = (one for one in export.artefacts if one.claims)
    assert (artefact.name, artefact.claims) == (directory.rstrip("/"), ((claims, ""),))
    assert "a directory where a file is expected; put its" in artefact.remark


@pytest.mark.parametrize("name", ["settings", "sip-trust-store", "peers.toml"])
def test_a_site_or_device_may_have_such_a_name(name: str, tmp_path: Path) -> None:
    export = walked(tmp_path, f"{name}/mcu-2/local-certificate.pem", f"oslo/{name}/local-certificate.pem")
    assert export.devices == (("leeds", "mcu-1"), ("oslo", name), (name, "mcu-2"))


def test_a_directory_for_a_response_damages_it(tmp_path: Path) -> None:
    artefact = found(tmp_path, f"{DEVICE}/api/services.query.xml/")
    assert artefact.claims == ((Kind.RESPONSE, "services.query"),)


def test_another_file_in_a_directory_for_a_file_is_too_deep(tmp_path: Path) -> None:
    export = walked(tmp_path, f"{DEVICE}/https-trust-store/sip-trust-store.pem", f"{DEVICE}/https-trust-store/a.pem")
    assert [(one.path.name, one.claims) for one in export.artefacts if one.claims] == [
        ("https-trust-store", ((HTTPS, ""),)),
        ("sip-trust-store.pem", ((SIP, ""),)),
    ]


@pytest.mark.parametrize("name", ["old/sip_trust_store.crt", "a/b/SIP trust store", "api/sip-trust-store.txt"])
def test_a_file_of_nearly_a_known_name_that_is_too_deep_claims_it_too(name: str, tmp_path: Path) -> None:
    artefact = found(tmp_path, f"{DEVICE}/{name}")
    assert artefact.claims == ((SIP, ""),)
    assert artefact.remark.endswith("put it into leeds/mcu-1/ as sip-trust-store.pem")


@pytest.mark.parametrize("target", ["", "elsewhere"])
@pytest.mark.parametrize("name", ["api", "settings.toml", "sip-trust-store"])
def test_a_link_to_a_directory_claims_what_it_is_named_as(name: str, target: str, tmp_path: Path) -> None:
    root = tmp_path / "export"
    walked(root)
    if target:
        (tmp_path / target).mkdir()
    (root / DEVICE / name).symlink_to(tmp_path / "elsewhere")
    (artefact,) = (one for one in walk_export(root, Policy()).artefacts if one.path.name == name)
    wanted = {"settings.toml": SETTINGS, "sip-trust-store": SIP}.get(name)
    responses = {kind for kind, _ in artefact.claims} == {Kind.RESPONSE}
    assert artefact.claims == ((wanted, ""),) if wanted else responses
    assert (artefact.device, "put the" in artefact.remark) == ("mcu-1", True)


@pytest.mark.parametrize(
    ("name", "near"),
    [
        ("device.services.query.xml", "services.query"), ("services.query.response.xml", "services.query"),
        ("mcu-1.device.query.xml", "device.query"), ("query.device.xml", "device.query"),
        ("device.network.query.old.xml", "device.network.query"),
        ("feedback_receiver_query.xml", "feedbackReceiver.query"),
        ("services.query.json", "services.query"), ("services.query", "services.query"), ("System (1).xml", "system"),
        ("system - Kopie.xml", "system"), ("sip.query.copy.xml", "sip.query"), ("deviceQuery.xml", "device.query"),
    ],
)  # fmt: skip
def test_a_response_of_nearly_a_known_name_is_that_one(name: str, near: str) -> None:
    assert (response_name(name), near_response(name)) == (None, near)


@pytest.mark.parametrize(
    "name",
    ["device.health.query", "system.info", "device.content.query", "gatekeeper.query", "chassis.blades.query",
     "services.modify", "device.restartlog.query", "participant.enumerate", "device.snmp.query"],
)  # fmt: skip
def test_another_call_is_a_response_of_its_own(name: str) -> None:
    assert response_name(f"{name}.xml") == name


@pytest.mark.parametrize("name", ["sip.toml", "site.toml", "audit.toml", "mcuaudit.toml", "sites.toml", "side.toml"])
def test_a_toml_in_the_directory_of_a_device_may_be_its_settings(name: str, tmp_path: Path) -> None:
    file = next(one for one in walked(tmp_path, f"{DEVICE}/{name}").artefacts if one.path.name == name)
    assert (SETTINGS, "") in file.claims


@pytest.mark.parametrize("ending", [".filepart", ".rpmnew", ".nosync", ".2026-06-14", " (deleted)"])
def test_a_table_with_something_behind_its_name_may_be_the_table(ending: str, tmp_path: Path) -> None:
    name = f"settings.csv{ending}"
    file = next(one for one in walked(tmp_path, f"leeds/{name}").artefacts if one.path.name == name)
    assert (TABLE, "") in file.claims

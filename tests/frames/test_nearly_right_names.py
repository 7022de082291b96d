"""A store, settings or peers under a nearly right name: no farther file stands in, and a copy makes both doubtful."""

from __future__ import annotations

from pathlib import Path

import pytest

from mcuaudit import Audit
from mcuaudit.collect.file_names import near_names
from mcuaudit.collect.file_places import known_file
from tests.clean_export import DEVICE, ELSEWHERE, CleanExport, chain, predicted, toml

OFF = b"[services]\nhttps = false\nsips_tcp = false\n"
PEER = b'[[peer]]\nname = "room"\ncertificate = false\n'


def inheriting() -> CleanExport:
    """The clean export, with the settings and stores of the fleet."""
    export = CleanExport()
    export.files["settings.toml"] = toml(export.settings).encode()
    export.files[f"{DEVICE}/settings.toml"] = None
    for name in ("sip-trust-store.pem", "https-trust-store.pem"):
        export.files[name] = export.files.pop(f"{DEVICE}/{name}")
    return export


def audited(export: CleanExport, root: Path) -> Audit:
    return predicted(export.write(root))


def passing(audit: Audit) -> set[str]:
    connections = audit.connections
    return set(connections.loc[connections["outcome"].astype(str) == "pass", "connection_type"].astype(str))


@pytest.mark.parametrize(
    ("name", "content", "ends"),
    [
        ("sip-trust-store.pem.part", chain(ELSEWHERE), {"incoming_sip", "outgoing_sip"}),
        ("sip_trust_store.d/a.crt", chain(ELSEWHERE), {"incoming_sip", "outgoing_sip"}),
        ("https trust store (old).zip", b"PK\x03\x04", {"web_user", "api_user"}),
        ("settings.properties", OFF, {"incoming_sip", "web_user"}),
        ("Impostazioni.toml", OFF, {"incoming_sip", "web_user"}),
        ("settings.d/services.toml", OFF, {"incoming_sip", "web_user"}),
        ("peers.ini", PEER, {"incoming_sip", "outgoing_sip"}),
        ("old peers.toml/room.toml", PEER, {"incoming_sip", "outgoing_sip"}),
    ],
)
def test_nothing_farther_stands_in(name: str, content: bytes, ends: set[str], tmp_path: Path) -> None:
    export = inheriting()
    export.files[f"{DEVICE}/{name}"] = content
    audit = audited(export, tmp_path)
    assert not passing(audit) & ends
    (file,) = audit.problems["file"]
    assert file == f"{DEVICE}/{name.partition('/')[0]}"
    assert file in " ".join(audit.connections["missing_evidence"].dropna())


@pytest.mark.parametrize(
    ("name", "original", "ends"),
    [
        ("settings - Kopie.toml", "settings.toml", {"incoming_sip", "web_user"}),
        ("settings.json", "settings.toml", {"incoming_sip", "web_user"}),
        ("sip-trust-store.old.pem", "sip-trust-store.pem", {"incoming_sip", "outgoing_sip"}),
        ("local-certificate (1).pem", "local-certificate.pem", {"incoming_sip", "web_user"}),
    ],
)
def test_a_copy_beside_its_file_makes_both_doubtful(name: str, original: str, ends: set[str], tmp_path: Path) -> None:
    export = CleanExport()
    export.files[f"{DEVICE}/{name}"] = b"x"
    audit = audited(export, tmp_path)
    assert not passing(audit) & ends
    (reason,) = audit.problems["reason"]
    assert reason.endswith(f'"{original}", which may be of the same use, is there too; remove one of them')
    evidence = " ".join(audit.connections["missing_evidence"].dropna())
    assert f"{DEVICE}/{original} and {DEVICE}/{name}" in evidence


def test_a_response_of_nearly_the_name_damages_its_settings(tmp_path: Path) -> None:
    export = CleanExport()
    export.files[f"{DEVICE}/api/mcu-1.services.query (2).xml"] = b"<a/>"
    audit = audited(export, tmp_path)
    assert set(audit.settings.loc[audit.settings["source"] == "damaged", "setting"]) >= {"services.https"}
    assert 'Did you mean "services.query.xml"?' in audit.problems["reason"].item()


@pytest.mark.parametrize("ending", [".filepart", ".rpmsave", ".disabled", ".k8s9Xa", "?raw=true", " - Shortcut.lnk"])
@pytest.mark.parametrize("name", ["settings.toml", "peers.toml"])
def test_a_whole_name_with_more_behind_it_means_the_file(name: str, ending: str) -> None:
    assert near_names(f"{name}{ending}", of_device=True) == (name,)


@pytest.mark.parametrize("name", ["sip.pem", "sip-certs.pem", "SIP.crt"])
def test_certificates_named_after_a_use_mean_its_store(name: str) -> None:
    assert near_names(name, of_device=True) == ("sip-trust-store.pem",)


def test_certificates_in_a_directory_named_after_a_use_mean_its_store(tmp_path: Path) -> None:
    known = known_file(tmp_path / "leeds/mcu-1/sip/root.pem", ("leeds", "mcu-1", "sip"), "exports")
    assert [kind.value for kind, _ in known.claims] == ["sip_trust_store"]

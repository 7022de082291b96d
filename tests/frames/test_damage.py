"""What is there and cannot be read is damaged: nothing farther away is used instead, and what depends on it is open."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from pathlib import Path

import pytest

from mcuaudit import Audit
from tests.clean_export import DEVICE, ELSEWHERE, HOST, ISSUING, ROOT, CleanExport, certificate, chain, predicted, toml

SITE = "leeds"
SECURITY = "ssl_certificates.client_certificate_security"
Change = Callable[[CleanExport], None]


def inheriting() -> CleanExport:
    """The clean export with its settings and stores at the fleet."""
    export = CleanExport()
    export.files["settings.toml"] = toml(export.settings).encode()
    export.settings = {}
    for name in ("sip-trust-store.pem", "https-trust-store.pem"):
        export.files[name] = export.files.pop(f"{DEVICE}/{name}")
    return export


def put(name: str, content: bytes) -> Change:
    return lambda export: export.files.__setitem__(name, content)


def outcomes(audit: Audit, *types: str) -> set[str]:
    found = audit.connections
    chosen = found[found["connection_type"].isin(types)] if types else found[found["connection_type"] != "ocsp_server"]
    return set(chosen["outcome"].astype(str))


def evidence(audit: Audit) -> set[str]:
    return set(audit.connections["missing_evidence"].dropna()) | set(audit.administration["missing_evidence"].dropna())


def audited(tmp_path: Path, *changes: Change) -> Audit:
    export = inheriting()
    for change in changes:
        change(export)
    return export.predicted(tmp_path)


SIP, WEB = ("incoming_sip", "outgoing_sip"), ("web_user", "api_user")
SECURITY_FILE = b'[ssl_certificates]\nclient_certificate_security = "Verfy"\n'
CASES: dict[str, tuple[Change, tuple[str, ...], str]] = {
    "a label that does not exist": (
        put(f"{DEVICE}/settings.toml", SECURITY_FILE),
        WEB,
        f"{DEVICE}/settings.toml [ssl_certificates] client_certificate_security",
    ),
    "a label of the site that does not exist": (
        put(f"{SITE}/settings.toml", SECURITY_FILE),
        WEB,
        f"{SITE}/settings.toml [ssl_certificates] client_certificate_security",
    ),
    "a file that is not TOML": (put(f"{DEVICE}/settings.toml", b"= ["), (*SIP, *WEB), f"{DEVICE}/settings.toml"),
    "a settings.toml of nothing": (put(f"{DEVICE}/settings.toml", b"\n"), (*SIP, *WEB), f"{DEVICE}/settings.toml"),
    "a settings.csv without a row": (
        put(f"{SITE}/settings.csv", f"device,{SECURITY}\n".encode()),
        (*SIP, *WEB),
        f"{SITE}/settings.csv line 1",
    ),
    "a peers.toml of nothing": (put(f"{DEVICE}/peers.toml", b""), (*SIP, *WEB), f"{DEVICE}/peers.toml"),
    "a file under a name that is nearly right": (
        put(f"{SITE}/setting.toml", b""),
        (*SIP, *WEB),
        f"{SITE}/setting.toml",
    ),
    "a settings.csv that is no table": (put(f"{SITE}/settings.csv", b"x"), (*SIP, *WEB), f"{SITE}/settings.csv line 1"),
    "a row for a device that nearly exists": (
        put("settings.csv", f"device,{SECURITY}\nleeds/mcu-11,Not required\n".encode()),
        WEB,
        'settings.csv device "leeds/mcu-11"',
    ),
    "a row for a device of another site": (
        put("settings.csv", f"device,{SECURITY}\noslo/mcu-1,Not required\n".encode()),
        WEB,
        'settings.csv device "oslo/mcu-1"',
    ),
    "a response that is not XML": (
        put(f"{DEVICE}/api/services.query.xml", b"<html>"),
        (*SIP, *WEB),
        f"{DEVICE}/api/services.query.xml",
    ),
    "a store that cannot be read": (put(f"{DEVICE}/sip-trust-store.pem", b"PK"), SIP, f"{DEVICE}/sip-trust-store.pem"),
    "a store under a name that is nearly right": (
        put(f"{DEVICE}/sip_trust_store.pem", chain(ROOT)),
        SIP,
        f"{DEVICE}/sip_trust_store.pem",
    ),
    "a store in a directory below its device": (
        put(f"{DEVICE}/stores/sip-trust-store.pem", chain(ROOT)),
        SIP,
        f"{DEVICE}/stores/sip-trust-store.pem",
    ),
    "a peers.toml that is not TOML": (put(f"{DEVICE}/peers.toml", b"= ["), (*SIP, *WEB), f"{DEVICE}/peers.toml"),
    "a peers.toml under a name that is nearly right": (
        put(f"{SITE}/peer.toml", b""),
        (*SIP, *WEB),
        f"{SITE}/peer.toml",
    ),
    "a key of a peer with a word that does not exist": (
        put(f"{DEVICE}/peers.toml", b'[[peer]]\nname = "room"\nstandard = "odd"\n'),
        SIP,
        f'{DEVICE}/peers.toml [[peer]] 1 "room" standard',
    ),
    "a peer without a name that can be read": (
        put(f"{DEVICE}/peers.toml", b'[[peer]]\nnme = "room"\nstandard = "vcs"\n'),
        SIP,
        f"{DEVICE}/peers.toml [[peer]] 1",
    ),
    "a certificate of a peer that cannot be read": (put("peers/room.pem", b"PK"), SIP, "peers/room.pem"),
}


@pytest.mark.parametrize("case", CASES)
def test_what_rests_on_damage_is_open(case: str, tmp_path: Path) -> None:
    change, types, wanted = CASES[case]
    assert outcomes(audited(tmp_path / "before")) == {"pass"}
    audit = audited(tmp_path / "after", change)
    assert outcomes(audit, *types) == {"open"}
    assert any(found.startswith(wanted) for found in evidence(audit)), evidence(audit)
    named = set(audit.problems["file"])
    assert any(wanted.startswith(file) for file in named), named


def test_two_files_for_one_store_are_both_named_and_neither_decides(tmp_path: Path) -> None:
    audit = audited(
        tmp_path,
        put(f"{DEVICE}/sip-trust-store.pem", chain(ROOT, ISSUING)),
        put(f"{DEVICE}/sip-trust-store.cer", chain(ELSEWHERE)),
    )
    assert outcomes(audit, *SIP) == {"open"}
    both = f"{DEVICE}/sip-trust-store.cer and {DEVICE}/sip-trust-store.pem"
    assert both in evidence(audit)
    assert "unreadable" not in set(audit.problems["kind"].astype(str))


def test_a_renewed_certificate_beside_the_old_one_is_open(tmp_path: Path) -> None:
    audit = audited(tmp_path, put(f"{DEVICE}/local-certificate.cer", chain(certificate(HOST), ISSUING)))
    assert outcomes(audit) == {"open"}
    assert audit.devices["local_certificate_state"].tolist() == ["damaged"]
    assert audit.devices["local_certificate"].isna().all()


def test_a_damaged_setting_has_no_value_and_its_file_and_key(tmp_path: Path) -> None:
    settings = audited(tmp_path, put(f"{DEVICE}/settings.toml", SECURITY_FILE)).settings.set_index("setting")
    row = settings.loc[SECURITY]
    assert (row["source"], row["file"]) == ("damaged", f"{DEVICE}/settings.toml")
    assert row["key"] == "[ssl_certificates] client_certificate_security"
    assert settings["value"].isna()[SECURITY]
    assert settings.loc["services.https", "source"] == "inherited"


def test_of_a_list_the_good_entries_count_and_it_is_marked(tmp_path: Path) -> None:
    export = CleanExport()
    export.settings["users"].append({"name": "bob", "privilege": "admin"})
    export.peers["tms"]["user"] = "bob"
    export.settings["ssl_certificates"]["client_certificate_security"] = "Verify certificate"
    audit = export.predicted(tmp_path)
    row = audit.settings.set_index("setting").loc["users"]
    assert (row["value"], row["incomplete"]) == ("alice:administrator tms-service:administrator", True)
    # alice is among the entries that can be read; bob may be in the other.
    assert outcomes(audit, "web_user") == {"pass"}
    assert outcomes(audit, "api_user") == {"open"}


def test_a_rule_about_a_damaged_setting_is_open_and_names_the_file(tmp_path: Path) -> None:
    export = inheriting()
    put(f"{DEVICE}/settings.toml", SECURITY_FILE)(export)
    audit = export.audit(tmp_path)
    named = audit.findings[audit.findings["missing_evidence"].fillna("").str.startswith(f"{DEVICE}/settings.toml")]
    assert set(named["outcome"].astype(str)) == {"open"}
    assert len(named)


def test_a_row_of_its_own_keeps_a_device_clear_of_its_neighbours(tmp_path: Path) -> None:
    table = f"device;{SECURITY}\nLEEDS/MCU-1;Verify certificate\nleeds/mcu-2;Not required\n"
    audit = audited(tmp_path, put("settings.csv", table.encode()))
    row = audit.settings.set_index("setting").loc[SECURITY]
    assert (row["value"], row["source"]) == ("Verify certificate", "typed")


def test_names_are_compared_in_one_form(tmp_path: Path) -> None:
    export = inheriting()
    export.files[unicodedata.normalize("NFD", "peers/küche.pem")] = export.files.pop("peers/room.pem")
    export.peers["room"]["certificate"] = unicodedata.normalize("NFC", "peers/küche.pem")
    assert outcomes(export.predicted(tmp_path)) == {"pass"}


def test_a_common_name_that_differs_in_form_only_is_open(tmp_path: Path) -> None:
    export = CleanExport()
    export.settings["ssl_certificates"]["client_certificate_security"] = "Certificate-based authentication required"
    export.settings["users"][0]["name"] = unicodedata.normalize("NFC", "Jörg")
    export.files["peers/alice.pem"] = chain(certificate(unicodedata.normalize("NFD", "Jörg"), key=6), ISSUING)
    audit = export.predicted(tmp_path)
    (row,) = audit.connections[audit.connections["connection_type"] == "web_user"].to_dict("records")
    assert (row["outcome"], row["readings"]) == ("open", "A9")


# Placement


def test_a_store_that_no_device_uses_is_said(tmp_path: Path) -> None:
    export = CleanExport()
    export.files["sip-trust-store.pem"] = chain(ROOT)
    problems = export.predicted(tmp_path).problems.set_index("file")
    assert (
        f"each device has a nearer one ({DEVICE}/sip-trust-store.pem)" in problems.loc["sip-trust-store.pem", "reason"]
    )
    # Followed literally: without the nearer one, it is used.
    export.files.pop(f"{DEVICE}/sip-trust-store.pem")
    audit = export.predicted(tmp_path / "followed")
    assert audit.problems.empty
    assert set(audit.placements.loc[audit.placements["slot"] == "sip_trust_store", "file"]) == {"sip-trust-store.pem"}


def test_a_local_certificate_too_high_says_where_it_belongs(tmp_path: Path) -> None:
    export = CleanExport()
    local = export.files.pop(f"{DEVICE}/local-certificate.pem")
    export.files["leeds/local-certificate.pem"] = local
    audit = export.predicted(tmp_path)
    assert audit.problems["file"].tolist() == ["leeds/local-certificate.pem"], audit.problems.to_dict("records")
    (reason,) = audit.problems["reason"]
    assert reason.endswith("It names mcu-1: put it into leeds/mcu-1/ as local-certificate.pem")
    assert "pass" not in outcomes(audit)


def test_a_tree_one_level_too_deep_is_one_message(tmp_path: Path) -> None:
    export = CleanExport()
    export.write(tmp_path / "export" / "backup")
    audit = predicted(tmp_path / "export")
    deep = audit.problems[audit.problems["reason"].str.contains("one level too deep")]
    assert deep["file"].tolist() == ["backup"]
    assert not audit.problems["file"].str.startswith(f"backup/{DEVICE}").any()
    followed = predicted(tmp_path / "export" / "backup")
    assert outcomes(followed) == {"pass"}

"""What to do about a file that cannot be used is what its own fault asks for."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from mcuaudit import Audit
from mcuaudit.devices.file_remedy import file_remedy
from mcuaudit.domain.remedy import RemedyKind
from tests.clean_export import DEVICE, ELSEWHERE, ROOT, CleanExport, toml

STORE, SETTINGS = f"{DEVICE}/sip-trust-store.pem", f"{DEVICE}/settings.toml"


def incoming(audit: Audit) -> pd.Series:
    return audit.connections.set_index("connection_type").loc["incoming_sip"]


def renamed(old: str, new: str) -> CleanExport:
    export = CleanExport()
    export.files[SETTINGS] = toml(export.settings).encode()
    export.files[new] = export.files[old]
    export.files[old] = None
    return export


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (STORE, f"{DEVICE}/sip_trust_store.pem"),
        (STORE, f"{DEVICE}/old/sip-trust-store.pem"),
        (SETTINGS, f"{DEVICE}/setings.toml"),
    ],
)
def test_a_file_of_a_wrong_name_is_to_be_renamed_and_that_leads_on(tmp_path: Path, old: str, new: str) -> None:
    row = incoming(renamed(old, new).audit(tmp_path))
    assert (row["outcome"], row["missing_evidence"]) == ("open", new)
    assert row["remedy"] == f"Rename {new} to {old}."
    assert "Correct" not in row["remedy"]
    (tmp_path / new).rename(tmp_path / old)
    assert incoming(CleanExport().audit(tmp_path))["outcome"] == "pass"


def test_of_two_files_for_one_slot_one_is_to_be_kept(tmp_path: Path) -> None:
    export = CleanExport()
    export.files[f"{DEVICE}/sip-trust-store.crt"] = ELSEWHERE.pem
    remedy = incoming(export.audit(tmp_path))["remedy"]
    assert remedy.startswith("Keep the correct one of ")
    assert STORE in remedy
    assert f"{DEVICE}/sip-trust-store.crt" in remedy


def test_a_file_whose_content_is_wrong_is_still_to_be_corrected(tmp_path: Path) -> None:
    export = CleanExport()
    export.files[STORE] = b"hello"
    assert incoming(export.audit(tmp_path))["remedy"].startswith(f"Correct {STORE}")


@pytest.mark.parametrize(
    ("file", "right"),
    [
        ("leeds/mcu-1/api/device.quary.xml", "leeds/mcu-1/api/device.query.xml"),
        ("leeds/mcu-1/api/device.query.xml", ""),
        ("peers.tml", "peers.toml"),
        ("peers/sip_trust_store.pem", ""),
        ("leeds/settings.toml [sip] x", ""),
    ],
)
def test_the_right_name_is_that_of_the_layout(file: str, right: str) -> None:
    found = file_remedy(file)
    wanted = (RemedyKind.RENAME_EVIDENCE, (file, right)) if right else (RemedyKind.CORRECT_EVIDENCE, (file,))
    assert (found.kind, found.subject) == wanted


def test_a_missing_certificate_of_a_peer_does_not_suggest_a_trust_store(tmp_path: Path) -> None:
    export = CleanExport()
    export.peers["room"]["certificate"] = "peers/truste.pem"
    export.peers["alice"]["certificate"] = "peers/alise.pem"
    export.peers["tms"]["trust_store"] = "peers/alicx.pem"
    export.files["peers/trusted2.pem"] = ROOT.pem
    found = export.audit(tmp_path).problems.set_index("where")["reason"].to_dict()
    by_peer = {where.split('"')[1]: reason for where, reason in found.items() if "[[peer]]" in where}
    assert "Did you mean" not in by_peer["room"]
    assert 'Did you mean "peers/alice.pem"?' in by_peer["alice"]
    assert "Did you mean" not in by_peer["tms"]


def test_the_advice_on_names_is_given_only_where_a_name_is_unknown(tmp_path: Path) -> None:
    export = renamed(STORE, f"{DEVICE}/sip_trust_store.pem")
    export.files[f"{DEVICE}/notes.txt"] = b"hello"
    reasons = export.audit(tmp_path).problems.set_index("file")["reason"].to_dict()
    assert "add it to [export] ignore" in reasons[f"{DEVICE}/notes.txt"]
    assert reasons[f"{DEVICE}/sip_trust_store.pem"].endswith('Did you mean "sip-trust-store.pem"?')


WHOLE = {
    "a file of settings": (SETTINGS, b"[sip", f"{SETTINGS}, line 1."),
    "a response": (f"{DEVICE}/api/services.query.xml", b"<x", f"{DEVICE}/api/services.query.xml."),
    "a table": ("leeds/settings.csv", b"thing;other\nx;y\n", "leeds/settings.csv, line 1."),
    "a row": (
        "leeds/settings.csv",
        b"device,sip.incoming_calls,sip.incoming_calls_encrypted,services.https,services.http\n"
        b"mcu-1,true,true,true,true,more\n",
        "leeds/settings.csv, line 2.",
    ),
}


@pytest.mark.parametrize("name", WHOLE)
def test_a_file_or_row_that_cannot_be_read_is_named_and_no_setting_of_it(tmp_path: Path, name: str) -> None:
    file, content, where = WHOLE[name]
    export = CleanExport()
    settings = export.settings
    if name == "a row":
        export.settings = {}
        export.files["leeds/settings.toml"] = toml(settings).encode()
        export.files[SETTINGS] = None
    export.files[file] = content
    audit = export.audit(tmp_path)
    reasons = [reason for reason in audit.connections["reason"].dropna() if "unreadable" in reason]
    assert reasons
    assert {reason for reason in reasons if "The setting" in reason} == set()
    assert all(f"Settings of {DEVICE} are unreadable: {where}" in reason for reason in reasons)

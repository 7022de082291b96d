"""What can be done with a redacted audit: kept, loaded, compared, reported on; not judged again."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

import mcuaudit
from mcuaudit import RedactionKey, UsageError
from tests.clean_export import CleanExport
from tests.patience import GENEROUS

AT = "2026-06-10"


def with_waiver() -> CleanExport:
    export = CleanExport()
    export.settings["ssl_certificates"]["verification_settings"] = "No verification"
    export.files["mcuaudit.toml"] = (
        b'[[waiver]]\nrule = "MCU412"\ndevice = "leeds/mcu-1"\nreason = "Ask Zoe Quimby"\nowner = "Zoe Quimby"\n'
        b'expires = 2027-01-01\n[export]\nignore = ["quimby*.bak"]\n[known.different_stores]\n'
        b'"leeds/mcu-1" = "Zoe wanted it"\n'
    )
    return export


def test_it_is_kept_and_loaded(tmp_path: Path) -> None:
    redacted = with_waiver().audit(tmp_path / "export").redact(tmp_path / "key")
    loaded = mcuaudit.load(redacted.save(tmp_path / "kept"))
    assert loaded.fleet.redacted == redacted.fleet.redacted
    assert loaded.audit_id == redacted.audit_id
    assert loaded.findings.equals(redacted.findings)


def test_the_policy_has_no_name(tmp_path: Path) -> None:
    audit = with_waiver().audit(tmp_path / "export")
    assert "Quimby" in json.dumps(audit.policy, default=str)
    redacted = audit.redact(RedactionKey(bytes(32)))
    texts = [json.dumps(redacted.policy, default=str), str(redacted.fleet.policy), redacted.findings.to_csv()]
    for word in ("Quimby", "quimby", "Zoe", "leeds", "mcu-1"):
        assert not [text for text in texts if word in text], word
    assert redacted.fleet.policy.waiver[0].rule == "MCU412"


def test_it_cannot_be_judged_again(tmp_path: Path) -> None:
    audit = CleanExport().audit(tmp_path / "export")
    redacted = audit.redact(RedactionKey())
    with pytest.raises(UsageError, match="has no certificates"):
        mcuaudit.audit(redacted.fleet, at=AT)
    with pytest.raises(UsageError, match="has no certificates"):
        mcuaudit.audit(audit.fleet, at=AT, baseline=redacted)
    with pytest.raises(UsageError, match="already redacted"):
        redacted.redact(RedactionKey())


def test_only_audits_with_the_same_names_are_compared(tmp_path: Path) -> None:
    before, after = CleanExport().audit(tmp_path / "one"), with_waiver().audit(tmp_path / "two")
    key = RedactionKey()
    found = mcuaudit.compare(before.redact(key), after.redact(key))
    plain = mcuaudit.compare(before, after)
    assert found.counts.equals(plain.counts)
    with pytest.raises(UsageError, match="not both redacted"):
        mcuaudit.compare(before, after.redact(key))
    with pytest.raises(UsageError, match="with different keys"):
        mcuaudit.compare(before.redact(RedactionKey()), after.redact(key))


def test_a_comparison_is_redacted_too(tmp_path: Path) -> None:
    before, after = CleanExport().audit(tmp_path / "one"), with_waiver().audit(tmp_path / "two")
    redacted = mcuaudit.with_baseline(after, before).redact(RedactionKey())
    assert redacted.comparison is not None
    assert redacted.comparison.counts.equals(mcuaudit.compare(before, after).counts)
    text = " ".join(
        (*redacted.comparison.remarks, str(redacted.comparison.old), redacted.comparison.finding_changes.to_csv())
    )
    assert not [word for word in ("Zoe", "Quimby", "leeds", "mcu-1", str(tmp_path)) if word in text]


def test_a_forged_one_with_certificates_is_refused(tmp_path: Path) -> None:
    kept = CleanExport().audit(tmp_path / "export").save(tmp_path / "kept")
    manifest = kept / "audit.json"
    manifest.write_text(json.dumps({**json.loads(manifest.read_text()), "redacted": "0123abcd"}))
    with pytest.raises(UsageError, match="said to be redacted, and has octets"):
        mcuaudit.load(kept)


def test_one_without_certificates_that_is_not_redacted_is_refused(tmp_path: Path) -> None:
    kept = CleanExport().audit(tmp_path / "export").redact(RedactionKey()).save(tmp_path / "kept")
    manifest = kept / "audit.json"
    manifest.write_text(json.dumps({**json.loads(manifest.read_text()), "redacted": ""}))
    with pytest.raises(UsageError, match="other octets than its name says"):
        mcuaudit.load(kept)


def run(*arguments: object) -> subprocess.CompletedProcess[str]:
    program = [sys.executable, "-m", "mcuaudit", *map(str, arguments)]
    return subprocess.run(
        program, capture_output=True, text=True, timeout=GENEROUS, check=False, env={**os.environ, "COLUMNS": "200"}
    )


def test_runs_with_one_key_file_compare_with_the_last(tmp_path: Path) -> None:
    export = CleanExport().write(tmp_path / "export")
    common = (export, "--redact", tmp_path / "key", "--keep", tmp_path / "kept", "--baseline", "latest")
    first = run("check", *common, "--at", AT)
    with_waiver().write(tmp_path / "changed")
    second = run("check", tmp_path / "changed", *common[1:], "--at", "2026-06-11")
    assert first.returncode == 0, first.stderr
    assert "Since 10 June 2026" in second.stderr.replace("\n", " "), second.stderr
    assert "leeds" not in first.stdout + first.stderr + second.stdout + second.stderr
    plain = run("check", export, "--baseline", tmp_path / "kept" / next(os.scandir(tmp_path / "kept")).name)
    assert plain.returncode == 2


def test_one_site_by_its_own_name(tmp_path: Path) -> None:
    export = CleanExport().write(tmp_path / "export")
    common = ("report", export, "--at", AT, "--redact", tmp_path / "key", "--out", tmp_path / "out")
    wrong = run(*common, "--site", "leedz")
    assert wrong.returncode == 2
    assert 'unknown site "leedz"' in wrong.stderr
    assert run(*common, "--site", "leeds").returncode == 0
    pages = [page.stem for page in (tmp_path / "out" / "sites").iterdir()]
    assert len(pages) == 1
    assert pages[0].startswith("site-")


def test_a_key_file_within_the_export_is_refused(tmp_path: Path) -> None:
    export = CleanExport().write(tmp_path / "export")
    done = run("check", export, "--redact", export / "key")
    assert done.returncode == 2
    assert "is inside the export" in done.stderr

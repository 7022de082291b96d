"""What can be done with a redacted audit: kept, loaded, compared, reported on; not judged again."""

from __future__ import annotations

import copy
import json
import os
import subprocess
from pathlib import Path

import nbformat
import pandas as pd
import pytest

import mcuaudit
from mcuaudit import RedactionKey, UsageError
from mcuaudit.command.report import _pseudonyms
from mcuaudit.frames.schema import AUDIT_FRAMES, FLEET_FRAMES
from mcuaudit.redaction.redact import remember_findings
from mcuaudit.report.former import write_marker
from mcuaudit.writers.formats import FORMATS, write_audit
from tests import programs
from tests.clean_export import CleanExport, certificate, chain
from tests.outputs import texts_below
from tests.rules.breakages.settings import OCSP_UNDER_REQUIRED

AT = "2026-06-10"
FRAMES = (*FLEET_FRAMES, *AUDIT_FRAMES)


def with_waiver() -> CleanExport:
    export = CleanExport()
    export.settings["ssl_certificates"]["verification_settings"] = "No verification"
    export.files["mcuaudit.toml"] = (
        b'[[waiver]]\nrule = "MCU412"\ndevice = "leeds/*"\nreason = "Zoe in May, 44 49677"\nowner = "Zoe Quimby"\n'
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
    for word in ("Quimby", "quimby", "Zoe", "leeds", "mcu-1", "49677"):
        assert not [text for text in texts if word in text], word
    assert redacted.fleet.policy.waiver[0].rule == "MCU412"
    assert redacted.fleet.policy.waiver[0].device == f"{redacted.sites[0]}/*"


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
    assert redacted.comparison.new["audit_id"] == redacted.audit_id
    text = " ".join(
        (*redacted.comparison.remarks, str(redacted.comparison.old), redacted.comparison.finding_changes.to_csv())
    )
    assert not [word for word in ("Zoe", "Quimby", "leeds", "mcu-1", "49677", "May", str(tmp_path)) if word in text]


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
    return programs.run_text(*arguments, env={**os.environ, "COLUMNS": "200"})


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
    assert run(*common, "--site", "leeds").returncode == 0
    pages = [page.stem for page in (tmp_path / "out" / "sites").iterdir()]
    assert len(pages) == 1
    assert pages[0].startswith("site-")


def test_a_hint_for_a_site_of_a_redacted_report_leads_on(tmp_path: Path) -> None:
    key = tmp_path / "key"
    redacted = CleanExport().audit(tmp_path / "export").redact(key)
    with pytest.raises(UsageError, match=r'unknown site "leedz".*Did you mean "leeds"'):
        _pseudonyms(["leedz"], redacted, key)
    assert _pseudonyms(["leeds"], redacted, key) == redacted.sites


def test_a_key_file_within_the_export_is_refused(tmp_path: Path) -> None:
    export = CleanExport().write(tmp_path / "export")
    done = run("check", export, "--redact", export / "key")
    assert done.returncode == 2
    assert "is inside the export" in done.stderr


def test_a_key_file_is_not_overwritten_by_another_output(tmp_path: Path) -> None:
    export = CleanExport().write(tmp_path / "export")
    file = tmp_path / "k.json"
    assert run("check", export, "--at", AT, "--redact", file).returncode == 0
    before = file.read_bytes()
    for option in ("--out", "--metrics"):
        done = run("check", export, "--at", AT, "--redact", file, option, file)
        assert done.returncode == 2
        assert "is named for two purposes" in done.stderr
    assert file.read_bytes() == before


def test_a_baseline_of_another_key_is_refused_before_the_audit(tmp_path: Path) -> None:
    export = CleanExport().write(tmp_path / "export")
    assert run("check", export, "--at", AT, "--redact", tmp_path / "one", "--keep", tmp_path / "kept").returncode == 0
    done = run("check", export, "--redact", tmp_path / "two", "--keep", tmp_path / "kept", "--baseline", "latest")
    assert done.returncode == 2
    assert "redacted with another key" in done.stderr


def test_a_rule_that_needs_the_baseline_finds_the_same_in_redacted_audits(tmp_path: Path) -> None:
    """MCU424 compares with the former settings; its waiver, with a pattern, applies as before."""
    after = CleanExport()
    OCSP_UNDER_REQUIRED(after)
    after.files["mcuaudit.toml"] = (
        b'[[waiver]]\nrule = "MCU424"\ndevice = "leeds/*"\nreason = "known"\nowner = "Zoe"\nexpires = 2027-01-01\n'
    )
    old, new = CleanExport().audit(tmp_path / "one"), after.audit(tmp_path / "two")
    true = mcuaudit.with_baseline(new, old)
    key = RedactionKey()
    late = mcuaudit.with_baseline(new.redact(key), old.redact(key))
    remember_findings(late, key)
    early = true.redact(key)
    for audit in (late, early):
        assert list(audit.findings["code"]) == list(true.findings["code"])
        assert list(audit.findings["status"]) == list(true.findings["status"])
        assert sorted(map(key.restored, audit.findings["finding_id"])) == sorted(true.findings["finding_id"])
    assert sorted(late.findings["finding_id"]) == sorted(early.findings["finding_id"])
    assert "MCU424" in set(true.findings["code"])


def test_fixed_words_stay_whatever_peers_and_devices_are_called(tmp_path: Path) -> None:
    export = CleanExport()
    for name in ("Expressway", "browser", "A13", "direct", "outgoing_sip"):
        export.peers[name] = copy.deepcopy(export.peers["room"])
    audit = export.audit(tmp_path / "export")
    redacted = audit.redact(RedactionKey())
    for frame, columns in {"peers": ["product", "route", "connections"], "connections": ["readings", "route"]}.items():
        pd.testing.assert_frame_equal(getattr(redacted, frame)[columns], getattr(audit, frame)[columns])
    assert redacted.peers["peer"].str.match(r"(peer|user)-").all()
    assert mcuaudit.load(redacted.save(tmp_path / "kept")).findings.equals(redacted.findings)


def test_what_follows_a_version_does_not_stay(tmp_path: Path) -> None:
    export = CleanExport()
    export.settings["device"]["software_version"] = "4.4(3.57)-quimby"
    redacted = export.audit(tmp_path / "export").redact(RedactionKey())
    assert "quimby" not in redacted.settings.to_csv() + redacted.devices.to_csv()


def test_a_report_that_fails_has_no_place_of_this_machine(tmp_path: Path) -> None:
    audit = CleanExport().audit(tmp_path / "export")
    notebooks = tmp_path / "notebooks"
    notebooks.mkdir()
    for name in ("90_site_report", "95_fleet_report"):
        kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
        notebook = nbformat.v4.new_notebook(
            metadata=kernel,
            cells=[
                nbformat.v4.new_code_cell('audit_dir = ""\nsite = ""', metadata={"tags": ["parameters"]}),
                nbformat.v4.new_code_cell("raise ValueError(audit_dir)"),
            ],
        )
        nbformat.write(notebook, notebooks / f"{name}.ipynb")
    result = mcuaudit.render_reports(audit.redact(RedactionKey()), tmp_path / "out", notebooks=notebooks)
    assert len(result.failed) == 2
    assert str(tmp_path) in str(result.failed[0].error)
    assert not [place for place, text in texts_below(tmp_path / "out") if str(tmp_path) in text]
    assert "ValueError" in result.index.read_text(encoding="utf-8")


MARKS = ("zeqa", "Zeqa", "10.77.77.", "2a00:77", "00:77:77", "4711047110")


def marked(directory: Path) -> Path:
    """An export in which every name, address and number that someone chose has a mark."""
    export = CleanExport()
    export.settings["device"] |= {
        "serial": "SM4711047110Zeqa", "host_names": ["zeqa1.zeqa2.example.com"],
        "addresses": ["10.77.77.7", "2a00:77::7"],
    }  # fmt: skip
    export.settings["users"].append({"name": "Zeqa User", "privilege": "administrator"})
    export.settings["feedback_receivers"] = [
        {"uri": "https://10.77.77.8:8443/zeqa"}, {"uri": "http://[2a00:77::8]:8080/4711047110"},
    ]  # fmt: skip
    export.settings["sip"]["outbound_address"] = "zeqa-registrar"
    export.peers["zeqa peer"] = {
        **copy.deepcopy(export.peers["room"]),
        "identifiers": ["10.77.77.9", "zeqa9.example.com"],
    }
    names = [f"DNS:zeqa{number}.example.com" for number in range(3)]
    odd = certificate(
        "Zeqa (4711047110) room", key=5, san=[*names, "URI:sip:4711047110@zeqa.example.com", "IP:10.77.77.10"]
    )
    export.files |= {
        "peers/zeqa-file.pem": chain(odd), "leeds/zeqa-notes.txt": b"zeqa\n", "leeds/mcu-1/zeqa.pem": b"broken",
        "zeqa-site-only/readme.zeqa": b"?", "leeds/mcu-1/settings.csv": b"Zeqa;4711047110\n00:77:77:77:77:77;2\n",
        "mcuaudit.toml": b'[[waiver]]\nrule = "MCU412"\ndevice = "zeqa/*"\nreason = "zeqa 4711047110"\nowner = "Zeqa"\n'
        b'expires = 2027-01-01\n[export]\nignore = ["zeqa*.bak"]\n',
    }  # fmt: skip
    export.peers["zeqa peer"]["certificate"] = "peers/zeqa-file.pem"
    written = export.write(directory / "zeqa-export")
    (written / "leeds" / "mcu-1").rename(written / "leeds" / "zeqa-device")
    (written / "leeds").rename(written / "zeqa-site")
    return written


def test_no_mark_of_an_export_is_in_any_format(tmp_path: Path) -> None:
    fleet = mcuaudit.read_export(marked(tmp_path))
    audit = mcuaudit.audit(fleet, at=AT)
    earlier = mcuaudit.audit(fleet, at="2026-05-01")
    for number, whole in enumerate((audit, mcuaudit.with_baseline(audit, earlier))):
        redacted, out = whole.redact(RedactionKey()), tmp_path / f"out-{number}"
        out.mkdir()
        for name, one in FORMATS.items():
            for frame in FRAMES if name.startswith("csv") else ["findings"]:
                write_audit(redacted, "fleet", name, out / f"{name}-{frame}{one.ending}", frame=frame)
            write_audit(whole, "fleet", name, tmp_path / f"true-{number}-{name}{one.ending}")
        found = {place: mark for place, text in texts_below(out) for mark in MARKS if mark in text}
        assert found == {}
    true = {mark for _, text in texts_below(tmp_path) for mark in MARKS if mark in text}
    assert true == set(MARKS)


def test_a_peer_and_a_user_that_are_numbers_or_words_of_ids_are_replaced_in_ids(tmp_path: Path) -> None:
    export = CleanExport()
    export.peers["4711"] = {**copy.deepcopy(export.peers["room"]), "identifiers": ["sip:4716@10.9.9.9"]}
    export.peers["restart"] = {**copy.deepcopy(export.peers["alice"]), "user": "reissue_with_names"}
    export.peers["two"] = {**copy.deepcopy(export.peers["room"]), "identifiers": ["2001:DB8::A", "2001:db8::a"]}
    audit = export.audit(tmp_path / "export")
    redacted = audit.redact(RedactionKey())
    for frame, columns in {
        "connections": ["connection_id", "cause_id", "remedy_id", "reason", "remedy", "reference"],
        "evaluations": ["subject", "reference", "message", "fix", "connection_id", "cause_id", "remedy_id"],
        "identities": ["reference", "reason"],
    }.items():
        for column in columns:
            texts = getattr(redacted, frame)[column].dropna()
            assert not texts.str.contains(r"(?<![\w-])(?:4711|4716)(?![\w])").any(), (frame, column)
            assert getattr(audit, frame)[column].nunique() == texts.nunique(), (frame, column)
    assert mcuaudit.load(redacted.save(tmp_path / "kept")).findings.equals(redacted.findings)


def test_a_name_keeps_its_pseudonym_if_it_gets_another_use(tmp_path: Path) -> None:
    """A peer whose name is later that of a user too is the same peer in a comparison."""
    before, after = CleanExport(), CleanExport()
    after.peers["alice"]["user"] = "room"
    after.settings["users"].append({"name": "room", "privilege": "administrator"})
    key = RedactionKey()
    old, new = before.audit(tmp_path / "one"), after.audit(tmp_path / "two")
    found = mcuaudit.compare(old.redact(key), new.redact(key))
    assert found.counts.equals(mcuaudit.compare(old, new).counts)


def test_if_every_redacted_report_fails_pages_with_true_names_do_not_stay(tmp_path: Path) -> None:
    audit, out = CleanExport().audit(tmp_path / "export"), tmp_path / "out"
    out.mkdir()
    (out / "index.html").write_text("leeds", encoding="utf-8")
    write_marker(out, {}, audit.fleet.source, None)
    empty = tmp_path / "notebooks"
    empty.mkdir()
    assert mcuaudit.render_reports(audit, out, notebooks=empty).unchanged
    redacted = mcuaudit.render_reports(audit.redact(RedactionKey()), out, notebooks=empty)
    assert not redacted.unchanged
    assert "leeds" not in redacted.index.read_text(encoding="utf-8")

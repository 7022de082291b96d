"""The command line: what it prints where, exit codes, and errors that say what to do."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import jsonschema
import pytest

import mcuaudit
from mcuaudit.domain.connections import ConnectionType
from mcuaudit.frames.schema import SCHEMAS
from mcuaudit.writers.json_schema import json_schema
from tests.authority import NOW
from tests.clean_export import DEVICE, HOST, CleanExport, local_certificate
from tests.command.conftest import Run
from tests.rules.breakages import FAILS, OPENS

AT = ["--at", NOW.isoformat()]


def broken(code: str, directory: Path) -> Path:
    export = CleanExport()
    (OPENS | FAILS)[code](export)
    return export.write(directory)


def test_the_clean_device_gives_nothing_and_zero(run: Run, tmp_path: Path) -> None:
    ran = run("check", CleanExport().write(tmp_path), *AT)
    assert (ran.code, ran.out) == (0, "")
    assert "all 5 connections will be accepted, verified by both sides" in ran.err


def test_in_a_pipe_there_is_one_finding_per_line(run: Run, tmp_path: Path) -> None:
    ran = run("check", broken("MCU103", tmp_path), *AT)
    assert ran.code == 1
    lines = ran.out.splitlines()
    assert any(line.startswith("MCU103-") and " error fail leeds/mcu-1: " in line for line in lines)
    assert all(line.startswith("MCU") for line in lines)


@pytest.mark.parametrize(
    ("code", "options", "expected"),
    [
        ("MCU402", [], 0),
        ("MCU402", ["--fail-on", "warning"], 1),
        ("MCU103", ["--fail-on", "never"], 0),
        ("MCU501", [], 1),
        ("MCU505", ["--fail-on-open"], 1),
    ],
)
def test_the_threshold_decides(code: str, options: list[str], expected: int, run: Run, tmp_path: Path) -> None:
    assert run("check", broken(code, tmp_path), *AT, *options).code == expected


def test_undetermined_findings_count_only_if_asked(run: Run, tmp_path: Path) -> None:
    export = CleanExport()
    OPENS["MCU505"](export)
    assert run("check", export.write(tmp_path), *AT).code == 0
    assert run("check", tmp_path, *AT, "--fail-on-open").code == 1


def test_what_could_not_be_read_is_told_and_gives_three(run: Run, tmp_path: Path) -> None:
    export = CleanExport()
    export.files[f"{DEVICE}/setings.toml"] = b""
    ran = run("check", export.write(tmp_path), *AT)
    assert ran.code == 3
    words = 'unrecognised file. "settings.toml", which may be of the same use, is there too; remove one'
    assert f"leeds/mcu-1/setings.toml: {words}" in ran.err


def test_json_is_one_object_with_the_frames(run: Run, tmp_path: Path) -> None:
    ran = run("check", broken("MCU103", tmp_path), *AT, "--format", "json")
    told = json.loads(ran.out)
    assert list(told) == ["schema", "at", "summary", "devices", "connections", "findings", "problems", "first_jobs"]
    assert told["at"] == NOW.isoformat()
    for frame in ("devices", "connections", "findings"):
        assert list(told[frame][0]) == SCHEMAS[frame].names
    (job,) = told["first_jobs"]
    assert list(job) == [*SCHEMAS["first_jobs"].names, "where", "by"]
    assert (job["where"], job["by"]) == (["leeds/mcu-1"], "today")
    jsonschema.validate(told, json_schema())
    assert {row["connection_type"] for row in told["connections"]} == {word.value for word in ConnectionType}
    summary = told["summary"]
    parts = ("refused", "accepted_unverified", "undetermined", "accepted_verified_by_both")
    assert summary["connections"] == sum(summary[part] for part in parts) == 5


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["check", "no-such-place"], "no-such-place: no such directory."),
        (["check", ".", "--at", "yesterday"], "2026-11-23"),
        (["check"], "Missing argument"),
        (["chek", "."], "No such command"),
        (["check", ".", "--format", "yaml"], '"parquet", "sarif"'),
        (["describe", "connections.outcom"], 'Did you mean "connections.outcome"?'),
        (["match", "no-such.pem", "a.example"], "No such file"),
        (["check", "mcuaudit.toml"], "mcuaudit.toml: no such directory."),
        (["check", ".", "--jobs", "0"], "must be at least 1"),
        (["check", ".", "--jobs", "many"], "must be a whole number"),
        (["check", ".", "--fail-on", "all"], "'--fail-on': 'all' is not one of"),
        (["check", ".", "--set", "thresholds.expiry_days=x"], "--set thresholds.expiry_days: expected a whole number"),
    ],
)
def test_wrong_use_says_what_is_expected(
    arguments: list[str], words: str, run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    CleanExport().write(tmp_path)
    monkeypatch.chdir(tmp_path)
    ran = run(*arguments)
    assert ran.code == 2
    assert words in ran.err
    assert ran.out == ""


@pytest.mark.parametrize("command", ["check", "report", "compare", "lab", "policy"])
def test_the_help_names_values_and_not_types(command: str, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    ran = run(command, "--help")
    own = [line for line in ran.out.splitlines() if "--help" not in line]
    assert len(own) > 10
    assert [line for line in own if re.search(r"<(?:bool|list|int)|…", line) and "connections …" not in line] == []


def test_a_policy_with_a_wrong_key_is_refused_with_the_nearest(run: Run, tmp_path: Path) -> None:
    export = CleanExport()
    export.files["mcuaudit.toml"] = b"[thresholds]\nexpiry_day = 30\n"
    ran = run("check", export.write(tmp_path), *AT)
    assert ran.code == 2
    assert "thresholds.expiry_day" in ran.err
    assert 'Did you mean "expiry_days"?' in ran.err


def test_the_policy_of_the_export_is_in_force(run: Run, tmp_path: Path) -> None:
    export = CleanExport()
    FAILS["MCU105"](export)
    export.files["mcuaudit.toml"] = b"[thresholds]\nexpiry_days = 30\n"
    assert run("check", export.write(tmp_path), *AT, "--fail-on", "warning").code == 0


def test_control_characters_of_an_export_do_not_reach_the_terminal(run: Run, tmp_path: Path) -> None:
    export = CleanExport()
    export.files[f"{DEVICE}/evil\x1b[2J\u202e.txt"] = b""
    ran = run("check", export.write(tmp_path), *AT)
    assert "\x1b" not in ran.err
    assert "\\x1b[2J\\u202e" in ran.err


def test_rules_are_listed_one_per_line(run: Run) -> None:
    lines = run("rules").out.splitlines()
    assert len(lines) == len(FAILS | OPENS)
    assert lines[0].startswith("MCU101 warning local_certificate_missing ")


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("MCU205", "Why it matters"),
        ("mcu205-7f3a91", "Why it matters"),
        ("A11", "Does the presenting side send its intermediates?"),
        ("connections", "one row per device"),
        ("connections.outcome", "pass (accepted), notApplicable, open (undetermined), fail (refused)"),
        ("verification_settings", "Outgoing and incoming calls"),
        ("Verification settings", "Outgoing and incoming calls"),
        ("undetermined", "in frames the value is open"),
    ],
)
def test_describe_explains(word: str, expected: str, run: Run) -> None:
    assert expected in run("describe", word).out


def test_match_sets_the_standards_side_by_side(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "certificate.pem"
    file.write_bytes(local_certificate(san=[f"DNS:{HOST}", "IP:10.1.2.3"]).pem)
    lines = run("match", file, "10.1.2.3").out.splitlines()
    assert [line.split()[:3] for line in lines] == [
        ["mcu", "open", "ip"],
        ["rfc5922", "fail", "ip"],
        ["rfc9525", "pass", "ip"],
    ]
    assert run("match", file, "other.example.com").code == 1


def test_the_sample_is_copied_and_never_over_something(run: Run, tmp_path: Path) -> None:
    target = tmp_path / "demo"
    assert run("sample", target).code == 0
    assert (target / "leeds" / "site.toml").is_file()
    ran = run("sample", target)
    assert ran.code == 2
    assert "is not an empty directory" in ran.err


def test_a_fleet_of_any_size_is_made(run: Run, tmp_path: Path) -> None:
    ran = run("sample", tmp_path / "made", "--devices", 5, "--seed", 3)
    assert (ran.code, ran.out) == (0, f"{tmp_path / 'made'}\n")
    assert sum(int(line.split()[-1]) for line in ran.err.splitlines()) == 5
    assert run("check", tmp_path / "made", "--fail-on", "never", *AT).code == 0
    for option in ("--sites", "--seed"):
        ran = run("sample", tmp_path / "other", option, 2)
        assert ran.code == 2
        assert f"{option} needs --devices" in ran.err
    ran = run("sample", tmp_path / "other", "--devices", 2, "--sites", 3)
    assert (ran.code, ran.err) == (2, "mcuaudit: 2 devices can be on 1 to 2 sites, not 3.\n")


def test_the_first_run_with_a_key_file_says_that_it_made_it(run: Run, tmp_path: Path) -> None:
    export = CleanExport().write(tmp_path / "export")
    words = ["check", export, "--redact", tmp_path / "key", *AT]
    said = f"mcuaudit: the key file {tmp_path / 'key'} was made. Keep it: later runs with it give the same pseudonyms"
    assert said in run(*words).err
    assert "was made" not in run(*words).err


def test_version(run: Run) -> None:
    assert run("--version").out.startswith("mcuaudit ")


def test_sites_with_odd_names_stay_text_and_make_safe_files(run: Run, tmp_path: Path, short_pages: None) -> None:
    export = CleanExport().write(tmp_path / "export")
    odd = ["007", "1e3", "null", "no", "O'Brien & Sons", "x..", "{site}", "Å \N{RIGHT-TO-LEFT OVERRIDE}b"]
    for name in odd:
        shutil.copytree(export / "leeds", export / name)
    out = tmp_path / "out"
    ran = run("report", export, "--out", out, "--jobs", 2, "--bundle", "--explorer", *AT)
    assert ran.code in (0, 1), ran.err
    pages = sorted(path.name for path in (out / "sites").iterdir())
    assert len(pages) == len(odd) + 1
    assert {"007.html", "1e3.html", "null.html", "no.html", "leeds.html"} <= set(pages)
    assert all(re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._-]*\.html", page) for page in pages)
    assert mcuaudit.load(out / "audit").sites == sorted(["leeds", *odd])
    explorer = (out / "explorer.html").read_text(encoding="utf-8")
    assert sorted(re.findall(r'href="sites/([^"]+)">Page of the site<', explorer)) == pages
    above = '<a href="index.html">All sites</a> (index.html) · <a href="fleet.html">Whole fleet</a> (fleet.html)'
    assert above in explorer
    assert '<a href="explorer.html">Explorer</a>' in (out / "index.html").read_text(encoding="utf-8")
    assert " --bundle --explorer</code>" in explorer
    for name in ("007", "1e3", "null", "no"):
        title = re.search("<title>(.*?)</title>", (out / "sites" / f"{name}.html").read_text(encoding="utf-8"))
        assert title is not None
        assert title[1].startswith(f"{name}: ")
    assert sorted(path.name for path in tmp_path.iterdir()) == [".out.lock", "export", "out"]

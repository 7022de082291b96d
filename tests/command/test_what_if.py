"""`what-if` and `remedies` on the command line."""

from __future__ import annotations

import json
from pathlib import Path

import mcuaudit
from tests.command.conftest import Run

SAMPLE = mcuaudit.sample_directory()
AT = ("--at", "2026-11-23")


def test_a_change_that_breaks_something_gives_exit_code_1(run: Run) -> None:
    mode = "Client certificate security=Certificate-based authentication required"
    ran = run("what-if", SAMPLE, *AT, "--set", mode, "--device", "leeds/mcu-training")
    assert ran.code == 1
    assert ran.out.startswith("starts to fail leeds/mcu-training: administrator login.")
    assert "1 device locks its administrators out" in ran.err


def test_a_change_that_breaks_nothing_gives_exit_code_0(run: Run) -> None:
    ran = run("what-if", SAMPLE, *AT, "--add-user", "ann", "--device", "leeds/mcu-court")
    assert (ran.code, ran.out) == (0, "")
    assert "every connection and login would stay as it is" in ran.err


def test_several_changes_are_judged_together_and_given_to_programs(run: Run) -> None:
    store = SAMPLE / "leeds" / "sip-trust-store.pem"
    ran = run(
        "what-if", SAMPLE, *AT, "--format", "json", "--add-ca", f"sip={store}", "--device", "oslo/mcu-opera",
        "--set", "services.http=false", "--move-to", "2026-11-24",
    )  # fmt: skip
    found = json.loads(ran.out)
    assert {row["setting"] for row in found["setting_changes"]} == {"services.http"}
    assert found["new"]["at"].startswith("2026-11-24")


def test_an_option_without_its_form_and_no_change_at_all_are_refused(run: Run) -> None:
    assert run("what-if", SAMPLE, *AT).code == 2
    ran = run("what-if", SAMPLE, *AT, "--add-ca", "sip")
    assert ran.code == 2
    assert "expected STORE=FILE" in ran.err


def test_what_to_do_first_is_printed_before_and_after(run: Run, leeds_export: Path) -> None:
    ran = run("remedies", leeds_export, *AT, "--most", "1")
    assert ran.code == 0
    assert ran.out.splitlines()[1].startswith(" 1. ")
    assert "PKI team, today. Restores 1 connection and the login to 1 device. " in ran.out
    assert "locked out: 1 → 0" in ran.out
    assert ran.out.splitlines()[-1].startswith("1 job restores 1 of 9 refused connections and lets ")

"""Policy, waivers and --set on the command line: which wins, what is refused, and the exit code."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from tests.authority import NOW
from tests.clean_export import DEVICE, CleanExport
from tests.command.conftest import Run
from tests.rules.breakages import FAILS

AT = ["--at", NOW.isoformat()]
WAIVER = f'[[waiver]]\nrule = "MCU402"\ndevice = "{DEVICE}"\nreason = "A test."\nowner = "Ann"\nexpires = '


def export_with(policy: str, directory: Path, *, code: str = "MCU402") -> Path:
    export = CleanExport()
    FAILS[code](export)
    export.files["mcuaudit.toml"] = policy.encode()
    return export.write(directory / "export")


def test_the_policy_in_force_is_printed_and_can_be_read_again(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MCUAUDIT_THRESHOLDS_RSA_BITS", "3072")
    ran = run("policy", export_with("[thresholds]\nexpiry_days = 30\n", tmp_path), "--set", "rules.MCU105=off")
    assert ran.code == 0
    assert tomllib.loads(ran.out)["thresholds"]["expiry_days"] == 30
    assert "rsa_bits = 3072  # environment MCUAUDIT_THRESHOLDS_RSA_BITS" in ran.out
    assert 'MCU105 = "off"  # --set rules.MCU105' in ran.out


def test_without_an_export_the_defaults_are_printed(run: Run) -> None:
    ran = run("policy")
    assert "expiry_days = 60  # default" in ran.out


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["policy", "no-such-place"], "expected the directory of an export"),
        (["policy", "--set", "rules.MCU999=off"], "there is no rule MCU999"),
        (["policy", "--policy", "no-such.toml"], "--policy no-such.toml: no such file"),
        (["check", ".", "--set", "thresholds.expiry_day=1"], 'Did you mean "expiry_days"?'),
        (["check", ".", "--fail-on", "new-error"], "needs --baseline"),
        (["check", ".", "--baseline", "latest"], "--keep"),
        (["check", ".", "--baseline", "nowhere"], "--baseline nowhere: no such directory"),
    ],
)
def test_wrong_use_is_refused(
    arguments: list[str], words: str, run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    CleanExport().write(tmp_path)
    monkeypatch.chdir(tmp_path)
    ran = run(*arguments)
    assert (ran.code, ran.out) == (2, "")
    assert words in ran.err


def test_flags_win_over_the_export(run: Run, tmp_path: Path) -> None:
    export = export_with('[rules]\nMCU402 = "note"\n', tmp_path)
    assert run("check", export, *AT, "--fail-on", "warning").code == 0
    assert run("check", export, *AT, "--fail-on", "warning", "--set", "rules.MCU402=warning").code == 1
    other = tmp_path / "other.toml"
    other.write_text('[rules]\nMCU402 = "error"\n')
    ran = run("check", export, *AT, "--policy", other)
    assert ran.code == 1
    assert f"the policy is {other}; {export / 'mcuaudit.toml'} was not read" in ran.err


def test_the_environment_is_in_force(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MCUAUDIT_RULES_MCU402", "off")
    assert run("check", export_with("", tmp_path), *AT, "--fail-on", "warning").code == 0


def test_a_waived_finding_does_not_count_and_is_told_as_waived(run: Run, tmp_path: Path) -> None:
    ran = run("check", export_with(f"{WAIVER}2026-12-31\n", tmp_path), *AT, "--fail-on", "warning")
    assert ran.code == 0
    (line,) = ran.out.splitlines()
    assert "warning waived leeds/mcu-1" in line
    assert "1 finding waived" in ran.err


def test_an_expired_waiver_fails_loudly(run: Run, tmp_path: Path) -> None:
    ran = run("check", export_with(f"{WAIVER}2026-06-14\n", tmp_path), *AT, "--fail-on", "never")
    assert ran.code == 3
    assert "[[waiver]] 1: the waiver for MCU402 expired on 14 June 2026. Ask its owner (Ann) to renew" in ran.err
    assert "warning fail leeds/mcu-1" in ran.out


def test_two_waivers_for_one_finding_are_told(run: Run, tmp_path: Path) -> None:
    ran = run("check", export_with(f"{WAIVER}2026-12-31\n{WAIVER}2027-12-31\n", tmp_path), *AT)
    assert ran.code == 3
    assert "waivers 1 and 2 both cover MCU402-" in ran.err

"""`mcuaudit plan`: exit codes and formats."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from mcuaudit import UsageError
from mcuaudit.command import app
from tests.clean_export import CleanExport


def test_the_exit_code_is_0_for_a_safe_plan_and_for_a_target_that_is_reached(tmp_path: Path) -> None:
    export = CleanExport()
    export.settings["ssl_certificates"]["verification_settings"] = "No verification"
    root = str(export.write(tmp_path))
    arguments = ["plan", root, "--at", "2026-11-23", "--format", "json", "--set"]
    safe = CliRunner().invoke(app, [*arguments, "Verification settings=Outgoing and incoming calls"])
    reached = CliRunner().invoke(app, [*arguments, "Verification settings=No verification"])
    assert (safe.exit_code, reached.exit_code) == (0, 0)
    assert [step["phase"] for step in json.loads(safe.stdout)["steps"]] == ["verify"]
    assert json.loads(reached.stdout)["reached"]


@pytest.mark.parametrize("arguments", [[], ["--set", "Verification settings"], ["--set", "a=b", "--format", "csv"]])
def test_what_is_not_a_target_or_format_is_refused(arguments: list[str], tmp_path: Path) -> None:
    result = CliRunner().invoke(app, ["plan", str(CleanExport().write(tmp_path)), *arguments])
    assert isinstance(result.exception, UsageError)

"""`mcuaudit report --target`: the section Plan of the pages, and targets that are refused before anything is made."""

from __future__ import annotations

from html import unescape
from pathlib import Path

import pytest

from tests.clean_export import CleanExport
from tests.command.conftest import Run

TARGET = "Verification settings=Outgoing and incoming calls"


def test_the_pages_have_the_steps_to_the_target(run: Run, tmp_path: Path) -> None:
    export = CleanExport()
    export.settings["ssl_certificates"]["verification_settings"] = "No verification"
    root, out = export.write(tmp_path / "export"), tmp_path / "reports"
    ran = run("report", root, "--at", "2026-11-23", "--out", out, "--target", TARGET, "--fail-on", "never")
    assert (ran.code, ran.out.strip()) == (0, str(out / "index.html"))
    for page in (out / "fleet.html", *(out / "sites").glob("*.html")):
        text = unescape(page.read_text(encoding="utf-8"))
        assert "set “Verification settings” to “Outgoing and incoming calls”" in text
        assert 'id="readiness"' in text
        assert f"--target '{TARGET}'" in text
    assert (out / "audit" / "plan_steps.parquet").is_file()


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        (["--target", "Verification settings"], '--target "Verification settings": expected SETTING=VALUE.'),
        (["--target", "Verification setings=No verification"], 'Did you mean "verification settings"?'),
        (["--target", "Verification settings=Always"], "Outgoing and incoming calls"),
        (["--target", TARGET, "--target-device", "leads/*"], "leads/*"),
        (["--target-device", "leeds/*"], "--target-device needs --target"),
    ],
)
def test_a_target_that_there_is_no_plan_for_is_refused(
    options: list[str], expected: str, run: Run, tmp_path: Path
) -> None:
    root, out = CleanExport().write(tmp_path / "export"), tmp_path / "reports"
    ran = run("report", root, "--at", "2026-11-23", "--out", out, *options)
    assert ran.code == 2
    assert expected in ran.err
    assert not out.exists()

"""A module of a rule that cannot be imported is named with its line and what to write, and the command ends with it."""

from __future__ import annotations

import importlib
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Final

import pytest

from mcuaudit.rules.rule import RuleError, not_imported
from mcuaudit.system.modules import modules_of

ROOT: Final = Path(__file__).parents[2]
RIGHT: Final = (ROOT / "mcuaudit/rules/settings/plain_ftp.py").read_text(encoding="utf-8").replace("MCU416", "MCU496")
WRONG: Final = {
    "a member that a kind does not have": (
        ("RemedyKind.SWITCH_OFF", "RemedyKind.SWITCHED_OFF"),
        "RemedyKind has no SWITCHED_OFF; the nearest name is SWITCH_OFF",
    ),
    "an argument that is left out": (('    severity="warning",\n', ""), "rule() lacks `severity`; add the argument"),
    "an argument that is misspelt": (("severity=", "severty="), "rule() has no argument `severty`"),
    "a misspelt import": (
        ("import Context, rule", "import Contxt, rule"),
        "mcuaudit.rules.rule has no Contxt; the nearest name is Context",
    ),
    "a module that does not exist": (("import pandas as pd", "import pandsa as pd"), "ModuleNotFoundError: No module "),
    "a syntax error": (("@rule(", "@rule(("), "SyntaxError: "),
    "an unknown view": (
        ('view="services"', 'view="srvices"'),
        'the rule MCU496 plain_ftp: view: unknown view "srvices". Did',
    ),
}


@pytest.mark.parametrize("wrong", WRONG)
def test_file_line_and_remedy_are_named(wrong: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (old, new), said = WRONG[wrong]
    assert old in RIGHT
    package = f"wrong_rules_{list(WRONG).index(wrong)}"
    (tmp_path / package).mkdir()
    (tmp_path / package / "__init__.py").write_text("")
    content = RIGHT.replace(old, new)
    (tmp_path / package / "plain_ftp.py").write_text(content.replace("MCU496", "TEST496"), encoding="utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    importlib.invalidate_caches()
    with pytest.raises(RuleError) as error:
        modules_of(package, not_imported)
    text = str(error.value)
    assert text.startswith(f"{package}/plain_ftp.py, line ")
    assert text.partition(": ")[2].startswith(said.replace("MCU496", "TEST496"))
    assert str(tmp_path) not in text


def test_the_command_names_it_too(tmp_path: Path) -> None:
    shutil.copytree(ROOT / "mcuaudit", tmp_path / "mcuaudit", ignore=shutil.ignore_patterns("__pycache__"))
    (tmp_path / "mcuaudit/rules/settings/plain_ftp.py").write_text(
        RIGHT.replace("MCU496", "MCU416").replace("RemedyKind.SWITCH_OFF", "RemedyKind.TURN_OFF"), encoding="utf-8"
    )
    done = subprocess.run(
        [sys.executable, "-m", "mcuaudit", "rules"],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(tmp_path), "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert done.stderr.startswith("mcuaudit: mcuaudit/rules/settings/plain_ftp.py, line ")
    assert "RemedyKind has no TURN_OFF; the nearest name is SWITCH_OFF" in done.stderr
    assert (done.returncode, done.stdout) == (2, "")

"""Output never fails for what a terminal or pipe cannot encode."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests import programs
from tests.clean_export import CleanExport
from tests.patience import GENEROUS

ENCODINGS = {
    "latin-1": {"PYTHONIOENCODING": "latin-1"},
    "cp437": {"PYTHONIOENCODING": "cp437"},
    "ascii": {"PYTHONIOENCODING": "ascii"},
    "C": {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},
    "utf-8": {"PYTHONIOENCODING": "utf-8"},
}


def ran(name: str, *arguments: object) -> subprocess.CompletedProcess[bytes]:
    environment = {
        key: value for key, value in os.environ.items() if not key.startswith(("PYTHONIO", "PYTHONUTF", "LC_"))
    }
    environment |= ENCODINGS[name]
    if "PYTHONIOENCODING" in ENCODINGS[name]:
        return programs.run(*arguments, env=environment)
    # What the locale decides is decided at the start of the interpreter.
    return subprocess.run(
        [sys.executable, "-m", "mcuaudit", *map(str, arguments)],
        env=environment | {"PYTHONPATH": str(Path(__file__).parents[2])},
        capture_output=True,
        timeout=GENEROUS,
        check=False,
    )


@pytest.fixture(scope="module")
def export(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The clean device below a name that none of the encodings has, with a finding that names it."""
    directory = CleanExport().write(tmp_path_factory.mktemp("export"))
    (directory / "leeds").rename(directory / "\u0142\u00f3d\u017a \u2013 \u6771\u4eac \U0001f600")
    (directory / "\u0142\u00f3d\u017a \u2013 \u6771\u4eac \U0001f600" / "mcu-1" / "notes.txt").write_text("x")
    return directory


@pytest.mark.parametrize("name", ENCODINGS)
def test_check_prints_what_the_encoding_lacks_in_ascii(name: str, export: Path) -> None:
    done = ran(name, "check", export, "--at", "2026-06-11")
    assert b"Traceback" not in done.stderr
    assert b"UnicodeEncodeError" not in done.stderr
    assert done.returncode in (0, 1, 3), done.stderr
    assert done.stdout
    city = {"utf-8": "\u0142\u00f3d\u017a", "ascii": "\\u0142\\xf3d\\u017a", "C": "\\u0142\\xf3d\\u017a"}
    encoding = "ascii" if name == "C" else name
    assert city.get(name, "\\u0142\u00f3d\\u017a") in done.stdout.decode(encoding)


@pytest.mark.parametrize("name", ["latin-1", "C"])
def test_what_programs_read_is_utf_8(name: str, export: Path) -> None:
    done = ran(name, "check", export, "--at", "2026-06-11", "--format", "json")
    assert "\u0142\u00f3d\u017a" in json.dumps(json.loads(done.stdout.decode("utf-8")), ensure_ascii=False)


@pytest.mark.part(3)
@pytest.mark.parametrize("name", ["cp437", "C"])
@pytest.mark.parametrize("word", ["A11", "MCU205", "connections"])
def test_explanations(name: str, word: str) -> None:
    done = ran(name, "describe", word)
    assert (done.returncode, done.stderr) == (0, b"")
    assert done.stdout


@pytest.mark.parametrize("name", ["latin-1", "cp437", "C"])
def test_errors(name: str, tmp_path: Path) -> None:
    done = ran(name, "check", tmp_path / "\u6771\u4eac")
    assert done.returncode == 2
    assert b"\\u6771\\u4eac" in done.stderr or b"\\xe6\\x9d\\xb1" in done.stderr
    assert b"Traceback" not in done.stderr

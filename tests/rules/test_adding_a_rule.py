"""A rule is added by following CONTRIBUTING word for word, in a copy of the project."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import textwrap
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@cache
def section() -> str:
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    return text.partition("\n## Adding a rule\n")[2].partition("\n## ")[0]


def blocks(language: str) -> list[str]:
    found = re.findall(rf"^( *)```{language}\n(.*?)^\1```$", section(), re.MULTILINE | re.DOTALL)
    return [re.sub(rf"^{indent}", "", body, flags=re.MULTILINE) for indent, body in found]


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The project, without its history, with the rule of the example."""
    copy = tmp_path_factory.mktemp("checkout")
    skipped = shutil.ignore_patterns("__pycache__", "fixtures", "node_modules")
    for name in ("mcuaudit", "tests", "docs"):
        shutil.copytree(ROOT / name, copy / name, ignore=skipped)
    for name in ("data", "notebooks"):
        (copy / name).symlink_to(ROOT / name)
    for name in ("README.md", "CONTRIBUTING.md", "CHANGELOG.md", "pyproject.toml"):
        shutil.copy(ROOT / name, copy / name)
    look, module, case, test = blocks("python")
    (copy / "look.py").write_text(look, encoding="utf-8")
    file, cases, tests = re.findall(r"(?:Write|`FAILS` in|sides, in) `((?:mcuaudit|tests)/[^`]+\.py)`", section())
    assert not (copy / file).exists()
    (copy / file).write_text(module, encoding="utf-8")
    text = (copy / cases).read_text(encoding="utf-8")
    head, begin, rest = text.partition("FAILS: Final[dict[str, Break]] = {\n")
    assert begin
    (copy / cases).write_text(head + begin + case + rest, encoding="utf-8")
    with (copy / tests).open("a", encoding="utf-8") as appended:
        appended.write(f"\n\n{test}")
    return copy


def ran(copy: Path, *words: str) -> str:
    environment = {**os.environ, "PYTHONPATH": str(copy), "PYTHONDONTWRITEBYTECODE": "1"}
    command = [sys.executable, *words]
    done = subprocess.run(command, cwd=copy, env=environment, capture_output=True, text=True, check=False, timeout=900)
    assert done.returncode in (0, 3), done.stdout + done.stderr
    return done.stdout


def steps() -> list[list[str]]:
    """The commands of the last step, without the name of the interpreter."""
    lines = [re.findall(r'"[^"]*"|\S+', line) for line in blocks("sh")[0].splitlines()]
    assert [words[0] for words in lines] == ["python"] * 5
    return [[word.strip('"') for word in words[1:]] for words in lines]


def test_the_view_can_be_looked_at(copy: Path) -> None:
    printed = ran(copy, "look.py")
    assert all(column in printed for column in ("device_id", "subject", "not_before", "not_after", "leeds/"))


def test_the_example_passes_its_tests(copy: Path) -> None:
    printed = ran(copy, *steps()[0], "-p", "no:cacheprovider")
    assert int(re.findall(r"(\d+) passed", printed)[0]) >= 5
    assert "failed" not in printed


def test_the_rule_is_described_judged_and_documented(copy: Path) -> None:
    assert ran(copy, *steps()[1]).startswith("MCU120 long_lived (note)\n\nThe local certificate is valid for more than")
    ran(copy, *steps()[2])
    assert (copy / "findings.csv").read_text(encoding="utf-8").startswith("finding_id,")
    ran(copy, *steps()[3])
    assert '<a id="mcu120"></a>MCU120 long_lived' in (copy / "docs" / "rules.md").read_text(encoding="utf-8")


def test_a_wrong_name_in_the_example_is_refused_with_the_right_one(copy: Path) -> None:
    file = copy / "mcuaudit" / "rules" / "certificate" / "long_lived.py"
    wrong = file.read_text(encoding="utf-8").replace("{not_after}", "{not_afterwards}")
    script = f"import mcuaudit.rules\nexec({wrong.replace('MCU120', 'MCU121')!r}, {{'__name__': 'mcuaudit.rules.x'}})"
    environment = {**os.environ, "PYTHONPATH": str(copy)}
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=copy, env=environment, capture_output=True, text=True, check=False
    )
    assert 'message: unknown word "not_afterwards"; expected ' in done.stderr
    assert 'Did you mean "not_after"?' in done.stderr
    assert done.stderr.rstrip().endswith("A column that the function sets is declared in adds.")


def test_the_example_is_not_taken_in_the_project() -> None:
    from mcuaudit.rules import registered_rules

    assert "MCU120" not in registered_rules()
    assert textwrap.dedent(blocks("python")[2]).startswith('"MCU120": local(')

"""A rule is added by following CONTRIBUTING word for word, in a copy of the project."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
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


@cache
def codes() -> list[str]:
    """The codes of the two examples."""
    return re.findall(r'code="(MCU\d+)"', section())


def inserted(file: Path, dictionary: str, lines: str) -> None:
    """Add lines at the beginning of a dictionary."""
    begin = re.search(rf"^{dictionary}: Final.* = {{\n", text := file.read_text(encoding="utf-8"), re.MULTILINE)
    assert begin, f"{file.name} has no {dictionary}"
    file.write_text(text[: begin.end()] + lines + text[begin.end() :], encoding="utf-8")


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The project, without its history, with the rules of the examples."""
    copy = tmp_path_factory.mktemp("checkout")
    skipped = shutil.ignore_patterns("fixtures", "node_modules")
    for name in ("mcuaudit", "tests", "docs"):
        shutil.copytree(ROOT / name, copy / name, ignore=skipped)
    for name in ("data", "notebooks"):
        (copy / name).symlink_to(ROOT / name)
    for name in ("README.md", "CONTRIBUTING.md", "CHANGELOG.md", "pyproject.toml"):
        shutil.copy(ROOT / name, copy / name)
    look, module, case, test, second, fails, opens, choice = blocks("python")
    (copy / "look.py").write_text(look, encoding="utf-8")
    file, choices, cases, tests, other = re.findall(
        r"(?:Write|`CHOICES` in|`FAILS` in|sides, in|The example is) `((?:mcuaudit|tests)/[^`]+\.py)`",
        re.sub(r"\s+", " ", section()),
    )
    for place, content in ((file, module), (other, second)):
        assert not (copy / place).exists(), f"{place} is of the example; remove it"
        (copy / place).write_text(content, encoding="utf-8")
    inserted(copy / cases, "FAILS", case + fails)
    inserted(copy / cases, "OPENS", opens)
    inserted(copy / choices, "CHOICES", choice)
    with (copy / tests).open("a", encoding="utf-8") as appended:
        appended.write(f"\n\n{test}")
    return copy


def ran(copy: Path, *words: str) -> str:
    # What is compiled once need not be in the next command.
    environment = {**os.environ, "PYTHONPATH": str(copy), "PYTHONDONTWRITEBYTECODE": ""}
    command = [sys.executable, *words]
    done = subprocess.run(command, cwd=copy, env=environment, capture_output=True, text=True, check=False, timeout=900)
    assert done.returncode in (0, 3), done.stdout + done.stderr
    return done.stdout


def steps() -> list[list[str]]:
    """The commands of the last step, without the name of the interpreter."""
    *lines, tools = [re.findall(r'"[^"]*"|\S+', line) for line in blocks("sh")[0].splitlines()]
    assert " ".join(tools) == "ruff format . && ruff check --fix . && ruff format . && mypy"
    assert [words[0] for words in lines] == ["python"] * 6
    return [[word.strip('"') for word in words[1:]] for words in lines]


def test_the_view_can_be_looked_at(copy: Path) -> None:
    printed = ran(copy, "look.py")
    assert all(column in printed for column in ("device_id", "subject", "not_before", "not_after", "leeds/"))


def test_both_examples_pass_their_tests(copy: Path) -> None:
    """The first two commands in one, which collects what they run once; the second for its rule and without this file.

    To rewrite each assertion, for what it would say if it failed, takes as long as the tests.
    """
    *command, chosen = steps()[0]
    assert command == ["-m", "pytest", "tests/rules", "-k"]
    *words, this = steps()[1]
    assert this == "tests/rules/test_adding_a_rule.py"
    code = codes()[1]
    files = "tests/rules/test_certificate_rules.py"
    printed = ran(
        copy, *words, files, "-rp", "-k", f"{chosen} or {code} or every_rule", "-p", "no:cacheprovider",
        "--assert=plain",
    )  # fmt: skip
    assert "failed" not in printed
    assert len(re.findall(rf"PASSED .*{codes()[0]}|PASSED .*ten_years", printed)) >= 5
    for test in ("test_fails", "test_passes", "test_is_undetermined"):
        assert f"PASSED tests/rules/test_rules.py::{test}[{code}]" in printed
    assert "::test_every_rule_has_a_case_on_which_it_fails" in printed
    assert "::test_every_rule_says_what_would_fix_it_or_is_a_choice" in printed


def test_a_rule_is_described_judged_and_documented(copy: Path) -> None:
    first, second = codes()
    assert ran(copy, *steps()[2]).startswith(
        f"{first} long_lived (note)\n\nThe local certificate is valid for more than"
    )
    ran(copy, *steps()[3])
    assert (copy / "findings.csv").read_text(encoding="utf-8").startswith("finding_id,")
    ran(copy, *steps()[4])
    page = (copy / "docs" / "rules.md").read_text(encoding="utf-8")
    assert f'<a id="{first.lower()}"></a>{first} long_lived' in page
    assert f'<a id="{second.lower()}"></a>{second} many_names' in page


def test_a_wrong_name_in_the_example_is_refused_with_the_right_one(copy: Path) -> None:
    file = copy / "mcuaudit" / "rules" / "certificate" / "long_lived.py"
    wrong = file.read_text(encoding="utf-8").replace("{not_after}", "{not_afterwards}")
    script = f"import mcuaudit.rules\nexec({wrong.replace(codes()[0], 'MCU190')!r}, {{'__name__': 'mcuaudit.rules.x'}})"
    environment = {**os.environ, "PYTHONPATH": str(copy), "PYTHONDONTWRITEBYTECODE": ""}
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=copy, env=environment, capture_output=True, text=True, check=False
    )
    assert 'message: unknown placeholder "not_afterwards". Did you mean ' in done.stderr
    assert 'Did you mean "not_after"? Expected one of ' in done.stderr
    assert done.stderr.rstrip().endswith("A column that the function sets is declared in adds.")


def test_no_rule_of_the_project_has_a_reserved_code() -> None:
    """A code that the next rule of a group gets would break the examples."""
    from mcuaudit.rules import own_rules

    reserved = [code for code in own_rules() if re.fullmatch(r"MCU\d9\d", code)]
    assert reserved == [], "the second digit 9 is for examples"
    assert len(codes()) == 2
    assert all(re.fullmatch(r"MCU\d9\d", code) for code in codes())
    assert [code for code in re.findall(r"MCU\d{3}", section()) if code not in own_rules()] == [
        code for code in re.findall(r"MCU\d{3}", section()) if code in codes()
    ]
    for code, case in zip((codes()[0], *[codes()[1]] * 3), (blocks("python")[2], *blocks("python")[5:]), strict=True):
        assert case.lstrip().startswith(f'"{code}": ')

"""A format is added by its module and its test alone: here, by CONTRIBUTING word for word, and in other packages."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from mcuaudit import Audit
from mcuaudit.errors import ReportError, UsageError
from mcuaudit.system.modules import modules_of
from mcuaudit.writers.formats import FORMATS, write_audit
from mcuaudit.writers.interface import Format, Request
from mcuaudit.writers.register import Register, not_imported
from tests.clean_export import CleanExport
from tests.command.conftest import Run, run  # noqa: F401 - a fixture

ROOT = Path(__file__).parents[2]


@cache
def section() -> str:
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    return text.partition("\n## Adding a format\n")[2].partition("\n## ")[0]


def blocks(language: str) -> list[str]:
    found = re.findall(rf"^( *)```{language}\n(.*?)^\1```$", section(), re.MULTILINE | re.DOTALL)
    return [textwrap.dedent(body) for _, body in found]


def format_of_the_section() -> Format:
    names: dict[str, Format] = {}
    exec(blocks("python")[0], names)
    return names["FORMAT"]


@pytest.fixture
def added() -> Iterator[Format]:
    one = FORMATS.add(format_of_the_section())
    yield one
    FORMATS.remove(one.name)


def ran(*words: object, cwd: Path, path: Path) -> subprocess.CompletedProcess[str]:
    # What is compiled once need not be in the next command.
    environment = {**os.environ, "PYTHONPATH": str(path), "PYTHONDONTWRITEBYTECODE": ""}
    command = [sys.executable, *map(str, words)]
    return subprocess.run(command, cwd=cwd, env=environment, capture_output=True, text=True, check=False, timeout=300)


def test_the_test_of_the_section_passes(added: Format, audit: Audit) -> None:
    names: dict[str, Any] = {}
    exec(blocks("python")[1], names)
    tests = [name for name in names if name.startswith("test_")]
    assert tests
    for name in tests:
        names[name](audit)


@pytest.mark.whole
def test_contributing_is_followed_step_by_step(tmp_path: Path) -> None:
    copy = tmp_path / "checkout"
    skipped = shutil.ignore_patterns("fixtures", "node_modules")
    for name in ("mcuaudit", "tests", "docs"):
        shutil.copytree(ROOT / name, copy / name, ignore=skipped)
    for name in (
        "data",
        "notebooks",
        "README.md",
        "CONTRIBUTING.md",
        "CHANGELOG.md",
        "SECURITY.md",
        "pyproject.toml",
        ".pre-commit-config.yaml",
    ):
        (copy / name).symlink_to(ROOT / name)
    shutil.copy(ROOT / "README.md", copy / "page.md")
    (copy / "README.md").unlink()
    (copy / "page.md").rename(copy / "README.md")
    module, test = re.findall(r"Write (?:its test, )?`([^`]+\.py)`", section())
    for file, content in zip((module, test), blocks("python"), strict=True):
        assert not (copy / file).exists()
        (copy / file).write_text(content, encoding="utf-8")

    tests, check, pages, documents, tools = (line.split() for line in blocks("sh")[0].splitlines())
    assert tests == ["python", "-m", "pytest", "tests/writers"]
    assert documents[:4] == ["python", "-m", "pytest", "tests/test_documents.py"]
    assert " ".join(tools) == "ruff format . && ruff check --fix . && ruff format . && mypy"
    done = ran(*check[1:], cwd=copy, path=copy)
    assert done.returncode in (0, 3), done.stderr
    assert (copy / "audit.example").read_text(encoding="utf-8").startswith("# sample\\-fleet: ")

    done = ran(*pages[1:], cwd=copy, path=copy)
    assert done.returncode == 0, done.stderr
    made = (copy / "docs" / "formats.md").read_text(encoding="utf-8")
    assert f"| `example-ticket` | `.example` | {format_of_the_section().meaning} |" in made
    # Both commands of tests in one, and without what each assertion would say: that takes as long as they do.
    done = ran(
        "-m", "pytest", "-p", "no:cacheprovider", "--assert=plain", "-rp", test, "tests/writers/test_formats.py",
        "tests/writers/test_all_say_the_same.py", "tests/test_documents.py", "-k",
        "example_ticket or example-ticket or each_module or using or formats or links", cwd=copy, path=copy,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout
    assert len(re.findall(r"PASSED .*(?:example.ticket|each_module)", done.stdout)) >= 5
    assert len(re.findall(r"PASSED tests/test_documents", done.stdout)) >= 3
    assert "example-ticket" in ran("-m", "mcuaudit", "check", "--help", cwd=copy, path=copy).stdout


def test_name_and_extension_of_the_example_are_reserved() -> None:
    """A format of that name or extension, or with that test, would break the example."""
    example = format_of_the_section()
    assert (example.name, example.ending) == ("example-ticket", ".example")
    assert "`example-ticket` and `.example` are reserved" in " ".join(section().split())
    assert not [one.name for one in FORMATS.own.values() if "example" in f"{one.name} {one.ending}"]
    assert not list((ROOT / "tests" / "writers").glob("test_example*"))


def test_an_added_format_is_written_by_the_function_and_the_command(
    added: Format,
    sample: Audit,
    run: Run,  # noqa: F811
    tmp_path: Path,
) -> None:
    text = write_audit(sample, "fleet", "example-ticket", tmp_path / "a.example").read_text(encoding="utf-8")
    assert text.startswith("# fleet: ")
    export = CleanExport().write(tmp_path / "export")
    arguments = ("check", export, "--at", "2026-11-23")
    assert run(*arguments, "--format", "example-ticket", "--out", tmp_path / "named.txt").code == 0
    assert run(*arguments, "--out", tmp_path / "ending.example").code == 0
    assert run(*arguments, "--format", "example-ticket").out == (tmp_path / "named.txt").read_text(encoding="utf-8")
    assert (tmp_path / "ending.example").read_bytes() == (tmp_path / "named.txt").read_bytes()
    with pytest.raises(UsageError, match="example-ticket is taken"):
        FORMATS.add(added)


def test_a_format_that_was_removed_is_not_known(run: Run, tmp_path: Path) -> None:  # noqa: F811
    FORMATS.remove(FORMATS.add(format_of_the_section()).name)
    assert "example-ticket" not in FORMATS
    refused = run("check", CleanExport().write(tmp_path / "export"), "--format", "example-ticket")
    assert refused.code == 2
    assert '--format: unknown format "example-ticket"; expected "table", "csv"' in refused.err


def package(directory: Path, entry_points: str, module: str) -> Path:
    """An installed package, as pip leaves it."""
    information = directory / "their_formats-1.0.dist-info"
    information.mkdir(parents=True)
    (information / "METADATA").write_text("Metadata-Version: 2.1\nName: their-formats\nVersion: 1.0\n")
    (information / "entry_points.txt").write_text(f"[mcuaudit.formats]\n{entry_points}\n")
    (directory / "their_formats.py").write_text(module, encoding="utf-8")
    return directory


def test_a_package_provides_a_format_by_its_entry_point(tmp_path: Path) -> None:
    (line,) = (line for line in blocks("toml")[0].splitlines() if "=" in line)
    assert '[project.entry-points."mcuaudit.formats"]' in blocks("toml")[0]
    entry = line.replace('"', "").replace("your_package.example_ticket", "their_formats")
    site = package(tmp_path / "site", entry, blocks("python")[0])
    export = CleanExport().write(tmp_path / "export")
    words = ("-m", "mcuaudit", "check", export, "--at", "2026-11-23", "--out", "a.example")
    done = ran(*words, cwd=tmp_path, path=Path(f"{ROOT}{os.pathsep}{site}"))
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "a.example").read_text(encoding="utf-8").startswith("# export: ")


@pytest.mark.parametrize(
    ("entry", "module", "words"),
    [
        (
            "broken = their_formats:FORMAT",
            "raise ValueError('half installed')",
            "ValueError: half installed.*uninstall",
        ),
        ("broken = their_formats:FORMAT", "FORMAT = 1", "gives a int for the entry point broken"),
        (
            "broken = their_formats:FORMAT",
            "from mcuaudit.writers.interface import Format\n"
            "FORMAT = Format(name='other', meaning='x', ending='.x', make=lambda request: '')",
            "gives a format with the name other",
        ),
    ],
)
def test_a_package_whose_format_cannot_be_used_is_named_and_the_others_stay(
    entry: str, module: str, words: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.syspath_prepend(package(tmp_path, entry, module))
    monkeypatch.delitem(sys.modules, "their_formats", raising=False)
    register = Register(lambda: modules_of("mcuaudit.writers.formats"), "mcuaudit.formats")
    assert [*register] == [*FORMATS.own, "broken"]
    assert register["json"].ending == ".json"
    with pytest.raises(UsageError, match="their-formats") as raised:
        register["broken"]
    assert re.search(words, str(raised.value))


def test_the_working_directory_is_not_searched(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(package(tmp_path / "export", "broken = their_formats:FORMAT", "raise ValueError"))
    monkeypatch.syspath_prepend("")
    assert [*Register(lambda: modules_of("mcuaudit.writers.formats"), "mcuaudit.formats")] == [*FORMATS.own]


def test_a_package_does_not_replace_a_format_of_mcuaudit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(package(tmp_path, "json = their_formats:FORMAT", "raise ValueError"))
    register = Register(lambda: modules_of("mcuaudit.writers.formats"), "mcuaudit.formats")
    assert [*register] == [*FORMATS.own]
    assert register["json"] is FORMATS["json"]


FORMAT = """\
from mcuaudit.writers.interface import Format
FORMAT = Format(name="{name}", meaning="x", ending=".{name}", make=lambda request: "")
"""
WRONG_MODULES = {
    "no FORMAT": ("", "the module has no FORMAT; declare FORMAT, see mcuaudit/writers/interface.py."),
    "another value": ("FORMAT = 1", "FORMAT is a int; declare FORMAT, see mcuaudit/writers/interface.py."),
    "an error": ("raise ValueError('half\\ndone')", "ValueError: half done."),
    "an import": ("import no_such_package", "ModuleNotFoundError: No module named 'no_such_package'."),
    "a misspelt import": (
        "from mcuaudit.writers.interface import Formats",
        "mcuaudit.writers.interface has no Formats; the nearest name is Format.",
    ),
    "a syntax error": ("FORMAT = (", "SyntaxError: '(' was never closed."),
    "a wrong name": (FORMAT.format(name="A_B"), 'The format name is "A_B"; expected lower-case letters'),
    "a repeated name": (
        FORMAT.format(name="json"),
        "the format name json is taken by mcuaudit/writers/formats/json_text.py; choose another one.",
    ),
}


@pytest.mark.parametrize("wrong", WRONG_MODULES)
def test_a_module_that_is_no_format_is_named_in_one_line(
    wrong: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    content, said = WRONG_MODULES[wrong]
    package = f"formats_{list(WRONG_MODULES).index(wrong)}"
    (tmp_path / package).mkdir()
    modules = {"__init__": "", "json_text": FORMAT.format(name="json"), "ticket": content}
    for name, text in modules.items():
        (tmp_path / package / f"{name}.py").write_text(text, encoding="utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    register = Register(lambda: modules_of(package, not_imported), "mcuaudit.formats")
    with pytest.raises(UsageError) as error:
        register["json"]
    place, _, reason = str(error.value).partition(": ")
    assert re.fullmatch(rf"{package}/ticket\.py(, line \d+)?", place)
    assert reason.startswith(said.replace("mcuaudit/writers/formats", package))
    assert ("declare FORMAT" in reason) == ("has no FORMAT" in reason or "FORMAT is a" in reason)
    assert "\n" not in str(error.value)


def test_a_module_without_a_format_stops_what_needs_formats_and_no_other_check(tmp_path: Path) -> None:
    shutil.copytree(ROOT / "mcuaudit", tmp_path / "mcuaudit")
    (tmp_path / "mcuaudit" / "writers" / "formats" / "ticket.py").write_text("", encoding="utf-8")
    export = CleanExport().write(tmp_path / "export")
    words = ("-m", "mcuaudit", "check", export, "--at", "2026-06-15")
    done = ran(*words, "--format", "json", cwd=tmp_path, path=tmp_path)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.splitlines() == [
        "mcuaudit: mcuaudit/writers/formats/ticket.py: the module has no FORMAT; declare FORMAT, see "
        "mcuaudit/writers/interface.py."
    ]
    assert ran(*words, cwd=tmp_path, path=tmp_path).returncode == 0


def wrong(request: Request) -> str:
    return dict[str, str]()["frame"]


NOT_WRITTEN: dict[str, tuple[Any, str]] = {
    "None": (lambda request: None, r"\(.*test_adding_a_format\.py, line \d+\) returns NoneType; expected str or bytes"),
    "a list": (lambda request: ["a"], r"returns list; expected str or bytes"),
    "a KeyError": (wrong, rf"raised KeyError: 'frame' \(.*_format\.py, line {wrong.__code__.co_firstlineno + 1}\)"),
    "another interface": (lambda audit, name: "", r"raised TypeError: .* missing 1 required positional argument"),
}


@pytest.mark.parametrize("case", NOT_WRITTEN)
def test_a_format_that_cannot_write_is_named_with_its_file(
    case: str,
    run: Run,  # noqa: F811
    tmp_path: Path,
) -> None:
    make, said = NOT_WRITTEN[case]
    FORMATS.add(Format(name="wrong", meaning="x", ending=".wrong", make=make))
    try:
        export = CleanExport().write(tmp_path / "export")
        done = run("check", export, "--at", "2026-11-23", "--format", "wrong", "--out", tmp_path / "a.wrong")
    finally:
        FORMATS.remove("wrong")
    assert done.code == 4
    assert re.match(rf"mcuaudit: The format wrong .*{said}", done.err)
    assert "Internal" not in done.err
    assert not (tmp_path / "a.wrong").exists()


def test_a_directory_that_cannot_be_written_by_its_format_is_named(sample: Audit, tmp_path: Path) -> None:
    def save(audit: Audit, target: Path) -> Path:
        raise IndexError("none")

    FORMATS.add(Format(name="wrong", meaning="x", save=save))
    try:
        with pytest.raises(ReportError, match=r"^The format wrong raised IndexError: none \(.*line \d+\)"):
            write_audit(sample, "fleet", "wrong", tmp_path / "a")
    finally:
        FORMATS.remove("wrong")


TESTED_BY = {
    "csv": "test_formats.py",
    "csv-spreadsheet": "test_all_say_the_same.py",
    "json": "test_json_schema.py",
    "parquet": "test_formats.py",
}
"""The test of a format where it is not called as the format."""


@pytest.mark.parametrize("name", FORMATS.own)
def test_each_format_has_a_test(name: str) -> None:
    file = TESTED_BY.get(name, f"test_{name.replace('-', '_')}.py")
    path = ROOT / "tests" / "writers" / file
    assert path.exists(), f"write tests/writers/{file}, which tests the format {name}"
    assert name in path.read_text(encoding="utf-8"), f"tests/writers/{file} does not name the format {name}"


def test_of_two_formats_with_one_extension_the_first_by_name_is_written(
    run: Run,  # noqa: F811
    tmp_path: Path,
) -> None:
    """`--out a.csv` gives `csv`, and what is added has no way to take it over."""
    assert [name for name, one in FORMATS.own.items() if one.ending == ".csv"] == ["csv", "csv-spreadsheet"]
    FORMATS.add(Format(name="aaa", meaning="x", ending=".csv", make=lambda request: "aaa"))
    try:
        export = CleanExport().write(tmp_path / "export")
        assert run("check", export, "--at", "2026-11-23", "--out", tmp_path / "a.csv").code == 0
    finally:
        FORMATS.remove("aaa")
    assert (tmp_path / "a.csv").read_text(encoding="utf-8").startswith("finding_id,")
    page = (ROOT / "docs" / "formats.md").read_text(encoding="utf-8")
    assert "Of several formats with one extension, `--out` takes the first of this table" in " ".join(page.split())

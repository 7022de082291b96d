"""What all tests share: oracles tell their score, and the scores stand together at the end of a run."""

from __future__ import annotations

import contextlib
import gc
import importlib
import os
import shutil
from collections.abc import Callable, Generator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings

import mcuaudit
from mcuaudit.system.slow_imports import uri_grammar_put_off
from tests.hints import BY_TEST, hints_given
from tests.of_programs import is_left_out
from tests.sampling import WHOLE, part_of

with uri_grammar_put_off():
    from tests.report.short_notebooks import short_notebooks

# The same cases in every run, however busy the machine is.
settings.register_profile("mcuaudit", deadline=None, derandomize=True, database=None)
settings.load_profile("mcuaudit")

Score = Callable[[str], None]

_SCORE = "score"


_LONGEST_NAME = 60

TOGETHER = {
    "tests/browser/test_tables.py": "tests/browser/test_pages.py",
    "tests/browser/test_sections_in_lab.py": "tests/browser/test_lab.py",
    "tests/browser/test_live_explorer.py": "tests/browser/test_lab.py",
}
"""Files of tests that are run by the process of another one, as they share its pages or its JupyterLab."""


def pytest_make_parametrize_id(val: object, argname: str) -> str | None:
    """Name a case after its argument where its value is long.

    Certificates are new in each process, so their octets in a name would make pytest-xdist see other tests in each.
    """
    return argname if isinstance(val, str | bytes) and len(val) > _LONGEST_NAME else None


def pytest_configure(config: pytest.Config) -> None:
    """The markers of tests that `make test` runs a part of."""
    config.addinivalue_line("markers", "whole: runs with WHOLE_TESTS=1 only")
    config.addinivalue_line("markers", "part(most): of its cases a part runs, all with WHOLE_TESTS=1")


def pytest_sessionstart(session: pytest.Session) -> None:
    """Of two processes that begin with all tests, the second imports the last ones first.

    In a new checkout, to compile the tests takes longer than to collect them: so each compiles half of them.
    """
    root = Path(__file__).parent
    is_whole = [Path(word).name for word in session.config.args] == ["tests"]
    if os.environ.get("PYTEST_XDIST_WORKER") == "gw1" and is_whole:
        for file in sorted(root.rglob("test_*.py"), reverse=True):
            if is_left_out(file.relative_to(root)):
                continue
            # What cannot be imported, or is skipped as a whole, is reported when it is collected.
            with contextlib.suppress(Exception, pytest.skip.Exception):
                importlib.import_module(".".join(file.relative_to(root.parent).with_suffix("").parts))


def pytest_ignore_collect(collection_path: Path) -> bool | None:
    """A file of tests that is not of the part is not imported; None leaves the others to pytest."""
    if not collection_path.name.startswith("test_"):
        return None
    return is_left_out(collection_path.relative_to(Path(__file__).parent)) or None


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out the cases that are not of the part, unless tests were asked for by their names."""
    if WHOLE or any("::" in word for word in config.args):
        return
    cases: dict[str, list[pytest.Function]] = {}
    for item in items:
        if isinstance(item, pytest.Function) and item.get_closest_marker("part"):
            cases.setdefault(item.nodeid.partition("[")[0], []).append(item)
    left_out = [item for item in items if item.get_closest_marker("whole")]
    for found in cases.values():
        (most,) = found[0].get_closest_marker("part").args  # type: ignore[union-attr]
        kept = part_of([one.callspec.indices for one in found], most)
        left_out += [one for place, one in enumerate(found) if place not in kept]
    if left_out:
        config.hook.pytest_deselected(items=left_out)
        gone = set(map(id, left_out))
        items[:] = [item for item in items if id(item) not in gone]


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """With `--dist loadfile`, files that share what takes long to make are run by one process too."""
    if config.getvalue("dist") != "loadfile":
        return None
    from xdist.scheduler import LoadFileScheduling

    class Together(LoadFileScheduling):
        def _split_scope(self, nodeid: str) -> str:
            file = super()._split_scope(nodeid)
            return TOGETHER.get(file, file)

    return Together(config, log)


def pytest_collection_finish() -> None:
    """Thousands of tests are objects that stay; looking through them for garbage again and again takes time."""
    gc.collect()
    gc.freeze()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Generator[None]:
    """A test that follows a hint of the register must have had the hint of that place."""
    if item.nodeid not in BY_TEST:
        return (yield)
    with hints_given() as given:
        result = yield
    missing = BY_TEST[item.nodeid] - given
    assert not missing, f"no hint was given by {sorted(missing)}, but by {sorted(given)}"
    return result


@pytest.fixture(scope="session")
def sample_audit() -> mcuaudit.Audit:
    """The sample fleet as of the date of its story, audited once; no test changes its frames."""
    return mcuaudit.audit(mcuaudit.read_export(mcuaudit.sample_directory()), at="2026-11-23")


@pytest.fixture(scope="session")
def leeds_export(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample without its other sites: to prove what to do first in all of them takes five times as long."""
    others = shutil.ignore_patterns("hamburg", "oslo", "singapore")
    return Path(
        shutil.copytree(mcuaudit.sample_directory(), tmp_path_factory.mktemp("leeds") / "export", ignore=others)
    )


@pytest.fixture(scope="session")
def short_notebooks_directory(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Notebooks of one line for the reports."""
    return short_notebooks(tmp_path_factory.mktemp("short-notebooks"))


@pytest.fixture
def short_pages(short_notebooks_directory: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Reports have pages of one line: for tests of what becomes of pages, not of what is on them."""
    monkeypatch.setattr("mcuaudit.report.render.notebooks_directory", lambda: short_notebooks_directory)


@pytest.fixture
def score(record_property: Callable[[str, object], None]) -> Score:
    """Takes one line with the score of an oracle, which the summary of the run shows.

    A property of the report, as reports are what travels from the processes of pytest-xdist to the one that tells.
    """

    def keep(line: str) -> None:
        record_property(_SCORE, line)

    return keep


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Show the scores, in the order of their words: which process was first says nothing."""
    lines = {
        str(value)
        for reports in terminalreporter.stats.values()
        for report in reports
        if isinstance(report, pytest.TestReport) and report.when == "call"
        for name, value in report.user_properties
        if name == _SCORE
    }
    if lines:
        terminalreporter.write_sep("=", "scores of the oracles")
        for line in sorted(lines):
            terminalreporter.write_line(line)

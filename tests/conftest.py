"""What all tests share: oracles tell their score, and the scores stand together at the end of a run."""

from __future__ import annotations

from collections.abc import Callable

import pytest

Score = Callable[[str], None]

_SCORE = "score"


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

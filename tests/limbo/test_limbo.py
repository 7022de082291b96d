"""x509-limbo: each answer that differs from the suite's has its reason.

The file is named by MCUAUDIT_LIMBO; without it there is nothing to judge.
"""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

import pytest

from tests.limbo.cases import Case, read_cases
from tests.limbo.exceptions import read_exceptions
from tests.limbo.exceptions import score as scored
from tests.limbo.judge import Answer, answer

FILE = os.environ.get("MCUAUDIT_LIMBO", "")
PAGE = Path(__file__).parents[2] / "docs" / "verdicts.md"
CASES_OF_THE_PAGE = "07933dc75492a590"
"""The digest of the ids of the cases whose score docs/verdicts.md has."""

pytestmark = pytest.mark.skipif(not FILE, reason="MCUAUDIT_LIMBO names no file")


@pytest.fixture(scope="module")
def answers() -> list[tuple[Case, Answer]]:
    return [(case, answer(case)) for case in read_cases(Path(FILE))]


def test_every_difference_from_limbo_has_its_reason(answers, score):
    found = scored(answers, read_exceptions())
    score(found.line)
    assert found.unexplained == {}
    assert len(found.as_expected) >= len(answers) * 0.7


def test_the_page_has_the_score_of_its_cases(answers):
    ids = "\n".join(sorted(case.id for case, _ in answers))
    if hashlib.sha256(ids.encode()).hexdigest()[:16] != CASES_OF_THE_PAGE:
        pytest.skip("other cases than those of the page")
    found = scored(answers, read_exceptions())
    opened = sum(given.outcome == "open" for case, given in answers if case.id in found.explained)
    row = next(line for line in PAGE.read_text(encoding="utf-8").splitlines() if line.startswith("| x509-limbo"))
    assert row.startswith(f"| x509-limbo, {len(answers)} of its cases,")
    assert f"| {len(found.as_expected)} as expected | {len(found.explained)}, by the section" in row
    assert row.endswith(f"; {opened} of them undetermined | {len(found.unexplained)} |")


def test_no_exception_covers_a_case_that_is_answered_as_expected(answers):
    assert scored(answers, read_exceptions()).needless == {}


def test_what_the_suite_accepts_is_accepted(answers):
    """Exceptions are about duties that the suite adds, not about paths that it accepts, readings apart."""
    refused = {
        case.id: found.context
        for case, found in answers
        if case.expected == "SUCCESS" and found.result != "SUCCESS" and not found.readings
    }
    assert refused == {}

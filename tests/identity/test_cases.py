"""Every cell of the table of identities, from certificates that were issued and read back."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from mcuaudit.identity import STANDARDS, match
from tests.identity.cases import STANDARDS_OF_TABLE, Case, read_table
from tests.identity.certificates import issue

CASES = read_table()


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.names}--{case.reference}")
def test_case(case: Case) -> None:
    """Every standard of the table; RFC 5924 has the identities of RFC 5922."""
    for standard, column in [*zip(STANDARDS_OF_TABLE, STANDARDS_OF_TABLE, strict=True), ("rfc5924", "rfc5922")]:
        found = match(issue(case.names), case.reference, standard)
        assert (found.outcome.value, found.reading or "") == case.expected[column], f"{standard}: {found.reason}"
        assert found.reference == case.reference
        assert found.standard == standard
        assert (found.presented is None) == (found.found_in is None)
        assert "" not in (found.presented, found.found_in, found.reading)


def test_table_is_large_and_distinct(score: Callable[[str], None]) -> None:
    distinct = {(case.names, case.reference) for case in CASES}
    score(f"identities, table: {len(distinct)} cases × {len(STANDARDS)} standards")
    assert len(distinct) == len(CASES) >= 80


@pytest.mark.parametrize("standard", STANDARDS_OF_TABLE)
def test_every_open_cell_names_a_reading(standard: str) -> None:
    for case in CASES:
        outcome, reading = case.expected[standard]
        assert reading or outcome != "open", case

"""The ids of rows that other parts of a page link to."""

from __future__ import annotations

from mcuaudit.report.html import anchor


def rule_anchor(rule: str) -> str:
    """The id of the row of a rule, with what it checks."""
    return anchor("rule", rule)


def reading_anchor(reading: str) -> str:
    """The id of the row of a reading, with what is reported for it."""
    return anchor("reading", reading)

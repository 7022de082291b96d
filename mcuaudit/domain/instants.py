"""Times as people write them."""

from __future__ import annotations

from datetime import UTC, date, datetime


def instant(at: str | date | datetime) -> datetime:
    """The aware UTC time that `at` names; a bare date is 00:00 UTC.

    Raises:
        ValueError: `at` is a text that is no ISO 8601 date or time, or a datetime without a zone.
    """
    if isinstance(at, str):
        text = at.strip()
        try:
            at = date.fromisoformat(text) if len(text) == 10 else datetime.fromisoformat(text)
        except ValueError as error:
            raise ValueError(f'"{text}" is no date or time in the form of ISO 8601') from error
    if not isinstance(at, datetime):
        return datetime(at.year, at.month, at.day, tzinfo=UTC)
    if at.tzinfo is None:
        raise ValueError(f"the time {at.isoformat()} has no zone; write for example {at.isoformat()}+00:00")
    try:
        return at.astimezone(UTC)
    except OverflowError as error:
        raise ValueError(f"the time {at.isoformat()} lies outside the years 1 to 9999 in UTC") from error

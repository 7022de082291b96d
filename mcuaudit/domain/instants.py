"""Times in the form in which people write them."""

from __future__ import annotations

from datetime import UTC, date, datetime, time

from mcuaudit.errors import UsageError


def instant(at: str | date | datetime) -> datetime:
    """The aware UTC time that `at` names, in whole seconds; a bare date is 00:00 UTC.

    The validity of a certificate is encoded in seconds (RFC 5280, section 4.1.2.5), so a part of a second is dropped.

    Raises:
        ValueError: `at` is not a date or time of ISO 8601, or is a datetime without a zone.
    """
    if isinstance(at, str):
        text = at.strip()
        try:
            at = date.fromisoformat(text) if len(text) == 10 else datetime.fromisoformat(text)
        except ValueError as error:
            raise ValueError(f'"{text}" is not an ISO 8601 date or time') from error
    if not isinstance(at, datetime):
        return datetime(at.year, at.month, at.day, tzinfo=UTC)
    if at.tzinfo is None:
        raise ValueError(f"the time {at.isoformat()} has no time zone")
    try:
        return at.astimezone(UTC).replace(microsecond=0)
    except OverflowError as error:
        raise ValueError(f"the time {at.isoformat()} is outside the years 1 to 9999 in UTC") from error


def time_given(at: str | date | datetime, name: str = "at") -> datetime:
    """As `instant`, for an argument or option of that name.

    Raises:
        UsageError: it is not a date or time, or a datetime without a zone.
    """
    try:
        return instant(at)
    except (ValueError, AttributeError) as error:
        reason = error if isinstance(error, ValueError) else f"a {type(at).__name__} is not a time"
        raise UsageError(f"{name}: {reason}. Expected, for example, 2026-11-23 or 2026-11-23T12:00:00Z.") from error


def short_time(at: datetime) -> str:
    """``2026-11-23``, or ``2026-11-23 12:30 UTC`` where it is not midnight."""
    utc = at.astimezone(UTC)
    return f"{utc:%Y-%m-%d}" if utc.time() == time() else f"{utc:%Y-%m-%d %H:%M} UTC"

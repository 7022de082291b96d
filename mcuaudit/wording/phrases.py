"""Words for people: numbers, dates, lists, and the terms of pages for outcomes, severities and connections."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, tzinfo
from typing import Any, Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from mcuaudit.domain.connections import ConnectionType

REFUSED: Final = "refused"
UNVERIFIED: Final = "unverified"
UNDETERMINED: Final = "undetermined"
ACCEPTED: Final = "accepted"
NOT_APPLICABLE: Final = "not applicable"

CONNECTION_WORDS: Final = (REFUSED, UNDETERMINED, UNVERIFIED, ACCEPTED, NOT_APPLICABLE)
"""The words of a page for the outcome of a connection, worst first."""

LETTERS: Final = {REFUSED: "R", UNDETERMINED: "?", UNVERIFIED: "U", ACCEPTED: "A"}
"""One letter for each, if there is no room for the word."""

CALLED: Final = {
    ConnectionType.INCOMING_SIP: "incoming SIP calls",
    ConnectionType.OUTGOING_SIP: "outgoing SIP calls",
    ConnectionType.WEB_USER: "web logins",
    ConnectionType.API_USER: "API logins",
    ConnectionType.OCSP_SERVER: "requests to the OCSP server",
    ConnectionType.FEEDBACK_RECEIVER: "feedback",
}
GRADE_WORDS: Final = {"doc": "documented", "inferred": "inferred", "open": "not documented"}
AUTHENTICATED_WORDS: Final = {
    "both": "both sides verify",
    "mcu_only": "only the MCU verifies",
    "peer_only": "only the peer verifies",
    "neither": "neither side verifies",
    "open": "undetermined",
}
_FILES_OF_VALUES: Final = (".toml", ".csv", ".xlsx", ".xml")

REDACTED: Final = "Redacted: names, addresses, serial numbers and digests are pseudonyms."
"""What a page or summary says of an audit that `Audit.redact` made."""


def is_missing(value: Any) -> bool:
    """The cell has no value."""
    import pandas as pd

    return bool(pd.isna(value))


def said(value: Any, otherwise: str = "") -> str:
    """The cell as text, `otherwise` if it has no value."""
    return otherwise if is_missing(value) else str(value)


_PROBLEM_WORDS: Final = {"licence": "licence key", "saved_request": "saved request"}


def problem_words(kind: str, file: object, where: object) -> str:
    """The kind of a problem in words: a value of a file of text is invalid, but a block of certificates unreadable."""
    of_values = said(file).lower().endswith(_FILES_OF_VALUES)
    if kind == "unreadable" and of_values and said(where):
        return "invalid"
    return _PROBLEM_WORDS.get(kind, kind)


_ABBREVIATIONS: Final = {
    word.lower(): word for word in ("API", "CA", "DNS", "FTP", "HTTP", "IP", "OCSP", "RSA", "SAN", "SIP", "TLS", "URI")
}


def rule_words(name: str) -> str:
    """The name of a rule as a label: ``api_user_refused`` gives ``API user refused``."""
    words = " ".join(_ABBREVIATIONS.get(word, word) for word in name.split("_"))
    return words.replace("self signed", "self-signed")


def listed(names: Sequence[str], most: int = 3) -> str:
    """``a``, ``a and b``, ``a, b, c and 4 more``."""
    if len(names) > most:
        return f"{', '.join(names[:most])} and {len(names) - most:,} more"
    return " and ".join(part for part in (", ".join(names[:-1]), names[-1] if names else "") if part)


def begun(sentence: str) -> str:
    """`sentence` with a capital letter, unless it begins with the name of a file."""
    first = sentence.partition(" ")[0].rstrip(".:,")
    return sentence if "." in first or "/" in first else sentence[:1].upper() + sentence[1:]


_CONTINUABLE: Final = frozenset(
    {"The", "This", "That", "It", "A", "An", "No", "None", "One", "Only", "Whether", "There"}
)


def continued(sentence: str) -> str:
    """`sentence` as it stands after a colon: in lower case where it begins with an article or the like, not a name."""
    first = sentence.partition(" ")[0]
    return sentence[:1].lower() + sentence[1:] if first in _CONTINUABLE else sentence


def zone_of(name: str | None) -> tzinfo:
    """The time zone of that name; UTC for no name, or one that the machine does not have."""
    if not name:
        return UTC
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return UTC


def long_date(moment: datetime, zone: tzinfo = UTC) -> str:
    """``4 December 2026``."""
    local = moment.astimezone(zone)
    return f"{local.day} {_MONTHS[local.month - 1]} {local.year}"


def short_date(moment: Any, zone: tzinfo = UTC) -> str:
    """``4 Dec 2026`` for a table; empty if there is none."""
    if is_missing(moment):
        return ""
    local = moment.astimezone(zone)
    return f"{local.day} {_MONTHS[local.month - 1][:3]} {local.year}"


def short_month(number: int) -> str:
    """``Dec`` for 12."""
    return _MONTHS[number - 1][:3]


def month_and_year(moment: datetime) -> str:
    """``Dec 2026``, for an axis."""
    return f"{short_month(moment.month)} {moment.year}"


def time_of_day(moment: datetime, zone: tzinfo = UTC) -> str:
    """``4 December 2026, 13:05 UTC``."""
    local = moment.astimezone(zone)
    return f"{long_date(moment, zone)}, {local:%H:%M} {local.tzname()}"


def on_and_at(moment: datetime, zone: tzinfo = UTC) -> str:
    """``4 December 2026 at 13:05 UTC``, after the word on."""
    return time_of_day(moment, zone).replace(", ", " at ")


def date_range(first: datetime, last: datetime, zone: tzinfo = UTC) -> str:
    """``2 to 9 November 2026``, with month and year only once if they are the same."""
    start, end = first.astimezone(zone).date(), last.astimezone(zone).date()
    if start == end:
        return long_date(last, zone)
    if (start.year, start.month) == (end.year, end.month):
        return f"{start.day} to {long_date(last, zone)}"
    if start.year == end.year:
        return f"{start.day} {_MONTHS[start.month - 1]} to {long_date(last, zone)}"
    return f"{long_date(first, zone)} to {long_date(last, zone)}"


# Not strftime: month names would follow the locale of the machine, and %-d is not known everywhere.
_MONTHS: Final = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip


def key_words(algorithm: str, size: int | None) -> str:
    """``a 2048-bit RSA key``, ``an Ed25519 key``."""
    words = f"{size}-bit {algorithm} key" if size else f"{algorithm} key"
    return f"{'an' if words[0] in 'AEIOU8' or words.startswith('RSA') else 'a'} {words}"


def short_hash(value: Any, digits: int = 8) -> str:
    """The first digits of a digest; empty if there is none."""
    return said(value)[:digits]

"""Encodings of times with what they say: the two forms of RFC 5280, section 4.1.2.5, and others."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final

from tests.authority import encoded


def time(text: str) -> bytes:
    """A UTCTime, or a GeneralizedTime for a year of four digits."""
    return encoded(0x17 if len(text) == 13 else 0x18, text.encode())


TIMES: Final[list[tuple[bytes, datetime | None]]] = [
    (time("491231235959Z"), datetime(2049, 12, 31, 23, 59, 59, tzinfo=UTC)),
    (time("500101000000Z"), datetime(1950, 1, 1, tzinfo=UTC)),
    (time("000102030405Z"), datetime(2000, 1, 2, 3, 4, 5, tzinfo=UTC)),
    (time("990102030405Z"), datetime(1999, 1, 2, 3, 4, 5, tzinfo=UTC)),
    (time("20261123120000Z"), datetime(2026, 11, 23, 12, tzinfo=UTC)),
    (time("20490102030405Z"), datetime(2049, 1, 2, 3, 4, 5, tzinfo=UTC)),
    (time("19490102030405Z"), datetime(1949, 1, 2, 3, 4, 5, tzinfo=UTC)),
    (encoded(0x17, b"20261123120000Z"), None),
    (encoded(0x18, b"261123120000Z"), None),
    (encoded(0x17, b"2611231200Z"), None),
    (encoded(0x17, b"261123120000+0000"), None),
    (encoded(0x17, b"261323120000Z"), None),
    (encoded(0x18, b"20260230120000Z"), None),
    (encoded(0x18, b"20261123120000.5Z"), None),
    (encoded(0x16, b"261123120000Z"), None),
]
"""Each with its time; None where it is none."""

"""Numbers in words for people, with the noun that is counted."""

from __future__ import annotations

from typing import Final

_SMALL_NUMBERS: Final = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")


def plural(number: int, one: str, several: str | None = None) -> str:
    """``1 connection``, ``1,200 connections``."""
    return f"{number:,} {one if number == 1 else several or one + 's'}"


def spelled(number: int, one: str, several: str | None = None) -> str:
    """``one MCU``, ``12 MCUs``: numbers below ten in letters."""
    word = _SMALL_NUMBERS[number] if number < len(_SMALL_NUMBERS) else f"{number:,}"
    return f"{word} {one if number == 1 else several or one + 's'}"


def size_words(octets: float) -> str:
    """``512 bytes``, ``12 KB``."""
    return plural(int(octets), "byte") if octets < 1000 else f"{octets / 1000:,.0f} KB"


def memory_words(octets: int) -> str:
    """``64 MiB``, ``1 GiB``: of memory, in powers of two."""
    large = octets >= 1 << 30
    return f"{octets / (1 << 30 if large else 1 << 20):,.4g} {'GiB' if large else 'MiB'}"

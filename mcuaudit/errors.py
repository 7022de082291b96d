"""The exceptions of mcuaudit, and how an error suggests the word that was meant."""

from __future__ import annotations

import difflib
from collections.abc import Iterable


class McuAuditError(Exception):
    """Base of every error that mcuaudit raises on purpose; its text is meant for the user."""


class UsageError(McuAuditError):
    """The call is wrong: a missing directory, an unknown word, a date that is none (exit code 2)."""


class PolicyError(UsageError):
    """A policy file or an environment variable holds a key or value that is not allowed."""


class Undecodable(McuAuditError):
    """A file, or a part of one, that is not what its place says.

    Attributes:
        reason: what was found and what is allowed, in one sentence.
        where: line, key or position within the file, for example ``line 12`` or ``[device] model``.
    """

    def __init__(self, reason: str, where: str = "") -> None:
        super().__init__(f"{where}: {reason}" if where else reason)
        self.reason = reason
        self.where = where


class ReportError(McuAuditError):
    """A report could not be made (exit code 4)."""


class BusyError(McuAuditError):
    """Another run is at work on the same place (exit code 4)."""


def nearest(word: str, allowed: Iterable[str], least: float = 0.6) -> str | None:
    """The allowed word that looks most like `word`, ignoring case, or None if none is near.

    `least` is how much alike they must be, from 0 to 1.
    """
    by_folded = {candidate.casefold(): candidate for candidate in allowed if candidate != word}
    found = difflib.get_close_matches(word.casefold().strip(), by_folded, n=1, cutoff=least)
    return by_folded[found[0]] if found else None


def did_you_mean(word: str, allowed: Iterable[str]) -> str:
    """`` Did you mean "x"?`` with a leading space, or an empty string."""
    found = nearest(word, allowed)
    return f' Did you mean "{found}"?' if found else ""


def not_allowed(what: str, found: object, allowed: Iterable[str]) -> str:
    """One sentence for a value outside a closed list: what was found, what is allowed, the nearest word."""
    words = list(allowed)
    listed = ", ".join(f'"{word}"' for word in words)
    return f'{what} is "{found}"; allowed are {listed}.{did_you_mean(str(found), words)}'

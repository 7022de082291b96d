"""The exceptions of mcuaudit, and suggestions for misspelled words."""

from __future__ import annotations

import difflib
import unicodedata
from collections.abc import Iterable
from typing import Final


class McuAuditError(Exception):
    """Base class of the errors of mcuaudit; the text is for the user."""


class UsageError(McuAuditError):
    """The call is wrong: a missing directory, an unknown word, an invalid date (exit code 2)."""


class PolicyError(UsageError):
    """A policy file or an environment variable has a key or value that is not allowed."""


class Undecodable(McuAuditError):
    """A file, or a part of one, is not what its place requires.

    Attributes:
        reason: what was found and what is allowed, in one sentence.
        where: line, key or position within the file, for example ``line 12`` or ``[device] model``.
        kind: the kind of its problem in the frame `problems`.
    """

    def __init__(self, reason: str, where: str = "", kind: str = "unreadable") -> None:
        super().__init__(f"{where}: {reason}" if where else reason)
        self.reason = reason
        self.where = where
        self.kind = kind


class StorageError(McuAuditError):
    """The machine cannot write: no space left, a quota or limit, an input or output error (exit code 5).

    The call is right, and what was there before is unchanged. The error of the system is the `__cause__`.
    """


class ReportError(McuAuditError):
    """A report could not be made (exit code 4)."""


class BusyError(McuAuditError):
    """Another run writes to the same place (exit code 4)."""


def nearest(word: str, allowed: Iterable[str], least: float = 0.6) -> str | None:
    """The allowed word that is most similar to `word`, ignoring case and Unicode form; None if none is similar.

    `least` is the smallest similarity that counts, from 0 to 1.
    """
    by_folded = {_folded(candidate): candidate for candidate in allowed if candidate != word}
    found = difflib.get_close_matches(_folded(str(word)).strip(), by_folded, n=1, cutoff=least)
    return by_folded[found[0]] if found else None


def _folded(word: str) -> str:
    return unicodedata.normalize("NFC", word).casefold()


def did_you_mean(word: str, allowed: Iterable[str]) -> str:
    """`` Did you mean "x"?`` with a leading space, or an empty string."""
    found = nearest(word, allowed)
    return suggestion(str(word), found) if found else ""


def suggestion(word: str, *found: str) -> str:
    """`` Did you mean "x" or "y"?`` with a leading space, and the code points where `word` looks like the first."""
    words = " or ".join(f'"{one}"' for one in found)
    return f" Did you mean {words}?{_look_alike(word, found[0])}"


def _look_alike(word: str, found: str) -> str:
    """The code points in which two words differ that look the same on a page; "" if a reader sees the difference."""
    if word.isascii() and found.isascii():
        return ""
    steps = difflib.SequenceMatcher(None, word, found, autojunk=False).get_opcodes()
    differ = [(word[a:b], found[c:d]) for step, a, b, c, d in steps if step != "equal"]
    if any(one.isascii() and one and other.isascii() and other for one, other in differ):
        return ""
    shown = [f"{_points(one) or 'nothing'} instead of {_points(other) or 'nothing'}" for one, other in differ[:3]]
    return f" Found {', '.join(shown)}." if shown else ""


def _points(text: str) -> str:
    return " ".join(f"U+{ord(character):04X}" for character in text)


MOST_LISTED: Final = 12
"""A list of more words than these is shortened where a page has all of them."""


def not_allowed(
    what: str, found: object, allowed: Iterable[str], meant: tuple[str, ...] | None = None, page: str = ""
) -> str:
    """One sentence for a value outside a closed list: the value, the allowed ones, and the most similar one.

    `what` says what it is and where: ``--format: unknown format``. The words of `meant` are named in place of the most
    similar one. Of a long list that `page` has in full, the hint is given first and then a few words.
    """
    words = list(allowed)
    quoted = [f'"{word}"' for word in words]
    hint = did_you_mean(str(found), words) if meant is None else suggestion(str(found), *meant) if meant else ""
    if page and len(words) > MOST_LISTED:
        near = difflib.get_close_matches(_folded(str(found)), words, n=3, cutoff=0.0)
        examples = ", ".join(f'"{word}"' for word in near)
        return f'{what} "{found}".{hint} Expected one of {len(words)} in {page}, such as {examples}.'
    expected = " or ".join(part for part in (", ".join(quoted[:-1]), quoted[-1] if quoted else "") if part)
    return f'{what} "{found}"; expected {expected}.{hint}'

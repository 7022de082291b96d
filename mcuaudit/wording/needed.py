"""Why a remedy stops, and what would have to be had: one form of sentence, and how it is read again."""

from __future__ import annotations

import re
from typing import Final

_FORM: Final = re.compile(r"(?P<why>.*); needed: (?P<what>.*) \((?P<who>[^()]*)\)", re.DOTALL)


def with_needed(why: str, what: str, who: str) -> str:
    """``the export has no …; needed: a new certificate of that CA (PKI team)``."""
    return f"{why}; needed: {what} ({who})"


def needed_of(reason: str) -> tuple[str, str, str]:
    """Why, what is needed, and whose that is; the latter two are "" where the reason does not say it."""
    found = _FORM.fullmatch(reason.removesuffix("."))
    return (found["why"], found["what"], found["who"]) if found else (reason.removesuffix("."), "", "")

"""Forms of a presented identifier that a document neither accepts nor refuses (readings A2, A3, A5, A8, A10)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from mcuaudit.identity.outcome import Finding, describe
from mcuaudit.identity.presented import Correspondence, Field, PresentedIdentifiers, Wildcard
from mcuaudit.model import Outcome


@dataclass(frozen=True, slots=True)
class Doubt:
    """One form that is not documented: the reading, a stable word, and what to say after the name."""

    reading: str
    reason_code: str
    words: str


_SIPS = Doubt("A3", "sips_uri", "has the scheme sips")
_MORE_THAN_HOST = Doubt("A2", "uri_has_more_than_host", "holds more than the host: a user, port or parameters")
_WILDCARD = Doubt("A5", "wildcard", "holds a wildcard")
_TRAILING_DOT = Doubt("A10", "trailing_dot", "differs from the name expected by a trailing dot")


def doubts_about(found: Correspondence) -> tuple[Doubt, ...]:
    """What is doubtful about one correspondence, the gravest first; empty if every reading accepts it."""
    presented = found.presented
    asked = (
        (presented.scheme == "sips", _SIPS),
        (presented.has_user or presented.has_port or presented.has_parameters, _MORE_THAN_HOST),
        (found.wildcard is not Wildcard.NONE, _WILDCARD),
        (found.trailing_dot, _TRAILING_DOT),
    )
    return tuple(doubt for applies, doubt in asked if applies)


def judged_by_doubts(found: Correspondence, judge: str) -> Finding:
    """pass without a doubt, otherwise open; `judge` is who compares, in words."""
    presented = found.presented
    doubts = doubts_about(found)
    if not doubts:
        return accepted(found)
    words = " and ".join(doubt.words for doubt in doubts)
    reason = f"{_capital(describe(presented))} {words}; whether {judge} accepts that is not documented."
    return Finding(Outcome.OPEN, presented, doubts[0].reason_code, reason, doubts[0].reading)


def judged_common_name(found: Correspondence, every_common_name_matches: bool, judge: str) -> Finding:
    """As `judged_by_doubts` for a CN; where the subject holds several, all of them must match (reading A8)."""
    if doubts_about(found) or every_common_name_matches:
        return judged_by_doubts(found, judge)
    reason = (
        f"{_capital(describe(found.presented))} is one of several CNs, and not all of them match; "
        f"which of them {judge} reads is not documented."
    )
    return Finding(Outcome.OPEN, found.presented, "several_common_names", reason, "A8")


def every_common_name_matches(corresponding: Iterable[Correspondence], identifiers: PresentedIdentifiers) -> bool:
    """Whether all CNs are among the correspondences, and none of them doubtful (reading A8)."""
    matching = sum(item.presented.field is Field.CN and not doubts_about(item) for item in corresponding)
    return matching == len(identifiers.common_names)


def accepted(found: Correspondence) -> Finding:
    """pass: the name is the one expected."""
    reason = f"{_capital(describe(found.presented))} is the name expected."
    return Finding(Outcome.PASS, found.presented, "match", reason)


def refused(found: Correspondence, reason_code: str, why: str, reading: str = "") -> Finding:
    """fail: the name is the one expected, but in a form or place that does not count; `why` follows "; "."""
    reason = f"{_capital(describe(found.presented))} does not count; {why}."
    return Finding(Outcome.FAIL, found.presented, reason_code, reason, reading)


def undecided(found: Correspondence, reason_code: str, why: str, reading: str) -> Finding:
    """open: the name is the one expected, and no document settles whether it counts."""
    reason = f"{_capital(describe(found.presented))} may or may not count; {why}."
    return Finding(Outcome.OPEN, found.presented, reason_code, reason, reading)


def _capital(words: str) -> str:
    return words[0].upper() + words[1:]

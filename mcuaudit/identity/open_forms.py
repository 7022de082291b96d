"""Forms of a presented identifier that Cisco's documentation neither accepts nor refuses (A2, A3, A5, A8, A10)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from mcuaudit.domain.outcome import Outcome
from mcuaudit.identity.outcome import Finding, describe
from mcuaudit.identity.presented import Correspondence, Field, PresentedIdentifiers, Wildcard


@dataclass(frozen=True, slots=True)
class OpenForm:
    """One undocumented form: the reading, a stable code, and the words after the name."""

    reading: str
    reason_code: str
    words: str


TRAILING_DOT: Final = OpenForm("A10", "trailing_dot", "differs from the expected name by a trailing dot")
_SIPS: Final = OpenForm("A3", "sips_uri", "has the scheme sips")
_MORE_THAN_HOST: Final = OpenForm(
    "A2", "uri_has_more_than_host", "contains more than the host: a user, port or parameters"
)
_WILDCARD: Final = OpenForm("A5", "wildcard", "contains a wildcard")
_ONE_OF_SEVERAL: Final = OpenForm("A8", "several_common_names", "is one of several CNs, and not all of them match")


def open_forms(found: Correspondence) -> tuple[OpenForm, ...]:
    """The undocumented forms of one correspondence, the worst first; empty if all readings accept it."""
    presented = found.presented
    asked = (
        (presented.scheme == "sips", _SIPS),
        (presented.has_user or presented.has_port or presented.has_parameters, _MORE_THAN_HOST),
        (found.wildcard is not Wildcard.NONE, _WILDCARD),
        (found.trailing_dot, TRAILING_DOT),
    )
    return tuple(open_point for applies, open_point in asked if applies)


def open_common_names(
    corresponding: Iterable[Correspondence], identifiers: PresentedIdentifiers
) -> set[OpenForm] | None:
    """The undocumented forms of all CNs; None if one of the CNs does not correspond to the reference."""
    found = [open_forms(item) for item in corresponding if item.presented.field is Field.CN]
    if len(found) < len(identifiers.common_names):
        return None
    return {open_point for open_points in found for open_point in open_points}


def judged_common_name(found: Correspondence, about_all: set[OpenForm] | None, judge: str) -> Finding:
    """pass, or open by the form of the CN; if the subject has several CNs, all of them must match (reading A8).

    `about_all` is the result of `open_common_names`.
    """
    return judged(found, common_name_forms(found, about_all), f"whether {judge} accepts that is not documented")


def common_name_forms(found: Correspondence, about_all: set[OpenForm] | None) -> tuple[OpenForm, ...]:
    """The undocumented forms of a CN, with that of several CNs if not all match (reading A8)."""
    open_points = open_forms(found)
    if about_all is None or not about_all <= set(open_points):
        open_points = (*open_points, _ONE_OF_SEVERAL)
    return open_points


def judged(found: Correspondence, open_points: Sequence[OpenForm], remark: str = "") -> Finding:
    """pass without an undocumented form, otherwise open by the first of them; `remark` ends the sentence."""
    name = _capital(describe(found.presented))
    if not open_points:
        return Finding(Outcome.PASS, found.presented, "match", f"{name} is the expected name.")
    words = " and ".join(open_point.words for open_point in open_points)
    reason = f"{name} {words}; {remark}." if remark else f"{name} {words}."
    first = open_points[0]
    return Finding(Outcome.OPEN, found.presented, first.reason_code, reason, first.reading, len(open_points))


def refused(found: Correspondence, reason_code: str, why: str, reading: str = "") -> Finding:
    """fail: the name is the expected one, but in a form or field that is ignored; `why` follows "because"."""
    reason = f"{_capital(describe(found.presented))} is ignored because {why}."
    return Finding(Outcome.FAIL, found.presented, reason_code, reason, reading)


def _capital(words: str) -> str:
    return words[0].upper() + words[1:]

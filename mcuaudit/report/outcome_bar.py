"""The outcomes of connections as one stacked bar, with their numbers and words."""

from __future__ import annotations

from typing import Final

from mcuaudit.report.html import Html, element, join
from mcuaudit.triage.counting import Counts
from mcuaudit.wording.numbers import plural
from mcuaudit.wording.phrases import ACCEPTED, REFUSED, UNDETERMINED, UNVERIFIED

_PARTS: Final = (
    (REFUSED, "refused"),
    (UNDETERMINED, "undetermined"),
    (UNVERIFIED, "accepted, unverified"),
    (ACCEPTED, "accepted, verified by both"),
)
"""The parts from left to right, worst first: field of the counts and class of the page, and words."""
OUTCOME_WORDS: Final = dict(_PARTS)
"""The words of each part, by field of the counts."""
_GAP: Final = 0.3
_GAP_OF_ROW: Final = 1.5
"""Between two parts, in percent of the bar: neighbours can be distinguished without their colours."""
_LEAST: Final = 0.5
_LEAST_OF_ROW: Final = 3.0
"""The width of a part that would be too narrow to be seen, in percent of the bar."""


def outcome_bar(counts: Counts) -> Html:
    """The bar in the width of the page, and below it the number and words of each part, also of those with none."""
    items = (count_item(field, f"{getattr(counts, field):,}", words) for field, words in _PARTS)
    return join((_bar(counts, _GAP, _LEAST), element("ul", *items, class_="counts")))


def count_item(kind: str, number: str, words: str) -> Html:
    """A number and its words in a list of counts; `kind` is the class of its colour."""
    return element("li", element("b", number), " ", element("span", words), class_=f"count {kind}")


def outcome_row(counts: Counts) -> Html:
    """The bar in a row of a table, and beside it what is refused and undetermined, else what is accepted."""
    if not counts.possible:
        return Html("none possible")
    return element("span", _bar(counts, _GAP_OF_ROW, _LEAST_OF_ROW), " ", _in_a_row(counts), class_="outcomes")


def _in_a_row(counts: Counts) -> str:
    parts = [f"{number:,} {field}" for field, _, number in _present(counts) if field in (REFUSED, UNDETERMINED)]
    if parts:
        return f"{', '.join(parts)} of {counts.possible:,}"
    return ", ".join(f"{number:,} {field}" for field, _, number in _present(counts))


def bar_words(counts: Counts) -> str:
    """The text alternative: ``Of 42 connections: 9 refused, 8 undetermined; 25 accepted, verified by both.``"""
    parts = [f"{number:,} {words}" for _, words, number in _present(counts)]
    return f"Of {plural(counts.possible, 'connection')}: {'; '.join(parts)}."


def _present(counts: Counts) -> list[tuple[str, str, int]]:
    return [(field, words, getattr(counts, field)) for field, words in _PARTS if getattr(counts, field)]


def _bar(counts: Counts, gap: float, least: float) -> Html | None:
    """A part per word that occurs, as wide as its number; None if no connection is possible."""
    present = _present(counts)
    if not present:
        return None
    seen = [max(number / counts.possible * 100, least) for _, _, number in present]
    scale = (100 - gap * (len(present) - 1)) / sum(seen)
    parts, start = [], 0.0
    for (field, words, number), share in zip(present, seen, strict=True):
        width = share * scale
        title = element("title", f"{number:,} {words}")
        parts.append(element("rect", title, x=f"{start:.2f}", y="0", width=f"{width:.2f}", height="1", class_=field))
        start += width + gap
    return element(
        "svg", *parts, class_="bar", viewBox="0 0 100 1", preserveAspectRatio="none", role="img",
        aria_label=bar_words(counts),
    )  # fmt: skip

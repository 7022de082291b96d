"""The trend: refused, undetermined, unverified and accepted connections, run by run."""

# Parts of matplotlib have no annotations.
# mypy: disable-error-code="no-untyped-call"

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Final

from mcuaudit.report.figures.drawing import Ink, draw_time_axis, drawing, picture, within_years
from mcuaudit.report.html import Html

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_MARKERS: Final = {"refused": "s", "undetermined": "o", "unverified": "^", "accepted": "D"}
"""A shape for each line besides its colour, for colour-blind readers."""
_HEIGHT: Final = 260
_LEAST_APART: Final = 17
"""Pixels between the labels of two lines that end at nearly the same number."""


def trend_lines(at: Sequence[datetime], lines: Mapping[str, Sequence[int]], words: str) -> Html:
    """A picture with a line per word over the times `at`; `words` is its text alternative."""
    return picture(lambda ink, small: _draw(at, lines, ink, 380 if small else 900, small), words)


def _draw(at: Sequence[datetime], lines: Mapping[str, Sequence[int]], ink: Ink, width: int, small: bool) -> str:
    from matplotlib.dates import date2num
    from matplotlib.ticker import MaxNLocator

    right = 140 / width
    with drawing(width, _HEIGHT) as (figure, svg):
        axes = figure.add_axes((40 / width, 32 / _HEIGHT, 1 - 40 / width - right, 1 - 46 / _HEIGHT))
        moments = [float(date2num(moment)) for moment in at]
        for word, numbers in lines.items():
            axes.plot(
                moments, numbers, color=ink.cells[word], linewidth=2, marker=_MARKERS[word], markersize=5, clip_on=False
            )
        room = 0.02 * max(moments[-1] - moments[0], 1)
        axes.set_xlim(within_years(moments[0] - room), within_years(moments[-1] + room))
        axes.set_ylim(0, max(1, *(number for numbers in lines.values() for number in numbers)) * 1.05)
        _label(axes, lines, ink)
        axes.tick_params(axis="y", labelcolor=ink.soft, labelsize=11.5, length=0)
        axes.yaxis.set_major_locator(MaxNLocator(nbins=5, integer=True))
        draw_time_axis(axes, ink, most=2 if small else 6)
        return svg()


def _label(axes: Axes, lines: Mapping[str, Sequence[int]], ink: Ink) -> None:
    """Write the word and the last number at the end of each line, apart from each other."""
    top, height = axes.get_ylim()[1], _HEIGHT - 46
    ends = sorted((numbers[-1] / top * height, word) for word, numbers in lines.items())
    for place, (_end, word) in zip(_apart([end for end, _word in ends], height), ends, strict=True):
        axes.annotate(
            f"{word} {lines[word][-1]:,}", (1, place / height), (10, 0), xycoords="axes fraction",
            textcoords="offset points", color=ink.cells[word], fontsize=12, va="center", annotation_clip=False,
        )  # fmt: skip


def _apart(ends: Sequence[float], height: float) -> list[float]:
    """The places from the bottom, moved up if they are too near each other, and down if they would pass the top."""
    placed: list[float] = []
    for end in ends:
        placed.append(max(end, placed[-1] + _LEAST_APART) if placed else end)
    for number in range(len(placed) - 1, -1, -1):
        limit = height if number == len(placed) - 1 else placed[number + 1] - _LEAST_APART
        placed[number] = min(placed[number], limit)
    return placed

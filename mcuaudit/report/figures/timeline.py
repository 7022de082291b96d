"""The timeline: a bar per certificate from the time of the audit to its end."""

# Parts of matplotlib have no annotations.
# mypy: disable-error-code="no-untyped-call"

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Final

from mcuaudit.report.figures.drawing import Ink, draw_time_axis, drawing, picture, within_years
from mcuaudit.report.figures.labels import fitted, text_width
from mcuaudit.report.html import Html
from mcuaudit.wording.visible import visible

if TYPE_CHECKING:
    from matplotlib.axes import Axes

HORIZON_DAYS: Final = 3 * 365
"""The end of the axis: with a CA certificate of twenty years, all other bars would be too short to compare."""


@dataclass(frozen=True, slots=True)
class Bar:
    """One certificate in the timeline: label, start and end, a note beside it, and expired, soon or later."""

    label: str
    start: datetime
    end: datetime
    note: str
    kind: str


@dataclass(frozen=True, slots=True)
class _Size:
    """Sizes of one drawing, in pixels; a narrow one has the words above each bar."""

    width: int
    per_bar: int
    left: float
    right: float
    narrow: bool = False

    def height(self, bars: int) -> int:
        """Bars, and the axis below them."""
        return self.per_bar * bars + 40


_WIDE: Final = _Size(width=900, per_bar=26, left=0.25, right=0.77)
_NARROW: Final = _Size(width=380, per_bar=44, left=0.02, right=0.93, narrow=True)


def expiry_timeline(bars: Sequence[Bar], at: datetime, words: str) -> Html:
    """A picture with a bar per certificate from `at` to its end; `words` is its text alternative."""
    return picture(lambda ink, small: _draw(bars, at, _NARROW if small else _WIDE, ink), words)


def _draw(bars: Sequence[Bar], at: datetime, size: _Size, ink: Ink) -> str:
    height = size.height(len(bars))
    with drawing(size.width, height) as (figure, svg):
        axes = figure.add_axes((size.left, 32 / height, size.right - size.left, 1 - 36 / height))
        _draw_bars(axes, bars, at, size, ink)
        axes.set_yticks([])
        draw_time_axis(axes, ink, most=4 if size.narrow else 6)
        return svg()


def _draw_bars(axes: Axes, bars: Sequence[Bar], at: datetime, size: _Size, ink: Ink) -> None:
    from matplotlib.dates import date2num

    start = float(date2num(at))
    last = min(max(float(date2num(max(bar.end for bar in bars))), start + 30), start + HORIZON_DAYS)
    last = within_years(last)
    first = min(within_years(start - 0.012 * (last - start)), last - 30)
    for row, bar in enumerate(bars):
        end = float(date2num(bar.end))
        # An expired certificate has no length: it is a mark at the edge, with words.
        reach = min(end, last) if end > start else first
        begin = min(max(float(date2num(bar.start)), start), max(reach, start))
        axes.plot([begin, reach], [row, row], color=ink.bars[bar.kind], linewidth=8, solid_capstyle="round")
        _write(axes, row, bar, (first, max(reach, start) + 0.02 * (last - start)), size, ink)
    axes.set_xlim(first, last)
    axes.set_ylim(len(bars) - 0.5, -0.75 if size.narrow else -0.6)


def _write(axes: Axes, row: int, bar: Bar, edges: tuple[float, float], size: _Size, ink: Ink) -> None:
    """Write the label and the note of one bar; `edges` are the left edge of the drawing and the end of the bar."""
    note = visible(bar.note)
    if size.narrow:
        # The date is written whole; the label gets the remaining room.
        beside = f" · {note}"
        label = fitted(bar.label, size.width * (size.right - size.left) - text_width(beside, 12), 12)
        axes.text(edges[0], row - 0.3, label + beside, color=ink.text, fontsize=12, va="center", parse_math=False)
        return
    label = fitted(bar.label, size.width * size.left - 12, 12.5)
    axes.text(edges[1], row, note, color=ink.soft, fontsize=12, va="center", parse_math=False)
    axes.annotate(
        label, (0, row), (-10, 0), xycoords=("axes fraction", "data"), textcoords="offset points", color=ink.text,
        fontsize=12.5, ha="right", va="center", annotation_clip=False, parse_math=False,
    )  # fmt: skip

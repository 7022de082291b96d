"""Pictures: drawn by matplotlib as SVG, once for light and once for dark pages, with a text alternative."""

# Parts of matplotlib have no annotations.
# mypy: disable-error-code="no-untyped-call"

from __future__ import annotations

import base64
import io
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

from mcuaudit.report.html import Html, element, visible
from mcuaudit.report.words import month_and_year

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_METADATA: Final = ("Date", "Creator", "Format", "Type")
"""Left out: the same bars give the same picture."""
_LABEL_WIDTH: Final = 34
HORIZON_DAYS: Final = 3 * 365
"""The axis stops here: a CA certificate of twenty years would press all others into one column."""
_FONTS: Final = 'system-ui, -apple-system, "Segoe UI", Roboto, "DejaVu Sans", sans-serif'


@dataclass(frozen=True, slots=True)
class Bar:
    """One certificate in the timeline: label, its end, what is written beside it, and expired, soon or later."""

    label: str
    end: datetime
    note: str
    kind: str


@dataclass(frozen=True, slots=True)
class _Ink:
    """Colours of one scheme. Blue, orange and purple stay apart for colour-blind readers; words say the same."""

    text: str
    soft: str
    line: str
    bars: dict[str, str]
    calls: dict[str, str]
    on_call: str


_LIGHT: Final = _Ink(
    text="#1d2125", soft="#5b636b", line="#dcd8d1", on_call="#ffffff",
    bars={"expired": "#9f2b20", "soon": "#b87400", "later": "#1b5e8c"},
    calls={"refused": "#9f2b20", "undetermined": "#4d5a66", "unverified": "#8a5a00", "accepted": "#1e6b46"},
)  # fmt: skip
_DARK: Final = _Ink(
    text="#e8e6e3", soft="#a2abb3", line="#333a41", on_call="#14171a",
    bars={"expired": "#ff9a8d", "soon": "#f0c36a", "later": "#7cb8e0"},
    calls={"refused": "#ff9a8d", "undetermined": "#b8c3cd", "unverified": "#f0c36a", "accepted": "#83d3a8"},
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Size:
    """Measures of one drawing, in pixels; a narrow one writes the words above each bar."""

    width: int
    per_bar: int
    left: float
    right: float
    narrow: bool = False

    def height(self, bars: int) -> int:
        """Bars, and the axis below them."""
        return self.per_bar * bars + 40


_WIDE: Final = _Size(width=900, per_bar=26, left=0.25, right=0.82)
_NARROW: Final = _Size(width=380, per_bar=44, left=0.02, right=0.98, narrow=True)
_DARK_SCREEN: Final = "screen and (prefers-color-scheme: dark)"
_SMALL_SCREEN: Final = "screen and (max-width: 44rem)"


def expiry_timeline(bars: Sequence[Bar], at: datetime, words: str) -> Html:
    """A picture with a bar per certificate from `at` to its end; `words` is its text alternative."""

    def source(size: _Size, ink: _Ink, media: str) -> Html:
        return element("source", srcset=_address(_draw(bars, at, size, ink)), media=media)

    # The first source whose condition holds is taken; paper gets the last, wide and light.
    return element(
        "picture",
        source(_NARROW, _DARK, f"{_DARK_SCREEN} and (max-width: 44rem)"),
        source(_NARROW, _LIGHT, _SMALL_SCREEN),
        source(_WIDE, _DARK, _DARK_SCREEN),
        element("img", src=_address(_draw(bars, at, _WIDE, _LIGHT)), alt=words),
    )


@dataclass(frozen=True, slots=True)
class Cell:
    """One pair in the matrix of calls: row and column, and refused, undetermined, unverified or accepted."""

    row: int
    column: int
    word: str


_CELL: Final = 22
_LETTERS: Final = {"refused": "R", "undetermined": "?", "unverified": "U", "accepted": "A"}


def call_matrix(callers: Sequence[str], called: Sequence[str], cells: Sequence[Cell], words: str) -> Html:
    """A picture with a row per calling and a column per called device; `words` is its text alternative."""
    dark = element("source", srcset=_address(_draw_matrix(callers, called, cells, _DARK)), media=_DARK_SCREEN)
    return element(
        "picture",
        dark,
        element("img", src=_address(_draw_matrix(callers, called, cells, _LIGHT)), alt=words, class_="natural"),
    )


def _draw_matrix(callers: Sequence[str], called: Sequence[str], cells: Sequence[Cell], ink: _Ink) -> str:
    import matplotlib as mpl
    from matplotlib.figure import Figure
    from matplotlib.patches import Rectangle

    left = top = 190
    width, height = left + _CELL * len(called) + 10, top + _CELL * len(callers) + 10
    with mpl.rc_context({"svg.fonttype": "none", "svg.hashsalt": "mcuaudit", "font.family": ["DejaVu Sans"]}):
        figure = Figure(figsize=(width / 72, height / 72), dpi=72)
        axes = figure.add_axes((left / width, 10 / height, 1 - (left + 10) / width, 1 - (top + 10) / height))
        for cell in cells:
            place = (cell.column + 0.06, cell.row + 0.06)
            axes.add_patch(Rectangle(place, 0.88, 0.88, color=ink.calls[cell.word], linewidth=0))
            # A letter beside the colour, for those who cannot tell colours apart.
            middle: dict[str, Any] = {"color": ink.on_call, "fontsize": 11, "ha": "center", "va": "center"}
            axes.text(cell.column + 0.5, cell.row + 0.54, _LETTERS[cell.word], **middle)
        style: dict[str, Any] = {"color": ink.text, "fontsize": 11.5, "parse_math": False}
        for number, name in enumerate(callers):
            axes.text(-0.3, number + 0.5, _shortened(name), ha="right", va="center", **style)
        for number, name in enumerate(called):
            axes.text(number + 0.5, -0.3, _shortened(name), rotation=90, ha="center", va="bottom", **style)
        axes.set_xlim(0, len(called))
        axes.set_ylim(len(callers), 0)
        axes.axis("off")
        made = io.StringIO()
        figure.savefig(made, format="svg", transparent=True, metadata=dict.fromkeys(_METADATA))
    return _lightened(made.getvalue())


def _address(svg: str) -> str:
    return f"data:image/svg+xml;base64,{base64.b64encode(svg.encode('utf-8')).decode('ascii')}"


def _draw(bars: Sequence[Bar], at: datetime, size: _Size, ink: _Ink) -> str:
    # matplotlib takes most of a second to import; frames are explored without it.
    import matplotlib as mpl
    from matplotlib.figure import Figure

    height = size.height(len(bars))
    # Text stays text: smaller, and readable by people who open the picture. DejaVu comes with matplotlib.
    with mpl.rc_context({"svg.fonttype": "none", "svg.hashsalt": "mcuaudit", "font.family": ["DejaVu Sans"]}):
        figure = Figure(figsize=(size.width / 72, height / 72), dpi=72)
        axes = figure.add_axes((size.left, 32 / height, size.right - size.left, 1 - 36 / height))
        _draw_bars(axes, bars, at, size, ink)
        _draw_axis(axes, size, ink)
        made = io.StringIO()
        figure.savefig(made, format="svg", transparent=True, metadata=dict.fromkeys(_METADATA))
    return _lightened(made.getvalue())


def _lightened(svg: str) -> str:
    """The drawing in the fonts of the page, named once, and without white space between elements."""
    svg = svg.replace("font-family: 'DejaVu Sans'; ", "")
    svg = svg.replace("<defs>", f"<style>text {{ font-family: {_FONTS} }}</style><defs>", 1)
    return re.sub(r"\s*\n\s*", "\n", svg)


def _draw_bars(axes: Axes, bars: Sequence[Bar], at: datetime, size: _Size, ink: _Ink) -> None:
    from matplotlib.dates import date2num

    start = float(date2num(at))
    last = min(max(float(date2num(max(bar.end for bar in bars))), start + 30), start + HORIZON_DAYS)
    first = start - 0.012 * (last - start)
    for row, bar in enumerate(bars):
        end = float(date2num(bar.end))
        # What has expired has no length ahead of it: a mark at the edge, and words.
        reach = min(end, last) if end > start else first
        axes.plot([start, reach], [row, row], color=ink.bars[bar.kind], linewidth=8, solid_capstyle="round")
        _write(axes, row, bar, (first, max(reach, start) + 0.02 * (last - start)), size, ink)
    axes.set_xlim(first, last)
    axes.set_ylim(len(bars) - 0.5, -0.75 if size.narrow else -0.6)


def _write(axes: Axes, row: int, bar: Bar, edges: tuple[float, float], size: _Size, ink: _Ink) -> None:
    """The label and the note of one bar; `edges` are the left of the drawing and the end of the bar."""
    note, label = visible(bar.note), _shortened(bar.label)
    if size.narrow:
        axes.text(edges[0], row - 0.3, f"{label} · {note}", color=ink.text, fontsize=12, va="center", parse_math=False)
        return
    axes.text(edges[1], row, note, color=ink.soft, fontsize=12, va="center", parse_math=False)
    axes.annotate(
        label, (0, row), (-10, 0), xycoords=("axes fraction", "data"), textcoords="offset points", color=ink.text,
        fontsize=12.5, ha="right", va="center", annotation_clip=False, parse_math=False,
    )  # fmt: skip


def _draw_axis(axes: Axes, size: _Size, ink: _Ink) -> None:
    from matplotlib.dates import date2num, num2date

    first, last = (num2date(edge) for edge in axes.get_xlim())
    ticks = _firsts_of_months(first, last, most=4 if size.narrow else 6)
    axes.set_xticks([float(date2num(tick)) for tick in ticks], [month_and_year(tick) for tick in ticks])
    axes.tick_params(axis="x", labelcolor=ink.soft, labelsize=11.5, length=3, color=ink.line)
    axes.set_yticks([])
    axes.grid(axis="x", color=ink.line, linewidth=0.8)
    axes.set_axisbelow(True)
    for name, spine in axes.spines.items():
        spine.set_visible(name == "bottom")
        spine.set_color(ink.line)


def _firsts_of_months(first: datetime, last: datetime, most: int) -> list[datetime]:
    """Firsts of months within the axis, evenly apart, at most `most` of them."""
    for step in (1, 2, 3, 6, 12):
        months = range(first.year * 12, last.year * 12 + 12, step)
        ticks = [datetime(month // 12, month % 12 + 1, 1, tzinfo=UTC) for month in months]
        within = [tick for tick in ticks if first <= tick <= last]
        if len(within) <= most:
            break
    return within


def _shortened(label: str) -> str:
    text = visible(label)
    return text if len(text) <= _LABEL_WIDTH else f"{text[: _LABEL_WIDTH - 1]}…"

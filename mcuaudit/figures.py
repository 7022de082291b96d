"""Pictures: drawn by matplotlib as SVG, once for light and once for dark pages, with a text alternative."""

# Parts of matplotlib have no annotations.
# mypy: disable-error-code="no-untyped-call"

from __future__ import annotations

import base64
import io
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Final

from mcuaudit.report.html import Html, element, visible

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_LABEL_WIDTH: Final = 34
HORIZON_DAYS: Final = 3 * 365
"""The axis stops here: a CA certificate of twenty years would press all others into one column."""
_FONTS: Final = ["Segoe UI", "Roboto", "Helvetica Neue", "Arial", "Liberation Sans", "DejaVu Sans"]


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


_LIGHT: Final = _Ink("#1d2125", "#5b636b", "#dcd8d1", {"expired": "#9f2b20", "soon": "#b87400", "later": "#1b5e8c"})
_DARK: Final = _Ink("#e8e6e3", "#a2abb3", "#333a41", {"expired": "#ff9a8d", "soon": "#f0c36a", "later": "#7cb8e0"})


def expiry_timeline(bars: Sequence[Bar], at: datetime, words: str) -> Html:
    """A picture with a bar per certificate from `at` to its end; `words` is its text alternative."""
    light, dark = (_data_address(_draw(bars, at, ink)) for ink in (_LIGHT, _DARK))
    return element(
        "picture",
        element("source", srcset=dark, media="(prefers-color-scheme: dark) and (not print)"),
        element("img", src=light, alt=words, width="900", height=str(_height(bars))),
    )


def _height(bars: Sequence[Bar]) -> int:
    return 26 * len(bars) + 44


def _data_address(svg: str) -> str:
    return f"data:image/svg+xml;base64,{base64.b64encode(svg.encode('utf-8')).decode('ascii')}"


def _draw(bars: Sequence[Bar], at: datetime, ink: _Ink) -> str:
    # matplotlib takes most of a second to import; frames are explored without it.
    import matplotlib as mpl
    from matplotlib.figure import Figure

    # Text stays text: smaller, readable by people who open the picture, and in the fonts of the machine.
    with mpl.rc_context({"svg.fonttype": "none", "svg.hashsalt": "mcuaudit", "font.sans-serif": _FONTS}):
        figure = Figure(figsize=(9, _height(bars) / 100), dpi=100)
        axes = figure.add_axes((0.26, 34 / _height(bars), 0.56, 1 - 40 / _height(bars)))
        _draw_bars(axes, bars, at, ink)
        _draw_axis(axes, ink)
        made = io.StringIO()
        figure.savefig(made, format="svg", transparent=True, metadata={"Date": None, "Creator": None})
    return re.sub(r"\s*\n\s*", "\n", made.getvalue())


def _draw_bars(axes: Axes, bars: Sequence[Bar], at: datetime, ink: _Ink) -> None:
    from matplotlib.dates import date2num

    start = float(date2num(at))
    last = min(max(float(date2num(max(bar.end for bar in bars))), start + 30), start + HORIZON_DAYS)
    first = start - 0.012 * (last - start)
    for row, bar in enumerate(bars):
        end = float(date2num(bar.end))
        # What has expired has no length ahead of it: a mark at the edge, and words.
        reach = min(max(end, start), last) if end > start else first
        axes.plot([start, reach], [row, row], color=ink.bars[bar.kind], linewidth=6.5, solid_capstyle="round")
        axes.text(max(reach, start) + 0.02 * (last - start), row, visible(bar.note), color=ink.soft, fontsize=8.5,
                  va="center", parse_math=False)  # fmt: skip
    axes.set_xlim(first, last)
    axes.set_ylim(len(bars) - 0.4, -0.6)
    axes.set_yticks(range(len(bars)), [_shortened(bar.label) for bar in bars], fontsize=9, color=ink.text)
    for label in axes.get_yticklabels():
        label.set_parse_math(False)


def _draw_axis(axes: Axes, ink: _Ink) -> None:
    from matplotlib.dates import AutoDateLocator, ConciseDateFormatter

    locator = AutoDateLocator(minticks=3, maxticks=6)
    axes.xaxis.set_major_locator(locator)
    axes.xaxis.set_major_formatter(
        ConciseDateFormatter(locator, formats=["%Y", "%b %Y", "%d %b", "%H:%M", "%H:%M", "%S"],
                             zero_formats=["", "%b %Y", "%b %Y", "%d %b", "%H:%M", "%H:%M"], show_offset=False)
    )  # fmt: skip
    axes.tick_params(axis="x", colors=ink.soft, labelsize=8.5, length=3, color=ink.line)
    axes.tick_params(axis="y", length=0, pad=8)
    axes.grid(axis="x", color=ink.line, linewidth=0.7)
    axes.set_axisbelow(True)
    for name, spine in axes.spines.items():
        spine.set_visible(name == "bottom")
        spine.set_color(ink.line)


def _shortened(label: str) -> str:
    text = visible(label)
    return text if len(text) <= _LABEL_WIDTH else f"{text[: _LABEL_WIDTH - 1]}…"

"""Common parts of all pictures: colours of light and dark pages, fonts, and the HTML of a drawing."""

# Parts of matplotlib have no annotations.
# mypy: disable-error-code="no-untyped-call"

from __future__ import annotations

import base64
import contextlib
import io
import warnings
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, fields
from datetime import UTC, datetime
from itertools import count
from typing import TYPE_CHECKING, Final

from mcuaudit.report.figures.svg import coloured, lightened
from mcuaudit.report.html import Html, element
from mcuaudit.wording.phrases import month_and_year, short_date

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_METADATA: Final = ("Date", "Creator", "Format", "Type")
"""Metadata to leave out, so that the same numbers give the same picture."""


@dataclass(frozen=True, slots=True)
class Ink:
    """Colours of one scheme. Blue, orange and purple are distinct for colour-blind readers; words repeat their meaning.

    Attributes:
        text, soft, line: of text, of secondary text, and of lines.
        cells: of grids, calendars and lines, by the words of connections and of severities.
        on_cell: of text on a cell.
        roles: of certificates, by local, peer and authority; they differ in lightness too.
        on_roles: of text on each of these.
        nodes: of outlines in graphs, by kind.
        link: of lines in graphs.
    """

    text: str
    soft: str
    line: str
    cells: dict[str, str]
    on_cell: str
    roles: dict[str, str]
    on_roles: dict[str, str]
    nodes: dict[str, str]
    link: str


LIGHT: Final = Ink(
    text="#1d2125", soft="#5b636b", line="#dcd8d1", on_cell="#ffffff",
    cells={"refused": "#9f2b20", "undetermined": "#4d5a66", "unverified": "#8a5a00", "accepted": "#1e6b46",
           "error": "#9f2b20", "warning": "#8a5a00", "note": "#1b5e8c"},
    roles={"local": "#1b5e8c", "peer": "#e39c1f", "authority": "#b4bdc5"},
    on_roles={"local": "#ffffff", "peer": "#1d2125", "authority": "#1d2125"},
    nodes={"device": "#1b5e8c", "store": "#b87400", "authority": "#6b5b95", "missing": "#5b636b", "expired": "#9f2b20"},
    link="#87929c",
)  # fmt: skip
DARK: Final = Ink(
    text="#e8e6e3", soft="#a2abb3", line="#333a41", on_cell="#14171a",
    cells={"refused": "#ff9a8d", "undetermined": "#b8c3cd", "unverified": "#f0c36a", "accepted": "#83d3a8",
           "error": "#ff9a8d", "warning": "#f0c36a", "note": "#7cb8e0"},
    roles={"local": "#7cb8e0", "peer": "#f0c36a", "authority": "#56626d"},
    on_roles={"local": "#14171a", "peer": "#14171a", "authority": "#ffffff"},
    nodes={"device": "#7cb8e0", "store": "#f0c36a", "authority": "#c3b1e8", "missing": "#a2abb3", "expired": "#ff9a8d"},
    link="#6f7b86",
)  # fmt: skip


def _marked(ink: Ink) -> Ink:
    """An ink like this one with another colour in each place: what is drawn in it is coloured for each scheme."""
    marks = (f"#7e57{number:02x}" for number in count())

    def each(colours: Mapping[str, str]) -> dict[str, str]:
        return {name: next(marks) for name in colours}

    return Ink(
        text=next(marks), soft=next(marks), line=next(marks), cells=each(ink.cells),
        on_cell=next(marks), roles=each(ink.roles), on_roles=each(ink.on_roles), nodes=each(ink.nodes),
        link=next(marks),
    )  # fmt: skip


_MARKED: Final = _marked(LIGHT)
DARK_SCREEN: Final = "screen and (prefers-color-scheme: dark)"
"""The condition of the wide drawing on a dark screen."""
_SMALL: Final = "(max-width: 44rem)"


def picture(draw: Callable[[Ink, bool], str], words: str, *, narrow: bool = True, natural: bool = False) -> Html:
    """A drawing as part of a page, in light and dark, wide and narrow; `words` is its text alternative.

    Args:
        draw: returns the SVG for an ink, and for a narrow or a wide screen.
        narrow: narrow screens get another drawing.
        natural: the picture has its own size, instead of the width of the page.
    """

    drawn = {small: draw(_MARKED, small) for small in ((False, True) if narrow else (False,))}

    def address(ink: Ink, small: bool) -> str:
        svg = lightened(coloured(drawn[small], dict(zip(_colours(_MARKED), _colours(ink), strict=True))))
        return f"data:image/svg+xml;base64,{base64.b64encode(svg.encode('utf-8')).decode('ascii')}"

    def source(ink: Ink, small: bool, media: str) -> Html:
        return element("source", srcset=address(ink, small), media=media)

    # Browsers use the first source whose condition is true; paper gets the last one, wide and light.
    small = [(DARK, f"{DARK_SCREEN} and {_SMALL}"), (LIGHT, f"screen and {_SMALL}")] if narrow else []
    return element(
        "picture",
        *(source(ink, True, media) for ink, media in small),
        source(DARK, False, DARK_SCREEN),
        element("img", src=address(LIGHT, False), alt=words, class_="natural" if natural else None),
    )


def _colours(ink: Ink) -> list[str]:
    """Every colour of an ink, in an order that is the same for all inks."""
    found: list[str] = []
    for field in fields(ink):
        value = getattr(ink, field.name)
        found += [value] if isinstance(value, str) else [value[name] for name in sorted(value)]
    return found


@contextlib.contextmanager
def drawing(width: float, height: float) -> Iterator[tuple[Figure, Callable[[], str]]]:
    """A figure of that size in pixels, and a function that returns its SVG."""
    # Imported here: matplotlib takes most of a second, and many uses need no picture.
    import matplotlib as mpl
    from matplotlib.figure import Figure

    with mpl.rc_context():
        # A file matplotlibrc in the working directory changes no picture.
        mpl.rcdefaults()
        # Text stays text: smaller, and readable in the file. matplotlib contains DejaVu.
        mpl.rcParams.update({"svg.fonttype": "none", "svg.hashsalt": "mcuaudit", "font.family": ["DejaVu Sans"]})
        figure = Figure(figsize=(width / 72, height / 72), dpi=72)

        def svg() -> str:
            text = io.StringIO()
            with warnings.catch_warnings():
                # The browser of the reader writes the text, in fonts that have its letters.
                warnings.filterwarnings("ignore", "Glyph .* missing from font")
                figure.savefig(text, format="svg", transparent=True, metadata=dict.fromkeys(_METADATA))
            return text.getvalue()

        yield figure, svg


_YEARS: Final = (-719_162.0, 2_932_896.99)
"""The years 1 to 9999 in days of matplotlib, which allows no others."""


def within_years(number: float) -> float:
    """The nearest number of days that matplotlib can show as a date."""
    return min(max(number, _YEARS[0]), _YEARS[1])


def draw_time_axis(axes: Axes, ink: Ink, most: int) -> None:
    """Label the time axis with firsts of months, at most `most`, and a line up from each; or with both ends."""
    from matplotlib.dates import date2num, num2date

    first, last = (num2date(edge) for edge in axes.get_xlim())
    ticks = {tick: month_and_year(tick) for tick in _firsts_of_months(first, last, most)}
    if len(ticks) < 2:
        ticks = {edge: short_date(edge) for edge in (first, last)}
    axes.set_xticks([float(date2num(tick)) for tick in ticks], list(ticks.values()))
    axes.tick_params(axis="x", labelcolor=ink.soft, labelsize=11.5, length=3, color=ink.line)
    axes.grid(axis="x", color=ink.line, linewidth=0.8)
    axes.set_axisbelow(True)
    for name, spine in axes.spines.items():
        spine.set_visible(name == "bottom")
        spine.set_color(ink.line)


def _firsts_of_months(first: datetime, last: datetime, most: int) -> list[datetime]:
    """Firsts of months within the axis, at even distances, at most `most` of them."""
    within: list[datetime] = []
    for step in (1, 2, 3, 6, 12, 24, 60, 120, 240):
        months = range(first.year * 12 // step * step, last.year * 12 + 12, step)
        ticks = [datetime(month // 12, month % 12 + 1, 1, tzinfo=UTC) for month in months]
        within = [tick for tick in ticks if first <= tick <= last]
        if len(within) <= most:
            break
    return within

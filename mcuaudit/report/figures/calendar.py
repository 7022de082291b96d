"""The calendar: a cell for what ends in each period, with marks at moments; periods go down on a narrow screen."""

# Parts of matplotlib have no annotations.
# mypy: disable-error-code="no-untyped-call"

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from mcuaudit.report.figures.drawing import Ink, drawing, picture
from mcuaudit.report.html import Html

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_FONT: Final = 12
_GAP: Final = 0.08
_WIDTH: Final = 900
_LEFT: Final = 105
_ROW: Final = 44
_HEAD: Final = 40
_FOOT: Final = 24
_NARROW_WIDTH: Final = 380
_NARROW_LEFT: Final = 90
_NARROW_RIGHT: Final = 58
_NARROW_ROW: Final = 28
_NARROW_FONT: Final = 12.5


@dataclass(frozen=True, slots=True)
class CalendarCell:
    """What ends in one period: a number, and words below it, with which the cell is filled.

    `colour` is one of ``error``, ``warning`` and ``note``.
    """

    row: int
    column: int
    number: int
    words: str
    colour: str


@dataclass(frozen=True, slots=True)
class Mark:
    """A moment, in columns from the left, with its word."""

    place: float
    word: str


@dataclass(frozen=True, slots=True)
class _Drawn:
    """What a calendar has, however it is laid out."""

    rows: Sequence[str]
    columns: Sequence[tuple[str, str]]
    cells: Sequence[CalendarCell]
    marks: Sequence[Mark]


def calendar(
    rows: Sequence[str],
    columns: Sequence[tuple[str, str]],
    cells: Sequence[CalendarCell],
    marks: Sequence[Mark],
    words: str,
) -> Html:
    """A picture with a row per role and a column per period, whose titles have two lines.

    `words` is its text alternative. The first mark has its word before it, others after them.
    """
    drawn = _Drawn(rows, columns, cells, marks)
    return picture(lambda ink, small: (_draw_narrow if small else _draw_wide)(drawn, ink), words)


def _draw_wide(drawn: _Drawn, ink: Ink) -> str:
    rows, columns = drawn.rows, drawn.columns
    height = _HEAD + _ROW * len(rows) + _FOOT
    with drawing(_WIDTH, height) as (figure, svg):
        axes = figure.add_axes((_LEFT / _WIDTH, 0, 1 - (_LEFT + 8) / _WIDTH, 1))
        for number, title in enumerate(rows):
            _write(axes, -0.15, number + 0.5, title, ink.text, ha="right")
        for number, (first, second) in enumerate(columns):
            _write(axes, number + 0.5, -0.52, first, ink.soft, fontsize=11)
            _write(axes, number + 0.5, -0.2, second, ink.soft, fontsize=11)
        for cell in drawn.cells:
            _box(axes, cell, (cell.column, cell.row), ink)
            middle = (cell.column + 0.5, cell.row + 0.5)
            if cell.words:
                _write(axes, middle[0], middle[1] - 0.16, f"{cell.number:,}", ink.on_cell, fontsize=_FONT)
                _write(axes, middle[0], middle[1] + 0.24, cell.words, ink.on_cell, fontsize=9)
            else:
                _write(axes, *middle, f"{cell.number:,}", ink.cells[cell.colour], fontsize=_FONT)
        for number, mark in enumerate(drawn.marks):
            _mark(axes, number, [mark.place] * 2, [0, len(rows) + 0.3], ink)
            beside = {"ha": "left" if number else "right", "fontsize": 11}
            _write(axes, mark.place + (0.1 if number else -0.1), len(rows) + 0.25, mark.word, ink.text, **beside)
        _frame(axes, len(columns), len(rows), ink)
        axes.set_xlim(0, len(columns))
        axes.set_ylim(len(rows) + _FOOT / _ROW, -_HEAD / _ROW)
        return svg()


def _draw_narrow(drawn: _Drawn, ink: Ink) -> str:
    rows, columns = drawn.rows, drawn.columns
    height = 30 + _NARROW_ROW * len(columns) + 8
    room = _NARROW_WIDTH - _NARROW_LEFT - _NARROW_RIGHT
    with drawing(_NARROW_WIDTH, height) as (figure, svg):
        axes = figure.add_axes((_NARROW_LEFT / _NARROW_WIDTH, 8 / height, room / _NARROW_WIDTH, 1 - 38 / height))
        for number, title in enumerate(rows):
            _write(axes, number + 0.5, -0.55, title, ink.text, fontsize=_NARROW_FONT)
        for number, titles in enumerate(columns):
            _write(
                axes, -0.08, number + 0.5, " ".join(filter(None, titles)), ink.soft, ha="right", fontsize=_NARROW_FONT
            )
        for cell in drawn.cells:
            _box(axes, cell, (cell.row, cell.column), ink)
            text = f"{cell.number:,}" + (f", {cell.words}" if cell.words else "")
            colour = ink.on_cell if cell.words else ink.cells[cell.colour]
            _write(axes, cell.row + 0.5, cell.column + 0.54, text, colour, fontsize=_NARROW_FONT)
        for number, mark in enumerate(drawn.marks):
            _mark(axes, number, [0, len(rows)], [mark.place] * 2, ink)
            _write(axes, len(rows) + 0.06, mark.place, mark.word, ink.text, ha="left", fontsize=_NARROW_FONT)
        _frame(axes, len(rows), len(columns), ink)
        axes.set_xlim(0, len(rows))
        axes.set_ylim(len(columns), -30 / _NARROW_ROW + 0.1)
        return svg()


def _box(axes: Axes, cell: CalendarCell, corner: tuple[float, float], ink: Ink) -> None:
    from matplotlib.patches import Rectangle

    left, top = corner
    colour = ink.cells[cell.colour]
    axes.add_patch(
        Rectangle(
            (left + _GAP / 2, top + _GAP / 2), 1 - _GAP, 1 - _GAP, linewidth=1.2, edgecolor=colour,
            facecolor=colour if cell.words else "none",
        )
    )  # fmt: skip


def _mark(axes: Axes, number: int, across: Sequence[float], down: Sequence[float], ink: Ink) -> None:
    """The line of a mark; all but the first are dashed."""
    axes.plot(across, down, color=ink.text, linewidth=1.4, linestyle="--" if number else "-")


def _frame(axes: Axes, across: int, down: int, ink: Ink) -> None:
    """Thin lines between the cells."""
    for place in range(across + 1):
        axes.plot([place] * 2, [0, down], color=ink.line, linewidth=0.8, zorder=0)
    for place in range(down + 1):
        axes.plot([0, across], [place] * 2, color=ink.line, linewidth=0.8, zorder=0)
    axes.axis("off")


def _write(axes: Axes, across: float, down: float, text: str, colour: str, **style: Any) -> None:
    chosen = {"ha": "center", "va": "center", "fontsize": _FONT, "parse_math": False, "clip_on": False, **style}
    axes.text(across, down, text, color=colour, **chosen)

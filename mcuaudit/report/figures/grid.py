"""Grids: a coloured cell with a letter or a number for each pair of a row and a column."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from mcuaudit.report.figures.drawing import Ink, drawing, picture
from mcuaudit.report.figures.labels import fitted, text_width
from mcuaudit.report.html import Html

_SIDE: Final = 22
_GAP: Final = 0.12
_FONT: Final = 11.5
_LEFT_ROOM: Final = 300
_TOP_ROOM: Final = 220


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell: row and column, the name of its colour in `Ink.cells`, and its text."""

    row: int
    column: int
    colour: str
    text: str


def grid(
    rows: Sequence[str],
    columns: Sequence[str],
    cells: Sequence[Cell],
    words: str,
    *,
    short_rows: Sequence[str] | None = None,
) -> Html:
    """A picture with a cell for each pair; a pair without one stays empty. `words` is its text alternative.

    `short_rows` are the names of the rows on a narrow screen, if long ones would leave no room for the cells.
    """
    return picture(
        lambda ink, small: _draw(short_rows if small and short_rows else rows, columns, cells, ink),
        words, narrow=short_rows is not None, natural=True,
    )  # fmt: skip


def _draw(rows: Sequence[str], columns: Sequence[str], cells: Sequence[Cell], ink: Ink) -> str:
    from matplotlib.patches import PathPatch
    from matplotlib.path import Path

    lefts = [fitted(name, _LEFT_ROOM, _FONT) for name in rows]
    tops = [fitted(name, _TOP_ROOM, _FONT) for name in columns]
    left, top = (max((text_width(label, _FONT) for label in labels), default=0) + 14 for labels in (lefts, tops))
    width, height = left + _SIDE * len(columns) + 10, top + _SIDE * len(rows) + 10
    with drawing(width, height) as (figure, svg):
        axes = figure.add_axes((left / width, 10 / height, 1 - (left + 10) / width, 1 - (top + 10) / height))
        # All cells of one colour are one shape: a page contains each picture twice, and must stay small.
        by_colour: dict[str, list[Path]] = {}
        for cell in cells:
            by_colour.setdefault(cell.colour, []).append(Path(_corners(cell), closed=True))
        for colour, squares in by_colour.items():
            shape = Path.make_compound_path(*squares)
            axes.add_patch(PathPatch(shape, color=ink.cells[colour], linewidth=0, clip_on=False))
        for cell in cells:
            # Letters besides colours, for colour-blind readers.
            size = 11 if len(cell.text) < 3 else 8.5
            middle: dict[str, Any] = {"color": ink.on_cell, "fontsize": size, "ha": "center", "va": "center"}
            axes.text(cell.column + 0.5, cell.row + 0.54, cell.text, parse_math=False, **middle)
        style: dict[str, Any] = {"color": ink.text, "fontsize": _FONT, "parse_math": False}
        for number, name in enumerate(lefts):
            axes.text(-0.3, number + 0.5, name, ha="right", va="center", **style)
        for number, name in enumerate(tops):
            axes.text(number + 0.5, -0.3, name, rotation=90, ha="center", va="bottom", **style)
        axes.set_xlim(0, len(columns))
        axes.set_ylim(len(rows), 0)
        axes.axis("off")
        return svg()


def _corners(cell: Cell) -> list[tuple[float, float]]:
    left, top = cell.column + _GAP / 2, cell.row + _GAP / 2
    right, bottom = left + 1 - _GAP, top + 1 - _GAP
    return [(left, top), (right, top), (right, bottom), (left, bottom), (left, top)]

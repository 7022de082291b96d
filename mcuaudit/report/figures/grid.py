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
_TOP_ROOM_OF_GROUPS: Final = 280
_WIDE_SIDE: Final = 36
"""The width of a column whose columns are in groups: the title of a group stands above them."""
_BETWEEN: Final = 0.7
"""The room between groups, in columns."""
_TITLE: Final = 34
"""The height of the title of a group, which has up to two lines."""


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell: row and column, the name of its colour in `Ink.cells`, its text, and whether it has a frame."""

    row: int
    column: int
    colour: str
    text: str
    framed: bool = False


@dataclass(frozen=True, slots=True)
class ColumnGroup:
    """Columns side by side under a title of up to two lines, with room around them."""

    title: str
    columns: int


def grid(
    rows: Sequence[str],
    columns: Sequence[str],
    cells: Sequence[Cell],
    words: str,
    *,
    short_rows: Sequence[str] | None = None,
    groups: Sequence[ColumnGroup] = (),
) -> Html:
    """A picture with a cell for each pair; a pair without one stays empty. `words` is its text alternative.

    `short_rows` are the names of the rows on a narrow screen, if long ones would leave no room for the cells. `groups`
    has all columns, if they are in groups.
    """
    return picture(
        lambda ink, small: _draw(short_rows if small and short_rows else rows, columns, cells, groups, ink),
        words, narrow=short_rows is not None, natural=True,
    )  # fmt: skip


def _draw(
    rows: Sequence[str], columns: Sequence[str], cells: Sequence[Cell], groups: Sequence[ColumnGroup], ink: Ink
) -> str:
    lefts = [fitted(name, _LEFT_ROOM, _FONT) for name in rows]
    tops = [fitted(name, _TOP_ROOM_OF_GROUPS if groups else _TOP_ROOM, _FONT) for name in columns]
    left, top = (max((text_width(label, _FONT) for label in labels), default=0) + 14 for labels in (lefts, tops))
    places = _places(len(columns), groups)
    side = _WIDE_SIDE if groups else _SIDE
    across = places[-1] + 1 if places else 0.0
    # The title of the last group may be wider than its columns.
    right = 10 + (3 * side if groups else 0)
    top += _TITLE if groups else 0
    width, height = left + side * across + right, top + _SIDE * len(rows) + 10
    with drawing(width, height) as (figure, svg):
        axes = figure.add_axes((left / width, 10 / height, 1 - (left + right) / width, 1 - (top + 10) / height))
        _draw_cells(axes, cells, places, ink)
        style: dict[str, Any] = {"color": ink.text, "fontsize": _FONT, "parse_math": False}
        for number, name in enumerate(lefts):
            axes.text(-0.3 * _SIDE / side, number + 0.5, name, ha="right", va="center", **style)
        for place, name in zip(places, tops, strict=True):
            axes.text(place + 0.5, -0.3, name, rotation=90, ha="center", va="bottom", **style)
        first = 0
        for group in groups:
            above = -(top - _TITLE) / _SIDE
            axes.text(places[first], above, group.title, ha="left", va="bottom", fontweight="bold", **style)
            first += group.columns
        axes.set_xlim(0, across)
        axes.set_ylim(len(rows), 0)
        axes.axis("off")
        return svg()


def _places(columns: int, groups: Sequence[ColumnGroup]) -> list[float]:
    """Where each column begins, in columns."""
    sizes = [group.columns for group in groups] or [columns]
    before = [number * _BETWEEN for number, size in enumerate(sizes) for _ in range(size)]
    return [column + room for column, room in enumerate(before)]


def _draw_cells(axes: Any, cells: Sequence[Cell], places: Sequence[float], ink: Ink) -> None:
    from matplotlib.patches import PathPatch
    from matplotlib.path import Path

    # All cells of one colour are one shape: a page contains each picture twice, and must stay small.
    by_colour: dict[str, list[Path]] = {}
    for cell in cells:
        by_colour.setdefault(cell.colour, []).append(Path(_corners(cell, places), closed=True))
    for colour, squares in by_colour.items():
        shape = Path.make_compound_path(*squares)
        axes.add_patch(PathPatch(shape, color=ink.cells[colour], linewidth=0, clip_on=False))
    framed = [Path(_corners(cell, places), closed=True) for cell in cells if cell.framed]
    if framed:
        shape = Path.make_compound_path(*framed)
        axes.add_patch(PathPatch(shape, facecolor="none", edgecolor=ink.text, linewidth=1.6, clip_on=False))
    for cell in cells:
        if not cell.text:
            continue
        # Letters besides colours, for colour-blind readers.
        size = 11 if len(cell.text) < 3 else 8.5
        middle: dict[str, Any] = {"color": ink.on_cell, "fontsize": size, "ha": "center", "va": "center"}
        axes.text(places[cell.column] + 0.5, cell.row + 0.54, cell.text, parse_math=False, **middle)


def _corners(cell: Cell, places: Sequence[float]) -> list[tuple[float, float]]:
    left, top = places[cell.column] + _GAP / 2, cell.row + _GAP / 2
    right, bottom = left + 1 - _GAP, top + 1 - _GAP
    return [(left, top), (right, top), (right, bottom), (left, bottom), (left, top)]

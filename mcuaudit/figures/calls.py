"""The matrix of calls between MCUs: a row per calling, a column per called device."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from mcuaudit.figures.drawing import Ink, drawing, picture, shortened
from mcuaudit.report.html import Html


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
    return picture(lambda ink, _small: _draw_matrix(callers, called, cells, ink), words, narrow=False, natural=True)


def _draw_matrix(callers: Sequence[str], called: Sequence[str], cells: Sequence[Cell], ink: Ink) -> str:
    from matplotlib.patches import Rectangle

    left = top = 190
    width, height = left + _CELL * len(called) + 10, top + _CELL * len(callers) + 10
    with drawing(width, height) as (figure, svg):
        axes = figure.add_axes((left / width, 10 / height, 1 - (left + 10) / width, 1 - (top + 10) / height))
        for cell in cells:
            place = (cell.column + 0.06, cell.row + 0.06)
            axes.add_patch(Rectangle(place, 0.88, 0.88, color=ink.calls[cell.word], linewidth=0))
            # A letter beside the colour, for those who cannot tell colours apart.
            middle: dict[str, Any] = {"color": ink.on_call, "fontsize": 11, "ha": "center", "va": "center"}
            axes.text(cell.column + 0.5, cell.row + 0.54, _LETTERS[cell.word], **middle)
        style: dict[str, Any] = {"color": ink.text, "fontsize": 11.5, "parse_math": False}
        for number, name in enumerate(callers):
            axes.text(-0.3, number + 0.5, shortened(name), ha="right", va="center", **style)
        for number, name in enumerate(called):
            axes.text(number + 0.5, -0.3, shortened(name), rotation=90, ha="center", va="bottom", **style)
        axes.set_xlim(0, len(called))
        axes.set_ylim(len(callers), 0)
        axes.axis("off")
        return svg()

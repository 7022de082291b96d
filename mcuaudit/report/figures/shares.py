"""Shares: a bar per row, in parts by role, with their numbers, in the order of the legend."""

# Parts of matplotlib have no annotations.
# mypy: disable-error-code="no-untyped-call"

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from mcuaudit.report.figures.drawing import Ink, drawing, picture
from mcuaudit.report.figures.labels import fitted, text_width
from mcuaudit.report.html import Html

_ROW: Final = 26
_FONT: Final = 12


def shares(rows: Sequence[str], parts: Mapping[str, Sequence[int]], titles: Mapping[str, str], words: str) -> Html:
    """A picture with a bar per row, of a part per key of `parts`; `words` is its text alternative.

    Args:
        rows: the labels of the bars.
        parts: the numbers of each row, by the name of a colour in `Ink.roles`.
        titles: the legend, by the name of the colour.
        words: the text alternative.
    """
    return picture(lambda ink, small: _draw(rows, parts, titles, ink, 380 if small else 900), words)


def _draw(
    rows: Sequence[str], parts: Mapping[str, Sequence[int]], titles: Mapping[str, str], ink: Ink, width: int
) -> str:
    from matplotlib.patches import Patch

    labels = [fitted(row, 190, _FONT) for row in rows]
    left = max(text_width(label, _FONT) for label in labels) + 16
    height = _ROW * len(rows) + 34
    room = width - left - 44
    totals = [sum(numbers) for numbers in zip(*parts.values(), strict=True)]
    most = max(*totals, 1)
    style: dict[str, Any] = {"va": "center", "fontsize": _FONT, "parse_math": False}
    with drawing(width, height) as (figure, svg):
        axes = figure.add_axes((left / width, 0, room / width, 1 - 34 / height))
        starts = [0] * len(rows)
        for role, numbers in parts.items():
            axes.barh(range(len(rows)), numbers, left=starts, height=0.62, color=ink.roles[role])
            for row, (start, number) in enumerate(zip(starts, numbers, strict=True)):
                # A number is drawn if its part has room; the table has them all.
                if number * room / most > text_width(f"{number:,}", _FONT) + 6:
                    axes.text(start + number / 2, row, f"{number:,}", color=ink.on_roles[role], ha="center", **style)
            starts = [start + number for start, number in zip(starts, numbers, strict=True)]
        for row, (label, total) in enumerate(zip(labels, totals, strict=True)):
            axes.text(-8 * most / room, row, label, color=ink.text, ha="right", **style)
            axes.text(total + 6 * most / room, row, f"{total:,}", color=ink.soft, **style)
        axes.set_xlim(0, most)
        axes.set_ylim(len(rows) - 0.5, -0.5)
        axes.axis("off")
        figure.legend(
            handles=[Patch(facecolor=ink.roles[role], label=titles[role]) for role in parts],
            loc="upper left", bbox_to_anchor=(0, 1), ncols=len(parts), frameon=False, fontsize=11.5,
            labelcolor=ink.soft, handlelength=1.4, columnspacing=1.2, borderpad=0, borderaxespad=0.2,
        )  # fmt: skip
        return svg()

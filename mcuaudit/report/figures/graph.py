"""Graphs in layers: boxes in columns, and curves from each column to the next."""

# Parts of matplotlib have no annotations.
# mypy: disable-error-code="no-untyped-call"

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from mcuaudit.report.figures.drawing import Ink, drawing, picture
from mcuaudit.report.figures.labels import fitted
from mcuaudit.report.html import Html

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_LABEL_SIZE: Final = 10
_NOTE_SIZE: Final = 8.5
_BOX_WIDTH: Final = 160
_BOX_HEIGHT: Final = 32
_ROW: Final = 40
_GAP: Final = 46
_EDGE: Final = 4
_TITLE: Final = 28
_LEGEND: Final = 24


@dataclass(frozen=True, slots=True)
class Node:
    """One box: its key, its two lines of text, and its kind, which decides its outline.

    Kinds: device, store and authority; missing, with a dashed outline; expired, in its own colour.
    """

    key: str
    label: str
    note: str
    kind: str
    last: bool = False
    """It is the last of its column, because it represents all others."""


@dataclass(frozen=True, slots=True)
class Layer:
    """One column of boxes under a title."""

    title: str
    nodes: Sequence[Node]


@dataclass(frozen=True, slots=True)
class Link:
    """A curve between two boxes of neighbouring columns; `weight` is the number of things that it represents.

    One of something that is `broken` is red and dashed, and the picture has a legend for it.
    """

    start: str
    end: str
    weight: int
    broken: bool = False


def layered_graph(layers: Sequence[Layer], links: Sequence[Link], words: str) -> Html:
    """A picture of the columns from left to right; `words` is its text alternative."""
    ordered = _without_needless_crossings(layers, links)
    return picture(lambda ink, _small: _draw(ordered, links, ink), words, narrow=False, natural=True)


def _without_needless_crossings(layers: Sequence[Layer], links: Sequence[Link]) -> list[Layer]:
    """Each column in the order of the boxes that it is linked with in the column before; the first stays as it is."""
    place: dict[str, float] = {}
    ordered = []
    for layer in layers:
        nodes = list(layer.nodes)
        if place:
            near = {node.key: [place[link.start] for link in links if link.end == node.key] for node in nodes}
            means = {key: sum(places) / len(places) if places else 1.0 for key, places in near.items()}
            nodes.sort(key=lambda node: (node.last, means[node.key]))
        place = {node.key: number / len(nodes) for number, node in enumerate(nodes)}
        ordered.append(Layer(layer.title, nodes))
    return ordered


def _draw(layers: Sequence[Layer], links: Sequence[Link], ink: Ink) -> str:
    rows = max(len(layer.nodes) for layer in layers)
    width = len(layers) * _BOX_WIDTH + (len(layers) - 1) * _GAP + 2 * _EDGE
    any_broken = any(link.broken for link in links)
    height = _TITLE + rows * _ROW + _EDGE + (_LEGEND if any_broken else 0)
    with drawing(width, height) as (figure, svg):
        axes = figure.add_axes((0, 0, 1, 1))
        axes.set_xlim(0, width)
        axes.set_ylim(height, 0)
        axes.axis("off")
        boxes = {}
        for number, layer in enumerate(layers):
            left = _EDGE + number * (_BOX_WIDTH + _GAP)
            axes.text(left, 12, layer.title, color=ink.soft, fontsize=10, va="center", weight="bold")
            # A short column is centred beside taller ones.
            top = _TITLE + (rows - len(layer.nodes)) * _ROW / 2
            for row, node in enumerate(layer.nodes):
                boxes[node.key] = (left, top + row * _ROW)
                _draw_box(axes, node, boxes[node.key], ink)
        # Broken ones last, above the others.
        for link in sorted(links, key=lambda link: link.broken):
            _draw_link(axes, boxes[link.start], boxes[link.end], link, ink)
        if any_broken:
            axes.plot([_EDGE, _EDGE + 34], [height - 10] * 2, color=ink.nodes["expired"], linewidth=2, linestyle="--")
            axes.text(_EDGE + 42, height - 10, "broken", color=ink.text, fontsize=_LABEL_SIZE, va="center")
        return svg()


def _draw_box(axes: Axes, node: Node, place: tuple[float, float], ink: Ink) -> None:
    from matplotlib.patches import FancyBboxPatch

    left, top = place
    room = _BOX_WIDTH - 14
    outline: dict[str, Any] = {"linestyle": (0, (4, 3))} if node.kind == "missing" else {}
    axes.add_patch(
        FancyBboxPatch(
            (left + 3, top + 3), _BOX_WIDTH - 6, _BOX_HEIGHT - 6, boxstyle="round,pad=3,rounding_size=5",
            facecolor="none", edgecolor=ink.nodes[node.kind], linewidth=1.4, zorder=2, clip_on=False, **outline,
        )
    )  # fmt: skip
    style: dict[str, Any] = {"va": "center", "parse_math": False, "zorder": 3}
    axes.text(left + 8, top + 11, fitted(node.label, room, _LABEL_SIZE), color=ink.text, fontsize=_LABEL_SIZE, **style)
    axes.text(left + 8, top + 23, fitted(node.note, room, _NOTE_SIZE), color=ink.soft, fontsize=_NOTE_SIZE, **style)


def _draw_link(axes: Axes, start: tuple[float, float], end: tuple[float, float], link: Link, ink: Ink) -> None:
    from matplotlib.patches import PathPatch
    from matplotlib.path import Path

    first = (start[0] + _BOX_WIDTH, start[1] + _BOX_HEIGHT / 2)
    last = (end[0], end[1] + _BOX_HEIGHT / 2)
    bend = (last[0] - first[0]) / 2
    curve = Path(
        [first, (first[0] + bend, first[1]), (last[0] - bend, last[1]), last],
        [Path.MOVETO, Path.CURVE4, Path.CURVE4, Path.CURVE4],
    )
    # The width grows with the logarithm, so that a line for fifty does not cover the others.
    thick = min(1 + 0.5 * link.weight.bit_length(), 4)
    style: dict[str, Any] = {"linewidth": thick, "capstyle": "round", "zorder": 1, "clip_on": False}
    if link.broken:
        style |= {"linestyle": (0, (3, 2)), "capstyle": "butt"}
    colour = ink.nodes["expired"] if link.broken else ink.link
    axes.add_patch(PathPatch(curve, facecolor="none", edgecolor=colour, **style))

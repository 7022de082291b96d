"""Pictures, drawn by matplotlib as SVG for light and for dark pages, with a text alternative."""

from mcuaudit.report.figures.graph import Layer, Link, Node, layered_graph
from mcuaudit.report.figures.grid import Cell, ColumnGroup, grid
from mcuaudit.report.figures.shares import shares
from mcuaudit.report.figures.timeline import HORIZON_DAYS, Bar, expiry_timeline
from mcuaudit.report.figures.trend import trend_lines

__all__ = [
    "HORIZON_DAYS", "Bar", "Cell", "ColumnGroup", "Layer", "Link", "Node", "expiry_timeline", "grid", "layered_graph",
    "shares", "trend_lines",
]  # fmt: skip

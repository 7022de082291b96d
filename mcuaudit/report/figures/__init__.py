"""Pictures, drawn by matplotlib as SVG for light and for dark pages, with a text alternative."""

from mcuaudit.report.figures.calendar import CalendarCell, Mark, calendar
from mcuaudit.report.figures.graph import Layer, Link, Node, layered_graph
from mcuaudit.report.figures.grid import Cell, ColumnGroup, grid
from mcuaudit.report.figures.shares import shares
from mcuaudit.report.figures.trend import trend_lines

__all__ = [
    "CalendarCell", "Cell", "ColumnGroup", "Layer", "Link", "Mark", "Node", "calendar", "grid", "layered_graph",
    "shares", "trend_lines",
]  # fmt: skip

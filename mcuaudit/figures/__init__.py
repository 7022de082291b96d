"""Pictures: drawn by matplotlib as SVG, once for light and once for dark pages, with a text alternative."""

from mcuaudit.figures.calls import Cell, call_matrix
from mcuaudit.figures.timeline import HORIZON_DAYS, Bar, expiry_timeline
from mcuaudit.figures.trend import trend_lines

__all__ = ["HORIZON_DAYS", "Bar", "Cell", "call_matrix", "expiry_timeline", "trend_lines"]

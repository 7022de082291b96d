"""The reports: what a page says, and how notebooks become pages.

Words and markup: words, html, table, figure, names. What is counted: counting, trust_graph. The parts of a page:
verdict, causes, findings_grid, changes, matrix, calls, holdings, key_mix, trust_picture, trend, evidence, put together
in pages and opened by opening. From notebook to file: kernel, execute, publish, bundle, index.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from mcuaudit.report.opening import earlier_audit, fleet_report, open_audit, site_report
    from mcuaudit.report.pages import FleetReport, SiteReport

__all__ = ["FleetReport", "SiteReport", "earlier_audit", "fleet_report", "open_audit", "site_report"]


def __getattr__(name: str) -> Any:
    # mcuaudit.figures needs html of this package, and the pages need mcuaudit.figures.
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    module = "pages" if name.endswith("Report") else "opening"
    return getattr(importlib.import_module(f"{__name__}.{module}"), name)

"""`audit.explore()`: an audit to filter, to open row by row, and to change in memory."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from mcuaudit.frames.attached import method_of
from mcuaudit.frames.containers import Audit

if TYPE_CHECKING:
    from mcuaudit.report.explorer import ExplorerPage


@method_of(Audit, "explore")
def explore(audit: Audit, *, static: Literal[True]) -> ExplorerPage:  # noqa: ARG001 - says which of the explorers
    """The audit as one HTML file to filter and to open: ``audit.explore(static=True).write("explorer.html")``.

    The page has every device with its certificate, the settings that decide and the steps of its connections, and every
    certificate with its paths. It makes no request.
    """
    # Imported here: a page is made by the libraries of the reports, which take a second to import.
    from mcuaudit.report.explorer import explorer_page

    return explorer_page(audit)

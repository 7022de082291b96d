"""`audit.explore()`: an audit to filter, to open row by row, and to change in memory."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mcuaudit.frames.attached import method_of
from mcuaudit.frames.containers import Audit

if TYPE_CHECKING:
    from mcuaudit.notebook.explorer_widget import Explorer
    from mcuaudit.report.explorer import ExplorerPage


@method_of(Audit, "explore")
def explore(audit: Audit, *, static: bool = False) -> Explorer | ExplorerPage:
    """The audit to look through in JupyterLab, or with `static` as one HTML file that needs no kernel.

        explorer = audit.explore()
        explorer.frame

    In JupyterLab: filters by site, device, connection and outcome; a row opens its steps and certificates; a time; and
    what would hold with another setting, one more CA or another certificate, which is evaluated at once.
    ``audit.explore(static=True).write("explorer.html")`` keeps every device, connection and certificate in one file.

    Raises:
        UsageError: ipywidgets is not installed, which `static` does without.
    """
    # Imported here: the libraries of the pages and of the widgets take a second to import.
    if static:
        from mcuaudit.report.explorer import explorer_page

        return explorer_page(audit)
    from mcuaudit.notebook.explorer_widget import Explorer

    return Explorer(audit)

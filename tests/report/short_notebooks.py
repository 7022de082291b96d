"""Notebooks of one line: tests of what becomes of pages need real pages, but not what is on them.

A kernel that runs one imports neither pandas nor mcuaudit, which is most of the time of a page.
"""

from __future__ import annotations

from pathlib import Path

import nbformat

from mcuaudit.system.resources import notebooks_directory

RUN = """
import sys
from pathlib import Path
import mcuaudit.report.render
mcuaudit.report.render.notebooks_directory = lambda notebooks=Path(sys.argv.pop(1)): notebooks
"""
"""What a program runs first that makes its reports with the notebooks in the directory of its first argument."""


_PICTURES = ("report.deadlines", "report.findings_by_rule", "report.keys", "report.trust_graph")
"""The sections that are drawn, which takes most of the time of a page."""


def notebooks_without_pictures(directory: Path) -> Path:
    """The notebooks of the reports, with all that is said and nothing that is drawn."""
    directory.mkdir(parents=True, exist_ok=True)
    for name in ("90_site_report", "95_fleet_report"):
        notebook = nbformat.read(notebooks_directory() / f"{name}.ipynb", as_version=4)
        kept = [cell for cell in notebook.cells if cell.source not in _PICTURES]
        assert len(kept) == len(notebook.cells) - len(_PICTURES)
        notebook.cells = kept
        nbformat.write(notebook, directory / f"{name}.ipynb")
    return directory


def short_notebooks(directory: Path, cell: str = "") -> Path:
    """The notebooks of the reports with their parameters and one line that shows a word, after this cell if any."""
    directory.mkdir(parents=True, exist_ok=True)
    for name in ("90_site_report", "95_fleet_report"):
        notebook = nbformat.read(notebooks_directory() / f"{name}.ipynb", as_version=4)
        parameters = next(found for found in notebook.cells if "parameters" in found.metadata.get("tags", []))
        cells = [nbformat.v4.new_code_cell(source) for source in (cell, f"print({name!r})") if source]
        notebook.cells = [parameters, *cells]
        nbformat.write(notebook, directory / f"{name}.ipynb")
    return directory

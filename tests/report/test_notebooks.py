"""Notebooks are thin: outputs stripped, one annotated parameters cell, few short lines, nothing to program."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import nbformat
import pytest

from mcuaudit.system.resources import notebooks_directory

NOTEBOOKS = sorted(notebooks_directory().glob("*.ipynb"))
LINES_PER_CELL, LINES = 3, 40


def code_cells(notebook: nbformat.NotebookNode) -> list[nbformat.NotebookNode]:
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def is_parameters(cell: nbformat.NotebookNode) -> bool:
    return "parameters" in cell.metadata.get("tags", [])


def test_the_notebooks_are_there() -> None:
    assert {"00_start_here.ipynb", "90_site_report.ipynb", "95_fleet_report.ipynb"} <= {path.name for path in NOTEBOOKS}


@pytest.fixture(params=NOTEBOOKS, ids=lambda path: path.stem)
def notebook(request: pytest.FixtureRequest) -> nbformat.NotebookNode:
    return nbformat.read(request.param, as_version=4)


def test_it_is_valid_and_its_cells_have_names(notebook: nbformat.NotebookNode) -> None:
    nbformat.validate(notebook)
    identifiers = [cell["id"] for cell in notebook.cells]
    assert len(set(identifiers)) == len(identifiers) > 5


def test_outputs_are_stripped(notebook: nbformat.NotebookNode) -> None:
    assert [cell.outputs for cell in code_cells(notebook) if cell.outputs] == []
    assert {cell.execution_count for cell in code_cells(notebook)} == {None}


def test_one_cell_holds_the_parameters_each_with_type_and_meaning(notebook: nbformat.NotebookNode) -> None:
    cells = [cell for cell in code_cells(notebook) if is_parameters(cell)]
    assert len(cells) == 1
    for line in cells[0].source.splitlines():
        assert re.fullmatch(r'[a-z_]+: str = "[^"]*"  # \S.*', line)


def test_cells_are_short(notebook: nbformat.NotebookNode) -> None:
    # Parameters are one a line, since papermill reads them line by line; they count for the notebook.
    longest = max(len(cell.source.splitlines()) for cell in code_cells(notebook) if not is_parameters(cell))
    assert longest <= LINES_PER_CELL
    assert sum(len(cell.source.splitlines()) for cell in code_cells(notebook)) <= LINES


def test_there_is_nothing_to_program(notebook: nbformat.NotebookNode) -> None:
    forbidden = (ast.For, ast.While, ast.FunctionDef, ast.ClassDef, ast.Lambda, ast.ListComp, ast.Try, ast.If, ast.With)
    for cell in code_cells(notebook):
        found = [type(node).__name__ for node in ast.walk(ast.parse(cell.source)) if isinstance(node, forbidden)]
        assert found == []


def test_only_mcuaudit_is_imported(notebook: nbformat.NotebookNode) -> None:
    tree = ast.parse("\n".join(cell.source for cell in code_cells(notebook)))
    imported = [name.name for node in ast.walk(tree) if isinstance(node, ast.Import) for name in node.names]
    assert imported == ["mcuaudit"]
    assert not any(isinstance(node, ast.ImportFrom) for node in ast.walk(tree))


def test_it_ends_with_something_to_try(notebook: nbformat.NotebookNode) -> None:
    last = notebook.cells[-1]
    assert last.cell_type == "markdown"
    assert "Something to try" in last.source


@pytest.mark.parametrize("name", ["90_site_report", "95_fleet_report"])
def test_a_report_shows_every_section_under_a_heading(name: str) -> None:
    notebook = nbformat.read(notebooks_directory() / f"{name}.ipynb", as_version=4)
    shown = {cell.source for cell in code_cells(notebook) if cell.source.startswith("report.")}
    sections = (
        "verdict", "do_first", "matrix", "findings", "findings_by_rule", "changes", "deadlines", "readiness", "plan",
        "certificates", "keys", "trust_stores", "trust_graph", "connections", "evidence", "checks", "readings",
        "words", "problems", "provenance",
    )  # fmt: skip
    of_site = ("devices",) if name == "90_site_report" else ()
    assert shown == {f"report.{section}" for section in (*sections, *of_site)}


def test_names_of_notebooks_hold_no_outputs_of_a_run() -> None:
    assert [path.name for path in NOTEBOOKS if not re.fullmatch(r"\d\d_[a-z_]+\.ipynb", Path(path).name)] == []

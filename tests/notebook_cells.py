"""The cells of a shipped notebook, run in this process: a kernel for each would take minutes."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import nbformat


def run_cells(path: Path, parameters: Mapping[str, object]) -> Iterator[tuple[nbformat.NotebookNode, object]]:
    """Run the cells one after the other; yield each that ends with an expression, and its value.

    The cell of the parameters is followed by those given, as papermill does it.
    """
    names: dict[str, Any] = {}
    for cell in nbformat.read(path, as_version=4).cells:
        if cell.cell_type != "code":
            continue
        *before, last = ast.parse(cell.source).body
        exec(compile(ast.Module(before, []), path.name, "exec"), names)
        if isinstance(last, ast.Expr):
            yield cell, eval(compile(ast.Expression(last.value), path.name, "eval"), names)
        else:
            exec(compile(ast.Module([last], []), path.name, "exec"), names)
        names |= parameters if "parameters" in cell.metadata.get("tags", []) else {}

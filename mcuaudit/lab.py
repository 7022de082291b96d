"""JupyterLab on copies of the notebooks in a directory of the user's, with the export set; changed copies are kept."""

from __future__ import annotations

import hashlib
import importlib.util
import json
import os
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import nbformat

from mcuaudit.errors import UsageError
from mcuaudit.resources import notebooks_directory, sample_directory

_MADE = ".mcuaudit-lab.json"


def open_lab(export: Path | None, directory: Path, *, at: str = "", browser: bool = True) -> int:
    """Copy the notebooks and run JupyterLab on them until it is stopped; its exit code.

    Raises:
        UsageError: JupyterLab is not installed, or the export is no directory.
    """
    if importlib.util.find_spec("jupyterlab") is None:
        raise UsageError('JupyterLab is not installed; run: pip install "mcuaudit[lab]"')
    if export is not None and not export.is_dir():
        raise UsageError(f"{export}: expected the directory of an export.")
    prepare_lab(export or sample_directory(), directory, at=at or ("2026-11-23" if export is None else ""))
    command = [
        sys.executable,
        "-m",
        "jupyterlab",
        f"--notebook-dir={directory}",
        "--LabApp.default_url=/lab/tree/00_start_here.ipynb",
    ]
    if not browser:
        command.append("--no-browser")
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        command.append("--allow-root")
    return subprocess.call(command)  # noqa: S603 - our own interpreter with our own arguments


def prepare_lab(export: Path, directory: Path, *, at: str = "") -> list[Path]:
    """Copy the notebooks with their parameters set; a copy that the user changed stays as it is.

    Returns the notebooks that were written.
    """
    directory.mkdir(parents=True, exist_ok=True)
    made = _made(directory)
    written = []
    values = {"export": str(export.resolve()), "at": at or datetime.now(UTC).date().isoformat()}
    for source in sorted(notebooks_directory().glob("*.ipynb")):
        target = directory / source.name
        if target.exists() and made.get(source.name) != _digest(target):
            continue
        target.write_text(_with_parameters(source, values), encoding="utf-8")
        made[source.name] = _digest(target)
        written.append(target)
    (directory / _MADE).write_text(json.dumps(made, indent=2) + "\n", encoding="utf-8")
    return written


def _made(directory: Path) -> dict[str, str]:
    try:
        found = json.loads((directory / _MADE).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def _digest(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()


def _with_parameters(source: Path, values: dict[str, str]) -> str:
    """The notebook with the defaults of its parameters cell replaced, each on its own line."""
    notebook = nbformat.read(source, as_version=4)  # type: ignore[no-untyped-call]
    for cell in notebook.cells:
        if "parameters" in cell.metadata.get("tags", []):
            lines = cell.source.splitlines()
            cell.source = "\n".join(_line(line, values) for line in lines)
    return f"{nbformat.writes(notebook)}\n"  # type: ignore[no-untyped-call]


def _line(line: str, values: dict[str, str]) -> str:
    name = line.partition("=")[0].partition(":")[0].strip()
    if name not in values or line.lstrip().startswith("#"):
        return line
    return f"{line.partition('=')[0].rstrip()} = {values[name]!r}"

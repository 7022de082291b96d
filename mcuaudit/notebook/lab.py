"""JupyterLab on copies of the notebooks in a directory of the user, with the export set; changed copies are kept."""

from __future__ import annotations

import hashlib
import importlib.util
import json
import os
import subprocess
import sys
from collections.abc import Callable, Sequence
from copy import deepcopy
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib import resources
from pathlib import Path
from typing import Final

from mcuaudit.collect.walk import check_directory, walk_export
from mcuaudit.domain.instants import instant
from mcuaudit.errors import UsageError
from mcuaudit.frames.load import load_audit
from mcuaudit.policy.layers import resolve_policy
from mcuaudit.system.arguments import path_given
from mcuaudit.system.children import child_environment
from mcuaudit.system.files import write_whole
from mcuaudit.system.own_output import kept_audit
from mcuaudit.system.resources import notebooks_directory, sample_directory
from mcuaudit.system.slow_imports import uri_grammar_put_off
from mcuaudit.system.storage import storage_error

with uri_grammar_put_off():
    import nbformat

FIRST: Final = "00_start_here.ipynb"
_MADE: Final = ".mcuaudit-lab.json"
_PATH: Final = "JUPYTER_CONFIG_PATH"
_SAMPLE_DATE: Final = "2026-11-23"
_KERNELS: Final = "mcuaudit.notebook.lab_kernels.LabKernels"


@dataclass(frozen=True, slots=True)
class Copies:
    """The notebooks in the user's directory: copies that were written, and changed ones that were left as they are."""

    written: tuple[Path, ...]
    kept: tuple[Path, ...]


def open_lab(
    export: str | Path | None,
    directory: str | Path,
    *,
    at: str = "",
    browser: bool = True,
    port: int | None = None,
    say: Callable[[str], None] = lambda _text: None,
) -> int:
    """Copy the notebooks, run JupyterLab on them until it stops, and return its exit code.

    Args:
        export: the export that the notebooks audit, or a saved audit or directory of reports that they load; None for
            the sample fleet.
        directory: the directory of the copies.
        at: the date for the notebooks; by default today, or for the sample fleet the date of its data.
        browser: open a window.
        port: the port of the server; by default 8888, or the next free one.
        say: called with a sentence that names the copies that the user changed.

    Raises:
        UsageError: JupyterLab is not installed, `export` is neither an export nor a saved audit, or is a damaged one,
            `at` is given for a saved audit, or the copies would be in it.
    """
    if importlib.util.find_spec("jupyterlab") is None:
        raise UsageError("JupyterLab is not installed; run: pip install jupyterlab")
    directory = Path(directory)
    if at:
        _check_time(at)
    kept = None if export is None else _checked(path_given(export, "the export of the notebooks"), directory, at)
    at = at or (_SAMPLE_DATE if export is None else "")
    copies = prepare_lab(kept or export or sample_directory(), directory, at=at)
    if copies.kept:
        names = ", ".join(path.name for path in copies.kept)
        say(f"You changed {names} in {directory}, so these files and their parameters stay as they are.")
    return _run(_command(directory.resolve(), browser, port), _own_directory(directory.resolve()))


def _checked(export: Path, directory: Path, at: str) -> Path | None:
    """The saved audit that `export` is; None for an export. The notebooks can open it."""
    check_directory(export)
    kept = kept_audit(export)
    if directory.resolve().is_relative_to(export.resolve()):
        what = "saved audit" if kept else "export"
        raise UsageError(f"{directory} is in the {what} and would be read as part of it; name another --dir.")
    if kept is None:
        walk_export(export, resolve_policy(export).policy)
        return None
    if at:
        raise UsageError(f"{export} is a saved audit, which has its own time; leave out --at, or name the export.")
    load_audit(kept)
    return kept


def _check_time(at: str) -> None:
    try:
        instant(at)
    except ValueError as error:
        raise UsageError(f"--at: {error}. Expected, for example, 2026-11-23 or 2026-11-23T12:00:00Z.") from error


def _command(directory: Path, browser: bool, port: int | None) -> list[str]:
    command = [sys.executable, "-P", "-m", "jupyterlab", f"--notebook-dir={directory}"]
    command += ["--LabApp.extension_manager=readonly", f"--LabApp.default_url=/lab/tree/{FIRST}"]
    command.append(f"--ServerApp.kernel_spec_manager_class={_KERNELS}")
    command += [] if browser else ["--no-browser"]
    command += [f"--port={port}", "--ServerApp.port_retries=0"] if port is not None else []
    return [*command, "--allow-root"] if hasattr(os, "geteuid") and os.geteuid() == 0 else command


def _own_directory(notebooks: Path) -> Path:
    """The working directory of the server: empty, and only its owner can enter it, so that it imports no foreign file.

    Raises:
        UsageError: it cannot be made, or is not empty.
    """
    own = notebooks / ".server"
    try:
        own.mkdir(mode=0o700, exist_ok=True)
        if own.is_symlink() or any(own.iterdir()):
            raise UsageError(f"{own} is not empty; JupyterLab is started in it. Delete it, or name another --dir.")
        own.chmod(0o700)
    except OSError as error:
        usage = UsageError(f"{own} cannot be made a directory for JupyterLab: {error.strerror}.")
        raise storage_error(own, error) or usage from error
    return own


def _run(command: Sequence[str], directory: Path) -> int:
    environment = _environment()
    process = subprocess.Popen(command, env=environment, cwd=directory)  # noqa: S603 - our own interpreter and words
    try:
        while True:
            try:
                return process.wait()
            except KeyboardInterrupt:
                # JupyterLab receives it too, and asks whether to stop.
                continue
    finally:
        process.terminate()
        process.wait()


def _environment() -> dict[str, str]:
    """The caller's environment with our settings: JupyterLab makes no request to the network."""
    ours = str(resources.files("mcuaudit.notebook").joinpath("lab_settings"))
    return dict(child_environment(**{_PATH: os.pathsep.join(filter(None, (os.environ.get(_PATH), ours)))}))


def prepare_lab(export: str | Path, directory: str | Path, *, at: str = "") -> Copies:
    """Copy the notebooks with their parameters set; a copy whose cells the user changed stays as it is.

    A copy that was only run gets new parameters and keeps the rest, including its results. If a newer mcuaudit has a
    different notebook, a copy without results is replaced. `export` may be a saved audit, which has its own time.

    Raises:
        UsageError: `directory` is a file, or a copy cannot be written.
    """
    export, directory = Path(export), Path(directory)
    if directory.exists() and not directory.is_dir():
        raise UsageError(f"{directory} is a file; the notebooks need a directory.")
    try:
        directory.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        usage = UsageError(f"{directory} cannot be made a directory for the notebooks: {error.strerror}.")
        raise storage_error(directory, error) or usage from error
    made = _made(directory)
    written, kept = [], []
    today = "" if kept_audit(export) else datetime.now(UTC).date().isoformat()
    values = {"export": str(export.resolve()), "at": at or today}
    for source in sorted(notebooks_directory().glob("*.ipynb")):
        target = directory / source.name
        shipped: nbformat.NotebookNode = nbformat.read(source, as_version=4)  # type: ignore[no-untyped-call]
        wanted = _with_parameters(shipped, values)
        copy = _copy(target)
        if copy is not None and _digest(copy) == _digest(wanted):
            continue
        # A broken link is the user's too.
        if target.exists() or target.is_symlink():
            if copy is None or made.get(source.name) != _digest(copy):
                kept.append(target)
                continue
            if _digest(_with_parameters(copy, values)) == _digest(wanted):
                wanted = _with_parameters(copy, values)
            elif _has_results(copy):
                kept.append(target)
                continue
        write_whole(target, f"{nbformat.writes(wanted)}\n")  # type: ignore[no-untyped-call]
        made[source.name] = _digest(wanted)
        # After each one: if a run is interrupted, the next one recognises these copies.
        write_whole(directory / _MADE, json.dumps(made, indent=2) + "\n")
        written.append(target)
    return Copies(tuple(written), tuple(kept))


def _made(directory: Path) -> dict[str, str]:
    """By notebook: the digest of the cells that were last written."""
    try:
        found = json.loads((directory / _MADE).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def _copy(file: Path) -> nbformat.NotebookNode | None:
    """The notebook in the user's directory; None if it is missing or cannot be read."""
    try:
        found: nbformat.NotebookNode = nbformat.read(file, as_version=4)  # type: ignore[no-untyped-call]
    except Exception:  # noqa: BLE001  nbformat fails in many ways on a file that is not a notebook
        return None
    return found if isinstance(found.get("cells"), list) else None


def _digest(notebook: nbformat.NotebookNode) -> str:
    cells = [(cell.cell_type, cell.source) for cell in notebook.cells]
    return hashlib.sha256(json.dumps(cells).encode("utf-8")).hexdigest()


def _has_results(notebook: nbformat.NotebookNode) -> bool:
    return any(cell.get("outputs") for cell in notebook.cells)


def _with_parameters(notebook: nbformat.NotebookNode, values: dict[str, str]) -> nbformat.NotebookNode:
    """The notebook with other values in its parameters cell."""
    changed = deepcopy(notebook)
    for cell in changed.cells:
        if "parameters" in cell.metadata.get("tags", []):
            cell.source = "\n".join(_line(line, values) for line in cell.source.splitlines())
    return changed


def _line(line: str, values: dict[str, str]) -> str:
    """One line of the parameters cell; its comment stays."""
    name = line.partition("=")[0].partition(":")[0].strip()
    if name not in values or line.lstrip().startswith("#"):
        return line
    comment = line.rpartition("  # ")[2]
    return f"{line.partition('=')[0].rstrip()} = {values[name]!r}  # {comment}"

"""`mcuaudit lab`, running for tests: with directories of its own, and without a kernel where none is needed."""

from __future__ import annotations

import contextlib
import json
import os
import re
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from queue import Queue
from typing import IO, Final

import matplotlib.font_manager  # noqa: F401 - it looks for the fonts, once
from matplotlib import get_cachedir
from nbformat import NotebookNode
from nbformat.sign import NotebookNotary
from nbformat.v4 import writes

from tests import patience

WITHOUT_KERNEL: Final = {"name": "none", "display_name": "none", "language": "python"}
"""The kernel of a notebook that is only shown: it starts nothing that takes time."""
_SETTINGS: Final = {
    # All cells are in the page, not only those in sight.
    "lab/user-settings/@jupyterlab/notebook-extension/tracker.jupyterlab-settings": {"windowingMode": "none"},
    # Tests call the commands of JupyterLab.
    "jupyter_server_config.json": {"LabApp": {"expose_app_in_browser": True}},
}


@dataclass(frozen=True)
class Lab:
    """A running server.

    Attributes:
        address: its address, with its token, which opens the first notebook.
        notebooks: the directory of the notebooks.
        data: the directory that says which notebooks are trusted.
    """

    address: str
    notebooks: Path
    data: Path

    def store(self, name: str, notebook: NotebookNode, *, trusted: bool = True) -> None:
        """Write a notebook that has its outputs, without a kernel; trusted, or as one that was run elsewhere."""
        notebook.metadata.kernelspec = WITHOUT_KERNEL
        (self.notebooks / f"{name}.ipynb").write_text(writes(notebook), encoding="utf-8")
        if not trusted:
            return
        with contextlib.closing(NotebookNotary(data_dir=str(self.data)).store) as store:
            NotebookNotary(store_factory=lambda: store, data_dir=str(self.data)).sign(notebook)


@contextlib.contextmanager
def lab_server(directory: Path) -> Iterator[Lab]:
    """Run `mcuaudit lab` in `directory`; it has ended at the end."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    kept = {key: value for key, value in os.environ.items() if not key.startswith(("JUPYTER", "IPYTHON", "MCUAUDIT"))}
    _write(directory)
    process = subprocess.Popen(
        [sys.executable, "-c", "from mcuaudit.command import main; main()", "lab", "--no-browser", "--port", str(port),
         "--dir", str(directory / "mine")],
        env={**kept, "HOME": str(directory), "JUPYTER_CONFIG_DIR": str(directory / "config"),
             "JUPYTER_DATA_DIR": str(directory / "data"), "JUPYTER_RUNTIME_DIR": str(directory / "runtime"),
             # The fonts are known there: a kernel that looks for them first says so.
             "MPLCONFIGDIR": get_cachedir()},
        cwd=directory, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, start_new_session=True,
    )  # fmt: skip
    lines: Queue[str | None] = Queue()
    assert process.stdout is not None
    threading.Thread(target=_read, args=(process.stdout, lines), daemon=True).start()
    try:
        yield Lab(_address(lines), directory / "mine", directory / "data")
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(patience.GENEROUS)
    # JupyterLab was ended with the command that started it.
    with socket.socket() as closed:
        assert closed.connect_ex(("127.0.0.1", port)) != 0


def _write(directory: Path) -> None:
    """The settings of the server, and the kernel that does nothing."""
    kernel = {**WITHOUT_KERNEL, "argv": ["sleep", str(patience.GENEROUS)]}
    files = {f"config/{name}": content for name, content in _SETTINGS.items()}
    for name, content in {**files, f"data/kernels/{WITHOUT_KERNEL['name']}/kernel.json": kernel}.items():
        file = directory / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(json.dumps(content), encoding="utf-8")


def _read(printed: IO[str], lines: Queue[str | None]) -> None:
    """Pass on what is printed, line by line, and None at its end."""
    for line in printed:
        lines.put(line)
    lines.put(None)


def _address(lines: Queue[str | None]) -> str:
    """The address that the server prints once it listens; the end of its output comes first if it fails."""
    said = []
    while (line := lines.get(timeout=patience.GENEROUS)) is not None:
        said.append(line)
        if found := re.search(r"http://127\.0\.0\.1:\d+/lab\S*token=\S+", line):
            return found[0]
    raise AssertionError("".join(said))

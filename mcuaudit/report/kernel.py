"""Kernels for the notebooks: this very Python, started once per thread and used for one notebook after another.

Starting a kernel and importing pandas takes a second or more, a report itself a fraction of that. Between two
notebooks the kernel's names are removed. A kernel that failed is not used again.
"""

from __future__ import annotations

import atexit
import contextlib
import os
import secrets
import shutil
import socket
import sys
import tempfile
import threading
from multiprocessing import util
from pathlib import Path
from typing import Any, Final

from jupyter_client.kernelspec import KernelSpec, KernelSpecManager
from jupyter_client.manager import AsyncKernelManager
from jupyter_core.utils import run_sync

from mcuaudit.errors import ReportError
from mcuaudit.system.children import child_environment

KERNEL_NAME: Final = "python3"
_START_TIMEOUT: Final = 120
_RESET_TIMEOUT: Final = 60


class _ThisPython(KernelSpecManager):
    """Knows one kernel: ipykernel in the interpreter that runs now, whatever kernels are installed."""

    def get_kernel_spec(self, kernel_name: str) -> KernelSpec:  # noqa: ARG002
        """The running interpreter, under every name."""
        return this_python()


def this_python() -> KernelSpec:
    """How the kernel of the running interpreter is started: nothing of its working directory can be imported in it."""
    argv = [sys.executable, "-P", "-m", "ipykernel_launcher", "-f", "{connection_file}"]
    return KernelSpec(argv=[*argv, "--IPKernelApp.ignore_cwd=True"], display_name="Python 3", language="python")


class Kernel:
    """One running kernel with its client. It belongs to the thread that made it."""

    def __init__(self, scratch: str | Path | None = None) -> None:
        """Start it in a directory of its own below `scratch`, by default the system's for temporary files.

        Raises:
            ReportError: it does not start.
        """
        if not sys.executable:
            raise ReportError("The path of the Python interpreter is not known, so no notebook can run.")
        self.pid = os.getpid()
        self.scratch = Path(scratch) if scratch else None
        # Only the owner can enter it.
        self._directory = Path(tempfile.mkdtemp(prefix="mcuaudit-kernel-", dir=scratch)).resolve()
        self._messages = self._directory / "messages"
        connection = self._directory / f"kernel-{secrets.token_hex(8)}.json"
        self.manager: Any = AsyncKernelManager(
            kernel_name=KERNEL_NAME, kernel_spec_manager=_ThisPython(), connection_file=str(connection),
            transport=_transport(connection),
        )  # fmt: skip
        _OPEN.add(self)
        try:
            self.client = self._start()
        except Exception as error:
            told = self._told()
            self.close()
            raise ReportError(f"The kernel for the notebooks does not start: {error}. {told}".strip()) from error

    def _start(self) -> Any:
        with self._messages.open("wb") as messages:
            run_sync(self.manager.start_kernel)(
                env=self._environment(), cwd=str(self._directory), stdout=messages, stderr=messages
            )
        client = self.manager.client()
        client.start_channels()
        run_sync(client.wait_for_ready)(timeout=_START_TIMEOUT)
        client.allow_stdin = False
        return client

    def _environment(self) -> dict[str, str]:
        """The caller's, with its import path; nothing is written to a home directory."""
        return dict(
            child_environment(
                IPYTHONDIR=str(self._directory / "ipython"),
                JUPYTER_CONFIG_DIR=str(self._directory / "config"),
                JUPYTER_DATA_DIR=str(self._directory / "data"),
                PYDEVD_DISABLE_FILE_VALIDATION="1",
            )
        )

    def _told(self) -> str:
        """The last line that the kernel wrote, to explain a failure."""
        with contextlib.suppress(OSError):
            lines = self._messages.read_text(encoding="utf-8", errors="replace").strip().splitlines()
            return lines[-1] if lines else ""
        return ""

    def reset(self) -> None:
        """Remove every name that a notebook left behind."""
        run_sync(self.client.execute_interactive)(
            "%reset -f", silent=True, store_history=False, timeout=_RESET_TIMEOUT, output_hook=lambda _message: None
        )

    def close(self) -> None:
        """End the kernel's process and remove its files."""
        _OPEN.discard(self)
        if self.pid != os.getpid():
            return
        with contextlib.suppress(Exception):
            self.client.stop_channels()
        # The process is ended directly: this may be called from another thread, whose event loop is not the kernel's.
        process = getattr(self.manager.provisioner, "process", None)
        if process is not None:
            process.kill()
            process.wait()
        with contextlib.suppress(Exception):
            self.manager.cleanup_connection_file()
        shutil.rmtree(self._directory, ignore_errors=True)


_LONGEST_SOCKET: Final = 100
"""Longer names of sockets are refused by the system, at 104 to 108 bytes."""


def _transport(connection: Path) -> str:
    """Sockets in the kernel's own directory, where the system has them: no port, which another process could take."""
    names = len(os.fsencode(connection.with_suffix(""))) + len("-ipc-5")
    return "ipc" if hasattr(socket, "AF_UNIX") and os.name == "posix" and names <= _LONGEST_SOCKET else "tcp"


_OPEN: Final[set[Kernel]] = set()
_OF_THREAD: Final = threading.local()


def kernel_of_thread(scratch: str | Path | None = None) -> Kernel:
    """The kernel of this thread with no name left of former notebooks; started if there is none in `scratch`.

    Raises:
        ReportError: it does not start.
    """
    scratch = Path(scratch) if scratch else None
    kernel: Kernel | None = getattr(_OF_THREAD, "kernel", None)
    if kernel is not None and kernel in _OPEN and kernel.pid == os.getpid():
        if kernel.scratch == scratch:
            kernel.reset()
            return kernel
        # Of a former run, whose directory is gone.
        kernel.close()
    _OF_THREAD.kernel = kernel = Kernel(scratch)
    return kernel


def drop_kernel_of_thread() -> None:
    """End the kernel of this thread; the next notebook gets a new one."""
    kernel: Kernel | None = getattr(_OF_THREAD, "kernel", None)
    if kernel is not None:
        kernel.close()
        _OF_THREAD.kernel = None


def close_kernels() -> None:
    """End all kernels that this process started."""
    for kernel in list(_OPEN):
        kernel.close()


atexit.register(close_kernels)
# A process of a pool ends without atexit.
util.Finalize(None, close_kernels, exitpriority=10)

"""Kernels for the notebooks: the running Python, started once per thread and used for one notebook after another.

To start a kernel and import pandas takes seconds, unless it is forked, and a report not much more than one. Between two
notebooks, all names are removed from the kernel. A kernel that failed is not used again.
"""

from __future__ import annotations

import atexit
import contextlib
import os
import secrets
import shutil
import signal
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
from mcuaudit.report.displayed import FOR_PAGE
from mcuaudit.report.forked_kernel import PROVISIONER, can_fork
from mcuaudit.report.warm_parents import start_warm_parent
from mcuaudit.system.children import child_environment
from mcuaudit.system.isolation import without_network

KERNEL_NAME: Final = "python3"
_LONGEST_WAIT: Final = 3600
"""In seconds. A kernel is waited for as long as its process lives; this ends a wait in which nothing happens at all."""
_LOOK_EVERY: Final = 10


class _OneKernel(KernelSpecManager):
    """One kernel, whatever kernels are installed."""

    def __init__(self, spec: KernelSpec) -> None:
        super().__init__()
        self.spec = spec

    def get_kernel_spec(self, kernel_name: str) -> KernelSpec:  # noqa: ARG002
        """That kernel, under every name."""
        return self.spec


def this_python(*before: str) -> KernelSpec:
    """How to start the kernel of the running interpreter: it imports nothing from its working directory.

    Args:
        before: words of a command that runs the kernel.
    """
    argv = [*before, sys.executable, "-P", "-m", "ipykernel_launcher", "-f", "{connection_file}"]
    return KernelSpec(argv=[*argv, "--IPKernelApp.ignore_cwd=True"], display_name="Python 3", language="python")


_HANDLES: Final = Path("/proc/self/fd")
"""Where Linux has a process's open files and directories by their numbers."""
_SOCKET_NAMES: Final = "socket"
"""How the names of a kernel's sockets begin, in its working directory."""


class _KernelManager(AsyncKernelManager):
    """Of a kernel whose sockets lie in its working directory, which this process reaches by another path."""

    def __init__(self, **traits: Any) -> None:
        super().__init__(**traits)
        self.given_up = threading.Event()
        """Whether the kernel is not to be started any more."""

    def write_connection_file(self, **kwargs: Any) -> None:
        """Write the names of the sockets as the kernel has them."""
        reached = self.ip
        if self.transport == "ipc":
            self.ip = _SOCKET_NAMES
        try:
            super().write_connection_file(**kwargs)
        finally:
            self.ip = reached


def _kernel_spec(reached: str) -> KernelSpec:
    """The kernel of the running interpreter: a fork of a warm parent where that can be, else a process from the start.

    Over sockets of the file system, which are `reached` there, a kernel needs no network, and gets none where the
    system allows that.
    """
    if not reached:
        return this_python()
    if not can_fork():
        return this_python(*without_network())
    spec = this_python()
    spec.metadata = {"kernel_provisioner": {"provisioner_name": PROVISIONER, "config": {}}}
    return spec


class Kernel:
    """One running kernel with its client, for use by the thread that made it."""

    def __init__(self, scratch: str | Path | None = None) -> None:
        """Start it in a new directory below `scratch`, by default below the system's directory of temporary files.

        Raises:
            ReportError: it does not start.
        """
        if not sys.executable:
            raise ReportError("The path of the Python interpreter is not known, so no notebook can run.")
        self.pid = os.getpid()
        self._thread = threading.current_thread()
        self.scratch = Path(scratch) if scratch else None
        # Only the owner can enter it.
        self._directory = Path(tempfile.mkdtemp(prefix="mcuaudit-kernel-", dir=scratch)).resolve()
        self._messages = self._directory / "messages"
        self._handle: int | None = None
        self.manager: Any = None
        self.client: Any = None
        _OPEN.add(self)
        try:
            self._start()
        except Exception as error:
            message = self._last_message()
            self.close()
            said = str(error).rstrip(".")
            raise ReportError(f"The kernel for the notebooks does not start: {said}. {message}".strip()) from error

    def _start(self) -> None:
        # A name of a socket has room for this path, whatever that of the directory is.
        self._handle = os.open(self._directory, os.O_RDONLY) if _HANDLES.is_dir() else None
        reached = "" if self._handle is None else f"{_HANDLES}/{self._handle}/{_SOCKET_NAMES}"
        self.manager = _KernelManager(
            kernel_name=KERNEL_NAME, kernel_spec_manager=_OneKernel(_kernel_spec(reached)),
            connection_file=str(self._directory / f"kernel-{secrets.token_hex(8)}.json"),
            **({"transport": "ipc", "ip": reached} if reached else {}),
        )  # fmt: skip
        with self._messages.open("wb") as messages:
            run_sync(self.manager.start_kernel)(
                env=self._environment(), cwd=str(self._directory), stdout=messages, stderr=messages
            )
        self.client = self.manager.client()
        self.client.start_channels()
        # It also ends when the process ends.
        run_sync(self.client.wait_for_ready)(timeout=_LONGEST_WAIT)
        self.client.allow_stdin = False

    def _environment(self) -> dict[str, str]:
        """The caller's environment, with its import path, and without access to a home directory."""
        return dict(
            child_environment(
                IPYTHONDIR=str(self._directory / "ipython"),
                JUPYTER_CONFIG_DIR=str(self._directory / "config"),
                JUPYTER_DATA_DIR=str(self._directory / "data"),
                PYDEVD_DISABLE_FILE_VALIDATION="1",
                **{FOR_PAGE: "1"},
            )
        )

    def _last_message(self) -> str:
        """The last line that the kernel wrote, to explain a failure."""
        with contextlib.suppress(OSError):
            lines = self._messages.read_text(encoding="utf-8", errors="replace").strip().splitlines()
            return lines[-1] if lines else ""
        return ""

    def reset(self) -> None:
        """Remove every name that a notebook defined.

        Raises:
            ReportError: the kernel has ended, or does not answer.
        """
        for _ in range(_LONGEST_WAIT // _LOOK_EVERY):
            if not run_sync(self.client.is_alive)():
                break
            # Again after a while in which the answer did not come: to remove names twice does no harm.
            with contextlib.suppress(TimeoutError):
                run_sync(self.client.execute_interactive)(
                    "%reset -f",
                    silent=True,
                    store_history=False,
                    timeout=_LOOK_EVERY,
                    output_hook=lambda _message: None,
                )
                return
        message = self._last_message()
        self.close()
        raise ReportError(f"The kernel for the notebooks has ended or does not answer. {message}".strip())

    def close(self) -> None:
        """End the kernel's process and remove its files; its thread, if it runs still, closes the channels itself."""
        if self.pid != os.getpid():
            _OPEN.discard(self)
            return
        # The process is killed directly: another thread, with another event loop, may call this.
        if self.manager is not None:
            self.manager.given_up.set()
        process = getattr(getattr(self.manager, "provisioner", None), "process", None)
        if process is not None:
            # With what it has started, which is in its session.
            with contextlib.suppress(OSError, AttributeError):
                if process.poll() is None:
                    os.killpg(process.pid, signal.SIGKILL)
            process.kill()
            process.wait()
        if self._thread is not threading.current_thread() and self._thread.is_alive():
            # Sockets that are closed by one thread while another waits for them block both for good.
            return
        _OPEN.discard(self)
        if self.client is not None:
            with contextlib.suppress(Exception):
                self.client.stop_channels()
        if self.manager is not None:
            with contextlib.suppress(Exception):
                run_sync(self.manager.cleanup_resources)()
        if self._handle is not None:
            os.close(self._handle)
            self._handle = None
        shutil.rmtree(self._directory, ignore_errors=True)


def prepare_kernels() -> None:
    """Let what the first kernel will need be imported meanwhile, in another process."""
    if can_fork() and _HANDLES.is_dir() and sys.executable:
        # The first kernel says why it cannot be started.
        with contextlib.suppress(OSError):
            start_warm_parent(child_environment())


_OPEN: Final[set[Kernel]] = set()
_OF_THREAD: Final = threading.local()


def kernel_of_thread(scratch: str | Path | None = None) -> Kernel:
    """The kernel of this thread, without names of former notebooks; started if there is none in `scratch`.

    Raises:
        ReportError: it does not start.
    """
    scratch = Path(scratch) if scratch else None
    kernel: Kernel | None = getattr(_OF_THREAD, "kernel", None)
    if kernel is not None and kernel in _OPEN and kernel.pid == os.getpid():
        if kernel.scratch == scratch:
            with contextlib.suppress(ReportError):
                kernel.reset()
                return kernel
        # It has ended, or is of a former run, whose directory is deleted.
        kernel.close()
    _OF_THREAD.kernel = kernel = Kernel(scratch)
    return kernel


def drop_kernel_of_thread() -> None:
    """End the kernel of this thread; the next notebook gets a new one."""
    kernel: Kernel | None = getattr(_OF_THREAD, "kernel", None)
    if kernel is not None:
        kernel.close()
        _OF_THREAD.kernel = None


def is_kernel_of_thread_given_up() -> bool:
    """Whether this program itself ended the kernel of this thread, as it does after an interruption."""
    kernel: Kernel | None = getattr(_OF_THREAD, "kernel", None)
    return kernel is not None and kernel.manager is not None and bool(kernel.manager.given_up.is_set())


def close_kernels(scratch: str | Path | None = None) -> None:
    """End all kernels that this process started, or those of the run whose directory is `scratch`."""
    for kernel in list(_OPEN):
        if scratch is None or kernel.scratch == Path(scratch):
            kernel.close()


atexit.register(close_kernels)
# A process of a pool ends without atexit.
util.Finalize(None, close_kernels, exitpriority=10)

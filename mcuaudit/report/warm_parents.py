"""The warm parents that a process has started, and the kernels that it asks them to fork.

What such a parent does is in `mcuaudit.report.warm_parent`.
"""

from __future__ import annotations

import atexit
import contextlib
import errno
import os
import re
import select
import signal
import socket
import subprocess
import sys
import tempfile
import threading
from collections.abc import Mapping
from multiprocessing import util
from pathlib import Path
from typing import Any, Final

from mcuaudit.errors import ReportError
from mcuaudit.report.kernel_requests import Answer, received_answer, send_request
from mcuaudit.system.isolation import without_network

_OF_IMPORTS: Final = (
    "ARROW_", "HOME", "LANG", "LC_", "LD_", "MALLOC_", "MKL_", "MPL", "NPY_", "NUMEXPR_", "NUMPY_", "OMP_", "OPENBLAS_",
    "OPENSSL_", "PANDAS_", "PYTHON", "SSL_", "XDG_",
)  # fmt: skip
"""The beginnings of variables that decide about what Python, or a library, does when it is started or imported.

All other variables, the umask and the directory are those of a request; limits of resources and the rights of the user
are those of the time when the warm parent was started.
"""


class ForkedProcess:
    """A kernel that was forked, with the part of `subprocess.Popen` that jupyter_client uses."""

    stdin = stdout = stderr = None

    def __init__(self, pid: int, handle: int) -> None:
        """`handle` is the system's handle of the process `pid`."""
        self.pid = pid
        self.returncode: int | None = None
        self._handle = handle

    def __del__(self) -> None:
        # Not when it ended: another thread may be waiting for that too.
        with contextlib.suppress(OSError):
            os.close(self._handle)

    def poll(self) -> int | None:
        """None while it runs; what its exit code was is not known, and 1 stands for it."""
        return self._ended(0)

    def wait(self, timeout: float | None = None) -> int:
        """Wait for its end."""
        code = self._ended(timeout)
        if code is None:
            raise subprocess.TimeoutExpired("a kernel", timeout or 0)
        return code

    def _ended(self, seconds: float | None) -> int | None:
        if self.returncode is None:
            events = select.poll()
            events.register(self._handle, select.POLLIN)
            if events.poll(None if seconds is None else seconds * 1000):
                self.returncode = 1
        return self.returncode

    def send_signal(self, number: int) -> None:
        """Send it a signal; nothing happens if it has ended."""
        with contextlib.suppress(ProcessLookupError):
            signal.pidfd_send_signal(self._handle, number)

    def kill(self) -> None:
        """End it at once."""
        self.send_signal(signal.SIGKILL)

    def terminate(self) -> None:
        """Ask it to end."""
        self.send_signal(signal.SIGTERM)


_STARTING: Final = threading.Lock()
"""Held while a warm parent is started, and by a fork: a child that had its socket would hide its end."""


class WarmParent:
    """The process that forks kernels."""

    def __init__(self, environment: Mapping[str, str], before: tuple[str, ...]) -> None:
        """Start it with these words before its command. It imports nothing from the working directory.

        Raises:
            OSError: the system does not start it.
        """
        self.has_answered = False
        self._requests = 0
        command = [*before, sys.executable, "-P", "-m", "mcuaudit.report.warm_parent"]
        with contextlib.ExitStack() as unless_started, _STARTING:
            self._errors = unless_started.enter_context(tempfile.TemporaryFile())
            self._connection, its_end = socket.socketpair()
            unless_started.callback(self._forget)
            _SOCKETS.add(self._connection)
            # In the root of the file system: matplotlib reads a file of the directory that it is started in.
            with its_end:
                self.process = subprocess.Popen(  # noqa: S603
                    command, stdin=its_end.fileno(), stdout=subprocess.DEVNULL, stderr=self._errors,
                    env=dict(environment), cwd="/", start_new_session=True,
                )  # fmt: skip
            unless_started.pop_all()

    def fork(self, request: Mapping[str, Any], given_up: threading.Event) -> ForkedProcess:
        """A new kernel. If it is not waited for any more, the next request ends it.

        Raises:
            ReportError: the system gives no process; the warm parent has ended, and the error has its last line; or it
                was `given_up` to wait.
        """
        self._requests += 1
        try:
            send_request(self._connection, {"number": self._requests, **request})
            while (answer := self._next_answer(given_up)) and answer.request < self._requests:
                if answer.handle is not None:
                    ForkedProcess(answer.said, answer.handle).kill()
        except OSError:
            answer = None
        if answer is None:
            raise ReportError(f"The parent of the kernels has ended. {self._last_line()}".strip())
        self.has_answered = True
        if answer.handle is not None:
            return ForkedProcess(answer.said, answer.handle)
        if answer.lost:
            # It was just made, so that its number is still its own.
            with contextlib.suppress(ProcessLookupError):
                os.kill(answer.said, signal.SIGKILL)
        why = os.strerror(errno.EMFILE if answer.lost else answer.said)
        raise ReportError(f"The system gives no process for a kernel: {why}.")

    def _next_answer(self, given_up: threading.Event) -> Answer | None:
        """The next answer; None if the warm parent has ended, or says nothing for an hour."""
        events = select.poll()
        events.register(self._connection, select.POLLIN)
        for _ in range(_LONGEST_WAIT * 10):
            if events.poll(100):
                return received_answer(self._connection)
            if given_up.is_set():
                raise ReportError("The kernel was not waited for.")
        return None

    @property
    def ended(self) -> bool:
        """Whether it has ended."""
        return self.process.poll() is not None

    def _last_line(self) -> str:
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.process.wait(timeout=_LAST_WORDS)
        self.close_process()
        self._errors.seek(0)
        lines = self._errors.read().decode(errors="replace").strip().splitlines()
        return lines[-1] if lines else ""

    def close_process(self) -> None:
        """End it, also while it imports; its kernels end with it."""
        self.process.kill()
        self.process.wait()

    def close(self) -> None:
        """End it, and close what this process has of it."""
        self.close_process()
        self._forget()

    def _forget(self) -> None:
        _SOCKETS.discard(self._connection)
        self._connection.close()
        self._errors.close()


_LONGEST_WAIT: Final = 3600
"""In seconds, for an answer of a warm parent whose process lives."""
_LAST_WORDS: Final = 5
"""Seconds in which a warm parent that has closed its socket ends."""
_SOCKETS: Final[set[socket.socket]] = set()
"""This process's ends of the sockets."""


_Key = tuple[tuple[str, ...], tuple[tuple[str, str], ...]]


class _Parents:
    """The warm parents of this process, by how they were started and what of the environment decides about imports."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.started: dict[_Key, WarmParent] = {}


_OWN: Final = [_Parents()]


def _in_a_forked_child() -> None:
    """The warm parents are those of the process that was forked; they see its end if nothing else has its socket."""
    for connection in _SOCKETS:
        connection.close()
    _SOCKETS.clear()
    _OWN[0] = _Parents()
    _STARTING.release()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(before=_STARTING.acquire, after_in_parent=_STARTING.release, after_in_child=_in_a_forked_child)


def warm_fork(
    arguments: list[str], directory: str | Path, environment: Mapping[str, str], messages: str,
    given_up: threading.Event,
) -> ForkedProcess:  # fmt: skip
    """A kernel forked from the warm parent of this process, which is started if there is none in this environment.

    Raises:
        ReportError: the warm parent has ended, or another thread has `given_up` the kernel.
        OSError: the warm parent cannot be started.
    """
    request = {
        "arguments": arguments, "directory": str(directory), "environment": dict(environment), "messages": messages,
        "umask": umask(),
    }  # fmt: skip
    own = _OWN[0]
    with own.lock:
        parent = _started(own, environment)
        if parent.has_answered:
            # One that had forked others, and was killed or had nothing to do for long, is replaced.
            with contextlib.suppress(ReportError):
                return parent.fork(request, given_up)
            parent = _started(own, environment)
        return parent.fork(request, given_up)


def umask() -> int:
    """The umask of this process, without changing it for a moment, which another thread would see."""
    found = re.search(rb"^Umask:\s*([0-7]+)$", Path("/proc/self/status").read_bytes(), re.MULTILINE)
    return int(found[1], 8) if found else 0o077


def start_warm_parent(environment: Mapping[str, str]) -> None:
    """Start the warm parent of this process before there is a kernel to fork: its imports take some seconds.

    Raises:
        OSError: the system does not start it.
    """
    with _OWN[0].lock:
        _started(_OWN[0], environment)


def _started(own: _Parents, environment: Mapping[str, str]) -> WarmParent:
    """The warm parent for kernels in this environment, which is started if there is none."""
    of_imports = sorted((name, value) for name, value in environment.items() if name.startswith(_OF_IMPORTS))
    before = without_network()
    key = before, tuple(of_imports)
    if key in own.started and own.started[key].ended:
        own.started.pop(key).close()
    if key not in own.started:
        own.started[key] = WarmParent(environment, before)
    return own.started[key]


def close_warm_parents() -> None:
    """End the warm parents that this process started, and their kernels."""
    # A thread that waits for an answer holds the lock until its warm parent ends.
    for parent in list(_OWN[0].started.values()):
        parent.process.kill()
    with _OWN[0].lock:
        while _OWN[0].started:
            _OWN[0].started.popitem()[1].close()


atexit.register(close_warm_parents)
# A process of a pool ends without atexit.
util.Finalize(None, close_warm_parents, exitpriority=5)

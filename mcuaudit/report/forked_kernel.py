"""Kernels that are forked from a warm parent, where the system can: to start one takes a fifth of the time.

This is a provisioner of jupyter_client: it starts the process of a kernel; all else is as with other kernels.
"""

from __future__ import annotations

import atexit
import contextlib
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
from functools import cache
from multiprocessing import util
from pathlib import Path
from typing import Any, Final, cast

from jupyter_client.connect import KernelConnectionInfo
from jupyter_client.provisioning.factory import KernelProvisionerFactory
from jupyter_client.provisioning.local_provisioner import LocalProvisioner

from mcuaudit.errors import ReportError
from mcuaudit.report.kernel_requests import send_request
from mcuaudit.system.isolation import without_network

PROVISIONER: Final = "mcuaudit-forked"
"""The name of the entry point."""
_OF_IMPORTS: Final = ("PYTHON", "MPL", "HOME", "XDG_", "LANG", "LC_", "LD_", "OMP_", "OPENBLAS_", "ARROW_")
"""The beginnings of variables that decide about what Python, or a library, does when it is started or imported."""


@cache
def can_fork() -> bool:
    """Whether this package is installed, and the system has handles of processes, which tell two with one id apart."""
    if sys.platform != "linux" or PROVISIONER not in KernelProvisionerFactory.instance().provisioners:
        return False
    try:
        handle = os.pidfd_open(os.getpid())
    except (AttributeError, OSError):
        return False
    try:
        signal.pidfd_send_signal(handle, 0)
    except (AttributeError, OSError):
        return False
    finally:
        os.close(handle)
    return True


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


class ForkedProvisioner(LocalProvisioner):
    """Starts kernels as forks of the warm parent of this process."""

    async def launch_kernel(self, cmd: list[str], **kwargs: Any) -> KernelConnectionInfo:
        """Fork a kernel; its arguments follow the name of the module in the command."""
        arguments = cmd[cmd.index("ipykernel_launcher") :]
        forked = warm_fork(arguments, kwargs["cwd"], kwargs["env"], str(kwargs["stdout"].name))
        self.process = cast("Any", forked)
        # Its own session, so that what it started ends with it.
        self.pid = self.pgid = forked.pid
        return self.connection_info


class WarmParent:
    """The process that forks kernels."""

    def __init__(self, environment: Mapping[str, str], before: tuple[str, ...]) -> None:
        """Start it with these words before its command. It imports nothing from the working directory."""
        self.requests = 0
        self.waiting = False
        self._connection, its_end = socket.socketpair()
        self._errors = tempfile.TemporaryFile()  # noqa: SIM115
        command = [*before, sys.executable, "-P", "-m", "mcuaudit.report.warm_parent"]
        # In the root of the file system: matplotlib reads a file of the directory that it is started in.
        with its_end:
            self.process = subprocess.Popen(  # noqa: S603
                command, stdin=its_end, stdout=subprocess.DEVNULL, stderr=self._errors, env=dict(environment),
                cwd="/", start_new_session=True,
            )  # fmt: skip

    def fork(self, request: Mapping[str, Any]) -> ForkedProcess:
        """A new kernel.

        Raises:
            ReportError: the warm parent has ended; the error has its last line.
        """
        self.requests += 1
        self.waiting = True
        try:
            send_request(self._connection, {"number": self.requests, **request})
            answer, handles, _, _ = socket.recv_fds(self._connection, 100, 1)
        except OSError:
            answer = b""
        finally:
            self.waiting = False
        if not answer:
            raise ReportError(f"The parent of the kernels has ended. {self._last_line()}".strip())
        number, pid = answer.split()
        assert int(number) == self.requests, "an answer to another request"  # noqa: S101
        return ForkedProcess(int(pid), handles[0])

    def _last_line(self) -> str:
        self.process.wait()
        self._errors.seek(0)
        lines = self._errors.read().decode(errors="replace").strip().splitlines()
        return lines[-1] if lines else ""

    def close(self) -> None:
        """End it, also while it imports; kernels that still run see that, and end within a second."""
        self.process.kill()
        self.process.wait()
        self.forget()

    def forget(self) -> None:
        """Close what this process has of it."""
        self._connection.close()
        self._errors.close()


_Key = tuple[tuple[str, ...], tuple[tuple[str, str], ...]]


class _Parents:
    """The warm parents of this process, by how they were started and what of the environment decides about imports."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.started: dict[_Key, WarmParent] = {}


_OWN: Final = [_Parents()]


def _in_a_forked_child() -> None:
    """The warm parents are those of the process that was forked, and see its end only if nobody else has its socket."""
    for parent in _OWN[0].started.values():
        parent.forget()
    _OWN[0] = _Parents()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_in_a_forked_child)


def warm_fork(
    arguments: list[str], directory: str | Path, environment: Mapping[str, str], messages: str
) -> ForkedProcess:
    """A kernel forked from the warm parent of this process, which is started if there is none in this environment.

    Raises:
        ReportError: the warm parent does not start, or has ended.
    """
    request = {
        "arguments": arguments, "directory": str(directory), "environment": dict(environment), "messages": messages,
        "umask": _umask(),
    }  # fmt: skip
    own = _OWN[0]
    with own.lock:
        while True:
            key = _started(own, environment)
            parent = own.started[key]
            served = parent.requests
            try:
                return parent.fork(request)
            except BaseException as error:
                # An answer that was not waited for would be taken for the next one.
                own.started.pop(key).close()
                # One that had forked others, and was killed or had nothing to do for long, is replaced.
                if not isinstance(error, ReportError) or not served:
                    raise


def _umask() -> int:
    """The umask of this process, without changing it for a moment, which another thread would see."""
    found = re.search(r"^Umask:\s*([0-7]+)$", Path("/proc/self/status").read_text(encoding="ascii"), re.MULTILINE)
    return int(found[1], 8) if found else 0o077


def start_warm_parent(environment: Mapping[str, str]) -> None:
    """Start the warm parent of this process before there is a kernel to fork: its imports take some seconds."""
    with _OWN[0].lock:
        _started(_OWN[0], environment)


def _started(own: _Parents, environment: Mapping[str, str]) -> _Key:
    """The key of the warm parent for kernels in this environment, which is started if there is none."""
    of_imports = sorted((name, value) for name, value in environment.items() if name.startswith(_OF_IMPORTS))
    before = without_network()
    key = before, tuple(of_imports)
    if key not in own.started:
        own.started[key] = WarmParent(environment, before)
    return key


def stop_waiting() -> None:
    """End the warm parents that have not answered yet, so that no thread waits for them."""
    for parent in list(_OWN[0].started.values()):
        if parent.waiting:
            parent.process.kill()


def close_warm_parents() -> None:
    """End the warm parents that this process started, and their kernels."""
    stop_waiting()
    with _OWN[0].lock:
        while _OWN[0].started:
            _OWN[0].started.popitem()[1].close()


atexit.register(close_warm_parents)
# A process of a pool ends without atexit.
util.Finalize(None, close_warm_parents, exitpriority=5)

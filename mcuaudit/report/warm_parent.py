"""The warm parent of the kernels: it imports what notebooks need once, and each kernel is a fork of it.

``python -m mcuaudit.report.warm_parent`` has a socket as its standard input. It answers each request with the number
of the request, the process id of the kernel that it forked, and a handle of that process; or without a handle, if the
system gives no process. When the other end is closed, because the process that started it has ended, it ends its
kernels and itself. After its first one, it also ends after a while in which it has no kernel and is asked for none.
"""

from __future__ import annotations

import contextlib
import ctypes
import gc
import os
import select
import signal
import socket
import sys
import tempfile
import time
import traceback
from collections.abc import Mapping
from typing import Any, Final, NoReturn

# As ipykernel does it, before matplotlib is imported.
os.environ.setdefault("MPLBACKEND", "module://matplotlib_inline.backend_inline")

import numpy as np
import pandas  # noqa: F401 - for the kernels
from ipykernel import ipkernel
from ipykernel.kernelapp import IPKernelApp

import mcuaudit.report.pages  # noqa: F401 - for the kernels
from mcuaudit.report.figures.drawing import drawing
from mcuaudit.report.kernel_requests import received_request, send_answer

_IDLE: Final = 300
"""Seconds without a kernel after which it ends."""
_SIGNAL_AT_PARENTS_END: Final = 1
"""PR_SET_PDEATHSIG of Linux's prctl(2)."""
_C: Final = ctypes.CDLL(None)


def main() -> None:
    """Fork a kernel for each request, until there are no more."""
    # What ends the run, such as Control-C, is heard by the process that asks for kernels.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _draw_once()
    # What was made so far stays as it is: a kernel shares it instead of copying it to look for garbage.
    gc.collect()
    gc.freeze()
    kernels: dict[int, int] = {}
    try:
        with socket.socket(fileno=os.dup(sys.stdin.fileno())) as asker:
            _serve(asker, kernels)
    finally:
        for kernel in kernels.values():
            # None of them was waited for yet, so each id is still its own.
            os.kill(kernel, signal.SIGKILL)


def _serve(asker: socket.socket, kernels: dict[int, int]) -> None:
    """Answer requests; `kernels` has the process id of each kernel that was not waited for, by its handle."""
    events = select.poll()
    events.register(asker, select.POLLIN)
    # The first kernel may come late: an audit is made before.
    seconds = None
    while found := events.poll(None if kernels or seconds is None else seconds * 1000):
        for ready, _ in found:
            if ready in kernels:
                events.unregister(ready)
                os.close(ready)
                os.waitpid(kernels.pop(ready), 0)
                continue
            request = received_request(asker)
            if request is None:
                return
            seconds = _IDLE
            try:
                handle = _forked(request, (asker.fileno(), *kernels), kernels)
            except OSError as error:
                send_answer(asker, request["number"], error.errno or 0, ())
                continue
            events.register(handle, select.POLLIN)
            send_answer(asker, request["number"], kernels[handle], (handle,))


def _forked(request: Mapping[str, Any], others: tuple[int, ...], kernels: dict[int, int]) -> int:
    """The handle of a new kernel, which does not keep the descriptors of `others`.

    Raises:
        OSError: the system gives no process, or no handle of it.
    """
    parent = os.getpid()
    kernel = os.fork()
    if kernel == 0:
        _be_kernel(request, parent, others)
    try:
        handle = os.pidfd_open(kernel)
    except OSError:
        os.kill(kernel, signal.SIGKILL)
        os.waitpid(kernel, 0)
        raise
    kernels[handle] = kernel
    return handle


def _draw_once() -> None:
    """The first picture takes matplotlib most of a second: it looks for fonts, and compiles what it needs."""
    with drawing(72, 72) as (figure, svg):
        figure.subplots().set_title("A")
        svg()


def _be_kernel(request: Mapping[str, Any], parent: int, others: tuple[int, ...]) -> NoReturn:
    """The kernel of a request, as `python -m ipykernel_launcher` would be with its environment and directory."""
    try:
        # It ends with its parent, whatever it does then, and also if that has just ended.
        _C.prctl(_SIGNAL_AT_PARENTS_END, signal.SIGKILL)
        if os.getppid() != parent:
            os._exit(1)
        for other in others:
            os.close(other)
        os.setsid()
        signal.signal(signal.SIGINT, signal.default_int_handler)
        os.chdir(request["directory"])
        os.umask(request["umask"])
        os.environ.clear()
        os.environ.update(request["environment"])
        time.tzset()
        tempfile.tempdir = None
        # Not the numbers of all other kernels.
        np.random.seed()
        messages = os.open(request["messages"], os.O_WRONLY | os.O_APPEND)
        nothing = os.open(os.devnull, os.O_RDONLY)
        for source, target in ((nothing, 0), (messages, 1), (messages, 2)):
            os.dup2(source, target)
        sys.argv = request["arguments"]
        IPKernelApp.launch_instance(kernel_class=ipkernel.IPythonKernel, parent_handle=parent)
        os._exit(0)
    except BaseException:  # noqa: BLE001 - nothing may go on as a second parent
        with contextlib.suppress(Exception):
            traceback.print_exc()
        os._exit(1)


if __name__ == "__main__":
    main()

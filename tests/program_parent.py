"""The process that `tests/programs.py` starts: it imports what the command needs, and forks a program per request."""

from __future__ import annotations

import array
import atexit
import contextlib
import gc
import importlib
import json
import locale
import os
import pkgutil
import random
import select
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import traceback
import types
from typing import Any, NoReturn

import mcuaudit
from mcuaudit.decode.public_authorities import public_authorities
from mcuaudit.report import warm_parent, warm_parents
from mcuaudit.report.execute import page_of
from mcuaudit.report.html import Html
from mcuaudit.report.warm_parent import _draw_once
from mcuaudit.report.warm_parents import ForkedProcess

_MORE = (
    "IPython.core.displayhook", "encodings.idna", "importlib.resources.readers", "jsonschema.validators",
    "jupyter_client.asynchronous", "jupyter_client.provisioning", "pyarrow.parquet", "xlsxwriter", "zmq.asyncio",
)  # fmt: skip
"""Modules that functions of the package import."""


def import_all() -> None:
    """Import every module of the package but those that do something when they are imported."""
    for found in pkgutil.walk_packages(mcuaudit.__path__, "mcuaudit."):
        if not found.name.endswith((".__main__", ".warm_parent")):
            importlib.import_module(found.name)
    for name in _MORE:
        with contextlib.suppress(ImportError):
            importlib.import_module(name)


def main() -> None:
    """Fork a program for each request, until the standard input is closed."""
    listening = socket.socket(fileno=int(sys.argv[1]))
    import_all()
    _draw_once()
    page_of(Html(""), "", "")
    public_authorities()
    # Of that module alone.
    of_kernels: Any = types.ModuleType("subprocess")
    of_kernels.__dict__.update(vars(subprocess), Popen=_fork_of_warm_parent)
    warm_parents.subprocess = of_kernels
    gc.collect()
    gc.freeze()
    running: dict[int, tuple[int, socket.socket]] = {}
    while True:
        ready, _, _ = select.select([0, listening, *running], [], [])
        for one in ready:
            if one == 0:
                return
            if one is listening:
                asked, _ = listening.accept()
                pid = _forked(asked, listening, [connection for _, connection in running.values()])
                running[os.pidfd_open(pid)] = pid, asked
                asked.sendall(f"{pid}\n".encode())
            else:
                pid, asked = running.pop(one)
                os.close(one)
                code = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
                # Whoever asked may not want to know any more.
                with contextlib.suppress(OSError):
                    asked.sendall(f"{code}\n".encode())
                asked.close()


def _forked(asked: socket.socket, listening: socket.socket, others: list[socket.socket]) -> int:
    size = array.array("i").itemsize * 3
    _, ancillary, _, _ = asked.recvmsg(1, socket.CMSG_LEN(size))
    outputs = array.array("i", ancillary[0][2])
    request = json.loads(asked.makefile("r").readline())
    pid = os.fork()
    if pid == 0:
        for connection in (asked, listening, *others):
            connection.close()
        _be_program(request, outputs)
    for descriptor in outputs:
        os.close(descriptor)
    return pid


def _be_program(request: dict[str, Any], outputs: array.array[int]) -> NoReturn:
    code = 1
    try:
        os.setsid()
        signal.signal(signal.SIGINT, signal.default_int_handler)
        os.environ.clear()
        os.environ.update(request["env"])
        os.chdir(request["cwd"])
        os.umask(request["umask"])
        time.tzset()
        random.seed()
        tempfile.tempdir = None
        for number, descriptor in enumerate(outputs):
            os.dup2(descriptor, number)
            os.close(descriptor)
        _open_standard_streams()
        sys.argv = request["words"]
        code = _ran(request["code"])
        threading._shutdown()  # type: ignore[attr-defined]
        atexit._run_exitfuncs()
    except BaseException:  # noqa: BLE001 - it must not go on as a second parent
        traceback.print_exc()
    finally:
        code = _flushed(code)
        os._exit(code)


def _fork_of_warm_parent(command: list[str], **how: Any) -> Any:
    """The warm parent of a program's kernels, as `subprocess.Popen` starts it; what it imports is imported."""
    if command[-1] != "mcuaudit.report.warm_parent":
        return subprocess.Popen(command, **how)
    # The fork takes the lock itself.
    warm_parents._STARTING.release()
    pid = os.fork()
    if pid:
        warm_parents._STARTING.acquire()
        return ForkedProcess(pid, os.pidfd_open(pid))
    try:
        os.setsid()
        os.environ.clear()
        os.environ.update(how["env"])
        os.chdir(how["cwd"])
        nothing = os.open(os.devnull, os.O_RDWR)
        for number, descriptor in enumerate((how["stdin"], nothing, how["stderr"].fileno())):
            os.dup2(descriptor, number)
        os.closerange(3, 1024)
        warm_parent.main()
    except BaseException:  # noqa: BLE001 - it must not go on as a second program
        traceback.print_exc()
    finally:
        os._exit(0)


def _open_standard_streams() -> None:
    """As the interpreter opens them at its start, by the environment."""
    encoding, _, errors = os.environ.get("PYTHONIOENCODING", "").partition(":")
    encoding = encoding or locale.getpreferredencoding(False)
    sys.stdin = sys.__stdin__ = open(0, encoding=encoding, errors=errors or "strict", closefd=False)  # noqa: SIM115
    for number, name in ((1, "stdout"), (2, "stderr")):
        said = errors or "strict" if name == "stdout" else "backslashreplace"
        # Lines of a terminal and of errors are written at once.
        buffering = 1 if os.isatty(number) or name == "stderr" else -1
        stream = open(number, "w", encoding=encoding, errors=said, buffering=buffering, closefd=False)  # noqa: SIM115
        setattr(sys, name, stream)
        setattr(sys, f"__{name}__", stream)


def _ran(code: str) -> int:
    try:
        exec(compile(code, "<program>", "exec"), {"__name__": "__main__"})
    except SystemExit as end:
        if end.code is None or isinstance(end.code, int):
            return end.code or 0
        print(end.code, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        traceback.print_exc()
        return 130
    except BaseException:  # noqa: BLE001 - as the interpreter does at the end of a program
        traceback.print_exc()
        return 1
    return 0


def _flushed(code: int) -> int:
    """The exit code; 120 where what was printed cannot be written, as the interpreter has it."""
    try:
        sys.stdout.flush()
        sys.stderr.flush()
    except (OSError, ValueError):
        traceback.print_exc()
        return code or 120
    return code


if __name__ == "__main__":
    main()

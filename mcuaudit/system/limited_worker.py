"""A child process that runs one call after the other, each within a limit of time and memory.

A call that takes too long or too much ends the child and nothing else; the next call gets a new one. The child has no
network where the system allows to take it away, and nothing of the working directory on its import path.
"""

from __future__ import annotations

import contextlib
import os
import pickle
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from threading import Timer
from typing import Any, BinaryIO, Final, ParamSpec, TypeVar

from mcuaudit.system.children import child_environment
from mcuaudit.system.isolation import without_network

try:
    import resource
except ImportError:  # pragma: no cover - Windows
    resource = None  # type: ignore[assignment]

_Parameters = ParamSpec("_Parameters")
_Result = TypeVar("_Result")

IN_FORCE: Final = resource is not None and sys.platform == "linux"
"""Whether the system enforces limits of memory and of processor time; elsewhere only the time by the clock counts."""
_SERVE: Final = "from mcuaudit.system.limited_worker import serve; serve()"


class Overrun(StrEnum):
    """Why a call gave no result."""

    TIME = "time"
    MEMORY = "memory"
    ENDED = "ended"
    """The child ended without a word."""


@dataclass(frozen=True)
class _Raised:
    error: Exception


class LimitedWorker:
    """Runs calls in a child process; use it as a context manager, which ends the child.

    Args:
        seconds: processor time of one call.
        memory: octets that the child may take beyond what it has when it starts.
        sample: one of the functions that it will run; the child imports its module before its memory is limited.
        waiting: how many times its limit a call may take by the clock: other work may have the processors.
    """

    def __init__(self, seconds: int, memory: int, sample: Callable[..., Any], *, waiting: int = 10) -> None:
        self._limits = seconds, memory, sample
        self._longest = waiting * seconds
        self._child: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> LimitedWorker:
        return self

    def __exit__(self, *_: object) -> None:
        self._end()

    def start(self) -> None:
        """Start the child, which takes a moment, before the first call needs it."""
        if self._child is None:
            with contextlib.suppress(OSError):
                self._child = subprocess.Popen(  # noqa: S603 - fixed words
                    [*without_network(), sys.executable, "-P", "-c", _SERVE],
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                    stderr=subprocess.DEVNULL,
                    cwd=Path(sys.executable).anchor or os.sep,
                    env=child_environment(),
                )
                with contextlib.suppress(OSError):
                    self._send(self._limits)

    def call(
        self, function: Callable[_Parameters, _Result], *args: _Parameters.args, **kwargs: _Parameters.kwargs
    ) -> _Result | Overrun:
        """The result of a function of a module, or why there is none. An exception of the function is raised here.

        Where no child can be started, the function runs here.
        """
        self.start()
        if self._child is None:
            return _result(function, args, kwargs)  # type: ignore[no-any-return]
        late: list[bool] = []

        def kill(child: subprocess.Popen[bytes]) -> None:
            late.append(True)
            child.kill()

        timer = Timer(self._longest, kill, [self._child])
        timer.daemon = True
        timer.start()
        try:
            with contextlib.suppress(OSError):
                # A child that has no room for it ends, and has said so.
                self._send((function, args, kwargs))
            result = pickle.load(self._child.stdout)  # type: ignore[arg-type]  # noqa: S301 - our own child wrote it
        except (OSError, EOFError, pickle.UnpicklingError):
            timer.cancel()
            return self._reason(late=bool(late))
        finally:
            timer.cancel()
        if result is Overrun.MEMORY:
            # What is left of the call takes memory from the next one.
            self._end()
        if isinstance(result, _Raised):
            raise result.error
        return result  # type: ignore[no-any-return]

    def _send(self, value: Any) -> None:
        assert self._child is not None  # noqa: S101 - callers have started it
        assert self._child.stdin is not None  # noqa: S101
        pickle.dump(value, self._child.stdin)
        self._child.stdin.flush()

    def _reason(self, *, late: bool) -> Overrun:
        child = self._end()
        ended_by_time = late or (child is not None and child.returncode == -getattr(signal, "SIGXCPU", 0))
        return Overrun.TIME if ended_by_time else Overrun.ENDED

    def _end(self) -> subprocess.Popen[bytes] | None:
        child, self._child = self._child, None
        if child is not None:
            for pipe in (child.stdin, child.stdout):
                with contextlib.suppress(OSError):
                    pipe.close()  # type: ignore[union-attr]
            try:
                child.wait(timeout=1)
            except subprocess.TimeoutExpired:
                child.kill()
                child.wait()
        return child


def serve() -> None:
    """What the child does: read calls from standard input until it ends, and write their results."""
    calls, results = sys.stdin.buffer, os.fdopen(os.dup(1), "wb")
    # What a library prints is no result.
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    try:
        seconds, memory, _ = pickle.load(calls)  # noqa: S301 - our own parent wrote it
        _limit_memory(memory)
        while True:
            function, args, kwargs = pickle.load(calls)  # noqa: S301 - our own parent wrote it
            _limit_time(seconds)
            _answer(results, _kept(function, args, kwargs))
    except MemoryError:
        _answer(results, Overrun.MEMORY)
    except (EOFError, OSError, KeyboardInterrupt):
        return


def _result(function: Callable[..., Any], args: Sequence[Any], kwargs: Mapping[str, Any]) -> Any:
    try:
        return function(*args, **kwargs)
    except MemoryError:
        return Overrun.MEMORY


def _kept(function: Callable[..., Any], args: Sequence[Any], kwargs: Mapping[str, Any]) -> Any:
    try:
        return _result(function, args, kwargs)
    except Exception as error:  # noqa: BLE001 - the parent raises it
        return _Raised(error)


def _answer(results: BinaryIO, result: Any) -> None:
    try:
        data = pickle.dumps(result)
    except MemoryError:
        data = pickle.dumps(Overrun.MEMORY)
    results.write(data)
    results.flush()


def _limit_memory(memory: int) -> None:
    if IN_FORCE:
        now = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0]) * resource.getpagesize()
        _lower(resource.RLIMIT_AS, now + memory)
        _lower(resource.RLIMIT_CORE, 0)


def _limit_time(seconds: int) -> None:
    if IN_FORCE:
        used = resource.getrusage(resource.RUSAGE_SELF)
        _lower(resource.RLIMIT_CPU, int(used.ru_utime + used.ru_stime) + seconds + 1)


def _lower(kind: int, to: int) -> None:
    """Set the soft limit, which may be raised again, within the hard one that the process was given."""
    _, most = resource.getrlimit(kind)
    resource.setrlimit(kind, (to if most == resource.RLIM_INFINITY else min(to, most), most))

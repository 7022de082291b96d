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
_MOST: Final = 2**62
"""In octets; more is not a number of the system's."""
_MOST_SECONDS: Final = 2**31
"""Linux counts processor time in nanoseconds, and 2⁶² seconds are then fewer than none."""
_READY: Final = "ready"
_TO_START: Final = 120
"""Seconds by the clock in which a child says that it is ready."""
_SERVE: Final = "from mcuaudit.system.limited_worker import serve; serve()"


class Overrun(StrEnum):
    """Why a call gave no result."""

    TIME = "time"
    MEMORY = "memory"
    ERROR = "error"
    """The function raised an exception; `call` raises one for it instead."""
    ENDED = "ended"
    """The child ended without a word."""


@dataclass(frozen=True)
class _Raised:
    """An exception of a function, in words: not every exception can be sent."""

    words: str

    @classmethod
    def of(cls, error: Exception) -> _Raised:
        return cls(f"{type(error).__name__}: {error}"[:500])


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
        self._is_ready = False
        self._ways: list[tuple[str, ...]] | None = None
        """The words before the command that are left to try; not asked for before a child is needed."""

    def __enter__(self) -> LimitedWorker:
        return self

    def __exit__(self, *_: object) -> None:
        self._end()

    def start(self) -> None:
        """Start the child, which takes a moment, before the first call needs it."""
        if self._child is not None and self._child.poll() is not None:
            # It was ended between two calls, perhaps because other processes need the memory.
            self._end()
        if self._ways is None:
            self._ways = list(dict.fromkeys((without_network(), ())))
        if self._child is not None or not self._ways:
            return
        with contextlib.suppress(OSError):
            self._child = subprocess.Popen(  # noqa: S603 - fixed words
                [*self._ways[0], sys.executable, "-P", "-c", _SERVE],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                cwd=Path(sys.executable).anchor or os.sep,
                env=child_environment(),
            )
            self._send(self._limits)

    def call(
        self, function: Callable[_Parameters, _Result], *args: _Parameters.args, **kwargs: _Parameters.kwargs
    ) -> _Result | Overrun:
        """The result of a function of a module, or why there is none.

        Where no child can be started, the function runs here.

        Raises:
            RuntimeError: the function raised an exception, which the message names.
        """
        result: Any = Overrun.ENDED
        for _ in range(2):
            if not self._has_started():
                return _result(function, args, kwargs)  # type: ignore[no-any-return]
            result = self._called(function, args, kwargs)
            # What ends one child may have nothing to do with the call; what ends two has.
            if result is not Overrun.ENDED:
                break
        if isinstance(result, _Raised):
            raise RuntimeError(result.words)
        return result  # type: ignore[no-any-return]

    def _has_started(self) -> bool:
        """Whether there is a child that has said that it is ready; without isolation, if it is not with it."""
        self.start()
        while self._ways:
            self._is_ready = self._is_ready or (self._child is not None and self._read(_TO_START) == _READY)
            if self._is_ready:
                return True
            self._end()
            self._ways.pop(0)
            self.start()
        return False

    def _called(self, function: Callable[..., Any], args: Sequence[Any], kwargs: Mapping[str, Any]) -> Any:
        with contextlib.suppress(OSError):
            # A child that has no room for it ends, and has said so.
            self._send((function, args, kwargs))
        result = self._read(self._longest)
        if isinstance(result, Overrun):
            # What is left of the call takes memory from the next one.
            self._end()
        return result

    def _read(self, seconds: float) -> Any:
        """What the child answers within a time by the clock."""
        child = self._child
        assert child is not None  # noqa: S101 - callers have started it
        late: list[bool] = []

        def kill() -> None:
            late.append(True)
            child.kill()

        timer = Timer(seconds, kill)
        timer.daemon = True
        timer.start()
        try:
            return pickle.load(child.stdout)  # type: ignore[arg-type]  # noqa: S301 - our own child wrote it
        except Exception:  # noqa: BLE001 - whatever is not a whole answer
            timer.cancel()
            self._end()
            by_time = bool(late) or child.returncode == -getattr(signal, "SIGXCPU", 0)
            return Overrun.TIME if by_time else Overrun.ENDED
        finally:
            timer.cancel()
            if late:
                self._end()

    def _send(self, value: Any) -> None:
        assert self._child is not None  # noqa: S101 - callers have started it
        assert self._child.stdin is not None  # noqa: S101
        pickle.dump(value, self._child.stdin)
        self._child.stdin.flush()

    def _end(self) -> None:
        child, self._child, self._is_ready = self._child, None, False
        if child is None:
            return
        for pipe in (child.stdin, child.stdout):
            with contextlib.suppress(OSError):
                pipe.close()  # type: ignore[union-attr]
        try:
            child.wait(timeout=1)
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()


def serve() -> None:
    """What the child does: read calls from standard input until it ends, and write their results."""
    calls, results = sys.stdin.buffer, os.fdopen(os.dup(1), "wb")
    # What a library prints is no result.
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    try:
        seconds, memory, _ = pickle.load(calls)  # noqa: S301 - our own parent wrote it
        _limit_memory(memory)
        _answer(results, _READY)
        while True:
            function, args, kwargs = pickle.load(calls)  # noqa: S301 - our own parent wrote it
            _limit_time(seconds)
            _answer(results, _kept(function, args, kwargs))
            # What comes before the next call is not counted.
            _limit_time(None)
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
        return _Raised.of(error)


def _answer(results: BinaryIO, result: Any) -> None:
    try:
        data = pickle.dumps(result)
    except MemoryError:
        data = pickle.dumps(Overrun.MEMORY)
    except Exception as error:  # noqa: BLE001 - the parent raises it
        data = pickle.dumps(_Raised.of(error))
    results.write(data)
    results.flush()


def _limit_memory(memory: int) -> None:
    if IN_FORCE:
        now = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0]) * resource.getpagesize()
        _lower(resource.RLIMIT_AS, now + memory)
        _lower(resource.RLIMIT_CORE, 0)


def _limit_time(seconds: int | None) -> None:
    """Limit the processor time from here on; None takes the limit away."""
    if IN_FORCE:
        used = resource.getrusage(resource.RUSAGE_SELF)
        until = None if seconds is None else int(used.ru_utime + used.ru_stime) + min(seconds, _MOST_SECONDS) + 1
        _lower(resource.RLIMIT_CPU, until)


def _lower(kind: int, to: int | None) -> None:
    """Set the soft limit, which may be raised again, within the hard one that the process was given; None: to that."""
    _, most = resource.getrlimit(kind)
    if to is None:
        to = most
    elif most != resource.RLIM_INFINITY:
        to = min(to, most)
    resource.setrlimit(kind, (min(to, _MOST), most))

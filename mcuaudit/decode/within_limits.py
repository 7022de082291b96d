"""Reading the octets of one file within limits: large ones in a worker, whose time and memory are limited."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, ParamSpec, TypeVar

from mcuaudit.decode.file import UNFORESEEN
from mcuaudit.decode.records import Problem, Problems
from mcuaudit.decode.workbook import is_workbook
from mcuaudit.policy.schema import Limits
from mcuaudit.system.limited_worker import LimitedWorker, Overrun
from mcuaudit.wording.numbers import memory_words, plural

_Parameters = ParamSpec("_Parameters")
_Result = TypeVar("_Result")
NOT_READ_WITHIN: Final = "not read within "
HAS_ENDED: Final = "the process that reads large files has ended on this one"
SMALL: Final = 1 << 16
"""Files below this size are decoded without a worker: each decoder takes time in proportion to the size."""
_TOO_LONG: Final = "The file was built to take long, or is damaged; replace it, or allow more time"


class WithinLimits:
    """Calls functions for the octets of files, within the limits of the policy; use it as a context manager.

    Args:
        limits: those of the policy.
        sample: one of the functions, whose module the worker imports.
        small: files below this size are read without a worker, workbooks apart.
    """

    def __init__(self, limits: Limits, sample: Callable[..., Any], small: int = SMALL) -> None:
        self.limits = limits
        self.small = small
        self.worker = LimitedWorker(limits.seconds_per_file, limits.memory, sample)

    def __enter__(self) -> WithinLimits:
        return self

    def __exit__(self, *_: object) -> None:
        self.worker.__exit__()

    def call(
        self,
        data: bytes,
        function: Callable[_Parameters, _Result],
        *args: _Parameters.args,
        **kwargs: _Parameters.kwargs,
    ) -> _Result | Overrun:
        """The result of a function that reads `data`, or why there is none; it never raises."""
        try:
            # The size of a packed file says little.
            if len(data) >= self.small or is_workbook(data):
                return self.worker.call(function, *args, **kwargs)
            return function(*args, **kwargs)
        except MemoryError:
            return Overrun.MEMORY
        except Exception:  # noqa: BLE001
            # Files are hostile: an error that no check foresees becomes a problem, like any other.
            return Overrun.ERROR

    def problems(self, found: Overrun) -> Problems:
        """The problem of a file that gave no result."""
        match found:
            case Overrun.TIME:
                seconds = plural(self.limits.seconds_per_file, "second")
                reason = f"{NOT_READ_WITHIN}{seconds}. {_TOO_LONG} ([limits] seconds_per_file)"
            case Overrun.MEMORY:
                memory = memory_words(self.limits.memory)
                reason = f"{NOT_READ_WITHIN}{memory} of memory. Replace the file, or allow more ([limits] memory)"
            case Overrun.ERROR:
                reason = UNFORESEEN
            case Overrun.ENDED:
                reason = f"{HAS_ENDED}. Replace the file; if there is nothing odd in it, report this"
        return (Problem("unreadable", "", reason),)

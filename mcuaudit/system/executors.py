"""Work on other processes or machines: whatever executor there is, and a worker that is lost costs a second attempt."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import (
    BrokenExecutor,
    CancelledError,
    Executor,
    Future,
    ProcessPoolExecutor,
    ThreadPoolExecutor,
    as_completed,
)
from typing import Final, TypeVar

from mcuaudit.system.log import LOG

Item = TypeVar("Item")
Result = TypeVar("Result")

_LOST_ON_A_CLUSTER: Final = ("KilledWorker",)
"""Errors of dask, by name: a part was given to several workers, and each of them was lost."""


def run_all(
    executor: Executor,
    function: Callable[[Item], Result],
    items: Sequence[Item],
    done: Callable[[Result], None] | None = None,
    end: Callable[[Sequence[Future[Result]]], None] | None = None,
) -> list[Result]:
    """The results of a function for all items, in the order of the items.

    An item whose worker is lost, for example because the system ended it, is done by this process instead, after the
    others. A pool of processes is lost with one of them, so this process then does all that is left. `LOG` says so.

    Args:
        executor: runs the function, such as a `ProcessPoolExecutor` or that of a client of dask.
        function: a function of a module, so that workers find it.
        items: what it is called with.
        done: called with each result, as soon as it is there.
        end: called at the end with what still runs, which is something only after an error or an interruption.
    """
    results: dict[int, Result] = {}
    waiting: dict[Future[Result], int] = {}

    def keep(number: int, result: Result) -> None:
        results[number] = result
        if done:
            done(result)

    try:
        for number, item in enumerate(items):
            future = _submitted(executor, function, item)
            if future is not None:
                waiting[future] = number
        for future in as_completed(waiting):
            if not _is_lost(future):
                keep(waiting[future], future.result())
        lost = [number for number in range(len(items)) if number not in results]
        if lost:
            _say_lost(len(lost), len(items))
        for number in lost:
            keep(number, function(items[number]))
    finally:
        # After an error or an interruption, what has not begun is not begun.
        for future in waiting:
            future.cancel()
        if end:
            end([future for future in waiting if not future.done()])
    return [results[number] for number in range(len(items))]


def on_this_machine(executor: Executor | None) -> Executor | None:
    """The executor if its workers see the temporary files of this process; else None."""
    return executor if isinstance(executor, ProcessPoolExecutor | ThreadPoolExecutor) else None


def _submitted(executor: Executor, function: Callable[[Item], Result], item: Item) -> Future[Result] | None:
    try:
        return executor.submit(function, item)
    except BrokenExecutor:
        return None


def _is_lost(future: Future[Result]) -> bool:
    """Whether the worker of a part was lost; an error of the work itself is not that."""
    try:
        error = future.exception()
    except CancelledError:
        return True
    return isinstance(error, BrokenExecutor) or type(error).__name__ in _LOST_ON_A_CLUSTER


def _say_lost(lost: int, number: int) -> None:
    LOG.warning(
        "a worker was lost, for example because its machine has no memory left. This process does the rest of the work "
        "by itself: %d of %d parts. The result is the same; fewer workers need less memory.",
        lost,
        number,
    )

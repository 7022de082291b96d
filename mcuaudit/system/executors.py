"""Work on other processes or machines: whatever executor there is, and a worker that is lost costs a second attempt."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import BrokenExecutor, CancelledError, Executor, Future
from typing import Final, TypeVar

Item = TypeVar("Item")
Result = TypeVar("Result")

_LOST_ON_A_CLUSTER: Final = ("KilledWorker",)
"""Errors of dask, by name: a part was given to several workers, and each of them was lost."""


def run_all(
    executor: Executor,
    function: Callable[[Item], Result],
    items: Sequence[Item],
    done: Callable[[Result], None] | None = None,
) -> list[Result]:
    """The results of a function for all items, in order.

    An item whose worker is lost, for example because the system ended it, is done by this process instead. A pool of
    processes is lost with one of them, so this process then does all that is left.

    Args:
        executor: runs the function, such as a `ProcessPoolExecutor` or that of a client of dask.
        function: a function of a module, so that workers find it.
        items: what it is called with.
        done: called with each result, in order.
    """
    waiting = [_submitted(executor, function, item) for item in items]
    results: list[Result] = []
    try:
        for item, future in zip(items, waiting, strict=True):
            results.append(_result(future, function, item))
            if done:
                done(results[-1])
    finally:
        # After an error or an interruption, what has not begun is not begun.
        for future in waiting:
            if future is not None:
                future.cancel()
    return results


def _submitted(executor: Executor, function: Callable[[Item], Result], item: Item) -> Future[Result] | None:
    try:
        return executor.submit(function, item)
    except BrokenExecutor:
        return None


def _result(future: Future[Result] | None, function: Callable[[Item], Result], item: Item) -> Result:
    if future is not None:
        try:
            return future.result()
        except (BrokenExecutor, CancelledError):
            pass
        except Exception as error:
            if type(error).__name__ not in _LOST_ON_A_CLUSTER:
                raise
    return function(item)

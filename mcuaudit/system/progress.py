"""The progress of a long call: a function that is called with it, or else a line in a notebook."""

from __future__ import annotations

import contextlib
import html
import secrets
import sys
import threading
import time
from collections.abc import Callable, Iterator
from functools import wraps
from typing import Any, Final, ParamSpec, TypeVar

Progress = Callable[[str, int, int], None]
"""Called with the name of the stage, the number of items done, and the total number."""

AFTER: Final = 1.0
"""Seconds after which a notebook shows a line."""
EVERY: Final = 0.2
"""Seconds between two of its states."""
_Parameters = ParamSpec("_Parameters")
_Result = TypeVar("_Result")
_shown = threading.Lock()
"""Held while a line is shown: what a call does by other calls is in its own line."""


def shows_progress(function: Callable[_Parameters, _Result]) -> Callable[_Parameters, _Result]:
    """Let a function with an argument `progress` show a line in a notebook, if it is called without one.

    The line is there after a second, and disappears at the end. Only a cell that a person runs has one: notebooks that
    papermill, nbconvert or a report runs have none, and neither have programs.
    """

    @wraps(function)
    def call(*arguments: _Parameters.args, **named: _Parameters.kwargs) -> _Result:
        if named.get("progress") is not None:
            return function(*arguments, **named)
        with _line() as line:
            if line is not None:
                named["progress"] = line
            return function(*arguments, **named)

    return call


@contextlib.contextmanager
def _line() -> Iterator[Progress | None]:
    publisher = _publisher()
    if publisher is None or not _shown.acquire(blocking=False):
        yield None
        return
    line = _Line(publisher.publish)
    try:
        yield line
    finally:
        line.end()
        _shown.release()


def _publisher() -> Any:
    """What shows something in the cell that a person runs; None where there is no such cell."""
    running = sys.modules.get("IPython")
    shell = running.get_ipython() if running and threading.current_thread() is threading.main_thread() else None
    kernel = getattr(shell, "kernel", None)
    if shell is None or kernel is None:
        return None
    # Who runs all cells of a notebook answers no question of theirs, and says so with each cell.
    asks = kernel.get_parent("shell").get("content", {}).get("allow_stdin", False)
    return shell.display_pub if asks else None


class _Line:
    """The line of one call."""

    def __init__(self, publish: Callable[..., None]) -> None:
        self._publish = publish
        self._place = {"display_id": f"mcuaudit-progress-{secrets.token_hex(8)}"}
        self._begun = self._stage_begun = self._told = time.monotonic()
        self._shown_at = 0.0
        self._stage = ""
        self._is_there = False

    def __call__(self, stage: str, done: int, total: int) -> None:
        """Show how far it is, if that was not done just before."""
        now = time.monotonic()
        if stage != self._stage:
            # A stage begins where the one before it was last heard of.
            self._stage, self._stage_begun = stage, self._told
        self._told = now
        if now - self._begun < AFTER or now - self._shown_at < EVERY:
            return
        self._shown_at = now
        words = progress_words(stage, done, total, now - self._stage_begun)
        bar = f'<progress value="{done}" max="{max(total, 1)}" style="width:12em;vertical-align:middle"></progress>'
        self._show({"text/plain": words, "text/html": f"<div>{bar} {html.escape(words)}</div>"})

    def _show(self, data: dict[str, str]) -> None:
        self._publish(data=data, metadata={}, transient=self._place, update=self._is_there)
        self._is_there = True

    def end(self) -> None:
        """The line disappears: an output without content has no height."""
        if self._is_there:
            self._show({})


def progress_words(stage: str, done: int, total: int, seconds: float) -> str:
    """``predicting: 120 of 500, 83.1/s, 0:05 remaining``."""
    words = f"{stage}: {done:,} of {total:,}"
    if not done or seconds <= 0:
        return words
    rate = done / seconds
    left = round((total - done) / rate)
    hours, minutes = divmod(left // 60, 60)
    clock = f"{hours}:{minutes:02d}:{left % 60:02d}" if hours else f"{minutes}:{left % 60:02d}"
    return f"{words}, {rate:,.3g}/s, {clock} remaining"

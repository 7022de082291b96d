"""One run at a time: a lock for each place that is written to, held during a run, and freed with its process."""

from __future__ import annotations

import contextlib
import json
import os
import socket
import time
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path

from mcuaudit.errors import BusyError, UsageError
from mcuaudit.system.storage import storage_error


def lock_beside(place: str | Path) -> Path:
    """The lock of a directory that is replaced as a whole: ``.NAME.lock`` beside it."""
    place = Path(place).resolve()
    return place.with_name(f".{place.name}.lock")


def lock_within(place: str | Path) -> Path:
    """The lock of a directory that grows: ``.lock`` in it."""
    return Path(place).resolve() / ".lock"


@contextlib.contextmanager
def one_run(
    locks: Iterable[str | Path], *, wait: float = 0, say: Callable[[str], None] | None = None
) -> Iterator[None]:
    """Hold the locks while the block runs. The system frees them when the process ends, however it ends.

    A run may take a lock again that it holds. The files stay, empty: deleting one could take it from a run that has
    just begun.

    Args:
        locks: the files, from `lock_beside` and `lock_within`.
        wait: seconds to wait for another run.
        say: called once before waiting, with a line that names the other run.

    Raises:
        BusyError: another run holds one of them, and still did after `wait` seconds.
        UsageError: a lock cannot be created there.
        StorageError: the machine cannot write there, for example because the disk is full.
    """
    until = time.monotonic() + wait
    with contextlib.ExitStack() as held:
        # In one order, so that two runs cannot wait for each other.
        for file in sorted({Path(lock) for lock in locks}):
            held.enter_context(_held(file, until, say))
        yield


@contextlib.contextmanager
def _held(file: Path, until: float, say: Callable[[str], None] | None) -> Iterator[None]:
    from filelock import FileLock, Timeout

    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        # One lock object per file and process, so that a lock that is held here can be taken once more.
        lock = FileLock(file, is_singleton=True)
        again = lock.is_locked
        try:
            lock.acquire(timeout=0)
        except Timeout:
            left = until - time.monotonic()
            if left <= 0:
                raise
            if say:
                say(f"{_holder(file)}; waiting at most {left:.0f} seconds for it.")
            lock.acquire(timeout=left, poll_interval=0.2)
    except Timeout as error:
        if not file.exists():
            raise UsageError(
                f"{file}: cannot create the lock file that prevents two runs at once; choose a directory that you "
                "can write to."
            ) from error
        raise BusyError(f"{_holder(file)}. Nothing was changed; --wait SECONDS waits for it.") from error
    except PermissionError as error:
        advice = " A run of another user left it; its owner can delete it while no run is in progress."
        raise UsageError(f"{file} cannot be locked: {error.strerror}.{advice if file.exists() else ''}") from error
    except (OSError, NotImplementedError) as error:
        reason = getattr(error, "strerror", None) or error
        raise storage_error(file, error) or UsageError(
            f"{file} cannot be locked: {reason}. The lock prevents two runs at once."
        ) from error
    try:
        if not again:
            _write(file, json.dumps(_this_run()))
        yield
    finally:
        if not again:
            _write(file, "")
        lock.release()


def _write(file: Path, text: str) -> None:
    # Where a locked file cannot be written, the message to another run names no process.
    with contextlib.suppress(OSError):
        file.write_text(text, encoding="utf-8")


def _this_run() -> dict[str, object]:
    now = datetime.now(UTC).replace(microsecond=0)
    return {"process": os.getpid(), "host": socket.gethostname(), "since": now.isoformat()}


def _holder(file: Path) -> str:
    """``Another run holds …/.reports.lock: process 12 on host-1, since 2026-11-23T05:00:00+00:00``."""
    try:
        found = json.loads(file.read_text(encoding="utf-8"))
        who = f": process {found['process']} on {found['host']}, since {found['since']}"
    except (OSError, ValueError, KeyError, TypeError):
        who = ""
    return f"Another run holds {file}{who}"

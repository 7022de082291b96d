"""Failures of the machine, not of the call: a full disk, a quota, a limit of size, an input or output error."""

from __future__ import annotations

import errno
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from mcuaudit.errors import StorageError, UsageError

STANDARD_OUTPUT: Final = "standard output"
_NUMBERED: Final = re.compile(r"\[Errno (\d+)\]")
_ADVICE: Final = {
    "ENOSPC": "Free space on that file system",
    "EDQUOT": "Free space within your quota",
    "EFBIG": "Raise the limit of the size of files (ulimit -f)",
    "EIO": "Check the disk or network drive",
    "EROFS": "Mount that file system for writing",
    "ESTALE": "Mount that network file system again",
}
# Not every system has all of them.
_BY_NUMBER: Final = {getattr(errno, name): advice for name, advice in _ADVICE.items() if hasattr(errno, name)}


def storage_error(place: str | Path, error: BaseException | None) -> StorageError | None:
    """What to raise if `error` is a failure of the machine, with what to do; None if it is another error."""
    number = _number(error)
    if number is None or number not in _BY_NUMBER:
        # One that comes from another process has lost its cause.
        return error if isinstance(error, StorageError) else None
    return StorageError(f"{place} cannot be written: {os.strerror(number)}. {_BY_NUMBER[number]}, or write elsewhere.")


@contextmanager
def failures_of_storage(place: str | Path) -> Iterator[None]:
    """A failure of the machine within the block names `place`; other errors stay as they are.

    Raises:
        StorageError: the machine cannot write there.
    """
    try:
        yield
    except Exception as error:
        failure = storage_error(place, error)
        if failure is None:
            raise
        raise failure from (error.__cause__ if isinstance(error, StorageError) else error)


def _number(error: BaseException | None) -> int | None:
    while error is not None and not isinstance(error, OSError | UsageError):
        # Of libraries that give the error of the system a class of their own, and a StorageError of a temporary file.
        error = error.__cause__ or error.__context__
    if not isinstance(error, OSError):
        return None
    # shutil gives the errors of all files as one text.
    found = _NUMBERED.search(str(error)) if error.errno is None else None
    return int(found[1]) if found else error.errno

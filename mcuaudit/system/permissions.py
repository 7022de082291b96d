"""Who may read what a run writes: saved audits the owner alone, pages as the umask has it, or all as a given mode.

On Windows, files have the permissions of their directory, and nothing here changes them.
"""

from __future__ import annotations

import contextlib
import os
import re
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from mcuaudit.errors import UsageError

OWNER_ALONE: Final = 0o600
_LARGEST: Final = 0o777
_DIGITS: Final = re.compile(r"[0-7]{1,4}")


def file_mode(mode: int | str) -> int:
    """The mode of files from a number, or from its octal digits as in chmod: 640.

    Raises:
        UsageError: it is something else, or one in which the owner cannot read and write.
    """
    found = mode if isinstance(mode, int) else int(mode, 8) if _DIGITS.fullmatch(mode) else -1
    if not 0 <= found <= _LARGEST or found & 0o600 != 0o600:
        raise UsageError(f"mode {mode!r}: expected octal digits with read and write for the owner, for example 640.")
    # The files are data: whether a directory can be entered follows from whether it can be read.
    return found & 0o666


def check_owner_alone(file: str | Path, why: str = "") -> None:
    """Refuse a secret that others than its owner can read; `why` goes between what was found and what to do.

    Raises:
        UsageError: others can read it.
    """
    if os.name == "posix" and stat.S_IMODE(Path(file).stat().st_mode) & 0o077:
        raise UsageError(f"{file} can be read by others{why}; make it readable only by its owner: chmod 600 {file}")


def restrict(written: str | Path, mode: int = OWNER_ALONE) -> None:
    """Give a file, or each file of a directory, the mode; directories can be entered by those who may read them."""
    if os.name == "nt":
        return
    if not Path(written).is_dir():
        # A device such as /dev/stdout has the permissions that the system gave it.
        if Path(written).is_file():
            Path(written).chmod(mode)
        return
    entered = _entered(mode)
    for folder, _, files in os.walk(written):
        for name in files:
            Path(folder, name).chmod(mode)
        Path(folder).chmod(entered)


@contextlib.contextmanager
def no_more_than(mode: int | None) -> Iterator[None]:
    """Nothing that is made meanwhile has more permissions than the mode, at no time; None leaves the umask alone."""
    if mode is None or os.name == "nt":
        yield
        return
    former = os.umask(0o777 & ~_entered(mode))
    try:
        yield
    finally:
        os.umask(former)


@contextlib.contextmanager
def given_mode(written: str | Path, mode: int | None) -> Iterator[None]:
    """What is written meanwhile has the mode, and at no time more than it; None leaves it to the umask."""
    with no_more_than(mode):
        yield
    if mode is not None:
        restrict(written, mode)


def _entered(mode: int) -> int:
    """The mode of a directory whose files have `mode`: those who may read them can enter it."""
    return mode | (mode & 0o444) >> 2

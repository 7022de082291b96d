"""Files and directories that appear whole or not at all: written under a temporary name, then renamed."""

from __future__ import annotations

import contextlib
import os
import secrets
import shutil
import stat
from pathlib import Path
from typing import IO, Final

from mcuaudit.errors import UsageError
from mcuaudit.system.storage import storage_error

ASIDE: Final = ".making"
FORMER: Final = ".former"
"""Endings of the temporary names beside a file or directory that is being replaced."""


def read_at_most(stream: IO[bytes], most: int) -> bytes | None:
    """The octets of a stream; None if it has more than `most`, however many."""
    content = stream.read(most + 1)
    return content if len(content) <= most else None


def read_named(file: str | Path, most: int, too_large: str) -> bytes:
    """The octets of a file that a person names; `too_large` says in a sentence that it has more than `most`.

    Raises:
        UsageError: it cannot be read, or is larger.
    """
    try:
        with Path(file).open("rb") as stream:
            content = read_at_most(stream, most)
    except OSError as error:
        raise UsageError(f"{file} cannot be read: {error.strerror or error}.") from error
    if content is None:
        raise UsageError(f"{file} {too_large}")
    return content


def write_whole(path: str | Path, content: str | bytes) -> Path:
    """Write a file in one step: a reader sees the former file or the new one, never a part.

    A link stays a link, and what it points to is replaced. A device or pipe, such as /dev/stdout, is written to as it
    is. Text is written as UTF-8 with its line ends as they are.

    Raises:
        UsageError: the place is a directory, its directory does not exist, or it cannot be written.
        StorageError: the machine cannot write it, for example because the disk is full.
    """
    target = Path(path)
    octets = content.encode("utf-8") if isinstance(content, str) else content
    try:
        check_file_place(target)
        if target.exists() and not target.is_file():
            with target.open("wb") as stream:
                stream.write(octets)
        else:
            _replace_file(target.resolve(), octets)
    except (OSError, RuntimeError, ValueError) as error:
        # Python's own errors for links that lead back to themselves, and for names that no file can have.
        reason = getattr(error, "strerror", None) or error
        raise storage_error(target, error) or UsageError(f"{target} cannot be written: {reason}.") from error
    return target


def check_file_place(target: str | Path) -> None:
    """Refuse a place where no file can be written, before the work is done.

    Raises:
        UsageError: it is a directory, or its directory does not exist.
    """
    target = Path(target)
    if target.is_dir():
        raise UsageError(f"{target} is a directory; name a file in it.")
    parent = target.resolve().parent
    if not parent.exists():
        raise UsageError(f"{target} cannot be written: the directory {target.parent} does not exist.")
    if not parent.is_dir():
        raise UsageError(f"{target} cannot be written: {target.parent} is not a directory.")


def check_new_directory(directory: str | Path) -> Path:
    """The directory, in which there is nothing yet.

    Raises:
        UsageError: it exists already and is not empty.
    """
    directory = Path(directory)
    if directory.exists() and (not directory.is_dir() or any(directory.iterdir())):
        raise UsageError(f"{directory} exists and is not an empty directory; choose a new directory.")
    return directory


def _replace_file(target: Path, octets: bytes) -> None:
    # Not made from the target's name, which may be as long as the file system allows.
    aside = target.with_name(f".mcuaudit-{secrets.token_hex(8)}{ASIDE}")
    try:
        with aside.open("xb") as stream:
            stream.write(octets)
            stream.flush()
            os.fsync(stream.fileno())
        if target.exists():
            aside.chmod(stat.S_IMODE(target.stat().st_mode))
        aside.replace(target)
    finally:
        with contextlib.suppress(OSError):
            aside.unlink(missing_ok=True)


def replace_directory(aside: str | Path, target: str | Path) -> None:
    """Put the directory `aside` in the place of `target`, which comes back if that fails, and remove the former one.

    A run that is killed in between leaves the former directory beside `target`, under the name of `aside` with the
    ending ``.former``.
    """
    aside, target = Path(aside), Path(target)
    former = aside.with_name(f"{aside.name.removesuffix(ASIDE)}{FORMER}")
    replaced = target.exists()
    if replaced:
        target.rename(former)
    try:
        aside.rename(target)
    except OSError:
        if replaced:
            former.rename(target)
        raise
    shutil.rmtree(former, ignore_errors=True)

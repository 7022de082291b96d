"""Reports are made in a temporary directory, then renamed in one step; foreign files are not deleted."""

from __future__ import annotations

import contextlib
import json
import os
import secrets
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from mcuaudit.errors import UsageError
from mcuaudit.system.files import ASIDE, FORMER, replace_directory
from mcuaudit.system.locks import lock_beside, one_run
from mcuaudit.system.own_output import REPORTS_ENTRIES, REPORTS_MARKER
from mcuaudit.system.storage import failures_of_storage


def check_output(out: str | Path) -> None:
    """Refuse a place with content that mcuaudit did not make.

    Raises:
        UsageError: `out` is a file, or a directory with other content than reports.
    """
    out = Path(out)
    if out.resolve().parent == out.resolve():
        raise UsageError(f"{out} is the root of the file system; choose a directory in it.")
    if Path.cwd().is_relative_to(out.resolve()):
        raise UsageError(
            f"{out} is or contains the current directory, which cannot be replaced; choose a directory in it."
        )
    if out.is_symlink() and not out.exists():
        raise UsageError(f"{out} is a broken link; remove it, or choose another directory.")
    if out.exists() and not out.is_dir():
        raise UsageError(f"{out} is a file; reports need a directory.")
    if os.path.ismount(out):
        raise UsageError(f"{out} is a mount point, which cannot be replaced as a whole; choose a directory in it.")
    if out.is_dir() and any(out.iterdir()) and not (out / REPORTS_MARKER).is_file():
        raise UsageError(
            f"{out} is not empty and was not made by mcuaudit, so it was not changed. "
            "Choose an empty directory, or one that does not exist yet."
        )
    strange = sorted({entry.name for entry in out.iterdir()} - REPORTS_ENTRIES) if out.is_dir() else []
    if strange:
        raise UsageError(
            f"{out} contains {', '.join(strange[:3])}, which mcuaudit did not make and would delete, so the "
            "directory was not changed. Move it, or choose another directory."
        )


@dataclass(slots=True)
class Aside:
    """A directory of reports that is being made.

    Attributes:
        directory: the directory.
        replaces: at the end it takes the place of the former one.
    """

    directory: Path
    replaces: bool = True


@contextlib.contextmanager
def made_aside(out: str | Path) -> Iterator[Aside]:
    """A new directory beside `out` that replaces it at the end of the block; after an error, `out` stays as it is.

    Raises:
        BusyError: another run writes reports there.
        UsageError: see `check_output`.
        StorageError: the machine cannot write there, for example because the disk is full.
    """
    # Errors name `out`: the temporary directory no longer exists.
    with failures_of_storage(out), _made_aside(out) as made:
        yield made


@contextlib.contextmanager
def _made_aside(out: str | Path) -> Iterator[Aside]:
    with one_run([lock_beside(out)]):
        restore(out)
        check_output(out)
        # A link stays a link: what it points to is replaced.
        out = Path(out).resolve()
        aside = out.with_name(f".{out.name}-{secrets.token_hex(4)}{ASIDE}")
        # Its permissions are those of the umask, as are those of the pages.
        aside.mkdir()
        try:
            (aside / REPORTS_MARKER).write_text(json.dumps({"made_by": "mcuaudit"}) + "\n", encoding="utf-8")
            made = Aside(aside)
            yield made
            if made.replaces:
                check_output(out)
                replace_directory(aside, out)
        finally:
            shutil.rmtree(aside, ignore_errors=True)


def restore(out: str | Path) -> None:
    """Restore former reports that a killed run left beside `out`, and remove its other files there.

    Only for a run that holds the lock of `out`: then all these files are of a run that has ended.
    """
    out = Path(out).resolve()
    for left in sorted(out.parent.glob(f".{_literal(out.name)}-*")):
        if left.suffix not in (ASIDE, FORMER) or not (left / REPORTS_MARKER).is_file():
            continue
        if left.suffix == FORMER and not out.exists():
            # The run was killed between the two renames: these are the former reports.
            left.rename(out)
        else:
            shutil.rmtree(left, ignore_errors=True)


def _literal(name: str) -> str:
    return "".join(f"[{character}]" if character in "*?[" else character for character in name)

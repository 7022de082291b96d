"""Pages are complete or not there: they are made aside and renamed into place, and nothing of others is deleted."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import socket
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from mcuaudit.errors import UsageError
from mcuaudit.files import ASIDE, FORMER, replace_directory

MARKER: Final = ".mcuaudit-reports.json"
_OURS: Final = frozenset({MARKER, "index.html", "fleet.html", "sites", "audit", "bundles", "failed"})


def check_output(out: Path) -> None:
    """Refuse a place whose content mcuaudit did not make.

    Raises:
        UsageError: `out` is a file, or a directory with other content than reports.
    """
    if out.is_symlink() and not out.exists():
        raise UsageError(f"{out} is a link that leads nowhere.")
    if out.exists() and not out.is_dir():
        raise UsageError(f"{out} is a file; reports need a directory.")
    if out.is_dir() and any(out.iterdir()) and not (out / MARKER).is_file():
        raise UsageError(
            f"{out} is not empty and was not made by mcuaudit, so nothing is written there. "
            "Name an empty directory, or one that does not exist yet."
        )
    strange = sorted({entry.name for entry in out.iterdir()} - _OURS) if out.is_dir() else []
    if strange:
        raise UsageError(
            f"{out} holds {', '.join(strange[:3])}, which mcuaudit did not make and would delete; "
            "nothing is written there."
        )


@contextlib.contextmanager
def made_aside(out: Path) -> Iterator[Path]:
    """A new directory beside `out` that takes its place when the block ends well; if not, `out` stays as it is.

    Raises:
        UsageError: see `check_output`.
    """
    check_output(out)
    # A link stays a link: what it points to is replaced.
    out = out.resolve()
    out.parent.mkdir(parents=True, exist_ok=True)
    _remove_abandoned(out)
    aside = Path(tempfile.mkdtemp(prefix=f".{out.name}-", suffix=ASIDE, dir=out.parent))
    try:
        (aside / MARKER).write_text(json.dumps(_whoever_runs_this()) + "\n", encoding="utf-8")
        aside.chmod(0o755)
        yield aside
        check_output(out)
        replace_directory(aside, out)
    finally:
        shutil.rmtree(aside, ignore_errors=True)


def _whoever_runs_this() -> dict[str, object]:
    return {"made_by": "mcuaudit", "host": socket.gethostname(), "process": os.getpid()}


def _remove_abandoned(out: Path) -> None:
    """What killed runs left beside `out`. A run that is still going, or on another machine, is left alone."""
    for left in out.parent.glob(f".{_literal(out.name)}-*"):
        if left.suffix not in (ASIDE, FORMER) or not (left / MARKER).is_file():
            continue
        if not _is_running(left):
            if left.suffix == FORMER and not out.exists():
                # The run was killed between the two renames: these are the reports that people had.
                left.rename(out)
            else:
                shutil.rmtree(left, ignore_errors=True)


def _literal(name: str) -> str:
    return "".join(f"[{character}]" if character in "*?[" else character for character in name)


def _is_running(left: Path) -> bool:
    try:
        whoever = json.loads((left / MARKER).read_text(encoding="utf-8"))
        if whoever["host"] != socket.gethostname():
            return True
        if os.name == "nt":
            # There, signal 0 is Control-C. What is left behind is small; it is better than ending another program.
            return True
        os.kill(int(whoever["process"]), 0)
    except (ValueError, KeyError, TypeError, ProcessLookupError):
        return False
    except OSError:
        return True
    return True

"""Child processes that run nothing of the working directory, which may be the export.

``python -m`` and ``python -c`` put the working directory first on the import path, so that a file ``pandas.py`` in an
export would run. Children of mcuaudit are started with ``-P`` and this environment, in a directory of their own.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Final

SAFE_PATH: Final = "PYTHONSAFEPATH"
"""The variable that keeps Python from putting the working directory on the import path."""


def isolate_children() -> None:
    """From here on no child of this process has the working directory on its import path, pools of processes too."""
    os.environ[SAFE_PATH] = "1"
    if "PYTHONPATH" in os.environ:
        os.environ["PYTHONPATH"] = _absolute(os.environ["PYTHONPATH"].split(os.pathsep))


def child_environment(**more: str) -> Mapping[str, str]:
    """The environment of this process for a child, with its import path but without the working directory."""
    return {**os.environ, SAFE_PATH: "1", "PYTHONPATH": _absolute(sys.path), **more}


def _absolute(paths: list[str]) -> str:
    """An import path without what is relative to the working directory, and without that directory itself.

    It stays only where it is the one that mcuaudit was imported from: a checkout that is not installed.
    """
    here, home = _here(), Path(__file__).resolve().parents[2]
    return os.pathsep.join(
        path for path in paths if Path(path).is_absolute() and (here in (None, home) or _resolved(path) != here)
    )


def _here() -> Path | None:
    try:
        return Path.cwd().resolve()
    except OSError:
        # It was deleted while the process runs.
        return None


def _resolved(path: str) -> Path:
    try:
        return Path(path).resolve()
    except (OSError, RuntimeError):
        return Path(path)

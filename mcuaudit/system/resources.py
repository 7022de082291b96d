"""Where the notebooks and the sample fleet are: inside the installed package, or in a checkout beside it."""

from __future__ import annotations

import shutil
from pathlib import Path

from mcuaudit.errors import UsageError

_PACKAGE = Path(__file__).parents[1]


def _resource(installed: str, checkout: str) -> Path:
    for place in (_PACKAGE / installed, _PACKAGE.parent / checkout):
        if place.is_dir():
            return place
    raise UsageError(f"The installation of mcuaudit lacks {installed}; install it again.")


def notebooks_directory() -> Path:
    """The directory of the notebooks as shipped; never to be written to."""
    return _resource("notebooks", "notebooks")


def sample_directory() -> Path:
    """The directory of the sample fleet as shipped; never to be written to."""
    return _resource("sample-fleet", "data/sample-fleet")


def copy_sample(directory: str | Path) -> Path:
    """Copy the sample fleet to a new directory.

    Raises:
        UsageError: the directory exists already and is not empty.
    """
    directory = Path(directory)
    if directory.exists() and (not directory.is_dir() or any(directory.iterdir())):
        raise UsageError(f"{directory} exists already; name a new directory.")
    shutil.copytree(sample_directory(), directory, dirs_exist_ok=True)
    return directory

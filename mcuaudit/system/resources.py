"""The place of the notebooks and the sample fleet: in the installed package, or beside it in a checkout."""

from __future__ import annotations

import shutil
from pathlib import Path

from mcuaudit.errors import UsageError
from mcuaudit.system.files import check_new_directory
from mcuaudit.system.storage import failures_of_storage

_PACKAGE = Path(__file__).parents[1]


def _resource(installed: str, checkout: str) -> Path:
    for place in (_PACKAGE / installed, _PACKAGE.parent / checkout):
        if place.is_dir():
            return place
    raise UsageError(f"The installation of mcuaudit has no directory {installed}; install it again.")


def notebooks_directory() -> Path:
    """The directory of the notebooks as shipped; do not write to it."""
    return _resource("notebooks", "notebooks")


def sample_directory() -> Path:
    """The directory of the sample fleet as shipped; do not write to it."""
    return _resource("sample-fleet", "data/sample-fleet")


def copy_sample(directory: str | Path) -> Path:
    """Copy the sample fleet to a new directory.

    Raises:
        UsageError: the directory exists already and is not empty.
        StorageError: the machine cannot write it, for example because the disk is full.
    """
    directory = check_new_directory(directory)
    with failures_of_storage(directory):
        shutil.copytree(sample_directory(), directory, dirs_exist_ok=True)
    return directory

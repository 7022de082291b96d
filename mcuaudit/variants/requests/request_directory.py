"""A directory with a request configuration for each certificate, whole or not at all."""

from __future__ import annotations

import secrets
import shutil
from collections.abc import Mapping
from pathlib import Path

from mcuaudit.errors import UsageError
from mcuaudit.system.files import ASIDE, check_new_directory, write_whole
from mcuaudit.system.storage import failures_of_storage


def check_request_directory(directory: str | Path) -> Path:
    """The directory, in which there is nothing yet: private keys may be made beside requests, and must not be lost.

    Raises:
        UsageError: it exists and is not an empty directory, or the directory above it does not exist.
    """
    target = check_new_directory(directory)
    if not target.absolute().parent.is_dir():
        raise UsageError(f"{directory} cannot be written: the directory {target.absolute().parent} does not exist.")
    return target


def write_requests(texts: Mapping[str, str], directory: str | Path) -> Path:
    """Write each text to its file below a directory, which is new or empty.

    Args:
        texts: by relative file name, with ``/``.
        directory: the directory.

    Raises:
        UsageError: the directory is not empty, or cannot be written.
        StorageError: the machine cannot write it, for example because the disk is full.
    """
    target = check_request_directory(directory)
    aside = target.absolute().with_name(f".mcuaudit-{secrets.token_hex(8)}{ASIDE}")
    with failures_of_storage(target):
        try:
            for name, text in texts.items():
                file = aside / name
                file.parent.mkdir(parents=True, exist_ok=True)
                write_whole(file, text)
            if target.exists():
                target.rmdir()
            aside.rename(target)
        except OSError as error:
            raise UsageError(f"{target} cannot be written: {error.strerror or error}.") from error
        finally:
            shutil.rmtree(aside, ignore_errors=True)
    return target

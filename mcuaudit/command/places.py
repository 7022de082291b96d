"""Places that options name: "-" is standard output for a file, and refused for a directory."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from mcuaudit.errors import UsageError
from mcuaudit.system.arguments import path_given
from mcuaudit.system.remote_addresses import is_remote, local_path

PRINTED: Final = Path("-")
"""What `output_file` gives for "-"; a file of that name has its whole path."""


def output_file(text: str) -> Path:
    """The file that an option names, or `PRINTED`; ./- is a file of that name."""
    return Path(text) if text == "-" else _named(text)


def place_given(text: str) -> str:
    """The path or address of an export, or of the directory of reports."""
    return text if is_remote(text) else str(Path(local_path(text)))


def reports_directory(text: str) -> str:
    """The directory of reports, or its address.

    Raises:
        UsageError: it is "-".
    """
    return text if is_remote(text) else str(output_directory(text))


def output_directory(text: str) -> Path:
    """The directory that an option or argument names.

    Raises:
        UsageError: it is "-".
    """
    if text == "-":
        raise UsageError(
            '"-" is standard output, to which no directory can be written. Name a directory; ./- is one of that name.'
        )
    return _named(text)


def _named(text: str) -> Path:
    # Path("./-") is Path("-").
    if is_remote(text):
        return path_given(text, "the place to write to")
    return Path.cwd() / text if Path(text) == PRINTED else Path(local_path(text))

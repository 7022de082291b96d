"""What an output format is: a name, the extension of its files, and the function that makes a file of an audit."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from mcuaudit.errors import UsageError

if TYPE_CHECKING:
    from mcuaudit.frames.comparison import Comparison
    from mcuaudit.frames.containers import Audit

TABLE: Final = "table"
"""The page for people at a terminal; not a format, because it is not written to files."""
_NAME: Final = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
_ENDING: Final = re.compile(r"\.[a-z0-9]+")


@dataclass(frozen=True, slots=True)
class Request:
    """What a format is asked to write.

    Attributes:
        audit: the audit; all of its frames can be read.
        name: what the audit is called, usually the directory of the export.
        frame: the frame that a format with `one_frame` writes, such as "findings"; the other formats ignore it.
    """

    audit: Audit
    name: str
    frame: str


@dataclass(frozen=True, slots=True)
class Format:
    """One output format. It has either `make`, for a file, or `save`, for a directory.

    Attributes:
        name: the word for `--format`: lower-case letters and digits, with hyphens between words.
        meaning: half a sentence for the table of formats.
        ending: the extension of its files, such as ".csv"; "" for a directory.
        make: gives the content of the file. The same audit gives the same content. Text is written as UTF-8, with its
            line ends as they are.
        save: writes the directory, whole or not at all, and gives its path; raises OSError, UsageError or
            StorageError.
        comparison: gives a comparison as text, for `mcuaudit compare --format`; None if the format has none.
        binary: not to be printed on a terminal.
        one_frame: a file holds one frame of the audit, not all; `--frame` chooses it.

    Raises:
        UsageError: a value is not allowed, or both or neither of `make` and `save` are given.
    """

    name: str
    meaning: str
    ending: str = ""
    make: Callable[[Request], str | bytes] | None = None
    save: Callable[[Audit, Path], Path] | None = None
    comparison: Callable[[Comparison], str] | None = None
    binary: bool = False
    one_frame: bool = False

    def __post_init__(self) -> None:
        if not _NAME.fullmatch(self.name) or self.name == TABLE:
            raise UsageError(
                f'The format name is "{self.name}"; expected lower-case letters and digits with hyphens between '
                f'words, such as "csv-spreadsheet", but not "{TABLE}".'
            )
        if (self.make is None) == (self.save is None):
            raise UsageError(f"The format {self.name} needs either make, for a file, or save, for a directory.")
        if self.make is not None and not _ENDING.fullmatch(self.ending):
            raise UsageError(f'The format {self.name} has the extension "{self.ending}"; write for example ".csv".')
        if self.save is not None and self.ending:
            raise UsageError(
                f'The format {self.name} is a directory, but has the extension "{self.ending}"; leave it out.'
            )

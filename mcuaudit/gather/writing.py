"""Write new files of an export: all of them or none, and where a place is taken, nothing."""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from pathlib import Path

from mcuaudit.collect.file_names import kind_by_name
from mcuaudit.collect.file_places import entries_of
from mcuaudit.system.files import write_whole


def taken_by(export: str | Path, place: str) -> Path | None:
    """The file of an export that is in a place already, with any ending of its kind; None if none is."""
    target = Path(export) / place
    kind = kind_by_name(target.name)
    for entry in entries_of(target.parent):
        same_use = kind is not None and kind_by_name(entry.name) is kind
        if same_use or entry.name.casefold() == target.name.casefold():
            return entry
    return None


def write_all(
    targets: Sequence[str | Path], contents: Sequence[bytes], directories: Sequence[str | Path] = ()
) -> list[Path]:
    """Write all files, which are new, and make all directories; or none.

    Raises:
        UsageError: a file cannot be written.
        StorageError: the machine cannot write it.
    """
    written: list[Path] = []
    made: list[Path] = []
    try:
        for place in (*map(Path, directories), *(Path(target).parent for target in targets)):
            for directory in reversed([one for one in (place, *place.parents) if not one.exists()]):
                directory.mkdir()
                made.append(directory)
        for target, content in zip(targets, contents, strict=True):
            written.append(write_whole(target, content))
    except BaseException:
        removed(*made, *written)
        raise
    return [*made, *written]


def removed(*paths: str | Path) -> None:
    """Remove files and empty directories that were made, those that were made last first."""
    for path in map(Path, reversed(paths)):
        with contextlib.suppress(OSError):
            if path.is_dir():
                path.rmdir()
            else:
                path.unlink()

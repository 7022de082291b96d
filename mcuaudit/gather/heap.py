"""The files of a heap, as they lie there: in directories of any depth, and in zip archives, which are not unpacked."""

from __future__ import annotations

import os
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from mcuaudit.collect.entry import can_enter, is_ours
from mcuaudit.collect.file_places import GIVE_RIGHTS, is_link, is_regular
from mcuaudit.collect.walk import check_directory, is_left_behind
from mcuaudit.domain.name_forms import as_text
from mcuaudit.errors import UsageError
from mcuaudit.policy.schema import Limits
from mcuaudit.system.files import read_at_most

_UNPACKED: Final = 64
"""All that is read of one archive has at most so many times the size of the largest file."""
_ENCRYPTED: Final = 0x1
_TOO_LARGE: Final = "larger than the limit of {limit:,} bytes ([limits] file_bytes), so it is not read"
_UNPACK: Final = "unpack the archive, and put its files here"
_BROKEN: Final = "the archive is damaged or is not a ZIP archive; unpack it, and put its files here"


@dataclass(frozen=True, slots=True)
class HeapFile:
    """One file of a heap.

    Attributes:
        name: its path within the heap, with forward slashes; of a member, that of the archive and then its own.
        path: where it is, or the archive that holds it.
        member: its name within the archive; "" for a file itself.
        why_not: why it is not read; "" if it is.
    """

    name: str
    path: Path
    member: str = ""
    why_not: str = ""


def heap_files(drawer: str | Path, limits: Limits) -> list[HeapFile]:
    """The files of a heap in the order of their names; links are not followed, and hidden files are skipped.

    Raises:
        UsageError: `drawer` is not a directory, cannot be read, or has more files than the policy allows.
    """
    root = Path(drawer)
    check_directory(root)
    if not can_enter(root):
        raise UsageError(f"{root} cannot be read; {GIVE_RIGHTS}, and to enter it.")
    found: list[HeapFile] = []
    for path in _paths(root):
        name = as_text(path.relative_to(root).as_posix())
        archive = _is_archive(path)
        found += _members(path, name, limits) if archive else [HeapFile(name, path, why_not=_why_not(path))]
        if len(found) > limits.files:
            raise UsageError(
                f"{root} contains more than {limits.files:,} files, the limit of the policy ([limits] files); name a "
                "directory below it, or raise the limit."
            )
    return found


def octets_of(file: HeapFile, limits: Limits) -> bytes | str:
    """The octets of one file; a text says why they cannot be read."""
    try:
        if file.member:
            with zipfile.ZipFile(file.path) as archive, archive.open(file.member) as stream:
                data = read_at_most(stream, limits.file_bytes)
        else:
            with file.path.open("rb") as stream:
                data = read_at_most(stream, limits.file_bytes)
    except OSError as error:
        return f"the file cannot be read ({error.strerror or 'the system gives no reason'}); {GIVE_RIGHTS}"
    except (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError, NotImplementedError, KeyError, ValueError):
        return _BROKEN
    return data if data is not None else _TOO_LARGE.format(limit=limits.file_bytes)


def _paths(root: Path) -> Iterator[Path]:
    """The entries that count as one file each."""
    for directory, subdirectories, names in os.walk(root):
        here = Path(directory)
        subdirectories[:] = sorted(name for name in subdirectories if not is_left_behind(name))
        closed = [
            name
            for name in subdirectories
            if is_link(here / name) or not can_enter(here / name) or is_ours(here / name)
        ]
        yield from (here / name for name in closed)
        subdirectories[:] = [name for name in subdirectories if name not in closed]
        yield from (here / name for name in sorted(names) if not is_left_behind(name))


def _why_not(path: Path) -> str:
    if is_link(path):
        return "a link is not followed; put the file itself here"
    if path.is_dir():
        return "a directory that mcuaudit wrote" if is_ours(path) else f"the directory cannot be read; {GIVE_RIGHTS}"
    return "" if is_regular(path) else "not a regular file, but a pipe, socket or device"


def _is_archive(path: Path) -> bool:
    """Whether a file is a ZIP archive of files, and not a document that is packed as one."""
    if not is_regular(path):
        return False
    with suppress(OSError), path.open("rb") as stream:
        if stream.read(4) != b"PK\x03\x04":
            return False
    try:
        with zipfile.ZipFile(path) as archive:
            return "[Content_Types].xml" not in archive.NameToInfo and "mimetype" not in archive.NameToInfo
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        return True


def _members(path: Path, name: str, limits: Limits) -> list[HeapFile]:
    """The files in an archive; what would be too much together is not read."""
    most = _UNPACKED * limits.file_bytes
    if path.stat().st_size > most:
        return [HeapFile(name, path, why_not=_TOO_LARGE.format(limit=most))]
    try:
        with zipfile.ZipFile(path) as archive:
            members = archive.infolist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        return [HeapFile(name, path, why_not=_BROKEN)]
    if len(members) > limits.files:
        return [HeapFile(name, path, why_not=f"more than {limits.files:,} files ([limits] files), so it is not read")]
    found, total = [], 0
    for member in sorted(members, key=lambda one: one.filename):
        parts = member.filename.replace("\\", "/").split("/")
        if member.is_dir() or any(map(is_left_behind, parts)) or "__MACOSX" in parts:
            continue
        total += min(member.file_size, limits.file_bytes)
        why_not = "" if total <= most else f"the archive holds more than {most:,} bytes; {_UNPACK}"
        if member.flag_bits & _ENCRYPTED:
            why_not = f"it is locked with a password; {_UNPACK}"
        found.append(HeapFile(as_text(f"{name}/{'/'.join(parts)}"), path, member.filename, why_not))
    return found

"""An export at an address of another file system: copied to a private directory, within the limits of the policy."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Collection, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Final

from mcuaudit.domain.name_forms import in_nfc
from mcuaudit.errors import McuAuditError, StorageError, UsageError
from mcuaudit.policy.schema import Limits
from mcuaudit.system.own_output import AUDIT_MANIFEST, REPORTS_MARKER
from mcuaudit.system.progress import Progress
from mcuaudit.system.remote import Entry, RemoteDirectory, remote_directory
from mcuaudit.system.storage import failures_of_storage

_AT_ONCE: Final = 16
"""Requests at a time, where the driver takes several."""
_LONGEST_NAME: Final = 255
"""In octets: what file systems take."""
_LARGEST_HOLE: Final = 1 << 30


@dataclass
class _Listing:
    """What is at an address.

    Attributes:
        files: every file with its path.
        directories: the paths of all directories.
        odd: what cannot be copied, each with the reason.
    """

    files: list[tuple[str, Entry]] = field(default_factory=list)
    directories: list[str] = field(default_factory=list)
    odd: list[str] = field(default_factory=list)


@contextmanager
def remote_copy(
    address: str, limits: Limits, progress: Progress | None = None, only: Collection[str] = ()
) -> Iterator[Path]:
    """A copy of the directory at an address, for the time of the block; errors within it name the address.

    Only the user of this process can enter the copy. A file above `limits.file_bytes` is not read whole: the copy has
    its beginning and, up to 1 GiB, its size, so that it is reported as any file above that limit.

    Args:
        address: what `is_remote` accepts.
        limits: those of the policy in force.
        progress: called with the number of files that are copied, and of all.
        only: names at the top; nothing else is copied.

    Raises:
        UsageError: the address cannot be used or read, has names that no directory can have, links, or more files than
            the policy allows, or is a saved audit.
        StorageError: this machine has no room for the copy.
    """
    place = remote_directory(address)
    listing = _listing(place, limits, only)
    # Its name is that of the address: an export that is one site is named after its directory.
    name = place.shown.rpartition("/")[2]
    around = Path(tempfile.mkdtemp(prefix="mcuaudit-remote-")).resolve()
    copy = around / (name if not why_no_name(name) else "export")
    try:
        with failures_of_storage(around):
            copy.mkdir()
            _copy(place, listing, copy, limits, progress)
        with naming(copy, place.shown):
            yield copy
    finally:
        shutil.rmtree(around, ignore_errors=True)


def _listing(place: RemoteDirectory, limits: Limits, only: Collection[str]) -> _Listing:
    found = _Listing()
    level = [""]
    with ThreadPoolExecutor(_AT_ONCE if place.is_concurrent else 1, thread_name_prefix="remote") as pool:
        while level:
            below: list[str] = []
            for path, entries in zip(level, pool.map(place.entries, level), strict=True):
                if not path:
                    _check_top(place, entries)
                chosen = [entry for entry in entries if entry.name in only] if only else entries
                below += _sorted_out(found, path, chosen)
                if len(found.files) + len(found.directories) > limits.files:
                    pool.shutdown(wait=False, cancel_futures=True)
                    raise UsageError(
                        f"{place.shown} contains more than {limits.files} files, the limit of the policy ([limits] "
                        "files); name the directory of the export, or raise the limit."
                    )
            level = below
    if found.odd:
        more = f", and {len(found.odd) - 3} more" if len(found.odd) > 3 else ""
        raise UsageError(
            f"{place.shown} cannot be copied as a directory: {'; '.join(found.odd[:3])}{more}. Rename or remove them "
            "there; nothing was read."
        )
    return found


def _check_top(place: RemoteDirectory, entries: Sequence[Entry]) -> None:
    names = {entry.name for entry in entries}
    if names & {AUDIT_MANIFEST, REPORTS_MARKER}:
        what = "a saved audit" if AUDIT_MANIFEST in names else "a directory of reports"
        raise UsageError(
            f"{place.shown} is {what}, and only exports are read from an address; copy it to this machine first."
        )
    if not names - {""}:
        raise UsageError(f"{place.shown}: no such directory, or nothing is in it. Check the address.")


def _sorted_out(found: _Listing, path: str, entries: Sequence[Entry]) -> list[str]:
    """Put the entries of one directory where they belong; the directories below it."""
    below: list[str] = []
    folded: dict[str, str] = {}
    for entry in entries:
        if not entry.name and entry.kind == "file" and not entry.size:
            continue
        whole = f"{path}/{entry.name}" if path else entry.name
        reason = why_no_name(entry.name)
        # Another file system than that one may see one name in both.
        twin = folded.setdefault(in_nfc(entry.name).casefold(), entry.name)
        if not reason and twin != entry.name:
            reason = f"this name and {twin!r} differ in upper and lower case or the form of a letter alone"
        elif not reason and entry.name in (one.rpartition("/")[2] for one in below if entry.kind == "file"):
            reason = "a file and a directory have this name"
        if not reason and entry.kind not in ("file", "directory"):
            reason = f"not a file, but a {entry.kind}; put the file itself there"
        if reason:
            found.odd.append(f"{whole!r}: {reason}")
        elif entry.kind == "directory":
            if any(file == whole for file, _ in found.files):
                found.odd.append(f"{whole!r}: a file and a directory have this name")
            below.append(whole)
            found.directories.append(whole)
        else:
            found.files.append((whole, entry))
    return below


def why_no_name(name: str) -> str:
    """Why no file of this machine can have the name, or only one outside the directory; "" if it can."""
    if name in ("", ".", ".."):
        return f"a part of the name is {name!r}"
    if any(character in name for character in "/\\\0") or (os.name == "nt" and ":" in name):
        return "a slash, backslash or NUL is in the name"
    try:
        is_long = len(name.encode("utf-8")) > _LONGEST_NAME
    except UnicodeEncodeError:
        return "the name is not valid UTF-8"
    return f"the name is longer than {_LONGEST_NAME} octets" if is_long else ""


def _copy(place: RemoteDirectory, listing: _Listing, target: Path, limits: Limits, progress: Progress | None) -> None:
    _check_room(place, listing, target, limits)
    for path in listing.directories:
        (target / path).mkdir(parents=True, exist_ok=True)
    copy_file = partial(_copy_file, place, target, limits.file_bytes)
    with ThreadPoolExecutor(_AT_ONCE if place.is_concurrent else 1, thread_name_prefix="remote") as pool:
        try:
            copied = pool.map(copy_file, *zip(*listing.files, strict=True)) if listing.files else iter(())
            for number, _ in enumerate(copied, start=1):
                if progress:
                    progress("copying", number, len(listing.files))
        finally:
            pool.shutdown(wait=True, cancel_futures=True)


def _check_room(place: RemoteDirectory, listing: _Listing, target: Path, limits: Limits) -> None:
    needed = sum(min(entry.size or 0, limits.file_bytes) for _, entry in listing.files)
    free = shutil.disk_usage(target).free
    if needed > free:
        raise StorageError(
            f"{place.shown} has {needed:,} bytes to copy, and {target.parent.parent} has room for {free:,}. Free space "
            "there, or name another directory for temporary files (TMPDIR)."
        )


def _copy_file(place: RemoteDirectory, target: Path, most: int, path: str, entry: Entry) -> None:
    size = entry.size
    content = b"" if size == 0 else place.read(path, most + 1)
    if size is not None and len(content) != min(size, most + 1):
        raise UsageError(
            f"{place.shown}/{path} has {len(content):,} bytes where {size:,} were listed: it was cut off, or changed "
            "meanwhile. Run again."
        )
    file = target / path
    with file.open("xb") as stream:
        stream.write(content)
        if size is not None and size > len(content):
            stream.truncate(max(min(size, _LARGEST_HOLE), len(content)))
    # Of a file without a time it is not known that it is recent.
    moment = entry.modified.timestamp() if entry.modified else 0
    os.utime(file, (moment, moment))


@contextmanager
def naming(copy: str | Path, shown: str) -> Iterator[None]:
    """Errors about the copy are errors about the address: the copy is gone when they are read."""
    try:
        yield
    except McuAuditError as error:
        text = str(error)
        if str(copy) not in text:
            raise
        raise type(error)(text.replace(str(copy), shown)) from error
    except OSError as error:
        if not str(error.filename).startswith(str(copy)):
            raise
        name = str(error.filename).replace(str(copy), shown)
        raise UsageError(f"{name} cannot be read: {error.strerror}.") from error

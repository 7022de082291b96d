"""Digests of the files beside a manifest, and whether they are still as it says."""

from __future__ import annotations

import hashlib
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, Final

_PIECE: Final = 2**20


@dataclass(frozen=True, slots=True)
class Differences:
    """What differs from a manifest, by the names of files in it.

    Attributes:
        changed: other octets than when the manifest was written.
        missing: files of the manifest that are not there, or cannot be read.
        added: files that are not in the manifest.
    """

    changed: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    added: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.changed or self.missing or self.added)


def digest(content: bytes) -> dict[str, str | int]:
    """The entry of one file in a manifest: SHA-256 and number of octets."""
    return {"sha256": hashlib.sha256(content).hexdigest(), "bytes": len(content)}


def digests_below(directory: str | Path, without: Iterable[str] = ()) -> dict[str, dict[str, str | int]]:
    """The entries of all files below a directory, by their names within it, hidden ones excepted."""
    root, left_out = Path(directory), set(without)
    return {name: digest((root / name).read_bytes()) for name in sorted(_names(root)) if name not in left_out}


def differences_below(
    directory: str | Path, entries: Mapping[str, Mapping[str, Any]], without: Iterable[str] = ()
) -> Differences:
    """What differs below a directory from the entries of its manifest; links are followed nowhere."""
    root, left_out = Path(directory), set(without)
    present = set(_names(root)) - left_out
    changed, missing = [], sorted(entries.keys() - present)
    for name in sorted(entries.keys() & present):
        try:
            with (root / name).open("rb") as stream:
                same = _same(stream, entries[name])
        except OSError:
            missing.append(name)
        else:
            changed += [] if same else [name]
    return Differences(tuple(changed), tuple(missing), tuple(sorted(present - entries.keys())))


def differences_in_zip(
    bundle: zipfile.ZipFile, prefix: str, entries: Mapping[str, Mapping[str, Any]], without: Iterable[str] = ()
) -> Differences:
    """The same for the members of a zip file whose names begin with `prefix`; nothing is written.

    Of a member no more is unpacked than the manifest says that it has.
    """
    names = [info.filename for info in bundle.infolist() if not info.is_dir()]
    present = {name.removeprefix(prefix) if name.startswith(prefix) else name for name in names} - set(without)
    changed, missing = [], sorted(entries.keys() - present)
    changed += sorted({name.removeprefix(prefix) for name in names if names.count(name) > 1})
    for name in sorted((entries.keys() & present) - set(changed)):
        try:
            with bundle.open(f"{prefix}{name}") as stream:
                same = _same(stream, entries[name])
        except (KeyError, OSError, ValueError, NotImplementedError, RuntimeError, zipfile.BadZipFile):
            missing.append(name)
        else:
            changed += [] if same else [name]
    return Differences(tuple(changed), tuple(missing), tuple(sorted(present - entries.keys())))


def _names(root: Path) -> Iterator[str]:
    for path in root.rglob("*"):
        name = path.relative_to(root)
        if (path.is_file() or path.is_symlink()) and not any(part.startswith(".") for part in name.parts):
            yield name.as_posix()


def _same(stream: IO[bytes], entry: Mapping[str, Any]) -> bool:
    """Whether a stream has the octets of an entry; it is read to one octet beyond their number at most."""
    if not isinstance(entry, Mapping) or not isinstance(entry.get("bytes"), int):
        return False
    wanted, found, seen = entry["bytes"], hashlib.sha256(), 0
    while piece := stream.read(min(_PIECE, wanted + 1 - seen)):
        found.update(piece)
        seen += len(piece)
        if seen > wanted:
            return False
    return seen == wanted and found.hexdigest() == entry.get("sha256")

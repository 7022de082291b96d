"""Whether a saved audit, or a bundle of a report, is as it was written, and who signed it."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any, Final

from mcuaudit.errors import UsageError
from mcuaudit.system.arguments import path_given
from mcuaudit.system.digests import Differences, differences_below, differences_in_zip
from mcuaudit.system.files import read_at_most
from mcuaudit.system.own_output import AUDIT_MANIFEST, BUNDLE_MANIFEST, SIGNATURE_ENDING, kept_audit
from mcuaudit.system.signing import is_signature, public_key

_MOST: Final = 2**24
"""The largest manifest that is read, in octets."""


class Signature(StrEnum):
    """What is known of the signature of a manifest."""

    NONE = "none"
    """It is not signed."""
    NOT_CHECKED = "not_checked"
    """It is signed, and no key was given."""
    VALID = "valid"
    """The owner of the given key signed it."""
    INVALID = "invalid"
    """It is signed, and not by the owner of the given key, or it was changed since."""


@dataclass(frozen=True, slots=True)
class Verification:
    """The result of `verify`.

    Attributes:
        place: the directory of the saved audit, or the zip file.
        kind: "saved audit" or "bundle".
        manifest: what the manifest says of the audit: at, input_sha256, versions and so on.
        files: how many files the manifest has; None if it has no digests, as before schema 7.
        differences: what is not as the manifest says.
        signature: whether the manifest is signed, and by the owner of the given key.
        key_given: a public key was given, so that a signature is expected.
    """

    place: Path
    kind: str
    manifest: Mapping[str, Any]
    files: int | None
    differences: Differences
    signature: Signature
    key_given: bool = False

    @property
    def unchanged(self) -> bool:
        """All files are as the manifest says, and if a key was given, its owner signed the manifest."""
        signed = self.signature is Signature.VALID or (not self.key_given and self.signature is not Signature.INVALID)
        return self.files is not None and not self.differences and signed


def verify(path: str | Path, *, key: str | Path | None = None) -> Verification:
    """Compare a saved audit, a directory of reports or a bundle with the digests in its manifest.

    Without a key this detects only accidental damage and changes: who changes a file can change its digest too. With
    the public key of who signed it, it finds every change.

    Args:
        path: the directory of a saved audit, or of reports, whose audit is meant; or the zip file of a bundle.
        key: a file with the public key of Ed25519, PEM.

    Raises:
        UsageError: `path` is none of these, its manifest cannot be read, or `key` is not such a file.
    """
    place = path_given(path, "path")
    public = public_key(key) if key is not None else None
    if place.is_dir():
        kept = kept_audit(place)
        if kept is None:
            raise UsageError(f"{place} is neither a saved audit nor a directory of reports; nothing was verified.")
        content, signature = _read(kept / AUDIT_MANIFEST), _read(kept / f"{AUDIT_MANIFEST}{SIGNATURE_ENDING}", 64)
        manifest = _manifest(content, kept / AUDIT_MANIFEST)
        entries = _entries(manifest)
        own = (AUDIT_MANIFEST, f"{AUDIT_MANIFEST}{SIGNATURE_ENDING}")
        found = differences_below(kept, entries, own) if entries is not None else Differences()
        kind, place = "saved audit", kept
    else:
        content, signature, manifest, found = _bundle(place)
        entries, kind = _entries(manifest), "bundle"
    if signature is None:
        state = Signature.NONE
    elif public is None:
        state = Signature.NOT_CHECKED
    else:
        state = Signature.VALID if is_signature(public, signature, content or b"") else Signature.INVALID
    count = len(entries) if entries is not None else None
    return Verification(place, kind, manifest, count, found, state, key_given=public is not None)


def _bundle(place: Path) -> tuple[bytes, bytes | None, dict[str, Any], Differences]:
    try:
        with zipfile.ZipFile(place) as bundle:
            names = [name for name in bundle.namelist() if name.rpartition("/")[2] == BUNDLE_MANIFEST]
            if len(names) != 1:
                raise UsageError(f"{place} is not a bundle: it has {len(names) or 'no'} {BUNDLE_MANIFEST}.")
            prefix = names[0].removesuffix(BUNDLE_MANIFEST)
            content = _member(bundle, names[0], _MOST)
            manifest = _manifest(content, place)
            signature = _member(bundle, f"{names[0]}{SIGNATURE_ENDING}", 64)
            own = (BUNDLE_MANIFEST, f"{BUNDLE_MANIFEST}{SIGNATURE_ENDING}")
            found = differences_in_zip(bundle, prefix, _entries(manifest) or {}, own)
            return content or b"", signature, manifest, found
    except FileNotFoundError as error:
        raise UsageError(f"{place}: no such file or directory.") from error
    except (OSError, ValueError, NotImplementedError, RuntimeError, zipfile.BadZipFile) as error:
        raise UsageError(f"{place} is not a bundle that can be read: {error}") from error


def _member(bundle: zipfile.ZipFile, name: str, most: int) -> bytes | None:
    try:
        with bundle.open(name) as stream:
            return read_at_most(stream, most) or b""
    except KeyError:
        return None


def _read(file: Path, most: int = _MOST) -> bytes | None:
    """The octets of a file, none if it is not there, and an empty content if it has more than `most`."""
    try:
        with file.open("rb") as stream:
            return read_at_most(stream, most) or b""
    except FileNotFoundError:
        return None
    except OSError as error:
        raise UsageError(f"{file} cannot be read: {error.strerror or error}.") from error


def _manifest(content: bytes | None, place: Path) -> dict[str, Any]:
    try:
        manifest = json.loads(content or b"")
    except (ValueError, RecursionError) as error:
        raise UsageError(f"{place}: the manifest is not JSON; nothing was verified.") from error
    if not isinstance(manifest, dict):
        raise UsageError(f"{place}: the manifest is JSON of another kind; nothing was verified.")
    return manifest


def _entries(manifest: Mapping[str, Any]) -> Mapping[str, Mapping[str, Any]] | None:
    files = manifest.get("files")
    return files if isinstance(files, dict) else None

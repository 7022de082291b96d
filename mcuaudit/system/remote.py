"""Directories of other file systems, by fsspec: list, read, write and remove, with errors that name the address."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from mcuaudit.errors import McuAuditError, StorageError, UsageError
from mcuaudit.system.remote_addresses import check_address, shown_address

DRIVERS: Final = {
    "s3": "s3fs",
    "s3a": "s3fs",
    "gs": "gcsfs",
    "gcs": "gcsfs",
    "az": "adlfs",
    "abfs": "adlfs",
    "abfss": "adlfs",
    "sftp": "paramiko",
    "ssh": "paramiko",
    "smb": "smbprotocol",
    "webdav": "webdav4",
}
"""The package that serves the addresses of a protocol beside fsspec; docs/scale.md lists them."""
_NO_CREDENTIALS: Final = (
    "NoCredentialsError", "PartialCredentialsError", "DefaultCredentialsError", "ClientAuthenticationError",
    "AuthenticationException",
)  # fmt: skip
"""Errors of drivers, by name: there are no credentials, or they are not accepted."""
_SECRET: Final = re.compile(r"(?<=://)[^/\s@]*@|\?\S*")
_TIMES: Final = ("LastModified", "last_modified", "mtime", "updated", "created")
"""Where drivers put the time of the last change."""


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry of a remote directory.

    Attributes:
        name: its name within the directory; "" for an object that only marks the directory.
        kind: "file", "directory", or what else the driver says, such as "link".
        size: in bytes; None if the driver does not say.
        modified: when it was last changed; None if the driver does not say.
    """

    name: str
    kind: str
    size: int | None
    modified: datetime | None


@dataclass(frozen=True, slots=True)
class RemoteDirectory:
    """A directory of another file system. Paths are relative to it, with slashes.

    Attributes:
        shown: its address, for messages, frames and pages.
        system: the file system of fsspec.
        root: its path there.
    """

    shown: str
    system: Any
    root: str

    @property
    def is_concurrent(self) -> bool:
        """Whether several threads may ask at once."""
        return bool(getattr(self.system, "async_impl", False))

    def forget(self) -> None:
        """Ask for entries anew: what the driver keeps of a former answer may have changed."""
        self.system.invalidate_cache()

    def entries(self, path: str = "") -> list[Entry]:
        """The entries of a directory.

        Raises:
            UsageError: it does not exist, or cannot be read.
        """
        directory = self._path(path)
        with failures_at(self.shown):
            found = self.system.ls(directory, detail=True)
        prefix = f"{directory.rstrip('/')}/"
        return [
            Entry(
                name.removeprefix(prefix) if name.startswith(prefix) else f"/{name}",
                str(one["type"]),
                one.get("size"),
                _modified(one),
            )
            for one in found
            # The directory itself, where a driver lists it.
            if (name := str(one["name"])).rstrip("/") != directory.rstrip("/") or name.endswith("/")
        ]

    def names(self) -> set[str]:
        """The names of the entries; none if the directory does not exist."""
        try:
            return {entry.name for entry in self.entries() if entry.name}
        except UsageError as error:
            # Directories are made when something is written; a bucket is not.
            if isinstance(error.__cause__, FileNotFoundError) and (not self.is_concurrent or self._is_there()):
                return set()
            raise

    def _is_there(self) -> bool:
        """Whether the bucket, or the first directory of the path, exists."""
        with failures_at(self.shown):
            return self.root.strip("/") == "" or bool(self.system.exists(self._top))

    @property
    def _top(self) -> str:
        slash = "/" if self.root.startswith("/") else ""
        return slash + self.root.strip("/").partition("/")[0]

    def read(self, path: str, most: int) -> bytes:
        """The first `most` octets of a file.

        Raises:
            UsageError: it does not exist, or cannot be read.
        """
        with failures_at(self.shown):
            return bytes(self.system.cat_file(self._path(path), start=0, end=most))

    def write(self, path: str, file: str | Path) -> None:
        """Put a local file there, whole or not at all where the file system can.

        Raises:
            UsageError: access is denied, or the bucket does not exist.
            StorageError: the file system cannot be reached or does not take it.
        """
        target = self._path(path)
        with failures_at(self.shown, writing=True):
            if self.is_concurrent:
                self.system.put_file(str(file), target)
                return
            # A driver of directories writes in place: the name is given at the end.
            aside = f"{target}.making"
            self.system.makedirs(self.system._parent(target), exist_ok=True)
            self.system.put_file(str(file), aside)
            try:
                self.system.mv(aside, target)
            except FileExistsError:
                self.system.rm(target)
                self.system.mv(aside, target)

    def remove(self, path: str) -> None:
        """Remove a directory with all that is in it.

        Raises:
            UsageError: access is denied.
            StorageError: it cannot be removed.
        """
        with failures_at(self.shown, writing=True):
            self.system.rm(self._path(path), recursive=True)

    def _path(self, path: str) -> str:
        return f"{self.root.rstrip('/')}/{path}" if path else self.root


def remote_directory(address: str) -> RemoteDirectory:
    """The directory of an address.

    Raises:
        UsageError: the address has a password or a query, or fsspec or the package for its protocol is not installed.
    """
    check_address(address)
    shown = shown_address(address)
    protocol = address.partition("://")[0].lower()
    try:
        import fsspec
    except ImportError as error:
        raise UsageError(
            f'{shown}: addresses need the package fsspec. Install it with: pip install "mcuaudit[remote]"'
        ) from error
    try:
        with failures_at(shown):
            library: Any = fsspec
            system, root = library.url_to_fs(address)
    except UsageError as error:
        cause = error.__cause__
        if isinstance(cause, ImportError):
            package = DRIVERS.get(protocol)
            advice = f"Install it with: pip install {package}" if package else f"fsspec says: {_plain(cause)}"
            raise UsageError(f"{shown}: the package for {protocol}:// is not installed. {advice}") from cause
        if isinstance(cause, ValueError) and "rotocol" in str(cause):
            known = ", ".join(f"{one}://" for one in ("s3", "gs", "abfs", "sftp", "smb", "webdav", "file"))
            raise UsageError(
                f"{shown}: unknown protocol {protocol}://; expected one of fsspec, such as {known}."
            ) from (cause)
        raise
    found = RemoteDirectory(shown, system, str(root))
    found.forget()
    return found


@contextmanager
def failures_at(shown: str, *, writing: bool = False) -> Iterator[None]:
    """Errors of a driver within the block name the address, what was found and what to do, and hold no secret.

    Raises:
        UsageError: nothing is there, access is denied, or it cannot be read.
        StorageError: it cannot be written.
    """
    do = "write" if writing else "read"
    try:
        yield
    except McuAuditError:
        raise
    except FileNotFoundError as error:
        raise UsageError(f"{shown}: no such directory or bucket ({_plain(error)}). Check the address.") from error
    except Exception as error:
        if isinstance(error, PermissionError) or type(error).__name__ in _NO_CREDENTIALS:
            raise UsageError(
                f"{shown}: no permission to {do} there ({_plain(error)}). Give the driver credentials that may, in its "
                "own variables or files, not in the address."
            ) from error
        kind = StorageError if writing else UsageError
        raise kind(
            f"{shown} cannot be {'written' if writing else 'read'}: {_plain(error)}. Check the address and the "
            "network, and run again."
        ) from error


def _plain(error: BaseException) -> str:
    """The first line of an error of a driver, without what may be a secret."""
    lines = str(error).strip().splitlines() or [type(error).__name__]
    return _SECRET.sub("", lines[0])[:300].rstrip(".")


def _modified(found: dict[str, Any]) -> datetime | None:
    for key in _TIMES:
        value = found.get(key)
        if isinstance(value, str):
            try:
                value = datetime.fromisoformat(value)
            except ValueError:
                continue
        if isinstance(value, int | float):
            value = datetime.fromtimestamp(value, UTC)
        if isinstance(value, datetime):
            return value if value.tzinfo else value.replace(tzinfo=UTC)
    return None

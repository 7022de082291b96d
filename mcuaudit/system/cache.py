"""A directory of what was made before, by what decides about it: for its owner alone, authenticated, bounded in size.

An entry counts only if it was written with the key of this directory. One that is damaged, cut off, renamed, or was
brought from elsewhere is dropped before anything looks into it.
"""

from __future__ import annotations

import contextlib
import hashlib
import hmac
import os
import re
import secrets
import stat
import time
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

from mcuaudit.errors import StorageError, UsageError
from mcuaudit.system.arguments import path_given
from mcuaudit.system.files import ASIDE, read_at_most, write_whole
from mcuaudit.system.permissions import OWNER_ALONE, given_mode
from mcuaudit.system.storage import storage_error

MEBIBYTE: Final = 2**20
MOST_MEBIBYTES: Final = 1024
"""The size of a cache, if no other one is given."""
KEY_FILE: Final = "cache.key"
_ENTRY: Final = re.compile(r"[0-9a-f]{64}\.entry")
_FORMAT: Final = b"mcuaudit cache 1\n"
_DIGEST: Final = hashlib.sha256
_DIGEST_SIZE: Final = 32
_KEY_SIZE: Final = 32
_OWNER_ENTERS: Final = 0o700
_UNFINISHED: Final = 3600
"""Seconds after which a file that was begun is of a run that has ended."""


class Cache:
    """What `read_export`, `audit` and `load` keep between runs, in a directory that only its owner can use.

    Entries that were not used for the longest time are removed when there are too many. If the machine cannot write
    there, for example because the disk is full, the run goes on without it, and says so.

    Args:
        directory: is made if it does not exist. It holds the names and outcomes of exports.
        mebibytes: the size that it may have.
        say: called with each line about what is used, and about what cannot be written or believed; by default the
            latter are warnings of Python.

    Raises:
        UsageError: it is a file, belongs to another user, can be written by others, holds something else, or cannot be
            made; or `mebibytes` is less than 1.
    """

    def __init__(
        self, directory: str | Path, *, mebibytes: int = MOST_MEBIBYTES, say: Callable[[str], None] | None = None
    ) -> None:
        self.directory = path_given(directory, "cache")
        if mebibytes < 1:
            raise UsageError(f"The size of the cache is {mebibytes}; expected 1 MiB or more.")
        self._most = mebibytes * MEBIBYTE
        self._say = say
        self._key: bytes | None = None
        if self.directory.exists() and not self.directory.is_dir():
            raise UsageError(f"{self.directory} is a file; a cache needs a directory of its own.")
        try:
            _check_or_make(self.directory)
            self._key = self._key_of_directory()
        except (OSError, StorageError) as error:
            failure = storage_error(self.directory, error)
            if failure is None:
                reason = getattr(error, "strerror", None) or error
                raise UsageError(
                    f"{self.directory} cannot be used as a cache: {reason}. Choose another directory."
                ) from error
            self._go_on_without(failure)

    def note(self, text: str) -> None:
        """Say what was used, if a caller wants to hear it."""
        if self._say:
            self._say(text)

    def get(self, key: str) -> memoryview | None:
        """What was kept under a key of 64 hexadecimal digits; None if there is nothing that counts."""
        if self._key is None:
            return None
        file = self._file(key)
        try:
            octets = _own_octets(file, self._most)
        except FileNotFoundError:
            return None
        except OSError:
            octets = b""
        if octets is None:
            return None
        start = len(_FORMAT) + _DIGEST_SIZE
        content = memoryview(octets)[start:]
        if not hmac.compare_digest(octets[:start], self._head(key, content)):
            self.drop(key)
            return None
        with contextlib.suppress(OSError):
            os.utime(file)
        return content

    def put(self, key: str, content: bytes) -> None:
        """Keep octets under a key, and remove what was not used for longest, if the cache is too large."""
        if self._key is None or len(content) + len(_FORMAT) + _DIGEST_SIZE > self._most:
            return
        file = self._file(key)
        try:
            with given_mode(file, OWNER_ALONE):
                write_whole(file, b"".join((self._head(key, memoryview(content)), content)))
            self._make_room()
        except (OSError, StorageError, UsageError) as error:
            self._go_on_without(storage_error(file, error) or error)

    def drop(self, key: str) -> None:
        """Remove an entry that cannot be believed, and say so."""
        self._warn(f"an entry of the cache {self.directory} is damaged or foreign, so it was dropped and is made anew.")
        with contextlib.suppress(OSError):
            self._file(key).unlink()

    def _file(self, key: str) -> Path:
        return self.directory / f"{key}.entry"

    def _head(self, key: str, content: memoryview) -> bytes:
        """What an entry begins with; it depends on the key of the directory, which only its owner can read."""
        made = hmac.new(self._key or b"", _FORMAT + key.encode("ascii"), _DIGEST)
        made.update(content)
        return _FORMAT + made.digest()

    def _warn(self, text: str) -> None:
        if self._say:
            self._say(text)
        else:
            warnings.warn(text, stacklevel=3)

    def _go_on_without(self, error: BaseException) -> None:
        self._key = None
        self._warn(f"{str(error).rstrip('.')}. The run goes on without the cache.")

    def _key_of_directory(self) -> bytes:
        file = self.directory / KEY_FILE
        with contextlib.suppress(OSError):
            known = _own_octets(file, _KEY_SIZE)
            if known is not None and len(known) == _KEY_SIZE:
                return known
            # Cut off, or of somebody else: what was written with it does not count.
            file.unlink()
        made = self.directory / f".mcuaudit-{secrets.token_hex(8)}{ASIDE}"
        try:
            with given_mode(made, OWNER_ALONE):
                write_whole(made, secrets.token_bytes(_KEY_SIZE))
            # Of two runs that begin at once, the key of the first counts.
            with contextlib.suppress(FileExistsError):
                os.link(made, file)
        finally:
            made.unlink(missing_ok=True)
        return _own_octets(file, _KEY_SIZE) or b""

    def _make_room(self) -> None:
        left = self._most
        for _, size, file in sorted(self._entries(), reverse=True):
            left -= size
            if left < 0:
                with contextlib.suppress(OSError):
                    file.unlink()

    def _entries(self) -> Iterator[tuple[int, int, Path]]:
        """When each entry was last used, its size, and its file; what a run that was killed left behind is removed."""
        with os.scandir(self.directory) as found:
            for one in found:
                # Another run may just have removed it.
                with contextlib.suppress(OSError):
                    status = one.stat(follow_symlinks=False)
                    if _ENTRY.fullmatch(one.name):
                        yield status.st_mtime_ns, status.st_size, Path(one.path)
                    elif one.name.endswith(ASIDE) and status.st_mtime < time.time() - _UNFINISHED:
                        Path(one.path).unlink()


def _check_or_make(directory: Path) -> None:
    """Make the directory, or refuse one in which somebody else could put outcomes, or that is for something else."""
    directory.mkdir(mode=_OWNER_ENTERS, parents=True, exist_ok=True)
    status = directory.stat()
    if os.name == "posix" and status.st_uid != os.geteuid():
        raise UsageError(
            f"{directory} belongs to another user, who could put false outcomes into it. Choose a directory of your "
            "own for the cache."
        )
    names = [entry.name for entry in directory.iterdir()]
    if KEY_FILE not in names and not all(name.endswith(ASIDE) for name in names):
        raise UsageError(
            f"{directory} is not empty and is not a cache of mcuaudit. Choose a directory that is empty or does not "
            "exist yet."
        )
    if os.name == "posix" and status.st_mode & 0o022:
        raise UsageError(
            f"Others can write in {directory}, and so put false outcomes into it. Make it yours alone, with "
            f"chmod 700 {directory}, or choose another directory for the cache."
        )
    if os.name == "posix" and status.st_mode & 0o077:
        directory.chmod(_OWNER_ENTERS)


def _own_octets(file: Path, most: int) -> bytes | None:
    """The octets of a regular file that belongs to this user alone, b"" of any other one; None if there are more."""
    flags = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
    with os.fdopen(os.open(file, flags), "rb") as stream:
        status = os.fstat(stream.fileno())
        foreign = os.name == "posix" and (status.st_uid != os.geteuid() or bool(status.st_mode & 0o077))
        return b"" if foreign or not stat.S_ISREG(status.st_mode) else read_at_most(stream, most)

"""Read and decode many files, each within a budget of time and memory; one that exceeds it is a problem of its own."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Executor
from functools import partial
from pathlib import Path
from typing import Final

from mcuaudit.collect.artefact import Artefact, Kind
from mcuaudit.collect.file_places import GIVE_RIGHTS, is_regular
from mcuaudit.decode.file import content_of, perhaps_a_list
from mcuaudit.decode.records import Bundle, Content, DecodedFile, Problem, Problems
from mcuaudit.decode.unnamed_lists import may_hold_a_list
from mcuaudit.decode.unrecognised import unrecognised
from mcuaudit.decode.within_limits import HAS_ENDED, NOT_READ_WITHIN, SMALL, WithinLimits
from mcuaudit.decode.without_secrets import Secrets, key_in_file
from mcuaudit.policy.schema import Limits
from mcuaudit.system.executors import run_all
from mcuaudit.system.limited_worker import Overrun

_CANNOT_BE_READ: Final = "the file cannot be read"
_CHUNK: Final = 200


def decode_files(
    artefacts: Sequence[Artefact],
    limits: Limits,
    *,
    executor: Executor | None = None,
    progress: Callable[[int], None] | None = None,
) -> list[DecodedFile]:
    """Decode many files, in order. `progress` gets the number done so far.

    Equal contents are decoded once; with an executor, once for each run of files that it gets.
    """
    if executor is None:
        return decode_batch(artefacts, limits, progress)
    number = 0
    chunks = [artefacts[start : start + _CHUNK] for start in range(0, len(artefacts), _CHUNK)]

    def collect(decoded: list[DecodedFile]) -> None:
        nonlocal number
        number += len(decoded)
        if progress:
            progress(number)

    decoded = run_all(executor, partial(decode_batch, limits=limits), chunks, collect)
    return [file for chunk in decoded for file in chunk]


def decode_batch(
    artefacts: Sequence[Artefact], limits: Limits, progress: Callable[[int], None] | None = None
) -> list[DecodedFile]:
    """Decode some files, in order: a plain function, so that any executor can run it."""
    found: dict[int, DecodedFile] = {}
    with _Decoder(limits) as decoder:
        if any(map(decoder.is_large, artefacts)):
            decoder.within.worker.start()
        # The worker starts while the small files are decoded.
        for number in sorted(range(len(artefacts)), key=lambda number: decoder.is_large(artefacts[number])):
            found[number] = decoder.decode(artefacts[number])
            if progress and (len(found) % _CHUNK == 0 or len(found) == len(artefacts)):
                progress(len(found))
    return [found[number] for number in range(len(artefacts))]


def secrets_in_files(paths: Sequence[str | Path], limits: Limits) -> Mapping[str, Problems]:
    """The files that are not decoded and have secrets, with their problems."""
    with _Decoder(limits) as decoder:
        return dict(decoder.secrets(map(Path, paths)))


def may_be_read_later(problems: Iterable[Problem]) -> bool:
    """Whether one of these problems is of a file that another run may read: the machine or the system decides too."""
    return any(problem.reason.startswith((NOT_READ_WITHIN, HAS_ENDED, _CANNOT_BE_READ)) for problem in problems)


class _Decoder:
    """Decodes files: small ones here, large ones in a worker that is limited; equal contents once."""

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self.within = WithinLimits(limits, decode_batch)
        self._contents: dict[tuple[str, str], tuple[Content | None, Problems] | Overrun] = {}

    def __enter__(self) -> _Decoder:
        return self

    def __exit__(self, *_: object) -> None:
        self.within.__exit__()

    def is_large(self, artefact: Artefact) -> bool:
        return SMALL <= artefact.size <= self.limits.file_bytes

    def decode(self, artefact: Artefact) -> DecodedFile:
        if artefact.kind is Kind.UNRECOGNISED:
            return self._unrecognised(artefact)
        if artefact.size > self.limits.file_bytes:
            reason = f"{artefact.size} bytes; the limit of the policy is {self.limits.file_bytes} ([limits] file_bytes)"
            problems = (Problem("unreadable", "", reason), *key_in_file(artefact.path))
            return DecodedFile(artefact, "", None, problems, is_unread=True)
        try:
            data = artefact.path.read_bytes()
        except OSError as error:
            return DecodedFile(artefact, "", None, (_not_given(error),), is_unread=True)
        sha256 = hashlib.sha256(data).hexdigest()
        # A response is read by its name, so equal bytes under two names are two contents.
        key = (sha256, artefact.path.name if artefact.kind is Kind.RESPONSE else artefact.kind.value)
        if key not in self._contents:
            self._contents[key] = self.within.call(data, content_of, artefact, data, self.limits)
        found = self._contents[key]
        content, problems = (None, ()) if isinstance(found, Overrun) else found
        if artefact.kind is Kind.PEER_FILE and isinstance(content, Bundle) and content.is_empty:
            found = self.within.call(data, perhaps_a_list, artefact, data, content, problems)
        if isinstance(found, Overrun):
            return DecodedFile(artefact, sha256, None, self.within.problems(found), is_unread=True)
        return DecodedFile(artefact, sha256, *found)

    def secrets(self, paths: Iterator[Path]) -> Iterator[tuple[str, Problems]]:
        """Those of files that are not decoded."""
        for path in paths:
            try:
                whole = path.stat().st_size <= self.limits.file_bytes
                data = path.read_bytes() if whole else b""
            except OSError as error:
                # It says nothing about a device, and perhaps it has a secret.
                yield str(path), (_not_given(error),)
                continue
            found = self.within.call(data, _secrets, data) if whole else key_in_file(path)
            problems = self.within.problems(found) if isinstance(found, Overrun) else found
            if problems:
                yield str(path), problems

    def _unrecognised(self, artefact: Artefact) -> DecodedFile:
        try:
            data = self._looked_into(artefact)
        except OSError as error:
            artefact, certificates, problems = unrecognised(artefact, b"")
            return DecodedFile(artefact, "", certificates, (*problems, _not_given(error)))
        found = self.within.call(data, unrecognised, artefact, data)
        more, beginning = (self.within.problems(found), data) if isinstance(found, Overrun) else ((), b"")
        if artefact.size > self.limits.file_bytes and is_regular(artefact.path):
            more, beginning = key_in_file(artefact.path), _beginning(artefact.path)
        artefact, certificates, problems = unrecognised(artefact, b"") if isinstance(found, Overrun) else found
        return DecodedFile(artefact, "", certificates, (*problems, *more), may_hold_a_list(beginning))

    def _looked_into(self, artefact: Artefact) -> bytes:
        """The octets of an unrecognised file; b"" for one that is too large, a link or a pipe."""
        is_safe = artefact.size <= self.limits.file_bytes and is_regular(artefact.path)
        return artefact.path.read_bytes() if is_safe else b""


def _not_given(error: OSError) -> Problem:
    """The problem of a file that the system does not give."""
    reason = f"{_CANNOT_BE_READ} ({error.strerror or 'the system gives no reason'}); {GIVE_RIGHTS}"
    return Problem("unreadable", "", reason)


def _beginning(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(SMALL)
    except OSError:
        return b""


def _secrets(data: bytes) -> Problems:
    return Secrets(Kind.UNRECOGNISED, data).problems()

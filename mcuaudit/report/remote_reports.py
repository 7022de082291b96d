"""Reports at an address: made here, put there under the name of their run, and shown by index.html at the end.

No file of former reports is overwritten but index.html, which links to the pages of one run, and the marker beside it.
Until index.html is replaced, a reader sees the former reports whole; two runs at once do not disturb each other.
"""

from __future__ import annotations

import contextlib
import json
import re
import secrets
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from mcuaudit.collect.remote_export import naming, why_no_name
from mcuaudit.errors import McuAuditError, UsageError
from mcuaudit.system.log import LOG
from mcuaudit.system.own_output import REPORTS_MARKER
from mcuaudit.system.progress import Progress
from mcuaudit.system.remote import RemoteDirectory, remote_directory
from mcuaudit.system.storage import failures_of_storage

INDEX: Final = "index.html"
_TIME: Final = "%Y%m%dT%H%M%SZ"
_RUN: Final = re.compile(r"runs/(\d{8}T\d{6}Z)-[0-9a-f]{8}")
_FORMER: Final = ("", "sites", "bundles")
"""The directories of a run with what stays where a report cannot be made anew."""
_LARGEST_MARKER: Final = 1 << 16
_AT_ONCE: Final = 8
_ABANDONED: Final = timedelta(days=1)
"""After so long a run that no index shows has ended."""


@dataclass(frozen=True, slots=True)
class RemoteReports:
    """Reports that are being made for an address.

    Attributes:
        place: the address.
        run: the directory of their pages there, relative to it.
        former: that of the former reports; "" if there are none.
        local: the directory of this machine in which they are made, with the pages of the former ones.
    """

    place: RemoteDirectory
    run: str
    former: str
    local: Path

    def shown(self, path: str | Path, *, unchanged: bool) -> str:
        """The address of a local file of the reports."""
        relative = Path(path).relative_to(self.local).as_posix()
        if relative == INDEX or (unchanged and relative.startswith("failed/")):
            return f"{self.place.shown}/{relative}"
        return f"{self.place.shown}/{(self.former or self.run) if unchanged else self.run}/{relative}"


def check_remote_output(address: str) -> RemoteDirectory:
    """Refuse an address with content that mcuaudit did not make, or to which nothing can be written.

    Raises:
        UsageError: there is other content, no bucket, no driver or no permission.
        StorageError: it cannot be reached.
    """
    place = remote_directory(address)
    names = place.names()
    if names and REPORTS_MARKER not in names:
        raise UsageError(
            f"{place.shown} is not empty and was not made by mcuaudit, so it was not changed. Choose an address at "
            "which there is nothing yet."
        )
    if not names:
        with tempfile.TemporaryDirectory(prefix="mcuaudit-remote-") as around:
            _write_json(place, REPORTS_MARKER, {"made_by": "mcuaudit"}, Path(around))
    return place


@contextlib.contextmanager
def made_for(address: str) -> Iterator[RemoteReports]:
    """A private directory of this machine in which reports for the address are made; errors name the address.

    Raises:
        UsageError: see `check_remote_output`.
        StorageError: this machine has no room for the pages.
    """
    place = check_remote_output(address)
    run = f"runs/{datetime.now(UTC):{_TIME}}-{secrets.token_hex(4)}"
    around = Path(tempfile.mkdtemp(prefix="mcuaudit-remote-")).resolve()
    local = around / "reports"
    try:
        with naming(local, place.shown), failures_of_storage(around):
            former = _shown_run(place)
            local.mkdir()
            if former:
                _fetch(place, former, local)
            yield RemoteReports(place, run, former, local)
    finally:
        shutil.rmtree(around, ignore_errors=True)


def _shown_run(place: RemoteDirectory) -> str:
    """The run that the marker names; "" if it names none that is there."""
    with contextlib.suppress(ValueError, RecursionError):
        found = json.loads(place.read(REPORTS_MARKER, _LARGEST_MARKER))
        run = found.get("run") if isinstance(found, dict) else None
        if isinstance(run, str) and run in _runs(place):
            return run
    return ""


def _fetch(place: RemoteDirectory, run: str, local: Path) -> None:
    """Copy the pages and bundles of a run, and the index, as a directory of reports has them."""
    directories = {entry.name for entry in place.entries(run) if entry.kind == "directory"}
    for folder in _FORMER:
        if folder and folder not in directories:
            continue
        (local / folder).mkdir(exist_ok=True)
        path = f"{run}/{folder}" if folder else run
        for entry in place.entries(path):
            if entry.kind == "file" and entry.size and not why_no_name(entry.name):
                (local / folder / entry.name).write_bytes(place.read(f"{path}/{entry.name}", entry.size))
    if any(entry.name == INDEX for entry in place.entries()):
        (local / INDEX).touch()


def publish(reports: RemoteReports, progress: Progress | None = None) -> None:
    """Put the reports there: the pages first, index.html last; then remove the former ones.

    Raises:
        UsageError: access is denied.
        StorageError: the address cannot be written to; the former reports are as they were.
    """
    place, local = reports.place, reports.local
    files = [path for path in sorted(local.rglob("*")) if path.is_file() and path != local / INDEX]
    place.forget()
    before = _runs(place)
    try:
        _put(place, local, files, reports.run, progress)
    except BaseException as error:
        with contextlib.suppress(McuAuditError):
            place.remove(reports.run)
        if isinstance(error, McuAuditError):
            raise type(error)(f"{error} The reports that were there before are unchanged.") from error
        raise
    _write_json(place, REPORTS_MARKER, {"made_by": "mcuaudit", "run": reports.run}, local.parent)
    place.write(INDEX, local / INDEX)
    now = datetime.now(UTC)
    old = [run for run in before if run == reports.former or now - _began(run) > _ABANDONED]
    for run in (one for one in old if one != reports.run):
        try:
            place.remove(run)
        except McuAuditError as error:
            LOG.warning("the former reports in %s/%s could not be removed: %s", place.shown, run, error)


def publish_failures(reports: RemoteReports) -> None:
    """Put only the notebooks that failed there; the former reports stay.

    Raises:
        UsageError: access is denied.
        StorageError: the address cannot be written to.
    """
    local = reports.local
    files = [path for path in sorted((local / "failed").rglob("*")) if path.is_file()]
    _put(reports.place, local, files, "", None)


def _put(place: RemoteDirectory, local: Path, files: Sequence[Path], below: str, progress: Progress | None) -> None:
    def put(file: Path) -> None:
        name = file.relative_to(local).as_posix()
        place.write(f"{below}/{name}" if below else name, file)

    with ThreadPoolExecutor(_AT_ONCE if place.is_concurrent else 1, thread_name_prefix="remote") as pool:
        try:
            for number, _ in enumerate(pool.map(put, files), start=1):
                if progress:
                    progress("uploading", number, len(files))
        finally:
            pool.shutdown(wait=True, cancel_futures=True)


def _runs(place: RemoteDirectory) -> list[str]:
    if "runs" not in {entry.name for entry in place.entries()}:
        return []
    names = [f"runs/{entry.name}" for entry in place.entries("runs") if entry.kind == "directory"]
    return [name for name in names if _RUN.fullmatch(name)]


def _began(run: str) -> datetime:
    found = _RUN.fullmatch(run)
    return datetime.strptime(found[1] if found else "", _TIME).replace(tzinfo=UTC)


def _write_json(place: RemoteDirectory, name: str, values: dict[str, str], around: Path) -> None:
    file = around / "marker.json"
    file.write_text(json.dumps(values, indent=2) + "\n", encoding="utf-8")
    place.write(name, file)

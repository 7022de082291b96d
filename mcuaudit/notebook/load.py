"""Opening an audit: a saved audit is loaded, an export is read and audited."""

from __future__ import annotations

import os
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Final

from mcuaudit.errors import PolicyError, UsageError
from mcuaudit.frames.containers import Audit
from mcuaudit.frames.load import load_audit
from mcuaudit.system.arguments import path_given
from mcuaudit.system.cache import Cache
from mcuaudit.system.own_output import AUDIT_MANIFEST, is_of_an_audit, kept_audit
from mcuaudit.system.remote_addresses import is_remote
from mcuaudit.system.resources import sample_directory

EXPORT_VARIABLE: Final = "MCUAUDIT_EXPORT"
_SAMPLE_DATE: Final = "2026-11-23"

Source = str | Path | Audit
"""What `load` takes, or an audit itself."""
Moment = str | date | datetime
"""A date (00:00 UTC), an aware datetime, or either as ISO 8601 text."""


def load(source: str | Path, *, at: Moment | None = None, cache: str | Path | Cache | None = None) -> Audit:
    """Load a saved audit, or read an export and audit it.

    Args:
        source: a saved audit, a directory of reports, or an export; or the address of an export.
        at: the time of the audit of an export, by default now. A saved audit has its own time.
        cache: the directory of a cache, or a `Cache`, that keeps what is read of an export and the audit of it.

    Raises:
        UsageError: `source` is none of these, is damaged or of another schema version, or `at` is not a time or is
            given for a saved audit; the cache cannot be used.
        PolicyError: mcuaudit.toml of the export has a key or value that is not allowed.
    """
    kept = None if is_remote(source) else kept_audit(path_given(source, "source"))
    if kept is None:
        return _audit_of_export(source, at, cache)
    _check_no_time(source, at)
    return load_audit(kept)


def open_audit(audit_dir: Source | None = None, *, export: str | Path | None = None, at: Moment | None = None) -> Audit:
    """Open an audit in a notebook: as `load`, with a default if nothing is named. In programs call `load`.

    Args:
        audit_dir: what `load` takes, or an audit itself; empty for none.
        export: the same, if `audit_dir` is empty; if both are empty, the directory that the environment variable
            MCUAUDIT_EXPORT names, or the sample fleet.
        at: as for `load`; by default, the sample fleet has a date of its own.

    Raises:
        UsageError: see `load`; or the audit has no device.
    """
    source: Source | None = audit_dir or export or os.environ.get(EXPORT_VARIABLE)
    if not source:
        source, at = sample_directory(), at or _SAMPLE_DATE
    audit = _opened(source, at or None)
    if audit.devices.empty:
        raise UsageError("The audit has no device, so there is nothing to report on.")
    return audit


def earlier_audit(audit: Audit, before: Source | None = None, *, days: int | str = 60) -> Audit:
    """The audit to compare `audit` with: the saved audit `before`, else the same fleet as of `days` earlier.

    Raises:
        UsageError: the audit cannot be loaded, or `days` is not a number of 1 or more.
    """
    if isinstance(before, Audit):
        return before
    if before:
        before = path_given(before, "before")
        return load_audit(kept_audit(before) or before)
    earlier = _days_before(audit.at, days)
    from mcuaudit.pipeline import audit as audit_again

    return audit_again(audit.fleet, at=earlier)


def _days_before(at: datetime, days: int | str) -> datetime:
    if not str(days).strip().isdecimal() or int(days) < 1:
        raise UsageError(f'days is "{days}"; expected a whole number, 1 or more.')
    try:
        return at - timedelta(days=int(days))
    except OverflowError as error:
        raise UsageError(f"days is {days}; that is before the year 1; expected a later day.") from error


def _opened(source: Source, at: Moment | None) -> Audit:
    """As `load`, with the last saved audit in a cache."""
    if isinstance(source, Audit):
        return source
    kept = None if is_remote(source) else kept_audit(path_given(source, "the audit or export"))
    if kept is None:
        return load(source, at=at)
    _check_no_time(source, at)
    return _remembered(str(kept), (kept / AUDIT_MANIFEST).stat().st_mtime_ns)


# One kernel makes the pages of many sites from the same audit, which is read once.
@lru_cache(maxsize=1)
def _remembered(directory: str, _changed: int) -> Audit:
    return load_audit(directory)


def _check_no_time(source: str | Path, at: Moment | None) -> None:
    if at is not None:
        raise UsageError(
            f"{source} is a saved audit, which has its own time; leave out at ({at}), or name the export to audit it "
            "again."
        )


def _audit_of_export(source: str | Path, at: Moment | None, cache: str | Path | Cache | None) -> Audit:
    # Imported here: a saved audit is loaded without these stages, whose import takes time.
    from mcuaudit.pipeline import audit, read_export

    try:
        fleet = read_export(source, cache=cache)
    except PolicyError:
        raise
    except UsageError as error:
        strange = _beside_an_audit(Path(source))
        if not strange:
            raise
        raise UsageError(
            f"{source} is neither an audit nor an export: it has the manifest of an audit, {AUDIT_MANIFEST}, but also "
            f"{strange[0]}, which is not a file of an audit. Remove {strange[0]} to load the audit."
        ) from error
    return audit(fleet, at=datetime.now(UTC) if at is None else at, cache=cache)


def _beside_an_audit(directory: Path) -> list[str]:
    """The foreign files in a directory with the manifest of an audit; none if there is no manifest."""
    names = sorted(entry.name for entry in directory.iterdir()) if directory.is_dir() else []
    return [name for name in names if not is_of_an_audit(name)] if AUDIT_MANIFEST in names else []

"""One way to an audit: a kept one is loaded, an export is read and audited, by what the path is."""

from __future__ import annotations

import os
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Final

from mcuaudit.errors import PolicyError, UsageError
from mcuaudit.frames.containers import Audit
from mcuaudit.frames.load import load_audit
from mcuaudit.system.own_output import AUDIT_MANIFEST, is_of_an_audit, kept_audit
from mcuaudit.system.resources import sample_directory

EXPORT_VARIABLE: Final = "MCUAUDIT_EXPORT"
_SAMPLE_DATE: Final = "2026-11-23"

Source = str | Path | Audit
"""What `load` takes, or an audit itself."""
Moment = str | date | datetime
"""A date (00:00 UTC), an aware datetime, or either as ISO 8601 text."""


def load(source: str | Path, *, at: Moment | None = None) -> Audit:
    """The audit that `source` is or gives.

    Args:
        source: a kept audit, a directory of reports, whose audit it is, or an export, which is read and audited.
        at: the time as of which an export is audited, by default now. A kept audit has its own.

    Raises:
        UsageError: `source` is none of these, it is damaged or of another schema version, `at` is no time, or it is
            given for a kept audit.
        PolicyError: mcuaudit.toml of the export holds a key or value that is not allowed.
    """
    kept = kept_audit(source)
    if kept is None:
        return _audit_of_export(source, at)
    _check_no_time(source, at)
    return load_audit(kept)


def open_audit(audit_dir: Source | None = None, *, export: str | Path | None = None, at: Moment | None = None) -> Audit:
    """What a notebook begins with: `load`, or a default where nothing is named. In programs call `load`.

    Args:
        audit_dir: what `load` takes, or an audit itself; empty for none.
        export: the same, where `audit_dir` is empty; if it is empty too, the directory that the environment variable
            MCUAUDIT_EXPORT names, or the sample fleet.
        at: as for `load`; for the sample fleet by default the date of its story.

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
    """What to compare `audit` with: a kept audit from `before`, else the same fleet as of so many `days` earlier.

    Raises:
        UsageError: the audit cannot be loaded, or `days` is no number above 0.
    """
    if isinstance(before, Audit):
        return before
    if before:
        return load_audit(kept_audit(before) or before)
    if not str(days).strip().isdecimal() or int(days) < 1:
        raise UsageError(f'days is "{days}"; allowed is a number of days, 1 or more.')
    from mcuaudit.pipeline import audit as audit_again

    return audit_again(audit.fleet, at=audit.at - timedelta(days=int(days)))


def _opened(source: Source, at: Moment | None) -> Audit:
    """As `load`; a kept audit is remembered."""
    if isinstance(source, Audit):
        return source
    kept = kept_audit(source)
    if kept is None:
        return load(source, at=at)
    _check_no_time(source, at)
    return _remembered(str(kept), (kept / AUDIT_MANIFEST).stat().st_mtime_ns)


# One kernel makes the pages of many sites from one audit; it is read once as long as it does not change.
@lru_cache(maxsize=1)
def _remembered(directory: str, _changed: int) -> Audit:
    return load_audit(directory)


def _check_no_time(source: str | Path, at: Moment | None) -> None:
    if at is not None:
        raise UsageError(
            f"{source} is a kept audit, which has a time of its own, so at ({at}) does not apply; leave it out, or "
            "name the export to audit that again."
        )


def _audit_of_export(source: str | Path, at: Moment | None) -> Audit:
    # The stages are not needed where an audit is loaded, and their import takes time.
    from mcuaudit.pipeline import audit, read_export

    try:
        fleet = read_export(source)
    except PolicyError:
        raise
    except UsageError as error:
        strange = _beside_an_audit(Path(source))
        if not strange:
            raise
        raise UsageError(
            f"{source} holds no audit that can be loaded: beside {AUDIT_MANIFEST} it holds {strange[0]}, which is none "
            f"of its files, and it is no export either. Take {strange[0]} out of it."
        ) from error
    return audit(fleet, at=datetime.now(UTC) if at is None else at)


def _beside_an_audit(directory: Path) -> list[str]:
    """What lies in a directory with the manifest of an audit and is not of one; nothing where there is no manifest."""
    names = sorted(entry.name for entry in directory.iterdir()) if directory.is_dir() else []
    return [name for name in names if not is_of_an_audit(name)] if AUDIT_MANIFEST in names else []

"""How a notebook comes to its audit: a saved one, or an export that is audited on the spot."""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Final

from mcuaudit.errors import UsageError
from mcuaudit.frames.containers import Audit
from mcuaudit.frames.load import load_audit
from mcuaudit.report.pages import FleetReport, SiteReport, fleet_name, site_title
from mcuaudit.summary.urgency import urgency
from mcuaudit.system.resources import sample_directory

EXPORT_VARIABLE: Final = "MCUAUDIT_EXPORT"
_SAMPLE_DATE: Final = "2026-11-23"


Source = str | Path | Audit
"""A directory with a kept audit, an audit itself, or "" for neither."""


def site_report(audit_dir: Source = "", site: str = "", *, export: str | Path = "", at: str = "") -> SiteReport:
    """The report of `site`, by default of the most urgent one.

    The audit is found as by `open_audit`.

    Raises:
        UsageError: there is nothing to report on, or the audit has no such site.
    """
    audit = open_audit(audit_dir, export=export, at=at)
    chosen = site or str(urgency(audit, "site").index[0])
    selected = audit.select(chosen)
    return SiteReport(selected, site_title(selected, chosen), audit.fleet.site_time_zones.get(chosen, ""))


def fleet_report(audit_dir: Source = "", *, export: str | Path = "", at: str = "") -> FleetReport:
    """The report of all sites; the audit is found as by `open_audit`.

    Raises:
        UsageError: there is nothing to report on.
    """
    audit = open_audit(audit_dir, export=export, at=at)
    return FleetReport(audit, fleet_name(audit), by_site=True)


def open_audit(audit_dir: Source = "", *, export: str | Path = "", at: str = "") -> Audit:
    """The audit that a notebook speaks of: a kept one, or an export that is audited now.

    It is loaded from `audit_dir`, which may also be an audit itself. Without one, `export` is audited as of `at`;
    without that, the directory that the environment variable MCUAUDIT_EXPORT names, or the sample fleet.

    Raises:
        UsageError: the audit or export cannot be read, or has no device.
    """
    audit = _found(audit_dir, export, at)
    if audit.devices.empty:
        raise UsageError("The audit has no device, so there is nothing to report on.")
    return audit


def earlier_audit(audit: Audit, before: Source = "", *, days: int | str = 60) -> Audit:
    """What to compare `audit` with: a kept audit from `before`, else the same fleet as of so many `days` earlier.

    Raises:
        UsageError: the audit cannot be loaded, or `days` is no number above 0.
    """
    if before:
        return open_audit(before)
    if not str(days).strip().isdecimal() or int(days) < 1:
        raise UsageError(f'days is "{days}"; allowed is a number of days, 1 or more.')
    from mcuaudit.pipeline import audit as audit_again

    return audit_again(audit.fleet, at=audit.at - timedelta(days=int(days)))


def _found(audit_dir: Source, export: str | Path, at: str) -> Audit:
    if isinstance(audit_dir, Audit):
        return audit_dir
    return _load(audit_dir) if audit_dir else _audit(export, at)


def _load(directory: str | Path) -> Audit:
    manifest = Path(directory) / "audit.json"
    return _loaded(str(directory), manifest.stat().st_mtime_ns if manifest.exists() else 0)


# One kernel makes the pages of many sites from one audit; it is read once as long as it does not change.
@lru_cache(maxsize=1)
def _loaded(directory: str, _changed: int) -> Audit:
    return load_audit(directory)


def _audit(export: str | Path, at: str) -> Audit:
    # The stages are not needed where an audit is loaded, and their import takes time.
    from mcuaudit.pipeline import audit, read_export

    source = export or os.environ.get(EXPORT_VARIABLE, "")
    if not source:
        source, at = sample_directory(), at or _SAMPLE_DATE
    return audit(read_export(source), at=at or datetime.now(UTC))

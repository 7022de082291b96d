"""The reports of a site and of the fleet, for notebooks."""

from __future__ import annotations

from pathlib import Path

from mcuaudit.frames.containers import site_of
from mcuaudit.notebook.load import Moment, Source, open_audit
from mcuaudit.report.pages import FleetReport, SiteReport, fleet_name, site_title
from mcuaudit.summary.urgency import urgency


def site_report(
    source: Source | None = None,
    site: str | None = None,
    *,
    export: str | Path | None = None,
    at: Moment | None = None,
) -> SiteReport:
    """The report of one site; each attribute is a section.

    Args:
        source: an audit, or what `load` takes: a saved audit, a directory of reports, or an export.
        site: its name; by default the most urgent site.
        export: used if `source` is empty, as by `open_audit`.
        at: the time of the audit of an export.

    Raises:
        UsageError: there is nothing to report on, or the audit has no such site.
    """
    audit = open_audit(source, export=export, at=at)
    chosen = site_of(audit, site) if site else str(urgency(audit, "site").index[0])
    selected = audit.select(chosen)
    zone = audit.fleet.site_time_zones.get(chosen, "")
    return SiteReport(selected, site_title(selected, chosen), zone, whole=audit)


def fleet_report(
    source: Source | None = None, *, export: str | Path | None = None, at: Moment | None = None
) -> FleetReport:
    """The report of all sites; each attribute is a section. The arguments are those of `site_report`.

    Raises:
        UsageError: there is nothing to report on.
    """
    audit = open_audit(source, export=export, at=at)
    return FleetReport(audit, fleet_name(audit), by_site=True)

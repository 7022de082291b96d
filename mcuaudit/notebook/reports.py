"""The reports of a site and of the fleet, for notebooks."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from mcuaudit.errors import UsageError
from mcuaudit.frames.containers import Audit, site_of
from mcuaudit.notebook.load import Moment, Source, open_audit
from mcuaudit.report.pages import FleetReport, SiteReport, fleet_name, site_title
from mcuaudit.summary.urgency import urgency

if TYPE_CHECKING:
    from mcuaudit.variants.plans.targets import Target


def site_report(
    source: Source | None = None,
    site: str | None = None,
    *,
    export: str | Path | None = None,
    at: Moment | None = None,
    target: Target | Iterable[Target] = (),
) -> SiteReport:
    """The report of one site; each attribute is a section.

    Args:
        source: an audit, or what `load` takes: a saved audit, a directory of reports, or an export.
        site: its name; by default the most urgent site.
        export: used if `source` is empty, as by `open_audit`.
        at: the time of the audit of an export.
        target: what the section Plan leads to, as for `mcuaudit.plan`.

    Raises:
        UsageError: there is nothing to report on, `site` is not text, the audit has no such site, or there is no plan
            for such a target.
    """
    if site is not None and not isinstance(site, str):
        raise UsageError(
            f"site is given as {type(site).__name__}, {site}; expected a text. Write it in quotes. papermill passes a "
            f"text with -r in place of -p: -r site {site}"
        )
    audit = _with_plan(open_audit(source, export=export, at=at), target)
    chosen = site_of(audit, site) if site else str(urgency(audit, "site").index[0])
    selected = audit.select(chosen)
    zone = audit.fleet.site_time_zones.get(chosen, "")
    return SiteReport(selected, site_title(selected, chosen), zone, whole=audit)


def fleet_report(
    source: Source | None = None,
    *,
    export: str | Path | None = None,
    at: Moment | None = None,
    target: Target | Iterable[Target] = (),
) -> FleetReport:
    """The report of all sites; each attribute is a section. The arguments are those of `site_report`.

    Raises:
        UsageError: there is nothing to report on, or there is no plan for such a target.
    """
    audit = _with_plan(open_audit(source, export=export, at=at), target)
    return FleetReport(audit, fleet_name(audit), by_site=True)


def _with_plan(audit: Audit, target: Target | Iterable[Target]) -> Audit:
    if not target:
        return audit
    # Imported here: a page of a report has its plan already, and loads no stage that makes one.
    from mcuaudit.report.evaluated import for_pages

    return for_pages(audit, target)

"""The index of all sites: verdict, a line per site by urgency, links, and the pages that could not be made."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC

import pandas as pd

from mcuaudit.frames.containers import Audit
from mcuaudit.report.html import Html, code, element, join, paragraph
from mcuaudit.report.outcome_bar import outcome_bar
from mcuaudit.report.pages import fleet_name
from mcuaudit.report.sections.evidence import LIMITS
from mcuaudit.report.sections.trend import trend_section
from mcuaudit.report.site_lines import Entry, former_link, notebook_link, sites_table
from mcuaudit.summary.changes import better_and_worse
from mcuaudit.summary.verdict import UNDETERMINED_MEANS, evidence_dates, page_title, verdict
from mcuaudit.triage.counting import count
from mcuaudit.wording.numbers import plural
from mcuaudit.wording.phrases import REDACTED, time_of_day


def index_title(audit: Audit) -> str:
    """The title in the tab of the browser."""
    return page_title(audit, fleet_name(audit))


def index_body(
    audit: Audit,
    entries: Mapping[str, Entry],
    fleet: Entry | None,
    trend: pd.DataFrame | None = None,
    explorer: str = "",
) -> Html:
    """The body of the index page.

    Args:
        audit: the audit of the fleet.
        entries: the line of each site.
        fleet: that of the fleet.
        trend: the frame of that name.
        explorer: the address of the explorer; "" for none.
    """
    counts = count(audit.connections, audit.administration)
    source = f"from {audit.fleet.source} · " if audit.fleet.source else ""
    version = f"mcuaudit {audit.versions.get('mcuaudit', '')}".strip()
    context = (
        f"as of {time_of_day(audit.at)} · {source}{evidence_dates(audit, UTC)} · audit {audit.audit_id} · {version}"
    )
    failed = sum(entry.error is not None for entry in (*entries.values(), *([fleet] if fleet else [])))
    return join(
        (
            paragraph(context, class_="context"),
            paragraph(REDACTED, class_="soft") if audit.fleet.redacted else None,
            element("h1", verdict(fleet_name(audit), counts)),
            paragraph(element("strong", better_and_worse(audit.comparison))) if audit.comparison else None,
            outcome_bar(counts),
            paragraph(element("strong", f"{plural(failed, 'report')} could not be made"), "; see below.")
            if failed
            else None,
            _fleet_line(fleet) if fleet else None,
            paragraph(UNDETERMINED_MEANS, class_="context") if counts.undetermined else None,
            paragraph(element("a", "Explorer", href=explorer), ": every connection and certificate, to filter.")
            if explorer
            else None,
            element("h2", "Sites", id="sites"),
            sites_table(audit, entries),
            join((element("h2", "Trend", id="trend"), trend_section(trend))) if trend is not None else None,
            element("h2", "What this audit cannot determine", id="limits"),
            paragraph(LIMITS),
        )
    )


def _fleet_line(fleet: Entry) -> Html:
    if fleet.error:
        return paragraph(
            "The report of the fleet could not be made: ",
            code(fleet.error),
            " ",
            notebook_link(fleet),
            former_link(fleet),
        )
    return paragraph(element("a", "Report of the whole fleet", href=fleet.page))

"""The index of all sites: verdict and counts per site by urgency, links, and the pages that could not be made."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

import pandas as pd

from mcuaudit.frames.containers import Audit
from mcuaudit.report.html import Html, code, element, join, paragraph, small
from mcuaudit.report.pages import fleet_name, site_title
from mcuaudit.report.sections.evidence import LIMITS
from mcuaudit.report.sections.matrix import expiry_cell
from mcuaudit.report.sections.trend import trend_section
from mcuaudit.report.sections.verdict import counts_list
from mcuaudit.report.table import Row, shown_of, table
from mcuaudit.summary.changes import sentence, short_sentence
from mcuaudit.summary.urgency import urgency
from mcuaudit.summary.verdict import evidence_dates, verdict, verdict_sentence
from mcuaudit.summary.work_list import first_job
from mcuaudit.triage.counting import count
from mcuaudit.wording.numbers import plural
from mcuaudit.wording.phrases import REDACTED, long_date, on_and_at, time_of_day, zone_of


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the index: the page of the site, or why there is none, and from when the former page is."""

    page: str
    error: str | None
    notebook: str | None
    bundle: str | None = None
    former: datetime | None = None


def index_title(audit: Audit) -> str:
    """The title in the tab of the browser."""
    return f"Certificate audit · {long_date(audit.at)}"


def index_body(
    audit: Audit, entries: Mapping[str, Entry], fleet: Entry | None, trend: pd.DataFrame | None = None
) -> Html:
    """The body of the index page; `entries` are by site, `trend` is the frame of that name."""
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
            counts_list(counts),
            paragraph(element("strong", f"{plural(failed, 'report')} could not be made"), "; see below.")
            if failed
            else None,
            _fleet_line(fleet) if fleet else None,
            paragraph(sentence(audit.comparison)) if audit.comparison else None,
            element("h2", "Sites", id="sites"),
            _sites(audit, entries),
            join((element("h2", "Trend", id="trend"), trend_section(trend))) if trend is not None else None,
            element("h2", "What this audit cannot determine", id="limits"),
            paragraph(LIMITS),
        )
    )


def _fleet_line(fleet: Entry) -> Html:
    if fleet.error:
        return paragraph(
            "The report of the fleet could not be made: ", code(fleet.error), " ", _notebook(fleet), _former(fleet)
        )
    return paragraph(element("a", "Report of the whole fleet", href=fleet.page))


def _notebook(entry: Entry) -> Html | None:
    return element("a", "executed notebook", href=entry.notebook) if entry.notebook else None


def _former(entry: Entry) -> Html | None:
    """The page of a former run that stays."""
    if entry.former is None:
        return None
    return join((" ", element("a", f"former page, as of {on_and_at(entry.former)}", href=entry.page)))


def _sites(audit: Audit, entries: Mapping[str, Entry]) -> Html:
    ranked = urgency(audit, "site")
    rows = []
    for site in (str(key) for key in ranked.index):
        if site in entries:
            zone = zone_of(audit.fleet.site_time_zones.get(site))
            expiry = expiry_cell(ranked.at[site, "first_expiry"], audit, zone)
            rows.append(_row(audit, site, entries[site], expiry))
    columns = ("Site", "Verdict", "Refused", "Unverified", "Undetermined", "Accepted", "First expiry")
    order = "by urgency: lock-outs, then refused connections, then first expiry"
    caption = f"{shown_of(len(rows), len(ranked), 'site')} {order}."
    return table(caption, columns, rows, label="Sites")


def _row(audit: Audit, site: str, entry: Entry, expiry: object) -> Row:
    in_site = count(
        audit.connections[audit.connections["site"].eq(site)],
        audit.administration[audit.administration["site"].eq(site)],
    )
    title = site_title(audit, site)
    bundle = element("a", "page and tables as zip", href=entry.bundle) if entry.bundle else None
    changed = (
        small("Since the baseline: ", short_sentence(audit.comparison.select(site)), ".") if audit.comparison else None
    )
    name = title if entry.error else element("a", title, href=entry.page)
    job = first_job(audit, site)
    first = small("Do first: ", job) if job and not entry.error else None
    failure = small("No report: ", code(entry.error), " ", _notebook(entry), _former(entry)) if entry.error else None
    numbers = (in_site.refused, in_site.unverified, in_site.undetermined, in_site.accepted)
    return Row(
        (
            join((name, small(site) if title != site else None, small(bundle) if bundle else None)),
            join((verdict_sentence(in_site), first, changed, failure)),
            *(f"{number:,}" for number in numbers),
            expiry,
        )
    )

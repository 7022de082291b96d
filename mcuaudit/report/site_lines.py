"""The sites on the index: a line for each, by urgency, and the quiet ones behind one line."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from mcuaudit.frames.containers import Audit
from mcuaudit.report.html import Html, code, element, folded, join
from mcuaudit.report.outcome_bar import outcome_row
from mcuaudit.report.pages import site_title
from mcuaudit.report.sections.matrix import expiry_cell
from mcuaudit.report.table import Row, shown_of, table
from mcuaudit.summary.changes import short_sentence
from mcuaudit.summary.gaps import collect_first
from mcuaudit.summary.urgency import is_quiet, urgency
from mcuaudit.summary.work_list import first_job
from mcuaudit.triage.counting import Counts, count
from mcuaudit.wording.numbers import plural
from mcuaudit.wording.phrases import begun, listed, on_and_at, zone_of

_ORDER: Final = "by urgency: lock-outs, then refused connections, then first expiry"
_WRAPPED: Final = 20
"""Up to so many sites, the first job of each is whole; of more, a site has one line."""
_QUIET: Final = "nothing refused, nothing undetermined, no error and no warning"


@dataclass(frozen=True, slots=True)
class Entry:
    """The page of a site, or why there is none, and from when the former page is."""

    page: str
    error: str | None
    notebook: str | None
    bundle: str | None = None
    former: datetime | None = None


def sites_table(audit: Audit, entries: Mapping[str, Entry]) -> Html:
    """A line for each site with something to do, most urgent first, and the others folded; `entries` are by site."""
    ranked = urgency(audit, "site")
    changed = ("Since the baseline",) if audit.comparison else ()
    bundles = ("Bundle",) if any(entry.bundle for entry in entries.values()) else ()
    columns = ("Site", "Connections", "First job", "By", *changed, "First expiry", *bundles)
    of_quiet = tuple(name for name in columns if name not in ("First job", "By"))
    urgent, quiet = [], []
    for site in (str(key) for key in ranked.index if key in entries):
        of_site = audit.select(site)
        expiry = expiry_cell(ranked.at[site, "first_expiry"], audit, zone_of(audit.fleet.site_time_zones.get(site)))
        cells = {**_cells(of_site, site, entries[site]), "First expiry": expiry}
        if is_quiet(of_site) and not entries[site].error:
            quiet.append(Row([cells[name] for name in of_quiet]))
        else:
            urgent.append(Row([cells[name] for name in columns]))
    parts = []
    if urgent:
        caption = f"{shown_of(len(urgent), len(ranked), 'site')} {_ORDER}."
        parts.append(table(caption, columns, urgent, label="Sites"))
    if quiet:
        words = f"{plural(len(quiet), 'quiet site')}: {_QUIET}"
        parts.append(folded(words, table(f"{words}.", of_quiet, quiet, label="Quiet sites")))
    return element("div", *parts, class_="sites" if len(urgent) > _WRAPPED else "sites few")


def _cells(of_site: Audit, site: str, entry: Entry) -> dict[str, object]:
    """What the line of a site says, by column."""
    title = site_title(of_site, site)
    name = title if entry.error else element("a", title, href=entry.page)
    bundle = element("a", "zip", href=entry.bundle, title="page and tables as zip") if entry.bundle else ""
    counts = count(of_site.connections, of_site.administration)
    locked = element("span", f"{counts.locked_out:,} locked out", class_="chip refused") if counts.locked_out else None
    job = first_job(of_site)
    if entry.error:
        doing: object = join(("No report: ", code(entry.error), " ", notebook_link(entry), former_link(entry)))
    else:
        words = f"{job.own_words} {begun(listed(job.who))}." if job else _without_job(of_site, counts)
        doing = element("span", words, class_="line", title=words)
    cells = {
        "Site": element("span", name, class_="line", title=title if title == site else f"{title} ({site})"),
        "Connections": join((outcome_row(counts), locked), " ") if locked else outcome_row(counts),
        "First job": doing,
        "Bundle": bundle,
        "By": job.due(zone_of(of_site.fleet.site_time_zones.get(site))) if job else "",
    }
    if of_site.comparison:
        changes = short_sentence(of_site.comparison)
        cells["Since the baseline"] = element("span", changes, class_="line", title=changes)
    return cells


def _without_job(of_site: Audit, counts: Counts) -> str:
    """Why a site has no first job; what to collect first, if something is undetermined."""
    gaps = of_site.for_pages.gaps
    if counts.refused or counts.locked_out:
        return "None is proven."
    if gaps is not None and (lines := collect_first(gaps, 1)):
        return f"Collect {''.join(lines[0])}"
    return "Nothing is refused."


def notebook_link(entry: Entry) -> Html | None:
    """The notebook that failed."""
    return element("a", "executed notebook", href=entry.notebook) if entry.notebook else None


def former_link(entry: Entry) -> Html | None:
    """The page of a former run that stays."""
    if entry.former is None:
        return None
    return join((" ", element("a", f"former page, as of {on_and_at(entry.former)}", href=entry.page)))

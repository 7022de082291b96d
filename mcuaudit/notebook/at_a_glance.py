"""An audit as the last line of a cell: verdict, counts, first jobs, and the frames in the order to read them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC
from typing import TYPE_CHECKING, Final

from mcuaudit.frames.attached import method_of
from mcuaudit.frames.containers import Audit
from mcuaudit.frames.schema import SCHEMAS

if TYPE_CHECKING:
    from mcuaudit.report.html import Html

FRAMES: Final = {
    "findings": "mcuaudit.show(audit.findings)",
    "connections": 'mcuaudit.show(audit.connections[audit.connections["outcome"] == "fail"])',
    "administration": "mcuaudit.show(audit.administration)",
    "devices": "mcuaudit.show(audit.devices)",
    "settings": 'audit.settings.pivot_table("value", "device_id", "setting", aggfunc="first")',
    "certificates": 'mcuaudit.show(audit.certificates.nsmallest(10, "not_after"))',
    "trust_stores": 'audit.trust_stores.groupby("trust_store").size()',
    "placements": 'audit.placements.groupby("slot", observed=True).size()',
    "peers": "mcuaudit.show(audit.peers)",
    "paths": 'mcuaudit.show(audit.paths, view="decision")',
    "identities": 'mcuaudit.show(audit.identities, view="decision")',
    "evidence": "mcuaudit.show(audit.evidence)",
    "problems": "mcuaudit.show(audit.problems)",
    "revocation_lists": "mcuaudit.show(audit.revocation_lists)",
    "evaluations": 'audit.evaluations.groupby(["code", "outcome"], observed=True).size()',
}
"""The frames of an audit in the order to read them, and a first look at each."""


@method_of(Audit, "_repr_html_")
def at_a_glance(audit: Audit) -> str:
    """The audit in a notebook."""
    # Imported here: only a notebook needs the sections.
    from mcuaudit.report.displayed import displayed
    from mcuaudit.report.html import element, join, paragraph
    from mcuaudit.report.outcome_bar import outcome_bar
    from mcuaudit.report.pages import fleet_name, site_title
    from mcuaudit.summary.verdict import evidence_dates, verdict
    from mcuaudit.triage.counting import count
    from mcuaudit.wording.numbers import plural
    from mcuaudit.wording.phrases import REDACTED, time_of_day

    counts = count(audit.connections, audit.administration)
    name = site_title(audit, audit.sites[0]) if len(audit.sites) == 1 else fleet_name(audit)
    devices = plural(len(audit.devices), "device")
    age = f"{evidence_dates(audit, UTC)}{_age(audit)}"
    context = f"{devices} · as of {time_of_day(audit.at)} · {age} · audit {audit.audit_id}"
    parts = (
        paragraph(context, class_="context"),
        paragraph(REDACTED, class_="soft") if audit.fleet.redacted else None,
        element("h1", verdict(name, counts)),
        outcome_bar(counts),
        element("h3", "Do first"),
        *_first_jobs(audit),
        element("h3", "Frames, in the order to read them"),
        _frames(audit),
    )
    return str(displayed(join(parts)))


def _age(audit: Audit) -> str:
    """How old the oldest evidence is at the time of the audit."""
    from mcuaudit.wording.numbers import plural

    collected = audit.devices["collected_at"].dropna()
    days = (audit.at - collected.min()).days if len(collected) else 0
    return f", up to {plural(days, 'day')} old" if days > 0 else ""


def _first_jobs(audit: Audit) -> Iterator[Html]:
    """What to do first where the audit has it already; else how to get it, as that takes its time."""
    from mcuaudit.report.html import code, element, paragraph, small
    from mcuaudit.summary.remedies import before_and_after, no_job
    from mcuaudit.triage.counting import count

    jobs = audit.for_pages.first_jobs
    if jobs is None:
        yield paragraph(
            code("mcuaudit.show(audit.first_jobs())"), " applies each remedy and shows what to do first.", class_="soft"
        )
        return
    if jobs.empty:
        yield paragraph(no_job(count(audit.connections, audit.administration)))
        return
    rows = jobs.head(3).to_dict("records")
    items = (element("li", row["in_words"], small(before_and_after(row))) for row in rows)
    yield element("ol", *items, class_="first")


def _frames(audit: Audit) -> Html:
    from mcuaudit.report.html import Html, code, join
    from mcuaudit.report.table import Row, table

    def rows_of(name: str) -> str:
        # Counting the evaluations would make the frame, which takes its time.
        return "" if name == "evaluations" else f"{len(getattr(audit, name)):,}"

    rows = [
        Row(
            (
                join(name.split("_"), Html("_<wbr>")),
                rows_of(name),
                f"one row per {SCHEMAS[name].one_row_per}",
                code(snippet),
            )
        )
        for name, snippet in FRAMES.items()
    ]
    caption = 'mcuaudit.describe("connections") explains a frame.'
    return table(caption, ("Frame", "Rows", "What it holds", "To begin with"), rows, label="Frames of the audit")

"""What to do first: the jobs that were applied in memory and evaluated, with what each restores and who does it."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import Any

import pandas as pd

from mcuaudit.domain.name_lists import split_names
from mcuaudit.report.html import Html, element, join, link, paragraph, small
from mcuaudit.report.sections.causes import most_urgent_causes
from mcuaudit.summary.causes import CauseGroup
from mcuaudit.summary.remedies import NO_JOB, before_and_after
from mcuaudit.wording.numbers import plural
from mcuaudit.wording.phrases import begun, listed

Row = Mapping[Hashable, Any]


def first_jobs(jobs: pd.DataFrame | str, found: list[CauseGroup], *, with_site: bool) -> Html:
    """The jobs in their order, and what all of them restore.

    Args:
        jobs: the frame `first_jobs`; or why there is none, so that the most urgent findings stand in its place.
        found: the causes on the page, whose rows the jobs lead to.
        with_site: on the page of the fleet.
    """
    heading = element("h2", "Do first", id="do-first")
    if isinstance(jobs, str):
        return join((heading, paragraph(jobs), most_urgent_causes(found, with_site=with_site)))
    if jobs.empty:
        return join((heading, paragraph(NO_JOB)))
    rows = jobs.to_dict("records")
    items = (_job(row, found, with_site=with_site) for row in rows)
    return join((heading, element("ol", *items, class_="first"), paragraph(_together(rows, with_site=with_site))))


def _job(row: Row, found: list[CauseGroup], *, with_site: bool) -> Html:
    counts = before_and_after(row)
    of_fleet = counts if with_site else f"In the fleet: {counts[:1].lower()}{counts[1:]}"
    who = begun(listed(list(split_names(str(row["who"]))), 3))
    anchors = (link(one, one) for one in _findings(row, found))
    return element(
        "li", row["in_words"], small(f"{who}, {_by(row)}. {_restores(row)}. {of_fleet} ", join(anchors, " "))
    )


def _restores(row: Row) -> str:
    restored, let_in = (len(split_names(str(row[name]))) for name in ("restored", "let_in"))
    parts = [f"restores {plural(restored, 'connection')}"] if restored else []
    if let_in:
        parts.append(f"lets the administrators of {plural(let_in, 'device')} in")
    return begun(listed(parts)) if parts else "Restores no connection by itself"


def _by(row: Row) -> str:
    """When it should be done: what does not work now waits for it."""
    fails_now = any(row[f"{name}_before"] > row[f"{name}_after"] for name in ("refused", "locked_out"))
    return "today" if fails_now else "when convenient"


def _findings(row: Row, found: list[CauseGroup]) -> list[str]:
    """The rows of the page about what the job fixes."""
    remedies = set(split_names(str(row["remedies"])))
    return [str(one.lead["finding_id"]) for one in found if not remedies.isdisjoint(one.findings["remedy_id"].dropna())]


def _together(rows: list[dict[Hashable, Any]], *, with_site: bool) -> str:
    restored = {one for row in rows for one in split_names(str(row["restored"]))}
    verb = "restores" if len(rows) == 1 else "restore"
    left = f"; {rows[-1]['refused_after']:,} stay refused" if with_site else " here"
    return (
        f"{plural(len(rows), 'job')} {verb} {plural(len(restored), 'connection')}{left}. Each job was applied in "
        "memory and evaluated, with those before it done."
    )

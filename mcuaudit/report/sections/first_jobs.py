"""What to do first: a row for each proven job that unfolds to its places, and the text of a ticket for each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import tzinfo
from typing import Final

import pandas as pd

from mcuaudit.domain.outcome import Outcome
from mcuaudit.frames.containers import Audit
from mcuaudit.report.html import Html, code, element, folded, join, link, paragraph, selectable, small
from mcuaudit.report.sections.applied import job_anchor
from mcuaudit.report.sections.causes import CAUSES_SHOWN, most_urgent_causes
from mcuaudit.report.sections.pem_links import pem_links
from mcuaudit.report.sections.request_links import request_links
from mcuaudit.report.table import Row, table
from mcuaudit.summary.applied import AppliedRemedies
from mcuaudit.summary.causes import CauseGroup
from mcuaudit.summary.gaps import collect_first
from mcuaudit.summary.left_over import LeftOver, left_over, left_words
from mcuaudit.summary.remedies import no_job
from mcuaudit.summary.work_list import JobPlace, ListedJob, ticket, together, work_list
from mcuaudit.triage.counting import count
from mcuaudit.wording.numbers import plural
from mcuaudit.wording.phrases import begun, listed, short_date

_COLUMNS: Final = ("Job", "Who", "Where", "Restores", "By")
_PROVEN: Final = "Each job was applied in memory and evaluated, with those before it done."
_OF_FLEET: Final = " Jobs have the numbers that they have in the fleet."
_NAMES_SHOWN: Final = 3
_LEFT_SHOWN: Final = 12
"""So many refused connections that no job restores are shown openly; more are folded."""
_GAPS_SHOWN: Final = 5


def first_jobs(
    audit: Audit,
    jobs: pd.DataFrame | str,
    found: list[CauseGroup],
    zone: tzinfo,
    *,
    with_site: bool,
    whole: Audit,
    gaps: pd.DataFrame | str,
    of_fleet: pd.DataFrame | None = None,
) -> Html:
    """The jobs in their order, and what all of them restore and leave.

    Args:
        audit: of the fleet or of the site.
        jobs: the frame `first_jobs`; or why there is none, so that the most urgent findings stand in its place.
        found: the causes on the page, whose rows the jobs lead to.
        zone: for dates.
        with_site: on the page of the fleet.
        whole: the audit of the fleet, which has the certificates of CAs that a site lacks.
        gaps: the frame `gaps`, or why there is none; without a job, the page says what to collect first.
        of_fleet: the jobs of the fleet, on the page of a site.
    """
    site = None if with_site else audit.sites[0]
    heading = element("h2", "Do first", id="do-first")
    if isinstance(jobs, str):
        return join(
            (
                heading,
                paragraph(jobs),
                most_urgent_causes(found, AppliedRemedies(audit, jobs, whole), with_site=with_site),
            )
        )
    if jobs.empty:
        return join((heading, _no_job(audit, jobs, gaps, site)))
    listed_jobs = work_list(audit, jobs, of_fleet)
    anchors = {
        str(finding): str(cause.lead["finding_id"])
        for cause in found[:CAUSES_SHOWN]
        for finding in cause.findings["finding_id"]
    }
    saved = request_links(audit.for_pages.requests)
    rows = [
        _row(
            job, audit, anchors, zone, site,
            (pem_links(job.authorities, whole.certificates, audit.at), _requests(job, audit, saved)),
        )
        for job in listed_jobs
    ]  # fmt: skip
    tickets = [ticket(job, audit, zone) for job in listed_jobs]
    return join(
        (
            heading,
            paragraph(element("strong", together(audit, jobs)), " ", _PROVEN, _OF_FLEET if site is not None else None),
            table("In the order in which they were applied.", _COLUMNS, rows, label="Jobs"),
            _text("All jobs as text for a ticket", [line for lines in tickets for line in (*lines, "")]),
            _left(audit, jobs, site),
        )
    )


def _no_job(audit: Audit, jobs: pd.DataFrame, gaps: pd.DataFrame | str, site: str | None) -> Html:
    """Why there is no job, and what to collect first to settle what is undetermined."""
    why = paragraph(no_job(count(audit.connections, audit.administration)))
    lines = [] if isinstance(gaps, str) else collect_first(gaps, _GAPS_SHOWN)
    if not lines:
        return join((why, _left(audit, jobs, site)))
    undetermined = int(audit.connections["outcome"].eq(Outcome.OPEN).sum())
    items = (element("li", code(evidence), words) for evidence, words in lines)
    return join(
        (
            why,
            _left(audit, jobs, site),
            paragraph(
                element("strong", f"Collect first, to settle {plural(undetermined, 'undetermined connection')}:")
            ),
            element("ol", *items, class_="first"),
            paragraph(link("scope-and-evidence", "Scope and evidence"), " has every gap and where it is found."),
        )
    )


def _row(
    job: ListedJob,
    audit: Audit,
    anchors: Mapping[str, str],
    zone: tzinfo,
    site: str | None,
    files: Sequence[Html | None],
) -> Row:
    places = element("ul", *(element("li", _place(place, anchors, zone, len(job.who) > 1)) for place in job.places))
    elsewhere = (
        paragraph(f"{plural(job.elsewhere, 'more place')} on devices of other sites.") if job.elsewhere else None
    )
    title = plural(len(job.places), "place") if job.places else "places"
    ends = f"a certificate ends {short_date(job.ends, zone)}" if job.ends and job.by else None
    before_after = job.effect if site is None else f"In the fleet: {job.effect[:1].lower()}{job.effect[1:]}"
    where = [name.removeprefix(f"{site}/") if site is not None else name for name in job.where]
    return Row(
        (
            join(
                (
                    f"{job.number}. {job.own_words}",
                    element("small", "In the fleet: ", job.words, class_="screen") if job.elsewhere else None,
                    # On paper, a single place would repeat the job.
                    folded(title, places, elsewhere, class_="screen" if len(job.places) == 1 else None),
                    *files,
                    _text("Text for a ticket", ticket(job, audit, zone)),
                )
            ),
            begun(listed(job.who)),
            _where(where),
            join((begun(job.gain), small(before_after))),
            join((begun(job.due(zone)), small(ends) if ends else None)),
        ),
        anchor=job_anchor(job.number),
    )


def _requests(job: ListedJob, audit: Audit, found: Mapping[str, Html]) -> Html | None:
    """The request configurations of the local certificates that a job reissues; a command for those not in the page."""
    command = job.requests(audit)
    if not command:
        return None
    saved = join((found[name] for name in job.reissued if name in found), ", ")
    is_whole = all(name in found for name in job.reissued)
    return element(
        "div",
        small("Save the request configuration: ", saved) if saved else None,
        None if is_whole else small("Request configuration: ", code(command)),
        class_="screen",
    )


def _where(names: Sequence[str]) -> Html | str:
    if len(names) <= _NAMES_SHOWN:
        return join(names, Html("<br>"))
    return folded(f"{len(names):,} devices and peers", join(names, Html("<br>")))


def _place(place: JobPlace, anchors: Mapping[str, str], zone: tzinfo, several_teams: bool) -> Html:
    facts = [element("code", place.file)] if place.file and place.file not in place.sentence else []
    if place.ends:
        facts.append(Html(f"certificate until {short_date(place.ends, zone)}"))
    facts += [link(anchors[one], one) if one in anchors else element("span", one) for one in place.findings]
    parts = join((f"{begun(part.team)}: {part.words}" for part in place.parts), " ")
    return join((parts if several_teams else place.sentence, small(join(facts, " · ")) if facts else None))


def _left(audit: Audit, jobs: pd.DataFrame, site: str | None) -> Html | None:
    """The refused connections that no job restores, why, what is needed, and whose it is; of many, folded."""
    left = left_over(audit, jobs, audit.for_pages.remedies)
    if not left:
        return None
    lines = element("ul", *(_left_line(one, site) for one in left), class_="left")
    if sum(len(one.names) for one in left) > _LEFT_SHOWN:
        return folded(left_words(left), lines)
    return join((paragraph(element("strong", left_words(left))), lines))


def _left_line(one: LeftOver, site: str | None) -> Html:
    """The connections with one reason, what would have to be had, and whose that is."""
    names = (name.removeprefix(f"{site}/") if site is not None else name for name in one.names)
    who = f" {begun(one.who)}." if one.who else ""
    needed = f" Needed: {one.needed.removesuffix('.')}.{who}" if one.needed else None
    return element("li", element("strong", join(names, "; ")), small(begun(one.why), ".", needed))


def _text(title: str, lines: Sequence[str]) -> Html:
    """Plain text that can be selected as a whole; paper has the same words in the table."""
    return folded(title, selectable(lines), class_="screen")

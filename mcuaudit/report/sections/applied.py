"""What came of applying a remedy, beside the remedy, with links to the jobs of the work list that it is part of."""

from __future__ import annotations

from mcuaudit.report.html import Html, anchor, element, join, link
from mcuaudit.summary.applied import Applied


def job_anchor(number: int) -> str:
    """The id of the row of a job."""
    return anchor("job", str(number))


def applied_note(found: Applied) -> Html:
    """``Applied: restores 3 connections, breaks none. See job 2.``."""
    jobs = join((link(job_anchor(number), f"job {number}") for number in found.jobs), ", ")
    return element("span", found.words, join((" See ", jobs, ".")) if found.jobs else None, class_="applied")

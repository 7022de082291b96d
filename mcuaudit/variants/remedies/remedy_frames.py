"""Proven remedies, and the short list of what to do first, as frames."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from mcuaudit.domain.name_lists import join_names
from mcuaudit.domain.remedy import parse_remedy
from mcuaudit.errors import UsageError
from mcuaudit.frames.containers import Audit
from mcuaudit.frames.declared_frames import build_frame
from mcuaudit.frames.redacted import check_not_redacted
from mcuaudit.system.progress import Progress, shows_progress
from mcuaudit.variants.remedies.first_jobs import first_jobs_of
from mcuaudit.variants.remedies.proven import Job, proven_jobs
from mcuaudit.wording.remedies import remedy_sentence
from mcuaudit.wording.responsible import teams_of

MOST_JOBS = 5
"""So many jobs are on the short list, where nothing else is asked for."""


@shows_progress
def remedies(audit: Audit, *, progress: Progress | None = None) -> pd.DataFrame:
    """Every remedy that a refused or undetermined connection or login names, applied to the fleet and evaluated again.

    Where something else then stands in the way, what would fix that is applied too, up to four remedies in all. New
    certificates are evaluated as if they existed: like the present one, but for what the remedy changes.

    Returns: the frame `remedies`, what restores most first. ``mcuaudit.describe("remedies")`` explains it.

    Raises:
        UsageError: the audit is redacted.
    """
    check_not_redacted(audit.fleet, "no remedy can be applied to it")
    return _remedies(proven_jobs(audit, progress=progress))


def _remedies(jobs: Sequence[Job]) -> pd.DataFrame:
    return build_frame("remedies", [_row(job) for job in sorted(jobs, key=_rank)])


@shows_progress
def first_jobs(audit: Audit, *, most: int = MOST_JOBS, progress: Progress | None = None) -> pd.DataFrame:
    """What to do first: the jobs that together restore most, each evaluated with all earlier ones done.

    Jobs that end a lock-out come first, then those that restore most connections. A job that breaks something is not
    among them.

    Args:
        audit: how things are.
        most: how many jobs at most.
        progress: called with the progress.

    Returns: the frame `first_jobs`. ``mcuaudit.describe("first_jobs")`` explains it.

    Raises:
        UsageError: the audit is redacted, or `most` is less than 1.
    """
    check_not_redacted(audit.fleet, "no remedy can be applied to it")
    if most < 1:
        raise UsageError(f"most is {most}; expected 1 or more jobs.")
    return _first_jobs(audit, proven_jobs(audit, progress=progress), most)


def first_jobs_and_remedies(
    audit: Audit, *, most: int = MOST_JOBS, progress: Progress | None = None
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The frames `first_jobs` and `remedies`, for which each remedy is applied once.

    Args:
        audit: how things are; not a redacted one.
        most: how many jobs at most.
        progress: called with the progress.
    """
    jobs = proven_jobs(audit, progress=progress)
    return _first_jobs(audit, jobs, most), _remedies(jobs)


def _first_jobs(audit: Audit, jobs: Sequence[Job], most: int) -> pd.DataFrame:
    found = first_jobs_of(audit, jobs, most)
    rows = [
        {
            "number": number,
            "in_words": " ".join(one.job.words),
            "remedies": join_names(one.job.remedies),
            **dict(zip(("refused_before", "refused_after"), one.refused, strict=True)),
            **dict(zip(("undetermined_before", "undetermined_after"), one.undetermined, strict=True)),
            **dict(zip(("locked_out_before", "locked_out_after"), one.locked_out, strict=True)),
            "who": join_names(teams_of(map(parse_remedy, one.job.remedies))),
            "restored": join_names(sorted(one.restored)),
            "let_in": join_names(sorted(one.let_in)),
        }
        for number, one in enumerate(found, start=1)
    ]
    return build_frame("first_jobs", rows)


def _rank(job: Job) -> tuple[object, ...]:
    counts = (len(job.lets_in), len(job.restores), len(job.settles))
    return (not job.applied, *(-number for number in counts), -len(job.wanted), job.remedy_id)


def _row(job: Job) -> dict[str, object]:
    names = job.remedies or (job.remedy_id,)
    return {
        "remedy_id": job.remedy_id,
        "remedy": remedy_sentence(parse_remedy(job.remedy_id)),
        "applied": job.applied,
        "further_remedies": join_names(names[1:]),
        "in_words": " ".join(job.words),
        "named_by": len(job.wanted),
        **{name: len(getattr(job, name)) for name in ("restores", "settles", "lets_in", "breaks", "locks_out")},
        "restored": join_names(sorted(job.restores | job.settles)),
        "broken": join_names(sorted(job.breaks)),
        "stops_at": job.stops_at,
    }

"""What to do first, or why it was not proven; and proven remedies in words, a line each."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import replace
from typing import Any, Final

import pandas as pd

from mcuaudit.frames.containers import Audit
from mcuaudit.summary.applied import applied_words
from mcuaudit.system.progress import Progress
from mcuaudit.triage.counting import Counts
from mcuaudit.wording.phrases import UNDETERMINED, listed

_COUNTED: Final = (("refused", "refused"), ("undetermined", UNDETERMINED), ("locked_out", "locked out"))
PROVEN_AT_THE_END: Final = 300
"""So many devices at most, where a person waits at a terminal."""
PROVEN_ON_PAGES: Final = 1_000
"""The same for reports: proving takes twice as long as the audit then."""
NO_JOB: Final = "No remedy that could be applied restores a connection or a login without breaking another one."
NOTHING_REFUSED: Final = "No connection is refused and no administrator is locked out: there is nothing to restore."
JOBS_AT_THE_END: Final = 3
JOBS_ON_PAGES: Final = 25


def proven_first(
    audit: Audit, most: int, progress: Progress | None = None, *, devices: int = PROVEN_AT_THE_END
) -> pd.DataFrame | str:
    """The frame `first_jobs` with at most so many jobs, or why it was not made, as a sentence.

    An audit that has one gives that.
    """
    if audit.for_pages.first_jobs is not None:
        return audit.for_pages.first_jobs.head(most)
    if why := why_not_proven(audit, devices):
        return why
    # Imported here: the lines of a pipe need no remedy.
    from mcuaudit.variants.remedies.remedy_frames import first_jobs

    return first_jobs(audit, most=most, progress=progress)


def with_first_jobs(audit: Audit, progress: Progress | None = None) -> Audit:
    """The audit with the frame `first_jobs` that formats for programs have; without it where it is not proven."""
    jobs = proven_first(audit, JOBS_ON_PAGES, progress)
    if isinstance(jobs, str):
        return audit
    return replace(audit, for_pages=replace(audit.for_pages, first_jobs=jobs))


def why_not_proven(audit: Audit, devices: int) -> str:
    """Why no remedy is applied for so many devices at most, as a sentence; "" where they are."""
    if audit.fleet.redacted:
        return "Not proven: a redacted audit has no certificates, so no remedy can be applied to it."
    if len(audit.devices) > devices:
        return f"Not proven here, for more than {devices:,} devices; `mcuaudit remedies` proves it."
    return ""


def no_job(counts: Counts) -> str:
    """Why there is no job: nothing is refused, or no remedy helps."""
    return NO_JOB if counts.refused or counts.locked_out else NOTHING_REFUSED


def before_and_after(row: Mapping[Hashable, Any]) -> str:
    """What differs, before → after."""
    parts = [
        f"{words}: {row[f'{name}_before']:,} → {row[f'{name}_after']:,}"
        for name, words in _COUNTED
        if row[f"{name}_before"] != row[f"{name}_after"]
    ]
    return f"{listed(parts, len(parts)).capitalize()}."


def remedy_lines(found: pd.DataFrame) -> list[str]:
    """Each remedy of the frame `remedies` with what it does."""
    return [f"{row['in_words']} {applied_words(row)}" for row in found.to_dict("records")]

"""Methods of `Audit` that suppose changes; what they need is loaded when they are called.

A page of a report loads a saved audit and no rule, so this module imports nothing that audits.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from mcuaudit.frames.attached import method_of
from mcuaudit.frames.comparison import Comparison
from mcuaudit.frames.containers import Audit
from mcuaudit.system.progress import Progress

if TYPE_CHECKING:
    import pandas as pd

    from mcuaudit.variants.changes import Change
    from mcuaudit.variants.plans.plan import Plan
    from mcuaudit.variants.plans.targets import Target


@method_of(Audit, "what_if")
def what_if(audit: Audit, changes: Change | Iterable[Change], *, progress: Progress | None = None) -> Comparison:
    """What would differ if the fleet were changed; see `mcuaudit.what_if`."""
    from mcuaudit.variants.what_if import what_if as answer

    return answer(audit, changes, progress=progress)


@method_of(Audit, "remedies")
def remedies(audit: Audit, *, progress: Progress | None = None) -> pd.DataFrame:
    """Every remedy, applied and evaluated again; see `mcuaudit.remedies`."""
    from mcuaudit.variants.remedies.remedy_frames import remedies as proven

    return proven(audit, progress=progress)


@method_of(Audit, "first_jobs")
def first_jobs(audit: Audit, *, most: int = 5, progress: Progress | None = None) -> pd.DataFrame:
    """What to do first; see `mcuaudit.first_jobs`."""
    from mcuaudit.variants.remedies.remedy_frames import first_jobs as jobs

    return jobs(audit, most=most, progress=progress)


@method_of(Audit, "gaps")
def gaps(audit: Audit, *, most: int | None = None, progress: Progress | None = None) -> pd.DataFrame:
    """What to collect, and the connections that it would settle; see `mcuaudit.gaps`."""
    from mcuaudit.variants.gaps.gaps import gaps as found

    return found(audit, most=most, progress=progress)


@method_of(Audit, "readiness")
def readiness(audit: Audit, *, site: str | None = None, progress: Progress | None = None) -> pd.DataFrame:
    """Whether every connection would still work with each value of three settings; see `mcuaudit.readiness`."""
    from mcuaudit.variants.readiness import readiness as found

    return found(audit, site=site, progress=progress)


@method_of(Audit, "plan")
def plan(audit: Audit, target: Target | Iterable[Target], *, progress: Progress | None = None) -> Plan:
    """The steps to a target; see `mcuaudit.plan`."""
    from mcuaudit.variants.plans.plan import plan as found

    return found(audit, target, progress=progress)

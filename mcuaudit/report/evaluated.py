"""What the pages of a report show and do not evaluate: readiness, gaps, what to do first with requests, a plan."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Final

from mcuaudit.errors import Undecodable, UsageError
from mcuaudit.frames.containers import Audit
from mcuaudit.frames.for_pages import KeptPlan
from mcuaudit.summary.gaps import MOST_FOR_PAGES, gaps_within_bounds
from mcuaudit.summary.remedies import JOBS_ON_PAGES, PROVEN_ON_PAGES, why_not_proven
from mcuaudit.summary.work_list import reissued_devices
from mcuaudit.system.progress import Progress
from mcuaudit.variants.changes import (
    EVERY_DEVICE,
    AddAuthority,
    AddUser,
    Devices,
    RemoveAuthority,
    RemoveUser,
    ReplaceCertificate,
    SetSetting,
)
from mcuaudit.variants.of_settings import setting_called, value_of
from mcuaudit.variants.plans.targets import RenewCertificates, ReplaceAuthority, Target
from mcuaudit.wording.phrases import listed

_MOST_REQUESTS: Final = 40
"""So many devices have their request configurations in the pages, in the order of the jobs."""
_OTHERS: Final[Mapping[type, str]] = {
    AddAuthority: "CA certificates added to a trust store",
    RemoveAuthority: "a CA removed from a trust store",
    ReplaceCertificate: "another certificate",
    AddUser: "another user",
    RemoveUser: "a user removed",
}


def for_pages(audit: Audit, target: Target | Iterable[Target] = (), progress: Progress | None = None) -> Audit:
    """The audit with what its pages need; a redacted one keeps what it was given before it was redacted.

    Raises:
        UsageError: there is no plan for such a target, or the audit is redacted and a target is given.
    """
    from mcuaudit.variants.plans.plan import plan
    from mcuaudit.variants.plans.single_changes import targets_given
    from mcuaudit.variants.readiness import readiness
    from mcuaudit.variants.remedies.remedy_frames import first_jobs_and_remedies
    from mcuaudit.variants.requests.kept_configurations import request_configurations

    given = [target] if isinstance(target, Target) else list(target)
    targets = targets_given(given) if given else []
    kept = audit.for_pages
    if audit.fleet.redacted:
        if targets:
            raise UsageError("A redacted audit has no certificates, so it has no plan. Give the target of its export.")
        return audit
    if targets:
        found = plan(audit, targets, progress=progress)
        words = tuple(_in_words(one) for one in targets)
        kept = replace(kept, plan=KeptPlan(found.steps, words, found.accepted_before, found.remarks))
    if kept.readiness is None:
        # A saved audit of another origin may have certificates that cannot be read; its pages say so.
        with contextlib.suppress(Undecodable):
            kept = replace(kept, readiness=readiness(audit, progress=progress))
    if kept.gaps is None:
        with contextlib.suppress(Undecodable):
            gaps = gaps_within_bounds(audit, MOST_FOR_PAGES, progress)
            kept = kept if isinstance(gaps, str) else replace(kept, gaps=gaps)
    if kept.first_jobs is None:
        with contextlib.suppress(Undecodable):
            if not why_not_proven(audit, PROVEN_ON_PAGES):
                jobs, remedies = first_jobs_and_remedies(audit, most=JOBS_ON_PAGES, progress=progress)
                kept = replace(kept, first_jobs=jobs, remedies=remedies)
    if kept.first_jobs is not None and kept.requests is None:
        with contextlib.suppress(Undecodable):
            reissued = reissued_devices(audit, kept.first_jobs)[:_MOST_REQUESTS]
            kept = replace(kept, requests=request_configurations(audit, reissued))
    return replace(audit, for_pages=kept)


def _in_words(target: Target) -> str:
    """The target as a page says it."""
    if isinstance(target, SetSetting):
        setting = setting_called(target.setting)
        words = f"{setting.label}: “{value_of(setting, target.value)}”"
    elif isinstance(target, ReplaceAuthority):
        words = f"another CA in place of {target.old}"
    elif isinstance(target, RenewCertificates):
        words = f"new certificates for those that end by {target.by}"
    else:
        words = _OTHERS[type(target)]
    chosen: Devices = getattr(target, "devices", EVERY_DEVICE)
    devices = [chosen] if isinstance(chosen, str) else list(chosen)
    return words if devices == [EVERY_DEVICE] else f"{words} on {listed(devices)}"

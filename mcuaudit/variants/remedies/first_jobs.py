"""The short list of what to do first: proven jobs that together restore most, each evaluated with those before it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from mcuaudit.domain.outcome import Outcome
from mcuaudit.errors import McuAuditError
from mcuaudit.frames.containers import Audit
from mcuaudit.variants.authorities import Authorities
from mcuaudit.variants.changes import Change, ReplaceCertificate
from mcuaudit.variants.effects import WORSE, Effect
from mcuaudit.variants.fleet_state import FleetState, state_of
from mcuaudit.variants.remedies.alike import alike_jobs
from mcuaudit.variants.remedies.of_remedy import changes_of
from mcuaudit.variants.remedies.proven import Job, merged_changes


@dataclass(frozen=True, slots=True)
class FirstJob:
    """A job of the short list "do first", with what is refused before and after it, all earlier ones done.

    Attributes:
        job: the job.
        changes: what it is made of, with all earlier jobs done: a certificate that one of them replaced already is
            replaced by one that has what both jobs want.
        refused: connections that are refused before and after it.
        undetermined: the same for those that are undetermined.
        locked_out: the same for devices whose administrators are locked out.
        restored: the connections that work with it and did not before, by connection_id.
        let_in: the devices that an administrator can log in to with it and could not before, or perhaps not.
    """

    job: Job
    changes: tuple[Change, ...]
    refused: tuple[int, int]
    undetermined: tuple[int, int]
    locked_out: tuple[int, int]
    restored: frozenset[str]
    let_in: frozenset[str]


def first_jobs_of(audit: Audit, jobs: Sequence[Job], most: int = 5) -> list[FirstJob]:
    """The jobs that together restore most, in order: each was evaluated with all earlier ones applied.

    Lock-outs come first, then what restores most connections; of equal ones, the job with fewer changes. A job that
    breaks something is not among them. Alike jobs are one, unless they break something together.
    """
    state = state_of(audit)
    usable = alike_jobs(job for job in jobs if job.applied and job.helps and not job.breaks and not job.locks_out)
    found: list[FirstJob] = []
    covered: set[str] = set()
    applied: list[Change] = []
    now = _counts(state)
    while len(found) < most:
        best = max(usable, key=lambda job: _worth(job, covered), default=None)
        if best is None or not _gain(best, covered):
            return found
        usable.remove(best)
        try:
            changes = _changes_now(best, applied, state)
            after = state.after(changes)
        except McuAuditError:
            usable += best.parts
            continue
        then, effects = _counts(after), list(after.effects_since(state))
        if then == now or any(item.effect in WORSE for item in effects):
            usable += best.parts
            continue
        works = [item for item in effects if item.effect is Effect.WORKS]
        restored, let_in = (frozenset(one.name for one in works if one.is_login is login) for login in (False, True))
        refused, undetermined, locked_out = zip(now, then, strict=True)
        found.append(FirstJob(best, tuple(changes), refused, undetermined, locked_out, restored, let_in))
        covered |= _gain(best, covered)
        applied, now, state = [*applied, *changes], then, after
    return found


def _changes_now(job: Job, applied: Sequence[Change], state: FleetState) -> Sequence[Change]:
    """The changes of a job in a fleet in which others are made already."""
    replaced = {_place(one) for one in applied if isinstance(one, ReplaceCertificate)}
    if replaced.isdisjoint(_place(one) for one in job.changes if isinstance(one, ReplaceCertificate)):
        return job.changes
    changes: list[Change] = []
    for blocked in job.steps:
        fleet = state.after(changes).fleet if changes else state.fleet
        changes = merged_changes(changes, changes_of(blocked, Authorities(fleet, state.context.at)))
    return changes


def _place(change: ReplaceCertificate) -> tuple[object, ...]:
    return change.devices, change.peer, change.as_client


def _gain(job: Job, covered: Collection[str]) -> set[str]:
    """The connections, and devices that are let in, that a job adds to what is covered."""
    return {*job.restores, *job.settles, *(f"login {device_id}" for device_id in job.lets_in)} - set(covered)


def _worth(job: Job, covered: Collection[str]) -> tuple[int, int, int, int, str]:
    gain = _gain(job, covered)
    logins = sum(1 for one in job.lets_in if f"login {one}" in gain)
    return logins, len(gain & job.restores), len(gain & job.settles), -len(job.remedies), job.remedy_id


def _counts(state: FleetState) -> tuple[int, int, int]:
    """How many connections are refused, and undetermined, and how many devices are locked out."""
    connections = Counter(str(row["outcome"]) for row in state.rows())
    logins = Counter(str(one.administration["outcome"]) for one in state.results.values())
    return connections[Outcome.FAIL.value], connections[Outcome.OPEN.value], logins[Outcome.FAIL.value]

"""Remedies that were applied to the fleet and evaluated again: what each of them restores, settles and breaks."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

from mcuaudit.decode.certificate_source import certificates_from
from mcuaudit.domain.certificate import Certificate
from mcuaudit.domain.outcome import Outcome
from mcuaudit.domain.remedy import parse_remedy
from mcuaudit.errors import McuAuditError
from mcuaudit.frames.containers import Audit
from mcuaudit.predict.of_device import DevicePrediction
from mcuaudit.system.progress import Progress
from mcuaudit.variants.authorities import Authorities
from mcuaudit.variants.changes import AddAuthority, Change, ReplaceCertificate, SetSetting
from mcuaudit.variants.effects import WORSE, Effect
from mcuaudit.variants.fleet_state import FleetState, Item, outcome_of, state_of
from mcuaudit.variants.remedies.of_remedy import Blocked, changes_of, remedy_words, with_common_name

MOST_STEPS: Final = 4
"""So many remedies are tried one after the other, where each uncovers the next thing that stands in the way."""
_REPORTED: Final = (Outcome.FAIL.value, Outcome.OPEN.value)


@dataclass(frozen=True, slots=True)
class Job:
    """One or more remedies that belong together, and what they do.

    Attributes:
        remedy_id: the remedy that a connection or login names.
        remedies: it and those that are needed beside it, in order, by remedy_id.
        words: what to do, a sentence for each remedy.
        changes: what they are made of.
        steps: what the remedies are for, in order, so that the changes can be made again of another fleet.
        restores: connections that failed and are accepted then, by connection_id.
        settles: connections that were undetermined and are accepted then.
        lets_in: devices whose administrators were locked out and can log in then.
        breaks: connections that were accepted and are not then, or perhaps not.
        locks_out: devices whose administrators could log in, and cannot then, or perhaps not.
        wanted: the connections and devices that name the remedy.
        stops_at: why it could not be applied, or what still stands in the way; "" where nothing does.
        applied: it was applied and evaluated.
        parts: the alike jobs that it is made of, each for itself; none for a single one.
    """

    remedy_id: str
    remedies: tuple[str, ...]
    words: tuple[str, ...]
    changes: tuple[Change, ...] = ()
    steps: tuple[Blocked, ...] = ()
    restores: frozenset[str] = frozenset()
    settles: frozenset[str] = frozenset()
    lets_in: frozenset[str] = frozenset()
    breaks: frozenset[str] = frozenset()
    locks_out: frozenset[str] = frozenset()
    wanted: frozenset[str] = frozenset()
    stops_at: str = ""
    applied: bool = False
    parts: tuple[Job, ...] = ()

    @property
    def helps(self) -> int:
        """How many connections and logins work then that did not before."""
        return len(self.restores) + len(self.settles) + len(self.lets_in)


@dataclass(slots=True)
class _Trial:
    """A job while it is extended."""

    blocked: Blocked
    wanted: frozenset[str]
    steps: list[Blocked]
    changes: list[Change]
    devices: frozenset[str]
    best: Job
    over: str = ""
    done: bool = False


def proven_jobs(audit: Audit, *, progress: Progress | None = None) -> list[Job]:
    """Every remedy that a refused or undetermined connection or login names, applied and evaluated again.

    Where something else then stands in the way, its remedy is applied too, up to four in all. Remedies that touch no
    common device are evaluated in one pass.
    """
    state = state_of(audit)
    known = Authorities(state.fleet, state.context.at)
    trials = [_begun(blocked, wanted, known, state) for blocked, wanted in _named(state)]
    for step in range(MOST_STEPS):
        waiting = [trial for trial in trials if not trial.done]
        for number, batch in enumerate(_batches(waiting), start=1):
            _judge(batch, state)
            if progress:
                progress("proving remedies", step * len(waiting) + number, MOST_STEPS * len(waiting))
    for trial in trials:
        if not trial.done and not trial.best.stops_at:
            tried = f"{MOST_STEPS} remedies were applied one after the other, and something else stands in the way"
            trial.best = replace(trial.best, stops_at=tried)
    return [trial.best for trial in trials]


def _named(state: FleetState) -> Iterator[tuple[Blocked, frozenset[str]]]:
    """Each remedy with the first row that names it, and all connections and devices that do."""
    first: dict[str, Blocked] = {}
    wanted: dict[str, set[str]] = {}
    for key, blocked in _blocked(state.results.values()):
        name = blocked.remedy.remedy_id
        first.setdefault(name, blocked)
        wanted.setdefault(name, set()).add(key)
    for name, blocked in first.items():
        yield blocked, frozenset(wanted[name])


def _blocked(results: Iterable[DevicePrediction]) -> Iterator[tuple[str, Blocked]]:
    """Every refused or undetermined login and connection that has a remedy."""
    every = list(results)
    rows = [(one.device_id, one.administration) for one in every]
    rows += [(row["connection_id"], row) for one in every for row in one.connections]
    for name, row in rows:
        if row["outcome"] in _REPORTED and isinstance(row["remedy_id"], str) and row["remedy_id"]:
            cause = row["cause_id"] if isinstance(row["cause_id"], str) else ""
            peer, kind = str(row.get("peer", "")), str(row.get("connection_type", ""))
            yield name, Blocked(row["device_id"], parse_remedy(row["remedy_id"]), cause, peer, kind)


def _begun(blocked: Blocked, wanted: frozenset[str], known: Authorities, state: FleetState) -> _Trial:
    name = blocked.remedy.remedy_id
    job = Job(name, (name,), (remedy_words(blocked),), wanted=wanted)
    trial = _Trial(blocked, wanted, [], [], frozenset(), job)
    _extend(trial, blocked, known, state)
    return trial


def _extend(trial: _Trial, blocked: Blocked, known: Authorities, state: FleetState) -> None:
    """Add a remedy to a trial, or end the trial where the remedy cannot be applied.

    Args:
        known: of the fleet with what the trial has changed so far.
        state: the fleet as it is.
    """
    try:
        blocked = with_common_name(blocked, known)
        changes = merged_changes(trial.changes, changes_of(blocked, known))
        devices = state.touched(changes)
    except McuAuditError as error:
        trial.done, trial.over = True, str(error)
        trial.best = replace(trial.best, stops_at=trial.over)
        return
    trial.steps.append(blocked)
    trial.changes, trial.devices = changes, devices


def merged_changes(former: Iterable[Change], new: Iterable[Change]) -> list[Change]:
    """The changes together; a later one of the same thing takes the place of the earlier one."""
    kept = {what_is_changed(change): change for change in former}
    for change in new:
        earlier = kept.get(what_is_changed(change))
        if isinstance(change, AddAuthority) and isinstance(earlier, AddAuthority):
            change = replace(change, authorities=(*_listed(earlier), *_listed(change)))
        kept[what_is_changed(change)] = change
    return list(kept.values())


def _listed(change: AddAuthority) -> tuple[Certificate, ...]:
    return tuple(certificates_from(change.authorities))


def what_is_changed(change: Change) -> tuple[object, ...]:
    """The setting, certificate or store that a change is about; equal ones take the place of each other."""
    if isinstance(change, SetSetting):
        return ("setting", change.setting, change.devices)
    if isinstance(change, ReplaceCertificate):
        return ("certificate", change.devices, change.peer, change.as_client)
    if isinstance(change, AddAuthority):
        return ("store", str(change.slot), change.devices, change.peer)
    return (repr(change),)


def _batches(trials: Iterable[_Trial]) -> list[list[_Trial]]:
    """Trials in groups in which no two touch a common device."""
    batches: list[tuple[set[str], list[_Trial]]] = []
    for trial in trials:
        for devices, batch in batches:
            if devices.isdisjoint(trial.devices):
                devices |= trial.devices
                batch.append(trial)
                break
        else:
            batches.append((set(trial.devices), [trial]))
    return [batch for _, batch in batches]


def _judge(batch: Sequence[_Trial], state: FleetState) -> None:
    """Evaluate some trials that touch no common device in one pass, and extend those that something else stops."""
    try:
        after = state.after([change for trial in batch for change in trial.changes])
    except McuAuditError as error:
        if len(batch) > 1:
            for trial in batch:
                _judge([trial], state)
            return
        batch[0].done, batch[0].over = True, str(error)
        batch[0].best = replace(batch[0].best, stops_at=str(error))
        return
    items = list(after.effects_since(state))
    known = Authorities(after.fleet, after.context.at)
    for trial in batch:
        job = _job(trial, [item for item in items if item.device_id in trial.devices])
        if job.helps > trial.best.helps or not trial.best.applied:
            trial.best = job
        _go_on(trial, after, known, state)


def _go_on(trial: _Trial, after: FleetState, known: Authorities, state: FleetState) -> None:
    """End a trial, or add what fixes the cause that most of its connections and logins have by now."""
    results = [after.results[name] for name in sorted(trial.devices)]
    left = {name: blocked for name, blocked in _blocked(results) if name in trial.wanted}
    still = [left[name] for name in sorted(left)]
    tried = {one.remedy.remedy_id for one in trial.steps}
    common = Counter(one.remedy.remedy_id for one in still if one.remedy.remedy_id not in tried)
    if common:
        most = min(common, key=lambda name: (-common[name], name))
        _extend(trial, next(one for one in still if one.remedy.remedy_id == most), known, state)
        return
    trial.done = True
    if left:
        rows = {row["connection_id"]: row for one in results for row in one.connections}
        rows |= {one.device_id: one.administration for one in results}
        trial.best = replace(trial.best, stops_at=str(rows[min(left)]["reason"]))


def _job(trial: _Trial, items: Sequence[Item]) -> Job:
    works = [item for item in items if item.effect is Effect.WORKS]
    worse = [item for item in items if item.effect in WORSE]
    return Job(
        trial.blocked.remedy.remedy_id,
        tuple(one.remedy.remedy_id for one in trial.steps),
        tuple(map(remedy_words, trial.steps)),
        tuple(trial.changes),
        tuple(trial.steps),
        restores=_names(works, is_login=False, before=Outcome.FAIL),
        settles=_names(works, is_login=False, before=Outcome.OPEN),
        lets_in=_names(works, is_login=True, before=Outcome.FAIL),
        breaks=_names(worse, is_login=False),
        locks_out=_names(worse, is_login=True),
        wanted=trial.wanted,
        applied=True,
    )


def _names(items: Iterable[Item], *, is_login: bool, before: Outcome | None = None) -> frozenset[str]:
    """The connections or devices among some items, all or those that had that outcome before."""
    return frozenset(
        item.name
        for item in items
        if item.is_login is is_login and (before is None or outcome_of(item.before) == before.value)
    )

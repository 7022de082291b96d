"""Remedies that were applied to the fleet and evaluated again: what each of them restores, settles and breaks."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final

import pandas as pd

from mcuaudit.decode.certificate_source import certificates_from
from mcuaudit.domain.certificate import Certificate
from mcuaudit.domain.outcome import Outcome
from mcuaudit.domain.remedy import parse_remedy
from mcuaudit.errors import McuAuditError
from mcuaudit.frames.containers import Audit, Fleet
from mcuaudit.pipeline.made_of import MadeOf
from mcuaudit.predict.prediction import Prediction, predict_fleet, predict_some
from mcuaudit.system.progress import Progress
from mcuaudit.variants.authorities import Authorities
from mcuaudit.variants.changes import AddAuthority, Change, ReplaceCertificate, SetSetting
from mcuaudit.variants.effects import WORSE, Effect, effect_of
from mcuaudit.variants.of_remedy import Blocked, NotApplicableError, changes_of, remedy_words
from mcuaudit.variants.what_if import drafted

Row = Mapping[str, Any]
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
        restores: connections that failed and are accepted then, by connection_id.
        settles: connections that were undetermined and are accepted then.
        lets_in: devices whose administrators were locked out, or perhaps, and can log in then.
        breaks: connections that were accepted and are not then, or perhaps not.
        locks_out: devices whose administrators could log in, and cannot then, or perhaps not.
        wanted: the connections and devices that name the remedy.
        stops_at: why it could not be applied, or what still stands in the way; "" where nothing does.
        applied: it was applied and evaluated.
    """

    remedy_id: str
    remedies: tuple[str, ...]
    words: tuple[str, ...]
    changes: tuple[Change, ...] = ()
    restores: frozenset[str] = frozenset()
    settles: frozenset[str] = frozenset()
    lets_in: frozenset[str] = frozenset()
    breaks: frozenset[str] = frozenset()
    locks_out: frozenset[str] = frozenset()
    wanted: frozenset[str] = frozenset()
    stops_at: str = ""
    applied: bool = False

    @property
    def helps(self) -> int:
        """How many connections and logins work then that did not before."""
        return len(self.restores) + len(self.settles) + len(self.lets_in)


@dataclass(slots=True)
class _Trial:
    """A job while it is extended."""

    blocked: Blocked
    wanted: frozenset[str]
    remedies: list[str]
    words: list[str]
    changes: list[Change]
    devices: frozenset[str]
    best: Job
    over: str = ""
    done: bool = False


@dataclass(frozen=True)
class State:
    """A fleet and what is predicted for it, by row.

    Attributes:
        fleet: the fleet.
        at: the time.
        prediction: what other states go on from.
        connections: the rows of that frame, by connection_id.
        logins: the rows of the frame `administration`, by device_id.
        devices: those that were evaluated for this state; of the others it has no rows. None for all.
    """

    fleet: Fleet
    at: datetime
    prediction: Prediction
    connections: Mapping[str, Row]
    logins: Mapping[str, Row]
    devices: frozenset[str] | None = None

    def with_changes(self, changes: Sequence[Change]) -> State:
        """The state after some changes, with the rows of the devices that they touch."""
        draft, at = drafted(self.fleet, changes, self.at)
        fleet = draft.finished("")
        if at != self.at or not draft.same_authorities:
            return _state(fleet, at, predict_fleet(fleet, at))
        calling = fleet.peers.loc[fleet.peers["peer_device"].isin(list(draft.touched)), "device_id"]
        touched = frozenset({*draft.touched, *calling})
        found, _ = predict_some(self.prediction, fleet, touched)
        connections = {row["connection_id"]: row for one in found for row in one.connections}
        logins = {one.device_id: one.administration for one in found}
        return State(fleet, at, self.prediction, connections, logins, touched)


def _state(fleet: Fleet, at: datetime, prediction: Prediction) -> State:
    connections = _rows(prediction.connections, "connection_id", _OF_CONNECTIONS)
    return State(fleet, at, prediction, connections, _rows(prediction.administration, "device_id", _OF_LOGINS))


def _rows(frame: pd.DataFrame, key: str, columns: Sequence[str]) -> dict[str, Row]:
    values = zip(*(frame[name].tolist() for name in columns), strict=True)
    rows = (dict(zip(columns, row, strict=True)) for row in values)
    return {str(row[key]): row for row in rows}


_OF_LOGINS: Final = ("device_id", "outcome", "reason", "remedy_id", "cause_id")
_OF_CONNECTIONS: Final = (*_OF_LOGINS, "connection_id", "connection_type", "peer", "authenticated")


def state_of(audit: Audit) -> State:
    """The state of an audit, without a second prediction where it has one."""
    known = audit.basis.prediction if isinstance(audit.basis, MadeOf) else predict_fleet(audit.fleet, audit.at)
    return _state(audit.fleet, audit.at, known)


def proven_jobs(audit: Audit, *, progress: Progress | None = None) -> list[Job]:
    """Every remedy that a refused or undetermined connection or login names, applied and evaluated again.

    Where something else then stands in the way, its remedy is applied too, up to four in all. Remedies that touch no
    common device are evaluated in one pass.
    """
    state = state_of(audit)
    trials = [_begun(blocked, wanted, state) for blocked, wanted in _named(state)]
    for step in range(MOST_STEPS):
        waiting = [trial for trial in trials if not trial.done]
        for number, batch in enumerate(_batches(waiting), start=1):
            _judge(batch, state)
            if progress:
                progress("proving remedies", step * len(waiting) + number, MOST_STEPS * len(waiting))
    return [trial.best for trial in trials]


def _named(state: State) -> Iterator[tuple[Blocked, frozenset[str]]]:
    """Each remedy with the first row that names it, and all connections and devices that do."""
    first: dict[str, Blocked] = {}
    wanted: dict[str, set[str]] = {}
    for key, blocked in _blocked(state):
        name = blocked.remedy.remedy_id
        first.setdefault(name, blocked)
        wanted.setdefault(name, set()).add(key)
    for name, blocked in first.items():
        yield blocked, frozenset(wanted[name])


def _blocked(state: State) -> Iterator[tuple[str, Blocked]]:
    """Every refused or undetermined connection and login that has a remedy."""
    for rows in (state.logins, state.connections):
        for name, row in rows.items():
            if row["outcome"] in _REPORTED and isinstance(row["remedy_id"], str):
                cause = row["cause_id"] if isinstance(row["cause_id"], str) else ""
                peer, kind = str(row.get("peer", "")), str(row.get("connection_type", ""))
                yield name, Blocked(row["device_id"], parse_remedy(row["remedy_id"]), cause, peer, kind)


def _begun(blocked: Blocked, wanted: frozenset[str], state: State) -> _Trial:
    name = blocked.remedy.remedy_id
    job = Job(name, (name,), (remedy_words(blocked),), wanted=wanted)
    trial = _Trial(blocked, wanted, [], [], [], frozenset(), job)
    _extend(trial, blocked, state.fleet, state.at)
    return trial


def _extend(trial: _Trial, blocked: Blocked, fleet: Fleet, at: datetime) -> None:
    """Add a remedy to a trial, or end the trial where the remedy cannot be applied."""
    try:
        new = changes_of(blocked, Authorities(fleet, at))
    except NotApplicableError as error:
        trial.done, trial.over = True, str(error)
        trial.best = replace(trial.best, stops_at=trial.over)
        return
    trial.remedies.append(blocked.remedy.remedy_id)
    trial.words.append(remedy_words(blocked))
    trial.changes = merged_changes(trial.changes, new)
    trial.devices = frozenset().union(*(_touched(change, fleet) for change in trial.changes))


def merged_changes(former: Iterable[Change], new: Iterable[Change]) -> list[Change]:
    """The changes together; a later one of the same thing takes the place of the earlier one."""
    kept = {_what(change): change for change in former}
    for change in new:
        earlier = kept.get(_what(change))
        if isinstance(change, AddAuthority) and isinstance(earlier, AddAuthority):
            change = replace(change, authorities=(*_listed(earlier), *_listed(change)))
        kept[_what(change)] = change
    return list(kept.values())


def _listed(change: AddAuthority) -> tuple[Certificate, ...]:
    return tuple(certificates_from(change.authorities))


def _what(change: Change) -> tuple[object, ...]:
    if isinstance(change, SetSetting):
        return ("setting", change.setting, change.devices)
    if isinstance(change, ReplaceCertificate):
        return ("certificate", change.devices, change.peer, change.as_client)
    if isinstance(change, AddAuthority):
        return ("store", str(change.slot), change.devices, change.peer)
    return (repr(change),)


def _touched(change: Change, fleet: Fleet) -> frozenset[str]:
    """The devices whose verdicts a change may touch: its own, and those that call them."""
    devices = getattr(change, "devices", ())
    own = {devices} if isinstance(devices, str) else set(devices)
    peer = getattr(change, "peer", "")
    peers = fleet.peers
    if peer:
        files = peers.loc[(peers["peer"] == peer) & peers["device_id"].isin(list(own)), "file"].unique()
        own |= set(peers.loc[(peers["peer"] == peer) & peers["file"].isin(files), "device_id"])
    return frozenset(own | set(peers.loc[peers["peer_device"].isin(list(own)), "device_id"]))


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


def _judge(batch: Sequence[_Trial], state: State) -> None:
    """Evaluate some trials that touch no common device in one pass, and extend those that something else stops."""
    try:
        after = state.with_changes([change for trial in batch for change in trial.changes])
    except McuAuditError as error:
        if len(batch) > 1:
            for trial in batch:
                _judge([trial], state)
            return
        batch[0].done, batch[0].over = True, str(error)
        batch[0].best = replace(batch[0].best, stops_at=str(error))
        return
    judged = after.devices
    connections, logins = (
        _effects(_of(before, judged), rows)
        for before, rows in ((state.connections, after.connections), (state.logins, after.logins))
    )
    left = dict(_blocked(after))
    for trial in batch:
        own = {key: effect for key, (device_id, effect) in connections.items() if device_id in trial.devices}
        own_logins = {key: effect for key, (device_id, effect) in logins.items() if device_id in trial.devices}
        job = _job(trial, own, own_logins, state)
        if job.helps > trial.best.helps or not trial.best.applied:
            trial.best = job
        still = [left[key] for key in sorted(trial.wanted) if key in left]
        if not still:
            trial.done = True
            continue
        common = Counter(one.remedy.remedy_id for one in still if one.remedy.remedy_id not in trial.remedies)
        if not common:
            trial.done = True
            stopped = next(key for key in sorted(trial.wanted) if key in left)
            reason = after.connections.get(stopped, after.logins.get(stopped, {})).get("reason", "")
            trial.best = replace(trial.best, stops_at=str(reason))
            continue
        most = min(common, key=lambda name: (-common[name], name))
        _extend(trial, next(one for one in still if one.remedy.remedy_id == most), after.fleet, state.at)


def _of(rows: Mapping[str, Row], devices: frozenset[str] | None) -> Mapping[str, Row]:
    """The rows of some devices, or all."""
    return rows if devices is None else {key: row for key, row in rows.items() if row["device_id"] in devices}


def _effects(before: Mapping[str, Row], after: Mapping[str, Row]) -> dict[str, tuple[str, Effect]]:
    """The device and the effect, by connection_id or device_id; what is not there is not possible."""
    return {
        key: ((after.get(key) or before[key])["device_id"], effect_of(*_pair(before.get(key), after.get(key))))
        for key in {**before, **after}
    }


def _pair(before: Row | None, after: Row | None) -> tuple[str, str, str, str]:
    rows = [row or {"outcome": Outcome.NOT_APPLICABLE.value} for row in (before, after)]
    outcomes = [str(row["outcome"]) for row in rows]
    verified = [str(row.get("authenticated") or "") for row in rows]
    return outcomes[0], outcomes[1], verified[0], verified[1]


def _job(trial: _Trial, connections: Mapping[str, Effect], logins: Mapping[str, Effect], state: State) -> Job:
    works = _with(connections, {Effect.WORKS})
    failed, undetermined = (
        frozenset(key for key in works if key in state.connections and state.connections[key]["outcome"] == outcome)
        for outcome in (Outcome.FAIL.value, Outcome.OPEN.value)
    )
    let_in = _with(logins, {Effect.WORKS})
    return Job(
        trial.blocked.remedy.remedy_id,
        tuple(trial.remedies),
        tuple(trial.words),
        tuple(trial.changes),
        restores=failed,
        settles=undetermined,
        lets_in=frozenset(key for key in let_in if state.logins[key]["outcome"] == Outcome.FAIL.value),
        breaks=_with(connections, WORSE),
        locks_out=_with(logins, WORSE),
        wanted=trial.wanted,
        applied=True,
    )


def _with(effects: Mapping[str, Effect], wanted: Collection[Effect]) -> frozenset[str]:
    return frozenset(key for key, effect in effects.items() if effect in wanted)

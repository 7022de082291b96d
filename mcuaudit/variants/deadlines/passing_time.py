"""What begins and ends as time passes, certificate by certificate: devices are evaluated at each of these instants."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import groupby
from operator import attrgetter
from typing import Final

from mcuaudit.domain.certificate import NO_NOT_AFTER, Certificate
from mcuaudit.domain.connections import ConnectionType
from mcuaudit.domain.outcome import Outcome
from mcuaudit.pkix.ancestry import Ancestry
from mcuaudit.pkix.names import canonical_name
from mcuaudit.system.progress import Progress
from mcuaudit.variants.deadlines.judging import FleetJudge, JudgedConnection, JudgedDevice, presented_by

_SECOND: Final = timedelta(seconds=1)
_UNSETTLED: Final = (Outcome.FAIL, Outcome.OPEN)


@dataclass(frozen=True, slots=True, order=True)
class Turn:
    """The first instant at which a certificate is valid, or the first after its notAfter, which is itself valid."""

    on: datetime
    certificate: str
    begins: bool


@dataclass(slots=True)
class Effects:
    """What one turn changes. Connections are ids, each with its type; devices are ids.

    Attributes:
        ended: accepted now and until then, and refused from then on.
        undetermined: accepted now and until then, and undetermined from then on.
        earlier: accepted now because of the certificate, among others, and no longer accepted by then.
        undetermined_before: undetermined now and until then, and refused from then on.
        begun: refused or undetermined until then, and accepted from then on.
        begun_before: not accepted now, accepted until then, and no longer from then on.
        locked_out: an administrator can log in now and until then, and from then on none can.
        maybe_locked_out: the same, and from then on it is undetermined whether one can.
        changes: an outcome changes, whether or not it is one of these.
    """

    ended: dict[str, ConnectionType] = field(default_factory=dict)
    undetermined: dict[str, ConnectionType] = field(default_factory=dict)
    earlier: dict[str, ConnectionType] = field(default_factory=dict)
    undetermined_before: dict[str, ConnectionType] = field(default_factory=dict)
    begun: dict[str, ConnectionType] = field(default_factory=dict)
    begun_before: dict[str, ConnectionType] = field(default_factory=dict)
    locked_out: list[str] = field(default_factory=list)
    maybe_locked_out: list[str] = field(default_factory=list)
    changes: bool = False

    @property
    def any(self) -> bool:
        """Something changes, or would if nothing had changed before."""
        return any(getattr(self, name) for name in self.__slots__)


class PassingTime:
    """The turns of all certificates that decide about some devices.

    Attributes:
        now: what holds for each device at the beginning.
        effects: the effects of each turn, in the order of time.
    """

    def __init__(
        self, judge: FleetJudge, at: datetime, devices: Collection[str], progress: Progress | None = None
    ) -> None:
        self._judge, self._at = judge, at
        self._lines = Lineage(judge)
        self._concerned: dict[str, list[str]] = defaultdict(list)
        for name in devices:
            for sha256 in self._lines.of(presented_by(judge.devices[name])):
                self._concerned[sha256].append(name)
        self.now = judge.judge(devices, at)
        self._state = dict(self.now)
        self._rests = _by_certificate(self.now)
        self.effects: dict[Turn, Effects] = {}
        turns = _turns((judge.records[sha256] for sha256 in self._concerned), at)
        instants = [(on, list(together)) for on, together in groupby(turns, key=attrgetter("on"))]
        for number, (on, together) in enumerate(instants, start=1):
            self._pass(on, {turn.certificate: turn for turn in together})
            if progress:
                progress("deadlines", number, len(instants))

    def devices_of(self, sha256: str) -> list[str]:
        """The devices about which a certificate may decide."""
        return self._concerned.get(sha256, [])

    def _pass(self, on: datetime, turns: Mapping[str, Turn]) -> None:
        """Evaluate what may change at that instant, and note what does."""
        self.effects |= {turn: Effects() for turn in turns.values()}
        wanted = [name for name in dict.fromkeys(self._near(turns)) if self._may_change(name, turns)]
        before = {name: self._state[name] for name in wanted}
        if self._judge.depends_on_lists:
            # These have times of their own, so that more may have changed since.
            before = self._judge.judge(wanted, on - _SECOND)
        after = self._judge.judge(wanted, on)
        self._note_earlier(turns, before)
        for name in wanted:
            self._note_device(name, before[name], after[name], turns)
        self._state |= after

    def _near(self, turns: Mapping[str, Turn]) -> list[str]:
        return [name for sha256 in turns for name in self._concerned[sha256]]

    def _may_change(self, name: str, turns: Mapping[str, Turn]) -> bool:
        """Whether a device is evaluated: a settled refusal stays one, and a pass depends on certain certificates."""
        found, begins = self._state[name], any(turn.begins for turn in turns.values())
        administered = found.administration
        if administered.outcome is Outcome.OPEN or administered.fails_on is not None:
            return True
        if begins and administered.outcome is Outcome.FAIL:
            return True
        return any(
            not one.rests_on.isdisjoint(turns)
            or one.outcome is Outcome.OPEN
            or (begins and one.outcome is Outcome.FAIL)
            for one in found.connections.values()
        )

    def _note_earlier(self, turns: Mapping[str, Turn], before: Mapping[str, JudgedDevice]) -> None:
        for sha256, turn in turns.items():
            for name, connection_id in () if turn.begins else self._rests[sha256]:
                state = before[name] if name in before else self._state[name]
                if state.connections[connection_id].outcome is not Outcome.PASS:
                    kind = state.connections[connection_id].type
                    self.effects[turn].earlier[connection_id] = kind

    def _note_device(self, name: str, before: JudgedDevice, after: JudgedDevice, turns: Mapping[str, Turn]) -> None:
        logins: set[str] = set()
        for connection_id, then in after.connections.items():
            former, first = before.connections[connection_id], self.now[name].connections[connection_id]
            if former.outcome is then.outcome:
                continue
            because = self._because(former, then, turns)
            for sha256 in because:
                _note(self.effects[turns[sha256]], connection_id, first.outcome, former.outcome, then)
            if then.type is ConnectionType.WEB_USER:
                logins.update(because)
        self._note_administration(name, before, after, logins or set(turns), turns)

    def _note_administration(
        self, name: str, before: JudgedDevice, after: JudgedDevice, logins: set[str], turns: Mapping[str, Turn]
    ) -> None:
        first = self.now[name].administration.outcome
        then = after.administration.outcome
        if not first is before.administration.outcome is Outcome.PASS or then not in _UNSETTLED:
            return
        for sha256 in logins:
            turn = turns[sha256]
            if not turn.begins and name in self._concerned[sha256]:
                found = self.effects[turn]
                (found.locked_out if then is Outcome.FAIL else found.maybe_locked_out).append(name)

    def _because(
        self, former: JudgedConnection, then: JudgedConnection, turns: Mapping[str, Turn]
    ) -> frozenset[str] | set[str]:
        """The turns of this instant to which a connection owes its change, by certificate."""
        # A refusal that turns undetermined is a beginning too: what ended cannot undo it.
        begins = then.outcome is Outcome.PASS or former.outcome is Outcome.FAIL
        possible = {sha256 for sha256, turn in turns.items() if turn.begins is begins}
        rests = then.rests_on if begins else former.rests_on
        return possible & rests or possible & self._lines.of(then.presented)


def _note(found: Effects, connection_id: str, first: Outcome, former: Outcome, then: JudgedConnection) -> None:
    found.changes = True
    if then.outcome is Outcome.PASS and former in _UNSETTLED:
        found.begun[connection_id] = then.type
    elif first is former is Outcome.PASS:
        (found.ended if then.outcome is Outcome.FAIL else found.undetermined)[connection_id] = then.type
    elif former is Outcome.PASS:
        found.begun_before[connection_id] = then.type
    elif first is former is Outcome.OPEN and then.outcome is Outcome.FAIL:
        found.undetermined_before[connection_id] = then.type


def _turns(certificates: Iterable[Certificate], at: datetime) -> list[Turn]:
    found = []
    for one in certificates:
        if one.not_before > at:
            found.append(Turn(one.not_before, one.sha256, begins=True))
        if at <= one.not_after < NO_NOT_AFTER:
            found.append(Turn(one.not_after + _SECOND, one.sha256, begins=False))
    return sorted(found)


def _by_certificate(judged: Mapping[str, JudgedDevice]) -> dict[str, list[tuple[str, str]]]:
    """By certificate the accepted connections that depend on it, each with its device."""
    found: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for name, device in judged.items():
        for connection_id, one in device.connections.items():
            for sha256 in one.rests_on:
                found[sha256].append((name, connection_id))
    return found


class Lineage:
    """Certificates, and all that may be above them by the names of issuers: on no others does a path depend."""

    def __init__(self, judge: FleetJudge) -> None:
        records = judge.records
        self._ancestry = Ancestry(records.values())
        self._by_name: dict[bytes, set[str]] = defaultdict(set)
        for sha256 in judge.issuers:
            self._by_name[canonical_name(records[sha256].subject)].add(sha256)
        self._found: dict[str, frozenset[str]] = {}

    def of(self, certificates: Iterable[Certificate]) -> frozenset[str]:
        """SHA-256 of the certificates, and of those that may be above one of them."""
        return frozenset[str]().union(*map(self._above, certificates))

    def _above(self, certificate: Certificate) -> frozenset[str]:
        found = self._found.get(certificate.sha256)
        if found is None:
            above = (self._by_name.get(name, ()) for name in self._ancestry.of(certificate))
            found = self._found[certificate.sha256] = frozenset({certificate.sha256}.union(*above))
        return found

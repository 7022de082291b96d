"""What gaps would settle: each value applied to the fleet, alone and together with values of other gaps."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import combinations, product
from math import prod
from typing import Final

from mcuaudit.domain.outcome import Outcome
from mcuaudit.errors import McuAuditError
from mcuaudit.frames.containers import Audit
from mcuaudit.variants.authorities import Authorities
from mcuaudit.variants.fleet_state import FleetState, outcome_of, state_of
from mcuaudit.variants.gaps.found import GapsOfFleet, evidence_lacking
from mcuaudit.variants.gaps.gap import Gap, Known, Values, not_applied
from mcuaudit.variants.gaps.values import values_of

_TOGETHER: Final = 3
"""So many gaps are applied together at most."""
_COMBINATIONS: Final = 64
"""Of several gaps, so many combinations of their values are applied at most."""
_OPEN: Final = Outcome.OPEN.value
Done = Callable[[int, int], None]


@dataclass
class Applied:
    """A gap with what was found by applying its values.

    Attributes:
        gap: the gap.
        values: its values.
        lacking: the undetermined connections that lack it, perhaps among others, by connection_id.
        settled: by value, in order, the connections that are settled with it alone.
        together: the connections that no value of it settles, but one together with values of other gaps.
    """

    gap: Gap
    values: Values
    lacking: set[str] = field(default_factory=set)
    settled: list[frozenset[str]] = field(default_factory=list)
    together: set[str] = field(default_factory=set)

    @property
    def surely(self) -> frozenset[str]:
        """The connections that are settled with each value."""
        return frozenset.intersection(*self.settled) if self.settled else frozenset()

    @property
    def perhaps(self) -> frozenset[str]:
        """The connections that are settled with at least one value."""
        return frozenset[str]().union(*self.settled)


class AppliedGaps:
    """The gaps of an audit, applied one after the other.

    Args:
        audit: how things are.
        most: so many gaps are applied at most, those first that most connections lack, and with one of them the same
            file or key of the other devices; None for all.
        done: called with the number of gaps that are done, and that are known by then.
    """

    def __init__(self, audit: Audit, most: int | None = None, done: Done | None = None) -> None:
        self._state = state_of(audit)
        self._known = Authorities(audit.fleet, audit.at)
        self._gaps_of_fleet = GapsOfFleet(audit.fleet)
        self._device_of = {
            row["connection_id"]: row["device_id"] for row in self._state.rows() if outcome_of(row) == _OPEN
        }
        self._open = frozenset(self._device_of)
        self._found: dict[Gap, Applied] = {}
        self._note(self._state, self._state.devices)
        self._apply(most, done)
        self._apply_together()

    @property
    def gaps(self) -> list[Applied]:
        """Every gap, in the order in which they were found."""
        return list(self._found.values())

    @property
    def lacking_of_refused(self) -> list[tuple[str, str]]:
        """Device and file or key of what refused connections lack, beside what they are refused for."""
        state = self._state
        found = evidence_lacking(state.devices.values(), state.context, Outcome.FAIL)
        return [(device_id, evidence) for device_id, lacks in found.values() for evidence in lacks]

    def _note(self, state: FleetState, devices: Iterable[str]) -> None:
        """Add the gaps that undetermined connections of these devices lack in a state of the fleet."""
        records = [state.devices[name] for name in devices]
        for connection, (device_id, lacks) in evidence_lacking(records, state.context, Outcome.OPEN).items():
            if connection not in self._open:
                continue
            for evidence in lacks:
                gap = self._gaps_of_fleet.gap(device_id, evidence)
                found = self._found.setdefault(gap, Applied(gap, not_applied("")))
                found.lacking.add(connection)

    def _apply(self, most: int | None, done: Done | None) -> None:
        waiting = list(self._found)
        number = 0
        begun: set[str] = set()
        while waiting:
            # A file that several devices lack is one gap to people, so it is filled in for all of them before others.
            gap = max(waiting, key=lambda one: (one.evidence in begun, len(self._found[one].lacking)))
            waiting.remove(gap)
            if most is not None and number >= most:
                what = "1 file or key of a device was" if most == 1 else f"{most} files and keys of devices were"
                self._found[gap].values = not_applied(f"only {what} applied")
                continue
            number += 1
            begun.add(gap.evidence)
            known = len(self._found)
            self._apply_one(self._found[gap])
            waiting += list(self._found)[known:]
            if done:
                done(number, number + len(waiting))

    def _apply_one(self, one: Applied) -> None:
        one.values = values_of(one.gap, self._state, self._known)
        usable = []
        for value in one.values.values:
            try:
                after = self._state.after(value.supposed)
            except McuAuditError:
                continue
            usable.append(value)
            one.settled.append(self._settled(after))
            # What else stands in the way then is a gap too.
            self._note(after, sorted({self._device_of[name] for name in one.lacking - one.settled[-1]}))
        if len(usable) < len(one.values.values):
            known = Known.SOME_VALUES if usable else Known.NOT_APPLIED
            one.values = Values(tuple(usable), known, "" if usable else "what would be there cannot be supposed")

    def _settled(self, after: FleetState) -> frozenset[str]:
        """The connections that were undetermined, and are not in this state; one that is not there is not possible."""
        found: set[str] = set()
        for name, result in after.results.items():
            before = self._state.results[name]
            if before is not result:
                now = {row["connection_id"]: row for row in result.connections}
                undetermined = (row["connection_id"] for row in before.connections if outcome_of(row) == _OPEN)
                found.update(one for one in undetermined if outcome_of(now.get(one)) != _OPEN)
        return frozenset(found)

    def _apply_together(self) -> None:
        """Settle what no gap settles alone by values of two or three gaps, the fewest first."""
        alone = frozenset[str]().union(*(one.perhaps for one in self._found.values()))
        of_gaps: dict[tuple[Gap, ...], set[str]] = {}
        for connection in sorted(self._open - alone):
            gaps = tuple(gap for gap, one in self._found.items() if connection in one.lacking and one.values.values)
            if len(gaps) > 1:
                of_gaps.setdefault(gaps, set()).add(connection)
        known: dict[tuple[Gap, ...], frozenset[str]] = {}
        for gaps, connections in of_gaps.items():
            left = set(connections)
            for size in range(2, min(len(gaps), _TOGETHER) + 1):
                settled: set[str] = set()
                for chosen in combinations(gaps, size):
                    if left and chosen not in known:
                        known[chosen] = self._settled_by_some(chosen)
                    both = left & known.get(chosen, frozenset())
                    settled |= both
                    for gap in chosen:
                        self._found[gap].together |= both
                left -= settled

    def _settled_by_some(self, gaps: Sequence[Gap]) -> frozenset[str]:
        """What some combination of values of these gaps settles."""
        values = [self._found[gap].values.values for gap in gaps]
        if prod(map(len, values)) > _COMBINATIONS:
            return frozenset()
        found: set[str] = set()
        for chosen in product(*values):
            with suppress(McuAuditError):
                supposed = [one for value in chosen for one in value.supposed]
                found |= self._settled(self._state.after(supposed))
        return frozenset(found)

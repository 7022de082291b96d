"""The order of the steps of a plan: one in which nothing gets worse that the target does not make worse."""

from __future__ import annotations

import heapq
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import count
from typing import Final

from mcuaudit.predict.of_device import DevicePrediction
from mcuaudit.system.progress import Progress
from mcuaudit.variants.changes import RemoveAuthority, SetSetting
from mcuaudit.variants.effects import WORSE
from mcuaudit.variants.fleet_state import FleetState, Item, outcome_of
from mcuaudit.variants.plans.actions import Action, Origin, Phase

MOST_STATES: Final = 4096
"""Sets of actions done that are looked at in one search."""
_STATES_KEPT: Final = 4
_BADNESS: Final = {"pass": 0, "open": 1, "fail": 2, "notApplicable": 2}


@dataclass(frozen=True)
class Order:
    """The order that was found.

    Attributes:
        steps: in order.
        held_back: those that no order allows, because they would lock administrators out.
        exhausted: every order was looked at, as far as one was needed; False if the search ended before.
    """

    steps: tuple[Step, ...]
    held_back: tuple[Action, ...]
    exhausted: bool = True


@dataclass(frozen=True)
class Step:
    """One action that was done.

    Attributes:
        items: what differs with it.
        result: what is predicted for its device then.
    """

    action: Action
    items: tuple[Item, ...]
    result: DevicePrediction

    @property
    def worse(self) -> list[Item]:
        """What gets worse with it."""
        return [item for item in self.items if item.effect in WORSE]


def steps_of(actions: Iterable[Action], base: FleetState) -> Iterator[Step]:
    """The actions done one after the other."""
    state = base
    for action in actions:
        after = state.after([action.change])
        yield Step(action, tuple(after.effects_since(state)), after.results[action.devices[0]])
        state = after


def worse_items(before: FleetState, after: FleetState) -> list[Item]:
    """What gets worse from one state to the next."""
    return [item for item in after.effects_since(before) if item.effect in WORSE]


def is_as_bad(item: Item, final: FleetState) -> bool:
    """Whether something that gets worse is at least as bad in the end, so that no order avoids it."""
    result = final.results[item.device_id]
    rows = [result.administration] if item.is_login else result.connections
    at_end = next((row for row in rows if item.is_login or row["connection_id"] == item.name), None)
    return _BADNESS[outcome_of(at_end)] >= _BADNESS[outcome_of(item.after)]


def locks_out(item: Item, base: FleetState) -> bool:
    """Whether administrators who can log in to a device today, or perhaps can, then cannot."""
    return item.is_login and outcome_of(item.after) == "fail" != outcome_of(base.results[item.name].administration)


class FinalStates:
    """The fleet after all of some actions: what a plan asks for several times is evaluated once.

    Attributes:
        base: the fleet before them.
    """

    def __init__(self, base: FleetState) -> None:
        self.base = base
        self._known: dict[frozenset[int], FleetState] = {}

    def after(self, actions: Collection[Action]) -> FleetState:
        """The fleet after these actions, whatever their order."""
        numbers = frozenset(one.number for one in actions)
        found = self._known.pop(numbers, None) or state_after(self.base, list(actions))
        self._known[numbers] = found
        if len(self._known) > _STATES_KEPT:
            del self._known[next(iter(self._known))]
        return found


def without_lock_outs(actions: Sequence[Action], states: FinalStates) -> tuple[list[Action], list[Action]]:
    """The actions that may be done, and those that would lock administrators out of a device in the end."""
    kept, held = list(actions), list[Action]()
    while locked := _locked_out(states, kept):
        device = locked[0]
        there = sorted(
            (one for one in kept if device in one.devices and isinstance(one.change, SetSetting)),
            key=lambda one: one.order, reverse=True,
        )  # fmt: skip
        culprit = next((one for one in there if device not in _locked_out(states, _without(kept, [one]))), None)
        if culprit is None:
            # No setting alone does it: the order shows how far it is safe.
            break
        left_out = _and_dependent(kept, [culprit])
        held += left_out
        kept = [one for one in kept if one not in left_out]
    without_use = [one for one in kept if one.origin is Origin.ENABLING and _serves_only(one, kept, held)]
    held += _and_dependent(kept, without_use)
    return [one for one in kept if one not in held], held


def _serves_only(action: Action, kept: Sequence[Action], held: Sequence[Action]) -> bool:
    """Whether an enabling step has no use, because all that it was for is held back."""
    served = [one for one in held if action.number in one.needs]
    left = [one for one in _and_dependent(kept, [action]) if one.origin is Origin.TARGET]
    return bool(served) and not left


def _without(actions: Sequence[Action], left_out: Sequence[Action]) -> list[Action]:
    gone = _and_dependent(actions, left_out)
    return [one for one in actions if one not in gone]


def _and_dependent(actions: Sequence[Action], left_out: Iterable[Action]) -> list[Action]:
    """These actions, and those that need one of them."""
    gone = {one.number for one in left_out}
    while more := {one.number for one in actions if one.needs & gone} - gone:
        gone |= more
    return [one for one in actions if one.number in gone]


def _locked_out(states: FinalStates, actions: Sequence[Action]) -> list[str]:
    if not actions:
        return []
    base = states.base
    return [item.name for item in states.after(actions).effects_since(base) if locks_out(item, base)]


def state_after(base: FleetState, actions: Sequence[Action]) -> FleetState:
    """The fleet after these actions; of the same setting, what is set last counts."""
    every = [one.change for one in _in_order(actions)]
    others = [one for one in every if not isinstance(one, SetSetting)]
    last = {(str(one.devices), one.setting): one for one in every if isinstance(one, SetSetting)}
    state = base.after(others) if others else base
    return state.after(list(last.values())) if last else state


def _in_order(actions: Sequence[Action]) -> list[Action]:
    """By the documented order, each after what it needs."""
    left, done, found = sorted(actions, key=lambda one: one.order), set[int](), list[Action]()
    wanted = {one.number for one in actions}
    while left:
        one = next((one for one in left if one.needs & wanted <= done), left[0])
        left.remove(one)
        done.add(one.number)
        found.append(one)
    return found


def ordered(actions: Sequence[Action], states: FinalStates, progress: Progress | None = None) -> Order:
    """The order in which least gets worse that the target does not make worse, and administrators can always log in."""
    if not actions:
        return Order((), ())
    base = states.base
    kept, held = without_lock_outs(actions, states)
    final = states.after(kept)
    documented = _good_steps(_in_order(kept), base, final, progress)
    if documented is not None:
        return Order(documented, _sorted(held))
    prefix, state = _installed_first(kept, base)
    found, exhausted = list[list[Action]](), True
    for part in _independent([one for one in kept if one not in prefix], state):
        search = _Search(part, base, state, final, {one.number for one in prefix}, progress)
        order = search.best()
        found.append(order)
        held += [one for one in part if one not in order]
        exhausted = exhausted and search.exhausted
    return Order(tuple(steps_of([*prefix, *_merged(found)], base)), _sorted(held), exhausted)


def _good_steps(
    actions: Sequence[Action], base: FleetState, final: FleetState, progress: Progress | None
) -> tuple[Step, ...] | None:
    """The steps in this order; None as soon as one makes something worse that is not as bad in the end."""
    found = list[Step]()
    for step in steps_of(actions, base):
        if progress:
            progress("steps", len(found) + 1, len(actions))
        if any(locks_out(item, base) or not is_as_bad(item, final) for item in step.worse):
            return None
        found.append(step)
    return tuple(found)


def _sorted(actions: Iterable[Action]) -> tuple[Action, ...]:
    return tuple(sorted(actions, key=lambda one: one.order))


def _installed_first(actions: Sequence[Action], base: FleetState) -> tuple[list[Action], FleetState]:
    """CAs and users that can be added without making anything worse; what follows is then about fewer devices."""
    state, done = base, list[Action]()
    for one in sorted(actions, key=lambda one: one.order):
        if one.phase is Phase.INSTALL and not one.needs:
            after = state.after([one.change])
            if not worse_items(state, after):
                done.append(one)
                state = after
    return done, state


def _independent(actions: Sequence[Action], state: FleetState) -> list[list[Action]]:
    """The actions in groups; no group touches what another one does."""
    groups: list[tuple[set[str], set[int], list[Action]]] = []
    for one in actions:
        touched = _touched(one, state)
        mine = [group for group in groups if group[0] & touched or one.needs & group[1] or _is_needed(one, group[2])]
        merged = (
            touched.union(*(group[0] for group in mine)),
            {one.number}.union(*(group[1] for group in mine)),
            [*(action for group in mine for action in group[2]), one],
        )
        groups = [*(group for group in groups if group not in mine), merged]
    return [sorted(group[2], key=lambda one: one.order) for group in groups]


def _is_needed(action: Action, others: Iterable[Action]) -> bool:
    return any(action.number in other.needs for other in others)


def _touched(action: Action, state: FleetState) -> set[str]:
    """The devices whose outcomes depend on an action."""
    if isinstance(action.change, SetSetting):
        return set(state.callers(action.devices))
    after = state.after([action.change])
    if isinstance(action.change, RemoveAuthority):
        # Where a CA is in no store any more, that counts everywhere (reading A11).
        return {f"the last {action.change.authority}", *state.callers(action.devices)}
    return {name for name, result in after.results.items() if state.results[name] is not result}


def _merged(orders: Sequence[Sequence[Action]]) -> list[Action]:
    """One order of several that do not depend on each other, as near to the documented order as each allows."""
    places = [0] * len(orders)
    found = []
    waiting = [(order[0].order, number) for number, order in enumerate(orders) if order]
    heapq.heapify(waiting)
    while waiting:
        _, number = heapq.heappop(waiting)
        found.append(orders[number][places[number]])
        places[number] += 1
        if places[number] < len(orders[number]):
            heapq.heappush(waiting, (orders[number][places[number]].order, number))
    return found


class _Search:
    """The best order of some actions: by least that gets worse, then by the documented order.

    Sets of actions done are looked at from the best on, so that the first complete one is the best there is.
    """

    def __init__(
        self, actions: Sequence[Action], base: FleetState, start: FleetState, final: FleetState, done: Collection[int],
        progress: Progress | None,
    ) -> None:  # fmt: skip
        self.progress = progress
        self.actions = actions
        self.base = base
        self.start = start
        self.final = final
        self.done = frozenset(done) | {number for one in actions for number in one.needs if self._is_elsewhere(number)}
        self.exhausted = True

    def _is_elsewhere(self, number: int) -> bool:
        return all(one.number != number for one in self.actions)

    def best(self) -> list[Action]:
        """The order; without the actions that no order allows."""
        ties = count()
        nothing: frozenset[int] = frozenset()
        waiting: list[tuple[int, int, int, frozenset[int], tuple[Action, ...], FleetState]] = []
        heapq.heappush(waiting, (0, 0, next(ties), nothing, (), self.start))
        known: dict[frozenset[int], int] = {nothing: 0}
        best: tuple[Action, ...] = ()
        looked_at = 0
        while waiting:
            cost, _, _, done, path, state = heapq.heappop(waiting)
            if cost > known[done]:
                continue
            if len(path) > len(best):
                best = path
            if len(path) == len(self.actions):
                return list(path)
            looked_at += 1
            if self.progress:
                self.progress("orders", looked_at, MOST_STATES)
            if looked_at > MOST_STATES:
                self.exhausted = False
                return list(self._by_least(path, state, done))
            for one in self.actions:
                if one.number in done or not one.needs <= done | self.done:
                    continue
                then = done | {one.number}
                if known.get(then, cost + 1) <= cost:
                    continue
                after = state.after([one.change])
                added = self._cost(state, after)
                if added is None or cost + added >= known.get(then, cost + added + 1):
                    continue
                known[then] = cost + added
                heapq.heappush(waiting, (cost + added, -len(path) - 1, next(ties), then, (*path, one), after))
                if not added:
                    # In the documented order, as long as nothing gets worse.
                    break
            else:
                continue
            heapq.heappush(waiting, (cost, -len(path), next(ties), done, path, state))
        return list(best)

    def _by_least(self, path: tuple[Action, ...], state: FleetState, done: frozenset[int]) -> tuple[Action, ...]:
        """Go on from the best that was found, each time with the step after which least gets worse."""
        while len(path) < len(self.actions):
            costs = []
            for one in self.actions:
                if one.number not in done and one.needs <= done | self.done:
                    after = state.after([one.change])
                    added = self._cost(state, after)
                    if added is not None:
                        costs.append((added, one.order, one, after))
            if not costs:
                break
            _, _, one, state = min(costs, key=lambda found: found[:2])
            path, done = (*path, one), done | {one.number}
        return path

    def _cost(self, before: FleetState, after: FleetState) -> int | None:
        """How much gets worse that the target does not make worse; None for a lock-out."""
        found = 0
        for item in worse_items(before, after):
            if locks_out(item, self.base):
                return None
            found += not is_as_bad(item, self.final)
        return found

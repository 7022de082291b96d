"""Plans: the steps to a target in an order that breaks nothing, each predicted, and how it is taken back."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import pandas as pd

from mcuaudit.decode.certificate_source import certificates_from
from mcuaudit.domain.name_lists import join_names
from mcuaudit.domain.outcome import Outcome
from mcuaudit.domain.slots import Slot
from mcuaudit.frames.attached import html_of
from mcuaudit.frames.containers import Audit
from mcuaudit.frames.declared_frames import build_frame
from mcuaudit.frames.redacted import check_not_redacted
from mcuaudit.predict.of_device import DevicePrediction
from mcuaudit.system.progress import Progress, shows_progress
from mcuaudit.variants.changes import AddAuthority, RemoveAuthority, ReplaceCertificate, SetSetting
from mcuaudit.variants.effects import Effect
from mcuaudit.variants.fleet_state import FleetState, Item, outcome_of, state_of
from mcuaudit.variants.of_stores import slot_of
from mcuaudit.variants.plans import words
from mcuaudit.variants.plans.actions import Action, Origin, Phase
from mcuaudit.variants.plans.actions_of_target import actions_for
from mcuaudit.variants.plans.needed_authorities import authorities_to_install
from mcuaudit.variants.plans.order import FinalStates, Order, Step, is_as_bad, locks_out, ordered, state_after
from mcuaudit.variants.plans.single_changes import single_changes, targets_given
from mcuaudit.variants.plans.targets import Target
from mcuaudit.wording.numbers import plural
from mcuaudit.wording.phrases import listed

_STARTS: Final = frozenset({Effect.WORKS, Effect.PERHAPS_WORKS})


@dataclass(frozen=True)
class Plan:
    """The steps to a target, in order.

    Attributes:
        steps: the frame `plan_steps`; ``mcuaudit.describe("plan_steps")`` documents its columns.
        actions: what each row of `steps` does, as data: ``plan.actions[0].change`` is a change for `mcuaudit.what_if`.
        at: the time for which it was made.
        accepted_before: connections that are accepted before the first step.
        remarks: what the plan cannot provide for.
    """

    steps: pd.DataFrame
    actions: tuple[Action, ...]
    at: datetime
    accepted_before: int
    remarks: tuple[str, ...] = ()

    @property
    def is_reached(self) -> bool:
        """The target is reached already: there is nothing to do."""
        return self.steps.empty

    @property
    def is_safe(self) -> bool:
        """Nothing gets worse with any step, and no step is held back."""
        return bool((self.steps["state"] == "planned").all() and self.steps["cause_of_worse"].isna().all())

    @property
    def planned(self) -> tuple[Action, ...]:
        """The actions in order, without those that are held back."""
        return tuple(one for one, state in zip(self.actions, self.steps["state"], strict=True) if state == "planned")

    def __repr__(self) -> str:
        counts = plural(len(self.planned), "step")
        held = len(self.actions) - len(self.planned)
        said = f"Plan of {counts}" + (f", {held} held back" if held else "")
        return f"{said}: {'nothing gets worse' if self.is_safe else 'see .steps'}"

    def _repr_html_(self) -> str | None:
        return html_of(self)


@shows_progress
def plan(audit: Audit, target: Target | Iterable[Target], *, progress: Progress | None = None) -> Plan:
    """The steps to a target, in the documented order, so that as little as possible breaks on the way.

        audit.plan(mcuaudit.SetSetting("Verification settings", "Outgoing and incoming calls"))

    Every step is predicted with all steps before it. A plan has no step with which a connection or login gets worse,
    unless it names it: the target itself has that effect, or no order avoids it. A step after which no administrator
    could log in to a device is held back.

    Args:
        audit: how things are.
        target: a change, several, a `ReplaceAuthority` or a `RenewCertificates`.
        progress: called with the number of steps, or of orders, that were evaluated.

    Raises:
        UsageError: a change names no device, setting, value, certificate or peer that there is, the software of a
            device does not have it, or two contradict each other; nothing is then computed. The audit is redacted.
    """
    targets = targets_given(target)
    check_not_redacted(audit.fleet, "no step can be predicted")
    remarks: list[str] = []
    changes = single_changes(audit.fleet, targets, audit.at, remarks)
    base = state_of(audit)
    actions = actions_for(changes, base.devices, remarks)
    states = FinalStates(base)
    actions = _with_authorities(actions, states)
    order = ordered(actions, states, progress)
    done = tuple(step.action for step in order.steps)
    final = states.after(done)
    rows = [*_planned_rows(order, base, final), *_held_rows(order, base, final)]
    return Plan(
        build_frame("plan_steps", rows), (*done, *order.held_back), audit.at, _accepted(base),
        tuple(dict.fromkeys(remarks)),
    )  # fmt: skip


def _with_authorities(actions: Sequence[Action], states: FinalStates) -> list[Action]:
    """The actions, with the CAs without which they would break something."""
    if not actions:
        return []
    found = authorities_to_install(states.base, states.after(actions))
    first = len(actions)
    new = [
        Action(number, one, Phase.INSTALL, Origin.ENABLING, (str(one.devices),))
        for number, one in enumerate(found, start=first)
    ]
    return [*actions, *new]


def _accepted(state: FleetState) -> int:
    return sum(outcome_of(row) == "pass" for row in state.rows())


def _planned_rows(order: Order, base: FleetState, final: FleetState) -> Iterator[dict[str, Any]]:
    accepted = _accepted(base)
    for number, step in enumerate(order.steps, start=1):
        accepted += sum((outcome_of(item.after) == "pass") - (outcome_of(item.before) == "pass")
                        for item in step.items if not item.is_login)  # fmt: skip
        worse = step.worse
        avoidable = any(not is_as_bad(item, final) for item in worse)
        cause = ("order" if order.exhausted else "limit") if avoidable else ("target" if worse else None)
        yield {
            "step": number, "state": "planned", **_columns(step.action, base, step.result), **_effects(step),
            "accepted": accepted, "cause_of_worse": cause, "reason": _reasons(worse) or None,
        }  # fmt: skip


def _held_rows(order: Order, base: FleetState, final: FleetState) -> Iterator[dict[str, Any]]:
    if not order.held_back:
        return
    locked = state_after(final, order.held_back)
    items = [item for item in locked.effects_since(base) if locks_out(item, base)]
    for number, action in enumerate(order.held_back, start=len(order.steps) + 1):
        mine = [item for item in items if item.device_id in action.devices and action.origin is Origin.TARGET]
        result = locked.results[action.devices[0]]
        yield {
            "step": number, "state": "held_back", **_columns(action, base, result),
            "login": outcome_of(result.administration),
            "reason": _reasons(mine) or "It needs a step that is held back, or is only for one.",
        }  # fmt: skip


def _columns(action: Action, state: FleetState, after: DevicePrediction) -> dict[str, Any]:
    change = action.change
    found: dict[str, Any] = {
        "phase": action.phase.value, "origin": action.origin.value, "device_id": action.devices[0],
        "peer": action.peer or None, "instruction": words.instruction(action), "back": words.back(action),
        "test": words.test(action, _administrators(after)),
    }  # fmt: skip
    if isinstance(change, SetSetting):
        found |= {"setting": change.setting, "previous_value": action.previous, "value": str(change.value)}
    elif isinstance(change, AddAuthority):
        members = certificates_from(change.authorities)
        found |= {"slot": slot_of(change).value, "certificates": " ".join(one.sha256 for one in members)}
    elif isinstance(change, RemoveAuthority):
        found |= {"slot": slot_of(change).value, "certificates": change.authority}
        authority = state.fleet.certificate_records.get(change.authority)
        if authority:
            found["instruction"] = words.removed_instruction(change, authority)
    elif isinstance(change, ReplaceCertificate):
        slot = Slot.PEER_CERTIFICATE if change.peer else Slot.LOCAL_CERTIFICATE
        members = certificates_from(change.certificate)  # type: ignore[arg-type]  # described ones are records by now
        found |= {"slot": slot.value, "certificates": " ".join(one.sha256 for one in members)}
    return found


def _administrators(result: DevicePrediction) -> list[str]:
    """Whose client certificates log in as an administrator."""
    return [way.peer.name for way in result.ways if way.peer and way.verdict.outcome is Outcome.PASS]


def _effects(step: Step) -> dict[str, Any]:
    calls = [item for item in step.items if not item.is_login]
    breaks = [item.name for item in calls if item.effect in (Effect.FAILS, Effect.ENDS)]
    opens = [item.name for item in calls if item.effect is Effect.UNDETERMINED]
    administration = step.result.administration
    logins = [item.name for item in step.worse if item.is_login]
    return {
        "breaks": len(breaks),
        "turns_undetermined": len(opens),
        "restores": sum(item.effect in _STARTS for item in calls),
        "breaking_connections": join_names(breaks),
        "undetermined_connections": join_names(opens),
        "login": outcome_of(administration),
        "login_way": administration["way"] or None,
        "logins_worse": join_names(logins),
    }


def _reasons(items: Sequence[Item]) -> str:
    """Why something gets worse, each reason once with what would fix it."""
    found: dict[str, list[str]] = {}
    for item in items:
        row = item.after or item.before or {}
        fix = f" {row['remedy']}" if row.get("remedy") else ""
        found.setdefault(f"{row['reason']}{fix}", []).append(item.name)
    return " ".join(f"{listed(names)}: {reason}" for reason, names in found.items())

"""Calls between MCUs: one verdict, and a row at each end."""

from __future__ import annotations

from tests.oracles.law.description import AT, Device, Fleet, Peer
from tests.oracles.law.judges import MCU
from tests.oracles.law.references import Names, covered_if_known
from tests.oracles.law.settings import key_matches, not_an_mcu, presents_outbound, service, verifies
from tests.oracles.law.sides import Side, World, instead, purpose_of
from tests.oracles.law.steps import (
    FAIL,
    NONE,
    NOT_ASKED,
    OPEN,
    PASSED,
    Result,
    Step,
    fail,
    missing,
    opened,
    together,
    unless,
)
from tests.oracles.law.trust import trust


def call(device: Device, peer: Peer, connection: str, fleet: Fleet, world: World) -> Result:
    """The row of this device about its call with another."""
    other = next(one for one in fleet.devices if one.id == peer.device)
    caller, callee = (device, other) if connection == "outgoing_sip" else (other, device)
    result = _verdict(caller, callee, peer if caller is device else _seen_from(other, device), world)
    if caller is device:
        return result
    swapped = {"mcu_only": "peer_only", "peer_only": "mcu_only"}.get(result.authenticated, result.authenticated)
    return Result(result.outcome, result.code, result.readings, result.kind, swapped)


def _seen_from(device: Device, other: Device) -> Peer:
    """How the caller knows the one that it calls."""
    return next((peer for peer in device.peers if peer.device == other.id), Peer(other.id, (), device=other.id))


def _verdict(caller: Device, callee: Device, known: Peer, world: World) -> Result:
    step = _existence(caller, callee)
    if step != PASSED:
        return Result(step.outcome, step.code, frozenset(step.readings), step.kind,
                      "open" if step.outcome == OPEN else "neither")  # fmt: skip
    one, two = _of_callee(caller, callee, known, world), _of_caller(callee, caller, world)
    result = together([*one.steps, *two.steps], "accepted")
    return Result(result.outcome, result.code, result.readings, result.kind, _authenticated(one, two))


def _existence(caller: Device, callee: Device) -> Step:
    if not_an_mcu(caller) or not_an_mcu(callee):
        return opened("not_an_mcu", "model")
    services = [service(caller, "sips_tcp"), service(callee, "sips_tcp")]
    for outcome in (NONE, OPEN):
        for step in services:
            if step.outcome == outcome:
                return step
    return PASSED


def _without_key() -> Side:
    return Side(fail("key_does_not_match", "certificate"), asked=True)


def _of_callee(caller: Device, callee: Device, known: Peer, world: World) -> Side:
    """The caller verifies the one that it calls: trust, name, purpose."""
    asked = verifies(caller, "outgoing_sip")
    if not key_matches(callee):
        return _without_key()
    if asked is False:
        return Side()
    wanted: Names = known.identifiers or callee.get("device.addresses") or (None,)  # type: ignore[assignment]
    identity = covered_if_known(callee.local.leaf if callee.local else None, wanted, "mcu")
    found = _verified(caller, callee, "serverAuth", identity, known.chain_complete, world)
    return found if asked else Side(*(unless(step, missing()) for step in found.steps), asked=None)


def _of_caller(callee: Device, caller: Device, world: World) -> Side:
    """The one that is called verifies the caller: trust and purpose; no name (section 3, 2)."""
    asked = verifies(callee, "incoming_sip")
    if not key_matches(caller):
        return _without_key()
    if asked is False:
        return Side()
    found = _verified(callee, caller, "clientAuth", NOT_ASKED, _seen_from(callee, caller).chain_complete, world)
    presents = presents_outbound(caller)
    if presents != PASSED:
        rejected = found.trust.code == "empty_store"
        found = Side(found.trust if rejected else instead(presents, found.trust), NOT_ASKED, found.purpose, True)
    return found if asked else Side(*(unless(step, missing()) for step in found.steps), asked=None)


def _verified(judge: Device, shown: Device, needed: str, identity: Step, complete: bool | None, world: World) -> Side:
    store, local = judge.sip_store, shown.local
    found = trust(local, store, MCU, world.elsewhere, AT, complete)
    purposes = purpose_of(local, store, needed, MCU, world)
    return Side(found, identity, purposes, True)


def _authenticated(one: Side, two: Side) -> str:
    values = []
    for side in (one, two):
        outcomes = {step.outcome for step in side.steps}
        values.append(
            False
            if side.asked is False or FAIL in outcomes
            else None
            if OPEN in outcomes or side.asked is None
            else True
        )
    if None in values:
        return "open"
    return {(True, True): "both", (True, False): "mcu_only", (False, True): "peer_only"}.get(tuple(values), "neither")  # type: ignore[call-overload]

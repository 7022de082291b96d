"""CAs that are installed before a step that would break something without them, proven by predicting with them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

from mcuaudit.devices.issuers import public_certificates
from mcuaudit.domain.certificate import Certificate
from mcuaudit.domain.remedy import Remedy, RemedyKind, parse_remedy
from mcuaudit.domain.slots import TRUST_STORE_SLOTS, Slot
from mcuaudit.pkix import self_signed
from mcuaudit.pkix.signatures import SignatureCheck, SignatureMemo
from mcuaudit.variants.changes import AddAuthority
from mcuaudit.variants.effects import WORSE
from mcuaudit.variants.fleet_state import FleetState, Item

_OF_STORES: Final = frozenset(
    {RemedyKind.ADD_AUTHORITY, RemedyKind.ADD_AUTHORITY_OR_REISSUE, RemedyKind.ADD_ISSUER, RemedyKind.PRESENT_AUTHORITY}
)
_ROUNDS: Final = 3
"""A connection may lack a CA at each of its ends."""


def authorities_to_install(base: FleetState, final: FleetState) -> list[AddAuthority]:
    """The CAs of the export without which the target would break what works, and with which it does not.

    Args:
        base: the fleet as it is.
        final: with the target.
    """
    found: list[AddAuthority] = []
    state = final
    for _ in range(_ROUNDS):
        worse = [item for item in state.effects_since(base) if item.effect in WORSE]
        new = [one for one in _candidates(worse, state) if _improves(one, state, base, len(worse))]
        if not new:
            break
        found += new
        state = state.after(new)
    return found


def _improves(change: AddAuthority, state: FleetState, base: FleetState, worse: int) -> bool:
    after = state.after([change])
    return sum(item.effect in WORSE for item in after.effects_since(base)) < worse


def _candidates(worse: Iterable[Item], state: FleetState) -> Iterator[AddAuthority]:
    seen: set[str] = set()
    for item in worse:
        row = item.after
        if row is None or not row.get("remedy_id") or row["remedy_id"] in seen:
            continue
        seen.add(row["remedy_id"])
        remedy = parse_remedy(row["remedy_id"])
        if remedy.kind in _OF_STORES and remedy.target is not None and remedy.target.slot is not None:
            authorities = _authorities(remedy, row, state)
            if authorities:
                yield from _addition(remedy, row, authorities)


def _addition(remedy: Remedy, row: Mapping[str, Any], authorities: Sequence[Certificate]) -> Iterator[AddAuthority]:
    place = remedy.target
    if place is None or place.slot is None:
        return
    if place.slot in TRUST_STORE_SLOTS:
        yield AddAuthority(place.slot, authorities, place.owner)
    elif place.slot is Slot.PEER_TRUST_STORE:
        yield AddAuthority(place.slot, authorities, row["device_id"], place.owner)


def _authorities(remedy: Remedy, row: Mapping[str, Any], state: FleetState) -> list[Certificate]:
    """The CAs above what is presented, up to a root; none where one is public, or not in the export."""
    records = state.fleet.certificate_records
    of_peer = remedy.target is not None and remedy.target.slot is Slot.PEER_TRUST_STORE
    of_other = remedy.target is not None and remedy.target.owner not in (row["device_id"], "") and not of_peer
    presented = row.get("local_certificate" if of_peer or of_other else "peer_certificate")
    authorities = [one for one in records.values() if one.may_be_ca]
    if isinstance(presented, str) and presented in records:
        found = _above(records[presented], authorities)
    else:
        named = [one for one in authorities if {one.subject_text, *one.common_names} & set(remedy.subject)]
        found = [*named[:1], *_above(named[0], authorities)] if named else []
    if not found or not self_signed(found[-1]):
        return []
    # A public CA would let in what anyone gets from it.
    public = public_certificates(records, state.fleet.policy.known.public_authorities)
    return [] if any(one.sha256 in public for one in found) else found


def _above(certificate: Certificate, authorities: Sequence[Certificate]) -> list[Certificate]:
    """The CAs that signed it, one above the other, up to a self-signed one as far as they are there."""
    found: list[Certificate] = []
    memo = SignatureMemo()
    below = certificate
    while not (self_signed(below) or below in found[:-1]):
        issuers = [
            one for one in authorities
            if one.subject == below.issuer and memo.check(below, one) is SignatureCheck.VALID
        ]  # fmt: skip
        if not issuers:
            break
        below = max(issuers, key=lambda one: one.not_after)
        found.append(below)
    return found

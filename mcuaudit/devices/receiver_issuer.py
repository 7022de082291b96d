"""Whether the HTTPS trust store has the CA of an https feedback receiver, whether or not the device verifies it yet.

A TMS in Secure-Only mode is such a receiver (Cisco TMS 15); once Server certificate security is "Verify certificate",
its CA must be in the store.
"""

from __future__ import annotations

from collections.abc import Iterable

from mcuaudit.devices.device import Device
from mcuaudit.devices.peer import Peer
from mcuaudit.devices.presentation import mcu_store, peer_certificate
from mcuaudit.devices.presented import Presented, Store
from mcuaudit.domain.certificate import Certificate
from mcuaudit.domain.outcome import Outcome
from mcuaudit.domain.remedy import Remedy, RemedyKind
from mcuaudit.domain.slots import Slot
from mcuaudit.domain.verdict import Verdict, damaged
from mcuaudit.pkix.checks import self_signed
from mcuaudit.pkix.descent import descendants
from mcuaudit.pkix.lacking import Lack, LackingAuthority
from mcuaudit.pkix.names import canonical_name


def held_issuer(device: Device, peer: Peer, authorities: Iterable[Certificate]) -> Verdict | None:
    """Whether the HTTPS trust store has a CA above the certificate of the receiver; None if that is not in the export.

    By names and signatures alone: validity and purposes are the subject of the connection.

    Args:
        authorities: the CA certificates of the export, by which a path may exist (reading A11).
    """
    presented, store = peer_certificate(peer), mcu_store(device, Slot.HTTPS_TRUST_STORE)
    if not isinstance(presented, Presented):
        return presented if "certificate" in peer.damage else None
    if not isinstance(store, Store):
        return store
    own = (presented.certificate, *presented.chain)
    if _below(store, own):
        return Verdict(Outcome.PASS, "issuer_held")
    lacking = _lacking(presented)
    cause = LackingAuthority(Lack.ISSUER, lacking).cause(store.place)
    reason = f"The {store.title} lacks {lacking}, without which the device cannot verify {peer.name}."
    add = Remedy(RemedyKind.ADD_AUTHORITY, (lacking,), store.place)
    if not store.complete:
        return _unread(f"Only a part of the {store.title} could be read.", store.place.file)
    if presented.chain_damaged:
        return _unread(f"A certificate that {peer.name} presents is unreadable.", presented.evidence)
    if not presented.chain_complete and _below(store, (*own, *authorities)):
        reason = (
            f"The {store.title} has no CA that issued what {peer.name} is known to present; {lacking} is elsewhere."
        )
        return Verdict(Outcome.OPEN, "intermediate_not_presented", reason, ("A11",), cause=cause, remedy=add)
    return Verdict(Outcome.FAIL, "no_issuer", reason, cause=cause, remedy=add)


def _unread(reason: str, file: str) -> Verdict:
    return damaged(file, f"{reason} It may complete the path.", Remedy(RemedyKind.EXPORT_AGAIN, (file,)))


def _below(store: Store, certificates: tuple[Certificate, ...]) -> bool:
    return certificates[0].sha256 in descendants(store.members, certificates)


def _lacking(presented: Presented) -> str:
    """The CA above the last certificate of the chain, or that certificate itself if it is a root."""
    last, left = presented.certificate, {canonical_name(one.subject): one for one in presented.chain}
    while not self_signed(last) and (issuer := left.pop(canonical_name(last.issuer), None)):
        last = issuer
    return last.subject_text if self_signed(last) else last.issuer_text

"""The decision of the peer about the MCU: trust, name and purpose of the local certificate."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

from mcuaudit.devices.calls_between import at_other_end, known_as, seen_from_elsewhere
from mcuaudit.devices.damage import peer_doubt
from mcuaudit.devices.device import Device
from mcuaudit.devices.names import (
    HOST_NAMES_EVIDENCE,
    SERVERS,
    SIP,
    UNRECORDED_STANDARDS,
    compares_names,
    expected_doubt,
    expected_may_be_unused,
    expected_names,
    missing_expected,
)
from mcuaudit.devices.peer import Peer
from mcuaudit.devices.presentation import local_certificate, peer_store, presents_perhaps_nothing
from mcuaudit.devices.presented import Presented, Store
from mcuaudit.devices.private_key import without_key
from mcuaudit.devices.verifiers import verifier_of
from mcuaudit.domain.answer import Answer
from mcuaudit.domain.certificate import CLIENT_AUTH, SERVER_AUTH
from mcuaudit.domain.outcome import Outcome
from mcuaudit.domain.standards import Standard
from mcuaudit.domain.verdict import NOT_APPLICABLE, Verdict, decisive, missing, not_applicable
from mcuaudit.predict.context import FleetContext
from mcuaudit.predict.exchanges import Exchange
from mcuaudit.predict.mcu_side import mcu_side
from mcuaudit.predict.purposes import purpose_alone
from mcuaudit.predict.revocation import CrlUse, crl_uses
from mcuaudit.predict.trust import certain_defect, empty_store

COLUMNS: Final = ("peer_trust", "peer_identity", "peer_purpose")


@dataclass(frozen=True, slots=True)
class PeerSide:
    """The decision of the peer.

    Attributes:
        verifies: whether it verifies the MCU's certificate.
        standard: the rule by which it compares names; None if it is not known.
    """

    verifies: Answer
    standard: Standard | None
    trust: Verdict = NOT_APPLICABLE
    identity: Verdict = NOT_APPLICABLE
    purpose: Verdict = NOT_APPLICABLE

    @property
    def verdicts(self) -> tuple[Verdict, ...]:
        """All verdicts, in the order of `COLUMNS`."""
        return self.trust, self.identity, self.purpose


def peer_side(device: Device, exchange: Exchange, fleet: FleetContext) -> PeerSide:
    """The verdicts of a peer about the device."""
    peer, other = exchange.peer, fleet.other_end(exchange.peer)
    if other and exchange.type in SIP:
        return _another_mcu(device, exchange, other, fleet)
    standard = peer.standard or (None if exchange.type in SIP else Standard.RFC9525)
    side = PeerSide(Answer.YES, standard)
    if exchange.exists.outcome is not Outcome.PASS:
        return side
    without = without_key(device)
    if without and without.outcome is Outcome.FAIL:
        # No handshake succeeds, whatever the peer verifies.
        return replace(side, trust=without)
    if standard is Standard.NONE:
        none = not_applicable("peer_verifies_nothing", "The peer verifies no certificate.")
        return replace(side, trust=without or none)
    found = _verdicts(device, exchange, side, fleet)
    # Whether its key matches is not known: what fails without regard to it fails.
    return found if without is None else replace(found, trust=decisive([without, found.trust]))


def _verdicts(device: Device, exchange: Exchange, side: PeerSide, fleet: FleetContext) -> PeerSide:
    """What a peer that is not an MCU of the fleet decides about the local certificate."""
    doubtful = peer_doubt(exchange.peer, "standard")
    if doubtful:
        return replace(side, trust=doubtful, identity=doubtful)
    local, store = local_certificate(device), peer_store(exchange.peer)
    if isinstance(local, Verdict):
        if isinstance(store, Store) and store.empty:
            return replace(side, trust=_if_presented(empty_store(store), device, exchange), identity=local)
        return replace(side, trust=local, identity=local)
    standard = side.standard
    trust, purpose = _trust_and_purpose(exchange, standard, local, store, fleet)
    return replace(
        side,
        trust=trust if trust is store else _if_presented(trust, device, exchange),
        identity=_if_presented(_identity(device, exchange, standard, local, fleet), device, exchange),
        purpose=_if_presented(purpose, device, exchange),
    )


def _another_mcu(device: Device, exchange: Exchange, other: Device, fleet: FleetContext) -> PeerSide:
    """The decision of another MCU: what it decides itself about this call, as the row at its end has it."""
    if device.device_id not in fleet.devices:
        fleet = replace(fleet, devices={**fleet.devices, device.device_id: device})
    there = at_other_end(exchange.type)
    known = known_as(device, other, exchange.type)
    found = mcu_side(other, Exchange(there, known, exchange.exists), fleet, NOT_APPLICABLE)
    trust, identity, purpose = (seen_from_elsewhere(verdict, other) for verdict in found.certificate_checks)
    if exchange.exists.outcome is Outcome.PASS and trust.outcome is Outcome.NOT_APPLICABLE:
        trust = not_applicable("peer_verifies_nothing", "The other MCU does not verify this call.")
    elif exchange.exists.outcome is Outcome.PASS and not compares_names(there):
        identity = not_applicable("no_name_compared", "An MCU does not compare names for incoming calls.")
    return PeerSide(found.verifies, Standard.MCU, trust, identity, purpose)


def _trust_and_purpose(
    exchange: Exchange, standard: Standard | None, local: Presented, store: Store | Verdict, fleet: FleetContext
) -> tuple[Verdict, Verdict]:
    purpose = SERVER_AUTH if exchange.definition.mcu_role == "server" else CLIENT_AUTH
    names, verifier = standard or Standard.MCU, verifier_of(exchange.peer)
    if isinstance(store, Verdict):
        return certain_defect(local, fleet.at) or store, purpose_alone(local, purpose, names, verifier)
    found = [_by_store(exchange.peer, standard, local, store, purpose, crls, fleet) for crls in crl_uses(exchange.peer)]
    if len({trust.outcome for trust, _ in found}) > 1:
        # Whether it checks CRLs cannot be read, and it matters.
        return peer_doubt(exchange.peer, "checks_crls") or found[0][0], found[0][1]
    return found[0]


def _by_store(
    peer: Peer, standard: Standard | None, local: Presented, store: Store, purpose: str, crls: CrlUse,
    fleet: FleetContext,
) -> tuple[Verdict, Verdict]:  # fmt: skip
    verifier = verifier_of(peer)
    judged = fleet.checks.judge(local, store, purpose, standard or Standard.MCU, verifier, crls)
    if standard is not None:
        return judged.trust, judged.purpose
    strict = fleet.checks.judge(local, store, purpose, Standard.VCS, verifier, crls).trust
    same = strict.outcome is judged.trust.outcome
    return judged.trust if same else _standard_missing(peer), judged.purpose


def _if_presented(verdict: Verdict, device: Device, exchange: Exchange) -> Verdict:
    """Readings A20 and A26: the MCU may present no certificate on the connections that it opens."""
    outgoing = exchange.definition.mcu_role == "client" and verdict.outcome is not Outcome.NOT_APPLICABLE
    return (presents_perhaps_nothing(device) if outgoing else None) or verdict


def _identity(
    device: Device, exchange: Exchange, standard: Standard | None, local: Presented, fleet: FleetContext
) -> Verdict:
    peer = exchange.peer
    doubtful = expected_doubt(device, peer, exchange.definition)
    if doubtful:
        return doubtful
    names, evidence = expected_names(device, peer, exchange.definition)
    unknown = missing_expected(device, peer, exchange.definition)
    if unknown or not names:
        return missing(unknown or evidence, f"The export has no name that {peer.name} expects of the MCU.")
    if standard:
        found = fleet.checks.identity(local.certificate, names, standard, local.place, peer.version)
    else:
        found = _by_either_standard(peer, local, names, fleet)
    if found.outcome is not Outcome.FAIL or peer.expects is not None:
        return found
    if expected_may_be_unused(device, names):
        return missing(
            HOST_NAMES_EVIDENCE,
            f"{found.reason} The short name comes from the MCU itself, and the export does not say whether {peer.name}"
            " uses it.",
        )
    if exchange.type in SERVERS:
        # It is not documented whether a server compares the name of a TLS client.
        return missing(
            f'peers.toml [[peer]] "{peer.name}" expects',
            f"{found.reason} The export does not say whether {peer.name} compares it.",
        )
    return found


def _by_either_standard(peer: Peer, local: Presented, names: tuple[str, ...], fleet: FleetContext) -> Verdict:
    """A SIP peer whose standard is not recorded may follow the guideline of the Release Notes, or RFC 5922."""
    guideline, strict = (
        fleet.checks.identity(local.certificate, names, standard, local.place) for standard in UNRECORDED_STANDARDS
    )
    return guideline if guideline.outcome is strict.outcome else _standard_missing(peer)


def _standard_missing(peer: Peer) -> Verdict:
    reason = f"The standard of {peer.name} is not recorded, and the standards differ here."
    return missing(f'peers.toml [[peer]] "{peer.name}" standard', reason)

"""The decision of the peer about the MCU: trust, name and purpose of the local certificate."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

from mcuaudit.devices.damage import peer_doubt
from mcuaudit.devices.device import Device
from mcuaudit.devices.models import not_judged
from mcuaudit.devices.names import (
    HOST_NAMES_EVIDENCE,
    SERVERS,
    SIP,
    UNRECORDED_STANDARDS,
    expected_doubt,
    expected_may_be_unused,
    expected_names,
)
from mcuaudit.devices.peer import Peer
from mcuaudit.devices.presentation import local_certificate, peer_store, presents_perhaps_nothing
from mcuaudit.devices.presented import Presented, Store
from mcuaudit.devices.private_key import without_key
from mcuaudit.devices.verification import verification_lacking, verified_by
from mcuaudit.domain.answer import Answer
from mcuaudit.domain.certificate import CLIENT_AUTH, SERVER_AUTH
from mcuaudit.domain.connections import ConnectionType
from mcuaudit.domain.outcome import Outcome
from mcuaudit.domain.standards import Standard
from mcuaudit.domain.verdict import NOT_APPLICABLE, Verdict, missing, not_applicable
from mcuaudit.predict.context import FleetContext
from mcuaudit.predict.exchanges import Exchange

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
    peer = exchange.peer
    standard = peer.standard or (None if exchange.type in SIP else Standard.RFC9525)
    side = PeerSide(verified_by(fleet.other_end(peer), exchange.type), standard)
    if exchange.exists.outcome is not Outcome.PASS:
        return side
    not_an_mcu = not_judged(fleet.other_end(peer))
    if not_an_mcu:
        return PeerSide(Answer.OPEN, standard, not_an_mcu, not_an_mcu, not_an_mcu)
    without = without_key(device)
    if without:
        # No handshake succeeds, whatever the peer verifies.
        return replace(side, trust=without)
    if standard is Standard.NONE:
        return replace(side, trust=not_applicable("peer_verifies_nothing", "The peer verifies no certificate."))
    if side.verifies is Answer.NO:
        return replace(side, trust=not_applicable("peer_verifies_nothing", "The other MCU does not verify this call."))
    doubtful = peer_doubt(peer, "standard")
    if doubtful:
        return replace(side, trust=doubtful, identity=doubtful)
    local = local_certificate(device)
    if isinstance(local, Verdict):
        return replace(side, trust=local, identity=local)
    store = peer_store(peer)

    def certain(verdict: Verdict) -> Verdict:
        return _if_verified(_if_presented(verdict, device, exchange), exchange, side.verifies, fleet)

    identity = certain(_identity(device, exchange, standard, local, fleet))
    trust, purpose = _trust_and_purpose(exchange, standard, local, store, fleet)
    # A store that is not in the export leaves trust open, whatever the peer verifies.
    return replace(
        side,
        trust=certain(trust) if isinstance(store, Store) else trust,
        identity=identity,
        purpose=certain(purpose),
    )


def _trust_and_purpose(
    exchange: Exchange, standard: Standard | None, local: Presented, store: Store | Verdict, fleet: FleetContext
) -> tuple[Verdict, Verdict]:
    purpose = SERVER_AUTH if exchange.definition.mcu_role == "server" else CLIENT_AUTH
    judge = standard or Standard.MCU
    if isinstance(store, Verdict):
        return store, fleet.checks.purpose_alone(local, purpose, judge)
    judged = fleet.checks.judge(local, store, purpose, judge)
    if standard is not None:
        return judged.trust, judged.purpose
    strict = fleet.checks.judge(local, store, purpose, Standard.VCS).trust
    same = strict.outcome is judged.trust.outcome
    return judged.trust if same else _standard_missing(exchange.peer), judged.purpose


def _if_verified(verdict: Verdict, exchange: Exchange, verifies: Answer, fleet: FleetContext) -> Verdict:
    """If the setting of another MCU is not known, a verdict other than pass is open, with it as evidence."""
    if verifies is Answer.YES or verdict.outcome in (Outcome.PASS, Outcome.NOT_APPLICABLE):
        return verdict
    peer = exchange.peer
    evidence = f"{peer.peer_device}/settings.toml [ssl_certificates] verification_settings"
    reason = f"The export does not say whether {peer.name} verifies this call."
    other = fleet.other_end(peer)
    return verification_lacking(other, exchange.definition, evidence, reason) if other else missing(evidence, reason)


def _if_presented(verdict: Verdict, device: Device, exchange: Exchange) -> Verdict:
    """Reading A20: with the tick box off, the MCU may present no certificate on the connections that it opens."""
    outgoing = exchange.definition.mcu_role == "client" and verdict.outcome is not Outcome.NOT_APPLICABLE
    return (presents_perhaps_nothing(device) if outgoing else None) or verdict


def _identity(
    device: Device, exchange: Exchange, standard: Standard | None, local: Presented, fleet: FleetContext
) -> Verdict:
    peer = exchange.peer
    if peer.peer_device and exchange.type is ConnectionType.OUTGOING_SIP:
        return not_applicable("no_name_compared", "An MCU does not compare names for incoming calls.")
    doubtful = expected_doubt(device, peer, exchange.definition)
    if doubtful:
        return doubtful
    names, evidence = expected_names(device, peer, exchange.definition)
    if not names:
        return missing(evidence, f"The export has no name that {peer.name} expects of the MCU.")
    if standard:
        found = fleet.checks.identity(local.certificate, names, standard, local.place)
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

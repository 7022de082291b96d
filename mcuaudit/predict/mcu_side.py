"""The decision of the MCU about its peer: trust, name, purpose, and for users the login."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

from mcuaudit.devices.calls_between import seen_from_elsewhere
from mcuaudit.devices.damage import doubt, lacking, peer_doubt, peer_lacking
from mcuaudit.devices.device import Device
from mcuaudit.devices.names import (
    SERVERS,
    USERS,
    compares_names,
    missing_outbound,
    outbound_names,
    reference_doubt,
    reference_names,
)
from mcuaudit.devices.peer import Peer
from mcuaudit.devices.presentation import mcu_store, peer_certificate, presents_perhaps_nothing
from mcuaudit.devices.presented import Presented, Store
from mcuaudit.devices.private_key import without_key
from mcuaudit.devices.users import at_level, possible_levels
from mcuaudit.devices.verification import verification_lacking, verifies_peer
from mcuaudit.domain.answer import Answer
from mcuaudit.domain.cause import CauseKind, cause_at
from mcuaudit.domain.connections import ConnectionType
from mcuaudit.domain.outcome import Outcome
from mcuaudit.domain.remedy import Remedy, RemedyKind
from mcuaudit.domain.settings import SETTING_BY_KEY
from mcuaudit.domain.slots import Place, Slot
from mcuaudit.domain.standards import Standard
from mcuaudit.domain.verdict import NOT_APPLICABLE, Verdict, decisive
from mcuaudit.domain.verifiers import Verifier
from mcuaudit.predict.context import FleetContext
from mcuaudit.predict.exchanges import Exchange
from mcuaudit.predict.login import login
from mcuaudit.predict.ocsp import OCSP_ANSWER_MISSING, OCSP_PERHAPS_ASKED, OCSP_SERVER_UNDETERMINED, judge_response
from mcuaudit.predict.purposes import purpose_alone
from mcuaudit.predict.revocation import RevokedCertificate
from mcuaudit.predict.trust import certain_defect, empty_store

COLUMNS: Final = ("mcu_trust", "mcu_identity", "mcu_purpose", "login")


@dataclass(frozen=True, slots=True)
class McuSide:
    """The decision of the MCU.

    Attributes:
        verifies: whether it verifies the peer's certificate.
        references: the names that it compares with the certificate.
        revoked: the certificate that a revocation list of the export revokes, on the path by which it trusts the peer.
    """

    verifies: Answer
    references: tuple[str, ...] = ()
    trust: Verdict = NOT_APPLICABLE
    identity: Verdict = NOT_APPLICABLE
    purpose: Verdict = NOT_APPLICABLE
    login: Verdict = NOT_APPLICABLE
    revoked: RevokedCertificate | None = None

    @property
    def certificate_checks(self) -> tuple[Verdict, ...]:
        """The verdicts about the peer's certificate."""
        return self.trust, self.identity, self.purpose

    @property
    def verdicts(self) -> tuple[Verdict, ...]:
        """All verdicts, in the order of `COLUMNS`."""
        return (*self.certificate_checks, self.login)

    @property
    def decision(self) -> Verdict:
        """The deciding verdict."""
        return decisive(self.verdicts)


def mcu_side(device: Device, exchange: Exchange, fleet: FleetContext, ocsp: Verdict) -> McuSide:
    """The verdicts of the device about its peer.

    Args:
        ocsp: the verdict about the OCSP response for client certificates of this device.
    """
    verifies = verifies_peer(device, exchange.definition)
    if exchange.exists.outcome is not Outcome.PASS:
        return McuSide(verifies)
    peer, other = exchange.peer, fleet.other_end(exchange.peer)
    without = without_key(other)
    without = seen_from_elsewhere(without, other) if without and other else None
    if without and without.outcome is Outcome.FAIL:
        # Another MCU without the key of its certificate completes no handshake, whatever is verified.
        return McuSide(verifies, trust=without)
    if peer.presents_none and exchange.definition.mcu_role == "client":
        # A TLS server without a certificate cannot be called, whatever the MCU verifies.
        return McuSide(verifies, trust=_no_server_certificate(peer))
    presented = peer_certificate(peer)
    side = McuSide(verifies, reference_names(device, peer, exchange.definition, exchange.from_url))
    if verifies is not Answer.NO:
        judged = _certificate(device, exchange, side.references, presented, fleet)
        trust, identity, purpose = (_if_verified(verdict, device, exchange, verifies) for verdict in judged)
        revoked = _revoked(device, exchange, presented, fleet) if trust.outcome in _PERHAPS_ACCEPTED else None
        side = replace(side, trust=trust, identity=identity, purpose=purpose, revoked=revoked)
    elif exchange.definition.mcu_role == "client":
        # Whether it has one is not known.
        side = replace(side, trust=peer_doubt(peer, "certificate") or side.trust)
    if without:
        # Whether its key matches is not known: what fails without regard to it fails.
        side = replace(side, trust=decisive([without, side.trust]))
    if exchange.type not in USERS:
        return side
    side = replace(side, login=_login(device, exchange, presented, fleet, ocsp))
    return (
        side
        if side.decision.outcome is not Outcome.OPEN
        else _refused_at_each_level(device, exchange, side, fleet, ocsp)
    )


_PERHAPS_ACCEPTED: Final = (Outcome.PASS, Outcome.OPEN)


def _revoked(
    device: Device, exchange: Exchange, presented: Presented | Verdict, fleet: FleetContext
) -> RevokedCertificate | None:
    """What is revoked on the path of a certificate that the MCU trusts: it uses no CRLs."""
    store = mcu_store(device, exchange.definition.trust_store)
    if isinstance(store, Verdict) or isinstance(presented, Verdict):
        return None
    return fleet.checks.judge(presented, store, exchange.definition.peer_purpose, Standard.MCU, Verifier.MCU).revoked


def _refused_at_each_level(
    device: Device, exchange: Exchange, side: McuSide, fleet: FleetContext, ocsp: Verdict
) -> McuSide:
    """The side with a certain refusal, if the level is not known and each level refuses the user for its own reason."""
    levels = possible_levels(device)
    if not levels[1:]:
        return side
    found = [mcu_side(at_level(device, level), exchange, fleet, ocsp).decision for level in levels]
    certain = all(verdict.outcome is Outcome.FAIL for verdict in found)
    return replace(side, login=found[0]) if certain else side


def _login(
    device: Device, exchange: Exchange, presented: Presented | Verdict, fleet: FleetContext, ocsp: Verdict
) -> Verdict:
    peer = exchange.peer
    if peer.presents_none:
        return login(device, peer, None, ocsp, _presents_none(exchange))
    if not isinstance(presented, Presented):
        return login(device, peer, None, ocsp)
    return login(device, peer, presented.certificate, _ocsp_answer(peer, presented, fleet, ocsp))


def _ocsp_answer(peer: Peer, presented: Presented, fleet: FleetContext, ocsp: Verdict) -> Verdict:
    """The saved response about this client: it decides if only the response is missing.

    If it is undetermined whether the server is accepted, only a rejection is certain; if it is not known whether OCSP
    is on, only an acceptance is.
    """
    if ocsp.reason_code not in _CERTAIN:
        return ocsp
    if peer.ocsp_response is None:
        return (peer_doubt(peer, "ocsp_response") if ocsp.reason_code == OCSP_ANSWER_MISSING else None) or ocsp
    issuers = (*presented.chain, *fleet.authorities.get(presented.certificate.issuer, ()))
    found = judge_response(peer.ocsp_response, presented.certificate, issuers, fleet.at, presented.place)
    return found if found.outcome in _CERTAIN[ocsp.reason_code] else ocsp


_CERTAIN: Final = {
    OCSP_ANSWER_MISSING: frozenset(Outcome),
    OCSP_PERHAPS_ASKED: frozenset({Outcome.PASS}),
    OCSP_SERVER_UNDETERMINED: frozenset({Outcome.FAIL}),
}
"""The outcomes of a saved answer that count, by what is not known."""


def _if_verified(verdict: Verdict, device: Device, exchange: Exchange, verifies: Answer) -> Verdict:
    """If the setting is not known, a verdict other than pass is open, with the setting as missing evidence."""
    if verifies is Answer.YES or verdict.outcome in (Outcome.PASS, Outcome.NOT_APPLICABLE):
        return verdict
    reason = "The export does not say whether the MCU verifies the peer's certificate."
    if exchange.peer.peer_device:
        reason = f"The export does not say whether {device.device_id} verifies this call."
    return verification_lacking(device, exchange.definition, reason)


def _certificate(
    device: Device,
    exchange: Exchange,
    references: tuple[str, ...],
    presented: Presented | Verdict,
    fleet: FleetContext,
) -> tuple[Verdict, Verdict, Verdict]:
    """Trust, identity and purpose of the peer's certificate."""
    if exchange.peer.presents_none:
        return _presents_none(exchange), NOT_APPLICABLE, NOT_APPLICABLE
    store = mcu_store(device, exchange.definition.trust_store)
    if isinstance(store, Store) and store.empty:
        # An empty store trusts no certificate.
        return empty_store(store), NOT_APPLICABLE, NOT_APPLICABLE
    compared = compares_names(exchange.definition)
    if isinstance(presented, Verdict):
        return presented, presented if compared else NOT_APPLICABLE, NOT_APPLICABLE
    identity = _identity(device, exchange, references, presented, fleet) if compared else NOT_APPLICABLE
    purpose = exchange.definition.peer_purpose
    if isinstance(store, Verdict):
        certain = certain_defect(presented, fleet.at)
        trust = _if_caller_presents(certain, exchange, fleet) if certain else store
        return trust, identity, purpose_alone(presented, purpose, Standard.MCU, Verifier.MCU)
    judged = fleet.checks.judge(presented, store, purpose, Standard.MCU, Verifier.MCU)
    return _if_caller_presents(judged.trust, exchange, fleet), identity, judged.purpose


def _if_caller_presents(verdict: Verdict, exchange: Exchange, fleet: FleetContext) -> Verdict:
    """Readings A20 and A26 for another MCU that calls: it may present no certificate."""
    caller = fleet.other_end(exchange.peer)
    if caller is None or exchange.type is not ConnectionType.INCOMING_SIP:
        return verdict
    nothing = presents_perhaps_nothing(caller)
    # A file is named with its device in the rows of both ends.
    return seen_from_elsewhere(nothing, caller) if nothing else verdict


def _no_server_certificate(peer: Peer) -> Verdict:
    place = Place(Slot.PEER_CERTIFICATE, peer.name, peer.file)
    reason = f"{peer.name} presents no certificate, and a TLS server without one cannot be reached."
    remedy = Remedy(RemedyKind.PROVIDE_SERVER_CERTIFICATE, target=place)
    return Verdict(Outcome.FAIL, "no_certificate", reason, cause=cause_at(CauseKind.CERTIFICATE, place), remedy=remedy)


def _presents_none(exchange: Exchange) -> Verdict:
    peer = exchange.peer
    setting = SETTING_BY_KEY[exchange.definition.setting].label
    place = Place(Slot.PEER_CERTIFICATE, peer.name, peer.file)
    return Verdict(
        Outcome.FAIL, "no_certificate", f"{peer.name} presents no certificate, and the MCU requires one.",
        cause=cause_at(CauseKind.CERTIFICATE, place),
        remedy=Remedy(RemedyKind.PROVIDE_CERTIFICATE, (setting,), target=place),
    )  # fmt: skip


def _identity(
    device: Device, exchange: Exchange, references: tuple[str, ...], presented: Presented, fleet: FleetContext
) -> Verdict:
    peer = exchange.peer
    doubtful = reference_doubt(peer, exchange.definition, exchange.from_url)
    if doubtful:
        return doubtful
    if not references:
        return peer_lacking(peer, "identifiers", f"The export has no name or address of {peer.name}.")
    server = exchange.type in SERVERS
    standard = Standard.RFC9525 if server else Standard.MCU
    found = fleet.checks.identity(presented.certificate, references, standard, presented.place)
    if server:
        # Whether the MCU compares the name of an HTTPS server is not documented.
        return _opened(found, "A16") if found.outcome is Outcome.FAIL else found
    undecided = _undecided_reference(device, peer, found, presented, fleet)
    return undecided if undecided and found.outcome is not Outcome.OPEN else found


_OUTBOUND_TITLES: Final = {"outbound_address": "Outbound address", "outbound_domain": "Outbound domain"}


def _same_by_proxy(device: Device, peer: Peer, found: Verdict, presented: Presented, fleet: FleetContext) -> bool:
    """Whether the outcome on a direct route is the one on a proxied route too."""
    if missing_outbound(device, replace(peer, route="proxied")):
        return False
    names = tuple(dict.fromkeys((*peer.identifiers, *outbound_names(device))))
    proxied = fleet.checks.identity(presented.certificate, names, Standard.MCU, presented.place)
    return proxied.outcome is found.outcome


def _undecided_reference(
    device: Device, peer: Peer, found: Verdict, presented: Presented, fleet: FleetContext
) -> Verdict | None:
    """The open verdict of a name that the MCU may compare and that the export does not have (A7).

    For each call the identifiers of the peer, for a proxied one Outbound address and domain as well.
    """
    if not peer.identifiers:
        return peer_lacking(peer, "identifiers", f"The export has no name or address of {peer.name}.")
    doubtful = None if peer.route == "direct" else doubt(device, "sip.outbound_call_configuration")
    key = missing_outbound(device, peer)
    if doubtful or key is None:
        return doubtful
    if key == "route" and _same_by_proxy(device, peer, found, presented, fleet):
        return None
    if key == "route":
        return peer_lacking(peer, "route", f"The export does not say whether calls to {peer.name} are proxied.")
    reason = f"The {_OUTBOUND_TITLES[key]} is not in the export, and the MCU may compare it."
    found = lacking(device, f"sip.{key}", reason)
    return found if device.setting(f"sip.{key}").damaged else replace(found, readings=("A7",))


def _opened(verdict: Verdict, reading: str) -> Verdict:
    return replace(verdict, outcome=Outcome.OPEN, readings=(*verdict.readings, reading))

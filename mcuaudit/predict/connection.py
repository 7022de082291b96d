"""One connection with the verdicts of both sides: the outcome, who verified whom, and the row of the frame."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Final

from mcuaudit.devices.calls_between import call_exists, seen_from_elsewhere
from mcuaudit.devices.device import Device
from mcuaudit.devices.names import SIP
from mcuaudit.devices.private_key import without_key
from mcuaudit.domain.answer import Answer
from mcuaudit.domain.connections import ConnectionType
from mcuaudit.domain.name_lists import join_names
from mcuaudit.domain.outcome import Outcome, worst
from mcuaudit.domain.verdict import EXISTS, Verdict, decisive
from mcuaudit.predict import mcu_side as mcu
from mcuaudit.predict import peer_side as peers
from mcuaudit.predict.context import FleetContext
from mcuaudit.predict.exchanges import Exchange
from mcuaudit.wording.causes import cause_words
from mcuaudit.wording.remedies import remedy_sentence


@dataclass(frozen=True, slots=True)
class Connection:
    """One exchange of one device, with the decision of each side."""

    device: Device
    exchange: Exchange
    mcu: mcu.McuSide
    peer: peers.PeerSide

    @property
    def connection_id(self) -> str:
        """Its stable name: device, connection type, peer, and the identifier if the peer has several."""
        return self.exchange.connection_id(self.device)

    @property
    def verdicts(self) -> tuple[Verdict, ...]:
        """All checks of both sides, the MCU's first.

        Of a call between two MCUs, those of the caller come first, so that both rows have the same reason.
        """
        if self.exchange.peer.peer_device and self.exchange.type is ConnectionType.INCOMING_SIP:
            return (*self.peer.verdicts, *self.mcu.verdicts)
        return (*self.mcu.verdicts, *self.peer.verdicts)


def judge(device: Device, exchange: Exchange, fleet: FleetContext, ocsp: Verdict) -> Connection:
    """Evaluate one connection from both sides.

    Args:
        ocsp: the verdict about the OCSP response for client certificates of this device.
    """
    other = fleet.other_end(exchange.peer)
    if other and exchange.type in SIP:
        exchange = replace(exchange, exists=call_exists(device, other, exchange.peer, exchange.type))
    if exchange.undeclared:
        return _with_any_peer(device, exchange, fleet, ocsp)
    return Connection(
        device, exchange, mcu.mcu_side(device, exchange, fleet, ocsp), peers.peer_side(device, exchange, fleet)
    )


def _with_any_peer(device: Device, exchange: Exchange, fleet: FleetContext, ocsp: Verdict) -> Connection:
    """The connection with peers that are not declared: refused if the MCU refuses each of them, else undetermined."""
    possible = replace(exchange, exists=EXISTS)
    side, without = mcu.mcu_side(device, possible, fleet, ocsp), without_key(device)
    if without and without.outcome is Outcome.FAIL:
        # Without the key of its certificate the device has no TLS connection with any peer.
        return Connection(device, possible, side, peers.peer_side(device, possible, fleet))
    # Whether such a peer verifies the MCU is not known.
    there = replace(peers.peer_side(device, exchange, fleet), verifies=Answer.OPEN)
    if side.decision.outcome is Outcome.FAIL:
        return Connection(device, possible, side, there)
    return Connection(device, exchange, mcu.mcu_side(device, exchange, fleet, ocsp), there)


_ACCEPTED: Final = {
    "both": "Both sides accept the certificates.",
    "mcu_only": "The certificates are accepted; the peer does not verify the MCU.",
    "peer_only": "The certificates are accepted; the MCU does not verify the peer.",
    "neither": "Neither side verifies a certificate.",
    "open": "The certificates are accepted; the export does not say whether the MCU verifies the peer.",
}


def verdict_of(connection: Connection) -> Verdict:
    """The deciding verdict: that it cannot exist, else the first of the worst checks, else that it is accepted."""
    if connection.exchange.exists.outcome is not Outcome.PASS:
        return connection.exchange.exists
    found = decisive(connection.verdicts)
    if found.outcome in (Outcome.PASS, Outcome.NOT_APPLICABLE):
        return Verdict(Outcome.PASS, "accepted", _ACCEPTED[authenticated(connection)])
    return found


def authenticated(connection: Connection) -> str:
    """Who has verified the other: both, mcu_only, peer_only, neither, or open if that is not known."""
    if connection.exchange.exists.outcome is Outcome.NOT_APPLICABLE:
        return "neither"
    if connection.exchange.exists.outcome is Outcome.OPEN:
        return "open"
    by_mcu = _verified(connection.mcu.verifies, connection.mcu.certificate_checks)
    by_peer = _verified(connection.peer.verifies, connection.peer.verdicts)
    if Answer.OPEN in (by_mcu, by_peer):
        return "open"
    if by_mcu is by_peer:
        return "both" if by_mcu is Answer.YES else "neither"
    return "mcu_only" if by_mcu is Answer.YES else "peer_only"


def _verified(verifies: Answer, checks: tuple[Verdict, ...]) -> Answer:
    outcome = worst(*(verdict.outcome for verdict in checks))
    if verifies is Answer.NO or outcome is Outcome.FAIL:
        return Answer.NO
    if verifies is Answer.OPEN or outcome is Outcome.OPEN:
        return Answer.OPEN
    return Answer.NO if outcome is Outcome.NOT_APPLICABLE else Answer.YES


def readings(connection: Connection, final: Verdict) -> tuple[str, ...]:
    """The readings of every check with the same outcome as the connection, in order, each once."""
    same = [verdict for verdict in connection.verdicts if verdict.outcome is final.outcome]
    return tuple(dict.fromkeys(reading for verdict in (final, *same) for reading in verdict.readings))


def further_causes(connection: Connection, final: Verdict) -> int:
    """The number of other causes that prevent a pass; a file of the device is one, with its device or without."""
    preventing = (Outcome.FAIL, Outcome.OPEN)
    found = [verdict for verdict in connection.verdicts if verdict.outcome in preventing]
    first, *causes = (seen_from_elsewhere(verdict, connection.device).cause for verdict in (final, *found))
    return len(set(causes) - {first})


def fails_on(connection: Connection, final: Verdict) -> datetime | None:
    """The second after the first expiry of the certificates that a pass depends on; notAfter itself is still valid."""
    return first_end(connection) if final.outcome is Outcome.PASS else None


def first_end(connection: Connection) -> datetime | None:
    """The second after the first expiry of the certificates that are accepted; None if none is."""
    ends = [verdict.valid_until for verdict in connection.verdicts if verdict.valid_until]
    if not ends:
        return None
    try:
        return min(ends) + timedelta(seconds=1)
    except OverflowError:
        return min(ends)


def rests_on(connection: Connection) -> frozenset[str]:
    """SHA-256 of the certificates that a pass depends on: once one of them has ended, it is none."""
    return frozenset[str]().union(*(verdict.rests_on for verdict in connection.verdicts))


def connection_row(connection: Connection) -> dict[str, Any]:
    """The row of the frame `connections`."""
    device, exchange, peer = connection.device, connection.exchange, connection.exchange.peer
    final = verdict_of(connection)
    setting = device.setting(exchange.definition.setting)
    store = device.trust_stores.get(exchange.definition.trust_store)
    revoked = connection.mcu.revoked
    return {
        "connection_id": connection.connection_id,
        "site": device.site,
        "device": device.name,
        "device_id": device.device_id,
        "peer": peer.name,
        "connection_type": exchange.type,
        "mcu_role": exchange.definition.mcu_role,
        "route": peer.route,
        "reference": join_names(connection.mcu.references),
        "standard": connection.peer.standard,
        "setting": exchange.definition.setting,
        "setting_value": setting.value,
        "setting_source": setting.source,
        "mcu_verifies_peer": connection.mcu.verifies,
        **dict(zip(mcu.COLUMNS, _outcomes(connection.mcu.verdicts), strict=True)),
        **dict(zip(peers.COLUMNS, _outcomes(connection.peer.verdicts), strict=True)),
        "mcu_outcome": worst(*_outcomes(connection.mcu.verdicts)),
        "peer_outcome": worst(*_outcomes(connection.peer.verdicts)),
        "outcome": final.outcome,
        "authenticated": authenticated(connection),
        "reason_code": final.reason_code,
        "reason": final.reason,
        **advice_columns(final),
        "further_causes": further_causes(connection, final),
        "readings": " ".join(readings(connection, final)),
        "missing_evidence": final.missing_evidence or None,
        "fails_on": fails_on(connection, final),
        "local_certificate": device.local_certificate and device.local_certificate.sha256,
        "peer_certificate": peer.certificate and peer.certificate.sha256,
        "trust_store": store and store.key,
        "evidence_file": setting.file or None,
        "revoked": revoked and revoked.words,
        "revoked_on": revoked and revoked.on,
        "revoked_certificate": revoked and revoked.sha256,
    }


def advice_columns(verdict: Verdict) -> dict[str, str | None]:
    """What to fix or to collect, and what would fix it, as data and in words."""
    cause, remedy = verdict.cause, verdict.remedy
    return {
        "remedy": remedy_sentence(remedy) if remedy else "",
        "remedy_id": remedy.remedy_id if remedy else None,
        "cause": cause_words(cause) if cause else "",
        "cause_id": cause.cause_id if cause else None,
    }


def _outcomes(verdicts: tuple[Verdict, ...]) -> tuple[Outcome, ...]:
    return tuple(verdict.outcome for verdict in verdicts)

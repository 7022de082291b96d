"""What both sides of a connection decide: the MCU about the peer, and the peer about the MCU."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from mcuaudit.devices.device import Device
from mcuaudit.devices.presentation import local_certificate, mcu_store, peer_certificate, peer_store
from mcuaudit.devices.presented import Presented, Store
from mcuaudit.domain.certificate import CLIENT_AUTH, SERVER_AUTH, Certificate
from mcuaudit.domain.connections import ConnectionType
from mcuaudit.domain.name_lists import join_names
from mcuaudit.domain.outcome import Outcome, worst
from mcuaudit.domain.settings import (
    CALL_DIRECT,
    OUTGOING_AND_INCOMING_CALLS,
    OUTGOING_CALLS_ONLY,
    VERIFICATION_SETTINGS,
)
from mcuaudit.domain.standards import Standard
from mcuaudit.domain.verdict import NOT_APPLICABLE, Verdict, decisive, missing, not_applicable
from mcuaudit.predict.certificate_checks import CertificateChecks, empty_store
from mcuaudit.predict.exchanges import Exchange
from mcuaudit.predict.login import login
from mcuaudit.predict.ocsp import OCSP_ANSWER_MISSING, judge_response

_SIP: Final = (ConnectionType.INCOMING_SIP, ConnectionType.OUTGOING_SIP)
_USERS: Final = (ConnectionType.WEB_USER, ConnectionType.API_USER)
_SERVERS: Final = (ConnectionType.OCSP_SERVER, ConnectionType.FEEDBACK_RECEIVER)

MCU_COLUMNS: Final = ("mcu_trust", "mcu_identity", "mcu_purpose", "login")
PEER_COLUMNS: Final = ("peer_trust", "peer_identity", "peer_purpose")


@dataclass(frozen=True)
class Fleetwide:
    """What connections of all devices share."""

    certificates: Mapping[str, Certificate]
    judges: CertificateChecks
    store_files: Mapping[tuple[str, str], str]
    devices: Mapping[str, Device]
    authorities: Mapping[bytes, tuple[Certificate, ...]]
    """CA certificates of the export by the DER of their subject."""
    at: datetime


class Connection:
    """One exchange of one device, judged from both sides."""

    def __init__(self, device: Device, exchange: Exchange, fleet: Fleetwide, ocsp: Verdict) -> None:
        """`ocsp` is what is known of the OCSP server's answer about client certificates of this device."""
        self.device = device
        self.exchange = exchange
        self.fleet = fleet
        self.type = exchange.facts.connection_type
        self.references: tuple[str, ...] = ()
        self.peer_verifies = self._peer_verifies()
        self.standard = exchange.peer.standard or (None if self.type in _SIP else Standard.RFC9525)
        self.verdicts: dict[str, Verdict] = dict.fromkeys((*MCU_COLUMNS, *PEER_COLUMNS), NOT_APPLICABLE)
        if exchange.exists.outcome is Outcome.PASS:
            self._mcu_side(ocsp)
            self._peer_side()

    def _mcu_side(self, ocsp: Verdict) -> None:
        presented = peer_certificate(self.exchange.peer, self.fleet.certificates)
        self._references()
        if self.exchange.mcu_verifies != "no":
            trust, identity, purpose = self._mcu_judges(presented)
            for column, verdict in (("mcu_trust", trust), ("mcu_identity", identity), ("mcu_purpose", purpose)):
                self.verdicts[column] = self._if_verified(verdict)
        if self.type in _USERS:
            self.verdicts["login"] = self._login(presented, ocsp)

    def _login(self, presented: Presented | Verdict, ocsp: Verdict) -> Verdict:
        if self.exchange.peer.certificate_state == "none" and self.exchange.mcu_verifies == "yes":
            return self._presents_none()
        if not isinstance(presented, Presented):
            return login(self.device, self.exchange.peer, None, ocsp)
        return login(self.device, self.exchange.peer, presented.certificate, self._ocsp_answer(presented, ocsp))

    def _ocsp_answer(self, presented: Presented, ocsp: Verdict) -> Verdict:
        """The saved answer about this client, where OCSP is on and only the answer is missing."""
        response = self.exchange.peer.ocsp_response
        if response is None or ocsp.reason_code != OCSP_ANSWER_MISSING:
            return ocsp
        issuers = (*presented.chain, *self.fleet.authorities.get(presented.certificate.issuer, ()))
        return judge_response(response, presented.certificate, issuers, self.fleet.at, presented.holder)

    def _if_verified(self, verdict: Verdict) -> Verdict:
        """Where the setting is not told, what is not a pass is open for want of the setting."""
        if self.exchange.mcu_verifies == "yes" or verdict.outcome in (Outcome.PASS, Outcome.NOT_APPLICABLE):
            return verdict
        table, _, key = self.exchange.facts.setting.rpartition(".")
        return missing(f"settings.toml [{table}] {key}", "Whether the MCU verifies the peer's certificate is not told.")

    def _mcu_judges(self, presented: Presented | Verdict) -> tuple[Verdict, Verdict, Verdict]:
        peer, slot = self.exchange.peer, self.exchange.facts.trust_store
        if peer.certificate_state == "none":
            return self._presents_none(), NOT_APPLICABLE, NOT_APPLICABLE
        store = mcu_store(self.device, slot, self.fleet.store_files)
        if isinstance(store, Store) and store.empty and store.complete:
            # Whatever is presented, an empty store vouches for nothing.
            return empty_store(store), NOT_APPLICABLE, NOT_APPLICABLE
        if isinstance(presented, Verdict):
            return presented, presented if self._names_compared else NOT_APPLICABLE, NOT_APPLICABLE
        identity = self._mcu_identity(presented) if self._names_compared else NOT_APPLICABLE
        purpose = self.exchange.facts.peer_purpose
        if isinstance(store, Verdict):
            return store, identity, self.fleet.judges.purpose_alone(presented, purpose, Standard.MCU)
        judged = self.fleet.judges.judge(presented, store, purpose, Standard.MCU)
        return self._if_caller_presents(judged.trust), identity, judged.purpose

    def _if_caller_presents(self, verdict: Verdict) -> Verdict:
        """Reading A20 for another MCU that calls: with its tick box off it may present nothing."""
        caller = self.fleet.devices.get(self.exchange.peer.peer_device or "")
        if caller is None or self.type is not ConnectionType.INCOMING_SIP or not _may_present_nothing(caller):
            return verdict
        return _presents_perhaps_nothing(caller)

    def _presents_none(self) -> Verdict:
        name = self.exchange.peer.name
        return Verdict(
            Outcome.FAIL, "no_certificate", f"{name} presents no certificate, and the MCU requires one.",
            cause=f"certificate of {name}",
            mend=f"Give {name} a certificate that the MCU trusts, or lower the setting.",
        )  # fmt: skip

    @property
    def _names_compared(self) -> bool:
        """The MCU compares names as a client only; of incoming calls and of users it checks trust [RN]."""
        return self.type is ConnectionType.OUTGOING_SIP or self.type in _SERVERS

    def _references(self) -> None:
        """The names that the peer's certificate may have to carry (reading A7)."""
        peer = self.exchange.peer
        if self.type in _SERVERS:
            self.references = self.exchange.references or peer.identifiers
        elif self.type is ConnectionType.OUTGOING_SIP:
            proxied = () if peer.route != "proxied" else self._outbound_names()
            self.references = tuple(dict.fromkeys((*peer.identifiers, *proxied)))

    def _outbound_names(self) -> tuple[str, ...]:
        if self.device.value("sip.outbound_call_configuration") == CALL_DIRECT:
            return ()
        names = (self.device.value("sip.outbound_address"), self.device.value("sip.outbound_domain"))
        return tuple(name for name in names if name)

    def _mcu_identity(self, presented: Presented) -> Verdict:
        peer = self.exchange.peer
        if not self.references:
            return missing(
                f'peers.toml [[peer]] "{peer.name}" identifiers', f"No name is told by which {peer.name} is reached."
            )
        if self.type in _SERVERS:
            found = self._identity(presented, self.references, Standard.RFC9525)
            if found.outcome is Outcome.FAIL:
                # Whether the MCU compares the name of an HTTPS server is not written anywhere.
                return _opened(found, "A16")
            return found
        found = self._identity(presented, self.references, Standard.MCU)
        untold = self._untold_outbound()
        return untold if untold and found.outcome is not Outcome.OPEN else found

    def _untold_outbound(self) -> Verdict | None:
        """A proxied call may be compared with the Outbound address and domain, so both must be known (A7)."""
        peer = self.exchange.peer
        if peer.route == "direct" or self.device.value("sip.outbound_call_configuration") == CALL_DIRECT:
            return None
        if peer.route is None:
            return missing(
                f'peers.toml [[peer]] "{peer.name}" route', f"Whether calls to {peer.name} are proxied is not told."
            )
        for key in ("outbound_address", "outbound_domain"):
            if self.device.value(f"sip.{key}") is None:
                return missing(
                    f"settings.toml [sip] {key}", f"The {key.replace('_', ' ')} is not told, and may be compared."
                )
        return None

    def _identity(self, presented: Presented, names: tuple[str, ...], standard: Standard) -> Verdict:
        return self.fleet.judges.identity(presented.certificate, names, standard, presented.holder)

    def _peer_side(self) -> None:
        if self.standard is Standard.NONE:
            self.verdicts["peer_trust"] = not_applicable("peer_verifies_nothing", "The peer verifies no certificate.")
            return
        if self.peer_verifies == "no":
            self.verdicts["peer_trust"] = not_applicable(
                "peer_verifies_nothing", "The other MCU does not verify this call."
            )
            return
        local = local_certificate(self.device, self.fleet.certificates)
        if isinstance(local, Verdict):
            self.verdicts["peer_trust"] = self.verdicts["peer_identity"] = local
            return
        store = peer_store(self.exchange.peer)
        purpose = SERVER_AUTH if self.exchange.facts.mcu_role == "server" else CLIENT_AUTH
        self.verdicts["peer_identity"] = self._if_peer_verifies(self._if_presented(self._peer_identity(local)))
        if isinstance(store, Verdict):
            self.verdicts["peer_trust"] = store
            alone = self.fleet.judges.purpose_alone(local, purpose, self.standard or Standard.MCU)
            self.verdicts["peer_purpose"] = self._if_peer_verifies(self._if_presented(alone))
            return
        judged = self.fleet.judges.judge(local, store, purpose, self.standard or Standard.MCU)
        trust = judged.trust
        if self.standard is None:
            strict = self.fleet.judges.judge(local, store, purpose, Standard.VCS).trust
            trust = trust if strict.outcome is trust.outcome else self._standard_untold()
        self.verdicts["peer_trust"] = self._if_peer_verifies(self._if_presented(trust))
        self.verdicts["peer_purpose"] = self._if_peer_verifies(self._if_presented(judged.purpose))

    def _peer_verifies(self) -> str:
        """Whether the peer verifies this direction: another MCU by its own settings, others are taken to."""
        other = self.fleet.devices.get(self.exchange.peer.peer_device or "")
        if other is None:
            return "yes"
        if other.verifies_nothing:
            return "no"
        setting = other.value(VERIFICATION_SETTINGS)
        verifying: tuple[str, ...] = (OUTGOING_AND_INCOMING_CALLS,)
        if self.type is ConnectionType.INCOMING_SIP:
            verifying = (OUTGOING_CALLS_ONLY, OUTGOING_AND_INCOMING_CALLS)
        return "open" if setting is None else "yes" if setting in verifying else "no"

    def _if_peer_verifies(self, verdict: Verdict) -> Verdict:
        """Where the settings of another MCU are not told, what is not a pass is open for want of them."""
        if self.peer_verifies == "yes" or verdict.outcome in (Outcome.PASS, Outcome.NOT_APPLICABLE):
            return verdict
        evidence = f"{self.exchange.peer.peer_device}/settings.toml [ssl_certificates] verification_settings"
        return missing(evidence, f"Whether {self.exchange.peer.name} verifies this call is not told.")

    def _if_presented(self, verdict: Verdict) -> Verdict:
        """Reading A20: with the tick box off, the MCU may present nothing on the connections that it opens."""
        outgoing = self.exchange.facts.mcu_role == "client" and verdict.outcome is not Outcome.NOT_APPLICABLE
        return _presents_perhaps_nothing(self.device) if outgoing and _may_present_nothing(self.device) else verdict

    def _peer_identity(self, local: Presented) -> Verdict:
        peer = self.exchange.peer
        if peer.peer_device and self.type is ConnectionType.OUTGOING_SIP:
            return not_applicable("no_name_compared", "An MCU compares no name on incoming calls.")
        names, evidence = self._expected()
        if not names:
            return missing(evidence, f"No name is told by which {peer.name} knows the MCU.")
        found = self._identity(local, names, self.standard) if self.standard else self._by_either_standard(local, names)
        if found.outcome is Outcome.FAIL and peer.expects is None and self.type in _SERVERS:
            # That a server compares the name of a TLS client is assumed, nobody told it.
            return missing(
                f'peers.toml [[peer]] "{peer.name}" expects',
                f"{found.reason} Whether {peer.name} compares it is not told.",
            )
        return found

    def _by_either_standard(self, local: Presented, names: tuple[str, ...]) -> Verdict:
        """A SIP peer whose standard nobody tells follows the guideline of the Release Notes, or RFC 5922."""
        guideline = self._identity(local, names, Standard.MCU)
        strict = self._identity(local, names, Standard.RFC5922)
        if guideline.outcome is strict.outcome:
            return guideline
        return self._standard_untold()

    def _standard_untold(self) -> Verdict:
        name = self.exchange.peer.name
        reason = f"The standard of {name} is not told, and the standards differ here."
        return missing(f'peers.toml [[peer]] "{name}" standard', reason)

    def _expected(self) -> tuple[tuple[str, ...], str]:
        """What the peer expects: as told, else every address for direct SIP, else the host names."""
        peer = self.exchange.peer
        if peer.expects is not None:
            return peer.expects, f'peers.toml [[peer]] "{peer.name}" expects'
        if self.type in _SIP and peer.route is None:
            # It may be either, so only what is covered in both passes.
            names = (*(self.device.names("device.addresses") or ()), *(self.device.names("device.host_names") or ()))
            return names, f'peers.toml [[peer]] "{peer.name}" route'
        if self.type in _SIP and peer.route == "direct":
            return self.device.names("device.addresses") or (), "settings.toml [device] addresses"
        return self.device.names("device.host_names") or (), "settings.toml [device] host_names"

    def mcu_decision(self) -> Verdict:
        """What the MCU decides, of its columns."""
        return decisive(self.verdicts[column] for column in MCU_COLUMNS)

    def row(self) -> dict[str, Any]:
        """The row of the frame `connections`."""
        device, exchange, peer = self.device, self.exchange, self.exchange.peer
        final = self._final()
        store_key, _ = device.store(exchange.facts.trust_store)
        suffix = f" {exchange.identifier}" if exchange.identifier else ""
        return {
            "connection_id": f"{device.device_id} {self.type} {peer.name}{suffix}",
            "site": device.site,
            "device": device.device,
            "device_id": device.device_id,
            "peer": peer.name,
            "connection_type": self.type,
            "mcu_role": exchange.facts.mcu_role,
            "route": peer.route,
            "reference": join_names(self.references),
            "standard": self.standard,
            "setting": exchange.facts.setting,
            "setting_value": exchange.setting.value,
            "setting_source": exchange.setting.source,
            "mcu_verifies_peer": exchange.mcu_verifies,
            **{column: verdict.outcome for column, verdict in self.verdicts.items()},
            "mcu_outcome": worst(*(self.verdicts[column].outcome for column in MCU_COLUMNS)),
            "peer_outcome": worst(*(self.verdicts[column].outcome for column in PEER_COLUMNS)),
            "outcome": final.outcome,
            "authenticated": self._authenticated(),
            "reason_code": final.reason_code,
            "reason": final.reason,
            "mend": final.mend,
            "cause": final.cause,
            "further_causes": self._further_causes(final),
            "readings": " ".join(self._readings(final)),
            "missing_evidence": final.missing_evidence or None,
            "fails_on": self._fails_on(final),
            "local_certificate": device.text("local_certificate"),
            "peer_certificate": peer.certificate,
            "trust_store": store_key,
            "evidence_file": exchange.setting.file or None,
        }

    def _final(self) -> Verdict:
        if self.exchange.exists.outcome is not Outcome.PASS:
            return self.exchange.exists
        found = decisive(self.verdicts.values())
        if found.outcome in (Outcome.PASS, Outcome.NOT_APPLICABLE):
            return Verdict(Outcome.PASS, "accepted", self._accepted())
        return found

    def _accepted(self) -> str:
        words = {
            "both": "The certificates are accepted by both sides.",
            "mcu_only": "The certificates are accepted; the peer does not verify the MCU.",
            "peer_only": "The certificates are accepted; the MCU does not verify the peer.",
            "neither": "Nobody verifies a certificate.",
            "open": "The certificates are accepted; whether the MCU verifies the peer is not told.",
        }
        return words[self._authenticated()]

    def _authenticated(self) -> str:
        """Who has verified the other, as far as that is known."""
        if self.exchange.exists.outcome is Outcome.NOT_APPLICABLE:
            return "neither"
        if self.exchange.exists.outcome is Outcome.OPEN:
            return "open"
        mcu = self._said(self.exchange.mcu_verifies, MCU_COLUMNS[:3])
        peer = self._said(self.peer_verifies, PEER_COLUMNS)
        if "open" in (mcu, peer):
            return "open"
        return {("yes", "yes"): "both", ("yes", "no"): "mcu_only", ("no", "yes"): "peer_only"}.get(
            (mcu, peer), "neither"
        )

    def _said(self, verifies: str, columns: tuple[str, ...]) -> str:
        outcome = worst(*(self.verdicts[column].outcome for column in columns))
        if verifies == "no" or outcome in (Outcome.FAIL, Outcome.NOT_APPLICABLE):
            return "no"
        return "open" if verifies == "open" or outcome is Outcome.OPEN else "yes"

    def _readings(self, final: Verdict) -> list[str]:
        """The readings behind every check that is as bad as the outcome, in order, each once."""
        same = [verdict for verdict in self.verdicts.values() if verdict.outcome is final.outcome]
        return list(dict.fromkeys(reading for verdict in (final, *same) for reading in verdict.readings))

    def _further_causes(self, final: Verdict) -> int:
        """What else than the cause of the outcome stands in the way of a pass."""
        in_the_way = (Outcome.FAIL, Outcome.OPEN)
        causes = {verdict.cause for verdict in self.verdicts.values() if verdict.outcome in in_the_way}
        return len(causes - {final.cause})

    def _fails_on(self, final: Verdict) -> Any:
        """The second after the first certificate that a pass rests on expires; notAfter itself is still valid."""
        ends = [verdict.valid_until for verdict in self.verdicts.values() if verdict.valid_until]
        if final.outcome is not Outcome.PASS or not ends:
            return None
        try:
            return min(ends) + timedelta(seconds=1)
        except OverflowError:
            return min(ends)


def _may_present_nothing(caller: Device) -> bool:
    return caller.value("sip.use_local_certificate_for_outgoing") == "false"


def _presents_perhaps_nothing(caller: Device) -> Verdict:
    return Verdict(
        Outcome.OPEN, "may_present_nothing", "The MCU may present no certificate on outgoing connections.", ("A20",),
        cause=f"setting sip.use_local_certificate_for_outgoing of {caller.device_id}",
        mend="Tick the use of the local certificate for outgoing connections.",
    )  # fmt: skip


def _opened(verdict: Verdict, reading: str) -> Verdict:
    return Verdict(
        Outcome.OPEN, verdict.reason_code, verdict.reason, (*verdict.readings, reading), verdict.missing_evidence,
        verdict.cause, verdict.mend,
    )  # fmt: skip

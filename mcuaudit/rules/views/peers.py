"""Views of peers with their certificates: those that log in, those that are called directly, and who reads CNs."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from mcuaudit.devices.damage import SOFTWARE_VERSION
from mcuaudit.devices.device import Device
from mcuaudit.devices.names import SIP, USERS
from mcuaudit.devices.peer import Peer
from mcuaudit.devices.services import service_exists, sip_tls
from mcuaudit.devices.users import certificate_logs_in, nearly_a_user, users
from mcuaudit.devices.verification import verifies_peer
from mcuaudit.domain.answer import Answer, answer, both
from mcuaudit.domain.cause import CauseKind, cause_at
from mcuaudit.domain.certificate import IPAddress
from mcuaudit.domain.connections import CONNECTION_TABLE, ConnectionType
from mcuaudit.domain.name_lists import split_names
from mcuaudit.domain.outcome import Outcome
from mcuaudit.domain.remedy import Remedy, RemedyKind
from mcuaudit.domain.settings import setting_evidence
from mcuaudit.domain.slots import Place, Slot
from mcuaudit.errors import UsageError
from mcuaudit.identity import PresentedIdentifiers, parse_reference, prepare
from mcuaudit.identity.presented import Field
from mcuaudit.identity.uri import SIP_SCHEMES
from mcuaudit.rules.views.base import Views, judged, of_view, view
from mcuaudit.rules.views.certificates import readable_local_certificates, services_with_tls
from mcuaudit.rules.views.columns import JUDGED, of_frame, text, yes_no, yes_no_open
from mcuaudit.rules.views.logins import logins
from mcuaudit.rules.views.table import Table, constant, yes_no_of
from mcuaudit.wording.phrases import listed
from mcuaudit.wording.places import place_words

_DEVICE_COLUMNS: Final = (
    "device_id", "users", "certificate_login", "verification_settings", "verifies_certificates",
)  # fmt: skip
_OUTGOING: Final = CONNECTION_TABLE[ConnectionType.OUTGOING_SIP]


def sip_peers(views: Views) -> Table:
    """The rows of the frame `peers` that make or take SIP calls."""
    peers = views.source("peers")
    return peers.where(any(map(peer.serves, SIP)) for peer in views.peers_of(peers))


@view(
    "device × peer whose certificate can be read, other MCUs of the fleet excepted",
    of_frame("peers"),
    of_frame("certificates", without=("certificate",)),
    of_view(logins, "users", "verification_settings", "verifies_certificates"),
    of_view(readable_local_certificates, "https", "sip_tls"),
    yes_no("certificate_login", "The peer logs in, and a CN can log a user in."),
    yes_no("common_name_is_compared", "Its CN is compared with the names of users, which are known."),
    yes_no_open("common_name_identifies", "Its CN is what the device compares on outgoing SIP calls."),
    text("common_name_identifies_evidence", "The setting that would say so; missing if that is known."),
    text(
        "similar_user",
        "User from which its CN differs only in case, spaces or Unicode form; empty if none, or if a CN is a user.",
    ),
    text("slot", "peer_certificate.", (Slot.PEER_CERTIFICATE.value,)),
    JUDGED,
)
def peer_certificates(views: Views) -> Table:
    """One row per device and peer whose certificate can be read, with who reads its CN; other MCUs of the fleet apart.

    Those are evaluated by their local certificates. A peer that presents another certificate as a TLS client has a row
    for that too.
    """
    found = _with_certificates(views)
    found = found.looked_up(views.source("certificates"), ["certificate"])
    found = found.looked_up(views.table("logins").only(*_DEVICE_COLUMNS), ["device_id"])
    found = found.looked_up(services_with_tls(views), ["device_id"])
    records = views.fleet.certificate_records
    login, identifies, evidence, similar = [], [], [], []
    for device, peer, certificate in zip(
        views.devices_of(found), views.peers_of(found), found["certificate"], strict=True
    ):
        record, known = records[certificate], users(device)
        as_client, as_server = (presents(peer, role, certificate) for role in ("server", "client"))
        login.append(as_client and any(map(peer.serves, USERS)) and certificate_logs_in(device) is Answer.YES)
        called = as_server and peer.serves(ConnectionType.OUTGOING_SIP)
        by_name = called and not record.has_subject_alternative_name
        compared = both(answer(by_name), sip_tls(device), verifies_peer(device, _OUTGOING))
        identifies.append(compared.value)
        evidence.append(_undecided(device) if compared is Answer.OPEN else None)
        similar.append(nearly_a_user(record.common_names, known or ()))
    found = found.adding(
        certificate_login=yes_no_of(login),
        common_name_is_compared=yes_no_of(
            one and users is not None for one, users in zip(login, found["users"], strict=True)
        ),
        common_name_identifies=identifies,
        common_name_identifies_evidence=evidence,
        similar_user=similar,
        slot=Slot.PEER_CERTIFICATE.value,
    )
    return judged(found, "device_id", "peer")


def _with_certificates(views: Views) -> Table:
    """The rows of the frame `peers` with a certificate, and one more for a client certificate of its own."""
    found = views.source("peers")
    found = found.where(device is None for device in found["peer_device"])
    own = found.where(certificate is not None for certificate in found["certificate"])
    clients = found.where(
        peer.as_client is not None and peer.as_client.certificate is not None for peer in views.peers_of(found)
    )
    clients = clients.where(one != other for one, other in clients.each("certificate", "client_certificate"))
    clients = clients.adding(
        certificate=clients["client_certificate"],
        certificate_state=clients["client_certificate_state"],
        certificate_file=clients["client_certificate_file"],
        presented_chain=clients["client_chain"],
        presented_chain_damaged=clients["client_chain_damaged"],
    )
    if not clients.rows:
        return own
    return Table(own.rows + clients.rows, {name: own[name] + clients[name] for name in own.names})


def presents(peer: Peer, mcu_role: str, certificate: str) -> bool:
    """Whether the peer presents the certificate with that digest to an MCU in that role."""
    presented = peer.towards(mcu_role).certificate
    return presented is not None and presented.sha256 == certificate


def place_of(peer: Peer, certificate: str) -> Place:
    """The place of the certificate with that digest: what the peer presents as a server, or as a client."""
    return peer.place if presents(peer, "client", certificate) else peer.towards("server").place


def _undecided(device: Device) -> str:
    """The setting that would say whether the device verifies called peers: its place, if it is unreadable."""
    service = service_exists(device, _OUTGOING)
    if service.outcome is Outcome.OPEN:
        return service.missing_evidence
    settings = (device.setting(key) for key in (_OUTGOING.setting, SOFTWARE_VERSION))
    unread = next((one.place for one in settings if one.doubtful), None)
    untold = SOFTWARE_VERSION if device.value(_OUTGOING.setting) is not None else _OUTGOING.setting
    return unread or setting_evidence(untold)


@view(
    "certificate of a device, or of a peer of it",
    of_frame("peers", "device_id", "site", "device"),
    of_frame("certificates"),
    text("slot", "Whose certificate it is.", (Slot.LOCAL_CERTIFICATE.value, Slot.PEER_CERTIFICATE.value)),
    text("peer", "Name of the peer; missing for the certificate of the device."),
    text("file", "File within the export: of the certificate of a device, or the one that declares the peer."),
    text("trust_store", "Join key of the trust store with which the peer verifies the MCU."),
    text("holder", "The certificate as sentences name it."),
    text("holder_place", "The same, with the device."),
    text("holder_cause_id", "Id of the cause of what is wrong with the certificate."),
    text("holder_remedy_id", "Id of the remedy for several CNs: one reissue with one CN."),
    yes_no("certificate_login", "It logs a user in."),
    yes_no_open("common_name_identifies", "Its CN is what identifies its holder."),
    yes_no_open("common_name_is_read", "One of the two."),
    text("missing_evidence", "The setting that would say so; missing if that is known."),
    text("what_for", "What its CN is read for, in words."),
    JUDGED,
)
def common_name_readers(views: Views) -> Table:
    """One row per certificate of a device or of its peers, with whether its CN is read and for what."""
    local, peers = views.table("readable_local_certificates"), views.table("peer_certificates")
    # Whatever compares the MCU's names reads the CN where there is no subjectAltName, HTTPS clients apart.
    identifies = yes_no_of(not present for present in local["has_subject_alternative_name"])
    own: dict[str, list[Any]] = {
        **{name: local[name] for name in ("device_id", "site", "device", "certificate", "file", "judged")},
        **{name: constant(None, local.rows) for name in ("peer", "trust_store", "missing_evidence")},
        "slot": constant(Slot.LOCAL_CERTIFICATE.value, local.rows),
        "holder": constant("local certificate", local.rows),
        **_places(Place(Slot.LOCAL_CERTIFICATE, device_id) for device_id in local["device_id"]),
        "certificate_login": constant("no", local.rows),
        "common_name_identifies": identifies,
    }
    theirs: dict[str, list[Any]] = {
        **{name: peers[name] for name in own if name in peers.names},
        "missing_evidence": peers["common_name_identifies_evidence"],
        "holder": [f"certificate of {peer}" for peer in peers["peer"]],
        **_places(map(place_of, views.peers_of(peers), peers["certificate"])),
    }
    found = Table(local.rows + peers.rows, {name: own[name] + theirs[name] for name in own})
    login = [word == "yes" for word in found["certificate_login"]]
    read = ["yes" if one else word for one, word in zip(login, found["common_name_identifies"], strict=True)]
    found = found.adding(
        common_name_is_read=read,
        missing_evidence=[
            None if one == "yes" else evidence for one, evidence in zip(read, found["missing_evidence"], strict=True)
        ],
        what_for=[
            "the CN is the name of the user who logs in" if one else _IDENTIFIES[word]
            for one, word in zip(login, read, strict=True)
        ],
    )
    return found.looked_up(views.source("certificates"), ["certificate"])


_IDENTIFIES: Final = {
    "open": "there is no subjectAltName, so the holder is identified by the CN if the device verifies it",
    **dict.fromkeys(("yes", "no"), "there is no subjectAltName, so the holder is identified by the CN"),
}


def _places(certificates: Iterable[Place]) -> dict[str, list[str]]:
    """Columns for the holders of certificates: in words, as the cause of what is wrong there, and what would fix it."""
    places = list(certificates)
    one_name = (Remedy(RemedyKind.REISSUE_WITH_ONE_COMMON_NAME, target=place) for place in places)
    return {
        "holder_place": [place_words(place) for place in places],
        "holder_cause_id": [cause_at(CauseKind.CERTIFICATE, place).cause_id for place in places],
        "holder_remedy_id": [remedy.remedy_id for remedy in one_name],
    }


@view(
    "device × SIP peer on a direct route whose certificate can be read",
    of_view(peer_certificates),
    text("lacking", "What its certificate lacks of Cisco's guideline, in words; empty if nothing."),
)
def direct_peers(views: Views) -> Table:
    """One row per device and SIP peer on a direct route, with what its certificate lacks of the guideline."""
    found, records = views.table("peer_certificates"), views.fleet.certificate_records
    found = found.where(
        any(map(peer.serves, SIP))
        and peer.route == "direct"
        and served == "on"
        and presents(peer, "client", certificate)
        for peer, served, certificate in zip(views.peers_of(found), found["sip_tls"], found["certificate"], strict=True)
    )
    pairs = [(certificate, names or "") for certificate, names in found.each("certificate", "identifiers")]
    lacking = {pair: _lacking(prepare(records[pair[0]]), split_names(pair[1])) for pair in set(pairs)}
    return found.adding(lacking=[lacking[pair] for pair in pairs])


def _lacking(identifiers: PresentedIdentifiers, names: tuple[str, ...]) -> str:
    """What a SIP entity's certificate lacks: a SIP URI, and its IP address in whatever entry; "" if nothing."""
    counted = [item for item in identifiers.all if not (item.field is Field.CN and identifiers.san_present)]
    carried = {item.address for item in counted if item.address is not None}
    expected = [address for name in names if (address := _address(name)) is not None]
    absent = [address for address in expected if address not in carried]
    lacking = [] if any(item.scheme in SIP_SCHEMES for item in counted) else ["SIP URI"]
    if absent:
        lacking.append(f"entry for {listed([str(address) for address in absent], len(absent))}")
    elif not carried:
        lacking.append("IP address")
    if len(lacking) > 1:
        return f"neither a {lacking[0]} nor an {lacking[1]}"
    return f"no {lacking[0]}" if lacking else ""


def _address(name: str) -> IPAddress | None:
    try:
        return parse_reference(name).address
    except UsageError:
        return None

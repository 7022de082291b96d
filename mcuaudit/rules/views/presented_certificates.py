"""Views of presented certificates, of devices and peers: the purposes that they need, and what a renewal lacks."""

from __future__ import annotations

from typing import Any, Final

from mcuaudit.devices.client_auth_calendar import renewal_clause
from mcuaudit.devices.issuers import IssuerKind
from mcuaudit.domain.answer import Answer, either
from mcuaudit.domain.cause import CauseKind, cause_at
from mcuaudit.domain.certificate import ANY_EXTENDED_KEY_USAGE, CLIENT_AUTH, SERVER_AUTH
from mcuaudit.domain.connections import CONNECTION_TABLE, ConnectionType
from mcuaudit.domain.outcome import Outcome
from mcuaudit.domain.remedy import Remedy, RemedyKind
from mcuaudit.domain.settings import setting_evidence
from mcuaudit.domain.slots import Place, Slot
from mcuaudit.pkix.purposes import NETSCAPE_TYPES
from mcuaudit.rules.views.base import Views, of_view, view
from mcuaudit.rules.views.certificates import ISSUER_KIND, issuer_kinds, local_certificates
from mcuaudit.rules.views.columns import JUDGED, of_frame, text, yes_no_open
from mcuaudit.rules.views.peers import place_of, presents
from mcuaudit.rules.views.table import Table

_WORDS: Final = {SERVER_AUTH: "serverAuth", CLIENT_AUTH: "clientAuth"}
_EXTENSIONS: Final = ("extendedKeyUsage", "nsCertType")
_OF_PLACE: Final = ("device_id", "site", "device", "certificate", "file", "judged")
_OF_BOTH: Final = ("slot", "peer", "holder", "needed", "client_auth_needed", "client_auth_evidence")
_Roles = dict[tuple[str, str], dict[str, tuple[Answer, str]]]
"""By device and peer the purposes that the peer needs: whether the MCU verifies it, and by which setting."""


@view(
    "device, and certificate of a peer of it that can be read, other MCUs of the fleet excepted",
    of_frame("peers", "device_id", "site", "device"),
    of_view(local_certificates, *(column.name for column in of_frame("certificates").columns)),
    text("slot", "Whose certificate it is.", (Slot.LOCAL_CERTIFICATE.value, Slot.PEER_CERTIFICATE.value)),
    text("peer", "Name of the peer; missing for the certificate of the device."),
    text("file", "File within the export: of the certificate of a device, or the one that declares the peer."),
    text("holder", "The certificate as sentences name it."),
    ISSUER_KIND,
    text("needed", "Purposes that the connections of the holder need, as far as they are verified."),
    yes_no_open("client_auth_needed", "clientAuth is one of them; open if it is not known who is verified."),
    text("client_auth_evidence", "The setting that would say so; missing if that is known."),
    text("lacking_purposes", "Those of them that its extendedKeyUsage or nsCertType lacks, in words; empty if none."),
    text(
        "lacking_extension", "Which of the two extensions: nsCertType, if the extendedKeyUsage lacks none.", _EXTENSIONS
    ),
    text("renewal", "What its renewal lacks, if a public CA issued it, in words; missing otherwise."),
    text("holder_cause_id", "Id of the cause of what is wrong with the certificate."),
    text("purpose_remedy_id", "Id of the remedy for lacking purposes."),
    text("private_remedy_id", "Id of the remedy for a public CA: a certificate of a private one."),
    JUDGED,
)
def presented_certificates(views: Views) -> Table:
    """One row per device and per certificate of its peers, with the purposes that it needs and those that it lacks.

    The device needs both, as it presents its one certificate in both roles. A peer needs the purpose of each connection
    on which the device verifies it. The row of a device without a certificate has none of the certificate's columns.
    """
    local, peers = views.table("local_certificates"), views.table("peer_certificates")
    rows = [*_own(local), *_theirs(views, peers)]
    found = Table.of_rows((*_OF_PLACE, *_OF_BOTH), rows)
    places = [
        *(Place(Slot.LOCAL_CERTIFICATE, device_id) for device_id in local["device_id"]),
        *(place_of(peer, one) for peer, one in zip(views.peers_of(peers), peers["certificate"], strict=True)),
    ]
    kinds = issuer_kinds(views, found["certificate"])
    found = found.looked_up(views.source("certificates"), ["certificate"])
    records = views.fleet.certificate_records
    extended = [lacking_words(used, needed) for used, needed in found.each("extended_key_usage", "needed")]
    types = [lacking_types(bits, needed) for bits, needed in found.each("netscape_certificate_type", "needed")]
    by_type = [bool(bits and not used) for used, bits in zip(extended, types, strict=True)]
    return found.adding(
        issuer_kind=kinds,
        lacking_purposes=[used or bits for used, bits in zip(extended, types, strict=True)],
        lacking_extension=[_EXTENSIONS[one] for one in by_type],
        renewal=[
            renewal_clause(records[one]) if kind == IssuerKind.PUBLIC else None
            for one, kind in zip(found["certificate"], kinds, strict=True)
        ],
        holder_cause_id=[cause_at(CauseKind.CERTIFICATE, place).cause_id for place in places],
        purpose_remedy_id=[
            _purpose_remedy(place, needed, kind, by_type=one).remedy_id
            for place, needed, kind, one in zip(places, found["needed"], kinds, by_type, strict=True)
        ],
        private_remedy_id=[
            Remedy(RemedyKind.REISSUE_FROM_PRIVATE_AUTHORITY, target=place).remedy_id for place in places
        ],
    )


@view("certificate of a device or of a peer of it that can be read", of_view(presented_certificates))
def readable_presented_certificates(views: Views) -> Table:
    """The rows of `presented_certificates` that have a certificate."""
    found = views.table("presented_certificates")
    return found.where(certificate is not None for certificate in found["certificate"])


def _own(local: Table) -> list[tuple[Any, ...]]:
    both = " ".join(_WORDS.values())
    facts = (Slot.LOCAL_CERTIFICATE.value, None, "local certificate", both, Answer.YES.value, None)
    return [(*row, *facts) for row in local.each(*_OF_PLACE)]


def _theirs(views: Views, peers: Table) -> list[tuple[Any, ...]]:
    roles, found = _roles(views), []
    facts_of = zip(peers.each(*_OF_PLACE, "peer"), views.devices_of(peers), views.peers_of(peers), strict=True)
    for (*place, name), device, peer in facts_of:
        presented = {
            definition.peer_purpose
            for definition in CONNECTION_TABLE.values()
            if presents(peer, definition.mcu_role, place[3])
        }
        needed = {one: role for one, role in roles.get((place[0], name), {}).items() if one in presented}
        client, setting = needed.get(CLIENT_AUTH, (Answer.NO, ""))
        value = device.setting(setting)
        evidence = value.place if value.doubtful else setting_evidence(setting)
        words = " ".join(word for purpose, word in _WORDS.items() if purpose in needed)
        facts = (Slot.PEER_CERTIFICATE.value, name, f"certificate of {name}", words, client.value)
        found.append((*place, *facts, evidence if client is Answer.OPEN else None))
    return found


def _roles(views: Views) -> _Roles:
    found: _Roles = {}
    columns = ("device_id", "peer", "connection_type", "outcome", "mcu_verifies_peer")
    for device_id, peer, kind, outcome, verifies in views.source("connections").each(*columns):
        if outcome != Outcome.NOT_APPLICABLE and verifies != Answer.NO:
            definition = CONNECTION_TABLE[ConnectionType(kind)]
            purposes_of = found.setdefault((device_id, peer), {})
            known, _ = purposes_of.get(definition.peer_purpose, (Answer.NO, ""))
            purposes_of[definition.peer_purpose] = (either(known, Answer(verifies)), definition.setting)
    return found


def lacking_words(extended_key_usage: str | None, needed: str) -> str:
    """The purposes of `needed` that an extendedKeyUsage does not have, in words; none without one."""
    if extended_key_usage is None:
        return ""
    used = extended_key_usage.split()
    lacking = [word for purpose, word in _WORDS.items() if word in needed.split() and purpose not in used]
    only = " (anyExtendedKeyUsage does not replace them)" if ANY_EXTENDED_KEY_USAGE in used and lacking else ""
    return " and ".join(lacking) + only


def lacking_types(bits: str | None, needed: str) -> str:
    """The bits for the purposes of `needed` that an nsCertType does not have, in words; none without one."""
    if bits is None:
        return ""
    return " and ".join(
        kind for purpose, kind in NETSCAPE_TYPES.items() if purpose in needed.split() and kind not in bits.split()
    )


def _purpose_remedy(place: Place, needed: str, kind: str, *, by_type: bool) -> Remedy:
    if by_type:
        return Remedy(RemedyKind.REISSUE_WITHOUT_EXTENSION, target=place)
    if kind == IssuerKind.PUBLIC and _WORDS[CLIENT_AUTH] in needed.split():
        return Remedy(RemedyKind.REISSUE_FROM_PRIVATE_AUTHORITY, target=place)
    return Remedy(RemedyKind.REISSUE_WITH_PURPOSE, tuple(needed.split()), place)

"""Views of peers with their certificates: those that log in, those that are called directly, and who reads CNs."""

from __future__ import annotations

from typing import Final

import pandas as pd

from mcuaudit.domain.cause import CauseKind, cause_at
from mcuaudit.domain.certificate import IPAddress
from mcuaudit.domain.name_lists import split_names
from mcuaudit.domain.settings import OUTGOING_AND_INCOMING_CALLS, OUTGOING_CALLS_ONLY
from mcuaudit.domain.slots import Place, Slot
from mcuaudit.domain.standards import Standard
from mcuaudit.errors import UsageError
from mcuaudit.frames.schema import SCHEMAS
from mcuaudit.identity import PresentedIdentifiers, parse_reference, prepare
from mcuaudit.identity.presented import Field
from mcuaudit.identity.uri import SIP_SCHEMES
from mcuaudit.rules.views.base import Views, of_view, view, with_judged
from mcuaudit.rules.views.certificates import readable_local_certificates, services_with_tls
from mcuaudit.rules.views.columns import JUDGED, of_frame, text, yes_no
from mcuaudit.rules.views.joins import looked_up, rows, with_columns, yes_or_no
from mcuaudit.rules.views.logins import logins
from mcuaudit.wording.places import place_words

STRICT_STANDARDS: Final = (Standard.RFC5922.value, Standard.RFC5924.value)
"""Standards by which a SIP peer finds the MCU's names as RFC 5922, section 7.1, says."""
_DEVICE_COLUMNS: Final = (
    "device_id", "users", "certificate_login", "verification_settings", "verifies_certificates",
)  # fmt: skip
_OF_READER: Final = [
    "device_id", "site", "device", *SCHEMAS["certificates"].names, "slot", "peer", "file", "trust_store", "holder",
    "holder_place", "holder_cause_id", "certificate_login", "common_name_identifies", "judged",
]  # fmt: skip


def sip_peers(views: Views) -> pd.DataFrame:
    """The rows of the frame `peers` that make or take SIP calls."""
    peers = views.fleet.peers
    return peers[peers["connections"].str.contains("_sip", na=False)]


@view(
    "device × peer whose certificate can be read, other MCUs of the fleet excepted",
    of_frame("peers"),
    of_frame("certificates", without=("certificate",)),
    of_view(logins, "users", "verification_settings", "verifies_certificates"),
    of_view(readable_local_certificates, "https", "sip_tls"),
    yes_no("certificate_login", "The peer logs in, and a CN can log a user in."),
    yes_no("common_name_is_compared", "Its CN is compared with the names of users, which are known."),
    yes_no("common_name_identifies", "Its CN is what the device compares on outgoing SIP calls."),
    text("slot", "peer_certificate.", (Slot.PEER_CERTIFICATE.value,)),
    JUDGED,
)
def peer_certificates(views: Views) -> pd.DataFrame:
    """One row per device and peer whose certificate can be read, with who reads its CN; other MCUs of the fleet apart.

    Those are judged by their local certificates.
    """
    peers = views.fleet.peers
    found = rows(peers, peers["certificate"].notna() & peers["peer_device"].isna())
    found = looked_up(found, views.fleet.certificates, ["certificate"])
    found = looked_up(found, views["logins"][list(_DEVICE_COLUMNS)], ["device_id"])
    found = looked_up(found, services_with_tls(views), ["device_id"])
    logs_in = found["connections"].str.contains("web_user|api_user", na=False)
    called = found["connections"].str.contains("outgoing_sip", na=False) & found["sip_tls"].eq("on")
    compared = found["verification_settings"].isin([OUTGOING_CALLS_ONLY, OUTGOING_AND_INCOMING_CALLS])
    compared &= found["verifies_certificates"].ne("no") & ~found["has_subject_alternative_name"].astype(bool)
    login = logs_in & found["certificate_login"].eq("yes")
    found = with_columns(
        found,
        certificate_login=yes_or_no(login),
        common_name_is_compared=yes_or_no(login & found["users"].notna()),
        common_name_identifies=yes_or_no(called & compared),
        slot=Slot.PEER_CERTIFICATE.value,
    )
    return with_judged(found, ["device_id", "peer"])


@view(
    "certificate of a device, or of a peer of it",
    of_frame("peers", "device_id", "site", "device"),
    of_frame("certificates"),
    text("slot", "Whose certificate it is.", (Slot.LOCAL_CERTIFICATE.value, Slot.PEER_CERTIFICATE.value)),
    text("peer", "Name of the peer; missing for the certificate of the device."),
    text("file", "File within the export: of the certificate of a device, or the one that declares the peer."),
    text("trust_store", "Join key of the trust store by which the peer judges the MCU."),
    text("holder", "The certificate as sentences name it."),
    text("holder_place", "The same, with the device."),
    text("holder_cause_id", "Id of the cause of what is wrong with the certificate."),
    yes_no("certificate_login", "It logs a user in."),
    yes_no("common_name_identifies", "Its CN is what identifies its holder."),
    yes_no("common_name_is_read", "One of the two."),
    text("what_for", "What its CN is read for, in words."),
    JUDGED,
)
def common_name_readers(views: Views) -> pd.DataFrame:
    """One row per certificate of a device or of its peers, with whether its CN is read and for what."""
    local = views["readable_local_certificates"]
    # Whatever compares the MCU's names reads the CN where there is no subjectAltName, HTTPS clients apart.
    local = local.assign(
        slot=Slot.LOCAL_CERTIFICATE.value,
        peer=None,
        trust_store=None,
        holder="local certificate",
        **_places(Slot.LOCAL_CERTIFICATE, local["device_id"]),
        certificate_login="no",
        common_name_identifies=yes_or_no(~local["has_subject_alternative_name"]),
    )
    peers = views["peer_certificates"]
    holder = "certificate of " + peers["peer"]
    peers = with_columns(peers, holder=holder, **_places(Slot.PEER_CERTIFICATE, peers["peer"]))
    found = pd.concat([local[_OF_READER].astype({"peer": "str", "trust_store": "str"}), peers[_OF_READER]],
                      ignore_index=True)  # fmt: skip
    login, identifies = found["certificate_login"] == "yes", found["common_name_identifies"] == "yes"
    words = pd.Series("there is no subjectAltName, so the CN is what identifies its holder", index=found.index)
    return with_columns(
        found,
        common_name_is_read=yes_or_no(login | identifies),
        what_for=words.mask(login, "the CN is the user that logs in"),
    )


def _places(slot: Slot, owners: pd.Series) -> dict[str, list[str]]:
    """Columns for the holders of certificates: in words, and as the cause of what is wrong with the certificate."""
    places = [Place(slot, owner) for owner in owners]
    causes = [cause_at(CauseKind.CERTIFICATE, place).cause_id for place in places]
    return {"holder_place": [place_words(place) for place in places], "holder_cause_id": causes}


@view(
    "device × SIP peer on a direct route whose certificate can be read",
    of_view(peer_certificates),
    text("lacking", "What its certificate lacks of Cisco's guideline, in words; empty if nothing."),
)
def direct_peers(views: Views) -> pd.DataFrame:
    """One row per device and SIP peer on a direct route, with what its certificate lacks of the guideline."""
    found = views["peer_certificates"]
    sip = found["connections"].str.contains("_sip", na=False)
    found = rows(found, sip & (found["route"] == "direct") & found["sip_tls"].eq("on"))
    records = views.fleet.certificate_records
    names = found["identifiers"].astype("str").fillna("")
    pairs = list(zip(found["certificate"], names, strict=True))
    lacking = {pair: _lacking(prepare(records[pair[0]]), split_names(pair[1])) for pair in set(pairs)}
    return with_columns(found, lacking=pd.array([lacking[pair] for pair in pairs], dtype="str"))


def _lacking(identifiers: PresentedIdentifiers, names: tuple[str, ...]) -> str:
    """What a SIP entity's certificate lacks: a SIP URI, and its IP address in whatever entry; "" if nothing."""
    counted = [item for item in identifiers.all if not (item.field is Field.CN and identifiers.san_present)]
    carried = {item.address for item in counted if item.address is not None}
    expected = [address for name in names if (address := _address(name)) is not None]
    absent = [address for address in expected if address not in carried]
    lacking = [] if any(item.scheme in SIP_SCHEMES for item in counted) else ["no SIP URI"]
    if absent:
        lacking.append(f"no entry for {', '.join(map(str, absent))}")
    elif not carried:
        lacking.append("no IP address")
    return " and ".join(lacking)


def _address(name: str) -> IPAddress | None:
    try:
        return parse_reference(name).address
    except UsageError:
        return None

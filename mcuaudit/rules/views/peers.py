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
from mcuaudit.identity import PresentedIdentifiers, parse_reference, prepare
from mcuaudit.identity.presented import Field
from mcuaudit.identity.uri import SIP_SCHEMES
from mcuaudit.rules.views.base import Views, view, with_judged
from mcuaudit.rules.views.certificates import services_with_tls
from mcuaudit.rules.views.evidence import CERTIFICATE_COLUMNS
from mcuaudit.wording.places import place_words

STRICT_STANDARDS: Final = (Standard.RFC5922.value, Standard.RFC5924.value)
"""Standards by which a SIP peer finds the MCU's names as RFC 5922, section 7.1, says."""
_DEVICE_COLUMNS: Final = (
    "device_id", "users", "certificate_login", "verification_settings", "verifies_certificates",
)  # fmt: skip


def sip_peers(views: Views) -> pd.DataFrame:
    """The rows of the frame `peers` that make or take SIP calls."""
    peers = views.fleet.peers
    return peers[peers["connections"].str.contains("_sip", na=False)]


@view
def peer_certificates(views: Views) -> pd.DataFrame:
    """One row per device and peer whose certificate can be read, with who reads its CN; other MCUs of the fleet apart.

    Those are judged by their local certificates.
    """
    peers = views.fleet.peers
    found = peers[peers["certificate"].notna() & peers["peer_device"].isna()]
    found = found.merge(views.fleet.certificates[["certificate", *CERTIFICATE_COLUMNS]], on="certificate", how="left")
    found = found.merge(views["logins"][list(_DEVICE_COLUMNS)], on="device_id", how="left")
    found = found.merge(services_with_tls(views), on="device_id", how="left")
    logs_in = found["connections"].str.contains("web_user|api_user", na=False)
    called = found["connections"].str.contains("outgoing_sip", na=False) & found["sip_tls"].eq("on")
    compared = found["verification_settings"].isin([OUTGOING_CALLS_ONLY, OUTGOING_AND_INCOMING_CALLS])
    compared &= found["verifies_certificates"].ne("no") & ~found["has_subject_alternative_name"].astype(bool)
    found["certificate_login"] = _yes_or_no(logs_in & found["certificate_login"].eq("yes"))
    found["common_name_is_compared"] = _yes_or_no(found["certificate_login"].eq("yes") & found["users"].notna())
    found["common_name_identifies"] = _yes_or_no(called & compared)
    found["slot"] = Slot.PEER_CERTIFICATE.value
    return with_judged(found, ["device_id", "peer"])


@view
def common_name_readers(views: Views) -> pd.DataFrame:
    """One row per certificate of a device or of its peers, with whether its CN is read and for what."""
    local = views["readable_local_certificates"]
    # Whatever compares the MCU's names reads the CN where there is no subjectAltName, HTTPS clients apart.
    local = local.assign(
        slot=Slot.LOCAL_CERTIFICATE.value,
        holder="local certificate",
        **_places(Slot.LOCAL_CERTIFICATE, local["device_id"]),
        certificate_login="no",
        common_name_identifies=_yes_or_no(~local["has_subject_alternative_name"].astype(bool)),
    )
    peers = views["peer_certificates"]
    peers = peers.assign(holder="certificate of " + peers["peer"], **_places(Slot.PEER_CERTIFICATE, peers["peer"]))
    found = pd.concat([local, peers], ignore_index=True)
    login, identifies = found["certificate_login"] == "yes", found["common_name_identifies"] == "yes"
    found["common_name_is_read"] = _yes_or_no(login | identifies)
    words = pd.Series("there is no subjectAltName, so the CN is what identifies its holder", index=found.index)
    found["what_for"] = words.mask(login, "the CN is the user that logs in")
    return found


def _places(slot: Slot, owners: pd.Series) -> dict[str, list[str]]:
    """Columns for the holders of certificates: in words, and as the cause of what is wrong with the certificate."""
    places = [Place(slot, owner) for owner in owners]
    causes = [cause_at(CauseKind.CERTIFICATE, place).cause_id for place in places]
    return {"holder_place": [place_words(place) for place in places], "holder_cause_id": causes}


@view
def direct_peers(views: Views) -> pd.DataFrame:
    """One row per device and SIP peer on a direct route, with what its certificate lacks of the guideline."""
    found = views["peer_certificates"]
    sip = found["connections"].str.contains("_sip", na=False)
    found = found[sip & (found["route"] == "direct") & found["sip_tls"].eq("on")].reset_index(drop=True)
    records = views.fleet.certificate_records
    names = found["identifiers"].astype("str").fillna("")
    pairs = list(zip(found["certificate"], names, strict=True))
    lacking = {pair: _lacking(prepare(records[pair[0]]), split_names(pair[1])) for pair in set(pairs)}
    found["lacking"] = pd.Series([lacking[pair] for pair in pairs], index=found.index, dtype="str")
    return found


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


def _yes_or_no(flags: pd.Series) -> pd.Series:
    return flags.map({True: "yes", False: "no"}).astype("str")

"""The places of certificates: the local certificate, the trust stores, the files of peers."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class Slot(StrEnum):
    """The place of a certificate."""

    LOCAL_CERTIFICATE = "local_certificate"
    SIP_TRUST_STORE = "sip_trust_store"
    HTTPS_TRUST_STORE = "https_trust_store"
    CALL_HOME_TRUST_STORE = "call_home_trust_store"
    PEER_CERTIFICATE = "peer_certificate"
    PEER_TRUST_STORE = "peer_trust_store"


TRUST_STORE_SLOTS = (Slot.SIP_TRUST_STORE, Slot.HTTPS_TRUST_STORE, Slot.CALL_HOME_TRUST_STORE)


SLOTS_OF_PEERS: Final = (Slot.PEER_CERTIFICATE, Slot.PEER_TRUST_STORE)


SLOT_FILES: Final = {
    Slot.LOCAL_CERTIFICATE: "local-certificate.pem",
    Slot.SIP_TRUST_STORE: "sip-trust-store.pem",
    Slot.HTTPS_TRUST_STORE: "https-trust-store.pem",
    Slot.CALL_HOME_TRUST_STORE: "call-home-trust-store.pem",
}


SLOT_TITLES: Final = {
    Slot.LOCAL_CERTIFICATE: "local certificate",
    Slot.SIP_TRUST_STORE: "SIP trust store",
    Slot.HTTPS_TRUST_STORE: "HTTPS trust store",
    Slot.CALL_HOME_TRUST_STORE: "Call Home trust store",
    Slot.PEER_CERTIFICATE: "peer certificate",
    Slot.PEER_TRUST_STORE: "peer trust store",
}


@dataclass(frozen=True, slots=True)
class Place:
    """One slot of one device or peer, or a device itself.

    Attributes:
        slot: None for a device itself.
        owner: site/device, or the name of a peer.
        file: its file in the export, or the key that names the file; "" if that does not matter.
    """

    slot: Slot | None
    owner: str
    file: str = ""


def within(owner: str, file: str) -> str:
    """A file of the export, relative to the directory of a device if it is in there."""
    return file.removeprefix(f"{owner}/")

"""Where on the pages of a device a setting or file is found."""

from __future__ import annotations

from typing import Final

from mcuaudit.domain.settings import SETTING_BY_KEY
from mcuaudit.domain.slots import SLOT_TITLES, Slot

SSL_PAGE: Final = "Network > SSL certificates"
PAGES: Final = {"services": "Network > Services", "security": "Settings > Security", "sip": "Settings > SIP",
                "ssl_certificates": SSL_PAGE}  # fmt: skip
"""By the first part of a dotted key, the page that has the setting."""
_OF_API: Final = {
    "device.addresses": "saved response of device.network.query",
    "device.host_names": "saved response of device.network.query",
    "feedback_receivers": "saved response of feedbackReceiver.query",
    "users": "page Users",
}
_OCSP: Final = "ssl_certificates.ocsp."
_OF_DEVICE: Final = "saved response of device.query"


def page_of_setting(key: str) -> str:
    """The page and the label of a setting, by its dotted key; else the saved response that has it."""
    if key in _OF_API:
        return _OF_API[key]
    first = key.partition(".")[0]
    page = PAGES.get(first)
    if page is None:
        return _OF_DEVICE
    setting = SETTING_BY_KEY[key]
    if key.startswith(_OCSP):
        return f"{page}, the fields for OCSP: {setting.label}"
    words = setting.meaning.removesuffix(".").removeprefix(f"{page}: ")
    also = "; also in a saved response of services.query" if first == "services" else ""
    return f"{page}, {words}{also}"


def page_of_slot(slot: Slot) -> str:
    """Where the file of a local certificate or store comes from: an MCU does not export it."""
    if slot is Slot.LOCAL_CERTIFICATE:
        return f"{SSL_PAGE} shows it; the file is the PEM that was uploaded, or a TLS capture of the device"
    return f"{SSL_PAGE}, {SLOT_TITLES[slot]}: the PEM file that was uploaded there"


def page_of_peer_key(key: str) -> str:
    """Where a key of a peer is found: at the peer."""
    if key in ("certificate", "client_certificate"):
        return "at the peer: the certificate that it presents, or a TLS capture of the peer"
    if key == "trust_store":
        return "at the peer: the CA certificates that it trusts"
    if key == "connections":
        return "in the call control, TMS or Conductor, and on the page Users: who calls the device and logs in"
    if key == "ocsp_response":
        return "at the OCSP server: its saved response about the certificate"
    return "at the peer: its configuration"

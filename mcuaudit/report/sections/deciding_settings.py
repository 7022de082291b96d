"""The settings that decide about connections, in words: for the cards of devices and the table of all devices."""

from __future__ import annotations

from typing import Final

from mcuaudit.domain.settings import (
    CLIENT_CERTIFICATE_SECURITY,
    SERVER_CERTIFICATE_SECURITY,
    SETTING_BY_KEY,
    VERIFICATION_SETTINGS,
)

DECIDING: Final = (
    VERIFICATION_SETTINGS, CLIENT_CERTIFICATE_SECURITY, SERVER_CERTIFICATE_SECURITY, "ssl_certificates.ocsp.enabled",
    "services.http", "services.https", "services.sips_tcp", "security.redirect_http_to_https",
    "sip.outbound_call_configuration", "sip.use_local_certificate_for_outgoing", "ssl_certificates.private_key",
    "device.software_version",
)  # fmt: skip
"""Their keys, in the order in which they are shown."""
SOURCES: Final = {
    "typed": "by hand", "inherited": "inherited", "missing": "not in the export", "damaged": "cannot be read",
}  # fmt: skip
"""Words for where a value or store comes from, unless a response of the device has it."""
_TITLES: Final = {
    "ssl_certificates.ocsp.enabled": "OCSP for client certificates",
    "ssl_certificates.private_key": "Private key",
    "device.software_version": "Software version",
    "services.http": "HTTP",
    "services.https": "HTTPS",
    "services.sips_tcp": "Encrypted SIP (TLS)",
    "sip.use_local_certificate_for_outgoing": "Local certificate for outgoing connections",
}
"""Titles where the label of the page is a sentence, or is about more than one setting."""
_WORDS: Final = {"true": "on", "false": "off"}


def title_of(setting: str) -> str:
    """The title of a setting, by its key."""
    return _TITLES.get(setting, SETTING_BY_KEY[setting].label)


def value_words(value: str) -> str:
    """A value as a page shows it."""
    return _WORDS.get(value, value)

"""What the settings of a device say about its connections (sections 1, 2, 5)."""

from __future__ import annotations

import re

from tests.oracles.law.description import Device
from tests.oracles.law.steps import PASSED, Step, absent, missing, opened

FEATURES = ("Secure management (HTTPS)", "Encryption")
REQUIRED = "Certificate-based authentication required"
ALLOWED = "Certificate-based authentication allowed"
VERIFY = "Verify certificate"
NOT_REQUIRED = "Not required"
LEVELS = (NOT_REQUIRED, VERIFY, ALLOWED, REQUIRED)
CALLS, OUTGOING, NEITHER = "Outgoing and incoming calls", "Outgoing calls only", "No verification"

_SECTION = "ssl_certificates."
_DECIDES = {
    "incoming_sip": (_SECTION + "verification_settings", (CALLS,)),
    "outgoing_sip": (_SECTION + "verification_settings", (CALLS, OUTGOING)),
    "web_user": (_SECTION + "client_certificate_security", LEVELS[1:]),
    "api_user": (_SECTION + "client_certificate_security", LEVELS[1:]),
    "ocsp_server": (_SECTION + "server_certificate_security", (VERIFY,)),
    "feedback_receiver": (_SECTION + "server_certificate_security", (VERIFY,)),
}


def before_4_4(device: Device) -> bool:
    """Whether the software is older than 4.4."""
    version = device.get("device.software_version")
    if version is None:
        return False
    major, minor = re.match(r"(\d+)\.(\d+)", str(version)).groups()  # type: ignore[union-attr]
    return (int(major), int(minor)) < (4, 4)


def verifies(device: Device, connection: str) -> bool | None:
    """Whether the MCU verifies the peer; None if that depends on what is not told (section 2)."""
    key, values = _DECIDES[connection]
    value = device.get(key)
    if before_4_4(device) or (value is not None and value not in values):
        return False
    return None if value is None else True


def not_an_mcu(device: Device) -> bool:
    """Section 8: other products answer the same API."""
    model = device.get("device.model")
    return model is not None and "MCU" not in str(model)


def key_matches(device: Device) -> bool:
    """Section 4: a private key that does not match serves nothing."""
    return device.get("ssl_certificates.private_key") != "Key does not match certificate"


def service(device: Device, name: str) -> Step:
    """Section 5: the service and a feature key for it; untold feature keys are assumed."""
    features, on = device.get("device.features"), device.get(f"services.{name}")
    if on is False:
        return absent("service_off")
    if features is not None and not set(FEATURES) & set(features):  # type: ignore[call-overload]
        return absent("feature_missing")
    return missing() if on is None else PASSED


def presents_outbound(device: Device) -> Step:
    """A20 and A26: as a TLS client it may present nothing."""
    if device.get("sip.use_local_certificate_for_outgoing") is False:
        return opened("may_present_nothing", "setting", "A20", *(["A26"] if before_4_4(device) else []))
    return opened("may_present_nothing", "software_version", "A26") if before_4_4(device) else PASSED

"""What the settings of a device say about its connections (sections 1, 2, 5)."""

from __future__ import annotations

import re
from dataclasses import replace

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
LEVEL = _SECTION + "client_certificate_security"
_VERSION = "device.software_version"
_DECIDES = {
    "incoming_sip": (_SECTION + "verification_settings", (CALLS,)),
    "outgoing_sip": (_SECTION + "verification_settings", (CALLS, OUTGOING)),
    "web_user": (LEVEL, LEVELS[1:]),
    "api_user": (LEVEL, LEVELS[1:]),
    "ocsp_server": (_SECTION + "server_certificate_security", (VERIFY,)),
    "feedback_receiver": (_SECTION + "server_certificate_security", (VERIFY,)),
}


def before_4_4(device: Device) -> bool | None:
    """Whether the software is older than 4.4; None if it is not told. Other products have numbers of their own."""
    if not_an_mcu(device):
        return False
    version = device.get(_VERSION)
    if version is None:
        return None
    major, minor = re.match(r"(\d+)\.(\d+)", str(version)).groups()  # type: ignore[union-attr]
    return (int(major), int(minor)) < (4, 4)


def verifies(device: Device, connection: str) -> bool | None:
    """Whether the MCU verifies the peer; None if that depends on what is not told (section 2)."""
    key, values = _DECIDES[connection]
    value = device.get(key)
    if before_4_4(device) or (value is not None and value not in values):
        return False
    return None if value is None or before_4_4(device) is None else True


def levels_of(device: Device) -> list[str]:
    """The levels of Client certificate security that may be in effect; before 4.4 there is the lowest alone."""
    level, old = device.get(LEVEL), before_4_4(device)
    if old:
        return [NOT_REQUIRED]
    if level is None:
        return list(LEVELS)
    return [str(level)] if old is False or level == NOT_REQUIRED else [NOT_REQUIRED, str(level)]


def at_level(device: Device, level: str) -> Device:
    """The device at one of its levels, which above the lowest is in effect from 4.4 on alone."""
    version = {} if level == NOT_REQUIRED or before_4_4(device) is not None else {_VERSION: "4.4(3.57)"}
    return replace(device, settings={**device.settings, LEVEL: level, **version})


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
    """A20 and A26: as a TLS client it may present nothing; so if the tick box or the version is not told."""
    ticked, old = device.get("sip.use_local_certificate_for_outgoing"), before_4_4(device)
    readings = (*(["A20"] if ticked is not True else []), *(["A26"] if old is not False else []))
    if ticked is False or old:
        return opened("may_present_nothing", "setting" if ticked is False else "software_version", *readings)
    return missing(*readings) if readings else PASSED

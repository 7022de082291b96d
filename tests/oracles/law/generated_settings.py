"""Settings of a generated device, under the names of their keys; an absent key is not told."""

from __future__ import annotations

import random

from tests.oracles.law.chance import mostly

ADMIN, LIST, NOBODY = "administrator", "conference list only", ()
USERS = (
    (("admin", ADMIN), ("alice", ADMIN), ("guest", LIST), ("tms", ADMIN)),
    (("admin", ADMIN), ("bob", LIST), ("alice", LIST), ("tms", LIST)),
    (("bob", LIST), ("guest", LIST)),
    (("admin", ADMIN), ("Alice", ADMIN), ("tms", ADMIN)),
    NOBODY,
    None,
)
CHOICES: dict[str, tuple[object, ...]] = {
    "device.model": ("MCU 4510", "Codian MCU 4210", "TS 8710", "MCU 5320", None),
    "device.software_version": ("4.4(3.57)", "4.3(2.30)", "4.5(1.45)", "4.10(1.2)", "4.2(1.46)", None),
    "device.features": (("Encryption",), None, ("Secure management (HTTPS)",), ("Video firewall",), ()),
    "ssl_certificates.verification_settings": (
        "Outgoing and incoming calls", "Outgoing calls only", "No verification", None),
    "ssl_certificates.server_certificate_security": ("Verify certificate", "No verification", None),
    "ssl_certificates.private_key": ("Key matches certificate", "Key does not match certificate", None),
    "services.http": (False, True, None),
    "services.https": (True, False, None),
    "services.sips_tcp": (True, False, None),
    "security.redirect_http_to_https": (True, False, None),
    "sip.outbound_call_configuration": ("Use trunk", "Call direct", "Use registrar", None),
    "sip.outbound_address": ("vcs.example.com", "", "10.9.9.9", None),
    "sip.outbound_domain": ("example.com", "", None),
    "sip.use_local_certificate_for_outgoing": (None, True, False),
}  # fmt: skip
LEVELS = ("Certificate-based authentication allowed", "Verify certificate", "Certificate-based authentication required",
          "Not required", None)  # fmt: skip
OCSP_URLS = ("https://ocsp.example.com/", "http://ocsp.example.com/", "https://ocsp.example.com:8443/x", "", None)
UNTOLD = {
    4: "device.software_version",
    5: "sip.use_local_certificate_for_outgoing",
    6: "sip.outbound_address",
    7: "device.software_version",
}
"""What some devices do not have of their own, by the last digit of their number."""
RECEIVERS = (
    ("https://tms.example.com/RPC2",),
    ("https://tms.example.com/RPC2", "https://tms.example.com:8443/RPC2"),
    ("http://tms.example.com/RPC2",),
    ("https://nobody.example.com/RPC2",),
    (),
    None,
)


def settings(rng: random.Random, number: int, often: float) -> dict[str, object]:
    """What one device has."""
    found = {key: mostly(rng, values, often) for key, values in CHOICES.items()}
    found["ssl_certificates.client_certificate_security"] = rng.choice(LEVELS)
    enabled = mostly(rng, (False, True, None), 0.6)
    found["ssl_certificates.ocsp.enabled"] = enabled
    if enabled is not False:
        found["ssl_certificates.ocsp.server_url"] = mostly(rng, OCSP_URLS, 0.6)
    found["users"] = mostly(rng, USERS, 0.6)
    found["feedback_receivers"] = mostly(rng, RECEIVERS, 0.5)
    address, host = f"10.1.2.{number}", f"mcu-{number}.example.com"
    found["device.addresses"] = mostly(rng, ((address,), (address, f"2001:db8::{number}"), None), 0.85)
    found["device.host_names"] = mostly(rng, ((host,), (host, f"conf-{number}.example.com"), None), 0.85)
    found[UNTOLD.get(number % 10, "")] = None
    return {key: value for key, value in found.items() if value is not None}

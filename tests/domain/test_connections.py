"""The six connection types as the device's page and Cisco's table have them."""

from __future__ import annotations

from mcuaudit.domain.certificate import CLIENT_AUTH, SERVER_AUTH
from mcuaudit.domain.connections import CONNECTION_TABLE
from mcuaudit.domain.settings import SETTING_BY_KEY

CALLS = "ssl_certificates.verification_settings"
CLIENTS = "ssl_certificates.client_certificate_security"
SERVERS = "ssl_certificates.server_certificate_security"
BOTH_WAYS = "Outgoing and incoming calls"
LEVELS = (
    "Verify certificate",
    "Certificate-based authentication allowed",
    "Certificate-based authentication required",
)


def test_each_type_has_its_role_setting_values_store_and_purpose() -> None:
    found = {
        kind.value: (one.mcu_role, one.setting, one.verifying_values, one.trust_store.value, one.peer_purpose)
        for kind, one in CONNECTION_TABLE.items()
    }
    assert found == {
        "incoming_sip": ("server", CALLS, (BOTH_WAYS,), "sip_trust_store", CLIENT_AUTH),
        "outgoing_sip": ("client", CALLS, ("Outgoing calls only", BOTH_WAYS), "sip_trust_store", SERVER_AUTH),
        "web_user": ("server", CLIENTS, LEVELS, "https_trust_store", CLIENT_AUTH),
        "api_user": ("server", CLIENTS, LEVELS, "https_trust_store", CLIENT_AUTH),
        "ocsp_server": ("client", SERVERS, ("Verify certificate",), "https_trust_store", SERVER_AUTH),
        "feedback_receiver": ("client", SERVERS, ("Verify certificate",), "https_trust_store", SERVER_AUTH),
    }


def test_each_setting_has_the_labels_of_its_page_and_no_others() -> None:
    assert {key: SETTING_BY_KEY[key].labels for key in (CALLS, CLIENTS, SERVERS)} == {
        CALLS: ("No verification", "Outgoing calls only", BOTH_WAYS),
        CLIENTS: ("Not required", *LEVELS),
        SERVERS: ("No verification", "Verify certificate"),
    }

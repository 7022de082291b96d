"""The settings that an unknown key may be meant for, by what stands behind it."""

from __future__ import annotations

from typing import Any

import pytest

from mcuaudit.decode.meant import list_settings_with_value, settings_with_label, settings_with_value

CLIENT, SERVER = "ssl_certificates.client_certificate_security", "ssl_certificates.server_certificate_security"
CALLS, ROUTE = "ssl_certificates.verification_settings", "sip.outbound_call_configuration"


@pytest.mark.parametrize(
    ("value", "settings"),
    [
        ("Not required", (CLIENT,)),
        (" not  REQUIRED", (CLIENT,)),
        ("Verify certificate", (CLIENT, SERVER)),
        ("No verification", (CALLS, SERVER)),
        ("Use trunk", (ROUTE,)),
        ("true", ()),
        ("", ()),
        (" ", ()),
        (True, ()),
        (5, ()),
        (["Not required"], ()),
        (None, ()),
    ],
)
def test_a_label_of_the_pages_is_that_of_its_settings(value: Any, settings: tuple[str, ...]) -> None:
    assert settings_with_label(value) == settings
    # A key outside the tables, and a remark, is known by a label alone.
    for key in ("x", "x.y", "device.x.y", "device.notes", "services.comment"):
        assert settings_with_value(key, value) == settings


SERVICES = tuple(
    f"services.{name}" for name in ("http", "https", "ftp", "sip_tcp", "sip_udp", "sips_tcp", "h225", "snmp")
)


@pytest.mark.parametrize(
    ("key", "value", "settings"),
    [
        ("device.x", "4.4(3.57)", ("device.software_version",)),
        ("device.x", "2026-11-23", ("device.collected_at", "device.current_time")),
        ("device.x", "10.1.2.3", ("device.addresses",)),
        ("device.x", ["10.1.2.3", "mcu"], ()),
        ("device.x", True, ("device.restart_required",)),
        ("device.x", "MCU 4510", ()),
        ("device.x", "Not required", ()),
        ("device.notes", True, ()),
        ("services.x", "yes", SERVICES),
        ("services.x", "perhaps", ()),
        ("ssl_certificates.x", "Verify certificate", (CLIENT, SERVER)),
        ("ssl_certificates.x", True, ()),
        ("ssl_certificates.ocsp.x", False, ("ssl_certificates.ocsp.enabled", "ssl_certificates.ocsp.nonce")),
        ("ssl_certificates.shown.x", "2026-11-23", ("ssl_certificates.shown.issued", "ssl_certificates.shown.expires")),
        ("sip.x", "Use trunk", (ROUTE,)),
        ("sip.x", 1, ("sip.use_local_certificate_for_outgoing",)),
        ("users", ["ann:administrator"], ()),
    ],
)
def test_a_value_of_a_table_is_that_of_the_settings_that_could_have_it(
    key: str, value: Any, settings: tuple[str, ...]
) -> None:
    assert settings_with_value(key, value) == settings


@pytest.mark.parametrize(
    ("key", "value", "settings"),
    [
        ("receiver_list", ["https://tms.example.com/RPC2"], ("feedback_receivers",)),
        ("remarks", ["https://tms.example.com/RPC2"], ()),
        ("receiver_list", [], ()),
        ("receiver_list", "https://tms.example.com/RPC2", ("feedback_receivers",)),
        ("ssl_certificates.receiver", "https://tms.example.com/RPC2", ()),
        ("receiver_list", 5, ()),
    ],
)
def test_a_list_is_known_by_its_entries(key: str, value: Any, settings: tuple[str, ...]) -> None:
    assert list_settings_with_value(key, value) == settings

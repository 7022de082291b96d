"""What is wrong with a name: every flaw, and names that are odd to look at and have none."""

from __future__ import annotations

import time

import pytest

from mcuaudit.identity.flaws import common_name_flaw, host_flaw, uri_flaw

LONGEST_LABEL = "a" * 63
LONGEST_NAME = ".".join([LONGEST_LABEL, LONGEST_LABEL, LONGEST_LABEL, "a" * 61])


@pytest.mark.parametrize(
    "host",
    [
        "mcu-1.example.com",
        "MCU-1.Example.COM",
        "mcu_1.example.com",
        "mcu-1",
        "10.1.2.3",
        "2001:db8::1",
        "[2001:db8::1]",
        "*.example.com",
        "*",
        "xn--mnchen-3ya.example.com",
        "4510.example.com",
        LONGEST_LABEL,
        LONGEST_NAME,
    ],
)
def test_a_host_name_or_address_has_no_flaw(host: str) -> None:
    assert host_flaw(host) == ""


@pytest.mark.parametrize(
    ("host", "flaw"),
    [
        ("", "is empty"),
        ("mcu-1.example.com\0.elsewhere.com", "contains a NUL character"),
        ("mcu-1\t.example.com", "contains a control character"),
        ("mcu-1\u200b.example.com", "contains a control character"),
        ("mcu 1.example.com", "contains a space"),
        ("mcu-1.example.com ", "contains a space"),
        ("mcu-1\u00a0.example.com", "contains a space"),
        ("münchen.example.com", "contains characters other than ASCII"),
        ("mcu-1..example.com", "has an empty label"),
        (".example.com", "has an empty label"),
        (".", "has an empty label"),
        ("mcu-1.example.com..", "has an empty label"),
        ("mcu-1.example.com.", "ends in a dot"),
        ("a" * 64 + ".example.com", "has a label of more than 63 characters"),
        (LONGEST_NAME + "a", "is longer than 253 characters"),
        ("-mcu.example.com", "has a label that begins or ends with a hyphen"),
        ("mcu-.example.com", "has a label that begins or ends with a hyphen"),
        ("10.1.2.3:5061", "contains characters that a host name cannot have"),
        ("sip:mcu-1.example.com", "contains characters that a host name cannot have"),
        ("10.1.2.300", "ends in a number, but is not an address"),
        ("mcu.1", "ends in a number, but is not an address"),
    ],
)
def test_each_flaw_is_told(host: str, flaw: str) -> None:
    assert host_flaw(host) == flaw


@pytest.mark.parametrize(
    "uri",
    [
        "sip:mcu-1.example.com",
        "sip:10.1.2.3:5061;transport=tls",
        "sips:conference@example.com",
        "sip:[2001:db8::1]",
        "https://mcu-1.example.com/path?a=b",
        "urn:uuid:f81d4fae-7dec-11d0-a765-00a0c91e6bf6",
        "ldap://directory.example.com/cn=mcu",
    ],
)
def test_a_uri_of_a_party_has_no_flaw(uri: str) -> None:
    assert uri_flaw(uri) == ""


@pytest.mark.parametrize(
    ("uri", "flaw"),
    [
        ("mcu-1.example.com", "has no scheme"),
        ("sip:", "has no host that can be read"),
        ("sip:2001:db8::1", "has no host that can be read"),
        ("sip:mcu..example.com", "has a host that has an empty label"),
        ("sip:mcu 1.example.com", "contains a space"),
        ("urn:a\0b", "contains a NUL character"),
    ],
)
def test_each_flaw_of_a_uri_is_told(uri: str, flaw: str) -> None:
    assert uri_flaw(uri) == flaw


@pytest.mark.parametrize(
    "name",
    [
        "Leeds Boardroom MCU",
        "Jürgen Weiß",
        "TelePresence MCU 4510, v. 4.4",
        "Version4.4",
        "admin@example.com",
        "MCU of example.org",
        "Leeds\u00a0MCU.local",
        "telepresence-mcu",
        "Example Corp. (Leeds)",
        "10.1.2.3",
        "mcu-1.example.com",
        "",
        "...",
    ],
)
def test_a_common_name_may_be_free_text(name: str) -> None:
    assert common_name_flaw(name) == ""


@pytest.mark.parametrize(
    ("name", "flaw"),
    [
        ("mcu-1.example.com\0.elsewhere.com", "contains a NUL character"),
        ("Leeds\nMCU", "contains a control character"),
        ("Leeds \u202eMCU", "contains a control character"),
        ("mcu-1.example.com ", "contains a space"),
        (" 10.1.2.3", "contains a space"),
        ("mcü.example.com", "contains characters other than ASCII"),
        ("mcu-1.example.com.", "ends in a dot"),
        ("mcü.x", "contains characters other than ASCII"),
        ("mcu-1.example.com:443", "contains characters that a host name cannot have"),
        ("https://mcu-1.example.com", "contains characters that a host name cannot have"),
    ],
)
def test_a_common_name_that_looks_like_a_host_is_judged_as_one(name: str, flaw: str) -> None:
    assert common_name_flaw(name) == flaw


@pytest.mark.parametrize("name", ["a" * 200_000, "a." * 100_000, "." * 200_000, "*" * 200_000, "a.b@" * 50_000])
def test_a_long_name_takes_no_long_time(name: str) -> None:
    started = time.perf_counter()
    host_flaw(name), uri_flaw(f"sip:{name}"), common_name_flaw(name)
    assert time.perf_counter() - started < 5

"""What the issue asks of ``match c.pem 10.1.2.3``, and the words of the outcome."""

from __future__ import annotations

import pytest

from mcuaudit.domain.outcome import Outcome
from mcuaudit.identity import match
from mcuaudit.identity.outcome import shorten
from tests.identity.certificates import issue


@pytest.mark.parametrize(
    ("names", "outcome", "found_in", "reason_code"),
    [
        ("dns:10.1.2.3", "pass", "dns", "match"),
        ("uri:sip:10.1.2.3", "pass", "uri", "match"),
        ("cn:10.1.2.3", "pass", "cn", "match"),
        ("cn:10.1.2.3 dns:mcu1.example.com", "fail", "cn", "cn_blocked_by_san"),
        ("ip:10.1.2.3", "open", "ip", "ip_only_in_ip_address"),
    ],
)
def test_address_of_an_mcu(names: str, outcome: str, found_in: str, reason_code: str) -> None:
    found = match(issue(names), "10.1.2.3")
    assert (found.outcome, found.found_in, found.reason_code) == (outcome, found_in, reason_code)
    assert found.presented in names


def test_a_common_name_that_lax_stacks_accept_is_said() -> None:
    found = match(issue("cn:10.1.2.3 ip:10.1.2.4"), "10.1.2.3")
    assert found.outcome is Outcome.FAIL
    assert found.reading == "A4"
    assert "some TLS stacks accept" in found.reason


def test_an_open_address_is_advised_to_be_carried_twice() -> None:
    assert "add the address there too" in match(issue("ip:10.1.2.3"), "10.1.2.3").reason


@pytest.mark.parametrize(
    ("names", "reference", "standard", "reason_code"),
    [
        ("uri:sip:m:5061", "m", "mcu", "uri_has_more_than_host"),
        ("uri:sips:m", "m", "mcu", "sips_uri"),
        ("uri:https://m", "m", "mcu", "other_scheme"),
        ("dns:*.example.com", "m.example.com", "mcu", "wildcard"),
        ("cn:m cn:n", "m", "mcu", "several_common_names"),
        ("dns:m.", "m", "mcu", "trailing_dot"),
        ("dns:n", "m", "mcu", "no_match"),
        ("", "m", "mcu", "no_names"),
        ("uri:sip:u@m", "m", "rfc5922", "user_in_uri"),
        ("uri:sip:n dns:m", "m", "rfc5922", "dns_hidden_by_uri"),
        ("uri:sip:%20 dns:m", "m", "rfc5922", "dns_beside_malformed_uri"),
        ("cn:m", "m", "rfc5922", "cn_without_san"),
        ("cn:10.1.2.3", "10.1.2.3", "rfc5922", "ip_only_in_cn"),
        ("cn:m dns:n", "m", "rfc5922", "cn_blocked_by_san"),
        ("cn:m ip:10.1.2.3", "m", "rfc5922", "cn_blocked_by_san"),
        ("ip:10.1.2.3", "10.1.2.3", "rfc5922", "ip_only_in_ip_address"),
        ("uri:sips:m", "m", "rfc5922", "sips_uri"),
        ("uri:https://m", "m", "rfc5922", "other_scheme"),
        ("dns:*.m", "a.m", "rfc5922", "wildcard"),
        ("dns:m.", "m", "rfc5922", "trailing_dot"),
        ("dns:m.", "m", "rfc9525", "trailing_dot"),
        ("dns:a*.m.x", "ab.m.x", "rfc9525", "wildcard"),
        ("uri:https://m", "m", "vcs", "other_scheme"),
        ("cn:m", "m", "vcs", "name_in_cn_only"),
        ("ip:10.1.2.3", "10.1.2.3", "cucm", "ip_only_in_ip_address"),
        ("cn:m dns:n", "m", "mcu", "cn_blocked_by_san"),
        ("cn:m ip:10.1.2.3", "m", "mcu", "cn_blocked_by_san"),
        ("dns:10.1.2.3", "10.1.2.3", "rfc5922", "ip_in_dns"),
        ("dns:10.1.2.3", "10.1.2.3", "rfc9525", "ip_in_dns"),
        ("uri:sip:m", "m", "rfc9525", "uri_not_used"),
        ("cn:m", "m", "rfc9525", "cn_never"),
        ("dns:*.com", "m.com", "rfc9525", "wildcard_too_wide"),
        ("uri:sip:m", "m", "vcs", "uri_not_documented"),
        ("uri:sip:m", "m", "cucm", "uri_not_documented"),
    ],
)
def test_reason_codes_are_stable(names: str, reference: str, standard: str, reason_code: str) -> None:
    assert match(issue(names), reference, standard).reason_code == reason_code


def test_two_doubts_are_both_told_and_the_graver_is_the_reading() -> None:
    found = match(issue("uri:sips:alice@m.example.com"), "m.example.com")
    assert found.reading == "A3"
    assert found.reason == (
        "The URI entry sips:alice@m.example.com has the scheme sips and contains more than the host: a user, port or "
        "parameters; whether the MCU accepts that is not documented."
    )


def test_a_mismatch_says_what_the_certificate_holds() -> None:
    found = match(issue("dns:a dns:b dns:c dns:d cn:e"), "m.example.com")
    assert found.reason == "The certificate contains only DNS=a, DNS=b, DNS=c and 2 more."
    assert match(issue("dns:a dns:b dns:c dns:d"), "m").reason.endswith("contains only DNS=a, DNS=b, DNS=c and 1 more.")
    assert match(issue("dns:a dns:b dns:c"), "m").reason.endswith("contains only DNS=a, DNS=b and DNS=c.")


@pytest.mark.parametrize("standard", ["vcs", "cucm"])
@pytest.mark.parametrize(
    ("names", "reading"),
    [
        ("uri:sip:m dns:m.", "A2"),
        ("uri:sip:u@m dns:m.", "A2"),
        ("uri:sips:m dns:m.", "A10"),
        ("uri:sips:u@m dns:m.", "A10"),
    ],
)
def test_a_uri_rests_on_a2_once_and_a_name_with_fewer_doubts_is_better(standard: str, names: str, reading: str) -> None:
    found = match(issue(names), "m", standard)
    assert (found.outcome, found.reading) == (Outcome.OPEN, reading)


def test_a_long_name_is_cut_after_eighty_characters() -> None:
    assert shorten("a" * 80) == "a" * 80
    assert shorten("a" * 81) == "a" * 80 + "..."
    assert shorten("a" * 79 + "\0\0") == "a" * 79 + "\\..."


@pytest.mark.parametrize(
    ("version", "expected"),
    [
        ("", "open A24"), ("X14.3.2", "open A24"), ("X8.11", "open A24"), ("X15", "fail A24"), ("x15.0", "fail A24"),
        ("X15.5.1", "fail A24"), ("16", "fail A24"), ("X150", "fail A24"), ("newest", "open A24"),
    ],
)  # fmt: skip
def test_a_vcs_from_x15_on_does_not_read_the_cn(version: str, expected: str) -> None:
    for names in ("cn:m", "cn:m dns:x", "cn:m uri:sip:x"):
        found = match(issue(names), "m", "vcs", version)
        assert f"{found.outcome} {found.reading}" == expected
    assert match(issue("cn:x dns:m"), "m", "vcs", version).outcome == "pass"
    assert match(issue("cn:m"), "m", "cucm", version).outcome == "pass"
    # A name that a sip: URI contains is open by A2, whatever reads the CN.
    assert match(issue("cn:m uri:sip:m"), "m", "vcs", version).reading == "A2"

"""The purpose sipDomain: the strict rule of RFC 5924, and what TLS stacks make of it for RFC 5922 peers."""

from __future__ import annotations

import pytest

from mcuaudit.decode.certificate import decode_certificate
from mcuaudit.domain.certificate import ANY_EXTENDED_KEY_USAGE, CLIENT_AUTH, SERVER_AUTH, SIP_DOMAIN
from mcuaudit.domain.outcome import Outcome
from mcuaudit.errors import UsageError
from mcuaudit.identity import sip_purpose
from tests.identity.certificates import issue

OIDS = {
    "serverAuth": SERVER_AUTH,
    "clientAuth": CLIENT_AUTH,
    "sipDomain": SIP_DOMAIN,
    "any": ANY_EXTENDED_KEY_USAGE,
    "emailProtection": "1.3.6.1.5.5.7.3.4",
}


@pytest.mark.parametrize(
    ("purposes", "rfc5922", "rfc5924"),
    [
        (None, "pass", "open"),
        ("serverAuth", "pass", "fail"),
        ("serverAuth clientAuth", "pass", "fail"),
        ("clientAuth", "fail", "fail"),
        ("emailProtection", "fail", "fail"),
        ("sipDomain", "open", "open"),
        ("sipDomain clientAuth", "open", "open"),
        ("sipDomain serverAuth", "pass", "pass"),
        ("sipDomain any", "open", "open"),
        ("any", "open", "open"),
        ("any serverAuth", "pass", "open"),
        ("any sipDomain serverAuth", "pass", "pass"),
    ],
)
def test_purpose_of_a_server(purposes: str | None, rfc5922: str, rfc5924: str) -> None:
    usage = None if purposes is None else tuple(OIDS[word] for word in purposes.split())
    certificate = decode_certificate(issue("dns:m", usage))
    for standard, expected in (("rfc5922", rfc5922), ("rfc5924", rfc5924)):
        outcome, reason = sip_purpose(certificate, standard, SERVER_AUTH)
        assert outcome == expected, standard
        assert reason.endswith(".")


def test_the_role_decides_which_purpose_is_needed() -> None:
    certificate = decode_certificate(issue("dns:m", (CLIENT_AUTH,)))
    assert sip_purpose(certificate, "rfc5922", CLIENT_AUTH)[0] is Outcome.PASS
    assert sip_purpose(certificate, "rfc5922", SERVER_AUTH)[0] is Outcome.FAIL


def test_a_pass_without_sip_domain_carries_a_note() -> None:
    certificate = decode_certificate(issue("dns:m", (SERVER_AUTH,)))
    assert "RFC 5924" in sip_purpose(certificate, "rfc5922", SERVER_AUTH)[1]


@pytest.mark.parametrize("standard", ["mcu", "rfc9525", "vcs", "cucm"])
def test_other_standards_do_not_ask(standard: str) -> None:
    certificate = decode_certificate(issue("dns:m", (SERVER_AUTH,)))
    assert sip_purpose(certificate, standard, SERVER_AUTH)[0] is Outcome.NOT_APPLICABLE


def test_only_the_two_purposes_of_tls_are_roles() -> None:
    with pytest.raises(UsageError):
        sip_purpose(decode_certificate(issue("dns:m")), "rfc5922", SIP_DOMAIN)

"""Reference identifiers: what each spelling is reduced to, and what is refused."""

from __future__ import annotations

import ipaddress

import pytest

from mcuaudit.domain.outcome import Outcome
from mcuaudit.domain.verdict import Verdict
from mcuaudit.errors import UsageError
from mcuaudit.identity import parse_reference
from mcuaudit.identity.reference import not_comparable


@pytest.mark.parametrize(
    ("text", "kind", "host"),
    [
        ("mcu1", "DNS-ID", "mcu1"),
        ("MCU1.Example.COM", "DNS-ID", "mcu1.example.com"),
        ("  mcu1.example.com ", "DNS-ID", "mcu1.example.com"),
        ("mcu1.example.com.", "DNS-ID", "mcu1.example.com"),
        ("mcu1.example.com:5061", "DNS-ID", "mcu1.example.com"),
        ("localhost:80", "DNS-ID", "localhost"),
        ("localhost:1", "DNS-ID", "localhost"),
        ("localhost:65535", "DNS-ID", "localhost"),
        ("mcu_1.example.com", "DNS-ID", "mcu_1.example.com"),
        ("3com.example", "DNS-ID", "3com.example"),
        ("xn--mnchen-3ya.example", "DNS-ID", "xn--mnchen-3ya.example"),
        ("München.example", "DNS-ID", "xn--mnchen-3ya.example"),
        ("MCU1.München.Example", "DNS-ID", "mcu1.xn--mnchen-3ya.example"),
        ("10.1.2.3", "IP-ID", "10.1.2.3"),
        ("10.1.2.3:5061", "IP-ID", "10.1.2.3"),
        ("2001:DB8:0:0:0:0:0:1", "IP-ID", "2001:db8::1"),
        ("[2001:db8::1]", "IP-ID", "2001:db8::1"),
        ("[2001:db8::1]:5061", "IP-ID", "2001:db8::1"),
        ("::1", "IP-ID", "::1"),
        ("sip:mcu1.example.com", "URI-ID", "mcu1.example.com"),
        ("SIP:mcu1.example.com", "URI-ID", "mcu1.example.com"),
        ("sips:alice:secret@mcu1.example.com:5061;transport=tls?x=y", "URI-ID", "mcu1.example.com"),
        ("sip:10.1.2.3", "URI-ID", "10.1.2.3"),
        ("sip:[2001:db8:0::1]:5061", "URI-ID", "2001:db8::1"),
        ("https://mcu1.example.com", "URI-ID", "mcu1.example.com"),
        ("https://user@mcu1.example.com:8443/RPC2?x#y", "URI-ID", "mcu1.example.com"),
        ("http://[2001:db8::1]/RPC2", "URI-ID", "2001:db8::1"),
    ],
)
def test_is_reduced_to_its_host(text: str, kind: str, host: str) -> None:
    found = parse_reference(text)
    assert (found.kind, found.host, found.text) == (kind, host, text)
    assert (found.address is None) == (found.host[0] not in ":0123456789" or found.host == "3com.example")


def test_an_ipv4_mapped_address_is_an_ipv6_address() -> None:
    found = parse_reference("::ffff:10.1.2.3")
    assert found.address == ipaddress.IPv6Address("::ffff:a01:203") == parse_reference("[0::FFFF:0a01:203]").address
    assert found.address != parse_reference("10.1.2.3").address


def test_keeps_what_was_given_beside_the_host() -> None:
    found = parse_reference("sips:alice:secret@mcu1.example.com:5061;transport=tls")
    assert (found.scheme, found.user, found.port, found.parameters) == ("sips", "alice:secret", 5061, ";transport=tls")
    assert parse_reference("mcu1.example.com.").absolute
    assert not parse_reference("mcu1.example.com").absolute


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "neither a host name"),
        (" ", "neither a host name"),
        (".", "neither a host name"),
        ("a b", "neither a host name"),
        ("a..b", "neither a host name"),
        (".example.com", "neither a host name"),
        ("-mcu.example.com", "neither a host name"),
        ("mcu\x001.example.com", "neither a host name"),
        ("a" * 64 + ".example.com", "neither a host name"),
        (".".join(["a" * 60] * 5), "neither a host name"),
        ("ü" * 70 + ".example.com", "no A-label"),
        ("*.example.com", "cannot have a wildcard"),
        ("sip:*.example.com", "cannot have a wildcard"),
        ("10.1.2", "ends in a number"),
        ("10.1.2.3.", "ends in a number"),
        ("10.1.2.256", "ends in a number"),
        ("010.1.2.3", "ends in a number"),
        ("10.1.2.3/24", "neither a host name"),
        ("１０.1.2.3", "ends in a number"),
        ("fe80::1%eth0", "zone"),
        ("fe80::1%a%b", "zone"),
        ("[fe80::1%25eth0]:5061", "zone"),
        ("sip:[fe80::1%25eth0]", "zone"),
        ("mcu%eth0", "neither a host name"),
        ("mcu1.example.com%eth0:5061", "neither a host name"),
        ("2001:db8::zz", "neither a host name"),
        ("sip:2001:db8::1", "brackets"),
        ("sip:", "no host"),
        ("sip://mcu1.example.com", "neither a host name"),
        ("sip:alice@", "no host"),
        ("https:mcu1.example.com", "no host"),
        ("https://", "no host"),
        ("mcu1.example.com/RPC2", "neither a host name"),
        ("ftp://mcu1.example.com", 'scheme "ftp"'),
        ("h323:mcu1.example.com", 'scheme "h323"'),
        ("mailto:a@example.com", 'scheme "mailto"'),
        ("mcu1:\uff15\uff10", 'scheme "mcu1"'),
        ("mcu1.example.com:0", "0 is not a port"),
        ("mcu1.example.com:65536", "65536 is not a port"),
        ("mcu1.example.com:123456", "neither a host name"),
        ("straße.example", "A-label"),
        ("a\u200db.example", "A-label"),
    ],
)
def test_refuses(text: str, why: str) -> None:
    with pytest.raises(UsageError) as raised:
        parse_reference(text)
    message = str(raised.value)
    assert why in message
    assert "Use a host name, an IP address" in message
    assert message.isprintable()


def test_a_text_that_cannot_be_compared_decides_nothing_and_says_what_would() -> None:
    verdict = not_comparable(UsageError("no name"))
    assert verdict == Verdict(Outcome.OPEN, "no_reference", "no name", missing_evidence="a name that can be compared")

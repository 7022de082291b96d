"""A URI taken apart: scheme, user, host, port, and what follows."""

from __future__ import annotations

import pytest

from mcuaudit.identity.uri import UriParts, split_host_and_port, split_scheme, split_uri


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("sip:m", UriParts("sip", "m")),
        ("SIPS:M:5061", UriParts("sips", "M", port=5061)),
        ("sip:u@m", UriParts("sip", "m", "u")),
        ("sip:@m", UriParts("sip", "m", "")),
        ("sip:u:p@m:1;a=b?c", UriParts("sip", "m", "u:p", 1, ";a=b?c")),
        ("sip:m?c;a", UriParts("sip", "m", parameters="?c;a")),
        ("sip:m;a?c", UriParts("sip", "m", parameters=";a?c")),
        ("sip:a;b?c@m", UriParts("sip", "m", "a;b?c")),
        ("sip:a@b@m", UriParts("sip", "", "a@b")),
        ("sip:m;a=@x", UriParts("sip", "x", "m;a=")),
        ("sip:[::1]:5061", UriParts("sip", "[::1]", port=5061)),
        ("sip:::1", UriParts("sip", "")),
        ("sip:", UriParts("sip", "")),
        ("https://m", UriParts("https", "m")),
        ("https://m:8443/RPC2?a#b", UriParts("https", "m", port=8443, parameters="/RPC2?a#b")),
        ("https://m?a/b", UriParts("https", "m", parameters="?a/b")),
        ("https://m#a", UriParts("https", "m", parameters="#a")),
        ("https://u@m/x@y", UriParts("https", "m", "u", parameters="/x@y")),
        ("https:///x/y", UriParts("https", "", parameters="/x/y")),
        ("https:///x", UriParts("https", "", parameters="/x")),
        ("https://?x", UriParts("https", "", parameters="?x")),
        ("https://", UriParts("https", "")),
        ("https:m", UriParts("https", "", parameters="m")),
        ("urn:a:b", UriParts("urn", "", parameters="a:b")),
        ("mailto:a@b", UriParts("mailto", "", parameters="a@b")),
        ("m", None),
        ("", None),
        ("1a:b", None),
        ("//m", None),
    ],
)
def test_a_uri_is_taken_apart(text: str, parts: UriParts | None) -> None:
    assert split_uri(text) == parts


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("SIP:x", ("sip", "x")),
        ("a+b-c.d1:", ("a+b-c.d1", "")),
        ("a:b:c", ("a", "b:c")),
        ("a:b\nc", ("a", "b\nc")),
        (":a", None),
        ("a", None),
        ("a_b:c", None),
    ],
)
def test_a_scheme_ends_at_the_first_colon(text: str, found: tuple[str, str] | None) -> None:
    assert split_scheme(text) == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("m", ("m", None)),
        ("m:1", ("m", 1)),
        ("m:00001", ("m", 1)),
        ("m:65535", ("m", 65535)),
        ("", ("", None)),
        ("[::1]", ("[::1]", None)),
        ("[::1]:1", ("[::1]", 1)),
        ("m:", None),
        ("m:a", None),
        ("m:123456", None),
        ("::1", None),
        ("[::1", None),
        ("m]", None),
    ],
)
def test_a_port_has_digits_and_an_ipv6_host_brackets(text: str, found: tuple[str, int | None] | None) -> None:
    assert split_host_and_port(text) == found

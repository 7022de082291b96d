"""The syntax of names and constraints, form by form (RFC 5280, sections 4.2.1.6 and 4.2.1.10)."""

from __future__ import annotations

import pytest

from mcuaudit.pkix.name_syntax import (
    Mailbox,
    dns_base,
    dns_name,
    domain_base,
    email_base,
    fragment_covers,
    host_name,
    mailbox,
    uri_host,
)

LONG = ".".join(["a" * 62] * 4)


@pytest.mark.parametrize("text", ["a", "A.b", "a_b.c", "1.2.3.4", "a--b.c", "_sip._tls.a", "a" * 63, LONG])
def test_host_names(text):
    assert host_name(text) == dns_name(text) == dns_base(text) == domain_base(text) == text.lower()


@pytest.mark.parametrize(
    "text",
    ["", ".", ".a", "a.", "a..b", "-a.b", "a-.b", "a b", "a\0", "\u212a.example", "ä.b", "a" * 64, f"{LONG}.a.a"],
)
def test_what_is_no_host_name(text):
    assert host_name(text) is None
    assert dns_name(text) is None
    assert uri_host(f"https://{text}/") is None
    assert mailbox(f"a@{text}") is None


@pytest.mark.parametrize(("text", "read"), [("*", "*"), ("*.A.b", "*.a.b"), ("a*b.c", "a*b.c"), ("**.a", "**.a")])
def test_a_dns_name_may_have_a_wildcard_in_its_first_label(text, read):
    assert dns_name(text) == read
    assert dns_base(text) is None
    assert host_name(text) is None


@pytest.mark.parametrize("text", ["a.*", "*.a.*", "*.", "*..a", ".*", "*.-a", "* .a", "*" * 64, f"*a.{LONG}"])
def test_a_wildcard_elsewhere_is_malformed(text):
    assert dns_name(text) is None


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("a@B.c", Mailbox("a", "b.c")),
        ("A.b@c", Mailbox("A.b", "c")),
        ("**@c", Mailbox("**", "c")),
        ('"a@b"@c', Mailbox('"a@b"', "c")),
        ('"a\\"b"@c', Mailbox('"a\\"b"', "c")),
        ("a@[192.0.2.1]", Mailbox("a", "[192.0.2.1]")),
        ("a@b@c", None),
        ("a", None),
        ("@c", None),
        ("a@", None),
        (".a@c", None),
        ("a.@c", None),
        ("a..b@c", None),
        ("a b@c", None),
        ('"a@c', None),
        ('a"b"@c', None),
        ("a@.c", None),
        ("ä@c", None),
    ],
)
def test_mailboxes(text, read):
    assert mailbox(text) == read


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("a@B", Mailbox("a", "b")),
        ("A.b", "a.b"),
        (".A.b", ".a.b"),
        ("", None),
        (".", None),
        ("..a", None),
        ("@a", None),
    ],
)
def test_constraints_on_email_addresses(text, read):
    assert email_base(text) == read
    assert domain_base(text) == (None if isinstance(read, Mailbox) else read)


@pytest.mark.parametrize(
    ("text", "host"),
    [
        ("https://A.b", "a.b"),
        ("HTTPS://a.b/c?d#e", "a.b"),
        ("https://u:p@a.b:443/c@d", "a.b"),
        ("x+y-1.z://a?b", "a"),
        ("https://a:/", "a"),
        ("https://a\n/b", None),
        ("https://a/\nb", "a"),
        ("https://a:b/", None),
        ("https://u@v@a/", None),
        ("https://192.0.2.1/", None),
        ("https://[2001:db8::1]/", None),
        ("sip:a.b", None),
        ("//a.b", None),
        ("a.b", None),
        ("1a://b", None),
    ],
)
def test_hosts_of_uris(text, host):
    assert uri_host(text) == host


@pytest.mark.parametrize(
    ("pattern", "label", "covers"),
    [
        ("*", "a", True),
        ("*", "", True),
        ("a*", "ab", True),
        ("a*", "ba", False),
        ("*a", "ba", True),
        ("ab*bc", "abc", False),
        ("ab*bc", "abbc", True),
        ("*b*d*", "abcde", True),
        ("*d*b*", "abcde", False),
        ("*b*", "aca", False),
        ("a*b*c", "axbc", True),
        ("a*c*c", "axbc", False),
    ],
)
def test_labels_that_a_wildcard_stands_for(pattern, label, covers):
    assert fragment_covers(pattern, label) is covers

"""Names of each form as they are compared: octets of directory names, keys of subtrees, and what is counted."""

from __future__ import annotations

from dataclasses import replace
from ipaddress import ip_address, ip_network

import pytest

from mcuaudit.domain.certificate import NameConstraints
from mcuaudit.pkix.constrained_names import Names, names_of
from mcuaudit.pkix.name_syntax import Mailbox, dns_name, fragment_covers, host_name, mailbox
from mcuaudit.pkix.names import Attribute, attributes, canonical_name, self_issued
from mcuaudit.pkix.subtrees import FORMS, Meter, Side, TooManyError, subtrees
from tests.authority import Authority, encoded, name, p256_key

ROOT_CA = Authority.root("Root", key=p256_key(880))
LEAF = ROOT_CA.leaf("mcu", key=p256_key(881)).record
DIRECTORY, EMAIL, DNS, URI, IP = FORMS
O, CN = bytes.fromhex("55040a"), bytes.fromhex("550403")  # noqa: E741
EMAIL_OID = bytes.fromhex("2a864886f70d010901")
UTF8, PRINTABLE, NUMERIC, IA5, BMP = 0x0C, 0x13, 0x12, 0x16, 0x1E


# Directory names


def attribute(kind: bytes, value: bytes, tag: int = UTF8) -> bytes:
    return encoded(0x30, encoded(0x06, kind) + encoded(tag, value))


def der(*relative: bytes) -> bytes:
    """A name of relative names, each given as its attributes."""
    return encoded(0x30, b"".join(encoded(0x31, one) for one in relative))


def sized(data: bytes) -> bytes:
    return len(data).to_bytes(4, "big") + data


def compared(kind: bytes, value: bytes) -> bytes:
    """An attribute as it is compared."""
    return sized(sized(kind) + value)


def test_a_name_is_compared_by_lengths_types_and_folded_values():
    expected = sized(compared(O, b"\x0cexample")) + sized(compared(CN, b"\x0croot"))
    assert canonical_name(der(attribute(O, b"Example"), attribute(CN, b"ROOT"))) == expected
    assert canonical_name(name("Root").public_bytes()) == expected
    assert canonical_name(der()) == b""
    assert canonical_name(der(b"", attribute(CN, b"a"), b"")) == sized(compared(CN, b"\x0ca"))


def test_every_ascii_letter_is_folded_and_no_other():
    upper = bytes(range(0x41, 0x5B))
    assert canonical_name(der(attribute(CN, upper))) == canonical_name(der(attribute(CN, upper.lower())))
    folded = sized(compared(CN, b"\x0c" + bytes(range(0x61, 0x7B))))
    assert canonical_name(der(attribute(CN, upper))) == folded
    others = "@[`{ÄİK\u212a".encode().replace(b"K", b"")
    assert canonical_name(der(attribute(CN, others))) == sized(compared(CN, b"\x0c" + others))


@pytest.mark.parametrize(
    ("tag", "value", "found"),
    [
        (UTF8, b"  a \t\n\v\f\r b ", b"\x0ca b"),
        (UTF8, "a\u00a0b".encode(), b"\x0ca\xc2\xa0b"),
        (UTF8, b"   ", b"\x0c"),
        (PRINTABLE, b"A", b"\x0ca"),
        (BMP, b"\x00A", b"\x0ca"),
        (NUMERIC, b" 1", b"\x12 1"),
        (0x03, b"\x00A", b"\x03\x00A"),
        (UTF8, b"\xffA", b"\x0c\xffA"),
        (BMP, b"A", b"\x1eA"),
    ],
)
def test_a_value_is_compared_as_text_or_by_its_octets(tag, value, found):
    assert canonical_name(der(attribute(CN, value, tag))) == sized(compared(CN, found))


def test_the_attributes_of_one_relative_name_are_compared_in_one_order():
    one, other = attribute(O, b"b"), attribute(CN, b"a")
    expected = sized(compared(CN, b"\x0ca") + compared(O, b"\x0cb"))
    assert canonical_name(der(one + other)) == canonical_name(der(other + one)) == expected


@pytest.mark.parametrize("odd", [b"", b"\x30", b"\x30\x05\x31", encoded(0x30, encoded(0x31, encoded(0x31, b"")))])
def test_what_is_no_name_matches_itself_alone(odd):
    assert canonical_name(odd) == b"\xff" + sized(odd)


def test_a_name_is_self_issued_by_comparison():
    assert self_issued(ROOT_CA.record)
    assert self_issued(replace(LEAF, subject=name(" ROOT").public_bytes()))
    assert not self_issued(LEAF)


def test_the_attributes_of_a_name_in_order_with_their_text():
    raw = der(attribute(O, b"\x00A", BMP), attribute(CN, b"b", IA5) + attribute(EMAIL_OID, b"\xe4", NUMERIC))
    assert list(attributes(raw)) == [
        Attribute(O, BMP, b"\x00A"), Attribute(CN, IA5, b"b"), Attribute(EMAIL_OID, NUMERIC, b"\xe4"),
    ]  # fmt: skip
    assert [one.text for one in attributes(raw)] == ["A", "b", "ä"]
    assert Attribute(CN, UTF8, b"a\xff").text == "a\ufffd"


# The syntax of names, at its limits


def test_a_host_name_has_253_characters_and_no_more():
    longest = ".".join(["a" * 63] * 3 + ["b" * 61])
    assert len(longest) == 253
    wild = f"*{longest[1:]}"
    assert (host_name(longest), dns_name(wild)) == (longest, wild)
    assert (host_name(f"{longest}b"), dns_name(f"{wild}b")) == (None, None)


def test_a_mailbox_needs_both_parts():
    assert mailbox("a@b") == Mailbox("a", "b")
    assert [mailbox(text) for text in ("a", "@b", "a@", "@", "", "a.@b")] == [None] * 6


@pytest.mark.parametrize(
    ("pattern", "label", "covers"),
    [
        ("*", "", True), ("*", "a", True), ("a*", "a", True), ("a*", "ba", False), ("*a", "a", True),
        ("a*b", "ab", True), ("a*b", "acb", True), ("a*b", "ac", False), ("a*b", "cb", False), ("a*a", "a", False),
        ("*a*b", "ab", True), ("*a*b", "cab", True), ("*a*b", "cb", False), ("*aa*aa*", "aaa", False),
        ("*aa*aa*", "aaaa", True), ("*ab*ba", "aba", False), ("*ab*ba", "abba", True), ("a*b*c", "abc", True),
        ("a*b*c", "acc", False), ("*b*b", "b", False), ("ab*b", "ab", False),
    ],
)  # fmt: skip
def test_the_labels_that_asterisks_stand_for(pattern, label, covers):
    assert fragment_covers(pattern, label) is covers


# The keys of subtrees


def test_the_forms_of_names():
    assert [(form.label, form.kind, form.field) for form in FORMS] == [
        ("name", "directoryName", "directory"), ("e-mail address", "rfc822Name", "email"),
        ("DNS name", "dNSName", "dns"), ("URI", "uniformResourceIdentifier", "uri"), ("IP address", "iPAddress", "ip"),
    ]  # fmt: skip


def keys(form, given, sizes=()):
    return list(form.keys(form.name(given), frozenset(sizes)))


def test_the_keys_of_host_names():
    assert keys(DNS, "A.b.c") == ["a.b.c", "b.c", "c", ""]
    assert keys(DNS, "a") == ["a", ""]
    assert keys(URI, "https://A.b.c/x.y") == ["a.b.c", ".b.c", ".c"]
    assert keys(URI, "https://a") == ["a"]
    assert keys(EMAIL, "X.y@A.b.c") == [Mailbox("X.y", "a.b.c"), "a.b.c", ".b.c", ".c"]


def test_the_keys_of_addresses_are_networks_of_the_lengths_there_are():
    four, six = ip_address("192.0.2.129"), ip_address("2001:db8::1")
    sizes = {(4, 0), (4, 25), (4, 32), (6, 64)}
    for address, networks in (
        (four, ["0.0.0.0/0", "192.0.2.128/25", "192.0.2.129/32"]), (six, ["2001:db8::/64"]),
    ):  # fmt: skip
        found = keys(IP, address, sizes)
        assert len(found) == 4
        assert set(found) - {None} == {IP.base(ip_network(one)) for one in networks}
    assert [IP.size(IP.base(ip_network(one))) for one in ("192.0.2.0/24", "::/0")] == [(4, 24), (6, 0)]
    assert IP.base(ip_network("192.0.2.128/25")) == (4, 25, 0xC0000280 >> 7)


def test_the_keys_of_directory_names_are_their_beginnings_of_the_sizes_there_are():
    one, two, three = (der(*(attribute(O, b"x" * number) for number in range(1, count))) for count in (2, 3, 4))
    first, second, whole = map(canonical_name, (one, two, three))
    assert keys(DIRECTORY, three, {len(first), len(second), len(whole)}) == [b"", first, second, whole]
    assert keys(DIRECTORY, three, {len(second)}) == [b"", None, second, None]
    assert keys(DIRECTORY, one) == [b"", None]
    assert keys(DIRECTORY, der()) == [b""]
    odd = canonical_name(b"\x30\x05")
    assert keys(DIRECTORY, b"\x30\x05", {len(odd)}) == [b"", odd]
    long = canonical_name(der(attribute(O, b"y" * 300), attribute(CN, b"z")))
    assert keys(DIRECTORY, der(attribute(O, b"y" * 300), attribute(CN, b"z")), {len(long)}) == [b"", None, long]


def test_a_meter_counts_keys_and_long_ones_more():
    meter = Meter(2)
    meter.count("a")
    meter.count(None)
    assert meter.left == 0
    with pytest.raises(TooManyError):
        meter.count("a")
    for key, cost in (("a" * 255, 1), ("a" * 256, 2), (b"a" * 512, 3), (Mailbox("a" * 999, "b"), 1)):
        meter = Meter(10)
        meter.count(key)
        assert meter.left == 10 - cost


def test_a_side_holds_a_name_below_one_of_its_bases():
    side = Side(DNS, frozenset({"b.c"}), frozenset())
    meter = Meter(9)
    assert side.holds("a.b.c", meter) is True
    assert meter.left == 7
    assert side.holds("c", meter) is False
    assert meter.left == 5


def test_constraints_are_indexed_by_form():
    (only,) = subtrees(NameConstraints(excluded_dns=("A.b", "c.B", "d", "")))
    assert (only.form, only.permitted, only.malformed) == (DNS, None, False)
    assert only.excluded == Side(DNS, frozenset({"a.b", "c.b", "d", ""}), frozenset({3, 1, 0}))
    assert {rest: set(firsts) for rest, firsts in only.excluded_below.items()} == {"b": {"a", "c"}, "": {"d"}}
    email, uri = subtrees(
        NameConstraints(permitted_uri=(".b", "c"), excluded_uri=(".d",), permitted_email=(), malformed=("iPAdress",))
    )
    assert (email.form, email.permitted, email.excluded.bases) == (EMAIL, Side(EMAIL, frozenset(), frozenset()), set())
    assert (uri.permitted, uri.excluded) == (
        Side(URI, frozenset({".b", "c"}), frozenset({1, 2})), Side(URI, frozenset({".d"}), frozenset({2})),
    )  # fmt: skip
    assert (email.excluded_below, uri.excluded_below, uri.malformed) == ({}, {}, False)
    assert list(subtrees(NameConstraints())) == []


@pytest.mark.parametrize(
    ("fields", "form"),
    [
        ({"malformed": ("iPAddress",)}, IP),
        ({"permitted_dns": ("a b",)}, DNS),
        ({"excluded_uri": ("a", "a b")}, URI),
    ],
)
def test_a_constraint_that_is_malformed_counts_for_its_form(fields, form):
    (found,) = subtrees(NameConstraints(**fields))
    assert (found.form, found.malformed) == (form, True)


# The names of a certificate


def names(**fields) -> Names:
    return names_of(replace(LEAF, **fields))


OF_NO_FORM = ("of a form that is not allowed", None)
SUBJECT = ("CN=mcu,O=Example", canonical_name(LEAF.subject))
NOTHING = {form.kind: () for form in FORMS}


def test_the_names_of_each_kind_as_they_are_shown_and_compared():
    other = der(attribute(CN, b"X"))
    assert names() == Names({**NOTHING, "directoryName": (SUBJECT,)}, (), frozenset(), False)
    found = names(
        directory_names=(other,), email_addresses=("A@B", "c"), dns_names=("A.b", "a b"), uris=("https://A.b", "x"),
        ip_addresses=(ip_address("192.0.2.1"),),
    )  # fmt: skip
    assert found == Names(
        {
            "directoryName": (SUBJECT, ("CN=mcu,O=Example", canonical_name(other))),
            "rfc822Name": (("A@B", Mailbox("A", "b")), ("c", None)),
            "dNSName": (("A.b", "a.b"), ("a b", None)),
            "uniformResourceIdentifier": (("https://A.b", "a.b"), ("x", None)),
            "iPAddress": ((ip_address("192.0.2.1"), ip_address("192.0.2.1")),),
        },
        (), frozenset(), False,
    )  # fmt: skip


@pytest.mark.parametrize("subject", [der(), b"\x30\x09", encoded(0x30, encoded(0x31, b"\x05\x00"))])
def test_a_subject_without_attributes_or_that_cannot_be_read_is_no_name(subject):
    assert names(subject=subject) == Names(NOTHING, (), frozenset(), False)


def test_an_e_mail_address_of_the_subject_is_an_ia5_string():
    subject = der(attribute(EMAIL_OID, b"A@B", IA5), attribute(EMAIL_OID, b"C@D"), attribute(CN, b"E@F", IA5))
    found = names(subject=subject, email_addresses=("g@h",))
    assert found.by_kind["rfc822Name"] == (("A@B", Mailbox("A", "b")), OF_NO_FORM, ("g@h", Mailbox("g", "h")))


@pytest.mark.parametrize(
    ("value", "found"),
    [
        (b"A.b", [("A.b", "a.b")]), (b"a", []), (b"A b.c", []), (b"A.b\x00\x00", [("A.b", "a.b")]),
        (b"a.bx", [("a.bx", "a.bx")]),
        (b"a.b\x00c", [OF_NO_FORM]), (b"\x00a.b", [OF_NO_FORM]), (b"a.b_", [("a.b_", "a.b_")]),
        (b"a." + b"b" * 64, [("a." + "b" * 64, None)]), (b"a.b.", []), (b"a.-b", []), (b"a.b-", []), (b".a", []),
    ],
)  # fmt: skip
def test_a_common_name_that_looks_like_a_host_counts_without_a_dns_name(value, found):
    subject = der(attribute(O, b"x.y"), attribute(CN, value))
    assert names(subject=subject).host_like == tuple(found)
    assert names(subject=subject, dns_names=("a",)).host_like == ()


def test_entries_that_cannot_be_read_are_malformed_or_leave_their_kind_open():
    assert names(unreadable=("subjectAltName entry 12 (dNSName)", "keyUsage")).by_kind["dNSName"] == (OF_NO_FORM,)
    for kind in ("dNSName", "rfc822Name", "uniformResourceIdentifier", "iPAddress"):
        found = names(unreadable=(f"subjectAltName entry 1 ({kind})",))
        assert found == Names(
            {**NOTHING, "directoryName": (SUBJECT,), kind: (OF_NO_FORM,)}, (), frozenset(), False
        )  # fmt: skip
    for kind in ("directoryName", "otherName"):
        found = names(unreadable=(f"subjectAltName entry 1 ({kind})",))
        assert found == Names({**NOTHING, "directoryName": (SUBJECT,)}, (), frozenset({kind}), False)


@pytest.mark.parametrize(
    ("field", "unreadable"),
    [
        ("subject", True), ("subject commonName", True), ("subjectAltName", True), ("extensions", True),
        ("subjectAltName entry 1", True), ("issuer", False), ("keyUsage", False), ("subjectKeyIdentifier", False),
        ("x subject", False), ("issuer subject", False), ("subjectAltName entry 1 (dNSName)", False),
    ],
)  # fmt: skip
def test_the_names_cannot_be_read_if_subject_or_subject_alt_name_cannot(field, unreadable):
    assert names(unreadable=("keyUsage", field)).unreadable is unreadable

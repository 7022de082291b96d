"""Names as they are compared."""

from __future__ import annotations

import pytest
from cryptography import x509
from cryptography.x509.name import _ASN1Type
from cryptography.x509.oid import NameOID
from hypothesis import given
from hypothesis import strategies as st

from mcuaudit.pkix.names import COMMON_NAME, attributes, canonical_name


def der(*attributes, kind=_ASN1Type.UTF8String):
    return x509.Name([x509.NameAttribute(oid, value, kind) for oid, value in attributes]).public_bytes()


CN, O, OU = NameOID.COMMON_NAME, NameOID.ORGANIZATION_NAME, NameOID.ORGANIZATIONAL_UNIT_NAME  # noqa: E741


@pytest.mark.parametrize(
    "kind",
    [
        _ASN1Type.PrintableString,
        _ASN1Type.BMPString,
        _ASN1Type.UniversalString,
        _ASN1Type.IA5String,
        _ASN1Type.VisibleString,
        _ASN1Type.T61String,
    ],
)
def test_the_string_type_does_not_count(kind):
    assert canonical_name(der((CN, "Root"), kind=kind)) == canonical_name(der((CN, "Root")))
    assert [attribute.text for attribute in attributes(der((CN, "Root"), kind=kind))] == ["Root"]


def test_strings_of_two_bytes_and_of_latin_1_are_read_by_their_type():
    raw = der((CN, "Root"))
    for tag, text in ((0x1E, "Rä".encode("utf-16-be")), (0x14, b"R\xe4"), (0x1C, "Rä".encode("utf-32-be"))):
        value = bytes([tag, len(text)]) + text
        entry = bytes([0x30, 5 + len(value)]) + b"\x06\x03\x55\x04\x03" + value
        part = bytes([0x31, len(entry)]) + entry
        name = bytes([0x30, len(part)]) + part
        assert canonical_name(name) == canonical_name(der((CN, "rä")))
        assert [(one.kind, one.tag, one.text) for one in attributes(name)] == [(b"\x55\x04\x03", tag, "Rä")]
    assert [one.kind for one in attributes(raw)] == [COMMON_NAME]


@pytest.mark.parametrize(
    ("tag", "value"), [(0x0C, b"\xff"), (0x13, b"\xe4"), (0x1E, b"a"), (0x03, b"\x00a"), (0x0B, b"a")]
)
def test_what_is_no_text_of_its_type_is_equal_to_the_same_bytes_of_the_same_type_alone(tag, value):
    def named(tag, value):
        entry = b"\x06\x03\x55\x04\x03" + bytes([tag, len(value)]) + value
        part = bytes([0x30, len(entry)]) + entry
        return bytes([0x30, len(part) + 2, 0x31, len(part)]) + part

    assert canonical_name(named(tag, value)) == canonical_name(named(tag, value))
    assert [attribute.value for attribute in attributes(named(tag, value))] == [value]
    assert all(attribute.text for attribute in attributes(named(tag, value)))
    assert canonical_name(named(tag, value)) != canonical_name(named(0x04, value))
    assert canonical_name(named(tag, value)) != canonical_name(named(tag, value + value))


@pytest.mark.parametrize("other", ["root ca", "ROOT CA", " Root CA ", "Root \t  CA"])
def test_case_and_spaces_do_not_count(other):
    assert canonical_name(der((CN, other))) == canonical_name(der((CN, "Root CA")))


@pytest.mark.parametrize("other", ["RootCA", "Root C A", "Root CÄ", "Root CA\0"])
def test_other_names_differ(other):
    assert canonical_name(der((CN, other))) != canonical_name(der((CN, "Root CA")))


def test_only_ascii_is_folded():
    assert canonical_name(der((CN, "Ä"))) != canonical_name(der((CN, "ä")))


def test_an_attribute_that_is_no_sequence_makes_no_name():
    proper = der((CN, "Root"))
    assert proper[2] == 0x31
    assert proper[4] == 0x30
    odd = proper[:4] + b"\x31" + proper[5:]
    assert canonical_name(odd) == b"\xff" + len(odd).to_bytes(4, "big") + odd
    with pytest.raises(ValueError, match="not a sequence"):
        list(attributes(odd))


def test_the_order_of_attributes_counts():
    assert canonical_name(der((O, "x"), (CN, "y"))) != canonical_name(der((CN, "y"), (O, "x")))


def test_the_order_within_a_relative_name_does_not():
    one, two = x509.NameAttribute(O, "x"), x509.NameAttribute(CN, "y")
    both = [x509.Name([x509.RelativeDistinguishedName(order)]) for order in ([one, two], [two, one])]
    assert canonical_name(both[0].public_bytes()) == canonical_name(both[1].public_bytes())
    assert canonical_name(both[0].public_bytes()) != canonical_name(der((O, "x"), (CN, "y")))


def test_what_is_no_name_matches_itself_alone():
    assert canonical_name(b"\x30\x05\x00") == canonical_name(b"\x30\x05\x00")
    assert not canonical_name(b"\x30\x05\x00\x00").startswith(canonical_name(b"\x30\x05\x00"))
    assert canonical_name(b"") != canonical_name(der())


@given(st.binary(max_size=40))
def test_bytes_of_any_kind_are_borne(data):
    assert isinstance(canonical_name(data), bytes)
    assert isinstance(canonical_name(b"\x30" + bytes([len(data)]) + data), bytes)


def test_a_name_with_ten_thousand_attributes_is_compared_in_bounded_time():
    assert len(canonical_name(der(*[(OU, f"unit {number}") for number in range(10_000)]))) > 100_000

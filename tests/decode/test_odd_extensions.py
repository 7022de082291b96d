"""Extensions read by hand: what each says, what of it is unreadable, and what is refused as OpenSSL refuses it."""

from __future__ import annotations

import ipaddress
from typing import Any

import pytest

from mcuaudit.decode.odd_extensions import READERS, Fields
from mcuaudit.decode.tlv import BadEncodingError, encoded
from mcuaudit.domain.certificate import EXTENSION_NAMES, NameConstraints

IDENTIFIERS = {name: identifier for identifier, name in EXTENSION_NAMES.items()}
NONE: tuple[str, ...] = ()

OCSP, CA_ISSUERS = bytes.fromhex("06082b06010505073001"), bytes.fromhex("06082b06010505073002")
POLICY_A, POLICY_B = bytes.fromhex("0602290a"), bytes.fromhex("0602290b")
ANY_OID = bytes.fromhex("06022903")


def read(name: str, value: bytes) -> tuple[Fields, tuple[str, ...]]:
    return READERS[IDENTIFIERS[name]](value)


def refusal_of(name: str, value: bytes) -> str:
    with pytest.raises(BadEncodingError) as refused:
        read(name, value)
    return str(refused.value)


def sequence(*parts: bytes) -> bytes:
    return encoded(0x30, b"".join(parts))


def integer(number: int) -> bytes:
    return encoded(0x02, number.to_bytes(1, "big", signed=True))


def directory(tag: int, text: bytes) -> bytes:
    """A Name with one CN."""
    return sequence(encoded(0x31, sequence(bytes.fromhex("0603550403"), encoded(tag, text))))


DNS, MAIL, URI = encoded(0x82, b"mcu"), encoded(0x81, b"a@b"), encoded(0x86, b"http://o")
ADDRESS = encoded(0x87, bytes([10, 1, 2, 3]))
OTHER = encoded(0xA0, ANY_OID + encoded(0xA0, encoded(0x0C, b"x")))
NAME = directory(0x0C, b"a")
DIRECTORY = encoded(0xA4, NAME)
REGISTERED = encoded(0x88, b"\x29\x03")
X400 = encoded(0xA3, b"")
PARTY = encoded(0xA5, encoded(0xA1, encoded(0x0C, b"x")))


def names(**fields: tuple[Any, ...]) -> Fields:
    kinds = ("dns_names", "uris", "ip_addresses", "email_addresses", "directory_names", "other_name_kinds")
    return {"has_subject_alternative_name": True} | dict.fromkeys(kinds, ()) | fields


# subjectAltName and the kinds of names


@pytest.mark.parametrize(
    ("entries", "fields", "unreadable"),
    [
        ([], {}, NONE),
        (
            [DNS, URI, MAIL, DNS],
            {"dns_names": ("mcu", "mcu"), "uris": ("http://o",), "email_addresses": ("a@b",)},
            NONE,
        ),
        ([encoded(0x82, b"m\xfcu")], {"dns_names": ("m\\xfcu",)}, ("entry 1 (dNSName)",)),
        (
            [DNS, encoded(0x81, b"\xff@b")],
            {"dns_names": ("mcu",), "email_addresses": ("\\xff@b",)},
            ("entry 2 (rfc822Name)",),
        ),
        ([encoded(0x86, b"\x80")], {"uris": ("\\x80",)}, ("entry 1 (uniformResourceIdentifier)",)),
        ([encoded(0x82, b"\x7f")], {"dns_names": ("\x7f",)}, NONE),
        ([ADDRESS], {"ip_addresses": (ipaddress.ip_address("10.1.2.3"),)}, NONE),
        ([encoded(0x87, bytes(15) + b"\x01")], {"ip_addresses": (ipaddress.ip_address("::1"),)}, NONE),
        *(([encoded(0x87, bytes(size))], {}, ("entry 1 (iPAddress)",)) for size in (0, 3, 5, 8, 15, 17, 32)),
        ([DIRECTORY], {"directory_names": (NAME,)}, NONE),
        ([encoded(0xA4, b"\x30\x80" + NAME[2:] + b"\x00\x00")], {"directory_names": (NAME,)}, NONE),
        (
            [encoded(0xA4, directory(0x13, b"\xe9"))],
            {"directory_names": (directory(0x13, b"\xe9"),)},
            ("entry 1 (directoryName)",),
        ),
        ([REGISTERED], {"other_name_kinds": ("registeredID",)}, NONE),
        ([OTHER], {"other_name_kinds": ("otherName",)}, NONE),
        ([X400], {"other_name_kinds": ("x400Address",)}, NONE),
        ([encoded(0xA3, b"\xff")], {"other_name_kinds": ("x400Address",)}, NONE),
        ([PARTY], {"other_name_kinds": ("ediPartyName",)}, NONE),
        (
            [encoded(0xA5, encoded(0xA0, encoded(0x0C, b"y")) + PARTY[2:])],
            {"other_name_kinds": ("ediPartyName",)},
            NONE,
        ),
        ([X400, PARTY, OTHER], {"other_name_kinds": ("x400Address", "ediPartyName", "otherName")}, NONE),
    ],
)
def test_the_names_of_a_subject_are_kept_and_the_unreadable_ones_named(
    entries: list[bytes], fields: Fields, unreadable: tuple[str, ...]
) -> None:
    assert read("subjectAltName", sequence(*entries)) == (names(**fields), unreadable)
    # The issuer's are checked, and of no use.
    assert read("issuerAltName", sequence(*entries)) == ({}, unreadable)


UNKNOWN_KIND = "has a name of an unknown kind"
NOT_A_VALUE = "has an otherName that is not a type and a value"
NOT_A_PARTY = "has a malformed ediPartyName"
NOT_UNICODE = "has a directoryName with invalid text"
OTHER_ELEMENT = "has an element of the wrong type"
NO_IDENTIFIER = "has no object identifier where there should be one"
NO_ORDER = "has fields that are not in their order"


@pytest.mark.parametrize(
    ("entry", "words"),
    [
        *((encoded(tag, b""), UNKNOWN_KIND) for tag in (0x80, 0x83, 0x84, 0x85, 0x89, 0xA1, 0xA2, 0xA6, 0xA7, 0xA8)),
        (encoded(0xA0, b""), NOT_A_VALUE),
        (encoded(0xA0, ANY_OID), NOT_A_VALUE),
        (encoded(0xA0, encoded(0xA0, b"") + ANY_OID), NOT_A_VALUE),
        (encoded(0xA0, ANY_OID + encoded(0xA1, b"")), NOT_A_VALUE),
        (encoded(0xA0, ANY_OID + encoded(0xA0, b"") * 2), NOT_A_VALUE),
        (encoded(0xA4, directory(0x0C, b"\xff")), NOT_UNICODE),
        (encoded(0xA4, directory(0x04, b"a")), NOT_UNICODE),
        (encoded(0xA4, encoded(0x31, b"")), OTHER_ELEMENT),
        (encoded(0xA4, NAME * 2), "is followed by other octets"),
        (encoded(0x88, b"\x80"), "has an object identifier that is cut short"),
        (encoded(0xA5, b""), NOT_A_PARTY),
        (encoded(0xA5, encoded(0xA0, encoded(0x0C, b"y"))), NOT_A_PARTY),
        (encoded(0xA5, encoded(0xA1, b"")), NOT_A_PARTY),
        (encoded(0xA5, encoded(0xA1, encoded(0x0C, b"x") * 2)), NOT_A_PARTY),
        (encoded(0xA5, encoded(0xA0, b"") + PARTY[2:]), NOT_A_PARTY),
        (encoded(0xA5, PARTY[2:] * 2), NO_ORDER),
    ],
)
def test_a_name_that_openssl_refuses_is_refused_with_its_extension(entry: bytes, words: str) -> None:
    assert refusal_of("subjectAltName", sequence(DNS, entry)) == words
    assert refusal_of("issuerAltName", sequence(DNS, entry)) == words


@pytest.mark.parametrize(
    "name",
    ["subjectAltName", "issuerAltName", "basicConstraints", "nameConstraints", "cRLDistributionPoints",
     "certificatePolicies", "policyMappings", "authorityKeyIdentifier", "policyConstraints", "extKeyUsage",
     "authorityInfoAccess", "subjectKeyIdentifier", "keyUsage", "inhibitAnyPolicy"],
)  # fmt: skip
def test_a_value_of_another_type_or_with_something_behind_it_is_refused(name: str) -> None:
    assert refusal_of(name, encoded(0x31, b"")) == OTHER_ELEMENT
    assert refusal_of(name, encoded(0x31, b"") + b"\x05\x00") == "is followed by other octets"


# basicConstraints, keyUsage, extKeyUsage


TRUE, ONE_IS_TRUE, FALSE = b"\x01\x01\xff", b"\x01\x01\x01", b"\x01\x01\x00"


@pytest.mark.parametrize(
    ("fields", "is_ca", "length"),
    [
        (b"", False, None),
        (TRUE, True, None),
        (ONE_IS_TRUE, True, None),
        (FALSE, False, None),
        (b"\x01\x00", False, None),
        (TRUE + integer(0), True, 0),
        (TRUE + integer(127), True, 127),
        (TRUE + b"\x02\x02\x00\x80", True, 128),
        (TRUE + b"\x02\x02\x00\x03", True, 3),
        # A length says nothing of a certificate that is not a CA's.
        (integer(3), False, None),
        (FALSE + integer(3), False, None),
    ],
)
def test_basic_constraints_say_whether_it_is_a_ca_and_how_many_may_follow(
    fields: bytes, is_ca: bool, length: int | None
) -> None:
    assert read("basicConstraints", sequence(fields)) == ({"is_ca": is_ca, "path_length": length}, NONE)


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        (TRUE + TRUE, "has basicConstraints with more than a CA flag and a length"),
        (integer(1) + TRUE, "has basicConstraints with more than a CA flag and a length"),
        (TRUE + integer(1) + integer(1), "has basicConstraints with more than a CA flag and a length"),
        (TRUE + integer(-1), "has a negative length"),
        (integer(-1), "has a negative length"),
    ],
)
def test_other_basic_constraints_are_refused(fields: bytes, words: str) -> None:
    assert refusal_of("basicConstraints", sequence(fields)) == words


@pytest.mark.parametrize(
    ("content", "uses"),
    [
        ("0780", {"digitalSignature"}),
        ("0640", {"contentCommitment"}),
        ("0520", {"keyEncipherment"}),
        ("0410", {"dataEncipherment"}),
        ("0308", {"keyAgreement"}),
        ("0204", {"keyCertSign"}),
        ("0102", {"cRLSign"}),
        ("00ff80", {"digitalSignature", "contentCommitment", "keyEncipherment", "dataEncipherment", "keyAgreement",
                    "keyCertSign", "cRLSign", "encipherOnly", "decipherOnly"}),
        ("0009", {"keyAgreement", "encipherOnly"}),
        ("070880", {"keyAgreement", "decipherOnly"}),
        # Of no meaning without keyAgreement (RFC 5280, section 4.2.1.3).
        ("0081", {"digitalSignature"}),
        ("078080", {"digitalSignature"}),
        ("0001", set()),
        # The unused bits of the last octet say nothing, and bits beyond the ninth have no name.
        ("07ff", {"digitalSignature"}),
        ("01ff", {"digitalSignature", "contentCommitment", "keyEncipherment", "dataEncipherment", "keyAgreement",
                  "keyCertSign", "cRLSign"}),
        ("00807f", {"digitalSignature"}),
        ("07ff7f80", {"digitalSignature", "contentCommitment", "keyEncipherment", "dataEncipherment", "keyAgreement",
                      "keyCertSign", "cRLSign", "encipherOnly"}),
        ("078000", {"digitalSignature"}),
    ],
)  # fmt: skip
def test_each_bit_of_key_usage_has_its_use(content: str, uses: set[str]) -> None:
    assert read("keyUsage", encoded(0x03, bytes.fromhex(content))) == ({"key_usage": frozenset(uses)}, NONE)


@pytest.mark.parametrize("content", ["00", "07", "0000", "077f", "000000"])
def test_key_usage_without_a_use_is_refused(content: str) -> None:
    assert refusal_of("keyUsage", encoded(0x03, bytes.fromhex(content))) == "has a keyUsage without a use"


@pytest.mark.parametrize("extension", ["keyUsage", "nsCertType"])
@pytest.mark.parametrize("content", ["0880", "088080", "ff80"])
def test_an_octet_has_no_more_than_eight_bits(content: str, extension: str) -> None:
    why = "has a BIT STRING with more than seven unused bits"
    assert refusal_of(extension, encoded(0x03, bytes.fromhex(content))) == why


def test_key_usage_without_octets_is_refused() -> None:
    with pytest.raises(ValueError, match="not enough values"):
        read("keyUsage", b"\x03\x00")


def test_extended_key_usages_are_kept_in_order() -> None:
    assert read("extKeyUsage", sequence(OCSP, ANY_OID)) == (
        {"extended_key_usage": ("1.3.6.1.5.5.7.48.1", "1.1.3")},
        NONE,
    )
    assert read("extKeyUsage", sequence()) == ({"extended_key_usage": ()}, NONE)
    assert refusal_of("extKeyUsage", sequence(OCSP, integer(1))) == NO_IDENTIFIER


# Key identifiers


def test_a_subject_key_identifier_is_its_octets() -> None:
    assert read("subjectKeyIdentifier", encoded(0x04, b"\x01\xff")) == ({"subject_key_identifier": b"\x01\xff"}, NONE)


@pytest.mark.parametrize(
    ("fields", "found"),
    [
        (b"", {}),
        (encoded(0x80, b"\x01\xff"), {"authority_key_identifier": b"\x01\xff"}),
        (encoded(0xA1, DIRECTORY), {"authority_issuer": NAME}),
        (encoded(0xA1, DNS + DIRECTORY + encoded(0xA4, directory(0x0C, b"b"))), {"authority_issuer": NAME}),
        (encoded(0xA1, DNS), {"authority_issuer": None}),
        (encoded(0xA1, b""), {"authority_issuer": None}),
        (encoded(0x82, b"\x05"), {"authority_serial_number": 5}),
        (encoded(0x82, b"\xff\x01"), {"authority_serial_number": -255}),
        (encoded(0x82, b"\x01\x00"), {"authority_serial_number": 256}),
        (
            encoded(0x80, b"k") + encoded(0xA1, DIRECTORY) + encoded(0x82, b"\x05"),
            {"authority_key_identifier": b"k", "authority_issuer": NAME, "authority_serial_number": 5},
        ),
    ],
)
def test_each_half_of_an_authority_key_identifier_is_kept(fields: bytes, found: Fields) -> None:
    assert read("authorityKeyIdentifier", sequence(fields)) == (found, NONE)


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        (encoded(0x83, b""), "has an authorityKeyIdentifier with an unknown field"),
        (encoded(0x81, b""), "has an authorityKeyIdentifier with an unknown field"),
        (encoded(0xA0, b""), "has an authorityKeyIdentifier with an unknown field"),
        (encoded(0x80, b"k") * 2, NO_ORDER),
        (encoded(0x82, b"\x05") + encoded(0xA1, DIRECTORY), NO_ORDER),
        (encoded(0xA1, encoded(0x84, b"")), UNKNOWN_KIND),
    ],
)
def test_another_authority_key_identifier_is_refused(fields: bytes, words: str) -> None:
    assert refusal_of("authorityKeyIdentifier", sequence(fields)) == words


# Policies


@pytest.mark.parametrize(
    ("fields", "found"),
    [
        (b"", {}),
        (encoded(0x80, b"\x00"), {"require_explicit_policy": 0}),
        (encoded(0x81, b"\x02"), {"inhibit_policy_mapping": 2}),
        (
            encoded(0x80, b"\x01\x00") + encoded(0x81, b"\x00\xff"),
            {"require_explicit_policy": 256, "inhibit_policy_mapping": 255},
        ),
    ],
)
def test_policy_constraints_skip_certificates(fields: bytes, found: Fields) -> None:
    assert read("policyConstraints", sequence(fields)) == (found, NONE)


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        (encoded(0x82, b"\x00"), "has policyConstraints with an unknown field"),
        (encoded(0xA0, b"\x00"), "has policyConstraints with an unknown field"),
        (encoded(0x80, b""), "has an empty INTEGER"),
        (encoded(0x80, b"\xff"), "has a negative length"),
        (encoded(0x81, b"\x00") + encoded(0x80, b"\x00"), NO_ORDER),
    ],
)
def test_other_policy_constraints_are_refused(fields: bytes, words: str) -> None:
    assert refusal_of("policyConstraints", sequence(fields)) == words


def test_any_policy_is_inhibited_after_a_number_of_certificates() -> None:
    assert read("inhibitAnyPolicy", integer(0)) == ({"inhibit_any_policy": 0}, NONE)
    assert read("inhibitAnyPolicy", b"\x02\x02\x01\x00") == ({"inhibit_any_policy": 256}, NONE)
    assert refusal_of("inhibitAnyPolicy", integer(-1)) == "has a negative length"
    assert refusal_of("inhibitAnyPolicy", b"\x02\x00") == "has an empty INTEGER"


def test_policies_are_mapped_from_those_of_the_issuer_to_those_of_the_subject() -> None:
    pairs = sequence(sequence(POLICY_A, POLICY_B), sequence(POLICY_B, POLICY_B))
    assert read("policyMappings", pairs) == ({"policy_mappings": (("1.1.10", "1.1.11"), ("1.1.11", "1.1.11"))}, NONE)


NO_PAIR = "has an entry that is not a pair"


@pytest.mark.parametrize(
    ("entries", "words"),
    [
        (b"", "has policyMappings without a mapping"),
        (sequence(POLICY_A), NO_PAIR),
        (sequence(POLICY_A, POLICY_A, POLICY_A), NO_PAIR),
        (sequence(), NO_PAIR),
        (encoded(0x31, POLICY_A + POLICY_B), OTHER_ELEMENT),
        (sequence(integer(1), POLICY_A), NO_IDENTIFIER),
        (sequence(POLICY_A, integer(1)), NO_IDENTIFIER),
    ],
)
def test_other_policy_mappings_are_refused(entries: bytes, words: str) -> None:
    assert refusal_of("policyMappings", sequence(entries)) == words


def test_a_policy_is_known_by_its_identifier_whatever_qualifies_it() -> None:
    qualified = sequence(POLICY_A, sequence(sequence(CA_ISSUERS, encoded(0x16, b"x"))))
    found = {"certificate_policies": ("1.1.10", "1.1.11")}
    assert read("certificatePolicies", sequence(qualified, sequence(POLICY_B))) == (found, NONE)
    assert refusal_of("certificatePolicies", sequence(sequence(integer(1)))) == NO_IDENTIFIER
    assert refusal_of("certificatePolicies", sequence(encoded(0x31, POLICY_A))) == OTHER_ELEMENT
    with pytest.raises(IndexError):
        read("certificatePolicies", sequence(sequence()))


# Addresses of services


@pytest.mark.parametrize(
    ("entries", "urls", "unreadable"),
    [
        ([], (), NONE),
        ([sequence(OCSP, URI)], ("http://o",), NONE),
        (
            [sequence(CA_ISSUERS, URI), sequence(OCSP, encoded(0x86, b"http://p")), sequence(OCSP, URI)],
            ("http://p", "http://o"),
            NONE,
        ),
        ([sequence(OCSP, DNS)], (), NONE),
        (
            [sequence(OCSP, URI), sequence(OCSP, encoded(0x86, b"\xff"))],
            ("http://o",),
            ("entry 2 (uniformResourceIdentifier)",),
        ),
        ([sequence(CA_ISSUERS, encoded(0x87, b"\x01"))], (), ("entry 1 (iPAddress)",)),
    ],
)
def test_the_addresses_of_ocsp_are_uris(
    entries: list[bytes], urls: tuple[str, ...], unreadable: tuple[str, ...]
) -> None:
    assert read("authorityInfoAccess", sequence(*entries)) == ({"ocsp_urls": urls}, unreadable)


@pytest.mark.parametrize(
    ("entry", "words"),
    [
        (sequence(OCSP), NO_PAIR),
        (sequence(integer(1), URI), NO_IDENTIFIER),
        (sequence(OCSP, encoded(0x84, b"")), UNKNOWN_KIND),
        (encoded(0x31, OCSP + URI), OTHER_ELEMENT),
    ],
)
def test_other_addresses_are_refused(entry: bytes, words: str) -> None:
    assert refusal_of("authorityInfoAccess", sequence(entry)) == words


RELATIVE = encoded(0xA0, encoded(0xA1, sequence(ANY_OID, encoded(0x0C, b"x"))))
FULL = encoded(0xA0, encoded(0xA0, URI + DNS))


@pytest.mark.parametrize(
    "points",
    [
        b"",
        sequence(),
        sequence(FULL),
        sequence(RELATIVE),
        sequence(encoded(0xA0, b"")),
        sequence(encoded(0x81, b"\x07\x80")),
        sequence(encoded(0xA2, DIRECTORY)),
        sequence(FULL, encoded(0x81, b"\x07\x80"), encoded(0xA2, DIRECTORY)),
        sequence(FULL) * 2,
    ],
)
def test_places_of_revocation_lists_that_openssl_reads_are_read(points: bytes) -> None:
    assert read("cRLDistributionPoints", sequence(points)) == ({}, NONE)


@pytest.mark.parametrize(
    ("points", "words"),
    [
        (encoded(0x31, FULL), "has something else where a sequence should be"),
        (sequence(encoded(0x83, b"")), "has cRLDistributionPoints with an unknown field"),
        (sequence(encoded(0x80, b"")), "has cRLDistributionPoints with an unknown field"),
        (sequence(encoded(0xA0, encoded(0xA2, URI))), "has cRLDistributionPoints with an unknown kind of name"),
        (sequence(encoded(0xA0, encoded(0x80, URI))), "has cRLDistributionPoints with an unknown kind of name"),
        (sequence(encoded(0xA0, encoded(0xA0, encoded(0x84, b"")))), UNKNOWN_KIND),
        (sequence(encoded(0xA0, encoded(0xA1, sequence(ANY_OID)))), NO_PAIR),
        (sequence(encoded(0xA2, encoded(0x84, b""))), UNKNOWN_KIND),
        (sequence(encoded(0x81, b"\x07\x80"), FULL), NO_ORDER),
        (sequence(FULL, FULL), NO_ORDER),
        (sequence(FULL) + sequence(encoded(0x83, b"")), "has cRLDistributionPoints with an unknown field"),
    ],
)
def test_other_places_of_revocation_lists_are_refused(points: bytes, words: str) -> None:
    assert refusal_of("cRLDistributionPoints", sequence(points)) == words


# nameConstraints


def subtree(base: bytes, *bounds: bytes) -> bytes:
    return sequence(base, *bounds)


NETWORK = encoded(0x87, bytes([10, 1, 0, 0, 255, 255, 0, 0]))
NETWORK_6 = encoded(0x87, bytes.fromhex("20010db8") + bytes(12) + b"\xff" * 4 + bytes(12))


@pytest.mark.parametrize(
    ("base", "kind", "value"),
    [
        (DNS, "dns", "mcu"),
        (URI, "uri", "http://o"),
        (MAIL, "email", "a@b"),
        (DIRECTORY, "directory", NAME),
        (NETWORK, "ip", ipaddress.ip_network("10.1.0.0/16")),
        (NETWORK_6, "ip", ipaddress.ip_network("2001:db8::/32")),
        (encoded(0x87, bytes([10, 1, 2, 3, 255, 255, 0, 0])), "ip", ipaddress.ip_network("10.1.0.0/16")),
        (encoded(0x87, bytes([10, 1, 2, 3]) + b"\xff" * 4), "ip", ipaddress.ip_network("10.1.2.3/32")),
        (encoded(0x87, bytes(8)), "ip", ipaddress.ip_network("0.0.0.0/0")),
    ],
)
def test_a_constraint_is_permitted_or_excluded_by_its_kind(base: bytes, kind: str, value: Any) -> None:
    for tag, word in ((0xA0, "permitted"), (0xA1, "excluded")):
        expected = NameConstraints(**{f"{word}_{kind}": (value,)})
        assert read("nameConstraints", sequence(encoded(tag, subtree(base)))) == ({"name_constraints": expected}, NONE)


@pytest.mark.parametrize(("base", "kind"), [(OTHER, "otherName"), (REGISTERED, "registeredID"), (X400, "x400Address")])
def test_a_constraint_that_is_not_compared_is_kept_by_its_kind(base: bytes, kind: str) -> None:
    both = sequence(encoded(0xA0, subtree(base)), encoded(0xA1, subtree(base) * 2))
    expected = NameConstraints(unsupported_permitted=(kind,), unsupported_excluded=(kind, kind))
    assert read("nameConstraints", both) == ({"name_constraints": expected}, NONE)


@pytest.mark.parametrize(
    ("base", "kind"),
    [
        (encoded(0x82, b"\xff"), "dNSName"),
        (encoded(0x81, b"\xff"), "rfc822Name"),
        (encoded(0x86, b"\xff"), "uniformResourceIdentifier"),
        *((encoded(0x87, bytes(size)), "iPAddress") for size in (0, 4, 7, 9, 16, 31, 33)),
        (encoded(0x87, bytes([10, 1, 0, 0, 255, 0, 255, 0])), "iPAddress"),
        (encoded(0x87, bytes([10, 1, 0, 0, 0, 0, 0, 1])), "iPAddress"),
        (encoded(0x87, bytes([10, 1, 0, 0, 127, 255, 0, 0])), "iPAddress"),
    ],
)
def test_a_constraint_that_is_not_of_the_form_of_its_kind_is_malformed(base: bytes, kind: str) -> None:
    both = sequence(encoded(0xA0, subtree(base)), encoded(0xA1, subtree(base) + subtree(DNS)))
    expected = NameConstraints(malformed=(kind, kind), excluded_dns=("mcu",))
    assert read("nameConstraints", both) == ({"name_constraints": expected}, NONE)


def test_a_minimum_of_zero_says_nothing() -> None:
    expected = NameConstraints(permitted_dns=("mcu",))
    for bound in (b"\x80\x00", b"\x80\x01\x00"):
        found = read("nameConstraints", sequence(encoded(0xA0, subtree(DNS, bound))))
        assert found == ({"name_constraints": expected}, NONE)
    assert read("nameConstraints", sequence()) == ({"name_constraints": NameConstraints()}, NONE)


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        (encoded(0xA0, subtree(DNS, b"\x80\x01\x01")), "has nameConstraints with a minimum or maximum"),
        (encoded(0xA0, subtree(DNS, b"\x81\x01\x00")), "has nameConstraints with a minimum or maximum"),
        (
            encoded(0xA0, subtree(DNS, b"\x80\x01\x00", b"\x81\x01\x00")),
            "has nameConstraints with a minimum or maximum",
        ),
        (
            encoded(0xA0, subtree(encoded(0xA4, directory(0x13, b"\xe9")))),
            "has nameConstraints with a name that cannot be read",
        ),
        (encoded(0xA2, subtree(DNS)), "has nameConstraints with an unknown field"),
        (encoded(0x80, b""), "has nameConstraints with an unknown field"),
        (encoded(0xA1, subtree(DNS)) + encoded(0xA0, subtree(DNS)), NO_ORDER),
        (encoded(0xA0, subtree(DNS)) * 2, NO_ORDER),
        (encoded(0xA0, subtree(encoded(0x84, b""))), UNKNOWN_KIND),
        (encoded(0xA0, encoded(0x31, DNS)), OTHER_ELEMENT),
    ],
)
def test_other_name_constraints_are_refused(fields: bytes, words: str) -> None:
    assert refusal_of("nameConstraints", sequence(fields)) == words


def test_the_extensions_that_are_read_by_hand_have_their_numbers() -> None:
    assert set(READERS) == {
        *(f"2.5.29.{number}" for number in (14, 15, 17, 18, 19, 30, 31, 32, 33, 35, 36, 37, 54)), "1.3.6.1.5.5.7.1.1",
        "2.16.840.1.113730.1.1",
    }  # fmt: skip

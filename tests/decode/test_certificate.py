"""One certificate becomes a record: every field, every extension, and what is refused."""

from __future__ import annotations

import hashlib
import ipaddress
from datetime import UTC, datetime
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed448, ed25519, padding, x25519
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from cryptography.x509.oid import AuthorityInformationAccessOID, NameOID, ObjectIdentifier

from mcuaudit.decode.certificate import decode_certificate
from mcuaudit.decode.certificate_parts import stand_in
from mcuaudit.domain.certificate import (
    CLIENT_AUTH,
    NETSCAPE_CERTIFICATE_TYPE,
    NETSCAPE_TYPES,
    SERVER_AUTH,
    Certificate,
    NameConstraints,
)
from mcuaudit.errors import Undecodable
from tests.authority import (
    LAST_YEAR,
    NEXT_YEAR,
    NOW,
    Authority,
    dsa_key,
    encoded,
    name,
    p256_key,
    policy_mappings,
    rsa_key,
)  # fmt: skip
from tests.odd_encodings import with_extension

ROOT = Authority.root("Root", key=p256_key(720))
DIRECTORY = name("somebody").public_bytes()


def made(*extensions: tuple[x509.ExtensionType, bool], subject: x509.Name | None = None) -> Certificate:
    """The record of a certificate with these extensions, each with whether it is critical."""
    key = p256_key(721)
    builder = x509.CertificateBuilder(
        issuer_name=name("Root"),
        subject_name=subject or name("mcu"),
        public_key=key.public_key(),
        serial_number=77,
        not_valid_before=LAST_YEAR.replace(tzinfo=None),
        not_valid_after=NEXT_YEAR.replace(tzinfo=None),
    )
    for extension, critical in extensions:
        builder = builder.add_extension(extension, critical)
    return decode_certificate(builder.sign(key, hashes.SHA256()).public_bytes(Encoding.DER))


def test_a_certificate_without_extensions_says_no_more_than_it_does() -> None:
    found = made()
    assert found.sha256 == hashlib.sha256(found.der).hexdigest()
    assert (found.version, found.serial_number) == (3, 77)
    assert (found.subject, found.issuer) == (name("mcu").public_bytes(), name("Root").public_bytes())
    assert (found.subject_text, found.issuer_text) == ("CN=mcu,O=Example", "CN=Root,O=Example")
    assert (found.common_names, found.email_attributes) == (("mcu",), ())
    assert (found.not_before, found.not_after) == (LAST_YEAR, NEXT_YEAR)
    assert (found.is_ca, found.path_length, found.key_usage, found.extended_key_usage) == (None, None, None, None)
    assert (found.name_constraints, found.certificate_policies, found.policy_mappings) == (None, None, None)
    assert (found.require_explicit_policy, found.inhibit_policy_mapping, found.inhibit_any_policy) == (None, None, None)
    assert (found.subject_key_identifier, found.authority_key_identifier) == (None, None)
    assert (found.authority_issuer, found.authority_serial_number) == (None, None)
    assert (found.has_subject_alternative_name, found.dns_names, found.uris, found.ip_addresses) == (False, (), (), ())
    assert (found.email_addresses, found.directory_names, found.other_name_kinds) == ((), (), ())
    assert (found.ocsp_urls, found.critical_extensions, found.unknown_critical_extensions) == ((), frozenset(), ())


def test_version_1_is_not_taken_for_version_3() -> None:
    assert ROOT.leaf("mcu", version=1).record.version == 1


def test_common_names_and_e_mail_addresses_of_the_subject_are_read_in_order() -> None:
    words = [(NameOID.COMMON_NAME, "a"), (NameOID.EMAIL_ADDRESS, "a@example.com"), (NameOID.COMMON_NAME, "b")]
    found = made(subject=x509.Name([x509.NameAttribute(oid, value) for oid, value in words]))
    assert (found.common_names, found.email_attributes) == (("a", "b"), ("a@example.com",))


@pytest.mark.parametrize(
    ("key", "algorithm", "size"),
    [
        (rsa_key(), "RSA", 2048),
        (p256_key(722), "EC", 256),
        (ec.derive_private_key(9, ec.SECP384R1()), "EC", 384),
        (dsa_key(), "DSA", 1024),
        (ed25519.Ed25519PrivateKey.from_private_bytes(bytes(32)), "Ed25519", None),
        (ed448.Ed448PrivateKey.from_private_bytes(bytes(57)), "Ed448", None),
    ],
    ids=lambda value: type(value).__name__,
)
def test_keys_have_a_kind_and_a_size(key: Any, algorithm: str, size: int | None) -> None:
    found = ROOT.leaf("mcu", key=key).record
    assert (found.key_algorithm, found.key_size) == (algorithm, size)
    encoded = key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    assert found.public_key_sha256 == hashlib.sha256(encoded).hexdigest()


def test_a_key_that_cannot_be_loaded_has_its_identifier_and_is_equal_to_no_other() -> None:
    """The curve of the key becomes one that does not exist; the certificate itself can be read."""
    curve = bytes.fromhex("06082a8648ce3d030107")
    ders = [ROOT.leaf("mcu", key=p256_key(723)).der.replace(curve, curve[:-1] + b"\x7f") for _ in range(2)]
    one, other = (decode_certificate(der) for der in ders)
    assert (one.key_algorithm, one.key_size) == ("1.2.840.10045.2.1", None)
    assert one.public_key_sha256 != other.public_key_sha256
    assert len(one.public_key_sha256) == 64


def test_of_a_key_that_cannot_be_loaded_the_field_is_named() -> None:
    curve = bytes.fromhex("06082a8648ce3d030107")
    found = decode_certificate(ROOT.leaf("mcu", key=p256_key(723)).der.replace(curve, curve[:-1] + b"\x7f"))
    assert found.unreadable == ("subjectPublicKeyInfo",)


def test_an_rsa_key_that_cannot_be_loaded_is_an_rsa_key_without_a_size() -> None:
    """The modulus becomes an octet string."""
    modulus = bytes.fromhex("3082010a02820101")
    found = decode_certificate(ROOT.leaf("mcu", key=rsa_key()).der.replace(modulus, bytes.fromhex("3082010a04820101")))
    assert (found.key_algorithm, found.key_size, found.unreadable) == ("RSA", None, ("subjectPublicKeyInfo",))


@pytest.mark.parametrize("is_odd", [False, True])
def test_a_key_that_signs_nothing_has_its_identifier_and_is_readable(is_odd: bool) -> None:
    key = x25519.X25519PrivateKey.from_private_bytes(bytes(31) + b"\1")
    der = ROOT.leaf("mcu", key=key).der  # type: ignore[arg-type]
    identifiers = bytes.fromhex("0603551d0e"), bytes.fromhex("0603551d23")
    found = decode_certificate(der.replace(*identifiers) if is_odd else der)
    assert (found.key_algorithm, found.key_size) == ("1.3.101.110", None)
    assert found.unreadable == (("authorityKeyIdentifier",) if is_odd else ())
    encoded = key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    assert found.public_key_sha256 == hashlib.sha256(encoded).hexdigest()


def test_key_and_signature_of_a_certificate_with_an_odd_field_are_read_as_those_of_another() -> None:
    leaf = ROOT.leaf("mcu", key=rsa_key())
    found = decode_certificate(leaf.der.replace(bytes.fromhex("0603551d0e"), bytes.fromhex("0603551d23")))
    assert (found.key_algorithm, found.key_size) == ("RSA", 2048)
    assert (found.signature_algorithm, found.signature_hash) == ("ecdsa-with-SHA256", "sha256")


def test_a_signature_of_dsa_with_sha1_has_openssls_name() -> None:
    found = decode_certificate(stand_in(algorithm=bytes.fromhex("300906072a8648ce380403")))
    assert (found.signature_algorithm, found.signature_hash) == ("dsa-with-SHA1", "sha1")


@pytest.mark.parametrize(
    ("signer", "digest", "algorithm", "hash_name"),
    [
        (rsa_key(), "", "sha256WithRSAEncryption", "sha256"),
        (rsa_key(), "sha1", "sha1WithRSAEncryption", "sha1"),
        (rsa_key(), "md5", "md5WithRSAEncryption", "md5"),
        (p256_key(724), "", "ecdsa-with-SHA256", "sha256"),
        (p256_key(724), "ecdsa-sha1", "ecdsa-with-SHA1", "sha1"),
        (dsa_key(), "", "dsa-with-SHA256", "sha256"),
        (ed25519.Ed25519PrivateKey.from_private_bytes(bytes(32)), "", "ED25519", None),
        (ed448.Ed448PrivateKey.from_private_bytes(bytes(57)), "", "ED448", None),
    ],
)
def test_signatures_have_an_algorithm_and_a_digest(
    signer: Any, digest: str, algorithm: str, hash_name: str | None
) -> None:
    found = Authority.root("Root", key=signer, digest=digest).record
    assert (found.signature_algorithm, found.signature_hash) == (algorithm, hash_name)


SIGNERS = {"WithRSAEncryption": rsa_key(), "ecdsa-with-": p256_key(725), "dsa-with-": dsa_key()}


@pytest.mark.parametrize(
    ("kind", "digest", "algorithm"),
    [
        *[("WithRSAEncryption", f"SHA{bits}", f"sha{bits}WithRSAEncryption") for bits in (224, 256, 384, 512)],
        *[("ecdsa-with-", f"SHA{bits}", f"ecdsa-with-SHA{bits}") for bits in (224, 256, 384, 512)],
        *[("dsa-with-", f"SHA{bits}", f"dsa-with-SHA{bits}") for bits in (224, 256)],
    ],
)
def test_the_sha2_digests_are_named_as_openssl_names_them(kind: str, digest: str, algorithm: str) -> None:
    found = _signed(SIGNERS[kind], getattr(hashes, digest)())
    assert (found.signature_algorithm, found.signature_hash) == (algorithm, digest.lower())


def test_rsassa_pss_is_named_and_an_algorithm_without_a_name_is_its_identifier() -> None:
    pss = padding.PSS(padding.MGF1(hashes.SHA256()), 32)
    found = _signed(rsa_key(), hashes.SHA256(), rsa_padding=pss)
    assert (found.signature_algorithm, found.signature_hash) == ("rsassaPss", "sha256")
    sha256_with_rsa, unknown = bytes.fromhex("2a864886f70d01010b"), bytes.fromhex("2a864886f70d01017b")
    odd = decode_certificate(Authority.root("Root", key=rsa_key()).der.replace(sha256_with_rsa, unknown))
    assert (odd.signature_algorithm, odd.signature_hash) == ("1.2.840.113549.1.1.123", None)


def _signed(key: Any, digest: hashes.HashAlgorithm, **more: Any) -> Certificate:
    builder = x509.CertificateBuilder(
        issuer_name=name("Root"),
        subject_name=name("Root"),
        public_key=key.public_key(),
        serial_number=1,
        not_valid_before=LAST_YEAR.replace(tzinfo=None),
        not_valid_after=NEXT_YEAR.replace(tzinfo=None),
    )
    return decode_certificate(builder.sign(key, digest, **more).public_bytes(Encoding.DER))


def test_names_are_read_by_their_kind_and_in_their_order() -> None:
    names: list[x509.GeneralName] = [
        x509.DNSName("b.example.com"),
        x509.UniformResourceIdentifier("sip:b"),
        x509.IPAddress(ipaddress.ip_address("10.1.2.3")),
        x509.DNSName("a.example.com"),
        x509.RFC822Name("a@example.com"),
        x509.IPAddress(ipaddress.ip_address("2001:db8::1")),
        x509.DirectoryName(name("somebody")),
        x509.UniformResourceIdentifier("sip:a"),
        x509.RegisteredID(ObjectIdentifier("1.2.3")),
        x509.OtherName(ObjectIdentifier("1.2.3"), b"\x05\x00"),
        x509.RegisteredID(ObjectIdentifier("1.2.4")),
    ]
    found = made((x509.SubjectAlternativeName(names), False))
    assert found.has_subject_alternative_name
    assert found.dns_names == ("b.example.com", "a.example.com")
    assert found.uris == ("sip:b", "sip:a")
    assert found.ip_addresses == (ipaddress.ip_address("10.1.2.3"), ipaddress.ip_address("2001:db8::1"))
    assert found.email_addresses == ("a@example.com",)
    assert found.directory_names == (DIRECTORY,)
    assert found.other_name_kinds == ("registeredID", "registeredID", "otherName")


@pytest.mark.parametrize(
    ("extension", "is_ca", "path_length"),
    [
        (x509.BasicConstraints(ca=True, path_length=0), True, 0),
        (x509.BasicConstraints(ca=True, path_length=None), True, None),
        (x509.BasicConstraints(ca=False, path_length=None), False, None),
    ],
)
def test_basic_constraints(extension: x509.BasicConstraints, is_ca: bool, path_length: int | None) -> None:
    found = made((extension, True))
    assert (found.is_ca, found.path_length) == (is_ca, path_length)


USAGES = {
    "digital_signature": "digitalSignature",
    "content_commitment": "contentCommitment",
    "key_encipherment": "keyEncipherment",
    "data_encipherment": "dataEncipherment",
    "key_agreement": "keyAgreement",
    "key_cert_sign": "keyCertSign",
    "crl_sign": "cRLSign",
}


@pytest.mark.parametrize("usage", USAGES)
def test_each_key_usage_has_the_name_of_the_rfc(usage: str) -> None:
    nothing = dict.fromkeys((*USAGES, "encipher_only", "decipher_only"), False)
    assert made((x509.KeyUsage(**{**nothing, usage: True}), True)).key_usage == {USAGES[usage]}


@pytest.mark.parametrize(("only", "word"), [("encipher_only", "encipherOnly"), ("decipher_only", "decipherOnly")])
def test_usages_that_narrow_key_agreement(only: str, word: str) -> None:
    nothing = dict.fromkeys((*USAGES, "encipher_only", "decipher_only"), False)
    usage = x509.KeyUsage(**{**nothing, "key_agreement": True, only: True})
    assert made((usage, True)).key_usage == {"keyAgreement", word}


def test_extended_key_usages_keep_their_order() -> None:
    purposes = x509.ExtendedKeyUsage([ObjectIdentifier(CLIENT_AUTH), ObjectIdentifier(SERVER_AUTH)])
    assert made((purposes, False)).extended_key_usage == (CLIENT_AUTH, SERVER_AUTH)


def test_key_identifiers_and_the_issuer_that_they_name() -> None:
    authority = x509.AuthorityKeyIdentifier(b"\x02" * 20, [x509.DNSName("x"), x509.DirectoryName(name("somebody"))], 9)
    found = made((x509.SubjectKeyIdentifier(b"\x01" * 20), False), (authority, False))
    assert (found.subject_key_identifier, found.authority_key_identifier) == (b"\x01" * 20, b"\x02" * 20)
    assert (found.authority_issuer, found.authority_serial_number) == (DIRECTORY, 9)
    bare = made((x509.AuthorityKeyIdentifier(b"\x02" * 20, None, None), False))
    assert (bare.authority_issuer, bare.authority_serial_number) == (None, None)


@pytest.mark.parametrize(("explicit", "inhibit"), [(0, None), (3, None), (None, 1), (1, 0)])
def test_policy_constraints_are_read(explicit: int | None, inhibit: int | None) -> None:
    found = made((x509.PolicyConstraints(explicit, inhibit), True))
    assert (found.require_explicit_policy, found.inhibit_policy_mapping) == (explicit, inhibit)


def test_certificate_policies_and_inhibit_any_policy_are_read() -> None:
    policies = [x509.PolicyInformation(ObjectIdentifier(one), None) for one in ("2.5.29.32.0", "1.2.3")]
    found = made((x509.CertificatePolicies(policies), False), (x509.InhibitAnyPolicy(2), True))
    assert (found.certificate_policies, found.inhibit_any_policy) == (("2.5.29.32.0", "1.2.3"), 2)


def test_policy_mappings_are_read_though_the_library_does_not_read_them() -> None:
    pairs = ("1.2.3", "2.16.840.1.101.3.2.1.48.1"), ("1.2.3", "2.999.4")
    found = made((x509.UnrecognizedExtension(ObjectIdentifier("2.5.29.33"), policy_mappings(*pairs)), True))
    assert (found.policy_mappings, found.unreadable, found.oddly_encoded) == (pairs, (), ())


@pytest.mark.parametrize(
    ("value", "bits"),
    [
        (b"\x03\x02\x07\x80", {"client"}),
        (b"\x03\x02\x06\xc0", {"client", "server"}),
        (b"\x03\x02\x00\xff", set(NETSCAPE_TYPES)),
        (b"\x03\x02\x04\x7f", {"server", "email", "objsign"}),
        (b"\x03\x03\x00\x40\xff", {"server"}),
        (b"\x03\x01\x00", set()),
        (b"\x03\x81\x02\x07\x80", {"client"}),
    ],
)
def test_the_netscape_type_is_read_though_the_library_does_not_read_it(value: bytes, bits: set[str]) -> None:
    found = made((x509.UnrecognizedExtension(ObjectIdentifier(NETSCAPE_CERTIFICATE_TYPE), value), False))
    assert (found.netscape_certificate_type, found.unreadable) == (bits, ())


@pytest.mark.parametrize(
    "value", [b"", b"\x03\x00", b"\x03\x02\x08\x80", b"\x04\x02\x07\x80", b"\x30\x00", b"\x03\x05\x07\x80"]
)
def test_a_netscape_type_that_cannot_be_read_is_named(value: bytes) -> None:
    root = Authority.root("Root")
    found = decode_certificate(with_extension(root.der, root, "nsCertType", value))
    assert (found.netscape_certificate_type, found.unreadable) == (None, ("nsCertType",))
    assert found.unreadable_in_path == ("nsCertType",), "OpenSSL refuses it"


POLICY = encoded(0x06, b"\x2a\x03")
ODD_POLICIES = {
    "certificatePolicies": (
        encoded(0x30, encoded(0x30, POLICY + encoded(0x30, encoded(0x30, POLICY + b"\x05\x00")))),
        encoded(0x30, encoded(0x30, b"\x05\x00")),
        {"certificate_policies": ("1.2.3",)},
    ),
    "policyMappings": (
        b"\x30\x80" + encoded(0x30, POLICY + POLICY) + b"\0\0",
        encoded(0x30, encoded(0x30, POLICY)),
        {"policy_mappings": (("1.2.3", "1.2.3"),)},
    ),
    "policyConstraints": (
        b"\x30\x81\x06\x80\x01\x02\x81\x01\x00",
        encoded(0x30, b"\x80\x00"),
        {"require_explicit_policy": 2, "inhibit_policy_mapping": 0},
    ),
    "inhibitAnyPolicy": (b"\x02\x81\x01\x03", b"\x02\x00", {"inhibit_any_policy": 3}),
}


@pytest.mark.parametrize("extension", ODD_POLICIES)
def test_policy_extensions_are_read_with_patience_or_named(extension: str) -> None:
    odd, broken, fields = ODD_POLICIES[extension]
    root = Authority.root("Root")
    found = decode_certificate(with_extension(root.der, root, extension, odd))
    assert {field: getattr(found, field) for field in fields} == fields
    assert not found.unreadable
    found = decode_certificate(with_extension(root.der, root, extension, broken))
    assert found.unreadable == (extension,)
    assert {getattr(found, field) for field in fields} == {None}


@pytest.mark.parametrize(
    "value", [b"\x30\x00", b"\x05\x00", b"", encoded(0x30, encoded(0x30, POLICY * 3)), b"\x30\x05"]
)
def test_mappings_that_cannot_be_read_are_named(value: bytes) -> None:
    root = Authority.root("Root")
    found = decode_certificate(with_extension(root.der, root, "policyMappings", value))
    assert (found.policy_mappings, found.unreadable) == (None, ("policyMappings",))


def test_only_addresses_of_ocsp_servers_are_taken_from_the_information_access() -> None:
    def access(method: ObjectIdentifier, where: x509.GeneralName) -> x509.AccessDescription:
        return x509.AccessDescription(method, where)

    uri = x509.UniformResourceIdentifier
    found = made(
        (
            x509.AuthorityInformationAccess(
                [
                    access(AuthorityInformationAccessOID.CA_ISSUERS, uri("http://ca.example.com")),
                    access(AuthorityInformationAccessOID.OCSP, uri("http://ocsp.example.com")),
                    access(AuthorityInformationAccessOID.OCSP, x509.DNSName("ocsp.example.com")),
                ]
            ),
            False,
        )
    )
    assert found.ocsp_urls == ("http://ocsp.example.com",)


def test_critical_extensions_are_listed_and_those_that_are_not_processed_sorted_out() -> None:
    def unknown(identifier: str) -> x509.UnrecognizedExtension:
        return x509.UnrecognizedExtension(ObjectIdentifier(identifier), b"\x05\x00")

    constraints = x509.BasicConstraints(ca=False, path_length=None)
    found = made((unknown("1.2.3.5"), True), (constraints, True), (unknown("1.2.3.4"), True), (unknown("1.9"), False))
    assert found.critical_extensions == {"1.2.3.5", "1.2.3.4", "2.5.29.19"}
    assert found.unknown_critical_extensions == ("1.2.3.4", "1.2.3.5")


PROCESSED: list[x509.ExtensionType] = [
    x509.SubjectAlternativeName([x509.DNSName("a")]),
    x509.ExtendedKeyUsage([ObjectIdentifier(CLIENT_AUTH)]),
    x509.NameConstraints([x509.DNSName("a")], None),
    x509.SubjectKeyIdentifier(b"\x01"),
    x509.AuthorityKeyIdentifier(b"\x01", None, None),
    x509.CertificatePolicies([x509.PolicyInformation(ObjectIdentifier("1.2.3"), None)]),
    x509.PolicyConstraints(0, None),
    x509.InhibitAnyPolicy(0),
    x509.CRLDistributionPoints(
        [x509.DistributionPoint([x509.UniformResourceIdentifier("http://a")], None, None, None)]
    ),
    x509.AuthorityInformationAccess(
        [x509.AccessDescription(AuthorityInformationAccessOID.OCSP, x509.UniformResourceIdentifier("http://a"))]
    ),
]


@pytest.mark.parametrize("extension", PROCESSED, ids=lambda extension: type(extension).__name__)
def test_an_extension_that_is_processed_is_known_where_it_is_critical(extension: x509.ExtensionType) -> None:
    found = made((extension, True))
    assert found.critical_extensions == {extension.oid.dotted_string}
    assert found.unknown_critical_extensions == ()


def test_name_constraints_are_read_by_kind_and_side() -> None:
    four, six = ipaddress.ip_network("10.0.0.0/8"), ipaddress.ip_network("2001:db8::/32")

    def names(letter: str, network: Any) -> list[x509.GeneralName]:
        return [
            x509.DNSName(f"{letter}.example.com"),
            x509.UniformResourceIdentifier(f"{letter}.example.org"),
            x509.RFC822Name(f"{letter}.example.net"),
            x509.IPAddress(network),
            x509.DirectoryName(name(letter)),
            x509.RegisteredID(ObjectIdentifier("1.2.3")),
        ]

    assert made((x509.NameConstraints(names("p", four), names("e", six)), True)).name_constraints == NameConstraints(
        permitted_dns=("p.example.com",),
        excluded_dns=("e.example.com",),
        permitted_uri=("p.example.org",),
        excluded_uri=("e.example.org",),
        permitted_email=("p.example.net",),
        excluded_email=("e.example.net",),
        permitted_ip=(four,),
        excluded_ip=(six,),
        permitted_directory=(name("p").public_bytes(),),
        excluded_directory=(name("e").public_bytes(),),
        unsupported_permitted=("registeredID",),
        unsupported_excluded=("registeredID",),
    )


def test_an_unconstrained_kind_of_name_differs_from_one_without_a_permitted_name() -> None:
    one = made((x509.NameConstraints([x509.DNSName("a"), x509.DNSName("b")], None), True)).name_constraints
    assert one == NameConstraints(permitted_dns=("a", "b"))
    other = made((x509.NameConstraints(None, [x509.DNSName("a")]), True)).name_constraints
    assert other == NameConstraints(excluded_dns=("a",))


@pytest.mark.parametrize("data", [b"", b"\x30\x00", ROOT.der[:-1], ROOT.der + b"\x00", b"hello"])
def test_what_is_no_certificate_is_refused_in_words(data: bytes) -> None:
    with pytest.raises(Undecodable, match=r"not a certificate: it (is|does) \w") as refused:
        decode_certificate(data)
    assert "Parse" not in refused.value.reason


def test_an_extension_that_stands_twice_cannot_be_read_and_the_rest_can() -> None:
    """The identifier of subjectKeyIdentifier becomes that of authorityKeyIdentifier, so there are two of these."""
    leaf = ROOT.leaf("mcu")
    found = decode_certificate(leaf.der.replace(bytes.fromhex("0603551d0e"), bytes.fromhex("0603551d23")))
    assert found.unreadable == ("authorityKeyIdentifier",)
    assert found.subject_key_identifier is None
    assert (found.subject, found.key_usage, found.not_after) == (
        leaf.record.subject,
        leaf.record.key_usage,
        leaf.record.not_after,
    )


def test_an_extension_that_cannot_be_parsed_is_named_and_the_rest_read() -> None:
    leaf = ROOT.leaf("mcu", san=["DNS:abc"])
    found = decode_certificate(leaf.der.replace(b"\x30\x05\x82\x03abc", b"\x30\x05\x82\x04abc"))
    assert found.unreadable == ("subjectAltName",)
    assert (found.has_subject_alternative_name, found.dns_names) == (True, ())
    assert (found.public_key_sha256, found.is_ca) == (leaf.record.public_key_sha256, False)


def test_times_are_aware() -> None:
    assert made().not_before.tzinfo is UTC
    assert made().not_before == datetime(NOW.year - 1, NOW.month, NOW.day, NOW.hour, tzinfo=UTC)


def test_reading_an_odd_certificate_raises_no_warning(recwarn: pytest.WarningsRecorder) -> None:
    decode_certificate(ROOT.leaf("mcu", serial=-1).der)
    assert [str(warning.message) for warning in recwarn] == []

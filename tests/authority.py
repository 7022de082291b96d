"""A small certification authority for tests: each certificate is made in one line, with any defect that is wanted.

    root = Authority.root("Example Root")
    issuing = root.intermediate("Example Issuing CA", path_length=0)
    mcu = issuing.leaf("mcu1.example.com", san=["DNS:mcu1.example.com", "IP:192.0.2.1"])
    mcu.record, mcu.pem, mcu.key

Times are fixed around NOW, keys of the P-256 kind come from their number: nothing depends on today or on chance.
"""

from __future__ import annotations

import ipaddress
import warnings
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cached_property, lru_cache
from itertools import count

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import dsa, ec, ed448, ed25519, padding, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID, ObjectIdentifier

from mcuaudit.decode.certificate import decode_certificate
from mcuaudit.decode.tlv import EXPLICIT_0
from mcuaudit.domain.certificate import NETSCAPE_CERTIFICATE_TYPE, NETSCAPE_TYPES, Certificate
from mcuaudit.pkix.der import elements, first_element
from tests import kept_keys

NOW = datetime(2026, 6, 15, 12, tzinfo=UTC)
LONG_AGO = NOW - timedelta(days=2000)
LAST_YEAR = NOW - timedelta(days=365)
NEXT_YEAR = NOW + timedelta(days=365)
FAR_AHEAD = NOW + timedelta(days=1500)

PrivateKey = (
    rsa.RSAPrivateKey
    | ec.EllipticCurvePrivateKey
    | dsa.DSAPrivateKey
    | ed25519.Ed25519PrivateKey
    | ed448.Ed448PrivateKey
)

PURPOSES = {
    "serverAuth": ExtendedKeyUsageOID.SERVER_AUTH,
    "clientAuth": ExtendedKeyUsageOID.CLIENT_AUTH,
    "any": ExtendedKeyUsageOID.ANY_EXTENDED_KEY_USAGE,
    "codeSigning": ExtendedKeyUsageOID.CODE_SIGNING,
    "sipDomain": ObjectIdentifier("1.3.6.1.5.5.7.3.20"),
}

# DER of the algorithm identifiers for signatures that the certificate builder does not make.
_OLD_ALGORITHMS: dict[str, tuple[bytes, hashes.HashAlgorithm]] = {
    "md5": (bytes.fromhex("300d06092a864886f70d0101040500"), hashes.MD5()),
    "sha1": (bytes.fromhex("300d06092a864886f70d0101050500"), hashes.SHA1()),
    "sha256": (bytes.fromhex("300d06092a864886f70d01010b0500"), hashes.SHA256()),
    "ecdsa-sha256": (bytes.fromhex("300a06082a8648ce3d040302"), hashes.SHA256()),
    "ecdsa-sha1": (bytes.fromhex("300906072a8648ce3d0401"), hashes.SHA1()),
}

_serials = count(1000)
_keys = count(1)


def p256_key(number: int | None = None) -> ec.EllipticCurvePrivateKey:
    """A P-256 key; the same number gives the same key, no number the next one."""
    return ec.derive_private_key(next(_keys) * 2 + 1 if number is None else number * 2 + 2, ec.SECP256R1())


@lru_cache
def rsa_key(number: int = 0, size: int = 2048) -> rsa.RSAPrivateKey:
    """An RSA key, the same for each number."""
    return kept_keys.rsa_key(number, size)


@lru_cache
def dsa_key() -> dsa.DSAPrivateKey:
    """A DSA key, made once in a session."""
    return dsa.generate_private_key(1024)


def name(common_name: str | x509.Name) -> x509.Name:
    """A name: of one organisation and `common_name`, or as given."""
    if isinstance(common_name, x509.Name):
        return common_name
    return x509.Name(
        [
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, "Example"),
            x509.NameAttribute(NameOID.COMMON_NAME, common_name),
        ]
    )


def general_name(text: str) -> x509.GeneralName:
    """``DNS:host``, ``IP:address or network``, ``URI:…``, ``email:…`` or ``dir:common name`` as a GeneralName."""
    kind, _, value = text.partition(":")
    match kind:
        case "DNS":
            return x509.DNSName(value)
        case "IP":
            return x509.IPAddress(ipaddress.ip_network(value) if "/" in value else ipaddress.ip_address(value))
        case "URI":
            return x509.UniformResourceIdentifier(value)
        case "email":
            return x509.RFC822Name(value)
        case "dir":
            return x509.DirectoryName(name(value))
        case "rid":
            return x509.RegisteredID(ObjectIdentifier(value))
    raise ValueError(f"no kind of name: {text}")


@dataclass(frozen=True)
class Issued:
    """A certificate that was made, with its key."""

    certificate: x509.Certificate
    key: PrivateKey

    @cached_property
    def der(self) -> bytes:
        """The certificate in DER."""
        return self.certificate.public_bytes(Encoding.DER)

    @cached_property
    def pem(self) -> bytes:
        """The certificate in PEM."""
        return self.certificate.public_bytes(Encoding.PEM)

    @cached_property
    def key_pem(self) -> bytes:
        """The private key in PEM, unencrypted."""
        return self.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())

    @cached_property
    def record(self) -> Certificate:
        """The certificate as mcuaudit reads it."""
        return decode_certificate(self.der)


class Authority(Issued):
    """A CA certificate with its key, which issues others."""

    @classmethod
    def root(cls, common_name: str | x509.Name, **wishes: object) -> Authority:
        """A self-signed CA certificate."""
        return cls(*_issue(None, common_name, **{"ca": True, **wishes}))

    def intermediate(self, common_name: str | x509.Name, **wishes: object) -> Authority:
        """A CA certificate that this authority signs; give the `key` of another CA to cross-sign it."""
        return Authority(*_issue(self, common_name, **{"ca": True, **wishes}))

    def leaf(self, common_name: str | x509.Name, **wishes: object) -> Issued:
        """An end entity certificate that this authority signs."""
        return Issued(*_issue(self, common_name, **{"ca": False, **wishes}))


def netscape_type(*words: str) -> x509.UnrecognizedExtension:
    """The Netscape certificate type with these bits, by OpenSSL's names; without any, with no bit."""
    bits = sum(0x80 >> NETSCAPE_TYPES.index(word) for word in words)
    value = encoded(0x03, bytes([(bits & -bits).bit_length() - 1, bits])) if bits else encoded(0x03, b"\x00")
    return x509.UnrecognizedExtension(x509.ObjectIdentifier(NETSCAPE_CERTIFICATE_TYPE), value)


def self_signed(common_name: str | x509.Name, **wishes: object) -> Issued:
    """A self-signed certificate that is no CA."""
    return Issued(*_issue(None, common_name, **{"ca": False, **wishes}))


def _issue(
    issuer: Issued | None,
    common_name: str | x509.Name,
    *,
    ca: bool | None,
    key: PrivateKey | None = None,
    not_before: datetime = LAST_YEAR,
    not_after: datetime = NEXT_YEAR,
    san: Sequence[str] | None = None,
    path_length: int | None = None,
    key_usage: Sequence[str] | None = (),
    purposes: Sequence[str] | None = None,
    permitted: Sequence[str] | None = None,
    excluded: Sequence[str] | None = None,
    critical: str | None = None,
    policies: Sequence[str] | None = None,
    mappings: Sequence[tuple[str, str]] | None = None,
    explicit_policy: int | None = None,
    inhibit_mapping: int | None = None,
    inhibit_any: int | None = None,
    more: Sequence[x509.ExtensionType] = (),
    key_identifiers: bool = True,
    authority_key_identifier: bytes | None = None,
    authority_serial: int | None = None,
    issuer_name: x509.Name | None = None,
    serial: int | None = None,
    version: int = 3,
    digest: str = "",
    pss: bool = False,
    signed_by: PrivateKey | None = None,
) -> tuple[x509.Certificate, PrivateKey]:
    """One certificate; each argument is one property of it.

    `key_usage` empty means what suits, None none; `critical` is an object identifier of an extension that nobody
    knows; `signed_by` signs instead of the issuer; `digest` is md5, sha1 or sha256 with RSA, ecdsa-sha1 with EC;
    `pss` signs with RSA-PSS.
    """
    key = key or p256_key()
    signer = signed_by or (issuer.key if issuer else key)
    issued_by = issuer_name or (issuer.certificate.subject if issuer else name(common_name))
    builder = (
        x509.CertificateBuilder()
        .subject_name(name(common_name))
        .issuer_name(issued_by)
        .public_key(key.public_key())
        .serial_number(serial if serial and serial > 0 else next(_serials))
        .not_valid_before(not_before.replace(tzinfo=None))
        .not_valid_after(not_after.replace(tzinfo=None))
    )
    if version == 3:
        if ca is not None:
            builder = builder.add_extension(x509.BasicConstraints(ca, path_length if ca else None), critical=True)
        if key_usage is not None:
            suits = ("key_cert_sign", "crl_sign") if ca else ("digital_signature", "key_encipherment")
            builder = builder.add_extension(_key_usage(key_usage or suits), critical=True)
        if purposes is not None:
            builder = builder.add_extension(x509.ExtendedKeyUsage([PURPOSES[word] for word in purposes]), False)
        if san is not None:
            builder = builder.add_extension(x509.SubjectAlternativeName([general_name(n) for n in san]), False)
        if permitted or excluded:
            names = [[general_name(n) for n in found] if found else None for found in (permitted, excluded)]
            builder = builder.add_extension(x509.NameConstraints(*names), critical=True)
        for extension in _policy_extensions(policies, mappings, explicit_policy, inhibit_mapping, inhibit_any):
            builder = builder.add_extension(extension, critical=not isinstance(extension, x509.CertificatePolicies))
        for extension in more:
            builder = builder.add_extension(extension, critical=False)
        if critical:
            unknown = x509.UnrecognizedExtension(ObjectIdentifier(critical), b"\x05\x00")
            builder = builder.add_extension(unknown, critical=True)
        if key_identifiers:
            builder = builder.add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), False)
            builder = builder.add_extension(
                _authority(issuer, key, authority_key_identifier, authority_serial, issued_by), False
            )
    algorithm = None if isinstance(signer, ed25519.Ed25519PrivateKey | ed448.Ed448PrivateKey) else hashes.SHA256()
    scheme = padding.PSS(padding.MGF1(hashes.SHA256()), padding.PSS.DIGEST_LENGTH) if pss else None
    made = builder.sign(signer, algorithm, rsa_padding=scheme)
    if version != 3 or digest or (serial is not None and serial <= 0):
        made = _made_again(made, signer, version, digest, serial)
    return made, key


def _policy_extensions(
    policies: Sequence[str] | None,
    mappings: Sequence[tuple[str, str]] | None,
    explicit_policy: int | None,
    inhibit_mapping: int | None,
    inhibit_any: int | None,
) -> Iterator[x509.ExtensionType]:
    if policies is not None:
        yield x509.CertificatePolicies([x509.PolicyInformation(ObjectIdentifier(one), None) for one in policies])
    if mappings is not None:
        yield x509.UnrecognizedExtension(ObjectIdentifier("2.5.29.33"), policy_mappings(*mappings))
    if explicit_policy is not None or inhibit_mapping is not None:
        yield x509.PolicyConstraints(explicit_policy, inhibit_mapping)
    if inhibit_any is not None:
        yield x509.InhibitAnyPolicy(inhibit_any)


def policy_mappings(*pairs: tuple[str, str]) -> bytes:
    """The value of a policyMappings extension; the builder does not make it."""
    return encoded(0x30, b"".join(encoded(0x30, b"".join(map(_identifier, pair))) for pair in pairs))


def _identifier(dotted: str) -> bytes:
    first, second, *rest = map(int, dotted.split("."))
    content = b""
    for number in (40 * first + second, *rest):
        septets = [number >> shift & 0x7F for shift in range(0, max(number.bit_length(), 1), 7)]
        content += bytes([*(septet | 0x80 for septet in septets[:0:-1]), septets[0]])
    return encoded(0x06, content)


def _key_usage(words: Sequence[str]) -> x509.KeyUsage:
    all_words = (
        "digital_signature", "content_commitment", "key_encipherment", "data_encipherment", "key_agreement",
        "key_cert_sign", "crl_sign", "encipher_only", "decipher_only",
    )  # fmt: skip
    return x509.KeyUsage(**{word: word in words for word in all_words})


def _authority(
    issuer: Issued | None, key: PrivateKey, identifier: bytes | None, serial: int | None, issued_by: x509.Name
) -> x509.AuthorityKeyIdentifier:
    if identifier is None:
        own = x509.SubjectKeyIdentifier.from_public_key((issuer.key if issuer else key).public_key())
        identifier = own.digest
    named = None if serial is None else [x509.DirectoryName(issued_by)]
    return x509.AuthorityKeyIdentifier(identifier, named, serial)


def _made_again(
    made: x509.Certificate, signer: PrivateKey, version: int, digest: str, serial: int | None
) -> x509.Certificate:
    """The certificate signed anew with what the builder refuses: version 1, old digests, any serial number."""
    fields = [field.whole for field in elements(first_element(made.tbs_certificate_bytes).content)]
    if fields[0][0] == EXPLICIT_0 and version == 1:
        fields = fields[1:7]
    first = 1 if fields[0][0] == EXPLICIT_0 else 0
    if serial is not None:
        number = serial.to_bytes(serial.bit_length() // 8 + 1, "big", signed=True)
        fields[first] = encoded(0x02, number)
    word = digest or ("sha256" if isinstance(signer, rsa.RSAPrivateKey) else "ecdsa-sha256")
    algorithm, hash_algorithm = _OLD_ALGORITHMS[word]
    fields[first + 1] = algorithm
    to_be_signed = encoded(0x30, b"".join(fields))
    if isinstance(signer, rsa.RSAPrivateKey):
        signature = signer.sign(to_be_signed, padding.PKCS1v15(), hash_algorithm)
    else:
        assert isinstance(signer, ec.EllipticCurvePrivateKey)
        signature = signer.sign(to_be_signed, ec.ECDSA(hash_algorithm))
    return assembled(to_be_signed, algorithm, signature)


def assembled(to_be_signed: bytes, algorithm: bytes, signature: bytes) -> x509.Certificate:
    """A certificate from its three parts in DER."""
    whole = encoded(0x30, to_be_signed + algorithm + encoded(0x03, b"\0" + signature))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return x509.load_der_x509_certificate(whole)


def encoded(tag: int, content: bytes) -> bytes:
    """One DER element."""
    if len(content) < 0x80:
        return bytes([tag, len(content)]) + content
    size = len(content).to_bytes((len(content).bit_length() + 7) // 8, "big")
    return bytes([tag, 0x80 | len(size)]) + size + content

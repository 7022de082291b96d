"""One certificate in DER becomes a Certificate record; every extension is read here, once."""

from __future__ import annotations

import hashlib
import ipaddress
import warnings
from collections.abc import Iterable, Mapping
from typing import Any, Final

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import dsa, ec, ed448, ed25519, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_der_public_key
from cryptography.x509.oid import ExtensionOID, NameOID, PublicKeyAlgorithmOID, SignatureAlgorithmOID

from mcuaudit.decode.certificate_parts import stand_in
from mcuaudit.decode.odd_certificate import REFUSED, algorithm_identifier, key_identifier, odd_fields
from mcuaudit.decode.odd_extensions import netscape_certificate_type, policy_mappings
from mcuaudit.decode.tlv import BadEncodingError
from mcuaudit.domain.certificate import NETSCAPE_CERTIFICATE_TYPE, RSASSA_PSS, Certificate, NameConstraints
from mcuaudit.errors import Undecodable

PROCESSED_EXTENSIONS = frozenset({NETSCAPE_CERTIFICATE_TYPE}) | frozenset(
    oid.dotted_string
    for oid in (
        ExtensionOID.SUBJECT_ALTERNATIVE_NAME,
        ExtensionOID.BASIC_CONSTRAINTS,
        ExtensionOID.KEY_USAGE,
        ExtensionOID.EXTENDED_KEY_USAGE,
        ExtensionOID.NAME_CONSTRAINTS,
        ExtensionOID.SUBJECT_KEY_IDENTIFIER,
        ExtensionOID.AUTHORITY_KEY_IDENTIFIER,
        ExtensionOID.CERTIFICATE_POLICIES,
        ExtensionOID.POLICY_CONSTRAINTS,
        ExtensionOID.POLICY_MAPPINGS,
        ExtensionOID.INHIBIT_ANY_POLICY,
        ExtensionOID.CRL_DISTRIBUTION_POINTS,
        ExtensionOID.AUTHORITY_INFORMATION_ACCESS,
    )
)

_SIGNATURE_NAMES = {
    oid.dotted_string: name
    for oid, name in {
        SignatureAlgorithmOID.RSA_WITH_MD5: "md5WithRSAEncryption",
        SignatureAlgorithmOID.RSA_WITH_SHA1: "sha1WithRSAEncryption",
        SignatureAlgorithmOID.RSA_WITH_SHA224: "sha224WithRSAEncryption",
        SignatureAlgorithmOID.RSA_WITH_SHA256: "sha256WithRSAEncryption",
        SignatureAlgorithmOID.RSA_WITH_SHA384: "sha384WithRSAEncryption",
        SignatureAlgorithmOID.RSA_WITH_SHA512: "sha512WithRSAEncryption",
        SignatureAlgorithmOID.RSASSA_PSS: "rsassaPss",
        SignatureAlgorithmOID.ECDSA_WITH_SHA1: "ecdsa-with-SHA1",
        SignatureAlgorithmOID.ECDSA_WITH_SHA224: "ecdsa-with-SHA224",
        SignatureAlgorithmOID.ECDSA_WITH_SHA256: "ecdsa-with-SHA256",
        SignatureAlgorithmOID.ECDSA_WITH_SHA384: "ecdsa-with-SHA384",
        SignatureAlgorithmOID.ECDSA_WITH_SHA512: "ecdsa-with-SHA512",
        SignatureAlgorithmOID.DSA_WITH_SHA1: "dsa-with-SHA1",
        SignatureAlgorithmOID.DSA_WITH_SHA224: "dsa-with-SHA224",
        SignatureAlgorithmOID.DSA_WITH_SHA256: "dsa-with-SHA256",
        SignatureAlgorithmOID.ED25519: "ED25519",
        SignatureAlgorithmOID.ED448: "ED448",
    }.items()
}

_KEY_USAGES = {
    "digital_signature": "digitalSignature",
    "content_commitment": "contentCommitment",
    "key_encipherment": "keyEncipherment",
    "data_encipherment": "dataEncipherment",
    "key_agreement": "keyAgreement",
    "key_cert_sign": "keyCertSign",
    "crl_sign": "cRLSign",
}


def decode_certificate(der: bytes) -> Certificate:
    """Read one certificate: all of it, or all but the fields that it lists as unreadable.

    Raises:
        Undecodable: it does not have the fields of a certificate.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            return _record(der)
        except REFUSED:
            pass
        try:
            return _odd_record(der)
        except BadEncodingError as error:
            raise Undecodable(f"not a certificate: it {error}") from error
        except REFUSED as error:
            raise Undecodable("not a certificate: its fields contradict each other") from error


def _record(der: bytes) -> Certificate:
    parsed = x509.load_der_x509_certificate(der)
    extensions = {extension.oid: extension for extension in parsed.extensions}
    critical = frozenset(oid.dotted_string for oid, extension in extensions.items() if extension.critical)
    (algorithm, size), key_unreadable = _key(parsed)
    return Certificate(
        der=der,
        sha256=hashlib.sha256(der).hexdigest(),
        version=1 if parsed.version == x509.Version.v1 else 3,
        serial_number=parsed.serial_number,
        subject=parsed.subject.public_bytes(),
        issuer=parsed.issuer.public_bytes(),
        subject_text=parsed.subject.rfc4514_string(),
        issuer_text=parsed.issuer.rfc4514_string(),
        common_names=_attributes(parsed.subject, NameOID.COMMON_NAME),
        email_attributes=_attributes(parsed.subject, NameOID.EMAIL_ADDRESS),
        not_before=parsed.not_valid_before_utc,
        not_after=parsed.not_valid_after_utc,
        key_algorithm=algorithm,
        key_size=size,
        public_key_sha256=_public_key_sha256(parsed),
        signature_algorithm=_signature_name(parsed.signature_algorithm_oid.dotted_string),
        signature_hash=_signature_hash(parsed),
        **_extension_fields({oid: extension.value for oid, extension in extensions.items()}, critical),
        unreadable=key_unreadable,
    )


def _odd_record(der: bytes) -> Certificate:
    """A certificate that cryptography refuses, field by field."""
    odd = odd_fields(der)
    kind = key_identifier(odd.key)
    try:
        key = load_der_public_key(odd.key)
        algorithm, size = _key_kind(key, kind) or (kind, None)
        digest = hashlib.sha256(key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)).hexdigest()
        unreadable = odd.fields["unreadable"]
    except REFUSED:
        algorithm, size, digest = _unloaded(kind), None, hashlib.sha256(odd.to_be_signed).hexdigest()
        unreadable = (*odd.fields["unreadable"], "subjectPublicKeyInfo")
    try:
        signed = x509.load_der_x509_certificate(stand_in(algorithm=odd.algorithm))
        signature, signature_hash = signed.signature_algorithm_oid.dotted_string, _signature_hash(signed)
    except REFUSED:
        signature, signature_hash = algorithm_identifier(odd.algorithm), None
        unreadable = (*unreadable, "signatureAlgorithm")
    fields = {
        **odd.fields,
        **_extension_fields(odd.values, odd.critical),
        **odd.overrides,
        "unreadable": tuple(dict.fromkeys(unreadable)),
    }
    return Certificate(
        key_algorithm=algorithm,
        key_size=size,
        public_key_sha256=digest,
        signature_algorithm=_signature_name(signature),
        signature_hash=signature_hash,
        **fields,
    )


def _extension_fields(
    values: Mapping[x509.ObjectIdentifier, x509.ExtensionType], critical: frozenset[str]
) -> dict[str, Any]:
    """The fields of `Certificate` that its extensions give."""
    names = values.get(ExtensionOID.SUBJECT_ALTERNATIVE_NAME)
    general_names: Iterable[x509.GeneralName] = names if isinstance(names, x509.SubjectAlternativeName) else ()
    by_kind: dict[type[x509.GeneralName], list[x509.GeneralName]] = {}
    for name in general_names:
        by_kind.setdefault(type(name), []).append(name)
    basic = values.get(ExtensionOID.BASIC_CONSTRAINTS)
    usage = values.get(ExtensionOID.KEY_USAGE)
    purposes = values.get(ExtensionOID.EXTENDED_KEY_USAGE)
    constraints = values.get(ExtensionOID.NAME_CONSTRAINTS)
    subject_key = values.get(ExtensionOID.SUBJECT_KEY_IDENTIFIER)
    authority_key = values.get(ExtensionOID.AUTHORITY_KEY_IDENTIFIER)
    return {
        "has_subject_alternative_name": names is not None,
        "dns_names": tuple(str(name.value) for name in by_kind.get(x509.DNSName, ())),
        "uris": tuple(str(name.value) for name in by_kind.get(x509.UniformResourceIdentifier, ())),
        "ip_addresses": tuple(ipaddress.ip_address(name.value) for name in by_kind.get(x509.IPAddress, ())),
        "email_addresses": tuple(str(name.value) for name in by_kind.get(x509.RFC822Name, ())),
        "directory_names": tuple(name.value.public_bytes() for name in by_kind.get(x509.DirectoryName, ())),
        "other_name_kinds": tuple(
            _OTHER_KINDS[kind] for kind, found in by_kind.items() if kind in _OTHER_KINDS for _ in found
        ),
        "is_ca": basic.ca if isinstance(basic, x509.BasicConstraints) else None,
        "path_length": basic.path_length if isinstance(basic, x509.BasicConstraints) else None,
        "key_usage": _usages(usage) if isinstance(usage, x509.KeyUsage) else None,
        "extended_key_usage": (
            tuple(oid.dotted_string for oid in purposes) if isinstance(purposes, x509.ExtendedKeyUsage) else None
        ),
        "name_constraints": _constraints(constraints) if isinstance(constraints, x509.NameConstraints) else None,
        "subject_key_identifier": subject_key.digest if isinstance(subject_key, x509.SubjectKeyIdentifier) else None,
        "authority_key_identifier": (
            authority_key.key_identifier if isinstance(authority_key, x509.AuthorityKeyIdentifier) else None
        ),
        **_policy_fields(values),
        **_netscape_fields(values),
        "ocsp_urls": _ocsp_urls(values.get(ExtensionOID.AUTHORITY_INFORMATION_ACCESS)),
        "critical_extensions": critical,
        "unknown_critical_extensions": tuple(sorted(critical - PROCESSED_EXTENSIONS)),
        "authority_issuer": _authority_issuer(authority_key),
        "authority_serial_number": (
            authority_key.authority_cert_serial_number
            if isinstance(authority_key, x509.AuthorityKeyIdentifier)
            else None
        ),
    }


def _policy_fields(values: Mapping[x509.ObjectIdentifier, x509.ExtensionType]) -> dict[str, Any]:
    policies = values.get(ExtensionOID.CERTIFICATE_POLICIES)
    mappings = values.get(ExtensionOID.POLICY_MAPPINGS)
    constraints = values.get(ExtensionOID.POLICY_CONSTRAINTS)
    inhibit_any = values.get(ExtensionOID.INHIBIT_ANY_POLICY)
    found: dict[str, Any] = {}
    if isinstance(policies, x509.CertificatePolicies):
        found["certificate_policies"] = tuple(policy.policy_identifier.dotted_string for policy in policies)
    if isinstance(mappings, x509.UnrecognizedExtension):
        # The library does not read them.
        found |= policy_mappings(mappings.value)[0]
    if isinstance(constraints, x509.PolicyConstraints):
        found["require_explicit_policy"] = constraints.require_explicit_policy
        found["inhibit_policy_mapping"] = constraints.inhibit_policy_mapping
    if isinstance(inhibit_any, x509.InhibitAnyPolicy):
        found["inhibit_any_policy"] = inhibit_any.skip_certs
    return found


def _netscape_fields(values: Mapping[x509.ObjectIdentifier, x509.ExtensionType]) -> dict[str, Any]:
    found = values.get(x509.ObjectIdentifier(NETSCAPE_CERTIFICATE_TYPE))
    return netscape_certificate_type(found.value)[0] if isinstance(found, x509.UnrecognizedExtension) else {}


_OTHER_KINDS: dict[type[x509.GeneralName], str] = {x509.RegisteredID: "registeredID", x509.OtherName: "otherName"}


def _attributes(name: x509.Name, oid: x509.ObjectIdentifier) -> tuple[str, ...]:
    # The library refuses a name whose attribute of this kind is not text.
    return tuple(str(attribute.value) for attribute in name.get_attributes_for_oid(oid))


def _key(parsed: x509.Certificate) -> tuple[tuple[str, int | None], tuple[str, ...]]:
    """Kind and size of the key, and whether it cannot be read, as a list of fields."""
    identifier = parsed.public_key_algorithm_oid.dotted_string
    unknown = _unloaded(identifier), None
    try:
        return _key_kind(parsed.public_key(), identifier) or unknown, ()
    except (ValueError, UnsupportedAlgorithm):
        return unknown, ("subjectPublicKeyInfo",)


def _unloaded(identifier: str) -> str:
    """The kind of a key that the library does not load; RSA has the names that RSA keys have."""
    return _RSA.get(identifier, identifier)


_RSA: Final = {
    PublicKeyAlgorithmOID.RSAES_PKCS1_v1_5.dotted_string: "RSA",
    PublicKeyAlgorithmOID.RSASSA_PSS.dotted_string: RSASSA_PSS,
}


def _key_kind(key: object, identifier: str) -> tuple[str, int | None] | None:
    match key:
        case rsa.RSAPublicKey():
            return _RSA.get(identifier, "RSA"), key.key_size
        case ec.EllipticCurvePublicKey():
            return "EC", key.key_size
        case dsa.DSAPublicKey():
            return "DSA", key.key_size
        case ed25519.Ed25519PublicKey():
            return "Ed25519", None
        case ed448.Ed448PublicKey():
            return "Ed448", None
    return None


def _signature_name(identifier: str) -> str:
    return _SIGNATURE_NAMES.get(identifier, identifier)


def _public_key_sha256(parsed: x509.Certificate) -> str:
    try:
        encoded = parsed.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    except (ValueError, UnsupportedAlgorithm):
        # A key that cannot be loaded cannot be compared; the certificate stands for it.
        encoded = parsed.tbs_certificate_bytes
    return hashlib.sha256(encoded).hexdigest()


def _signature_hash(parsed: x509.Certificate) -> str | None:
    try:
        algorithm = parsed.signature_hash_algorithm
    except UnsupportedAlgorithm:
        return None
    return algorithm.name if algorithm else None


def _usages(usage: x509.KeyUsage) -> frozenset[str]:
    said = {word for attribute, word in _KEY_USAGES.items() if getattr(usage, attribute)}
    if usage.key_agreement:
        said |= {word for word in ("encipherOnly", "decipherOnly") if getattr(usage, _SNAKE[word])}
    return frozenset(said)


_SNAKE = {"encipherOnly": "encipher_only", "decipherOnly": "decipher_only"}


def _authority_issuer(authority_key: object) -> bytes | None:
    if not isinstance(authority_key, x509.AuthorityKeyIdentifier):
        return None
    for name in authority_key.authority_cert_issuer or ():
        if isinstance(name, x509.DirectoryName):
            return name.value.public_bytes()
    return None


def _ocsp_urls(access: object) -> tuple[str, ...]:
    if not isinstance(access, x509.AuthorityInformationAccess):
        return ()
    return tuple(
        str(description.access_location.value)
        for description in access
        if description.access_method == x509.oid.AuthorityInformationAccessOID.OCSP
        and isinstance(description.access_location, x509.UniformResourceIdentifier)
    )


def _constraints(found: x509.NameConstraints) -> NameConstraints:
    permitted, permitted_other = _subtrees(found.permitted_subtrees)
    excluded, excluded_other = _subtrees(found.excluded_subtrees)
    return NameConstraints(
        permitted_dns=permitted.get("dns"),
        excluded_dns=excluded.get("dns", ()),
        permitted_uri=permitted.get("uri"),
        excluded_uri=excluded.get("uri", ()),
        permitted_email=permitted.get("email"),
        excluded_email=excluded.get("email", ()),
        permitted_ip=permitted.get("ip"),
        excluded_ip=excluded.get("ip", ()),
        permitted_directory=permitted.get("directory"),
        excluded_directory=excluded.get("directory", ()),
        unsupported_permitted=permitted_other,
        unsupported_excluded=excluded_other,
    )


def _subtrees(names: Iterable[x509.GeneralName] | None) -> tuple[dict[str, tuple], tuple[str, ...]]:  # type: ignore[type-arg]
    by_kind: dict[str, list[object]] = {}
    other: list[str] = []
    for name in names or ():
        match name:
            case x509.DNSName():
                by_kind.setdefault("dns", []).append(name.value)
            case x509.UniformResourceIdentifier():
                by_kind.setdefault("uri", []).append(name.value)
            case x509.RFC822Name():
                by_kind.setdefault("email", []).append(name.value)
            case x509.IPAddress():
                by_kind.setdefault("ip", []).append(name.value)
            case x509.DirectoryName():
                by_kind.setdefault("directory", []).append(name.value.public_bytes())
            case _:
                other.append(_OTHER_KINDS.get(type(name), type(name).__name__))
    return {kind: tuple(found) for kind, found in by_kind.items()}, tuple(other)

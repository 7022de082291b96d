"""Certificates for the tests of identities: any names, one key, no date that matters."""

from __future__ import annotations

import ipaddress
from dataclasses import replace
from datetime import UTC, datetime
from functools import lru_cache

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

from mcuaudit.decode.certificate import decode_certificate
from mcuaudit.domain.certificate import Certificate
from mcuaudit.domain.name_lists import split_names

_KEY = ec.derive_private_key(0x5EED, ec.SECP256R1())
_BEGIN, _END = datetime(2000, 1, 1, tzinfo=UTC), datetime(2099, 1, 1, tzinfo=UTC)


@lru_cache(maxsize=1_000)
def issue(names: str, purposes: tuple[str, ...] | None = None) -> bytes:
    """A self-signed certificate in DER with `names`, for example ``cn:mcu1 dns:mcu1.example.com ip:10.1.2.3``.

    Kinds are cn, dns, uri, ip and email; ``san`` alone is a subjectAltName without entries. Odd characters are
    written as in reports: ``\\x00``. Nothing is checked: the names go into the certificate as they are.
    """
    common_names: list[str] = []
    entries: list[x509.GeneralName] = []
    san = False
    for word in split_names(names):
        kind, _, text = word.partition(":")
        san |= kind != "cn"
        match kind:
            case "cn":
                common_names.append(text)
            case "dns":
                entries.append(x509.DNSName._init_without_validation(text))
            case "uri":
                entries.append(x509.UniformResourceIdentifier._init_without_validation(text))
            case "email":
                entries.append(x509.RFC822Name._init_without_validation(text))
            case "ip":
                entries.append(x509.IPAddress(ipaddress.ip_address(text)))
            case _:
                assert word == "san", word
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text, _validate=False) for text in common_names])
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(_KEY.public_key())
        .serial_number(1)
        .not_valid_before(_BEGIN)
        .not_valid_after(_END)
    )
    if san:
        builder = builder.add_extension(x509.SubjectAlternativeName(entries), critical=False)
    if purposes is not None:
        builder = builder.add_extension(
            x509.ExtendedKeyUsage([x509.ObjectIdentifier(purpose) for purpose in purposes]), critical=False
        )
    return builder.sign(_KEY, hashes.SHA256()).public_bytes(Encoding.DER)


@lru_cache(maxsize=1)
def _nameless() -> Certificate:
    return decode_certificate(issue(""))


def record(
    uris: tuple[str, ...] = (),
    dns_names: tuple[str, ...] = (),
    ip_addresses: tuple[str, ...] = (),
    common_names: tuple[str, ...] = (),
    san_present: bool = True,
) -> Certificate:
    """What a certificate with these names says, without the cost of signing one."""
    return replace(
        _nameless(),
        uris=uris,
        dns_names=dns_names,
        ip_addresses=tuple(ipaddress.ip_address(text) for text in ip_addresses),
        common_names=common_names,
        has_subject_alternative_name=san_present,
    )

"""Revocation lists for tests, each made in one line by an authority of tests/authority.py.

revocation_list(issuing, [mcu])
revocation_list(issuing, [Revoked(mcu, "certificateHold")], number=2, base=1)
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ed448, ed25519
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import ObjectIdentifier

from tests.authority import NOW, Issued, PrivateKey

UNKNOWN = "1.3.6.1.4.1.99999.7"
REVOKED_ON = NOW - timedelta(days=30)


@dataclass(frozen=True)
class Revoked:
    """An entry: of a certificate, by its serial number, and of another issuer where `issuer` is given."""

    certificate: Issued
    reason: str = ""
    issuer: x509.Name | None = None
    critical: str = ""
    on: datetime = REVOKED_ON


def revocation_list(
    issuer: Issued,
    revoked: Sequence[Issued | Revoked] = (),
    *,
    number: int | None = 1,
    base: int | None = None,
    scope: x509.IssuingDistributionPoint | None = None,
    this_update: datetime = NOW - timedelta(days=1),
    next_update: datetime = NOW + timedelta(days=6),
    critical: str = "",
    key_identifier: bool = True,
    signed_by: PrivateKey | None = None,
    issuer_name: x509.Name | None = None,
) -> bytes:
    """A list in DER; each argument is one property of it."""
    builder = (
        x509.CertificateRevocationListBuilder()
        .issuer_name(issuer_name or issuer.certificate.subject)
        .last_update(this_update.replace(tzinfo=None))
        .next_update(next_update.replace(tzinfo=None))
    )
    if number is not None:
        builder = builder.add_extension(x509.CRLNumber(number), critical=False)
    if base is not None:
        builder = builder.add_extension(x509.DeltaCRLIndicator(base), critical=True)
    if scope is not None:
        builder = builder.add_extension(scope, critical=True)
    if key_identifier:
        key = x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer.key.public_key())
        builder = builder.add_extension(key, critical=False)
    if critical:
        builder = builder.add_extension(_unknown(critical), critical=True)
    for one in revoked:
        builder = builder.add_revoked_certificate(_entry(one if isinstance(one, Revoked) else Revoked(one)))
    signer = signed_by or issuer.key
    algorithm = None if isinstance(signer, ed25519.Ed25519PrivateKey | ed448.Ed448PrivateKey) else hashes.SHA256()
    return builder.sign(signer, algorithm).public_bytes(Encoding.DER)


def scope(
    name: str = "", *, relative: str = "", reasons: Sequence[str] | None = None, **flags: bool
) -> x509.IssuingDistributionPoint:
    """An issuingDistributionPoint: the URL in `name`, a CN in `relative`, reasons, and flags by their names."""
    said = {
        word: flags.get(word, False)
        for word in ("only_contains_user_certs", "only_contains_ca_certs", "indirect_crl",
                     "only_contains_attribute_certs")
    }  # fmt: skip
    return x509.IssuingDistributionPoint(
        full_name=[x509.UniformResourceIdentifier(name)] if name else None,
        relative_name=_relative(relative),
        only_some_reasons=_reasons(reasons),
        **said,
    )


def points(
    name: str = "", *, relative: str = "", reasons: Sequence[str] | None = None, issuer: x509.Name | None = None
) -> x509.CRLDistributionPoints:
    """A cRLDistributionPoints with one point: the URL in `name` or a CN in `relative`, reasons, and cRLIssuer."""
    return x509.CRLDistributionPoints(
        [
            x509.DistributionPoint(
                full_name=[x509.UniformResourceIdentifier(name)] if name else None,
                relative_name=_relative(relative),
                reasons=_reasons(reasons),
                crl_issuer=[x509.DirectoryName(issuer)] if issuer else None,
            )
        ]
    )


def _entry(one: Revoked) -> x509.RevokedCertificate:
    builder = (
        x509.RevokedCertificateBuilder()
        .serial_number(one.certificate.certificate.serial_number)
        .revocation_date(one.on.replace(tzinfo=None))
    )
    if one.reason:
        builder = builder.add_extension(x509.CRLReason(x509.ReasonFlags(one.reason)), critical=False)
    if one.issuer:
        builder = builder.add_extension(x509.CertificateIssuer([x509.DirectoryName(one.issuer)]), critical=True)
    if one.critical:
        builder = builder.add_extension(_unknown(one.critical), critical=True)
    return builder.build()


def _unknown(identifier: str) -> x509.UnrecognizedExtension:
    return x509.UnrecognizedExtension(ObjectIdentifier(identifier), b"\x05\x00")


def _relative(common_name: str) -> x509.RelativeDistinguishedName | None:
    if not common_name:
        return None
    return x509.RelativeDistinguishedName([x509.NameAttribute(x509.NameOID.COMMON_NAME, common_name)])


def _reasons(reasons: Sequence[str] | None) -> frozenset[x509.ReasonFlags] | None:
    return None if reasons is None else frozenset(map(x509.ReasonFlags, reasons))

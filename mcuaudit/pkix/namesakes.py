"""Certificates with the name of an issuer that did not issue: the CA has another key, or another certificate."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from mcuaudit.domain.certificate import Certificate
from mcuaudit.pkix.flaws import issuer_title
from mcuaudit.pkix.names import canonical_name
from mcuaudit.pkix.signatures import algorithm_fits


class Mismatch(StrEnum):
    """What distinguishes a CA certificate from the issuer of a certificate that has the same name."""

    KEY = "key"
    """Its subjectKeyIdentifier is not the keyIdentifier of the authorityKeyIdentifier."""
    SERIAL_NUMBER = "serial_number"
    """Its serial number is not the authorityCertSerialNumber."""
    ISSUER = "issuer"
    """Its issuer is not the authorityCertIssuer."""
    ALGORITHM = "algorithm"
    """Its key is of another kind than the signature."""


@dataclass(frozen=True, slots=True)
class Namesake:
    """A certificate with the name of the issuer, and what it lacks to be the issuer.

    Attributes:
        certificate: the certificate with that name.
        wanted: what the certificate of the issuer has, after its name: "with subjectKeyIdentifier 4fa2…".
        found: what the certificate has instead, after its name: "has another key".
    """

    certificate: Certificate
    wanted: str
    found: str


def mismatch(certificate: Certificate, namesake: Certificate) -> Mismatch | None:
    """Why a certificate with the name of the issuer is not the issuer; None if it may be.

    An authority key identifier excludes an issuer only if both have its fields (RFC 5280, section 4.2.1.1).
    """
    wanted, found = certificate.authority_key_identifier, namesake.subject_key_identifier
    if wanted is not None and found is not None and wanted != found:
        return Mismatch.KEY
    serial, name = certificate.authority_serial_number, certificate.authority_issuer
    if serial is not None and serial != namesake.serial_number:
        return Mismatch.SERIAL_NUMBER
    if name is not None and canonical_name(name) != canonical_name(namesake.issuer):
        return Mismatch.ISSUER
    return None if algorithm_fits(certificate, namesake) else Mismatch.ALGORITHM


def first_namesake(certificate: Certificate, named: Iterable[Certificate]) -> Namesake | None:
    """The first of the certificates with the name of the issuer, as one that is not the issuer; None without any."""
    for one in named:
        why = mismatch(certificate, one)
        if why is not None and one.sha256 != certificate.sha256:
            return Namesake(one, *_in_words(certificate, one, why))
    return None


def _in_words(certificate: Certificate, namesake: Certificate, why: Mismatch) -> tuple[str, str]:
    match why:
        case Mismatch.KEY:
            return f"with subjectKeyIdentifier {(certificate.authority_key_identifier or b'').hex()}", "has another key"
        case Mismatch.SERIAL_NUMBER:
            wanted = f"with serialNumber {certificate.authority_serial_number or 0:X}"
            return wanted, f"has serialNumber {namesake.serial_number:X}"
        case Mismatch.ISSUER:
            return "from the issuer in the authorityKeyIdentifier", f"was issued by {issuer_title(namesake)}"
        case Mismatch.ALGORITHM:
            wanted = f"with a key for {certificate.signature_algorithm}"
            return wanted, f"has a key of the kind {namesake.key_algorithm}"

"""How CA certificates are to be made (RFC 5280, sections 4.1.2.2 and 4.2), beyond what a path needs."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Final

from mcuaudit.domain.certificate import EXTENSION_NAMES, Certificate
from mcuaudit.pkix.checks import self_signed

_OIDS: Final = {name: oid for oid, name in EXTENSION_NAMES.items()}
_NEVER_CRITICAL: Final = (
    "subjectKeyIdentifier", "authorityKeyIdentifier", "authorityInfoAccess", "subjectInfoAccess", "freshestCRL",
)  # fmt: skip
_SERIAL_BITS: Final = 20 * 8 - 1
"""Bits of the largest positive INTEGER of 20 octets."""
_A_DAY: Final = timedelta(days=1)


def key_identifier_flaws(authority: Certificate) -> Iterator[str]:
    """The key identifiers that a CA certificate lacks (RFC 5280, sections 4.2.1.1 and 4.2.1.2), in words.

    A self-signed one may leave out the authorityKeyIdentifier, and a certificate of version 1 has no extensions.
    """
    if authority.version < 3:
        return
    if authority.subject_key_identifier is None:
        yield "has no subjectKeyIdentifier"
    if authority.authority_key_identifier is None and not self_signed(authority):
        partly = authority.authority_issuer is not None or authority.authority_serial_number is not None
        yield "has no keyIdentifier in its authorityKeyIdentifier" if partly else "has no authorityKeyIdentifier"


def criticality_flaws(authority: Certificate) -> Iterator[str]:
    """The extensions of a CA certificate that are to be critical and are not, or the other way round, in words.

    RFC 5280, sections 4.2.1.3, 4.2.1.5 and 4.2.1.9 to 4.2.1.14; and 4.2.1.1, 4.2.1.2, 4.2.1.15, 4.2.2.
    """
    present = {
        "basicConstraints": authority.is_ca is not None,
        "keyUsage": authority.key_usage is not None,
        "nameConstraints": authority.name_constraints is not None,
        "policyMappings": authority.policy_mappings is not None,
        "policyConstraints": (authority.require_explicit_policy, authority.inhibit_policy_mapping) != (None, None),
        "inhibitAnyPolicy": authority.inhibit_any_policy is not None,
    }
    critical = authority.critical_extensions
    yield from (
        f"has {name} that is not critical" for name, there in present.items() if there and _OIDS[name] not in critical
    )
    yield from (f"has {name} that is critical" for name in _NEVER_CRITICAL if _OIDS[name] in critical)


def serial_number_flaws(authority: Certificate) -> Iterator[str]:
    """What is wrong with the serial number: it is positive, and has 20 octets at most (RFC 5280, section 4.1.2.2)."""
    number = authority.serial_number
    if number <= 0:
        yield "has a negative serial number" if number else "has the serial number 0"
    elif number.bit_length() > _SERIAL_BITS:
        yield f"has a serial number of {number.bit_length() // 8 + 1} octets"


def lifetime_in_days(certificate: Certificate) -> int:
    """The days for which it is valid; notAfter itself counts, and a part of a day is a day."""
    return -(-(certificate.not_after - certificate.not_before + timedelta(seconds=1)) // _A_DAY)

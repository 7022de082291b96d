"""Comparison of names by any standard, one by one or in bulk."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Final

from mcuaudit.decode.certificate_source import CertificateSource, certificate_from
from mcuaudit.domain.certificate import Certificate
from mcuaudit.domain.standards import Standard
from mcuaudit.errors import UsageError, not_allowed
from mcuaudit.identity import cucm, mcu, rfc5922, rfc5924, rfc9525, vcs
from mcuaudit.identity.outcome import CombinedIdentity, IdentityOutcome, combine
from mcuaudit.identity.presented import PresentedIdentifiers
from mcuaudit.identity.reference import ReferenceIdentifier, parse_reference
from mcuaudit.system.arguments import text_given

_COMPARE: Final[dict[str, Callable[[ReferenceIdentifier, PresentedIdentifiers], IdentityOutcome]]] = {
    Standard.MCU.value: mcu.match,
    Standard.RFC5922.value: rfc5922.match,
    Standard.RFC5924.value: rfc5924.match,
    Standard.RFC9525.value: rfc9525.match,
    Standard.VCS.value: vcs.match,
    Standard.CUCM.value: cucm.match,
}

STANDARDS: Final = tuple(_COMPARE)
"""The standards by which names are compared."""


def prepare(certificate: CertificateSource | PresentedIdentifiers) -> PresentedIdentifiers:
    """The presented identifiers of a certificate with their index; prepared ones are returned as they are."""
    if isinstance(certificate, PresentedIdentifiers):
        return certificate
    return PresentedIdentifiers(certificate_from(certificate))


def match(
    certificate: CertificateSource | PresentedIdentifiers, reference: str, standard: str = "mcu", version: str = ""
) -> IdentityOutcome:
    """Whether `certificate` identifies a party under `reference`, by `standard`.

    Args:
        certificate: a path, PEM, DER or PKCS#7 as bytes, PEM as text, a record, a certificate of the package
            cryptography, or the result of `prepare`. Of several certificates the first is used.
        reference: host name, IPv4 or IPv6 address, host:port, or a sip:, sips:, https: or http: URI.
        standard: mcu, rfc5922, rfc5924, rfc9525, vcs or cucm.
        version: of the peer's product, such as "X15.0", which decides for vcs about a name in the CN (reading A24).

    Raises:
        UsageError: the standard is unknown, the reference is not a reference identifier, or the certificate cannot be
            read.
    """
    compare = _comparison(text_given(standard, "standard"))
    wanted, presented = parse_reference(reference), prepare(certificate)
    if compare is vcs.match:
        return vcs.match(wanted, presented, text_given(version, "version"))
    return compare(wanted, presented)


def match_all(
    certificate: CertificateSource | PresentedIdentifiers,
    references: Iterable[str],
    standard: str = "mcu",
    version: str = "",
) -> CombinedIdentity:
    """As `match` for all names that may be compared: all match is pass, some open, none fail (reading A7)."""
    identifiers = prepare(certificate)
    return combine([match(identifiers, reference, standard, version) for reference in references])


class Matcher:
    """Compares many references with many certificates; certificates and results are cached."""

    def __init__(self) -> None:
        self._prepared: dict[str, PresentedIdentifiers] = {}
        self._outcomes: dict[tuple[str, str, str, str], IdentityOutcome] = {}

    def match(
        self, certificate: Certificate, reference: str, standard: str = "mcu", version: str = ""
    ) -> IdentityOutcome:
        """As the function `match`."""
        key = (certificate.sha256, reference, standard, version)
        outcome = self._outcomes.get(key)
        if outcome is None:
            outcome = self._outcomes[key] = match(self._prepare(certificate), reference, standard, version)
        return outcome

    def match_all(
        self, certificate: Certificate, references: Iterable[str], standard: str = "mcu", version: str = ""
    ) -> CombinedIdentity:
        """As the function `match_all`."""
        return combine([self.match(certificate, reference, standard, version) for reference in references])

    def _prepare(self, certificate: Certificate) -> PresentedIdentifiers:
        prepared = self._prepared.get(certificate.sha256)
        if prepared is None:
            prepared = self._prepared[certificate.sha256] = prepare(certificate)
        return prepared


def _comparison(standard: str) -> Callable[[ReferenceIdentifier, PresentedIdentifiers], IdentityOutcome]:
    compare = _COMPARE.get(standard)
    if compare is None:
        raise UsageError(not_allowed("unknown standard", standard, STANDARDS))
    return compare

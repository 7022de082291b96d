"""The result of the validation of one certificate."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from mcuaudit.domain.certificate import Certificate
from mcuaudit.domain.outcome import Outcome
from mcuaudit.domain.remedy import Remedy
from mcuaudit.pkix.revocation_status import RevocationStatus


@dataclass(frozen=True, slots=True)
class PathOutcome:
    """Whether there is a certification path from an end entity to a trust anchor, and if not why (RFC 5280, section 6).

    Attributes:
        outcome: ``pass``, ``open`` or ``fail``. ``pass`` if any candidate path is valid.
        reason_code: a stable code: ``ok``, ``no_issuer``, ``expired`` …
        reason: one sentence with the certificate and, for a failure, the message and number of OpenSSL.
        remedy: what would fix it, without its target, the trust store, which the caller adds. None if none is known.
        openssl_error: the number of the failure in OpenSSL (X509_V_ERR_…), None if none.
        failed_at: SHA-256 of the certificate of the reason, None if none.
        reading: the readings that an open outcome depends on, in order, separated by spaces: ``A11``, ``A12 A14``;
            None if there are none.
        path: the certificates of the path, the end entity first, the trust anchor last. For a failure the candidate
            that OpenSSL would use, which may be incomplete. Empty if the reason has no path.
        valid_until: the first notAfter of the path of a ``pass`` or ``open``; None for a failure.
        every_candidate_good: all candidate paths are valid, so that it does not matter which one a verifier takes
            (reading A19). True only for a ``pass``.
        candidate_certificates: SHA-256 of every certificate of all candidate paths (for reading A18).
        missing_issuer: the name of the missing issuer, None if none is missing.
        to_present: CA certificates from elsewhere that must be presented or added to the store (reading A11).
        revocation: what revocation lists say about each certificate of the path below the trust anchor, the end entity
            first. Empty without lists, and for a failure by anything else than these.
    """

    outcome: Outcome
    reason_code: str
    reason: str
    remedy: Remedy | None = None
    openssl_error: int | None = None
    failed_at: str | None = None
    reading: str | None = None
    path: tuple[Certificate, ...] = ()
    valid_until: datetime | None = None
    every_candidate_good: bool = False
    candidate_certificates: frozenset[str] = frozenset()
    missing_issuer: str | None = None
    to_present: tuple[Certificate, ...] = ()
    revocation: tuple[RevocationStatus, ...] = ()

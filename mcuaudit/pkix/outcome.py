"""What validation concludes about one certificate."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from mcuaudit.domain.certificate import Certificate
from mcuaudit.domain.outcome import Outcome
from mcuaudit.domain.remedy import Remedy


@dataclass(frozen=True, slots=True)
class PathOutcome:
    """Whether a certification path leads from an end entity to a trust anchor, and if not why (RFC 5280, section 6).

    Attributes:
        outcome: ``pass``, ``open`` or ``fail``. ``pass`` if any candidate path is good.
        reason_code: a short stable word: ``ok``, ``no_issuer``, ``expired`` …
        reason: one sentence that names the certificate and, for a failure, OpenSSL's own words and number.
        remedy: what would fix it; its target, the trust store, is for the caller to name. None if nothing is known.
        openssl_error: OpenSSL's number of the failure (X509_V_ERR_…), None if none.
        failed_at: SHA-256 of the certificate that the reason speaks of, None if none.
        reading: the readings on which an open outcome rests, separated by spaces, in their order: ``A11``, ``A12 A14``;
            None if it rests on none.
        path: the certificates of the path, the end entity first, the trust anchor last. For a failure the candidate
            that OpenSSL would take, as far as it goes. Empty where no path is spoken of.
        valid_until: the first notAfter of the path of a ``pass`` or ``open``; None for a failure.
        every_candidate_good: all candidate paths are good, so that it does not matter which one a verifier takes
            (reading A19). Only ever true for a ``pass``.
        candidate_certificates: SHA-256 of each certificate of all candidate paths (for reading A18).
        missing_issuer: the name of the issuer that is missing, None if none is.
        to_present: the CA certificates, found elsewhere, that must be presented or added to the store (reading A11).
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

"""Certification paths: whether a certificate leads to a trust anchor, and if not why (RFC 5280, section 6)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

from mcuaudit.decode.bundle import decode_bundle
from mcuaudit.domain.certificate import Certificate
from mcuaudit.errors import Undecodable
from mcuaudit.pkix.checks import self_signed
from mcuaudit.pkix.outcome import PathOutcome
from mcuaudit.pkix.purposes import Purpose, PurposeOutcome, purpose_outcome
from mcuaudit.pkix.signatures import SignatureCheck, SignatureMemo
from mcuaudit.pkix.stores import TrustStore
from mcuaudit.pkix.validator import PathValidator

__all__ = [
    "PathOutcome",
    "PathValidator",
    "Purpose",
    "PurposeOutcome",
    "SignatureCheck",
    "SignatureMemo",
    "TrustStore",
    "purpose_outcome",
    "self_signed",
    "validate",
]

MOST_CERTIFICATES = 100_000


def validate(
    end_entity: bytes | Certificate,
    *,
    presented: Iterable[bytes | Certificate] = (),
    known: Iterable[bytes | Certificate] = (),
    anchors: Iterable[bytes | Certificate] = (),
    purpose: Purpose | None = None,
    at: date | datetime,
    intermediates_must_be_anchors: bool = False,
    chain_complete: bool = False,
) -> PathOutcome:
    """Whether a certification path leads from one end entity to one of `anchors` (RFC 5280, section 6).

    Each certificate is given as PEM, as DER or as a record; PEM and PKCS#7 may hold several.

    Args:
        end_entity: the certificate in question; certificates that follow it in the same PEM count as presented.
        presented: what is sent with it, in any order.
        known: CA certificates found elsewhere, which serve reading A11 only.
        anchors: the verifier's trust store, intermediates and all.
        purpose: "serverAuth", "clientAuth", or None where extendedKeyUsage is not asked for.
        at: the time; a bare date is 00:00 UTC.
        intermediates_must_be_anchors: every CA certificate of the path must be among `anchors` (VCS, Expressway).
        chain_complete: `presented` is known to be all that is sent, so `known` is not asked.

    Raises:
        Undecodable: one of them cannot be read as certificates.
        ValueError: `purpose` is another word, or `at` a datetime without a zone.
    """
    first, *rest = _certificates((end_entity,))
    store = TrustStore(_certificates(anchors))
    return PathValidator(at, _certificates(known)).validate(
        first,
        (*rest, *_certificates(presented)),
        store,
        purpose,
        intermediates_must_be_anchors=intermediates_must_be_anchors,
        chain_complete=chain_complete,
    )


def _certificates(given: Iterable[bytes | Certificate]) -> list[Certificate]:
    found: list[Certificate] = []
    for one in given:
        found.extend([one] if isinstance(one, Certificate) else _read(one))
    return found


def _read(data: bytes) -> list[Certificate]:
    bundle = decode_bundle(data, MOST_CERTIFICATES)
    for problem in bundle.problems:
        if problem.kind != "secret":
            raise Undecodable(problem.reason, problem.where)
    if not bundle.certificates:
        raise Undecodable("no certificate in it")
    return [found.certificate for found in bundle.certificates]

"""A saved OCSP response about a client certificate: the client is accepted only after the response good (RFC 6960).

Source: Release Notes 4.4(3.57), appendix: the OCSP server is asked about client certificates of HTTPS connections only,
and the client is rejected after any answer but good.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.types import CertificatePublicKeyTypes
from cryptography.x509 import ocsp
from cryptography.x509.oid import ExtendedKeyUsageOID

from mcuaudit.domain.cause import CauseKind, cause_at
from mcuaudit.domain.certificate import Certificate
from mcuaudit.domain.outcome import Outcome
from mcuaudit.domain.remedy import Remedy, RemedyKind
from mcuaudit.domain.slots import Place
from mcuaudit.domain.verdict import Verdict
from mcuaudit.wording.places import place_words

OCSP_ANSWER_MISSING: Final = "ocsp_answer_missing"
"""Reason code if OCSP is on, its server is accepted, and only the response is not known."""
OCSP_PERHAPS_ASKED: Final = "ocsp_perhaps_asked"
"""Reason code if it is not known whether OCSP is on, and only the response would be missing if it is."""
OCSP_SERVER_UNDETERMINED: Final = "ocsp_server_undetermined"
"""Reason code if OCSP is on, and it is undetermined whether the connection to its server is accepted."""


def judge_response(
    response: bytes, certificate: Certificate, issuers: Iterable[Certificate], at: datetime, place: Place
) -> Verdict:
    """The verdict of a saved response about `certificate`.

    pass: a good response, signed by the issuer or by a responder that the issuer named, and current at `at`.
    fail: any other response of this kind. open: a response that is not current, or an unsigned one such as tryLater,
    because the device would get a newer one, or one that cannot be verified, because Cisco's documentation does not say
    whether the device accepts another responder.

    Args:
        response: DER of an OCSPResponse.
        certificate: the client certificate.
        issuers: CA certificates that may have issued it.
        at: the time of the audit.
        place: the place of the certificate.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            return _judge(ocsp.load_der_ocsp_response(response), certificate, issuers, at, place)
        except (ValueError, TypeError, UnsupportedAlgorithm):
            return _open(f"The saved OCSP response about the {place_words(place)} cannot be read.", place)


def _judge(
    parsed: ocsp.OCSPResponse, certificate: Certificate, issuers: Iterable[Certificate], at: datetime, place: Place
) -> Verdict:
    if parsed.response_status is not ocsp.OCSPResponseStatus.SUCCESSFUL:
        status = parsed.response_status.name.lower()
        return _open(f"The saved OCSP response is {status}, which is unsigned and about no certificate.", place)
    possible = [issuer for issuer in issuers if issuer.subject == certificate.issuer]
    try:
        own = x509.load_der_x509_certificate(certificate.der)
        named = [x509.load_der_x509_certificate(issuer.der) for issuer in possible]
    except (ValueError, TypeError, x509.InvalidVersion):
        words = place_words(place)
        return _open(f"The {words} or its issuer has an odd encoding, so the OCSP response is not compared.", place)
    single = _about(parsed, certificate, own, named)
    if single is None:
        return _open(
            f"The saved OCSP response is not about the {place_words(place)}, or its issuer is not in the export.", place
        )
    answer, issuer = single
    if not _signed(parsed, issuer, at):
        return _open("The OCSP response is signed neither by the issuer nor by a responder that it named.", place)
    until = answer.next_update_utc
    # Without a next update newer answers are always available (RFC 6960, section 4.2.2.1): a day counts as current.
    if not answer.this_update_utc <= at <= (until or answer.this_update_utc + timedelta(days=1)):
        return _open(
            f"The saved OCSP response about the {place_words(place)} is not current at the time of the audit.", place
        )
    if answer.certificate_status is not ocsp.OCSPCertStatus.GOOD:
        return _rejected(f"the OCSP server answered {answer.certificate_status.name.lower()}", place)
    # Without an end: the device asks again each time, whatever the nextUpdate of this answer is.
    return Verdict(Outcome.PASS, "ocsp_good", "The OCSP server answered good.")


def _about(
    parsed: ocsp.OCSPResponse, certificate: Certificate, own: x509.Certificate, issuers: list[x509.Certificate]
) -> tuple[ocsp.OCSPSingleResponse, x509.Certificate] | None:
    """The single response about the certificate, with the issuer of that name and key."""
    for single in parsed.responses:
        if single.serial_number != certificate.serial_number:
            continue
        for issuer in issuers:
            # A request for the certificate and its issuer has the same digests.
            request = ocsp.OCSPRequestBuilder().add_certificate(own, issuer, single.hash_algorithm)
            asked = request.build()
            same_key = asked.issuer_key_hash == single.issuer_key_hash
            if same_key and asked.issuer_name_hash == single.issuer_name_hash:
                return single, issuer
    return None


def _signed(parsed: ocsp.OCSPResponse, issuer: x509.Certificate, at: datetime) -> bool:
    """Signed by the issuer itself, or by a certificate of the response that the issuer signed for OCSP."""
    delegates = [one for one in parsed.certificates if _may_answer(one, issuer, at)]
    return any(_verifies(signer.public_key(), parsed) for signer in (issuer, *delegates))


def _may_answer(delegate: x509.Certificate, issuer: x509.Certificate, at: datetime) -> bool:
    """RFC 6960, section 4.2.2.2: issued directly by the CA, with the purpose OCSPSigning."""
    try:
        purposes = delegate.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
        delegate.verify_directly_issued_by(issuer)
    except (x509.ExtensionNotFound, ValueError, TypeError, InvalidSignature, UnsupportedAlgorithm):
        return False
    current = delegate.not_valid_before_utc <= at <= delegate.not_valid_after_utc
    return current and ExtendedKeyUsageOID.OCSP_SIGNING in purposes


def _verifies(key: CertificatePublicKeyTypes, parsed: ocsp.OCSPResponse) -> bool:
    algorithm = parsed.signature_hash_algorithm
    try:
        if isinstance(key, rsa.RSAPublicKey) and algorithm:
            key.verify(parsed.signature, parsed.tbs_response_bytes, padding.PKCS1v15(), algorithm)
        elif isinstance(key, ec.EllipticCurvePublicKey) and algorithm:
            key.verify(parsed.signature, parsed.tbs_response_bytes, ec.ECDSA(algorithm))
        else:
            return False
    except (InvalidSignature, UnsupportedAlgorithm, ValueError):
        return False
    return True


def _rejected(reason: str, place: Place) -> Verdict:
    return Verdict(
        Outcome.FAIL,
        "ocsp_not_good",
        f"The {place_words(place)} is rejected: {reason}.",
        cause=cause_at(CauseKind.CERTIFICATE, place),
        remedy=Remedy(RemedyKind.CHECK_STATUS, target=place),
    )


def _open(reason: str, place: Place) -> Verdict:
    return Verdict(
        Outcome.OPEN,
        "ocsp_open",
        reason,
        missing_evidence="peers.toml ocsp_response",
        cause=cause_at(CauseKind.OCSP_RESPONSE, place),
        remedy=Remedy(RemedyKind.SAVE_OCSP_RESPONSE, target=place),
    )

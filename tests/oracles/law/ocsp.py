"""OCSP (section 3, 5): asked about client certificates above "Not required", at the one configured server."""

from __future__ import annotations

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.x509 import Certificate, ocsp

from tests.oracles.law.description import AT, Device
from tests.oracles.law.settings import LEVEL, NOT_REQUIRED, before_4_4, service
from tests.oracles.law.steps import Step, absent, missing


def exists(device: Device) -> Step:
    """Whether the MCU contacts an OCSP server."""
    if before_4_4(device):
        return absent("version_without_ocsp")
    if device.get("ssl_certificates.ocsp.enabled") is False:
        return absent("ocsp_off")
    level = device.get(LEVEL)
    https = service(device, "https")
    if level == NOT_REQUIRED or https.outcome == "notApplicable":
        return absent("ocsp_not_asked")
    url = device.get("ssl_certificates.ocsp.server_url")
    if url == "":
        return absent("ocsp_without_server")
    if url is not None and str(url).startswith("http:"):
        return absent("http_url")
    if None in (device.get("ssl_certificates.ocsp.enabled"), level, url, before_4_4(device)):
        return missing()
    return https


def status(data: bytes, certificate: Certificate, issuers: tuple[Certificate, ...]) -> str:
    """good, bad, or open if it is not a current, signed answer."""
    answer = ocsp.load_der_ocsp_response(data)
    if answer.response_status is not ocsp.OCSPResponseStatus.SUCCESSFUL:
        return "open"
    if answer.serial_number != certificate.serial_number:
        return "open"
    if not any(_signed(answer, issuer) for issuer in issuers if issuer.subject == certificate.issuer):
        return "open"
    if not answer.this_update_utc <= AT or (answer.next_update_utc is not None and answer.next_update_utc < AT):
        return "open"
    return "good" if answer.certificate_status is ocsp.OCSPCertStatus.GOOD else "bad"


def _signed(answer: ocsp.OCSPResponse, issuer: Certificate) -> bool:
    try:
        issuer.public_key().verify(  # type: ignore[union-attr,call-arg]
            answer.signature,
            answer.tbs_response_bytes,
            padding.PKCS1v15(),
            answer.signature_hash_algorithm,  # type: ignore[arg-type]
        )
    except InvalidSignature:
        return False
    return True

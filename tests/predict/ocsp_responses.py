"""OCSP responses for tests: one of them in one line, with any defect that is wanted."""

from __future__ import annotations

from datetime import datetime, timedelta

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import ocsp
from cryptography.x509.oid import ExtendedKeyUsageOID

from tests import authority
from tests.authority import NOW, Authority, Issued, rsa_key

GOOD, REVOKED, UNKNOWN = ocsp.OCSPCertStatus.GOOD, ocsp.OCSPCertStatus.REVOKED, ocsp.OCSPCertStatus.UNKNOWN
LATER = ocsp.OCSPResponseBuilder.build_unsuccessful(ocsp.OCSPResponseStatus.TRY_LATER).public_bytes(Encoding.DER)


def delegate(issuer: Authority, purpose: bool = True, **wishes: object) -> Issued:
    """A responder's certificate with the purpose OCSPSigning, or without."""
    authority.PURPOSES["ocspSigning"] = ExtendedKeyUsageOID.OCSP_SIGNING
    return issuer.leaf(
        "responder", **{"key": rsa_key(12), "purposes": ["ocspSigning"] if purpose else ["serverAuth"], **wishes}
    )


def ocsp_response(
    about: Issued,
    issuer: Issued,
    status: ocsp.OCSPCertStatus = GOOD,
    *,
    signer: Issued | None = None,
    this_update: datetime = NOW - timedelta(hours=1),
    next_update: datetime | None = NOW + timedelta(hours=1),
    carried: Issued | None = None,
    broken: bool = False,
    digest: hashes.HashAlgorithm | None = None,
) -> bytes:
    """A response in DER that names `issuer` as the issuer of `about`; `issuer` signs unless `signer` does."""
    signer = signer or issuer
    builder = ocsp.OCSPResponseBuilder().add_response(
        about.certificate, issuer.certificate, digest or hashes.SHA256(), status, this_update, next_update,
        NOW - timedelta(days=1) if status is REVOKED else None, None,
    )  # fmt: skip
    builder = builder.responder_id(ocsp.OCSPResponderEncoding.HASH, signer.certificate)
    if carried:
        builder = builder.certificates([carried.certificate])
    algorithm = None if hasattr(signer.key, "private_bytes_raw") else hashes.SHA256()
    made = builder.sign(signer.key, algorithm).public_bytes(Encoding.DER)  # type: ignore[arg-type]
    return made[:-1] + bytes([made[-1] ^ 1]) if broken else made

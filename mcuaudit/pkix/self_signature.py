"""Whether a certificate is self-signed, or only self-issued: the same name, and another key (RFC 5280, section 3.2)."""

from __future__ import annotations

from typing import Final

from mcuaudit.domain.answer import Answer
from mcuaudit.domain.certificate import Certificate
from mcuaudit.pkix.checks import self_signed
from mcuaudit.pkix.signatures import SignatureCheck, SignatureMemo

_ANSWERS: Final = {
    SignatureCheck.VALID: Answer.YES,
    SignatureCheck.INVALID: Answer.NO,
    SignatureCheck.UNSUPPORTED: Answer.OPEN,
}


def signed_with_own_key(certificate: Certificate, signatures: SignatureMemo) -> Answer:
    """Whether the key of the certificate signed it; open for a signature or key that mcuaudit cannot check.

    A self-issued certificate of another key, as a CA has when it changes its key, is not self-signed.
    """
    return _ANSWERS[signatures.check(certificate, certificate)] if self_signed(certificate) else Answer.NO

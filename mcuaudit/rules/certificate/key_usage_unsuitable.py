"""The keyUsage of the local certificate lacks digitalSignature."""

from __future__ import annotations

from typing import Final

import pandas as pd

from mcuaudit.domain.certificate import RSA_KEYS
from mcuaudit.domain.remedy import RemedyKind
from mcuaudit.rules.causes import LOCAL_CERTIFICATE
from mcuaudit.rules.remedies import to_local_certificate
from mcuaudit.rules.rule import Context, rule

_KEYS_THAT_CANNOT_AGREE: Final = (*RSA_KEYS, "DSA", "Ed25519", "Ed448")


def _agrees_on_keys(view: pd.DataFrame) -> pd.Series:
    """An elliptic curve key with keyAgreement can be used by older TLS without a signature; other keys cannot."""
    agreement = view["key_usage"].str.contains("keyAgreement", na=False)
    return agreement & ~view["key_algorithm"].isin(_KEYS_THAT_CANNOT_AGREE)


def _lacks_signature(view: pd.DataFrame) -> pd.Series:
    return view["key_usage"].notna() & ~view["key_usage"].str.contains("digitalSignature", na=False)


def _undetermined(view: pd.DataFrame, context: Context) -> pd.Series:
    return (_lacks_signature(view) & _agrees_on_keys(view)) | _unreadable(view)


def _unreadable(view: pd.DataFrame) -> pd.Series:
    return view["unreadable_fields"].fillna("").str.contains(r"\bkeyUsage\b|^extensions\b")


def _texts(view: pd.DataFrame, context: Context) -> None:
    words = view["key_usage"].str.replace(" ", ", ")
    unreadable = _unreadable(view)
    view["usages"] = words.mask(words.eq(""), "empty").mask(unreadable, "unreadable")
    view["open_question"] = "the device has a cipher suite that needs no signature"
    view["open_question"] = view["open_question"].mask(unreadable, "it contains digitalSignature")
    view["missing_evidence"] = "the cipher suites of the device"
    view["missing_evidence"] = view["missing_evidence"].mask(unreadable, "local-certificate.pem")


@rule(
    code="MCU112",
    view="readable_local_certificates",
    adds=("usages", "open_question", "missing_evidence"),
    texts=_texts,
    severity="error",
    source="RFC 5280",
    section="4.2.1.3",
    grade="inferred",
    slot="local_certificate",
    cause=LOCAL_CERTIFICATE,
    remedy=to_local_certificate(RemedyKind.REISSUE_WITH_KEY_USAGE, "digitalSignature", "keyEncipherment"),
    message=(
        "the keyUsage of the local certificate is {usages}; without digitalSignature the device cannot use"
        " it as a TLS client."
    ),
    fix="Reissue the certificate with digitalSignature and, for an RSA key, keyEncipherment in the keyUsage.",
    undetermined=_undetermined,
    undetermined_message=(
        "the keyUsage of the local certificate is {usages}; it is undetermined whether {open_question}."
    ),
)
def key_usage_unsuitable(view: pd.DataFrame, context: Context) -> pd.Series:
    """The keyUsage of the local certificate lacks digitalSignature.

    What it checks: a keyUsage, if present, contains digitalSignature. An elliptic curve key with keyAgreement but
    without digitalSignature is undetermined: older TLS versions have cipher suites for it, and those of the device are
    not documented. A missing keyEncipherment is not reported, because only the RSA key exchange of older TLS versions
    needs it.

    Why it matters: the device presents its one certificate both as a TLS server and as a TLS client (inferred from the
    Release Notes). A client signs with its key in every version of TLS; a server does so in TLS 1.3 and with the usual
    cipher suites of TLS 1.2. With keyEncipherment only, the RSA key exchange of TLS 1.2 still works for the server, but
    a verifier that checks keyUsage, such as OpenSSL, refuses the client.

    How to fix: reissue the certificate with digitalSignature and, for an RSA key, keyEncipherment.

    References: RFC 5280, section 4.2.1.3; RFC 5246, sections 7.4.2, 7.4.6 and 7.4.8; RFC 8446, section 4.4.2; Release
    Notes 4.4(3.57), appendix, Local certificate.
    """
    return _lacks_signature(view) & ~_agrees_on_keys(view)

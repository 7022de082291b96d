"""Flaws of a certification path, with the messages and numbers of OpenSSL, and the remedy."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import Enum
from typing import Final

from mcuaudit.domain.certificate import Certificate
from mcuaudit.domain.remedy import Remedy

_LONGEST_NAME = 200
THE_STORE: Final = "the trust store"
"""The store of the verifier in a sentence, until the caller says whose it is."""


class Kind(Enum):
    """A kind of flaw: stable code, number and message of OpenSSL, and the reading that it depends on.

    A flaw with a number makes a path invalid. A flaw without one leaves the path undetermined.
    """

    NO_ISSUER = ("no_issuer", 20, "unable to get local issuer certificate", "")
    ROOT_MISSING = ("root_missing", 2, "unable to get issuer certificate", "")
    SELF_SIGNED = ("self_signed", 18, "self-signed certificate", "")
    ROOT_NOT_TRUSTED = ("root_not_trusted", 19, "self-signed certificate in certificate chain", "")
    LOOP = ("loop", 22, "certificate chain too long", "")
    CRITICAL_EXTENSION = ("critical_extension", 34, "unhandled critical extension", "")
    NOT_A_CA = ("not_a_ca", 79, "invalid CA certificate", "")
    PATH_LENGTH = ("path_length", 25, "path length constraint exceeded", "")
    PURPOSE = ("purpose", 26, "unsuitable certificate purpose", "")
    SIGNATURE = ("signature", 7, "certificate signature failure", "")
    NOT_YET_VALID = ("not_yet_valid", 9, "certificate is not yet valid", "")
    EXPIRED = ("expired", 10, "certificate has expired", "")
    NOT_PERMITTED = ("name_not_permitted", 47, "permitted subtree violation", "")
    EXCLUDED = ("name_excluded", 48, "excluded subtree violation", "")
    CONSTRAINT_TYPE = ("constraint_type", 51, "unsupported name constraint type", "")
    NAME_SYNTAX = ("name_syntax", 53, "unsupported or invalid name syntax", "")
    POLICY_MAPPING = ("policy_mapping", 42, "invalid or inconsistent certificate policy extension", "")
    NO_EXPLICIT_POLICY = ("no_explicit_policy", 43, "no explicit policy", "")
    INTERMEDIATE_NOT_IN_STORE = ("intermediate_not_in_store", 20, "unable to get local issuer certificate", "")
    REVOKED = ("revoked", 23, "certificate revoked", "")
    NO_CRL = ("no_crl", 3, "unable to get certificate CRL", "")
    CRL_SIGNATURE = ("crl_signature", 8, "CRL signature failure", "")
    CRL_NOT_YET_VALID = ("crl_not_yet_valid", 11, "CRL is not yet valid", "")
    CRL_EXPIRED = ("crl_expired", 12, "CRL has expired", "")
    CRL_UNREADABLE = ("crl_unreadable", 3, "unable to get certificate CRL", "")
    CRL_ISSUER = ("crl_issuer", 33, "unable to get CRL issuer certificate", "")
    CRL_SIGN = ("crl_sign", 35, "key usage does not include CRL signing", "")
    CRL_EXTENSION = ("crl_extension", 36, "unhandled critical CRL extension", "")
    CRL_SCOPE = ("crl_scope", 44, "different CRL scope", "")
    CRL_PATH = ("crl_path", 54, "CRL path validation error", "")

    ANCHOR_NOT_A_CA = ("anchor_not_a_ca", None, "the trust anchor is not a CA certificate", "A14")
    POLICIES = ("certificate_policies", None, "a verifier that evaluates certificate policies may refuse it", "A21")
    ALGORITHM = ("algorithm", None, "the signature algorithm or key cannot be checked", "A18")
    EXPLICIT_CURVE = ("explicit_curve", None, "some verifiers accept named curves only", "A18")
    UNREADABLE = ("unreadable_field", None, "a field of the certificate cannot be read", "")
    TOO_MANY_POLICIES = ("too_many_policies", None, "too many certificate policies to evaluate", "")
    COMMON_NAME_NOT_PERMITTED = (
        "common_name_not_permitted",
        None,
        "a verifier that compares common names with DNS constraints refuses it",
        "A23",
    )
    ANCHOR_LIMITS = ("anchor_limits", None, "a verifier that checks the trust anchor's own limits refuses it", "A25")
    WILDCARD_OVER_EXCLUDED = (
        "wildcard_over_excluded",
        None,
        "a verifier may refuse a wildcard that stands for an excluded name",
        "A27",
    )
    CRL_ALGORITHM = ("crl_algorithm", None, "the signature of the CRL cannot be checked", "A18")
    REVOCATION_OPEN = ("revocation_unknown", None, "the revocation status is unknown", "")
    TOO_MANY_LISTS = ("too_many_crls", None, "too many revocation lists to evaluate", "")
    TOO_MANY_NAMES = ("too_many_names", None, "too many names to compare with too many constraints", "")

    def __init__(self, code: str, openssl_error: int | None, words: str, reading: str) -> None:
        self.code = code
        self.openssl_error = openssl_error
        self.words = words
        self.reading = reading


@dataclass(frozen=True, slots=True)
class Flaw:
    """One flaw of a path: its kind, the certificate that has it, and a detail in words.

    Attributes:
        missing_issuer: the issuer that was not found, by its name and what distinguishes it from others of that name;
            "" for another flaw.
    """

    kind: Kind
    certificate: Certificate
    detail: str = ""
    remedy: Remedy | None = None
    missing_issuer: str = ""

    @property
    def issuer(self) -> str:
        """The issuer of the certificate: what was not found, if that is the flaw."""
        return self.missing_issuer or self.certificate.issuer_text

    @property
    def hard(self) -> bool:
        """The flaw makes the path invalid under every reading."""
        return self.kind.openssl_error is not None

    @property
    def sentence(self) -> str:
        """The flaw and its certificate, with the number and message of OpenSSL at the end."""
        words = f"OpenSSL error {self.kind.openssl_error}: {self.kind.words}" if self.hard else self.kind.words
        if not self.detail:
            return f"{title(self.certificate)}: {words}."
        return f"{title(self.certificate)} {self.detail}" + (f" ({words})." if self.hard else f": {words}.")


def under_anchor_reading(flaw: Flaw) -> Flaw:
    """The flaw where it is open whether the limits of a trust anchor count (reading A25)."""
    return replace(flaw, kind=Kind.ANCHOR_LIMITS) if flaw.hard else flaw


def title(certificate: Certificate) -> str:
    """The subject of a certificate, for a sentence."""
    return name_in_words(certificate.subject_text) or f"the certificate without a subject {certificate.sha256[:16]}"


def issuer_title(certificate: Certificate) -> str:
    """The issuer of a certificate, for a sentence."""
    return authority_title(certificate.issuer_text)


def authority_title(name: str) -> str:
    """A CA by its name, for a sentence."""
    return name_in_words(name) or "a CA without a name"


def name_in_words(name: str) -> str:
    """A name in one line of bounded length."""
    line = " ".join(name.split())
    return line if len(line) <= _LONGEST_NAME else line[:_LONGEST_NAME] + "…"

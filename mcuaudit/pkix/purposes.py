"""Whether the certificates of a path may serve as a TLS server or client: extendedKeyUsage, keyUsage, nsCertType."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, Literal

from mcuaudit.domain.certificate import ANY_EXTENDED_KEY_USAGE, CLIENT_AUTH, SERVER_AUTH, TLS_PURPOSES, Certificate
from mcuaudit.domain.outcome import Outcome
from mcuaudit.errors import UsageError, not_allowed
from mcuaudit.pkix.flaws import title

Purpose = Literal["serverAuth", "clientAuth"]
"""The purpose of a certificate, by its name in extendedKeyUsage."""

Extension = Literal["extendedKeyUsage", "keyUsage", "nsCertType"]

PURPOSES: Final[tuple[Purpose, ...]] = ("serverAuth", "clientAuth")

# Server gated cryptography, of Microsoft and of Netscape: OpenSSL accepts both as serverAuth.
_SERVER_GATED = frozenset({"1.3.6.1.4.1.311.10.3.3", "2.16.840.1.113730.4.1"})

_EXTENDED: Final[dict[Purpose, frozenset[str]]] = {
    "serverAuth": frozenset({SERVER_AUTH}) | _SERVER_GATED,
    "clientAuth": frozenset({CLIENT_AUTH}),
}
_USAGES: Final[dict[Purpose, frozenset[str]]] = {
    "serverAuth": frozenset({"digitalSignature", "keyEncipherment", "keyAgreement"}),
    "clientAuth": frozenset({"digitalSignature", "keyAgreement"}),
}
NETSCAPE_TYPES: Final[dict[Purpose, str]] = {"serverAuth": "server", "clientAuth": "client"}
"""The bit of nsCertType that OpenSSL wants, if an end entity has the extension; other verifiers do not read it."""


@dataclass(frozen=True, slots=True)
class PurposeOutcome:
    """Whether a path allows a purpose, and if it does not why.

    Attributes:
        outcome: ``pass`` or ``fail``; ``open`` if an extension that decides cannot be read.
        certificate: the first certificate, from the end entity up, that does not allow the purpose; None if all do.
        lacking: its extension that does not allow it: ``extendedKeyUsage``, ``keyUsage`` or ``nsCertType``; None if
            all do.
        any_purpose: that certificate has anyExtendedKeyUsage, which OpenSSL does not accept for the purpose.
        unlimited: the end entity has no extendedKeyUsage.
        reason: one sentence.
    """

    outcome: Outcome
    certificate: Certificate | None
    lacking: Extension | None
    any_purpose: bool
    unlimited: bool
    reason: str


def certainly_lacking(end_entity: Certificate, purpose: Purpose) -> Extension | None:
    """The extension of an end entity that forbids `purpose` for every verifier: some accept anyExtendedKeyUsage."""
    extended = end_entity.extended_key_usage
    if extended is not None and (_EXTENDED[purpose] | {ANY_EXTENDED_KEY_USAGE}).isdisjoint(extended):
        return "extendedKeyUsage"
    return _lacking_key_usage(end_entity, purpose)


def _lacking_key_usage(end_entity: Certificate, purpose: Purpose) -> Extension | None:
    usage = end_entity.key_usage
    return "keyUsage" if usage is not None and _USAGES[purpose].isdisjoint(usage) else None


def purpose_outcome(path: tuple[Certificate, ...], purpose: Purpose) -> PurposeOutcome:
    """Whether all certificates of `path`, the end entity first, allow `purpose`, by the rules of OpenSSL.

    An extendedKeyUsage, if present, must contain the purpose, in CA certificates and in the trust anchor too;
    anyExtendedKeyUsage does not replace it. RFC 5280, section 4.2.1.12, requires this of the end entity only, and lets
    an application accept anyExtendedKeyUsage. A keyUsage of the end entity must contain digitalSignature or
    keyAgreement, or for a server keyEncipherment. An nsCertType of the end entity must contain client or server.

    Raises:
        UsageError: `purpose` is another word.
    """
    if purpose not in PURPOSES:
        raise UsageError(not_allowed("unknown purpose", purpose, PURPOSES))
    unlimited = bool(path) and path[0].extended_key_usage is None
    for depth, certificate in enumerate(path):
        lacking = lacking_extension(certificate, purpose, end_entity=depth == 0)
        if lacking:
            any_purpose = ANY_EXTENDED_KEY_USAGE in (certificate.extended_key_usage or ())
            reason = f"{title(certificate)}: {lacking_words(certificate, lacking, purpose)}."
            return PurposeOutcome(Outcome.FAIL, certificate, lacking, any_purpose, unlimited, reason)
    for depth, certificate in enumerate(path):
        unread = unreadable_extension(certificate, end_entity=depth == 0)
        if unread:
            reason = f"{title(certificate)} has {_AN[unread]} that cannot be read, so its purposes are not known."
            return PurposeOutcome(Outcome.OPEN, certificate, unread, False, unlimited, reason)
    reason = f"No certificate of the path has an extendedKeyUsage without {purpose}."
    return PurposeOutcome(Outcome.PASS, None, None, False, unlimited, reason)


def lacking_extension(certificate: Certificate, purpose: Purpose, *, end_entity: bool) -> Extension | None:
    """The extension of `certificate` that forbids `purpose`; None if none does."""
    extended = certificate.extended_key_usage
    if extended is not None and _EXTENDED[purpose].isdisjoint(extended):
        return "extendedKeyUsage"
    if not end_entity:
        return None
    types = certificate.netscape_certificate_type
    refused = types is not None and NETSCAPE_TYPES[purpose] not in types
    return _lacking_key_usage(certificate, purpose) or ("nsCertType" if refused else None)


def unreadable_extension(certificate: Certificate, *, end_entity: bool) -> Extension | None:
    """The extension that decides about purposes and cannot be read; None if there is none."""
    for extension, field in _FIELDS.items():
        if (end_entity or extension == "extendedKeyUsage") and certificate.cannot_read(field):
            return extension
    return None


_FIELDS: Final[dict[Extension, str]] = {
    "extendedKeyUsage": "extKeyUsage", "keyUsage": "keyUsage", "nsCertType": "nsCertType"
}  # fmt: skip
"""The extensions that decide, as `Certificate.unreadable` calls them."""


_AN: Final[dict[Extension, str]] = {
    "extendedKeyUsage": "an extendedKeyUsage", "keyUsage": "a keyUsage", "nsCertType": "an nsCertType"
}  # fmt: skip


def lacking_words(certificate: Certificate, extension: Extension, purpose: Purpose) -> str:
    """What the extension has, and does not include."""
    wanted = NETSCAPE_TYPES[purpose] if extension == "nsCertType" else purpose
    return f"its {extension} ({lacking_values(certificate, extension)}) does not include {wanted}"


def lacking_values(certificate: Certificate, extension: Extension) -> str:
    """The values of that extension, by name."""
    bits = {"keyUsage": certificate.key_usage, "nsCertType": certificate.netscape_certificate_type}
    values = sorted(bits[extension] or ()) if extension in bits else certificate.extended_key_usage or ()
    return purposes_in_words(values) or "without any value"


def purposes_in_words(values: Iterable[str]) -> str:
    """Identifiers of extendedKeyUsage, or other values, by name."""
    return ", ".join(_WORDS.get(value, value) for value in values)


_WORDS = {
    **TLS_PURPOSES,
    ANY_EXTENDED_KEY_USAGE: "anyExtendedKeyUsage",
    "1.3.6.1.5.5.7.3.3": "codeSigning",
    "1.3.6.1.5.5.7.3.4": "emailProtection",
    "1.3.6.1.5.5.7.3.8": "timeStamping",
    "1.3.6.1.5.5.7.3.9": "OCSPSigning",
    "1.3.6.1.5.5.7.3.20": "sipDomain",
}

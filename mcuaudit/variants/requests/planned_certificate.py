"""A certificate that does not exist yet, as a record, and checks that assume the signature of its CA.

Names, purposes, paths, stores and name constraints are checked as those of a certificate that exists.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from mcuaudit.devices.presented import Presented, Store
from mcuaudit.domain.certificate import CLIENT_AUTH, SERVER_AUTH, SIP_DOMAIN, Certificate, IPAddress
from mcuaudit.domain.outcome import Outcome
from mcuaudit.domain.slots import Place, Slot
from mcuaudit.domain.standards import Standard
from mcuaudit.domain.verifiers import Verifier
from mcuaudit.pkix import RevocationLists, TrustStore, self_signed
from mcuaudit.predict.certificate_checks import CertificateChecks
from mcuaudit.variants.changes import NEW_KEY_SIZES

KEY_USAGE: Final = ("digitalSignature", "keyEncipherment")
_ANYWHERE: Final = Place(Slot.PEER_CERTIFICATE, "a certificate without names")
_ANY_STORE: Final = Place(Slot.PEER_TRUST_STORE, "a store")


@dataclass(frozen=True, slots=True)
class Content:
    """What a certificate request asks for."""

    common_name: str = ""
    dns_names: tuple[str, ...] = ()
    uris: tuple[str, ...] = ()
    ip_addresses: tuple[IPAddress, ...] = ()
    purposes: tuple[str, ...] = ()
    key_bits: int = NEW_KEY_SIZES[0]


class PlannedChecks(CertificateChecks):
    """The checks of an audit, also for certificates that are planned.

    Args:
        known: all certificates of the export.
        at: the time of the audit.
        lists: all revocation lists of the export.
    """

    def __init__(self, known: Iterable[Certificate], at: datetime, lists: RevocationLists) -> None:
        certificates = tuple(known)
        super().__init__(certificates, at, lists)
        self._planned_at = at
        self._cas = tuple(one for one in certificates if one.may_be_ca)
        self._self_signed_cas = TrustStore(one for one in self._cas if self_signed(one))
        self._bare: dict[str, Presented] = {}

    def planned(self, content: Content, issuer: Certificate) -> Certificate:
        """The certificate that a CA would issue for a request, valid at the time of the audit and as long as the CA."""
        return _record(content, issuer, self._planned_at)

    def chain_of(self, certificate: Certificate) -> tuple[Certificate, ...]:
        """The intermediate CA certificates between a planned certificate and a root of the export, the issuer first."""
        path = self._validator.validate(certificate, self._cas, self._self_signed_cas).path
        return tuple(ca for ca in path[1:] if not self_signed(ca))

    def accepts(self, issuer: Certificate, store: Store, purpose: str, standard: Standard, verifier: Verifier) -> bool:
        """Whether a store trusts certificates of a CA under every reading, if they are presented with their chain."""
        found = self.judge(self._bare_of(issuer), replace(store, place=_ANY_STORE), purpose, standard, verifier)
        return found.trust.outcome is Outcome.PASS and found.purpose.outcome in (Outcome.PASS, Outcome.NOT_APPLICABLE)

    def root_of(self, issuer: Certificate) -> str:
        """SHA-256 of the last CA above it in the export: its root, if that is there."""
        bare = self._bare_of(issuer)
        return self._validator.validate(bare.certificate, self._cas, self._self_signed_cas).path[-1].sha256

    def _bare_of(self, issuer: Certificate) -> Presented:
        """A certificate of a CA without names, for what does not depend on names."""
        if issuer.sha256 not in self._bare:
            bare = self.planned(Content(purposes=(SERVER_AUTH, CLIENT_AUTH, SIP_DOMAIN)), issuer)
            self._bare[issuer.sha256] = Presented(bare, self.chain_of(bare), True, _ANYWHERE)
        return self._bare[issuer.sha256]


_SIGNATURES: Final = {"EC": "ecdsa-with-SHA256", "Ed25519": "ED25519", "Ed448": "ED448", "RSASSA-PSS": "rsassaPss"}


def _record(content: Content, issuer: Certificate, at: datetime) -> Certificate:
    digest = hashlib.sha256(repr((content, issuer.sha256)).encode("utf-8", "surrogatepass")).hexdigest()
    algorithm = _SIGNATURES.get(issuer.key_algorithm, "sha256WithRSAEncryption")
    return Certificate(
        der=b"", sha256=digest, version=3, serial_number=1, subject=_subject(content.common_name),
        issuer=issuer.subject, subject_text=f"CN={content.common_name}" if content.common_name else "",
        issuer_text=issuer.subject_text, common_names=(content.common_name,) if content.common_name else (),
        email_attributes=(), not_before=min(at, issuer.not_after), not_after=issuer.not_after, key_algorithm="RSA",
        key_size=content.key_bits, public_key_sha256=digest, signature_algorithm=algorithm,
        signature_hash=None if algorithm.startswith("ED") else "sha256",
        has_subject_alternative_name=bool(content.dns_names or content.uris or content.ip_addresses),
        dns_names=content.dns_names, uris=content.uris, ip_addresses=content.ip_addresses, email_addresses=(),
        directory_names=(), other_name_kinds=(), is_ca=False, path_length=None, key_usage=frozenset(KEY_USAGE),
        extended_key_usage=content.purposes or None, name_constraints=None, subject_key_identifier=None,
        authority_key_identifier=issuer.subject_key_identifier, ocsp_urls=(),
        critical_extensions=frozenset({"2.5.29.15", "2.5.29.19"}), unknown_critical_extensions=(),
        assumed_signer=issuer.public_key_sha256,
    )  # fmt: skip


def _subject(common_name: str) -> bytes:
    from cryptography import x509
    from cryptography.x509.oid import NameOID

    attributes: Sequence[x509.NameAttribute[str]] = (
        [x509.NameAttribute(NameOID.COMMON_NAME, common_name)] if common_name else []
    )
    return x509.Name(attributes).public_bytes()

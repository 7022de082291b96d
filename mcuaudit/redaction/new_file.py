"""What a new certificate or trust store would do, with pseudonyms: as the redacted audit has them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from mcuaudit.domain.certificate import Certificate
from mcuaudit.redaction.key import RedactionKey
from mcuaudit.redaction.redact import Redaction, opened
from mcuaudit.variants.new_files.check_new import NewFileCheck


def redacted_check(check: NewFileCheck, key: str | Path | RedactionKey) -> NewFileCheck:
    """The same answer with the pseudonyms that an audit gets by that key, and without certificates.

    Args:
        check: with the true names.
        key: as for ``audit.redact``.

    Raises:
        UsageError, BusyError, StorageError: as ``audit.redact``.
    """
    with opened(key) as chosen:
        redaction = Redaction(replace(check.audit, comparison=check.comparison), chosen)
        audit = redaction.result()
        if audit.comparison is None:
            raise AssertionError("the comparison was not redacted")
        devices = set(check.audit.devices["device_id"])

        def party(name: str) -> str:
            return redaction.device_id(name) if name in devices else redaction.peer(name)

        return replace(
            check,
            owner=party(check.owner),
            certificates=tuple(_without_names(one, redaction) for one in check.certificates),
            objections=tuple(map(redaction.sentence, check.objections)),
            comparison=audit.comparison,
            audit=replace(audit, comparison=None),
            findings=redaction.of("findings", check.findings),
            stays=redaction.of("connections", check.stays),
            requirements=redaction.of("csr_config", check.requirements),
            trust=tuple(
                replace(
                    one,
                    verifier=party(one.verifier),
                    connection_ids=tuple(map(redaction.identifier, one.connection_ids)),
                    reason=redaction.sentence(one.reason),
                )
                for one in check.trust
            ),
            remarks=tuple(map(redaction.sentence, check.remarks)),
        )


def _without_names(one: Certificate, redaction: Redaction) -> Certificate:
    """A certificate with pseudonyms for its names, with kind and size of its key, and the times of its validity."""
    return Certificate(
        der=b"",
        sha256=redaction.sentence(one.sha256),
        version=one.version,
        serial_number=0,
        subject=b"",
        issuer=b"",
        subject_text=redaction.distinguished_name(one.subject_text),
        issuer_text=redaction.distinguished_name(one.issuer_text),
        common_names=(),
        email_attributes=(),
        not_before=one.not_before,
        not_after=one.not_after,
        key_algorithm=one.key_algorithm,
        key_size=one.key_size,
        public_key_sha256="",
        signature_algorithm=one.signature_algorithm,
        signature_hash=one.signature_hash,
        has_subject_alternative_name=one.has_subject_alternative_name,
        dns_names=(),
        uris=(),
        ip_addresses=(),
        email_addresses=(),
        directory_names=(),
        other_name_kinds=(),
        is_ca=one.is_ca,
        path_length=one.path_length,
        key_usage=one.key_usage,
        extended_key_usage=one.extended_key_usage,
        name_constraints=None,
        subject_key_identifier=None,
        authority_key_identifier=None,
        ocsp_urls=(),
        critical_extensions=frozenset(),
        unknown_critical_extensions=(),
    )

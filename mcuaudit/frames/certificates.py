"""Certificates, the places where they were found, and the trust stores that contain them."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from mcuaudit.collect.artefact import TRUST_STORE_KINDS, Kind
from mcuaudit.decode.certificate import decode_certificate
from mcuaudit.decode.records import Bundle, DecodedFile, FoundCertificate
from mcuaudit.domain.certificate import Certificate
from mcuaudit.domain.name_lists import join_names
from mcuaudit.domain.slots import Slot
from mcuaudit.errors import Undecodable
from mcuaudit.frames.export_files import ExportFiles, Row


@dataclass
class CertificateIndex:
    """Collects every distinct certificate and trust store of a fleet."""

    certificates: dict[str, Certificate] = field(default_factory=dict)
    trust_stores: dict[str, tuple[str, ...]] = field(default_factory=dict)
    placements: list[Row] = field(default_factory=list)
    _placed: set[str] = field(default_factory=set)

    def place(self, file: DecodedFile, slot: Slot) -> None:
        """Record the certificates of a file, once for a file that several devices share."""
        if file.artefact.name in self._placed or not isinstance(file.content, Bundle):
            return
        self._placed.add(file.artefact.name)
        artefact = file.artefact
        for found in file.content.certificates:
            self.certificates.setdefault(found.certificate.sha256, found.certificate)
            self.placements.append(
                {
                    "certificate": found.certificate.sha256,
                    "device_id": artefact.device_id or None,
                    "site": artefact.site or None,
                    "device": artefact.device or None,
                    "slot": slot,
                    "file": artefact.name,
                    "position": found.position,
                    "line": found.line,
                }
            )

    def trust_store(self, members: Iterable[Certificate]) -> str:
        """The join key of the store with these members."""
        by_digest = {certificate.sha256: certificate for certificate in members}
        digests = tuple(sorted(by_digest))
        key = hashlib.sha256(" ".join(digests).encode()).hexdigest()
        self.certificates |= by_digest
        self.trust_stores.setdefault(key, digests)
        return key


def certificates_of(file: DecodedFile | None) -> tuple[FoundCertificate, ...]:
    """The certificates of a decoded file, in order."""
    return file.content.certificates if file and isinstance(file.content, Bundle) else ()


def end_entity_of(file: DecodedFile | None) -> FoundCertificate | None:
    """The end entity certificate of a decoded file; None if it could not be read, or is not the first."""
    if file is None or not isinstance(file.content, Bundle) or misplaced_end_entity(file):
        return None
    return file.content.end_entity


def misplaced_end_entity(file: DecodedFile | None) -> FoundCertificate | None:
    """The end entity of a presented file whose first certificate is a CA that issued a later one; else None."""
    found = certificates_of(file)
    if len(found) < 2 or not found[0].certificate.is_ca:
        return None
    issuers = Counter(one.certificate.issuer for one in found if not one.certificate.self_issued)
    first, *later = found
    if not any(first.certificate.subject == one.certificate.issuer for one in later if not one.certificate.self_issued):
        return None
    return next((one for one in later if not issuers[one.certificate.subject]), None)


def report_order(export_files: ExportFiles, file: DecodedFile | None) -> None:
    """Report a presented file that does not begin with the certificate of its holder."""
    misplaced = misplaced_end_entity(file)
    if file is None or misplaced is None:
        return
    first = certificates_of(file)[0].certificate.subject_text
    number = _NUMBERS[misplaced.position] if misplaced.position < len(_NUMBERS) else f"number {misplaced.position}"
    where = f"certificate {misplaced.position}" + (f", line {misplaced.line}" if misplaced.line else "")
    reason = (
        f"the end entity certificate (leaf), {misplaced.certificate.subject_text}, is {number}: put it first. The file "
        f"begins with {first}, a CA that issued a later certificate"
    )
    export_files.report(file, "unreadable", where, reason)


_NUMBERS = ("", "first", "second", "third", "fourth", "fifth")


def presents_damaged_chain(file: DecodedFile | None) -> bool:
    """Whether a file of a presented chain has a block that cannot be read."""
    return file is not None and isinstance(file.content, Bundle) and file.content.damaged


def state_of(file: DecodedFile | None, claims: tuple[str, ...] = ()) -> str:
    """present, empty, damaged or missing; `claims` are files that cannot be used in its place."""
    if claims:
        return "damaged"
    if file is None:
        return "missing"
    if not isinstance(file.content, Bundle) or file.content.damaged:
        return "damaged"
    return "present" if file.content.certificates else "empty"


def slot_columns(export_files: ExportFiles, index: CertificateIndex, site: str, device: str) -> Row:
    """The columns of a device for its local certificate and its trust stores."""
    row: Row = {"local_chain_damaged": False}
    own = export_files.own(site, device, Kind.LOCAL_CERTIFICATE)
    local = own.file
    row["local_certificate_state"] = state_of(local, own.claims)
    if local:
        index.place(local, Slot.LOCAL_CERTIFICATE)
        report_order(export_files, local)
        leaf = end_entity_of(local)
        if leaf is None:
            row["local_certificate_state"] = "damaged" if certificates_of(local) else state_of(local)
        else:
            row["local_certificate"] = leaf.certificate.sha256
            row["local_certificate_state"] = "present"
            row["local_chain_damaged"] = presents_damaged_chain(local)
            row["local_chain"] = " ".join(item.certificate.sha256 for item in certificates_of(local)[1:])
    for kind in TRUST_STORE_KINDS:
        found = export_files.nearest(site, device, kind)
        file, state = found.file, state_of(found.file, found.claims)
        row[f"{kind.value}_state"] = state
        if file:
            index.place(file, Slot(kind.value))
            members = certificates_of(file)
            # Of a damaged store, the certificates that can be read count; without any, nothing is known.
            if members or state != "damaged":
                row[kind.value] = index.trust_store(item.certificate for item in members)
    return row


def place_unused(export_files: ExportFiles, index: CertificateIndex) -> None:
    """Record the certificates of files that no device uses, because nearer ones override them.

    They are elsewhere in the export: a CA that a party may present (reading A11).
    """
    for file in export_files.files:
        kind = file.artefact.kind
        if kind in TRUST_STORE_KINDS:
            index.place(file, Slot(kind.value))
        elif kind is Kind.PEER_FILE and certificates_of(file):
            first = certificates_of(file)[0].certificate
            index.place(file, Slot.PEER_TRUST_STORE if first.may_be_ca else Slot.PEER_CERTIFICATE)


def _in_order(bits: frozenset[str] | None) -> str | None:
    """The names of bits in one cell; None without the extension."""
    return None if bits is None else " ".join(sorted(bits))


def netscape_certificate_type_of(der: object) -> str | None:
    """The cell of the Netscape certificate type, for a certificate of an audit that was saved without it."""
    try:
        return _in_order(decode_certificate(der).netscape_certificate_type) if isinstance(der, bytes) else None
    except Undecodable:
        return None


def certificate_row(certificate: Certificate) -> Row:
    """One row of the frame `certificates`."""
    return {
        "certificate": certificate.sha256,
        "subject": certificate.subject_text,
        "issuer": certificate.issuer_text,
        "serial_number": f"{certificate.serial_number:x}",
        "version": certificate.version,
        "common_names": join_names(certificate.common_names),
        "has_subject_alternative_name": certificate.has_subject_alternative_name,
        "dns_names": join_names(certificate.dns_names),
        "uris": join_names(certificate.uris),
        "ip_addresses": " ".join(str(address) for address in certificate.ip_addresses),
        "not_before": None if "notBefore" in certificate.unreadable else certificate.not_before,
        "not_after": None if "notAfter" in certificate.unreadable else certificate.not_after,
        "key_algorithm": certificate.key_algorithm,
        "key_size": certificate.key_size,
        "public_key": certificate.public_key_sha256,
        "signature_algorithm": certificate.signature_algorithm,
        "signature_hash": certificate.signature_hash,
        "is_ca": bool(certificate.is_ca),
        "path_length": certificate.path_length,
        "key_usage": _in_order(certificate.key_usage),
        "extended_key_usage": (
            None if certificate.extended_key_usage is None else " ".join(certificate.extended_key_usage)
        ),
        "netscape_certificate_type": _in_order(certificate.netscape_certificate_type),
        "self_issued": certificate.self_issued,
        "unreadable_fields": join_names(certificate.unreadable),
        "oddly_encoded_fields": join_names(certificate.oddly_encoded),
        "der": certificate.der,
    }

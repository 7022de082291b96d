"""The verdict of a verifier on a certification path: trust, and whose certificate or store is at fault."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Final

from mcuaudit.devices.presented import Presented, Store
from mcuaudit.domain.cause import Cause, CauseKind, cause_at
from mcuaudit.domain.certificate import Certificate
from mcuaudit.domain.outcome import Outcome
from mcuaudit.domain.remedy import OF_TRUST_STORES, Remedy, RemedyKind
from mcuaudit.domain.standards import Standard
from mcuaudit.domain.verdict import Verdict
from mcuaudit.domain.verifiers import Verifier
from mcuaudit.pkix import PathOutcome, certain_flaw, self_signed
from mcuaudit.pkix.flaws import THE_STORE, Kind, title
from mcuaudit.pkix.lacking import Lack, LackingAuthority
from mcuaudit.predict.chain_defects import defect_of_chain, defective_in_chain
from mcuaudit.wording.phrases import continued, key_words

_SHA2: Final = frozenset({"sha224", "sha256", "sha384", "sha512"})
_WITHOUT_ISSUER: Final = frozenset({Kind.NO_ISSUER.code, Kind.INTERMEDIATE_NOT_IN_STORE.code})


def trust_verdict(
    path: PathOutcome,
    presented: Presented,
    store: Store,
    standard: Standard,
    verifier: Verifier,
    certificates: Mapping[str, Certificate],
    at: datetime,
) -> Verdict:
    """The verdict for a path: with undocumented algorithms of the MCU (A18), and partly readable stores."""
    at_fault = _at_fault(path, presented, store)
    path = replace(path, reason=path.reason.replace(THE_STORE, f"the {store.title}"))
    if store.empty and path.outcome is not Outcome.PASS:
        return empty_store(store)
    if path.outcome is Outcome.FAIL and (not store.complete or presented.chain_damaged):
        certain = certain_defect(presented, at)
        if certain:
            return certain
        if not store.complete:
            return _store_damaged(store, path, at_fault)
        # A verifier that takes intermediates from its own store only does not need what was presented.
        if standard is not Standard.VCS:
            return _chain_damaged(presented)
    if path.reason_code == "root_missing" and not store.complete:
        return _store_damaged(store, path, at_fault)
    if path.outcome is not Outcome.PASS:
        if presented.chain_damaged and path.reason_code == "intermediate_not_presented":
            return _chain_damaged(presented)
        found_in_chain = defect_of_chain(path, presented, store)
        if found_in_chain:
            return found_in_chain
        if path.reason_code == Kind.UNREADABLE.code:
            return _unreadable_field(path, presented, store, at_fault)
        readings = tuple((path.reading or "").split())
        # The search reached its limit, so only fewer certificates would settle it.
        wanted = "" if readings or path.outcome is Outcome.FAIL else f"fewer cross-certificates in the {store.title}"
        remedy = path.remedy or Remedy(RemedyKind.REISSUE)
        in_store = remedy.kind is RemedyKind.REPLACE_EXPIRED and at_fault.kind is CauseKind.TRUST_STORE
        remedy = remedy.at(store.place if in_store or remedy.kind in OF_TRUST_STORES else presented.place)
        return Verdict(path.outcome, path.reason_code, path.reason, readings, wanted, at_fault, remedy)
    if not path.every_candidate_good:
        return Verdict(
            Outcome.OPEN, "another_path_is_bad", "One certification path is valid, and another is not.", ("A19",),
            cause=_store(store), remedy=Remedy(RemedyKind.REMOVE_BAD_PATH, target=store.place),
            valid_until=path.valid_until,
        )  # fmt: skip
    hidden = _perhaps_another_path(presented, store, standard)
    if hidden:
        return replace(hidden, valid_until=path.valid_until)
    if verifier is Verifier.MCU:
        undocumented = _undocumented_algorithm(path, certificates)
        if undocumented:
            return Verdict(
                Outcome.OPEN, "undocumented_algorithm",
                f"{undocumented}; Cisco's documentation does not say whether the MCU supports it.", ("A18",),
                cause=_certificate(presented), remedy=Remedy(RemedyKind.REISSUE_WITH_ALGORITHM, target=presented.place),
                valid_until=path.valid_until,
            )  # fmt: skip
    return Verdict(Outcome.PASS, "trusted", valid_until=path.valid_until, rests_on=path.candidate_certificates)


def certain_defect(presented: Presented, at: datetime) -> Verdict | None:
    """What fails with every trust store, such as an expired certificate; None if nothing does."""
    certain = certain_flaw(presented.certificate, at)
    if certain is None:
        return None
    remedy = certain.remedy.at(presented.place) if certain.remedy else None
    return Verdict(Outcome.FAIL, certain.kind.code, certain.sentence, cause=_certificate(presented), remedy=remedy)


def _only_a_part(store: Store, path: PathOutcome) -> str:
    """Why a store that is read in part is undetermined; what is missing may be in the other part."""
    if path.missing_issuer:
        return f"Only a part of the {store.title} could be read, and {path.missing_issuer} is not in that part."
    return f"Only a part of the {store.title} could be read: {continued(path.reason)}"


def _unreadable_field(path: PathOutcome, presented: Presented, store: Store, at_fault: Cause) -> Verdict:
    """The verdict if the path is undetermined because of a field that cannot be read."""
    readings = tuple((path.reading or "").split())
    if path.failed_at == presented.certificate.sha256:
        remedy = Remedy(RemedyKind.REISSUE, target=presented.place)
        return Verdict(Outcome.OPEN, path.reason_code, path.reason, readings, presented.evidence, at_fault, remedy)
    file = store.place.file
    name = next((title(item) for item in (*presented.chain, *store.members) if item.sha256 == path.failed_at), "")
    remedy = Remedy(RemedyKind.REPLACE_COPY, (name, file), store.place)
    return Verdict(Outcome.OPEN, path.reason_code, path.reason, readings, file, at_fault, remedy)


def _store_damaged(store: Store, path: PathOutcome, at_fault: Cause) -> Verdict:
    """The verdict if the part of a store that cannot be read could complete the path."""
    return Verdict(
        Outcome.OPEN, "store_damaged", _only_a_part(store, path), missing_evidence=store.place.file, cause=at_fault,
        remedy=Remedy(RemedyKind.EXPORT_AGAIN, (store.place.file,)),
    )  # fmt: skip


def _chain_damaged(presented: Presented) -> Verdict:
    """The verdict if no path was found, and a certificate that is presented cannot be read."""
    file = presented.evidence
    return Verdict(
        Outcome.OPEN, "chain_damaged",
        f"A certificate that is presented with the {presented.holder} is unreadable, and could complete the path.",
        missing_evidence=file, cause=Cause(CauseKind.DAMAGED_EVIDENCE, (file,)),
        remedy=Remedy(RemedyKind.EXPORT_AGAIN, (file,)),
    )  # fmt: skip


def _perhaps_another_path(presented: Presented, store: Store, standard: Standard) -> Verdict | None:
    """The open verdict of a valid path, if what cannot be read beside it may be a CA that gives another one (A19)."""
    if self_signed(presented.certificate):
        # It is its own path, whatever else is there.
        return None
    if not store.complete:
        file, where = store.place.file, f"in the {store.title}"
    elif presented.chain_damaged and standard is not Standard.VCS:
        file, where = presented.evidence, f"that is presented with the {presented.holder}"
    else:
        return None
    reason = f"One certification path is valid. A certificate {where} is unreadable, and may give another, bad one."
    return Verdict(
        Outcome.OPEN, "perhaps_another_path", reason, ("A19",), file, Cause(CauseKind.DAMAGED_EVIDENCE, (file,)),
        Remedy(RemedyKind.EXPORT_AGAIN, (file,)),
    )  # fmt: skip


def empty_store(store: Store) -> Verdict:
    """The verdict of an empty store: it trusts no certificate."""
    return Verdict(
        Outcome.FAIL, "empty_store", f"The {store.title} contains no certificate.", cause=_store(store),
        remedy=Remedy(RemedyKind.ADD_PEERS_AUTHORITIES, target=store.place),
    )  # fmt: skip


def _at_fault(path: PathOutcome, presented: Presented, store: Store) -> Cause:
    """The thing to fix: the store if the path does not reach it or a CA fails, else the certificate."""
    if path.missing_issuer is not None and path.reason_code in _WITHOUT_ISSUER:
        return LackingAuthority(Lack.ISSUER, path.missing_issuer).cause(store.place)
    own = (
        path.failed_at in (None, "", presented.certificate.sha256)
        or defective_in_chain(path, presented, store) is not None
    )
    return _certificate(presented) if own else _store(store)


def _store(store: Store) -> Cause:
    return cause_at(CauseKind.TRUST_STORE, store.place)


def _certificate(presented: Presented) -> Cause:
    return cause_at(CauseKind.CERTIFICATE, presented.place)


def _undocumented_algorithm(path: PathOutcome, certificates: Mapping[str, Certificate]) -> str | None:
    """The first algorithm beyond RSA 2048 to 4096 with SHA-2 on any candidate path (A18).

    The self-signature of a root does not count.
    """
    for sha256 in sorted(path.candidate_certificates):
        certificate = certificates[sha256]
        size = certificate.key_size or 0
        if certificate.key_algorithm != "RSA" or size > 4096:
            return f"{certificate.subject_text} has {key_words(certificate.key_algorithm, size)}"
        if self_signed(certificate):
            continue
        if certificate.signature_hash not in _SHA2 or not certificate.signature_algorithm.endswith("RSAEncryption"):
            return f"{certificate.subject_text} is signed with {certificate.signature_algorithm}"
    return None

"""Trust, purpose and identity of a certificate, by the rules of the MCU or of a peer; equal checks run once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final

from mcuaudit.devices.presented import Presented, Store, evidence_of
from mcuaudit.domain.cause import Cause, CauseKind, cause_at
from mcuaudit.domain.certificate import Certificate
from mcuaudit.domain.outcome import Outcome
from mcuaudit.domain.remedy import OF_TRUST_STORES, Remedy, RemedyKind
from mcuaudit.domain.slots import Place
from mcuaudit.domain.standards import Standard
from mcuaudit.domain.verdict import NOT_APPLICABLE, Verdict
from mcuaudit.domain.verifiers import Verifier
from mcuaudit.domain.versions import deciding_version
from mcuaudit.errors import UsageError
from mcuaudit.identity import UNREADABLE_NAME, Matcher, not_comparable
from mcuaudit.pkix import (
    PathOutcome,
    PathValidator,
    RevocationLists,
    RevocationUse,
    TrustStore,
    certain_flaw,
    self_signed,
)
from mcuaudit.pkix.flaws import THE_STORE, Kind, title
from mcuaudit.pkix.lacking import Lack, LackingAuthority, lacking_authorities, lacking_cell
from mcuaudit.predict.chain_defects import defect_of_chain, defective_in_chain
from mcuaudit.predict.purposes import PURPOSE_WORDS, purpose_verdict
from mcuaudit.predict.revocation import CrlUse, RevokedCertificate, revoked_in, unknown_status
from mcuaudit.wording.phrases import continued, key_words, listed
from mcuaudit.wording.places import place_words
from mcuaudit.wording.remedies import remedy_clause

_SHA2: Final = frozenset({"sha224", "sha256", "sha384", "sha512"})


@dataclass(frozen=True, slots=True)
class Judgement:
    """Whether a store trusts a certificate, whether it allows a purpose, and what is revoked on the path."""

    trust: Verdict
    purpose: Verdict
    revoked: RevokedCertificate | None = None


class CertificateChecks:
    """The checks of both sides, the MCU and a peer, with every distinct result in a cache."""

    def __init__(self, known: Iterable[Certificate], at: datetime, lists: RevocationLists | None = None) -> None:
        """`known` are all certificates of the export; its CA certificates may complete a path (reading A11).

        `lists` are all revocation lists of the export.
        """
        self._seen = {certificate.sha256: certificate for certificate in known}
        self._at = at
        self._stores: dict[str, TrustStore] = {}
        authorities = [item for item in self._seen.values() if item.may_be_ca]
        self._validator = PathValidator(at, known=authorities, lists=lists)
        self._matcher = Matcher()
        self._judged: dict[tuple[object, ...], Judgement] = {}
        self.path_rows: dict[tuple[Any, ...], dict[str, Any]] = {}
        self.identity_rows: dict[tuple[str, str, str, str], dict[str, Any]] = {}

    def judge(
        self, presented: Presented, store: Store, purpose: str, standard: Standard, verifier: Verifier,
        crls: CrlUse = CrlUse.NONE,
    ) -> Judgement:  # fmt: skip
        """Trust and purpose of a certificate; `standard` and `verifier` are those of the verifying party."""
        key = (
            presented.place, presented.certificate.sha256, *(item.sha256 for item in presented.chain),
            presented.chain_complete, presented.chain_damaged, presented.file, store.place, store.key, store.complete,
            purpose, standard, verifier, crls,
        )  # fmt: skip
        if key not in self._judged:
            if crls is CrlUse.NONE:
                found = self._judge(presented, store, purpose, standard, verifier)
            else:
                without = self.judge(presented, store, purpose, standard, verifier)
                found = replace(without, trust=self._trust_by_lists(presented, store, standard, verifier, crls))
            self._judged[key] = found
        return self._judged[key]

    def purpose_alone(self, presented: Presented, purpose: str, standard: Standard, verifier: Verifier) -> Verdict:
        """Whether the certificate itself allows a purpose, if the store is missing and there is no path.

        A failure is certain, because no path adds a purpose. A pass is not, because a CA of the path may lack it.
        """
        found = purpose_verdict((), presented, purpose, standard, verifier)
        return found if found.outcome is not Outcome.PASS else NOT_APPLICABLE

    def _judge(
        self, presented: Presented, store: Store, purpose: str, standard: Standard, verifier: Verifier
    ) -> Judgement:
        path = self._path(presented, store, standard, verifier, "ignore")
        trust = _trust(path, presented, store, standard, verifier, self._seen, self._at)
        purposes = purpose_verdict(path.path, presented, purpose, standard, verifier)
        judged = Judgement(trust, purposes, revoked_in(path))
        self._note(path, judged, presented, store, purpose, (standard, verifier))
        return judged

    def _trust_by_lists(
        self, presented: Presented, store: Store, standard: Standard, verifier: Verifier, crls: CrlUse
    ) -> Verdict:
        """Whether a store trusts a certificate, for a verifying party that checks revocation lists."""
        path = self._path(presented, store, standard, verifier, "use")
        if path.reason_code == Kind.REVOCATION_OPEN.code and (unknown := unknown_status(path, crls)):
            return unknown
        trust = _trust(path, presented, store, standard, verifier, self._seen, self._at)
        return trust if trust.outcome is not Outcome.PASS else unknown_status(path, crls) or trust

    def _path(
        self, presented: Presented, store: Store, standard: Standard, verifier: Verifier, revocation: RevocationUse
    ) -> PathOutcome:
        self._see(presented.certificate, *presented.chain)
        return self._validator.validate(
            presented.certificate,
            presented.chain,
            self._trust_store(store),
            purpose=None,
            chain_complete=presented.chain_complete,
            intermediates_must_be_anchors=standard is Standard.VCS,
            revocation=revocation,
            anchor_limits="both" if verifier is Verifier.UNRECORDED else "check",
        )

    def _trust_store(self, store: Store) -> TrustStore:
        if store.key not in self._stores:
            self._stores[store.key] = TrustStore(list(store.members))
            self._see(*store.members)
        return self._stores[store.key]

    def _see(self, *certificates: Certificate) -> None:
        self._seen |= {certificate.sha256: certificate for certificate in certificates}

    def _note(
        self,
        path: PathOutcome,
        judged: Judgement,
        presented: Presented,
        store: Store,
        purpose: str,
        by: tuple[Standard, Verifier],
    ) -> None:
        """Record a row of the frame `paths`."""
        row = {
            "certificate": presented.certificate.sha256,
            "presented_chain": " ".join(item.sha256 for item in presented.chain),
            "trust_store": store.key,
            "purpose": PURPOSE_WORDS[purpose],
            "standard": by[0],
            "verifier": by[1],
            "chain_complete": presented.chain_complete,
        }
        key = tuple(row.values())
        self.path_rows[key] = row | {
            "trust": judged.trust.outcome,
            "purpose_outcome": judged.purpose.outcome,
            "reason": path.reason,
            "remedy": remedy_clause(path.remedy) if path.remedy else "",
            "reading": " ".join(judged.trust.readings),
            "path": " ".join(item.sha256 for item in path.path),
            "lacking": lacking_cell(_lacking(path, presented, store)),
            "valid_until": path.valid_until,
        }

    def identity(
        self,
        certificate: Certificate,
        references: tuple[str, ...],
        standard: Standard,
        place: Place,
        version: str | None = None,
    ) -> Verdict:
        """Whether a certificate contains the names: all give pass, some open, none fail (reading A7).

        Args:
            version: that of the product of the party that compares, if it is known.
        """
        decides = deciding_version(standard, version)
        try:
            combined = self._matcher.match_all(certificate, references, standard.value, decides)
        except UsageError as error:
            names = cause_at(CauseKind.NAMES, place)
            return replace(not_comparable(error), cause=names, remedy=Remedy(RemedyKind.CORRECT_NAME, target=place))
        for single in combined.singles:
            self.identity_rows[certificate.sha256, single.reference, standard.value, decides] = {
                "certificate": certificate.sha256,
                "reference": single.reference,
                "standard": standard.value,
                "product_version": decides,
                "outcome": single.outcome,
                "presented": single.presented or "",
                "found_in": single.found_in,
                "reading": single.reading or "",
                "reason": single.reason,
            }
        if combined.outcome is Outcome.PASS:
            return Verdict(Outcome.PASS, "identified")
        unreadable = any(single.reason_code == UNREADABLE_NAME for single in combined.singles)
        evidence = evidence_of(place) if unreadable and combined.outcome is Outcome.OPEN else ""
        return Verdict(
            combined.outcome,
            combined.reason_code,
            f"{_name_words(combined.outcome, references, place)}: {continued(combined.reason)}",
            readings=tuple(combined.readings),
            missing_evidence=evidence,
            cause=cause_at(CauseKind.CERTIFICATE, place),
            remedy=Remedy(RemedyKind.REISSUE_WITH_NAMES, references, place),
        )


def _name_words(outcome: Outcome, references: tuple[str, ...], place: Place) -> str:
    names = f"the expected name {references[0]}" if len(references) == 1 else f"the expected names {listed(references)}"
    if outcome is Outcome.OPEN:
        return f"It is undetermined whether the {place_words(place)} matches {names}"
    return f"The {place_words(place)} does not match {names}"


def _trust(
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
        certain = _certain_failure(presented, at)
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
    if verifier is Verifier.MCU:
        undocumented = _undocumented_algorithm(path, certificates)
        if undocumented:
            return Verdict(
                Outcome.OPEN, "undocumented_algorithm",
                f"{undocumented}; Cisco's documentation does not say whether the MCU supports it.", ("A18",),
                cause=_certificate(presented), remedy=Remedy(RemedyKind.REISSUE_WITH_ALGORITHM, target=presented.place),
                valid_until=path.valid_until,
            )  # fmt: skip
    return Verdict(Outcome.PASS, "trusted", valid_until=path.valid_until)


def trust_alone(presented: Presented, lacking: Verdict, at: datetime) -> Verdict:
    """The trust in a certificate if the store is `lacking`: a flaw that no store heals is certain."""
    return _certain_failure(presented, at) or lacking


def _certain_failure(presented: Presented, at: datetime) -> Verdict | None:
    """The verdict if a certificate has a flaw that no path and no store heals."""
    flaw = certain_flaw(presented.certificate, at)
    if flaw is None:
        return None
    remedy = flaw.remedy.at(presented.place) if flaw.remedy else None
    return Verdict(Outcome.FAIL, flaw.kind.code, flaw.sentence, cause=_certificate(presented), remedy=remedy)


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


def empty_store(store: Store) -> Verdict:
    """The verdict of an empty store: it trusts no certificate."""
    return Verdict(
        Outcome.FAIL, "empty_store", f"The {store.title} contains no certificate.", cause=_store(store),
        remedy=Remedy(RemedyKind.ADD_PEERS_AUTHORITIES, target=store.place),
    )  # fmt: skip


def _lacking(path: PathOutcome, presented: Presented, store: Store) -> tuple[LackingAuthority, ...]:
    """The CAs that the store lacks for the path."""
    members = {item.sha256 for item in store.members}
    return lacking_authorities(path.path, {item.sha256 for item in presented.chain}, members)


def _at_fault(path: PathOutcome, presented: Presented, store: Store) -> Cause:
    """The thing to fix: the store if the path does not reach it or a CA fails, else the certificate."""
    if path.missing_issuer is not None and path.reason_code in _WITHOUT_ISSUER:
        return LackingAuthority(Lack.ISSUER, path.missing_issuer).cause(store.place)
    own = (
        path.failed_at in (None, "", presented.certificate.sha256)
        or defective_in_chain(path, presented, store) is not None
    )
    return _certificate(presented) if own else _store(store)


_WITHOUT_ISSUER: Final = frozenset({Kind.NO_ISSUER.code, Kind.INTERMEDIATE_NOT_IN_STORE.code})


def _store(store: Store) -> Cause:
    return cause_at(CauseKind.TRUST_STORE, store.place)


def _certificate(presented: Presented) -> Cause:
    return cause_at(CauseKind.CERTIFICATE, presented.place)


def _undocumented_algorithm(path: PathOutcome, certificates: Mapping[str, Certificate]) -> str:
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
    return ""

"""Trust, purpose and identity of a certificate, by the rules of the MCU or of a peer; equal checks run once."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from mcuaudit.devices.presented import Presented, Store, evidence_of
from mcuaudit.domain.cause import CauseKind, cause_at
from mcuaudit.domain.certificate import Certificate
from mcuaudit.domain.outcome import Outcome
from mcuaudit.domain.remedy import Remedy, RemedyKind
from mcuaudit.domain.slots import Place
from mcuaudit.domain.standards import Standard
from mcuaudit.domain.verdict import Verdict
from mcuaudit.domain.verifiers import Verifier
from mcuaudit.domain.versions import deciding_version
from mcuaudit.errors import UsageError
from mcuaudit.identity import UNREADABLE_NAME, Matcher, not_comparable
from mcuaudit.pkix import (
    PathOutcome,
    PathValidator,
    RevocationLists,
    RevocationState,
    RevocationStatus,
    RevocationUse,
    TrustStore,
)
from mcuaudit.pkix.flaws import Kind
from mcuaudit.pkix.lacking import LackingAuthority, lacking_authorities, lacking_cell
from mcuaudit.predict.checked_rows import CheckedRows, CheckKey
from mcuaudit.predict.purposes import PURPOSE_WORDS, purpose_verdict
from mcuaudit.predict.revocation import CrlUse, RevokedCertificate, revoked_in, unknown_status
from mcuaudit.predict.trust import trust_verdict
from mcuaudit.wording.phrases import continued, listed
from mcuaudit.wording.places import place_words
from mcuaudit.wording.remedies import remedy_clause


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
        # In an order of their own, so that the order of files decides nothing.
        authorities = sorted((item for item in self._seen.values() if item.may_be_ca), key=lambda item: item.sha256)
        self._validator = PathValidator(at, known=authorities, lists=lists)
        self._roots = TrustStore(item for item in authorities if item.self_issued)
        self._authorities = TrustStore(authorities)
        self._matcher = Matcher()
        self._judged: dict[tuple[object, ...], Judgement] = {}
        self._keys: dict[tuple[object, ...], CheckKey] = {}
        self.has_lists = lists is not None and len(lists) > 0
        self.rows = CheckedRows()

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
                found, self._keys[key] = self._judge(presented, store, purpose, standard, verifier)
            else:
                without = self.judge(presented, store, purpose, standard, verifier)
                found = replace(without, trust=self._trust_by_lists(presented, store, standard, verifier, crls))
            self._judged[key] = found
        if crls is CrlUse.NONE:
            self.rows.checked.paths.add(self._keys[key])
        else:
            self.judge(presented, store, purpose, standard, verifier)
        return self._judged[key]

    def revocation(self, presented: Presented) -> RevocationStatus | None:
        """What the lists of the export say of a certificate and the CAs up to a root, or to any CA of the export.

        The first of them that is revoked, else the first whose status is not known although there is a list of its
        issuer; None if none is.
        """
        paths = (
            self._validator.validate(presented.certificate, presented.chain, store)
            for store in (self._roots, self._authorities)
        )
        statuses = next((path.revocation for path in paths if path.revocation), ())
        speaking = [status for status in statuses if status.has_list]
        states = {status.state: status for status in reversed(speaking)}
        return states.get(RevocationState.REVOKED) or states.get(RevocationState.UNKNOWN)

    def _judge(
        self, presented: Presented, store: Store, purpose: str, standard: Standard, verifier: Verifier
    ) -> tuple[Judgement, CheckKey]:
        path, judged = self.by_path(presented, store, purpose, standard, verifier)
        return judged, self._note(path, judged, presented, store, purpose, (standard, verifier))

    def by_path(
        self, presented: Presented, store: Store, purpose: str, standard: Standard, verifier: Verifier
    ) -> tuple[PathOutcome, Judgement]:
        """What `judge` gives without revocation lists, with the path; not kept, for many pairs of no frame."""
        path = self._path(presented, store, standard, verifier, "ignore")
        trust = trust_verdict(path, presented, store, standard, verifier, self._seen, self._at)
        purposes = purpose_verdict(path.path, presented, purpose, standard, verifier)
        return path, Judgement(trust, purposes, revoked_in(path))

    def _trust_by_lists(
        self, presented: Presented, store: Store, standard: Standard, verifier: Verifier, crls: CrlUse
    ) -> Verdict:
        """Whether a store trusts a certificate, for a verifying party that checks revocation lists."""
        path = self._path(presented, store, standard, verifier, "use")
        if path.reason_code == Kind.REVOCATION_OPEN.code:
            unknown = unknown_status(path, crls)
            if unknown:
                return unknown
            # Only lists that are out of date speak of it, and this party takes that for not revoked.
            without = self._path(presented, store, standard, verifier, "ignore")
            path = path if revoked_in(without) else without
        trust = trust_verdict(path, presented, store, standard, verifier, self._seen, self._at)
        return trust if trust.outcome is not Outcome.PASS else unknown_status(path, crls) or trust

    def _path(
        self, presented: Presented, store: Store, standard: Standard, verifier: Verifier, revocation: RevocationUse
    ) -> PathOutcome:
        self._seen |= _by_sha256(presented.certificate, *presented.chain)
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
            self._seen |= _by_sha256(*store.members)
        return self._stores[store.key]

    def _note(
        self,
        path: PathOutcome,
        judged: Judgement,
        presented: Presented,
        store: Store,
        purpose: str,
        by: tuple[Standard, Verifier],
    ) -> CheckKey:
        """Record a row of the frame `paths`, and return its key."""
        row = {
            "certificate": presented.certificate.sha256,
            "presented_chain": " ".join(item.sha256 for item in presented.chain),
            "trust_store": store.key,
            "purpose": PURPOSE_WORDS[purpose],
            "standard": by[0],
            "verifier": by[1],
            "chain_complete": presented.chain_complete,
        }
        key = (*row.values(), not store.complete, presented.chain_damaged)
        self.rows.paths[key] = row | {
            "trust": judged.trust.outcome,
            "purpose_outcome": judged.purpose.outcome,
            "reason": path.reason,
            "remedy": remedy_clause(path.remedy) if path.remedy else "",
            "reading": " ".join(judged.trust.readings),
            "path": " ".join(item.sha256 for item in path.path),
            "lacking": lacking_cell(_lacking(path, presented, store)),
            "valid_until": path.valid_until,
        }
        return key

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
            key = (certificate.sha256, single.reference, standard.value, decides)
            self.rows.checked.identities.add(key)
            self.rows.identities[key] = {
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


def _by_sha256(*certificates: Certificate) -> dict[str, Certificate]:
    return {certificate.sha256: certificate for certificate in certificates}


def _name_words(outcome: Outcome, references: tuple[str, ...], place: Place) -> str:
    names = f"the expected name {references[0]}" if len(references) == 1 else f"the expected names {listed(references)}"
    if outcome is Outcome.OPEN:
        return f"It is undetermined whether the {place_words(place)} matches {names}"
    return f"The {place_words(place)} does not match {names}"


def _lacking(path: PathOutcome, presented: Presented, store: Store) -> tuple[LackingAuthority, ...]:
    """The CAs that the store lacks for the path."""
    members = {item.sha256 for item in store.members}
    return lacking_authorities(path.path, {item.sha256 for item in presented.chain}, members, path.missing_issuer)

"""The candidate paths of one end entity: its own checks joined with the paths above its possible issuers."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from itertools import islice
from typing import Final

from mcuaudit.domain.certificate import Certificate
from mcuaudit.domain.remedy import Remedy, RemedyKind
from mcuaudit.pkix.checks import end_entity_flaws, self_signed, signature_flaw, validity_flaw
from mcuaudit.pkix.constraints import ConstraintMemo
from mcuaudit.pkix.flaws import THE_STORE, Flaw, Kind
from mcuaudit.pkix.paths import CaPath, CaPaths, PathFinder, first_and_open, no_issuer
from mcuaudit.pkix.policies import MOST_POLICIES, may_refuse, under_reading
from mcuaudit.pkix.purposes import Purpose
from mcuaudit.pkix.signatures import SignatureCheck, SignatureMemo

MOST_CANDIDATES = 2_000
"""Limit of candidate paths for one end entity; if none within the limit is valid, the outcome is open."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """One path of an end entity, which is its first certificate.

    Attributes:
        path: the certificates of the path, which may be incomplete.
        members: SHA-256 of each.
        valid_until: the first notAfter of them.
        flaw: the first flaw that makes the path bad, in OpenSSL's order; None if there is none.
        open_flaws: the flaws that leave it undetermined.
    """

    path: tuple[Certificate, ...]
    members: frozenset[str]
    valid_until: datetime
    flaw: Flaw | None
    open_flaws: tuple[Flaw, ...]


@dataclass(frozen=True, slots=True)
class Candidates:
    """The candidate paths of an end entity, in the order of OpenSSL; `complete` if there are no others."""

    found: tuple[Candidate, ...]
    complete: bool

    @property
    def acceptable(self) -> Candidate | None:
        """The best candidate without a hard flaw: the one with the fewest open flaws."""
        left = (candidate for candidate in self.found if candidate.flaw is None)
        return min(left, key=lambda candidate: len(candidate.open_flaws), default=None)

    @property
    def all_good(self) -> bool:
        """All candidates are valid, so it does not matter which one a verifier takes."""
        return self.complete and not any(candidate.flaw or candidate.open_flaws for candidate in self.found)

    @property
    def members(self) -> frozenset[str]:
        """SHA-256 of the certificates of all candidates."""
        if len(self.found) == 1:
            return self.found[0].members
        return frozenset[str]().union(*(candidate.members for candidate in self.found))


def joined(one: Candidates, other: Candidates) -> Candidates:
    """The candidates of two searches, in their order."""
    return Candidates((*one.found, *other.found), one.complete and other.complete)


Revocation = Callable[[tuple[Certificate, ...]], tuple[Flaw, ...]]
"""The flaws of a path that is valid otherwise, by the revocation status of its certificates."""

Question = Callable[[Certificate], Hashable]
"""A question about an end entity; the answers of two can be compared."""


def _signed_by(issuer: Certificate, signatures: SignatureMemo, end_entity: Certificate) -> SignatureCheck:
    return signatures.check(end_entity, issuer)


def _flaws_of_names(
    above: CaPath, anchor: Certificate | None, constraints: ConstraintMemo, end_entity: Certificate
) -> tuple[Flaw, ...]:
    """The flaws of an end entity under the name constraints of the CAs above it."""
    pairs = ((end_entity, ca) for ca in above.constraining)
    return constraints.compared(pairs, end_entity=True, work=above.compared, anchor=anchor).flaws


NO_CANDIDATES = Candidates((), complete=True)


class Applicant:
    """An end entity with its own flaws, which do not depend on the path.

    Attributes:
        questions: what searches have asked about it beside its likeness, each by a key: who signed it, and whether
            name constraints allow its names.
        alone: searches have taken still more from it, such as its policies: what they found is about it alone.
    """

    __slots__ = (
        "_likeness", "alone", "end_entity", "open_own", "own", "policies_may_refuse", "purpose", "questions",
        "self_signed", "validity",
    )  # fmt: skip

    def __init__(self, end_entity: Certificate, purpose: Purpose | None, at: datetime) -> None:
        self.end_entity = end_entity
        self.purpose = purpose
        self.self_signed = self_signed(end_entity)
        self.own, self.open_own = first_and_open(end_entity_flaws(end_entity, purpose))
        self.validity = validity_flaw(end_entity, at)
        self.policies_may_refuse = may_refuse(end_entity)
        self.questions: Mapping[Hashable, Question] = _NO_QUESTIONS
        self.alone = False
        self._likeness: tuple[object, ...] | None = self._found_likeness()

    def ask(self, key: Hashable, question: Question) -> None:
        """Note a question that a search asks about the end entity."""
        self.questions = {**self.questions, key: question}

    @property
    def likeness(self) -> tuple[object, ...] | None:
        """What a search takes from each end entity; equal for those that differ in subject, names, validity or key.

        Two that are alike, and for which all `questions` have the same answers, have the same candidates with the same
        flaws, unless a search says that they are decided `alone`, or one of them is among the CA certificates. None for
        one that is always decided alone.
        """
        return self._likeness

    def _found_likeness(self) -> tuple[object, ...] | None:
        if self.self_signed:
            return (_SELF_SIGNED,)
        if self.policies_may_refuse:
            return None
        one = self.end_entity
        return (
            one.issuer, one.issuer_text, one.authority_key_identifier, one.authority_serial_number,
            one.authority_issuer, one.signature_algorithm, self.validity and self.validity.kind,
            _content(self.own), *map(_content, self.open_own),
        )  # fmt: skip


_NO_QUESTIONS: Final[Mapping[Hashable, Question]] = {}
_SELF_SIGNED: Final = "self-signed"
"""No search takes anything from a self-signed end entity that is not in the store."""


def _content(flaw: Flaw | None) -> tuple[object, ...] | None:
    """A flaw without its certificate."""
    return None if flaw is None else (flaw.kind, flaw.detail, flaw.remedy, flaw.missing_issuer)


class Search:
    """The candidate paths of one end entity among the certificates of one pool."""

    def __init__(self, applicant: Applicant, finder: PathFinder, revocation: Revocation | None = None) -> None:
        self._applicant = applicant
        self._end_entity = applicant.end_entity
        self._finder = finder
        self._revocation = revocation
        self._issuers: list[Certificate] = []
        self._policy_work = 0
        if not applicant.self_signed:
            trusted, untrusted = finder.pool.issuers(self._end_entity)
            self._issuers = trusted + untrusted

    def to_anchors(self) -> Candidates:
        """The candidate paths to self-signed members of the store, and incomplete ones; at least one."""
        if self._applicant.self_signed:
            return Candidates((self._alone(),), complete=True)
        if not self._issuers:
            return Candidates((self._broken(no_issuer(self._end_entity, self._finder.pool)),), complete=True)
        purpose = self._applicant.purpose
        return self._through([(issuer, self._finder.to_anchors(issuer, purpose)) for issuer in self._issuers])

    def to_members(self) -> Candidates:
        """The paths to a member of the store that is not self-signed: an intermediate, or the end entity."""
        if self._applicant.self_signed:
            return NO_CANDIDATES
        purpose = self._applicant.purpose
        found = self._through([(issuer, self._finder.to_members(issuer, purpose)) for issuer in self._issuers])
        if self._end_entity in self._finder.pool.store:
            return Candidates((self._alone(), *found.found), found.complete)
        return found

    def _alone(self) -> Candidate:
        """The end entity as its own trust anchor, if it is in the store (reading A14)."""
        if self._end_entity not in self._finder.pool.store:
            return self._broken(_self_signed(self._end_entity))
        detail = f"is itself in {THE_STORE}"
        anchor = Flaw(Kind.ANCHOR_NOT_A_CA, self._end_entity, detail, Remedy(RemedyKind.ADD_ISSUER))
        open_flaws = (*self._applicant.open_own, anchor)
        return self._candidate((), self._applicant.own or self._applicant.validity, open_flaws)

    def _broken(self, flaw: Flaw) -> Candidate:
        """The end entity without a path."""
        return self._candidate((), flaw, ())

    def _through(self, above: list[tuple[Certificate, CaPaths]]) -> Candidates:
        """The end entity below each of the paths above its possible issuers."""
        found = tuple(islice(self._join_all(above), MOST_CANDIDATES + 1))
        complete = len(found) <= MOST_CANDIDATES and all(paths.complete for _, paths in above)
        return Candidates(found[:MOST_CANDIDATES], complete)

    def _join_all(self, above: list[tuple[Certificate, CaPaths]]) -> Iterator[Candidate]:
        for issuer, paths in above:
            if not paths.found:
                continue
            self._applicant.ask(issuer.sha256, partial(_signed_by, issuer, self._finder.signatures))
            signature = signature_flaw(self._end_entity, issuer, self._finder.signatures)
            # With an invalid signature, the path is invalid whatever is above: one path is enough.
            limit = 1 if signature and signature.hard else None
            for path in islice(paths.found, limit):
                yield self._join(signature, path)

    def _join(self, signature: Flaw | None, above: CaPath) -> Candidate:
        if self._end_entity.sha256 in above.members:
            loop = Flaw(Kind.LOOP, self._end_entity, "is above itself", Remedy(RemedyKind.REMOVE_AUTHORITY))
            return self._candidate(above.cas, loop, ())
        signature_bad = signature if signature and signature.hard else None
        applicant = self._applicant
        flaw = above.broken or applicant.own or above.own or above.trust or signature_bad
        flaw = flaw or applicant.validity or above.names
        open_flaws = (*applicant.open_own, *above.open_flaws)
        open_flaws = open_flaws if signature is None or signature.hard else (*open_flaws, signature)
        if flaw is None:
            flaw, found = first_and_open(self._constraint_flaws(above))
            open_flaws = (*open_flaws, *found)
        if flaw is None and (refused := self._policy_flaw(above)):
            flaw, open_flaws = (refused, open_flaws) if refused.hard else (None, (*open_flaws, refused))
        if flaw is None and self._revocation:
            self._applicant.alone = True
            found_revoked = self._revocation((self._end_entity, *above.cas))
            flaw = next((found for found in found_revoked if found.hard), None)
            open_flaws = (*open_flaws, *(found for found in found_revoked if not found.hard))
        return self._candidate(above.cas, flaw, open_flaws, above)

    def _constraint_flaws(self, above: CaPath) -> tuple[Flaw, ...]:
        if not above.constraining:
            return ()
        anchor = self._finder.anchors.in_question(above.cas)
        flaws = partial(_flaws_of_names, above, anchor, self._finder.constraints)
        found = flaws(self._end_entity)
        if found:
            self._applicant.alone = True
        else:
            key = tuple(ca.sha256 for ca in above.constraining), above.compared, anchor and anchor.sha256
            self._applicant.ask(key, flaws)
        return found

    def _policy_flaw(self, above: CaPath) -> Flaw | None:
        """What the certificate policies of the path say against it; it costs nothing where they cannot."""
        policies, applicant = self._finder.policies, self._applicant
        inputs = policies.inputs
        concerned = inputs.explicit or applicant.policies_may_refuse or above.policies_may_refuse
        if inputs.use == "ignore" or not concerned:
            return None
        applicant.alone = True
        if self._policy_work > MOST_POLICIES:
            found: Flaw | None = Flaw(Kind.TOO_MANY_POLICIES, self._end_entity, remedy=Remedy(RemedyKind.REISSUE))
        else:
            found, work = policies.flaw(self._end_entity, above.cas)
            self._policy_work += work
        return under_reading(found) if found and inputs.use == "both" else found

    def _candidate(
        self,
        cas: tuple[Certificate, ...],
        flaw: Flaw | None,
        open_flaws: tuple[Flaw, ...],
        above: CaPath | None = None,
    ) -> Candidate:
        members, until = frozenset((self._end_entity.sha256,)), self._end_entity.not_after
        if above is not None:
            members, until = members | above.members, min(until, above.valid_until)
        return Candidate((self._end_entity, *cas), members, until, flaw, open_flaws)


def _self_signed(certificate: Certificate) -> Flaw:
    detail = f"is self-signed and not in {THE_STORE}"
    return Flaw(Kind.SELF_SIGNED, certificate, detail, Remedy(RemedyKind.ISSUE_BY_TRUSTED_AUTHORITY))

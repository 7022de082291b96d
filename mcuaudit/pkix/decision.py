"""Which candidate path of an end entity decides, under which reading; `readings` puts it into words."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from mcuaudit.domain.certificate import NO_NOT_AFTER, Certificate
from mcuaudit.pkix.candidates import Applicant, Candidate, Candidates, Revocation, Search, joined
from mcuaudit.pkix.flaws import Flaw
from mcuaudit.pkix.paths import PathFinder
from mcuaudit.pkix.purposes import Purpose


@dataclass(frozen=True, slots=True)
class PathQuestion:
    """The question about one end entity.

    Attributes:
        end_entity: the certificate.
        purpose: its purpose, or None.
        near: the paths above CAs from the presented certificates and the store.
        wide: the same with certificates from elsewhere; None if these cannot help.
        in_vain: the verifier ignores the presented certificates, because it needs every intermediate in its store.
        revocation: the flaws of a path by revocation lists; None if these do not count.
    """

    end_entity: Certificate
    purpose: Purpose | None
    near: PathFinder
    wide: PathFinder | None
    in_vain: bool
    revocation: Revocation | None = None

    @property
    def applicant(self) -> Applicant:
        """The end entity, with nothing taken from it yet."""
        return Applicant(self.end_entity, self.purpose, self.near.pool.at)


@dataclass(frozen=True, slots=True)
class Decision:
    """The candidate path that decides about an end entity.

    Attributes:
        end_entity: the certificate.
        best: the candidate without a hard flaw that is taken; None if there is none.
        first_path: the candidate that OpenSSL would use.
        flaw: its first flaw that makes it bad; None if there is none.
        members: SHA-256 of the certificates of all candidates among which `best` is; without it, of the strict search.
        all_good: all of these are valid.
        above_until: the first notAfter above the end entity in `best`.
        rootless: the trust anchor of `best` is an intermediate without its root (reading A12).
        to_present: the certificates of `best` that are from elsewhere (reading A11).
        searched_through: all candidates were checked.
        in_vain: the verifier ignores the presented certificates.
    """

    end_entity: Certificate
    best: Candidate | None
    first_path: tuple[Certificate, ...]
    flaw: Flaw | None
    members: frozenset[str]
    all_good: bool
    above_until: datetime
    rootless: bool
    to_present: tuple[Certificate, ...]
    searched_through: bool
    in_vain: bool

    def about(self, applicant: Applicant, other: Applicant) -> Decision:
        """The same decision about `other`, which is like the `applicant` that it is about."""
        known, new = self.end_entity, other.end_entity

        def flaw(found: Flaw) -> Flaw:
            if found is applicant.validity and other.validity:
                return other.validity
            return replace(found, certificate=new) if found.certificate.sha256 == known.sha256 else found

        best = self.best
        if best:
            best = Candidate(
                (new, *best.path[1:]),
                best.members - {known.sha256} | {new.sha256},
                min(new.not_after, self.above_until),
                None,
                tuple(map(flaw, best.open_flaws)),
            )
        return replace(
            self,
            end_entity=new,
            best=best,
            first_path=(new, *self.first_path[1:]),
            flaw=flaw(self.flaw) if self.flaw else None,
            members=self.members - {known.sha256} | {new.sha256},
        )


def decided(question: PathQuestion, applicant: Applicant) -> Decision:
    """A path as it is, else a path under reading A12, else one under A11, else none."""
    near = Search(applicant, question.near, question.revocation)
    any_member = question.near.anchors.any_member
    strict = near.to_anchors()
    if any_member:
        strict = joined(strict, near.to_members())
    found = _Searches(question, strict)
    if best := strict.acceptable:
        return found.taken(best, strict)
    partial = near.to_members()
    if best := partial.acceptable:
        return found.taken(best, partial, rootless=len(best.path) > 1)
    searched = [strict, partial]
    if question.wide:
        wide = Search(applicant, question.wide, question.revocation)
        for search, rootless in ((wide.to_anchors, False), (wide.to_members, not any_member)):
            known = search()
            if best := known.acceptable:
                # Without a certificate from elsewhere, the narrower search reached its limit before this path.
                return found.taken(best, known, rootless=rootless, to_present=_from_elsewhere(best, question.near))
            searched.append(known)
    return found.none_taken(searched_through=all(candidates.complete for candidates in searched))


@dataclass(frozen=True, slots=True)
class _Searches:
    """A question with the candidates as OpenSSL would search for them."""

    question: PathQuestion
    strict: Candidates

    def taken(
        self,
        best: Candidate,
        among: Candidates,
        *,
        rootless: bool = False,
        to_present: tuple[Certificate, ...] = (),
    ) -> Decision:
        limiting = self.question.near.anchors.limiting(best.path[1:])
        return Decision(
            self.question.end_entity,
            best,
            *self._first,
            among.members,
            among.all_good,
            min((ca.not_after for ca in limiting), default=NO_NOT_AFTER),
            rootless,
            to_present,
            searched_through=True,
            in_vain=self.question.in_vain,
        )

    def none_taken(self, *, searched_through: bool) -> Decision:
        return Decision(
            self.question.end_entity,
            None,
            *self._first,
            self.strict.members,
            False,
            NO_NOT_AFTER,
            False,
            (),
            searched_through,
            self.question.in_vain,
        )

    @property
    def _first(self) -> tuple[tuple[Certificate, ...], Flaw | None]:
        """Path and flaw of the first candidate; the search may have ended before it had one."""
        return next(((one.path, one.flaw) for one in self.strict.found), ((), None))


def _from_elsewhere(candidate: Candidate, near: PathFinder) -> tuple[Certificate, ...]:
    return tuple(certificate for certificate in candidate.path[1:] if not near.pool.holds(certificate))

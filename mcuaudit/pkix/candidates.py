"""The candidate paths of one end entity: its own checks joined with the paths above its possible issuers."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import islice

from mcuaudit.model import Certificate
from mcuaudit.pkix.checks import end_entity_flaws, self_signed, signature_flaw, validity_flaw
from mcuaudit.pkix.constraints import constraint_flaw
from mcuaudit.pkix.flaws import Flaw, Kind
from mcuaudit.pkix.paths import CaPath, CaPaths, PathFinder, no_issuer
from mcuaudit.pkix.purposes import Purpose

MOST_CANDIDATES = 2_000
"""Candidate paths that are looked at for one end entity; if none of so many is good, the outcome is open."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """One path of an end entity, which is first in it.

    Attributes:
        path: the certificates, as far as the path goes.
        members: SHA-256 of each.
        valid_until: the first notAfter of them.
        flaw: the first flaw that makes the path bad, in OpenSSL's order; None if there is none.
        open_flaws: what leaves it undetermined.
    """

    path: tuple[Certificate, ...]
    members: frozenset[str]
    valid_until: datetime
    flaw: Flaw | None
    open_flaws: tuple[Flaw, ...]


@dataclass(frozen=True, slots=True)
class Candidates:
    """The candidate paths of an end entity, the one that OpenSSL would take first; `complete` if these are all."""

    found: tuple[Candidate, ...]
    complete: bool

    @property
    def acceptable(self) -> Candidate | None:
        """The best candidate that is not bad: a good one, else one that rests on the fewest readings."""
        left = (candidate for candidate in self.found if candidate.flaw is None)
        return min(left, key=lambda candidate: len(candidate.open_flaws), default=None)

    @property
    def all_good(self) -> bool:
        """It does not matter which candidate a verifier takes."""
        return self.complete and not any(candidate.flaw or candidate.open_flaws for candidate in self.found)

    @property
    def members(self) -> frozenset[str]:
        """SHA-256 of the certificates of all candidates."""
        return frozenset[str]().union(*(candidate.members for candidate in self.found))


def paths_to_anchors(end_entity: Certificate, finder: PathFinder, purpose: Purpose | None) -> Candidates:
    """The candidate paths to self-signed members of the store, with those that break off; at least one."""
    applicant = _Applicant(end_entity, finder, purpose)
    if self_signed(end_entity):
        return Candidates((applicant.alone(),), complete=True)
    trusted, untrusted = finder.pool.issuers(end_entity)
    if not trusted and not untrusted:
        return Candidates((applicant.broken(no_issuer(end_entity)),), complete=True)
    return applicant.through([(issuer, finder.to_anchors(issuer, purpose)) for issuer in (*trusted, *untrusted)])


def paths_to_members(end_entity: Certificate, finder: PathFinder, purpose: Purpose | None) -> Candidates:
    """The paths that end in a member of the store which is not self-signed: an intermediate, or the end entity."""
    applicant = _Applicant(end_entity, finder, purpose)
    if self_signed(end_entity):
        return Candidates((), complete=True)
    trusted, untrusted = finder.pool.issuers(end_entity)
    found = applicant.through([(issuer, finder.to_members(issuer, purpose)) for issuer in (*trusted, *untrusted)])
    if end_entity in finder.pool.store:
        return Candidates((applicant.alone(), *found.found), found.complete)
    return found


class _Applicant:
    """An end entity with what is wrong with it, whatever the path."""

    def __init__(self, end_entity: Certificate, finder: PathFinder, purpose: Purpose | None) -> None:
        self._end_entity = end_entity
        self._finder = finder
        self._own = next(end_entity_flaws(end_entity, purpose), None)
        self._validity = validity_flaw(end_entity, finder.pool.at)

    def alone(self) -> Candidate:
        """The end entity as its own trust anchor, which it is if the store holds it (reading A14)."""
        if self._end_entity not in self._finder.pool.store:
            return self.broken(_self_signed(self._end_entity))
        said = "is itself in the trust store"
        anchor = Flaw(Kind.ANCHOR_NOT_A_CA, self._end_entity, said, "add the CA that issued it to the trust store")
        return self._candidate((), self._own or self._validity, (anchor,))

    def broken(self, flaw: Flaw) -> Candidate:
        """The end entity without any path."""
        return self._candidate((), flaw, ())

    def through(self, above: list[tuple[Certificate, CaPaths]]) -> Candidates:
        """The end entity below each of the paths above its possible issuers."""
        found = tuple(islice(self._join_all(above), MOST_CANDIDATES + 1))
        complete = len(found) <= MOST_CANDIDATES and all(paths.complete for _, paths in above)
        return Candidates(found[:MOST_CANDIDATES], complete)

    def _join_all(self, above: list[tuple[Certificate, CaPaths]]) -> Iterator[Candidate]:
        for issuer, paths in above:
            signature = signature_flaw(self._end_entity, issuer, self._finder.signatures)
            # Where the signature is bad the path is, whatever lies above: one is enough to say so.
            limit = 1 if signature and signature.hard else None
            for path in islice(paths.found, limit):
                yield self._join(signature, path)

    def _join(self, signature: Flaw | None, above: CaPath) -> Candidate:
        if self._end_entity.sha256 in above.members:
            loop = Flaw(Kind.LOOP, self._end_entity, "is above itself", "take it out of the trust store")
            return self._candidate(above.cas, loop, ())
        signature_bad = signature if signature and signature.hard else None
        flaw = above.broken or self._own or above.own or above.trust or signature_bad or self._validity or above.names
        open_flaws = above.open_flaws if signature is None or signature.hard else (*above.open_flaws, signature)
        if flaw is None and above.constraining:
            for found in self._constraint_flaws(above):
                if found.hard:
                    flaw = found
                    break
                open_flaws = (*open_flaws, found)
        return self._candidate(above.cas, flaw, open_flaws, above)

    def _constraint_flaws(self, above: CaPath) -> Iterator[Flaw]:
        for ca in above.constraining:
            found = constraint_flaw(self._end_entity, ca, end_entity=True)
            if found:
                yield found

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
    said = "is self-signed and not in the trust store"
    mend = "have it issued by a CA that is in the trust store"
    return Flaw(Kind.SELF_SIGNED, certificate, said, mend)

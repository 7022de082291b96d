"""The candidate paths from a CA certificate to the trust anchors, each checked once for all end entities."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import islice

from mcuaudit.domain.certificate import NO_NOT_AFTER, Certificate
from mcuaudit.domain.remedy import Remedy, RemedyKind
from mcuaudit.pkix.anchor_use import AnchorUse
from mcuaudit.pkix.checks import ca_constraint_flaws, ca_flaws, self_signed, trust_flaws
from mcuaudit.pkix.constraints import ConstraintMemo
from mcuaudit.pkix.flaws import THE_STORE, Flaw, Kind, issuer_title, title
from mcuaudit.pkix.names import canonical_name
from mcuaudit.pkix.namesakes import first_namesake
from mcuaudit.pkix.policies import PolicyMemo, may_refuse
from mcuaudit.pkix.policy_inputs import PolicyInputs
from mcuaudit.pkix.purposes import Purpose
from mcuaudit.pkix.signatures import SignatureCheck, SignatureMemo
from mcuaudit.pkix.stores import Pool

MOST_STEPS = 250
"""Limit of issuers to try above one CA, because cross-certificates can form too many paths to try all."""

LONGEST_PATH = 100
"""Limit of CA certificates in a path, the default verification depth of OpenSSL."""


@dataclass(frozen=True, slots=True)
class CaPath:
    """One candidate: the CA certificates above an end entity, its issuer first, and their flaws.

    Attributes:
        cas: the CA certificates, the trust anchor last if there is one.
        broken: why the path does not reach a trust anchor; None if it does.
        own: the first flaw in the extensions of a CA certificate.
        trust: the first flaw of signatures and times.
        names: the first flaw under name constraints.
        open_flaws: the flaws that leave the path undetermined.
        constraining: the CA certificates whose name constraints count, from the trust anchor down.
        compared: the number of names of CAs that were compared with them.
        members: SHA-256 of the CA certificates.
        valid_until: the first notAfter of them.
        policies_may_refuse: a certificate below the trust anchor has policy extensions that may make the path invalid.
    """

    cas: tuple[Certificate, ...]
    broken: Flaw | None
    own: Flaw | None
    trust: Flaw | None
    names: Flaw | None
    open_flaws: tuple[Flaw, ...]
    constraining: tuple[Certificate, ...]
    compared: int
    members: frozenset[str]
    valid_until: datetime
    policies_may_refuse: bool


@dataclass(frozen=True, slots=True)
class CaPaths:
    """The candidates from one CA certificate upwards, in the order of OpenSSL.

    Attributes:
        found: the candidates, in that order.
        complete: all were found; False if the limit of steps was reached.
    """

    found: tuple[CaPath, ...]
    complete: bool


class PathFinder:
    """Finds and checks the paths above CA certificates in one pool, each once."""

    def __init__(
        self,
        pool: Pool,
        signatures: SignatureMemo,
        policies: PolicyInputs,
        constraints: ConstraintMemo,
        anchors: AnchorUse,
    ) -> None:
        self.pool = pool
        self.signatures = signatures
        self.constraints = constraints
        self.anchors = anchors
        self.policies = PolicyMemo(policies)
        self._full: dict[tuple[str, Purpose | None], CaPaths] = {}
        self._partial: dict[tuple[str, Purpose | None], CaPaths] = {}

    def to_anchors(self, ca: Certificate, purpose: Purpose | None) -> CaPaths:
        """The candidate paths from `ca` to self-signed members of the store, and incomplete ones."""
        key = ca.sha256, purpose
        if key not in self._full:
            steps = _Steps()
            walks = self._climb((), ca, steps)
            self._full[key] = self._checked(walks, purpose, steps)
        return self._full[key]

    def to_members(self, ca: Certificate, purpose: Purpose | None) -> CaPaths:
        """The paths from `ca` to the first member of the store, if that is an intermediate without its root.

        If every member is a trust anchor, it may have its root.

        OpenSSL accepts them with X509_V_FLAG_PARTIAL_CHAIN (reading A12).
        """
        key = ca.sha256, purpose
        if key not in self._partial:
            steps = _Steps()
            walks = (
                (cas, None)
                for cas in self._climb_to_member((), ca, steps)
                if self.anchors.any_member or self._rootless(cas[-1])
            )
            self._partial[key] = self._checked(walks, purpose, steps)
        return self._partial[key]

    def _rootless(self, member: Certificate) -> bool:
        return all(path.broken for path in self.to_anchors(member, None).found)

    def _climb(self, below: tuple[Certificate, ...], ca: Certificate, steps: _Steps) -> Iterator[_Walk]:
        """The walks from `ca` upwards, with members of the store before others, as in OpenSSL."""
        cas = (*below, ca)
        if self_signed(ca):
            yield cas, None if ca in self.pool.store else root_not_trusted(ca)
            return
        issuers, broken = self._issuers(cas)
        if broken:
            yield cas, broken
        for issuer in issuers:
            if not steps.take():
                return
            walks = self._climb(cas, issuer, steps)
            if self.signatures.check(ca, issuer) is SignatureCheck.INVALID:
                # The path is invalid whatever is above: one walk is enough.
                yield from islice(walks, 1)
            else:
                yield from walks
        if _leads_back(self.pool.issuers_of_ca(ca)[0], cas):
            yield cas, _loop(ca)

    def _issuers(self, cas: tuple[Certificate, ...]) -> tuple[list[Certificate], Flaw | None]:
        """The possible issuers of the last of `cas`, and the flaw with which OpenSSL would stop here, if it would."""
        ca = cas[-1]
        trusted, untrusted = self.pool.issuers_of_ca(ca)
        broken = None
        if not trusted and any(certificate in self.pool.store for certificate in cas):
            # OpenSSL does not go back from the store to what was presented; RFC 5280 does not forbid it.
            broken = _root_missing(ca, self.pool)
        seen = {certificate.sha256 for certificate in cas}
        issuers = [issuer for issuer in (*trusted, *untrusted) if issuer.sha256 not in seen]
        if len(cas) >= LONGEST_PATH:
            return [], _loop(ca)
        if not trusted and not issuers:
            broken = broken or no_issuer(ca, self.pool)
        return issuers, broken

    def _climb_to_member(
        self, below: tuple[Certificate, ...], ca: Certificate, steps: _Steps
    ) -> Iterator[tuple[Certificate, ...]]:
        """The walks from `ca` to the first member of the store, except those that end in a root."""
        cas = (*below, ca)
        if self_signed(ca):
            return
        if ca in self.pool.store:
            yield cas
            return
        for issuer in self._issuers(cas)[0]:
            if not steps.take():
                return
            if self.signatures.check(ca, issuer) is not SignatureCheck.INVALID:
                yield from self._climb_to_member(cas, issuer, steps)

    def _checked(self, walks: Iterable[_Walk], purpose: Purpose | None, steps: _Steps) -> CaPaths:
        found = tuple(self._check(cas, broken, purpose) for cas, broken in walks)
        return CaPaths(found, not steps.exceeded)

    def _check(self, cas: tuple[Certificate, ...], broken: Flaw | None, purpose: Purpose | None) -> CaPath:
        own, open_own = first_and_open(ca_flaws(cas, purpose, self.anchors))
        trust, open_trust = first_and_open(trust_flaws(cas, self.pool.at, self.signatures, self.anchors))
        compared = ca_constraint_flaws(cas, self.constraints, self.anchors)
        names, open_names = first_and_open(compared.flaws)
        limiting = self.anchors.limiting(cas)
        return CaPath(
            cas=cas,
            broken=broken,
            own=own,
            trust=trust,
            names=names,
            open_flaws=(*open_own, *open_trust, *open_names),
            constraining=tuple(ca for ca in reversed(limiting) if ca.name_constraints is not None),
            compared=compared.work,
            members=frozenset(ca.sha256 for ca in cas),
            valid_until=min((ca.not_after for ca in limiting), default=NO_NOT_AFTER),
            policies_may_refuse=any(map(may_refuse, cas[:-1])),
        )


_Walk = tuple[tuple[Certificate, ...], Flaw | None]


@dataclass(slots=True)
class _Steps:
    """The number of issuers that were tried."""

    taken: int = 0
    exceeded: bool = False

    def take(self) -> bool:
        self.taken += 1
        self.exceeded = self.taken > MOST_STEPS
        return not self.exceeded


def no_issuer(certificate: Certificate, pool: Pool) -> Flaw:
    """The issuer of `certificate` is neither presented nor in the store."""
    return _without_issuer(Kind.NO_ISSUER, certificate, pool, f"neither presented with it nor in {THE_STORE}")


def _without_issuer(kind: Kind, certificate: Certificate, pool: Pool, where: str) -> Flaw:
    namesake = first_namesake(certificate, pool.by_name(canonical_name(certificate.issuer)))
    if namesake is None:
        issuer = issuer_title(certificate)
        remedy = Remedy(RemedyKind.ADD_AUTHORITY, (issuer,))
        return Flaw(kind, certificate, f"is issued by {issuer}, which is {where}", remedy, certificate.issuer_text)
    issuer = f"{issuer_title(certificate)} {namesake.wanted}"
    in_store = namesake.certificate in pool.store
    there = f"the {issuer_title(certificate)} in {THE_STORE}" if in_store else "another certificate of that name"
    return Flaw(
        kind, certificate, f"is issued by {issuer}, which is {where}; {there} {namesake.found}",
        Remedy(RemedyKind.ADD_AUTHORITY_OR_REISSUE, (issuer,)), issuer,
    )  # fmt: skip


def root_not_trusted(certificate: Certificate) -> Flaw:
    """The path ends in a root that is not in the store."""
    return Flaw(
        Kind.ROOT_NOT_TRUSTED,
        certificate,
        f"is a root that is not in {THE_STORE}",
        Remedy(RemedyKind.ADD_AUTHORITY, (title(certificate),)),
    )


def _root_missing(certificate: Certificate, pool: Pool) -> Flaw:
    return _without_issuer(Kind.ROOT_MISSING, certificate, pool, f"not in {THE_STORE}")


def _loop(certificate: Certificate) -> Flaw:
    remedy = Remedy(RemedyKind.REMOVE_LOOP, (title(certificate),))
    return Flaw(Kind.LOOP, certificate, "has an endless chain of issuers", remedy)


def _leads_back(issuers: Iterable[Certificate], cas: tuple[Certificate, ...]) -> bool:
    seen = {certificate.sha256 for certificate in cas}
    return any(issuer.sha256 in seen for issuer in issuers)


def first_and_open(flaws: Iterable[Flaw]) -> tuple[Flaw | None, tuple[Flaw, ...]]:
    """The first flaw that makes a path invalid, and those that leave it undetermined."""
    found = tuple(flaws)
    return next((flaw for flaw in found if flaw.hard), None), tuple(flaw for flaw in found if not flaw.hard)

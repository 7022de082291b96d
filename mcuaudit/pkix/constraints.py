"""Name constraints: whether the CAs above allow all names of a certificate (RFC 5280, section 4.2.1.10)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, Final

from mcuaudit.domain.certificate import Certificate
from mcuaudit.domain.remedy import Remedy, RemedyKind
from mcuaudit.pkix.constrained_names import Names, names_of
from mcuaudit.pkix.flaws import Flaw, Kind, issuer_title, name_in_words, under_anchor_reading
from mcuaudit.pkix.name_syntax import fragment_covers
from mcuaudit.pkix.subtrees import DNS, Meter, Subtrees, TooManyError, subtrees

MOST_COMPARISONS: Final = 2**20
"""Limit of comparisons in one path. OpenSSL refuses a path with more; here it is undetermined."""


@dataclass(frozen=True, slots=True)
class Compared:
    """What name constraints say against one or several certificates: the flaws, and how many comparisons it took."""

    flaws: tuple[Flaw, ...]
    work: int


@dataclass(frozen=True, slots=True)
class ConstraintMemo:
    """The names and the name constraints of certificates, each read once, and what each CA says of each certificate."""

    _names: dict[str, Names] = field(default_factory=dict)
    _subtrees: dict[str, tuple[Subtrees, ...]] = field(default_factory=dict)
    _found: dict[tuple[str, str, bool], Compared] = field(default_factory=dict)

    def compared(
        self,
        pairs: Iterable[tuple[Certificate, Certificate]],
        *,
        end_entity: bool,
        work: int = 0,
        anchor: Certificate | None = None,
    ) -> Compared:
        """The flaws of certificates, each under the constraints of a CA above it.

        Args:
            pairs: each certificate with the CA.
            end_entity: they are end entities.
            work: the comparisons that were made before in the same path.
            anchor: the trust anchor, if it is open whether its constraints count (reading A25).
        """
        flaws: list[Flaw] = []
        for certificate, issuer in pairs:
            found = self._pair(certificate, issuer, end_entity)
            flaws += map(under_anchor_reading, found.flaws) if issuer is anchor else found.flaws
            work += found.work
            if any(flaw.hard for flaw in flaws):
                break
            if work > MOST_COMPARISONS:
                flaws.append(Flaw(Kind.TOO_MANY_NAMES, certificate))
                break
        return Compared(tuple(flaws), work)

    def _pair(self, certificate: Certificate, issuer: Certificate, end_entity: bool) -> Compared:
        if issuer.name_constraints is None:
            return Compared((), 0)
        key = certificate.sha256, issuer.sha256, end_entity
        if key not in self._found:
            if issuer.sha256 not in self._subtrees:
                self._subtrees[issuer.sha256] = tuple(subtrees(issuer.name_constraints))
            if certificate.sha256 not in self._names:
                self._names[certificate.sha256] = names_of(certificate)
            names, limits = self._names[certificate.sha256], self._subtrees[issuer.sha256]
            self._found[key] = _compare(certificate, names, issuer, limits, end_entity)
        return self._found[key]


def _compare(
    certificate: Certificate, names: Names, issuer: Certificate, limits: tuple[Subtrees, ...], end_entity: bool
) -> Compared:
    """A flaw that makes the path invalid, else those that leave it undetermined."""
    meter = Meter(MOST_COMPARISONS)
    flaws: list[Flaw] = []
    try:
        for flaw in _flaws(certificate, names, issuer, limits, end_entity, meter):
            if flaw.hard:
                flaws = [flaw]
                break
            flaws.append(flaw)
    except TooManyError:
        return Compared((), MOST_COMPARISONS + 1)
    return Compared(tuple(flaws), MOST_COMPARISONS - meter.left)


def _flaws(
    certificate: Certificate,
    names: Names,
    issuer: Certificate,
    limits: tuple[Subtrees, ...],
    end_entity: bool,
    meter: Meter,
) -> Iterator[Flaw]:
    for limit in limits:
        for shown, name in names.by_kind.get(limit.form.kind, ()):
            kind = _refusal(limit, name, meter)
            if kind:
                yield _flaw(kind, certificate, issuer, f"{limit.form.label} {shown}", malformed=limit.malformed)
        if limit.form is DNS and end_entity:
            for shown, name in names.host_like:
                if _refusal(limit, name, meter):
                    yield _flaw(Kind.COMMON_NAME_NOT_PERMITTED, certificate, issuer, f"common name {shown}")
    yield from _other_flaws(certificate, names, issuer, {limit.form.kind for limit in limits})


def _refusal(limit: Subtrees, name: Any, meter: Meter) -> Kind | None:
    """Why the constraints of one form do not allow a name; None if they do."""
    meter.count(None)
    if name is None or limit.malformed:
        return Kind.NAME_SYNTAX
    if limit.permitted is not None and not limit.permitted.holds(name, meter):
        return Kind.NOT_PERMITTED
    if limit.excluded.holds(name, meter):
        return Kind.EXCLUDED
    if limit.form is DNS and "*" in name and _covers_excluded(limit, name, meter):
        return Kind.WILDCARD_OVER_EXCLUDED
    return None


def _covers_excluded(limit: Subtrees, name: str, meter: Meter) -> bool:
    """A name that the wildcard stands for is in an excluded subtree (reading A27)."""
    pattern, _, rest = name.partition(".")
    for first in limit.excluded_below.get(rest, ()):
        meter.count(first)
        if fragment_covers(pattern, first):
            return True
    return False


def _other_flaws(certificate: Certificate, names: Names, issuer: Certificate, limited: set[str]) -> Iterator[Flaw]:
    """What is constrained and cannot be compared: kinds of name that have no comparison, and what cannot be read."""
    constraints = issuer.name_constraints
    if constraints is None:
        return
    unsupported = {*constraints.unsupported_permitted, *constraints.unsupported_excluded}
    for other in certificate.other_name_kinds:
        if other in unsupported:
            yield _flaw(Kind.CONSTRAINT_TYPE, certificate, issuer, f"{other} name")
    if names.unreadable or not names.unreadable_kinds.isdisjoint(limited):
        owner = name_in_words(issuer.subject_text)
        detail = f"has names that cannot be read, and the name constraints of {owner} apply"
        yield Flaw(Kind.UNREADABLE, certificate, detail, Remedy(RemedyKind.REISSUE))


def _flaw(kind: Kind, certificate: Certificate, issuer: Certificate, name: str, *, malformed: bool = False) -> Flaw:
    owner = name_in_words(issuer.subject_text)
    detail = f"has the {name_in_words(name)}, which the name constraints of {owner} do not allow"
    if malformed:
        detail = f"has the {name_in_words(name)}, and a name constraint of {owner} on such names is malformed"
    remedy = Remedy(RemedyKind.REISSUE_WITHIN_CONSTRAINTS, (owner, issuer_title(certificate)))
    return Flaw(kind, certificate, detail, remedy)

"""The revocation status of the certificates of a path: RFC 5280, section 6.3, with the lists that are there.

Each step names its paragraph. Nothing is fetched: of the local CRL cache of 6.3.3 (a) the lists are all there is. Delta
lists are used where one fits (use-deltas is set).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from operator import attrgetter
from typing import Final

from mcuaudit.decode.revocation_points import points_of_certificate
from mcuaudit.domain.certificate import Certificate
from mcuaudit.domain.revocation_list import (
    ALL_REASONS,
    DIRECTORY_NAME,
    REMOVED,
    DistributionPoint,
    Entry,
    PointName,
    RevocationList,
)
from mcuaudit.pkix.flaws import Flaw, Kind, issuer_title
from mcuaudit.pkix.list_issuers import CertificatePath, ListIssuer, ListIssuers
from mcuaudit.pkix.names import canonical_name
from mcuaudit.pkix.paths import PathFinder
from mcuaudit.pkix.revocation_lists import RevocationLists
from mcuaudit.pkix.revocation_names import directory_names
from mcuaudit.pkix.revocation_scope import delta_fits, reasons_covered, scope_problem
from mcuaudit.pkix.revocation_status import (
    ListProblem,
    RevocationState,
    RevocationStatus,
    RevocationUse,
    day,
    flaws_of,
    list_title,
)
from mcuaudit.pkix.signatures import SignatureCheck

MOST_LISTS = 5_000
"""Limit of lists to look into for one end entity."""

_ORDER: Final = (
    Kind.TOO_MANY_LISTS, Kind.CRL_EXPIRED, Kind.CRL_NOT_YET_VALID, Kind.CRL_UNREADABLE, Kind.CRL_EXTENSION,
    Kind.CRL_SIGN, Kind.CRL_PATH, Kind.CRL_ALGORITHM, Kind.CRL_SIGNATURE, Kind.CRL_ISSUER, Kind.NO_CRL, Kind.CRL_SCOPE,
)  # fmt: skip
"""The order of problems: the problem of a list that is nearly usable comes first."""


def _nearness(problem: ListProblem) -> tuple[int, bool, bool]:
    return _ORDER.index(problem.kind), not problem.listed, not problem.file


@dataclass(slots=True)
class _State:
    """The state variables of section 6.3.2, and what was seen on the way.

    Attributes:
        certificate: the certificate in question.
        above: the validated path above it.
        reasons: reasons_mask.
        entry: the entry that makes cert_status other than UNREVOKED.
        source: the last list that was used.
    """

    certificate: Certificate
    above: CertificatePath
    reasons: frozenset[str] = frozenset()
    entry: Entry | None = None
    source: RevocationList | None = None
    problems: list[ListProblem] = field(default_factory=list)

    @property
    def determined(self) -> bool:
        """reasons_mask is all-reasons, or cert_status is not UNREVOKED."""
        return self.entry is not None or self.reasons >= ALL_REASONS

    @property
    def no_list(self) -> ListProblem:
        """That lists are missing: of some reasons, or all."""
        issuer = issuer_title(self.certificate)
        if self.source is not None:
            return ListProblem(Kind.NO_CRL, f"the CRLs of {issuer} do not cover all reasons")
        return ListProblem(Kind.NO_CRL, f"there is no complete CRL of {issuer}")

    @property
    def status(self) -> RevocationStatus:
        """The status that was found; UNDETERMINED if it was not."""
        # A list that cannot be read may be the newer one, and revoke: no other is used instead.
        damaged = any(problem.hides or problem.kind is Kind.CRL_UNREADABLE for problem in self.problems)
        if self.entry is None and (damaged or not self.determined):
            partly = self.source is not None or not self.problems
            problems = dict.fromkeys([*self.problems, self.no_list] if partly else self.problems)
            ordered = sorted(problems, key=_nearness)
            return RevocationStatus(self.certificate, RevocationState.UNKNOWN, _problems=tuple(ordered))
        assert self.source is not None, "a status without a list"  # noqa: S101
        state = RevocationState.REVOKED if self.entry else RevocationState.NOT_REVOKED
        revoked_on, reason = self.entry or (None, "")
        return RevocationStatus(
            self.certificate, state, revoked_on, reason, self.source.sha256, list_title(self.source)
        )


class RevocationJudge:
    """The status of the certificates of paths by some lists, each path once.

    Args:
        lists: the revocation lists.
        finder: the paths among the certificates from which the issuers of lists are taken.
    """

    def __init__(self, lists: RevocationLists, finder: PathFinder) -> None:
        self._lists = lists
        self._issuers = ListIssuers(finder)
        self._damaged = [_damaged_file(file) for file in lists.damaged]
        self._at: datetime = finder.pool.at
        self._found: dict[tuple[str, ...], tuple[RevocationStatus, ...]] = {}
        self._single: dict[tuple[str, ...], RevocationStatus] = {}
        self._in_progress: set[str] = set()
        self._asked: str | None = None
        self._left: int

    def statuses(self, path: CertificatePath) -> tuple[RevocationStatus, ...]:
        """The status of each certificate of a valid path, the end entity first; the trust anchor has none."""
        key = tuple(certificate.sha256 for certificate in path)
        if key not in self._found:
            if path[0].sha256 != self._asked:
                self._asked, self._left = path[0].sha256, MOST_LISTS
            self._found[key] = tuple(self._all(path))
        return self._found[key]

    def flaws(self, path: CertificatePath, use: RevocationUse) -> tuple[Flaw, ...]:
        """The flaws of a valid path by the statuses of its certificates."""
        return tuple(flaws_of(self.statuses(path), use)) if use != "ignore" else ()

    def _all(self, path: CertificatePath) -> Iterator[RevocationStatus]:
        for position in range(len(path) - 1):
            rest = path[position:]
            key = tuple(one.sha256 for one in rest)
            if key not in self._single:
                self._single[key] = self._status(rest)
            yield self._single[key]

    def _status(self, path: CertificatePath) -> RevocationStatus:
        """Section 6.3.3: the lists of each distribution point of the first certificate, then those of its issuer."""
        certificate, *above = path
        state = _State(certificate, tuple(above), problems=list(self._damaged))
        self._in_progress.add(certificate.sha256)
        found = points_of_certificate(certificate.der)
        points = (*found.points, _implied_point(certificate))
        self._look_up(state, points)
        if state.entry is None:
            state.problems.extend(self._hiding(state, points))
        self._in_progress.discard(certificate.sha256)
        return state.status

    def _look_up(self, state: _State, points: Iterable[DistributionPoint]) -> None:
        certificate = state.certificate
        for point in points:
            for one in self._of_point(point, certificate):
                if state.determined:
                    return
                if self._left <= 0:
                    state.problems.append(ListProblem(Kind.TOO_MANY_LISTS, "there are too many CRLs to look into all"))
                    return
                self._left -= 1
                self._consider(one, point, state)

    def _hiding(self, state: _State, points: Iterable[DistributionPoint]) -> Iterator[ListProblem]:
        """The lists of the same issuer that cannot be verified, or, of delta lists, not be used: they may revoke."""
        names = {canonical_name(state.certificate.issuer)}
        names.update(name for point in points for name in directory_names(point.issuers or ()))
        for name in sorted(names):
            for one in (*self._lists.complete(name), *self._lists.deltas(name)):
                if problem := self._issuers.not_verified(one, state.above):
                    yield replace(problem, file=self._lists.files.get(one.sha256, ""), hides=True)
            for delta in self._lists.deltas(name):
                speaks = any(scope_problem(delta, point, state.certificate) is None for point in points)
                if speaks and (problem := self._unused_delta(delta, state, name)):
                    yield problem

    def _unused_delta(self, delta: RevocationList, state: _State, issuer: bytes) -> ListProblem | None:
        """Why a delta list that may change the status is not used; None if it was, or is not newer than a base."""
        complete = [one for one in self._lists.complete(issuer) if not _unusable(one, self._at)]
        if any(_precedes(delta, one) or (delta_fits(delta, one) and not delta.unreadable) for one in complete):
            return None
        needed = "" if delta.base_number is None else f" (cRLNumber {delta.base_number} or later)"
        detail = f"the delta CRL of {list_title(delta)} has no complete CRL that it updates{needed}"
        problem = ListProblem(Kind.CRL_UNREADABLE, detail, file=self._lists.files.get(delta.sha256, ""))
        return self._with_entry(problem, delta, state.certificate)

    def _of_point(self, point: DistributionPoint, certificate: Certificate) -> list[RevocationList]:
        """(b)(1), its names: the lists of the cRLIssuer of a distribution point, or of the certificate issuer."""
        if point.issuers is None:
            return self._lists.complete(canonical_name(certificate.issuer))
        return [one for name in directory_names(point.issuers) for one in self._lists.complete(name)]

    def _consider(self, one: RevocationList, point: DistributionPoint, state: _State) -> None:
        """What one list says of the certificate, as the list of one distribution point."""
        problem = scope_problem(one, point, state.certificate)  # (b)
        if problem:
            state.problems.append(problem)
            return
        covered = reasons_covered(one, point)  # (d)
        if covered <= state.reasons:  # (e)
            return
        problem = _unusable(one, self._at)
        if problem:
            state.problems.append(self._with_entry(problem, one, state.certificate))
            return
        for issuer in self._usable_issuers(one, state):  # (f), (g)
            delta = self._delta(one, issuer)  # (c), (h)
            if delta is None and _expired(one, self._at):  # (a)(1)
                state.problems.append(self._with_entry(_too_old(one), one, state.certificate))
                return
            state.source, entry = one, self._lists.entry(one, state.certificate)  # (j)
            changed = self._lists.entry(delta, state.certificate) if delta else None  # (i)
            if changed:
                state.source, entry = delta, changed
            state.entry = entry if entry and entry.reason != REMOVED else None  # (k)
            state.reasons |= covered  # (l)
            return

    def _usable_issuers(self, one: RevocationList, state: _State) -> Iterator[Certificate]:
        """(f): the issuers of a list with a valid path on which, too, no certificate is revoked."""
        for found in self._issuers.of(one, state.above):
            if isinstance(found, ListProblem):
                state.problems.append(found)
            elif problem := self._revoked_issuer(found):
                state.problems.append(problem)
            else:
                yield found.certificate

    def _revoked_issuer(self, issuer: ListIssuer) -> ListProblem | None:
        """Why no path of a CRL issuer can be used, by the status of its certificates (section 6.1.3 (a)(3)).

        The list may be the one with the status of its own issuer. A certificate in question is taken for not
        revoked meanwhile: a path with a revoked certificate is refused as well.
        """
        problem = None
        for path in issuer.paths:
            problem = self._first_problem(path)
            if problem is None:
                return None
        return problem

    def _first_problem(self, path: CertificatePath) -> ListProblem | None:
        for position, certificate in enumerate(path[:-1]):
            if certificate.sha256 in self._in_progress:
                continue
            status = self._status(path[position:])
            if status.state is not RevocationState.NOT_REVOKED:
                subject = f"the issuer of the CRL, {certificate.subject_text or certificate.sha256[:16]},"
                return ListProblem(Kind.CRL_PATH, f"{subject} {status.why}")
        return None

    def _delta(self, one: RevocationList, issuer: Certificate) -> RevocationList | None:
        """The newest delta list that updates a complete one, signed by the same key: (c), (h), section 5.2.4."""
        fitting = (
            delta
            for delta in self._lists.deltas(canonical_name(one.issuer))
            if delta_fits(delta, one)
            and not _unusable(delta, self._at)
            and not _expired(delta, self._at)
            and self._issuers.signed(delta, issuer) is SignatureCheck.VALID
        )
        return max(fitting, key=attrgetter("number"), default=None)

    def _with_entry(self, problem: ListProblem, one: RevocationList, certificate: Certificate) -> ListProblem:
        """The problem of a list that cannot be used, with what it would say."""
        entry = self._lists.entry(one, certificate)
        listed = day(entry.revoked_on) if entry and entry.reason != REMOVED else ""
        return replace(problem, listed=listed)


def _precedes(delta: RevocationList, one: RevocationList) -> bool:
    """Whether a complete list is as new as a delta list, so that it has what the delta says."""
    return delta.number is not None and one.number is not None and delta.number <= one.number


def _damaged_file(file: str) -> ListProblem:
    return ListProblem(Kind.CRL_UNREADABLE, f"the CRL in {file} cannot be read", file=file)


def _implied_point(certificate: Certificate) -> DistributionPoint:
    """The point of lists "not specified in a distribution point but issued by the certificate issuer" (6.3.3)."""
    names = points_of_certificate(certificate.der).issuer_names
    issuer = (DIRECTORY_NAME, certificate.issuer)
    return DistributionPoint(PointName(full=(issuer, *names)))


def _unusable(one: RevocationList, at: datetime) -> ListProblem | None:
    """Why a list cannot be used by itself: (a), and sections 5.2 and 5.3 on critical extensions."""
    issuer = list_title(one)
    if one.unknown_critical:
        extensions = ", ".join(one.unknown_critical)
        return ListProblem(Kind.CRL_EXTENSION, f"the CRL of {issuer} has the critical extension {extensions}")
    if one.unreadable:
        fields = ", ".join(one.unreadable)
        return ListProblem(Kind.CRL_UNREADABLE, f"the CRL of {issuer} has fields that cannot be read: {fields}")
    if one.this_update and at < one.this_update:
        since = f"{one.this_update:%Y-%m-%d %H:%M:%S} UTC"
        return ListProblem(Kind.CRL_NOT_YET_VALID, f"the CRL of {issuer} is valid from {since}")
    return None


def _expired(one: RevocationList, at: datetime) -> bool:
    """The next list should be there; without nextUpdate it is not known whether (section 5.1.2.5)."""
    return one.next_update is None or at > one.next_update


def _too_old(one: RevocationList) -> ListProblem:
    until = f"was valid until {one.next_update:%Y-%m-%d %H:%M:%S} UTC" if one.next_update else "has no nextUpdate"
    return ListProblem(Kind.CRL_EXPIRED, f"the CRL of {list_title(one)} {until}")

"""Validation of many end entities: signatures, paths above a CA, and outcomes are cached."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import NamedTuple

from mcuaudit.domain.certificate import Certificate
from mcuaudit.domain.instants import instant
from mcuaudit.domain.outcome import Outcome
from mcuaudit.errors import UsageError, not_allowed
from mcuaudit.pkix.anchor_use import AnchorLimits, AnchorUse
from mcuaudit.pkix.candidates import Applicant, Revocation
from mcuaudit.pkix.checks import self_signed
from mcuaudit.pkix.constraints import ConstraintMemo
from mcuaudit.pkix.decision import PathQuestion
from mcuaudit.pkix.many_outcomes import Asked, ManyOutcomes, Presentation, many_outcomes, others_of
from mcuaudit.pkix.outcome import PathOutcome
from mcuaudit.pkix.paths import PathFinder
from mcuaudit.pkix.policy_inputs import PolicyInputs
from mcuaudit.pkix.purposes import PURPOSES, Purpose
from mcuaudit.pkix.readings import decide, outcome_of
from mcuaudit.pkix.revocation import RevocationJudge
from mcuaudit.pkix.revocation_inputs import checked_use
from mcuaudit.pkix.revocation_lists import RevocationLists
from mcuaudit.pkix.revocation_status import OF_REVOCATION, RevocationUse
from mcuaudit.pkix.shared_decisions import Shared, SharedDecisions, decided_alone
from mcuaudit.pkix.signatures import SignatureMemo
from mcuaudit.pkix.stores import Index, Pool, TrustStore, by_subject


class _JudgedBy(NamedTuple):
    """What decides beside certificates and revocation lists."""

    purpose: Purpose | None
    intermediates_must_be_anchors: bool
    chain_complete: bool
    use: AnchorUse


class PathValidator:
    """Validates end entities at one time, against any number of trust stores.

    Args:
        at: the time; a bare date is 00:00 UTC.
        known: CA certificates from elsewhere in the export. They are never trust anchors: they show whether there would
            be a path if the presenter sent its intermediates (reading A11).
        policies: the inputs of certificate policy processing; the default is that of reading A21.
        anchor_use: whether the limits of trust anchors count (reading A25), and which members are anchors.
        lists: the revocation lists, of any issuer.
    """

    def __init__(
        self,
        at: date | datetime,
        known: Iterable[Certificate] = (),
        policies: PolicyInputs = PolicyInputs(),  # noqa: B008 - it is immutable
        anchor_use: AnchorUse = AnchorUse(),  # noqa: B008 - it is immutable
        lists: RevocationLists | None = None,
    ) -> None:
        self.at = instant(at)
        self.policies = policies
        self.anchor_use = anchor_use
        self.signatures = SignatureMemo()
        self._constraints = ConstraintMemo()
        self._known = by_subject(certificate for certificate in known if not self_signed(certificate))
        self._known_members = frozenset(one.sha256 for same in self._known.values() for one in same)
        self._finders: dict[tuple[str, frozenset[str], bool, AnchorUse], PathFinder] = {}
        self._lists = lists or RevocationLists()
        self._judges: dict[tuple[str, frozenset[str], AnchorUse], RevocationJudge] = {}
        self._outcomes: dict[tuple[object, ...], PathOutcome] = {}
        self._shared = SharedDecisions()
        self._applicants: dict[tuple[str, Purpose | None], Applicant] = {}

    def validate(
        self,
        end_entity: Certificate,
        presented: Iterable[Certificate],
        store: TrustStore,
        purpose: Purpose | None = None,
        *,
        intermediates_must_be_anchors: bool = False,
        chain_complete: bool = False,
        revocation: RevocationUse = "ignore",
        anchor_limits: AnchorLimits | None = None,
    ) -> PathOutcome:
        """Whether there is a path from `end_entity` to a trust anchor in `store` (RFC 5280, section 6).

        Args:
            end_entity: the certificate in question.
            presented: the certificates that are presented with it, in any order, also the end entity and roots.
            store: the trust store of the verifier.
            purpose: "serverAuth", "clientAuth", or None to skip extendedKeyUsage.
            intermediates_must_be_anchors: every CA certificate of the path must be in the store (VCS, Expressway).
            chain_complete: `presented` is known to be complete, so certificates from elsewhere are not used.
            revocation: "ignore" revocation lists, "use" those that there are, or "require" one for each certificate.
            anchor_limits: whether the limits of trust anchors count for this verifier; None: as for the others.

        Raises:
            UsageError: `purpose`, `revocation` or `anchor_limits` is another word.
        """
        checked_use(revocation)
        use = self._use(purpose, anchor_limits)
        others = others_of(Presentation(end_entity, tuple(presented)))
        judged_by = _JudgedBy(purpose, intermediates_must_be_anchors, chain_complete, use)
        key = (end_entity.sha256, frozenset(others), store.key, judged_by, revocation)
        outcome = self._outcomes.get(key)
        if outcome is None:
            judge = self._judge(store, others, use) if self._lists or revocation != "ignore" else None
            if judge:
                flaws = lambda path: judge.flaws(path, revocation)  # noqa: E731
                outcome = decide(self._question(end_entity, others, store, judged_by, flaws))
                if _is_whole(outcome):
                    outcome = replace(outcome, revocation=judge.statuses(outcome.path))
            else:
                applicant = self._applicant(end_entity, purpose)
                outcome = outcome_of(self._decision(applicant, others, store, judged_by).about(applicant))
            self._outcomes[key] = outcome
        return outcome

    def validate_all(
        self,
        presentations: Iterable[Presentation],
        stores: Sequence[TrustStore],
        purpose: Purpose | None = None,
        *,
        intermediates_must_be_anchors: bool = False,
        chain_complete: bool = False,
        anchor_limits: AnchorLimits | None = None,
    ) -> ManyOutcomes:
        """The outcome of `validate` for each of many end entities with each of many stores, without revocation lists.

        It costs little more than each signature once, if few kinds of end entities differ in more than their names and
        keys: a CA with name constraints or policies makes a full search of each end entity below it.

        Args:
            presentations: the end entities, each with what is presented with it.
            stores: the trust stores.
            purpose: as for `validate`, as are the others.

        Raises:
            UsageError: `purpose` or `anchor_limits` is another word.
        """
        use = self._use(purpose, anchor_limits)
        judged_by = _JudgedBy(purpose, intermediates_must_be_anchors, chain_complete, use)
        members = frozenset[str]().union(self._known_members, *(store.members for store in stores))

        def decide(one: Asked, store: TrustStore) -> Shared:
            return self._decision(one.applicant, one.others, store, judged_by)

        asked = [
            Asked(self._applicant(one.end_entity, purpose), others_of(one), one.end_entity.sha256 in members)
            for one in presentations
        ]
        return many_outcomes(asked, stores, decide)

    def _use(self, purpose: Purpose | None, anchor_limits: AnchorLimits | None) -> AnchorUse:
        """How trust anchors are used; the purpose is checked as well."""
        if purpose is not None and purpose not in PURPOSES:
            raise UsageError(
                f"{not_allowed('unknown purpose', purpose, PURPOSES)} None skips the check of the purpose."
            )
        return self.anchor_use if anchor_limits is None else self.anchor_use.with_limits(anchor_limits)

    def _decision(
        self, applicant: Applicant, others: Mapping[str, Certificate], store: TrustStore, judged_by: _JudgedBy
    ) -> Shared:
        """The decision without revocation lists, which the end entity shares with others where it can."""
        end_entity = applicant.end_entity

        def question() -> PathQuestion:
            return self._question(end_entity, others, store, judged_by)

        likeness = None if end_entity.sha256 in self._known_members or end_entity in store else applicant.likeness
        if likeness is None:
            return decided_alone(question())
        return self._shared.of((likeness, frozenset(others), store.key, judged_by), end_entity, question)

    def _question(
        self,
        end_entity: Certificate,
        others: Mapping[str, Certificate],
        store: TrustStore,
        judged_by: _JudgedBy,
        revocation: Revocation | None = None,
    ) -> PathQuestion:
        purpose, only_anchors, complete, use = judged_by
        usable: Mapping[str, Certificate] = {} if only_anchors else others
        near = self._finder(store, usable, use, with_known=False)
        alone = only_anchors or complete
        wide = None if alone or not self._known else self._finder(store, usable, use, with_known=True)
        return PathQuestion(end_entity, purpose, near, wide, only_anchors and bool(others), revocation)

    def _applicant(self, end_entity: Certificate, purpose: Purpose | None) -> Applicant:
        key = end_entity.sha256, purpose
        found = self._applicants.get(key)
        if found is None:
            found = self._applicants[key] = Applicant(end_entity, purpose, self.at)
        return found

    def _judge(self, store: TrustStore, presented: Mapping[str, Certificate], use: AnchorUse) -> RevocationJudge:
        """The status by revocation lists whose issuers may be in the store, presented, or elsewhere in the export."""
        key = store.key, frozenset(presented), use
        judge = self._judges.get(key)
        if judge is None:
            finder = self._finder(store, presented, use, with_known=bool(self._known))
            judge = self._judges[key] = RevocationJudge(self._lists, finder)
        return judge

    def _finder(
        self, store: TrustStore, presented: Mapping[str, Certificate], use: AnchorUse, *, with_known: bool
    ) -> PathFinder:
        key = store.key, frozenset(presented), with_known, use
        finder = self._finders.get(key)
        if finder is None:
            untrusted: list[Index] = [by_subject(presented.values())] if presented else []
            if with_known:
                untrusted.append(self._known)
            pool = Pool(store, untrusted, self.at)
            finder = self._finders[key] = PathFinder(pool, self.signatures, self.policies, self._constraints, use)
        return finder


def _is_whole(outcome: PathOutcome) -> bool:
    """The path of the outcome is valid but for the status of its certificates."""
    by_status = any(kind.code == outcome.reason_code for kind in OF_REVOCATION)
    return bool(outcome.path) and (outcome.outcome is not Outcome.FAIL or by_status)

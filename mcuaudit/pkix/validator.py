"""Validation of many end entities: signatures, paths above a CA, and outcomes are cached."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime

from mcuaudit.domain.certificate import Certificate
from mcuaudit.domain.instants import instant
from mcuaudit.domain.outcome import Outcome
from mcuaudit.errors import UsageError, not_allowed
from mcuaudit.pkix.anchor_use import AnchorLimits, AnchorUse
from mcuaudit.pkix.checks import self_signed
from mcuaudit.pkix.constraints import ConstraintMemo
from mcuaudit.pkix.outcome import PathOutcome
from mcuaudit.pkix.paths import PathFinder
from mcuaudit.pkix.policy_inputs import PolicyInputs
from mcuaudit.pkix.purposes import PURPOSES, Purpose
from mcuaudit.pkix.readings import PathQuestion, decide
from mcuaudit.pkix.revocation import RevocationJudge
from mcuaudit.pkix.revocation_inputs import checked_use
from mcuaudit.pkix.revocation_lists import RevocationLists
from mcuaudit.pkix.revocation_status import OF_REVOCATION, RevocationUse
from mcuaudit.pkix.signatures import SignatureMemo
from mcuaudit.pkix.stores import Index, Pool, TrustStore, by_subject


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
        self._finders: dict[tuple[str, frozenset[str], bool, AnchorUse], PathFinder] = {}
        self._lists = lists or RevocationLists()
        self._judges: dict[tuple[str, frozenset[str], AnchorUse], RevocationJudge] = {}
        self._outcomes: dict[tuple[object, ...], PathOutcome] = {}

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
        use = self.anchor_use if anchor_limits is None else self.anchor_use.with_limits(anchor_limits)
        if purpose is not None and purpose not in PURPOSES:
            raise UsageError(
                f"{not_allowed('unknown purpose', purpose, PURPOSES)} None skips the check of the purpose."
            )
        others = {other.sha256: other for other in presented if other.sha256 != end_entity.sha256}
        judged_by = (purpose, intermediates_must_be_anchors, chain_complete, revocation, use)
        key = (end_entity.sha256, frozenset(others), store.key, *judged_by)
        outcome = self._outcomes.get(key)
        if outcome is None:
            usable = {} if intermediates_must_be_anchors else others
            near = self._finder(store, usable, use, with_known=False)
            alone = intermediates_must_be_anchors or chain_complete
            wide = None if alone or not self._known else self._finder(store, usable, use, with_known=True)
            in_vain = intermediates_must_be_anchors and bool(others)
            judge = self._judge(store, others, use) if self._lists or revocation != "ignore" else None
            flaws = None if judge is None else lambda path: judge.flaws(path, revocation)
            outcome = decide(PathQuestion(end_entity, purpose, near, wide, in_vain, flaws))
            if judge and _is_whole(outcome):
                outcome = replace(outcome, revocation=judge.statuses(outcome.path))
            self._outcomes[key] = outcome
        return outcome

    def _judge(self, store: TrustStore, presented: dict[str, Certificate], use: AnchorUse) -> RevocationJudge:
        """The status by revocation lists whose issuers may be in the store, presented, or elsewhere in the export."""
        key = store.key, frozenset(presented), use
        judge = self._judges.get(key)
        if judge is None:
            finder = self._finder(store, presented, use, with_known=bool(self._known))
            judge = self._judges[key] = RevocationJudge(self._lists, finder)
        return judge

    def _finder(
        self, store: TrustStore, presented: dict[str, Certificate], use: AnchorUse, *, with_known: bool
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

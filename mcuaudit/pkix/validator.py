"""Validation of many end entities: signatures, paths above a CA, and outcomes are cached."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

from mcuaudit.domain.certificate import Certificate
from mcuaudit.domain.instants import instant
from mcuaudit.errors import UsageError, not_allowed
from mcuaudit.pkix.anchors import ANCHOR_LIMITS, AnchorLimits
from mcuaudit.pkix.checks import self_signed
from mcuaudit.pkix.outcome import PathOutcome
from mcuaudit.pkix.paths import PathFinder
from mcuaudit.pkix.policy_inputs import PolicyInputs
from mcuaudit.pkix.purposes import PURPOSES, Purpose
from mcuaudit.pkix.readings import PathQuestion, decide
from mcuaudit.pkix.signatures import SignatureMemo
from mcuaudit.pkix.stores import Index, Pool, TrustStore, by_subject


class PathValidator:
    """Validates end entities at one time, against any number of trust stores.

    Args:
        at: the time; a bare date is 00:00 UTC.
        known: CA certificates from elsewhere in the export. They are never trust anchors: they show whether there would
            be a path if the presenter sent its intermediates (reading A11).
        policies: the inputs of certificate policy processing; the default is that of reading A21.
    """

    def __init__(
        self,
        at: date | datetime,
        known: Iterable[Certificate] = (),
        policies: PolicyInputs = PolicyInputs(),  # noqa: B008 - it is immutable
    ) -> None:
        self.at = instant(at)
        self.policies = policies
        self.signatures = SignatureMemo()
        self._known = by_subject(certificate for certificate in known if not self_signed(certificate))
        self._finders: dict[tuple[str, frozenset[str], bool, AnchorLimits], PathFinder] = {}
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
        anchor_limits: AnchorLimits = "check",
    ) -> PathOutcome:
        """Whether there is a path from `end_entity` to a trust anchor in `store` (RFC 5280, section 6).

        Args:
            end_entity: the certificate in question.
            presented: the certificates that are presented with it, in any order, also the end entity and roots.
            store: the trust store of the verifier.
            purpose: "serverAuth", "clientAuth", or None to skip extendedKeyUsage.
            intermediates_must_be_anchors: every CA certificate of the path must be in the store (VCS, Expressway).
            chain_complete: `presented` is known to be complete, so certificates from elsewhere are not used.
            anchor_limits: "check" the period, path length, name constraints and critical extensions of a trust anchor
                as OpenSSL does, "ignore" them as RFC 5280 does, or "open": it is not known which (reading A25).

        Raises:
            UsageError: `purpose` or `anchor_limits` is another word.
        """
        if anchor_limits not in ANCHOR_LIMITS:
            raise UsageError(f"anchor_limits is {anchor_limits!r}; allowed are {', '.join(ANCHOR_LIMITS)}.")
        if purpose is not None and purpose not in PURPOSES:
            raise UsageError(f"{not_allowed('purpose', purpose, PURPOSES)} None skips the check of the purpose.")
        others = {other.sha256: other for other in presented if other.sha256 != end_entity.sha256}
        judged_by = (purpose, intermediates_must_be_anchors, chain_complete, anchor_limits)
        key = (end_entity.sha256, frozenset(others), store.key, *judged_by)
        outcome = self._outcomes.get(key)
        if outcome is None:
            usable = {} if intermediates_must_be_anchors else others
            near = self._finder(store, usable, anchor_limits, with_known=False)
            alone = intermediates_must_be_anchors or chain_complete
            wide = None if alone or not self._known else self._finder(store, usable, anchor_limits, with_known=True)
            in_vain = intermediates_must_be_anchors and bool(others)
            outcome = self._outcomes[key] = decide(PathQuestion(end_entity, purpose, near, wide, in_vain))
        return outcome

    def _finder(
        self, store: TrustStore, presented: dict[str, Certificate], limits: AnchorLimits, *, with_known: bool
    ) -> PathFinder:
        key = store.key, frozenset(presented), with_known, limits
        finder = self._finders.get(key)
        if finder is None:
            untrusted: list[Index] = [by_subject(presented.values())] if presented else []
            if with_known:
                untrusted.append(self._known)
            pool = Pool(store, untrusted, self.at)
            finder = self._finders[key] = PathFinder(pool, self.signatures, self.policies, limits)
        return finder

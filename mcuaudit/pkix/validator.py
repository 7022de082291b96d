"""Verdicts about many end entities: signatures, paths above a CA and verdicts are worked out once."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

from mcuaudit.domain.certificate import Certificate
from mcuaudit.domain.instants import instant
from mcuaudit.errors import UsageError, not_allowed
from mcuaudit.pkix.checks import self_signed
from mcuaudit.pkix.outcome import PathOutcome
from mcuaudit.pkix.paths import PathFinder
from mcuaudit.pkix.purposes import PURPOSES, Purpose
from mcuaudit.pkix.readings import PathQuestion, decide
from mcuaudit.pkix.signatures import SignatureMemo
from mcuaudit.pkix.stores import Index, Pool, TrustStore, by_subject


class PathValidator:
    """Validates end entities at one time, against any number of trust stores.

    Args:
        at: the time; a bare date is 00:00 UTC.
        known: CA certificates from elsewhere in the export. They are never trust anchors: they show whether a path
            would exist if the presenter sent its intermediates (reading A11).
    """

    def __init__(self, at: date | datetime, known: Iterable[Certificate] = ()) -> None:
        self.at = instant(at)
        self.signatures = SignatureMemo()
        self._known = by_subject(certificate for certificate in known if not self_signed(certificate))
        self._finders: dict[tuple[str, frozenset[str], bool], PathFinder] = {}
        self._outcomes: dict[tuple[str, frozenset[str], str, Purpose | None, bool, bool], PathOutcome] = {}

    def validate(
        self,
        end_entity: Certificate,
        presented: Iterable[Certificate],
        store: TrustStore,
        purpose: Purpose | None = None,
        *,
        intermediates_must_be_anchors: bool = False,
        chain_complete: bool = False,
    ) -> PathOutcome:
        """Whether a path leads from `end_entity` to a trust anchor in `store` (RFC 5280, section 6).

        Args:
            end_entity: the certificate in question.
            presented: what came with it, in any order; it may hold the end entity and roots too.
            store: the verifier's trust store.
            purpose: "serverAuth", "clientAuth", or None where extendedKeyUsage is not asked for.
            intermediates_must_be_anchors: every CA certificate of the path must be in the store (VCS, Expressway).
            chain_complete: `presented` is known to be all that is sent, so that nothing from elsewhere can help.

        Raises:
            UsageError: `purpose` is another word.
        """
        if purpose is not None and purpose not in PURPOSES:
            raise UsageError(f"{not_allowed('purpose', purpose, PURPOSES)} None asks for no purpose.")
        others = {other.sha256: other for other in presented if other.sha256 != end_entity.sha256}
        key = (end_entity.sha256, frozenset(others), store.key, purpose, intermediates_must_be_anchors, chain_complete)
        outcome = self._outcomes.get(key)
        if outcome is None:
            usable = {} if intermediates_must_be_anchors else others
            near = self._finder(store, usable, with_known=False)
            alone = intermediates_must_be_anchors or chain_complete
            wide = None if alone or not self._known else self._finder(store, usable, with_known=True)
            in_vain = intermediates_must_be_anchors and bool(others)
            outcome = self._outcomes[key] = decide(PathQuestion(end_entity, purpose, near, wide, in_vain))
        return outcome

    def _finder(self, store: TrustStore, presented: dict[str, Certificate], *, with_known: bool) -> PathFinder:
        key = store.key, frozenset(presented), with_known
        finder = self._finders.get(key)
        if finder is None:
            untrusted: list[Index] = [by_subject(presented.values())] if presented else []
            if with_known:
                untrusted.append(self._known)
            finder = self._finders[key] = PathFinder(Pool(store, untrusted, self.at), self.signatures)
        return finder

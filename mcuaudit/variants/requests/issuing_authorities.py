"""Which CA could issue a certificate: the CAs of the export, and which of them the verifiers of a certificate trust."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from mcuaudit.devices.presented import Store
from mcuaudit.domain.answer import Answer
from mcuaudit.domain.certificate import Certificate
from mcuaudit.domain.standards import Standard
from mcuaudit.domain.verifiers import Verifier
from mcuaudit.pkix import self_signed
from mcuaudit.variants.requests.certificate_uses import Use
from mcuaudit.variants.requests.planned_certificate import PlannedChecks


class IssuingAuthorities:
    """The CA certificates of an export that are valid at the time of the audit, and what they issued.

    Args:
        certificates: all certificates of the export.
        public: SHA-256 of those of public CAs, and of those that these issued.
        at: the time of the audit.
    """

    def __init__(self, certificates: Iterable[Certificate], public: frozenset[str], at: datetime) -> None:
        every = tuple(certificates)
        self._public = public
        self._issued = Counter(one.issuer for one in every if not one.may_be_ca)
        cas = (one for one in every if one.is_ca and _may_sign(one) and one.not_before <= at <= one.not_after)
        # A public CA that issued nothing here is one of the many in a public store, and not one to ask.
        self.candidates = tuple(
            one for one in cas if one.sha256 not in public or self._issued[one.subject] or not self_signed(one)
        )

    def is_public(self, authority: Certificate) -> bool:
        """Whether it is a public CA."""
        return authority.sha256 in self._public

    def is_idle(self, authority: Certificate) -> bool:
        """Whether it is a root that issued no end entity certificate of the export: many roots issue none at all."""
        return self_signed(authority) and not self._issued[authority.subject]

    def preference(self, authority: Certificate, today: Certificate | None) -> tuple[bool, bool, bool, int, float, str]:
        """A key to sort by: private CAs first, then today's issuer, then issuing CAs, those that issue most first."""
        return (
            self.is_public(authority),
            today is None or today.issuer != authority.subject,
            self_signed(authority),
            -self._issued[authority.subject],
            -authority.not_after.timestamp(),
            authority.sha256,
        )


def _may_sign(certificate: Certificate) -> bool:
    return certificate.key_usage is None or "keyCertSign" in certificate.key_usage


@dataclass(frozen=True)
class Choice:
    """What the verifiers of a certificate say of the CAs of the export.

    Attributes:
        trusting: by CA, the uses whose verifier trusts what it issues; only uses whose store is known.
        ranked: the CAs, the best first.
        known: the uses whose store is known.
    """

    trusting: dict[str, tuple[Use, ...]]
    ranked: tuple[Certificate, ...]
    known: tuple[Use, ...]

    @cached_property
    def trusted_by_all(self) -> tuple[Certificate, ...]:
        """The CAs that every verifier with a known store trusts, in their order; empty if no store is known."""
        wanted = len(self.known)
        return tuple(ca for ca in self.ranked if wanted and len(self.trusting[ca.sha256]) == wanted)


def choose(
    uses: Iterable[Use], today: Certificate | None, authorities: IssuingAuthorities, checks: PlannedChecks
) -> Choice:
    """Which CAs the verifiers trust; a verifier that verifies today counts before one that does not.

    CAs below the root of today's issuer are the first, and idle roots the last: what another organisation, or a root
    that is kept offline, could issue is a choice only.
    """
    known = tuple(use for use in uses if use.store is not None)
    trusting = {
        ca.sha256: tuple(use for use in known if all(checks.accepts(ca, *one) for one in _ways(use)))
        for ca in authorities.candidates
    }

    same_root = _below_the_same_root(today, authorities, checks)

    def rank(ca: Certificate) -> tuple[object, ...]:
        verifying = sum(use.verifies is not Answer.NO for use in trusting[ca.sha256])
        other = ca.sha256 not in same_root or not trusting[ca.sha256]
        return other, authorities.is_idle(ca), -verifying, -len(trusting[ca.sha256]), *authorities.preference(ca, today)

    return Choice(trusting, tuple(sorted(authorities.candidates, key=rank)), known)


def _below_the_same_root(
    today: Certificate | None, authorities: IssuingAuthorities, checks: PlannedChecks
) -> frozenset[str]:
    """The CAs below the root of today's issuer: a holder stays with its CA, if that is valid."""
    roots = {ca.sha256: checks.root_of(ca) for ca in authorities.candidates}
    own = {roots[ca.sha256] for ca in authorities.candidates if today is not None and ca.subject == today.issuer}
    return frozenset(sha256 for sha256, root in roots.items() if root in own)


def _ways(use: Use) -> list[tuple[Store, str, Standard, Verifier]]:
    """The ways in which a verifier may verify the path; several if its standard is not recorded."""
    store = use.store
    return [(store, use.purpose, standard, use.verifier) for standard in use.path_standards] if store else []

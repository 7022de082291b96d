"""What is odd about certificates that are added to a trust store, in sentences."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import datetime

from mcuaudit.domain.certificate import Certificate
from mcuaudit.domain.instants import short_time
from mcuaudit.pkix import not_a_ca, validity_flaw
from mcuaudit.pkix.flaws import title
from mcuaudit.wording.phrases import listed


def remarks_on_added(
    certificates: Sequence[Certificate],
    store: str,
    held: Iterable[tuple[Sequence[str], Collection[str]]],
    at: datetime,
) -> Iterator[str]:
    """Which of these are not valid at that time, cannot serve as a CA, or are in the store already.

    Args:
        certificates: what is added.
        store: the store in words: SIP trust store.
        held: owners of such a store, with the certificates that theirs has so far, by SHA-256.
        at: the time of the evaluation.
    """
    flaws = ((one, validity_flaw(one, at)) for one in certificates)
    invalid = [f"{title(one)} ({flaw.detail})" for one, flaw in flaws if flaw]
    if invalid:
        yield f"Added to the {store}, and not valid at {short_time(at)}: {listed(invalid)}."
    reasons = ((one, not_a_ca(one)) for one in certificates)
    unusable = [f"{title(one)} ({reason})" for one, reason in reasons if reason]
    if unusable:
        yield f"Added to the {store}, and not usable as a CA: {listed(unusable)}."
    owners_of: dict[tuple[str, ...], list[str]] = {}
    for owners, members in held:
        there = tuple(dict.fromkeys(title(one) for one in certificates if one.sha256 in members))
        if there:
            owners_of.setdefault(there, []).extend(owners)
    for there, owners in owners_of.items():
        yield f"Already in the {store} of {listed(sorted(owners))}, so not added there: {listed(there)}."

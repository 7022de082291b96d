"""The gaps that no undetermined connection has: what refused connections and undetermined findings lack."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator

from mcuaudit.domain.outcome import Outcome
from mcuaudit.frames.containers import Audit
from mcuaudit.variants.gaps.applied import Applied, AppliedGaps
from mcuaudit.variants.gaps.found import GapsOfFleet
from mcuaudit.variants.gaps.gap import Gap, not_applied
from mcuaudit.wording.numbers import plural
from mcuaudit.wording.phrases import listed


def gaps_beyond(audit: Audit, applied: AppliedGaps) -> list[Applied]:
    """The other gaps, in their order; none settles a connection, so nothing is applied."""
    known = {one.gap for one in applied.gaps}
    of_fleet = GapsOfFleet(audit.fleet)
    refused = _named(applied.lacking_of_refused, of_fleet, known)
    findings = _named(_of_findings(audit), of_fleet, known)
    of_connections = {gap.evidence for gap in known}
    lacking = {what: _by_evidence(gaps) for what, gaps in (("refused connection", refused), ("finding", findings))}
    found = []
    for gap in dict.fromkeys((*refused, *findings)):
        numbers = {what: counts[gap.evidence] for what, counts in lacking.items() if counts[gap.evidence]}
        found.append(Applied(gap, not_applied("" if gap.evidence in of_connections else _words(numbers))))
    return found


def _named(pairs: Iterable[tuple[str, str]], of_fleet: GapsOfFleet, known: Collection[Gap]) -> Counter[Gap]:
    named = Counter(of_fleet.gap(device_id, evidence) for device_id, evidence in pairs)
    return Counter({gap: number for gap, number in named.items() if gap not in known})


def _of_findings(audit: Audit) -> Iterator[tuple[str, str]]:
    findings = audit.findings
    lacking = findings[findings["outcome"].eq(Outcome.OPEN.value) & findings["missing_evidence"].notna()]
    yield from zip(lacking["device_id"].astype(str), lacking["missing_evidence"].astype(str), strict=True)


def _by_evidence(gaps: Counter[Gap]) -> Counter[str]:
    found = Counter[str]()
    for gap, number in gaps.items():
        found[gap.evidence] += number
    return found


def _words(numbers: dict[str, int]) -> str:
    """``in the fleet, 2 refused connections and 1 finding lack it``."""
    return f"in the fleet, {listed([plural(number, what) for what, number in numbers.items()])} {_verb(numbers)} it"


def _verb(numbers: dict[str, int]) -> str:
    return "lacks" if sum(numbers.values()) == 1 else "lack"

"""The missing file or key that would settle most undetermined connections."""

from __future__ import annotations

from dataclasses import dataclass

from mcuaudit.domain.outcome import Outcome
from mcuaudit.frames.containers import Audit


@dataclass(frozen=True, slots=True)
class Wanted:
    """What to collect next.

    Attributes:
        evidence: the file or key, as in the column `missing_evidence`.
        devices: the devices that lack it, by device_id, sorted.
        connections: how many undetermined connections lack it.
    """

    evidence: str
    devices: tuple[str, ...]
    connections: int


def collect_next(audit: Audit) -> Wanted | None:
    """What most undetermined connections lack, of several the first by name; None if they lack nothing."""
    undetermined = audit.connections[audit.connections["outcome"].eq(Outcome.OPEN)]
    wanted = undetermined["missing_evidence"].dropna()
    if wanted.empty:
        return None
    counted = wanted.value_counts()
    best = str(min(counted[counted.eq(counted.max())].index))
    lacking = undetermined.loc[wanted.index[wanted.eq(best)], "device_id"]
    return Wanted(best, tuple(sorted(lacking.unique())), int(counted[best]))

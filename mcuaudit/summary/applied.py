"""What came of applying a remedy, in a few words: one piece for pages and terminals."""

from __future__ import annotations

from collections.abc import Collection, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, Final

import pandas as pd

from mcuaudit.domain.name_lists import split_names
from mcuaudit.domain.outcome import Outcome
from mcuaudit.domain.remedy import RemedyKind, parse_remedy
from mcuaudit.frames.containers import Audit
from mcuaudit.summary.gaps import effect_words as gap_words
from mcuaudit.wording.numbers import plural
from mcuaudit.wording.phrases import UNDETERMINED, is_missing, listed
from mcuaudit.wording.tried import tried_names

UNKNOWN: Final = "Not applied: what exactly would be changed is not known."
NOT_NAMED: Final = "Not applied: nothing refused or undetermined names it."
NOT_READ: Final = "Not applied: what it will say is not known."
NOT_APPLIED: Final = "Not applied."
Row = Mapping[Hashable, Any]


@dataclass(frozen=True, slots=True)
class Applied:
    """What came of applying a remedy.

    Attributes:
        words: a sentence or two, such as ``Applied: restores 3 connections, breaks none.``
        jobs: the jobs of the work list that it is part of, by number.
    """

    words: str
    jobs: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class _Counted:
    """Connections with one effect, on the page and in the fleet."""

    here: int
    fleet: int

    def of(self, one: str) -> str:
        in_the_fleet = f" ({self.fleet:,} in the fleet)" if self.fleet != self.here else ""
        return f"{plural(self.here, one) if self.here else f'no {one} here'}{in_the_fleet}"


class AppliedRemedies:
    """What came of applying the remedies that an audit has.

    Args:
        audit: the fleet, or a site.
        jobs: the frame `first_jobs` of the page, or why there is none.
        whole: the audit of the fleet, where `audit` is a site.
    """

    def __init__(self, audit: Audit, jobs: pd.DataFrame | str = "", whole: Audit | None = None) -> None:
        self._audit = audit
        self._jobs: Sequence[Row] = jobs.to_dict("records") if isinstance(jobs, pd.DataFrame) else ()
        self._whole = whole or audit
        self._remedies = self._whole.for_pages.remedies
        self._is_site = whole is not None and len(whole.connections) != len(audit.connections)

    def of(self, remedy_ids: Iterable[str], shown: str = "") -> Applied:
        """What came of one remedy, or of several that each were applied alone.

        Args:
            remedy_ids: the ids of the remedies; none where the advice is no change that could be applied.
            shown: the connection or login that is shown, if it is one, by connection_id or device_id.
        """
        ids = tuple(dict.fromkeys(one for one in remedy_ids if one))
        if self._remedies is None:
            return Applied(NOT_APPLIED)
        if len(ids) == 1 and (evidence := _evidence_of(ids[0])):
            return replace(self.of_evidence(evidence), jobs=self._numbers(ids, shown))
        rows = [self._rows[one] for one in ids if one in self._rows]
        if not rows:
            return Applied(NOT_NAMED if ids else UNKNOWN)
        return Applied(self._words(rows), self._numbers(ids, shown))

    def of_evidence(self, evidence: str) -> Applied:
        """What came of filling in a file or key that is not in the export."""
        gaps = self._audit.for_pages.gaps
        rows = gaps[gaps["evidence"] == evidence].to_dict("records") if gaps is not None else []
        if not rows:
            return Applied(NOT_READ)
        if is_missing(rows[0]["may_settle"]):
            return Applied(f"Not applied: {rows[0]['not_applied']}.")
        return Applied(f"Applied: {gap_words(rows[0])}")

    @cached_property
    def _rows(self) -> dict[str, Row]:
        frame = self._remedies if self._remedies is not None else pd.DataFrame({"remedy_id": []})
        return {str(row["remedy_id"]): row for row in frame.to_dict("records")}

    @cached_property
    def _outcomes(self) -> dict[str, str]:
        return _outcomes(self._audit)

    @cached_property
    def _outcomes_in_fleet(self) -> dict[str, str]:
        return _outcomes(self._whole) if self._is_site else self._outcomes

    @cached_property
    def _by_remedy(self) -> dict[str, int]:
        return {name: int(row["number"]) for row in reversed(self._jobs) for name in split_names(str(row["remedies"]))}

    @cached_property
    def _helped(self) -> dict[str, int]:
        """The job that restores each connection, or lets administrators of a device in, by the id of either."""
        helped = ((row, name) for row in reversed(self._jobs) for cell in ("restored", "let_in")
                  for name in split_names(str(row[cell])))  # fmt: skip
        return {name: int(row["number"]) for row, name in helped}

    def _numbers(self, ids: Collection[str], shown: str) -> tuple[int, ...]:
        """The job that helps what is shown; else the jobs that have the remedies."""
        if shown in self._helped:
            return (self._helped[shown],)
        return tuple(sorted({self._by_remedy[one] for one in ids if one in self._by_remedy}))

    def _words(self, rows: list[Row]) -> str:
        if len(rows) == 1 and not self._is_site:
            return applied_words(rows[0])
        ids = {name: {one for row in rows for one in split_names(str(row[name]))} for name in ("restored", "broken")}
        here, in_fleet = (
            (
                sum(outcomes.get(one) == Outcome.FAIL for one in ids["restored"]),
                sum(outcomes.get(one) == Outcome.OPEN for one in ids["restored"]),
                sum(one in outcomes for one in ids["broken"]),
            )
            for outcomes in (self._outcomes, self._outcomes_in_fleet)
        )
        if len(rows) == 1:
            row = rows[0]
            in_fleet = int(row["restores"]), int(row["settles"]), int(row["breaks"])
        return _in_words(rows, [_Counted(*pair) for pair in zip(here, in_fleet, strict=True)], is_site=self._is_site)


def _outcomes(audit: Audit) -> dict[str, str]:
    """The outcome of each connection, by connection_id."""
    frame = audit.connections
    return dict(zip(frame["connection_id"], frame["outcome"].astype(str), strict=True))


def _evidence_of(remedy_id: str) -> str:
    """The one file or key that a remedy adds to the export; "" for another remedy."""
    remedy = parse_remedy(remedy_id)
    return remedy.subject[0] if remedy.kind is RemedyKind.ADD_EVIDENCE and len(remedy.subject) == 1 else ""


def applied_words(row: Row) -> str:
    """``Applied: restores 4 connections, breaks none.``, or why that is not known: of a row of the frame `remedies`."""
    counts = [_Counted(int(row[name]), int(row[name])) for name in ("restores", "settles", "breaks")]
    return _in_words([row], counts, is_site=False)


def _in_words(rows: list[Row], counts: list[_Counted], *, is_site: bool) -> str:
    """What came of some remedies, each applied alone, with connections that it restores, settles and breaks."""
    stops = list(dict.fromkeys(str(row["stops_at"]).removesuffix(".") for row in rows if row["stops_at"]))
    applied = [row for row in rows if row["applied"]]
    if not applied:
        return f"Not applied: {'; '.join(stops)}."
    restores, settles, breaks = counts
    lets_in, locks_out = (_devices(applied, name, is_site=is_site) for name in ("lets_in", "locks_out"))
    good = [f"lets the administrators of {lets_in} in"] if lets_in else []
    good += [f"restores {restores.of('connection')}"] if restores.fleet else []
    good += [f"settles {settles.of(f'{UNDETERMINED} connection')}"] if settles.fleet else []
    bad = [f"breaks {breaks.of('connection')}"] if breaks.fleet else []
    bad += [f"locks the administrators of {locks_out} out, or perhaps"] if locks_out else []
    how = f"{_how(applied)}{'' if len(applied) == len(rows) else ', in part'}"
    why = f": {'; '.join(stops)}" if stops else ""
    if good:
        not_enough = f" It does not suffice for all{why}." if stops else ""
        return f"{how}: {', '.join([*good, *(bad or ['breaks none'])])}.{not_enough}"
    worse = f" It {listed(bad)}." if bad else ""
    return f"{how}, and it does not suffice{why}.{worse}"


def _devices(rows: list[Row], column: str, *, is_site: bool) -> str:
    """``2 devices``; of several remedies, which may be about the same devices, ``some devices``; "" for none."""
    counts = [int(row[column]) for row in rows if row[column]]
    of = " of the fleet" if is_site else ""
    if len(counts) > 1:
        return f"some devices{of}"
    return plural(counts[0], f"device{of}", f"devices{of}") if counts else ""


def _how(rows: list[Row]) -> str:
    """``Applied``, and with what else: the CN that was tried, and further remedies that stood in the way."""
    if len(rows) > 1:
        return "Applied, each alone"
    names = listed(tried_names(str(rows[0]["in_words"])))
    further = len(split_names(str(rows[0]["further_remedies"])))
    parts = [names] if names else []
    parts += [plural(further, "further remedy", "further remedies")] if further else []
    return f"Applied with {listed(parts)}" if parts else "Applied"

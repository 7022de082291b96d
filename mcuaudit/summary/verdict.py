"""The verdict of an audit in one sentence."""

from __future__ import annotations

from datetime import tzinfo

from mcuaudit.frames.containers import Audit
from mcuaudit.triage.counting import Counts
from mcuaudit.wording.numbers import plural, spelled
from mcuaudit.wording.phrases import date_range


def verdict(name: str, counts: Counts) -> str:
    """The whole audit in one sentence, for the heading: refused connections, else undetermined ones, else the rest."""
    return f"{name}: {verdict_clause(counts)}."


def verdict_clause(counts: Counts) -> str:
    """The same without the name, as a clause."""
    connections = _connections_clause(counts)
    locked = f"{spelled(counts.locked_out, 'MCU')} cannot be administered" if counts.locked_out else ""
    if not counts.refused:
        return f"{locked}; {connections}" if locked else connections
    unknown = f"{counts.undetermined:,} {_are(counts.undetermined)} undetermined" if counts.undetermined else ""
    *before, last = [connections, *filter(None, (unknown, locked))]
    return f"{', '.join(before)}, and {last}" if before else last


def verdict_sentence(counts: Counts) -> str:
    """The same without the name, as a sentence."""
    clause = verdict_clause(counts)
    return f"{clause[:1].upper()}{clause[1:]}."


def _connections_clause(counts: Counts) -> str:
    total = counts.possible
    if not total:
        return "no connections are possible"
    if counts.refused:
        return f"{_part(counts.refused, total)} will be refused"
    if counts.undetermined == total:
        return f"{_part(total, total)} {_are(total)} undetermined"
    if counts.undetermined:
        number = counts.undetermined
        return f"no connection is refused, but {number:,} of {total:,} {_are(number)} undetermined"
    if counts.unverified == total:
        return f"{_part(total, total)} will be accepted, but not verified by both sides"
    if counts.unverified:
        return f"all {total:,} connections will be accepted, {counts.unverified:,} of them unverified"
    return f"{_part(total, total)} will be accepted, verified by both sides"


def _are(number: int) -> str:
    return "is" if number == 1 else "are"


def _part(number: int, total: int) -> str:
    if number == total:
        return "the only connection" if total == 1 else f"all {total:,} connections"
    return f"{number:,} of {plural(total, 'connection')}"


def evidence_dates(audit: Audit, zone: tzinfo) -> str:
    """The dates of the evidence, in words."""
    gathered = audit.devices["collected_at"].dropna()
    if gathered.empty:
        return "evidence without a date"
    dates = date_range(gathered.min(), gathered.max(), zone)
    return f"evidence collected {'from' if ' to ' in dates else 'on'} {dates}"

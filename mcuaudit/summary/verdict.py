"""The verdict of an audit in one sentence."""

from __future__ import annotations

from datetime import UTC, tzinfo
from typing import Final

from mcuaudit.frames.containers import Audit
from mcuaudit.triage.counting import Counts, count
from mcuaudit.wording.numbers import plural, spelled
from mcuaudit.wording.phrases import date_range, long_date

UNDETERMINED_MEANING: Final = (
    "the export does not have the evidence that decides, or the documents can be read in more than one way; the reason "
    "names the file or key to collect, or the reading"
)
"""What the word undetermined means, wherever a page explains it."""
UNDETERMINED_MEANS: Final = f"Undetermined means that {UNDETERMINED_MEANING}."


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


def page_title(audit: Audit, name: str, zone: tzinfo = UTC) -> str:
    """The title of a page: ``Oslo: 5 of 31 connections refused, 20 undetermined · certificate audit · 23 Nov…``."""
    counts = count(audit.connections, audit.administration)
    parts = [f"{counts.locked_out:,} locked out"] if counts.locked_out else []
    if counts.refused:
        parts.append(f"{counts.refused:,} of {plural(counts.possible, 'connection')} refused")
    if counts.undetermined:
        of = "" if counts.refused else f" of {plural(counts.possible, 'connection')}"
        parts.append(f"{counts.undetermined:,}{of} undetermined")
    if counts.possible and not (counts.refused or counts.undetermined):
        parts.append(f"{plural(counts.possible, 'connection')} accepted")
    found = f": {', '.join(parts)}" if parts else ""
    return f"{name}{found} · certificate audit · {long_date(audit.at, zone)}"


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

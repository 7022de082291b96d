"""An audit on a terminal: verdict, a line per device, what to do first, what is undetermined, what was not read."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pandas as pd
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from mcuaudit.domain.connections import CONNECTION_TABLE, ConnectionType
from mcuaudit.domain.outcome import Outcome
from mcuaudit.frames.containers import Audit
from mcuaudit.summary.changes import sentence
from mcuaudit.summary.gaps import collect_next
from mcuaudit.summary.policy_effects import policy_effects
from mcuaudit.summary.remedies import before_and_after
from mcuaudit.summary.urgency import urgency
from mcuaudit.summary.verdict import verdict, verdict_clause
from mcuaudit.triage.counting import connection_words, count
from mcuaudit.wording.numbers import plural
from mcuaudit.wording.phrases import LETTERS, REDACTED, listed, said, short_date
from mcuaudit.wording.visible import visible
from mcuaudit.writers.finding_lines import finding_lines

STYLES = {"refused": "bold red", "undetermined": "cyan", "unverified": "yellow", "accepted": "green"}
"""How the words for connections are shown."""
_SHORT = {"refused": "refused", "undetermined": "undet.", "unverified": "unverif.", "accepted": "accepted"}
_NARROW = 112
_LEGEND = "[dim]1/2: 1 of 2 connections; undet.: undetermined; unverif.: accepted, unverified; -: not applicable.[/dim]"
_NARROW_LEGEND = "R refused, ? undetermined, U accepted unverified, A accepted, - not applicable."
_NARROW_TITLES = {"Web user": "Web", "API user": "API", "Feedback": "Feedb."}


def print_audit(
    audit: Audit,
    console: Console,
    name: str,
    *,
    everything: bool,
    jobs: pd.DataFrame | str,
    gaps: pd.DataFrame | str,
) -> None:
    """The whole of `mcuaudit check` for a person at a terminal.

    Args:
        audit: what to print.
        console: where.
        name: what the export is called.
        everything: undetermined findings too.
        jobs: what `proven_first` gave.
        gaps: what `gaps_within_bounds` gave.
    """
    console.print(f"[bold]{escape(visible(verdict(name, count(audit.connections, audit.administration))))}[/bold]")
    if audit.fleet.redacted:
        console.print(f"[dim]{REDACTED}[/dim]")
    console.print()
    narrow = console.width < _NARROW
    console.print(_devices(audit, narrow=narrow))
    console.print(_narrow_legend(audit) if narrow else _LEGEND)
    if audit.comparison:
        console.print(f"\n{escape(visible(sentence(audit.comparison)))}")
    _print_first(jobs, console)
    if everything:
        _print_findings(audit, console)
    _print_undetermined(audit, console, gaps)
    _print_waived(audit, console)
    _print_problems(audit, console)


def _devices(audit: Audit, *, narrow: bool) -> Table:
    """A line per device; the worst outcome of each cell, or on a narrow terminal all of them by letter."""
    table = Table(box=None, pad_edge=False, header_style="bold", padding=(0, 1 if narrow else 2, 0, 0))
    # What does not fit goes on in the next line of its cell; nothing is cut.
    table.add_column("Device", overflow="fold")
    kinds = _shown_types(audit) if narrow else list(ConnectionType)
    for kind in kinds:
        title = CONNECTION_TABLE[kind].short_title
        table.add_column(_NARROW_TITLES.get(title, title) if narrow else title, no_wrap=not narrow, overflow="fold")
    table.add_column("Expiry" if narrow else "First expiry", no_wrap=True)
    words = connection_words(audit.connections)
    counts = pd.crosstab([audit.connections["device_id"], audit.connections["connection_type"]], words, dropna=False)
    locked = set(audit.administration.loc[audit.administration["outcome"] == Outcome.FAIL.value, "device_id"])
    by_cell = {
        key: {str(word): int(number) for word, number in row.items()} for key, row in counts.to_dict("index").items()
    }
    write = _letters if narrow else _worst_word
    for device, expiry in urgency(audit, "device_id")["first_expiry"].items():
        shown = [write(by_cell.get((device, kind.value), {})) for kind in kinds]
        if device in locked and ConnectionType.WEB_USER in kinds:
            web = kinds.index(ConnectionType.WEB_USER)
            shown[web] = "[bold red]locked[/bold red]" if narrow else "[bold red]locked out[/bold red]"
        table.add_row(escape(visible(device)), *shown, short_date(expiry))
    return table


def _shown_types(audit: Audit) -> list[ConnectionType]:
    """The types of connections that some device can have."""
    possible = audit.connections["outcome"] != Outcome.NOT_APPLICABLE.value
    found = set(audit.connections.loc[possible, "connection_type"].astype(str))
    return [kind for kind in ConnectionType if kind.value in found]


def _narrow_legend(audit: Audit) -> str:
    shown = _shown_types(audit)
    absent = [CONNECTION_TABLE[kind].title for kind in ConnectionType if kind not in shown]
    without = f" Not applicable on any device: {', '.join(absent)}." if absent else ""
    return f"[dim]{_NARROW_LEGEND}{without}[/dim]"


def _worst_word(counts: dict[str, int]) -> str:
    said = [(word, counts[word]) for word in _SHORT if counts.get(word)]
    if not said:
        return "-"
    word, number = said[0]
    total = sum(count for _, count in said)
    of = f"/{total}" if number < total else ""
    return f"[{STYLES[word]}]{_SHORT[word]} {number}{of}[/{STYLES[word]}]"


def _letters(counts: dict[str, int]) -> str:
    said = [f"[{STYLES[word]}]{LETTERS[word]}{counts[word]}[/{STYLES[word]}]" for word in LETTERS if counts.get(word)]
    return " ".join(said) or "-"


def _print_first(jobs: pd.DataFrame | str, console: Console) -> None:
    if isinstance(jobs, str):
        console.print(f"\n[bold]Do first[/bold]\n {escape(jobs)}")
        return
    if jobs.empty:
        return
    console.print("\n[bold]Do first[/bold]")
    for row in jobs.to_dict("records"):
        console.print(_hanging(f"{row['number']:>2}. ", escape(visible(row["in_words"]))))
        console.print(_hanging("    ", f"[dim]{escape(before_and_after(row))}[/dim]"))


def _hanging(mark: str, text: str) -> Table:
    """A text after a mark; lines that wrap begin where the text does."""
    found = Table.grid(padding=0)
    found.add_column(width=len(mark), no_wrap=True)
    found.add_column()
    found.add_row(mark, text)
    return found


def _print_findings(audit: Audit, console: Console) -> None:
    console.print("\n[bold]All findings[/bold]")
    for line in finding_lines(audit, everything=True):
        console.print(escape(visible(line)), soft_wrap=True)


def _print_undetermined(audit: Audit, console: Console, gaps: pd.DataFrame | str) -> None:
    undetermined = audit.connections[audit.connections["outcome"] == Outcome.OPEN.value]
    if undetermined.empty:
        return
    evidence, words = collect_next(gaps, len(undetermined))
    first = f"Collect next: [cyan]{escape(visible(evidence))}[/cyan]" if evidence else ""
    more = " `mcuaudit check --gaps` lists all." if evidence else ""
    number = plural(len(undetermined), "connection")
    console.print(f"\n[bold]Undetermined[/bold]: {number}. {first}{escape(visible(words))}{more}")
    open_findings = int((audit.findings["outcome"] == Outcome.OPEN.value).sum())
    console.print(f"Also undetermined: {plural(open_findings, 'finding')}; --all lists them.", style="dim")


def _print_waived(audit: Audit, console: Console) -> None:
    waived = waived_words(audit)
    if waived:
        console.print(f"\n[bold]Waived[/bold]: {escape(visible(waived))}.")


_PLACES_SHOWN: Final = 3


def _print_problems(audit: Audit, console: Console) -> None:
    if audit.problems.empty:
        return
    console.print(f"\n[bold]Problems[/bold]: {len(audit.problems):,}.")
    # Equal problems are one line, with a count and the first places.
    places: dict[str, list[str]] = {}
    for row in audit.problems.to_dict("records"):
        where = f", {row['where']}" if said(row["where"]) else ""
        places.setdefault(str(row["reason"]), []).append(f"{row['file']}{where}")
    for reason, found in places.items():
        more = len(found) - _PLACES_SHOWN
        shown = "; ".join(found[:_PLACES_SHOWN]) + (f" and {more} more, {len(found)} in all" if more > 0 else "")
        console.print(f" {escape(visible(shown))}: {escape(visible(reason))}")


def waived_words(audit: Audit) -> str:
    """``2 findings waived, by Ann until 31 Dec 2026``; empty if there is none."""
    waived = audit.findings[audit.findings["status"] == "waived"]
    if waived.empty:
        return ""
    owners = (
        waived[["waiver_owner", "waiver_expires"]].drop_duplicates().sort_values(["waiver_expires", "waiver_owner"])
    )
    by = [f"{row['waiver_owner']} until {short_date(row['waiver_expires'])}" for row in owners.to_dict("records")]
    return f"{plural(len(waived), 'finding')} waived, by {listed(by)}"


def summary_lines(audit: Audit, name: str, index: str | Path | None = None) -> Iterator[str]:
    """The lines of a run on standard error, with one for waived findings and one for changes.

    The first line has the verdict, the policy, the age of the evidence and the index page, if one was made.
    """
    counts = count(audit.connections, audit.administration)
    verdict = f"{name} ({plural(len(audit.devices), 'device')}): {verdict_clause(counts)}"
    parts = [verdict, f"policy {audit.fleet.policy_file}" if audit.fleet.policy_file else "no policy file"]
    parts.append(evidence_age(audit))
    yield "; ".join(parts + ([f"index {index}"] if index else []))
    if audit.fleet.redacted:
        yield REDACTED
    if effects := policy_effects(audit):
        yield f"the policy {effects}"
    if waived := waived_words(audit):
        yield waived
    if audit.comparison:
        yield sentence(audit.comparison)


def evidence_age(audit: Audit) -> str:
    """``the oldest evidence is 20 days old``, how many devices have no date, and whether some is later than `at`."""
    gathered = audit.devices["collected_at"]
    unknown = int(gathered.isna().sum())
    if unknown == len(gathered):
        return "the collection date of the evidence is unknown"
    days = max(0, (audit.at - gathered.min()).days)
    undated = f"; the collection date is unknown for {unknown} of {plural(len(gathered), 'device')}" if unknown else ""
    later = ", and some was collected after the time of the audit" if (gathered > audit.at).any() else ""
    return f"the oldest evidence is {plural(days, 'day')} old{later}{undated}"

"""The matrix: devices or sites by urgency × the six connection types, and every connection with its reason."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import tzinfo
from typing import Any, Final, cast

import pandas as pd

from mcuaudit.domain.connections import CONNECTION_TABLE, ConnectionType
from mcuaudit.domain.outcome import Outcome
from mcuaudit.frames.containers import Audit
from mcuaudit.report.figure import wide_figure
from mcuaudit.report.figures import Cell, grid
from mcuaudit.report.html import Html, anchor, element, folded, join, link, paragraph, small
from mcuaudit.report.table import ROWS_SHOWN, Row, csv_link, shown_of, table
from mcuaudit.summary.urgency import urgency
from mcuaudit.triage.counting import connection_words
from mcuaudit.wording.numbers import plural
from mcuaudit.wording.phrases import (
    AUTHENTICATED_WORDS,
    CONNECTION_WORDS,
    LETTERS,
    NOT_APPLICABLE,
    REFUSED,
    said,
    short_date,
)

PICTURE_OF: Final = range(13, 121)
"""Numbers of devices that get a picture too: a shorter table needs none, and a larger picture is not legible."""
_CSV_COLUMNS: Final = [
    "site", "device", "connection_type", "peer", "outcome", "authenticated", "reason_code", "reason", "remedy", "cause",
    "setting_value", "readings", "missing_evidence", "fails_on",
]  # fmt: skip


def matrix(audit: Audit, zone: tzinfo, by: str, titles: Mapping[str, str], linked: Collection[str] = ()) -> Html:
    """A word and a count per cell; `by` is device_id or site, `titles` has the words for its values.

    Devices in `linked` have a card, to which their names lead.

    If there are many devices, a picture has all of them; for sites it has its own table.
    """
    ranked = urgency(audit, by)
    if ranked.empty:
        return paragraph("There is no device.")
    whole = _table(audit, ranked, zone, by, titles, linked)
    devices = urgency(audit, "device_id") if by == "site" else ranked
    if len(devices) not in PICTURE_OF:
        return whole
    if by != "site":
        return join((_picture(audit, devices, titles), whole))
    each = folded("Every device as a table", _table(audit, devices, zone, "device_id", {}))
    return join((whole, _picture(audit, devices, {}), each))


def _table(
    audit: Audit, ranked: pd.DataFrame, zone: tzinfo, by: str, titles: Mapping[str, str], linked: Collection[str] = ()
) -> Html:
    chips = _chips(audit, by)
    types = list(ConnectionType)
    what = "site" if by == "site" else "device"
    columns = [what.capitalize(), *(CONNECTION_TABLE[kind].short_title for kind in types), "First expiry"]
    rows = []
    for key, row in ranked.head(ROWS_SHOWN).iterrows():
        name = str(key)
        cells = [chips.get((name, kind.value), []) for kind in types]
        if row["locked_out"]:
            # A lock-out is shown in the column of web users, where a reader looks for logins.
            words = "locked out" if by != "site" else f"{row['locked_out']} locked out"
            cells[types.index(ConnectionType.WEB_USER)].insert(0, _chip("refused", words))
        shown = [join(cell, " ") if cell else _chip("none", NOT_APPLICABLE) for cell in cells]
        expiry = expiry_cell(row["first_expiry"], audit, zone)
        title = titles.get(name, name)
        named = link(anchor("card", name), title) if name in linked else title
        rows.append(Row((named, *shown, expiry), anchor=anchor(what, name)))
    caption = (
        f"{shown_of(len(rows), len(ranked), what)} by urgency, {plural(_possible(ranked), 'connection')}. "
        "Accepted: each side verifies the other's certificate. Unverified: accepted, but at least one side does not "
        "verify the other."
    )
    return table(caption, columns, rows, grouped=True, label=f"Connections by {what} and type")


def _picture(audit: Audit, ranked: pd.DataFrame, titles: Mapping[str, str]) -> Html:
    """Every device at a glance: the worst outcome of each connection type by colour and letter."""
    names = [str(key) for key in ranked.index]
    types = [kind.value for kind in ConnectionType]
    words = connection_words(audit.connections)
    within = pd.DataFrame(
        {"name": audit.connections["device_id"], "type": audit.connections["connection_type"], "word": words}
    )
    worst = within[words != NOT_APPLICABLE].groupby(["name", "type"], observed=True)["word"].min()
    cells = []
    for index, word in worst.items():
        name, kind = cast("tuple[str, str]", index)
        if kind != ConnectionType.WEB_USER.value or not ranked.at[name, "locked_out"]:
            cells.append(Cell(names.index(name), types.index(kind), str(word), LETTERS[str(word)]))
    web = types.index(ConnectionType.WEB_USER.value)
    cells += [Cell(row, web, REFUSED, "L") for row, locked in enumerate(ranked["locked_out"]) if locked]
    summary = f"The worst outcome of each device and connection type, {plural(len(names), 'device')} by urgency"
    drawn = grid(
        [titles.get(name, name) for name in names],
        [CONNECTION_TABLE[kind].short_title for kind in ConnectionType],
        cells,
        f"{summary}. The table has the same content.",
    )
    caption = (
        f"{summary}. R refused, ? undetermined, U accepted but unverified, A accepted, L no administrator can log in; "
        "empty: not applicable."
    )
    return wide_figure(drawn, caption, label="Connections at a glance", repeats=True)


def _possible(ranked: pd.DataFrame) -> int:
    return int(ranked[[word for word in CONNECTION_WORDS if word != NOT_APPLICABLE]].to_numpy().sum())


def _chips(audit: Audit, by: str) -> dict[tuple[str, str], list[Html]]:
    words = connection_words(audit.connections)
    counted = audit.connections.groupby([by, "connection_type", words], observed=True).size()
    chips: dict[tuple[str, str], list[Html]] = {}
    for index, number in counted.items():
        key, kind, word = cast("tuple[str, str, str]", index)
        if word != NOT_APPLICABLE:
            chips.setdefault((key, kind), []).append(_chip(word, f"{word} {number:,}"))
    return chips


def _chip(kind: str, words: str) -> Html:
    return element("span", words, class_=f"chip {kind}")


def expiry_cell(moment: Any, audit: Audit, zone: tzinfo) -> object:
    """The date of the first expiry, marked if it has passed."""
    if pd.isna(moment):
        return "unknown"
    date = short_date(moment, zone)
    return join((_chip("refused", "expired"), small(date))) if moment < audit.at else date


def connections_in_detail(audit: Audit, zone: tzinfo, name: str, *, with_site: bool) -> Html:
    """Every connection with its reason, worst first, folded."""
    connections = audit.connections.assign(word=connection_words(audit.connections))
    ordered = connections.sort_values(["word", "device_id", "connection_type", "connection_id"], kind="stable")
    shown = ordered.head(ROWS_SHOWN)
    caption = join(
        (
            f"{shown_of(len(shown), len(ordered), 'connection')}, refused ones first. ",
            csv_link(ordered[_CSV_COLUMNS], f"{name}-connections", "Download CSV"),
        )
    )
    columns = ("Device", "Connection", "Outcome", "Reason")
    rows = [_detail(row, zone, with_site) for _, row in shown.iterrows()]
    return folded(
        f"Show {plural(len(shown), 'connection')} with reasons",
        table(caption, columns, rows, label="Connections in detail"),
    )


def connections_as_csv(audit: Audit, name: str) -> Html:
    """The table of connections as a file, where the cards of the devices have each of them."""
    saved = csv_link(audit.connections[_CSV_COLUMNS], f"{name}-connections", "Download CSV")
    number = plural(len(audit.connections), "connection")
    return paragraph(f"The cards of the devices have each refused and undetermined one of {number}. ", saved)


def _detail(row: pd.Series, zone: tzinfo, with_site: bool) -> Row:
    definition = CONNECTION_TABLE[ConnectionType(row["connection_type"])]
    ends = said(short_date(row["fails_on"], zone))
    verified = AUTHENTICATED_WORDS[row["authenticated"]] if row["outcome"] == Outcome.PASS else None
    return Row(
        (
            row["device_id"] if with_site else row["device"],
            join((definition.title, small(row["peer"]))),
            join((_chip(row["word"], row["word"]), small(verified) if verified else None)),
            join(
                (
                    said(row["reason"]),
                    small(row["remedy"]) if said(row["remedy"]) and row["outcome"] != Outcome.PASS else None,
                    small(f"until {ends}") if ends else None,
                )
            ),
        )
    )

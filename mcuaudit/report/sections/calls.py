"""Calls between the MCUs of the fleet: a picture of the outcome of every call, and a table with the reasons."""

from __future__ import annotations

from typing import Final

import pandas as pd

from mcuaudit.domain.connections import ConnectionType
from mcuaudit.frames.containers import Audit
from mcuaudit.report.figure import wide_figure
from mcuaudit.report.figures import Cell, grid
from mcuaudit.report.html import Html, element, folded, join, paragraph
from mcuaudit.report.table import ROWS_SHOWN, Row, csv_link, shown_of, table
from mcuaudit.triage.counting import connection_words
from mcuaudit.wording.numbers import plural
from mcuaudit.wording.phrases import LETTERS, NOT_APPLICABLE, REFUSED

PICTURE_OF: Final = range(3, 41)
"""Numbers of devices that get a picture: for two the sentence is enough, and a larger picture is not legible."""


def calls_between(audit: Audit, name: str) -> Html | None:
    """The matrix of calls, a row per calling and a column per called device; None if there are none."""
    calls = _calls(audit)
    if calls.empty:
        return None
    names = sorted({*calls["device_id"], *calls["called"]})
    refused = int((calls["word"] == REFUSED).sum())
    summary = f"{plural(len(calls), 'call')} between {plural(len(names), 'MCU')}, {refused:,} refused"
    parts = [element("h3", "Calls between MCUs"), paragraph(f"{summary}.")]
    if len(names) in PICTURE_OF:
        parts.append(_picture(calls, f"Matrix of {summary}; the table below has the same content"))
    parts.append(folded("Every call with its reason", _table(calls, name)))
    return join(parts)


def _calls(audit: Audit) -> pd.DataFrame:
    """One row per pair: the outgoing call, which both sides check in one handshake."""
    connections = audit.connections.assign(word=connection_words(audit.connections).astype(str))
    others = audit.peers[["device_id", "peer", "peer_device"]].dropna(subset=["peer_device"])
    calls = connections[connections["connection_type"] == ConnectionType.OUTGOING_SIP.value]
    calls = calls[calls["word"] != NOT_APPLICABLE].merge(others, on=["device_id", "peer"])
    return calls.rename(columns={"peer_device": "called"}).sort_values(["device_id", "called"], ignore_index=True)


def _picture(calls: pd.DataFrame, words: str) -> Html:
    callers, called = (sorted(calls[column].unique()) for column in ("device_id", "called"))
    pairs = zip(calls["device_id"], calls["called"], calls["word"], strict=True)
    cells = [Cell(callers.index(caller), called.index(other), word, LETTERS[word]) for caller, other, word in pairs]
    caption = (
        "The device of the row calls the device of the column. R refused, ? undetermined, U accepted but unverified, "
        "A accepted and verified by both sides; empty: no such call."
    )
    return wide_figure(grid(callers, called, cells, words), caption, label="Calls between MCUs at a glance")


def _table(calls: pd.DataFrame, name: str) -> Html:
    shown = calls.head(ROWS_SHOWN)
    rows = [
        Row(
            (row["device_id"], row["called"], element("span", row["word"], class_=f"chip {row['word']}"), row["reason"])
        )
        for row in shown.to_dict("records")
    ]
    columns = ["device_id", "called", "outcome", "authenticated", "reason_code", "reason", "remedy", "cause"]
    caption = join(
        (f"{shown_of(len(rows), len(calls), 'call')}. ", csv_link(calls[columns], f"{name}-calls", "Download CSV"))
    )
    return table(caption, ("From", "To", "Outcome", "Reason"), rows, label="Calls between MCUs")

"""The steps of one verdict: what was checked, against what, with which outcome, and by which evidence."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from mcuaudit.domain.connections import ConnectionType
from mcuaudit.domain.name_forms import as_known
from mcuaudit.domain.outcome import Outcome
from mcuaudit.errors import UsageError, did_you_mean
from mcuaudit.frames.attached import method_of
from mcuaudit.frames.containers import Audit
from mcuaudit.frames.schema import OUTCOME
from mcuaudit.summary.cited_rows import CitedRows, Row, rows_of
from mcuaudit.summary.steps import Step, steps_of_connection

COLUMNS = ("peer", "step", "checked", "against", "outcome", "reason", "evidence_file")


@method_of(Audit, "why")
def steps_of(audit: Audit, device_id: str, connection_type: str, peer: str | None = None) -> pd.DataFrame:
    """The steps that led to the outcome of a connection: ``audit.why("leeds/mcu-2", "outgoing_sip")``.

    Without `peer`, the steps of every connection of that device and type.

    Columns: peer; step; checked: the certificate, name or setting; against: the store, name or value; outcome;
    reason: why, if there is more to say; evidence_file: the file within the export.

    Raises:
        UsageError: there is no such device, type or peer; the message suggests the most similar one.
    """
    rows = _chosen(audit, device_id, connection_type, peer)
    cited = CitedRows(audit, rows)
    cells = [cell for row in rows for step in steps_of_connection(cited, row) for cell in _rows(row["peer"], step)]
    steps = pd.DataFrame(cells, columns=list(COLUMNS))
    steps["outcome"] = steps["outcome"].astype(OUTCOME)
    return steps


def _chosen(audit: Audit, device_id: str, connection_type: str, peer: str | None) -> list[Row]:
    device_id = _known("device", device_id, audit.devices["device_id"].tolist())
    connection_type = _known("connection type", connection_type, [word.value for word in ConnectionType])
    connections = audit.connections
    chosen = connections[(connections["device_id"] == device_id) & (connections["connection_type"] == connection_type)]
    if peer is not None:
        if chosen.empty:
            raise UsageError(f'{device_id} has no connection of the type {connection_type}, so no peer "{peer}".')
        peer = _known("peer", peer, chosen["peer"].tolist())
        chosen = chosen[chosen["peer"] == peer]
    return list(rows_of(chosen))


def _known(what: str, word: str, allowed: list[str]) -> str:
    """The allowed word that `word` is, however its characters are composed."""
    found = as_known(word, allowed)
    if found is None:
        few = ", ".join(allowed[:8]) + (" …" if len(allowed) > 8 else "")
        raise UsageError(f'There is no {what} "{word}"; expected one of {few}.{did_you_mean(word, allowed)}')
    return found


def _rows(peer: str, step: Step) -> Iterator[tuple[str, ...]]:
    """The row of a step, and of a path one for each CA certificate."""
    yield peer, step.title, step.checked, step.against, step.outcome, step.reason, step.file
    above = step.path[1:]
    for number, member in enumerate(above, start=1):
        is_anchor = number == len(above) and step.outcome == Outcome.PASS.value
        title = "trust anchor" if is_anchor else f"issuer {number}"
        yield peer, f"  {title}", member.subject, step.against, step.outcome, "", member.file

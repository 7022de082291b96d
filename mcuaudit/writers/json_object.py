"""One JSON object of an audit: schema, time, summary, and the frames that other programs read."""

from __future__ import annotations

import json
from typing import Any, Final

import pandas as pd

from mcuaudit.domain.outcome import Outcome
from mcuaudit.frames.containers import Audit
from mcuaudit.frames.save import SCHEMA_VERSION
from mcuaudit.summary.verdict import verdict
from mcuaudit.summary.work_list import ANY_TIME, work_list
from mcuaudit.triage.counting import count

FRAMES: Final = ("devices", "connections", "findings", "problems")


def json_object(audit: Audit, name: str) -> dict[str, Any]:
    """The audit as plain values: `schema`, `at`, `summary`, and frames as lists of objects by column name.

    `first_jobs` is what to do first, where it was proven, and null where it was not. Each job has the columns of the
    frame of that name, `where` with the devices and peers that it changes, and `by`, the day by which it is due.

    Missing values are null, times are ISO 8601 in UTC, outcomes are pass, notApplicable, open or fail. The form is that
    of `mcuaudit.writers.json_schema`, docs/audit.schema.json.
    """
    counts = count(audit.connections, audit.administration)
    waived = audit.findings["status"].eq("waived")
    active = audit.findings.loc[~waived, "outcome"].astype(str)
    return {
        "schema": f"mcuaudit/{SCHEMA_VERSION}",
        "at": audit.at.isoformat(),
        "summary": {
            "verdict": verdict(name, counts),
            "audit_id": audit.audit_id,
            "sites": len(audit.sites),
            "devices": len(audit.devices),
            "connections": counts.possible,
            "refused": counts.refused,
            "accepted_unverified": counts.unverified,
            "undetermined": counts.undetermined,
            "accepted_verified_by_both": counts.accepted,
            "not_applicable": counts.not_applicable,
            "locked_out": counts.locked_out,
            "findings_fail": int(active.eq(Outcome.FAIL.value).sum()),
            "findings_open": int(active.eq(Outcome.OPEN.value).sum()),
            "findings_waived": int(waived.sum()),
            "problems": len(audit.problems),
            "input_sha256": audit.fleet.input_sha256 or "",
            "redacted": audit.fleet.redacted or "",
            "versions": dict(audit.versions),
        },
        **{frame: records(getattr(audit, frame)) for frame in FRAMES},
        "first_jobs": _jobs(audit),
    }


def _jobs(audit: Audit) -> list[dict[str, Any]] | None:
    jobs = audit.for_pages.first_jobs
    if jobs is None:
        return None
    listed = work_list(audit, jobs)
    return [
        {**row, "where": one.where, "by": one.by or (one.ends.date().isoformat() if one.ends else ANY_TIME)}
        for row, one in zip(records(jobs), listed, strict=True)
    ]


def records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """The rows of a frame as plain values."""
    columns = {str(name): _plain(frame[name]) for name in frame.columns}
    return [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]


def _plain(column: pd.Series) -> list[Any]:
    values = column.astype(object).where(column.notna(), None).tolist()
    if isinstance(column.dtype, pd.DatetimeTZDtype):
        return [None if value is None else value.isoformat() for value in values]
    return values


def json_text(audit: Audit, name: str) -> str:
    """`json_object` as text; only ASCII, so that no terminal or mail gateway changes it."""
    return json.dumps(json_object(audit, name), indent=2, allow_nan=False) + "\n"

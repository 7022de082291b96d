"""One frame as a CSV file: plain, for programs, or one that a spreadsheet can open without running anything."""

from __future__ import annotations

import pandas as pd

from mcuaudit.errors import UsageError, not_allowed
from mcuaudit.frames.containers import Audit
from mcuaudit.frames.schema import AUDIT_FRAMES, COMPARISON_FRAMES, FLEET_FRAMES
from mcuaudit.summary.csv_text import BYTE_ORDER_MARK, csv_text, readable


def csv_of(audit: Audit, frame: str = "findings") -> str:
    """The frame as CSV (RFC 4180): times in ISO 8601 and UTC, a missing value as an empty cell.

    Columns of octets (``der``, ``ocsp_response``) are left out; Parquet has them.

    Raises:
        UsageError: the audit has no such frame.
    """
    return csv_text(_chosen(audit, frame))


def spreadsheet_csv_of(audit: Audit, frame: str = "findings") -> str:
    """The frame for a spreadsheet: it begins with a byte order mark, and no cell of it is a formula.

    An apostrophe stands before what would be a formula. A spreadsheet still makes a number of a text that looks like
    one (a site called 007); XLSX does not.

    Raises:
        UsageError: the audit has no such frame.
    """
    return BYTE_ORDER_MARK + csv_text(_chosen(audit, frame), spreadsheet=True)


def _chosen(audit: Audit, name: str) -> pd.DataFrame:
    compared = COMPARISON_FRAMES if audit.comparison else ()
    if name not in (*AUDIT_FRAMES, *FLEET_FRAMES, *compared):
        raise UsageError(not_allowed("--frame: unknown frame", name, (*AUDIT_FRAMES, *FLEET_FRAMES, *compared)))
    return readable(name, getattr(audit.comparison if name in compared else audit, name))

"""The names of saved audits: time, a number if several have the same time, and six digits."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from mcuaudit.errors import UsageError
from mcuaudit.system.arguments import path_given
from mcuaudit.system.own_output import is_audit

DATED_NAME: Final = re.compile(r"\d{4}-\d\d-\d\dT\d{6}Z-(\d+-)?[0-9a-f]{6}")
TIME_LENGTH: Final = len("2026-11-23T000000Z")


def dated_place(directory: str | Path, at: datetime, audit_id: str) -> Path:
    """The place of an audit below `directory`: ``2026-11-23T000000Z-ab12cd``, with a number if that time is taken.

    Args:
        directory: where audits are kept; it need not exist yet.
        at: the time of the audit.
        audit_id: its six digits.

    Raises:
        UsageError: `directory` is itself a saved audit, or a file.
    """
    place = path_given(directory, "directory")
    if is_audit(place):
        raise UsageError(f"{place} is itself a saved audit; choose a directory for the audits of all runs.")
    if place.exists() and not place.is_dir():
        raise UsageError(f"{place} is a file; choose a directory for the audits of all runs.")
    time = f"{at.astimezone(UTC):%Y-%m-%dT%H%M%SZ}"
    numbers = [number_of(entry.name) for entry in place.glob(f"{time}-*")] if place.is_dir() else []
    number = f"{max(numbers) + 1}-" if numbers else ""
    return place / f"{time}-{number}{audit_id}"


def number_of(name: str) -> int:
    """The number in the name of a saved audit; 1 if it has none."""
    found = re.search(r"Z-(\d+)-[0-9a-f]+$", name)
    return int(found[1]) if found else 1

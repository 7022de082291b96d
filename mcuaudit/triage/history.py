"""Saved audits, one per run: the newest is the next baseline, and all together are the trend."""

from __future__ import annotations

import re
import shutil
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any, Final

import pandas as pd

from mcuaudit.domain.outcome import Outcome
from mcuaudit.errors import UsageError
from mcuaudit.frames.containers import Audit
from mcuaudit.frames.dated_names import DATED_NAME, TIME_LENGTH, number_of
from mcuaudit.frames.declared_frames import build_frame
from mcuaudit.frames.load import load_audit, read_manifest
from mcuaudit.system.arguments import path_given
from mcuaudit.system.files import ASIDE, FORMER
from mcuaudit.system.own_output import AUDIT_MANIFEST, is_audit, kept_audit
from mcuaudit.triage.counting import count

LATEST: Final = "latest"
_LEAVING: Final = ".leaving"
_LEFT: Final = re.compile(
    rf"\.\d{{4}}-\d\d-\d\dT\d{{6}}Z-.+({re.escape(ASIDE)}|{re.escape(FORMER)}|{re.escape(_LEAVING)})"
)
"""Names of what a killed run leaves in the directory: an audit that is partly written, or partly deleted."""
_COLUMNS: Final = {
    "connections": ["outcome", "authenticated"],
    "administration": ["outcome"],
    "findings": ["severity", "outcome", "status"],
    "devices": ["device_id"],
}


@dataclass(frozen=True, slots=True)
class Kept:
    """A saved audit: its directory, its time, and the six digits that identify it."""

    directory: Path
    at: datetime
    audit_id: str


def kept_audits(directory: str | Path) -> list[Kept]:
    """The audits below `directory`, the oldest first; of two at the same time, in the order in which they were kept.

    A symbolic link to an audit does not count.

    Raises:
        UsageError: one of them is of another schema version, or its manifest cannot be read.
    """
    directory, kept = Path(directory), []
    for entry in directory.iterdir() if directory.is_dir() else ():
        if is_audit(entry) and not entry.is_symlink() and not entry.name.startswith("."):
            kept.append(Kept(entry, _time_of(entry), entry.name.rpartition("-")[2]))
    return sorted(kept, key=lambda one: (one.at, number_of(one.directory.name), one.directory.name))


def _time_of(directory: Path) -> datetime:
    found = read_manifest(directory).get("at")
    try:
        return datetime.fromisoformat(str(found)).astimezone(UTC)
    except ValueError as error:
        raise UsageError(f"{directory / AUDIT_MANIFEST} is damaged: at is {found!r}, which is not a time.") from error


def retain(directory: str | Path, number: int, spare: str | Path) -> list[Path]:
    """Delete all but the newest `number` audits below `directory`, and what killed runs left there; the deleted ones.

    Newest by the time in their names, so that one that cannot be read does not stop it. `spare`, the one just kept,
    stays too, however old its time is. Nothing is touched that has not a name as `dated_place` gives them. Only for
    a run that holds the lock of the directory.

    Raises:
        UsageError: `number` is less than 1.
    """
    if number < 1:
        raise UsageError(f"The number of audits to retain is {number}; the minimum is 1.")
    directory, spare = Path(directory), Path(spare)
    for left in directory.glob(".*"):
        if _LEFT.fullmatch(left.name) and left.is_dir() and not left.is_symlink():
            shutil.rmtree(left, ignore_errors=True)
    named = [entry for entry in directory.iterdir() if DATED_NAME.fullmatch(entry.name)]
    ours = [entry for entry in named if is_audit(entry) and not entry.is_symlink()]
    ours.sort(key=lambda entry: (entry.name[:TIME_LENGTH], number_of(entry.name), entry.name))
    surplus = [entry for entry in ours[:-number] if entry != spare]
    for old in surplus:
        # Renamed first: a run that is killed while it deletes leaves no damaged audit in the list.
        leaving = old.with_name(f".{old.name}{_LEAVING}")
        old.rename(leaving)
        shutil.rmtree(leaving, ignore_errors=True)
    return surplus


def newest(directory: str | Path) -> Path | None:
    """The newest audit kept below `directory`; None if there is none.

    Raises:
        UsageError: see `kept_audits`.
    """
    kept = kept_audits(directory)
    return kept[-1].directory if kept else None


def open_baseline(word: str | Path, kept: str | Path | None = None) -> Audit | None:
    """The audit that `--baseline` names: ``latest``, a saved audit, or a directory of reports with its audit.

    None if it is ``latest`` and no audit is kept yet.

    Raises:
        UsageError: there is no such audit, or it cannot be loaded.
    """
    if word == LATEST:
        if kept is None:
            raise UsageError("--baseline latest needs --keep DIRECTORY, where the audits are saved.")
        directory = newest(kept)
        return load_audit(directory) if directory else None
    found = kept_audit(word)
    if found is None and not path_given(word, "--baseline").exists():
        raise UsageError(f"--baseline {word}: no such directory.")
    if found is None:
        raise UsageError(
            f"--baseline {word}: the directory contains no saved audit; a baseline is a saved audit, or a directory of "
            "reports and nothing else. Keep an audit of the earlier state with --keep, or compare two exports with "
            "mcuaudit compare."
        )
    return load_audit(found)


def trend(directory: str | Path, present: Audit | None = None) -> pd.DataFrame:
    """The frame `trend`: one row per audit kept below `directory`, the oldest first, then one for `present`.

    Raises:
        UsageError: there is no such directory, it is itself a saved audit, or one of the audits cannot be loaded.
    """
    _check_holds_audits(path_given(directory, "directory"))
    rows = [_kept_row(kept) for kept in kept_audits(directory)]
    if present is not None:
        rows.append(_row(present, present.at, present.audit_id, ""))
    return build_frame("trend", rows)


def _check_holds_audits(directory: Path) -> None:
    if is_audit(directory):
        raise UsageError(f"{directory} is itself a saved audit; give the directory that holds the audits of all runs.")
    if not directory.is_dir():
        found = " is a file" if directory.exists() else ": no such directory"
        raise UsageError(f"{directory}{found}; give the directory that holds the saved audits.")


def _kept_row(kept: Kept) -> dict[str, Any]:
    frames = SimpleNamespace(**{name: _read(kept.directory, name) for name in _COLUMNS})
    return _row(frames, kept.at, kept.audit_id, str(kept.directory))


def _row(frames: Any, at: datetime, audit_id: str, directory: str) -> dict[str, Any]:
    """The numbers of one audit; `frames` has the frames of `_COLUMNS` as attributes."""
    counts = count(frames.connections, frames.administration)
    active = frames.findings[
        (frames.findings["status"] == "active") & (frames.findings["outcome"] == Outcome.FAIL.value)
    ]
    return {
        "at": at,
        "audit_id": audit_id,
        "directory": directory or None,
        "devices": len(frames.devices),
        "locked_out": counts.locked_out,
        "refused": counts.refused,
        "undetermined": counts.undetermined,
        "unverified": counts.unverified,
        "accepted": counts.accepted,
        "errors": int((active["severity"] == "error").sum()),
        "warnings": int((active["severity"] == "warning").sum()),
        "waived": int((frames.findings["status"] == "waived").sum()),
    }


def _read(directory: Path, name: str) -> pd.DataFrame:
    """Only the columns that are counted, so that a trend over a year does not load a year of audits."""
    file = directory / f"{name}.parquet"
    try:
        return pd.read_parquet(file, columns=_COLUMNS[name])
    except (OSError, ValueError) as error:
        raise UsageError(f"{file} cannot be loaded: the audit is damaged or incomplete ({error})") from error

"""Comparison: the differences between two audits, as frames; saved in the directory of the newer audit."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any, Final, TypedDict

import pandas as pd

from mcuaudit.domain.instants import short_time
from mcuaudit.errors import UsageError
from mcuaudit.frames.attached import html_of
from mcuaudit.frames.declared_frames import SchemaError, build_frame, conform
from mcuaudit.frames.former_schemas import SINCE, upgraded
from mcuaudit.frames.save import SCHEMA_VERSION
from mcuaudit.frames.saved_frames import read_frame, read_json
from mcuaudit.frames.schema import COMPARISON_FRAMES
from mcuaudit.system.arguments import path_given
from mcuaudit.system.storage import storage_error
from mcuaudit.wording.numbers import plural
from mcuaudit.wording.phrases import listed
from mcuaudit.wording.visible import visible

_MANIFEST: Final = "comparison.json"


class AuditName(TypedDict):
    """One of the two audits: its six digits, its time as ISO 8601, and its export; None for none."""

    audit_id: str
    at: str
    source: str | None


@dataclass(frozen=True)
class Comparison:
    """The differences between an old and a new audit. The frames have every row of both, with its `change`.

    Attributes:
        finding_changes, certificate_changes, setting_changes, connection_changes, administration_changes,
            device_changes: the frames.
        old, new: each audit, by audit_id, at and source.
        remarks: other differences that may explain changes: policy, versions, rules that only one audit checked.
    """

    finding_changes: pd.DataFrame
    certificate_changes: pd.DataFrame
    setting_changes: pd.DataFrame
    connection_changes: pd.DataFrame
    administration_changes: pd.DataFrame
    device_changes: pd.DataFrame
    old: AuditName
    new: AuditName
    remarks: tuple[str, ...] = ()

    @property
    def counts(self) -> pd.DataFrame:
        """One row per frame and change: frame, change, rows."""
        parts = []
        for name in COMPARISON_FRAMES:
            changes: pd.Series = getattr(self, name)["change"]
            number = changes.value_counts(sort=False)
            parts.append(pd.DataFrame({"frame": name, "change": list(number.index), "rows": number.to_numpy()}))
        return pd.concat(parts, ignore_index=True)

    @property
    def same(self) -> bool:
        """Nothing differs in any frame."""
        return all((getattr(self, name)["change"] == "unchanged").all() for name in COMPARISON_FRAMES)

    def select(self, site: str) -> Comparison:
        """The rows of one site."""
        rows = {name: getattr(self, name) for name in COMPARISON_FRAMES}
        return replace(
            self, **{name: frame[frame["site"] == site].reset_index(drop=True) for name, frame in rows.items()}
        )

    def save(self, directory: str | Path) -> None:
        """Write the frames as Parquet, and a manifest, into a directory, which is made if it does not exist.

        Raises:
            UsageError: the directory cannot be written.
            StorageError: the machine cannot write it, for example because the disk is full.
        """
        place = path_given(directory, "directory")
        try:
            place.mkdir(parents=True, exist_ok=True)
            self._write(place)
        except OSError as error:
            raise storage_error(place, error) or UsageError(
                f"{place} cannot be written: {error.strerror or error}. Name another directory."
            ) from error

    def _write(self, place: Path) -> None:
        for name in COMPARISON_FRAMES:
            getattr(self, name).to_parquet(place / f"{name}.parquet", index=False)
        named = {side: name | {"source": name["source"] or ""} for side, name in (("old", self.old), ("new", self.new))}
        manifest = {**named, "remarks": list(self.remarks)}
        (place / _MANIFEST).write_text(json.dumps(manifest, indent=2) + "\n", encoding="utf-8")

    def __repr__(self) -> str:
        new, old = (
            f"{visible(name['audit_id'])} as of {short_time(datetime.fromisoformat(name['at']))}"
            for name in (self.new, self.old)
        )
        return (
            f"Comparison of audit {new} with {old}: {self.in_words}\n"
            "Look at .counts and .remarks first; .finding_changes and five more frames have every row with its change."
        )

    @property
    def in_words(self) -> str:
        """The number of changed rows of each frame, in words."""
        changed = {name: int((getattr(self, name)["change"] != "unchanged").sum()) for name in COMPARISON_FRAMES}
        counts = [plural(rows, name.removesuffix("_changes")) for name, rows in changed.items() if rows]
        return f"{listed(counts, most=len(counts))} changed" if counts else "nothing changed"

    def _repr_html_(self) -> str | None:
        return html_of(self)


def load_comparison(directory: str | Path, schema: int = SCHEMA_VERSION) -> Comparison | None:
    """The comparison that was saved with an audit of that schema version; None if there is none.

    Raises:
        UsageError: it is damaged or incomplete.
    """
    directory = Path(directory)
    file = directory / _MANIFEST
    if not file.is_file():
        return None
    try:
        manifest: dict[str, Any] = read_json(file)
        frames = {
            name: conform(name, upgraded(name, read_frame(directory / f"{name}.parquet"), schema, SCHEMA_VERSION))
            if schema >= SINCE.get(name, schema)
            else build_frame(name, [])
            for name in COMPARISON_FRAMES
        }
        return Comparison(
            **frames, old=_name(manifest["old"]), new=_name(manifest["new"]), remarks=tuple(manifest["remarks"])
        )
    except (OSError, ValueError, KeyError, TypeError, SchemaError) as error:
        raise UsageError(
            f"{directory}: the comparison saved with the audit is damaged or incomplete: {error}"
        ) from error


def _name(kept: Any) -> AuditName:
    at = datetime.fromisoformat(kept["at"])
    return AuditName(audit_id=str(kept["audit_id"]), at=at.isoformat(), source=kept["source"] or None)

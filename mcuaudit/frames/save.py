"""Saving an audit: a directory with one Parquet file per frame and a manifest, written completely or not at all."""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any, Final, Protocol

import pandas as pd

from mcuaudit.errors import UsageError
from mcuaudit.frames.for_pages import ForPages
from mcuaudit.frames.schema import AUDIT_FRAMES, FLEET_FRAMES
from mcuaudit.system.arguments import path_given
from mcuaudit.system.digests import digests_below
from mcuaudit.system.files import ASIDE, replace_directory
from mcuaudit.system.own_output import AUDIT_MANIFEST, COMPARISON_DIRECTORY, SIGNATURE_ENDING, is_audit
from mcuaudit.system.permissions import OWNER_ALONE, restrict
from mcuaudit.system.signing import SigningKey
from mcuaudit.system.storage import storage_error


class SavedFleet(Protocol):
    """The attributes of a fleet that are saved with its frames."""

    @property
    def source(self) -> str | None: ...
    @property
    def input_sha256(self) -> str | None: ...
    @property
    def site_time_zones(self) -> Mapping[str, str]: ...
    @property
    def policy_file(self) -> str | None: ...
    @property
    def redacted(self) -> str | None: ...


class SavedComparison(Protocol):
    """A comparison, which writes itself."""

    def save(self, directory: str | Path) -> None:
        """Write it."""


class SavedAudit(Protocol):
    """The attributes of an audit that are saved with its frames."""

    @property
    def fleet(self) -> SavedFleet: ...
    @property
    def at(self) -> datetime: ...
    @property
    def internal_problems(self) -> pd.DataFrame: ...
    @property
    def policy(self) -> Mapping[str, Any]: ...
    @property
    def versions(self) -> Mapping[str, str]: ...
    @property
    def rules(self) -> Mapping[str, str]: ...
    @property
    def comparison(self) -> SavedComparison | None: ...
    @property
    def for_pages(self) -> ForPages: ...


SCHEMA_VERSION: Final = 10
"""Raised with every change of frames; `mcuaudit.frames.former_schemas` reads audits of former versions."""


def save_audit(audit: SavedAudit, target: str | Path, sign: SigningKey | None = None, mode: int = OWNER_ALONE) -> Path:
    """Write an audit to a directory that is empty, not there yet, or holds an audit, which it replaces.

    Args:
        audit: what to write.
        target: the directory.
        sign: the key that signs the manifest, which has a digest of each file.
        mode: the permissions of its files; the directory can be entered by those who may read them.

    Raises:
        UsageError: the directory holds something else than an audit, or cannot be written.
        StorageError: the machine cannot write it, for example because the disk is full; a former audit is unchanged.
    """
    target = path_given(target, "directory")
    if target.exists() and not target.is_dir():
        raise UsageError(f"{target} is a file; an audit is kept as a directory. Nothing was written.")
    try:
        if target.exists() and any(target.iterdir()) and not is_audit(target):
            raise UsageError(
                f"{target} is not empty and contains no saved audit; nothing was written. Choose a directory that "
                "does not exist yet, or keep the audit below this one with dated=True."
            )
        _write_aside(audit, target, sign, mode)
    except OSError as error:
        reason = error.strerror or error
        raise storage_error(target, error) or UsageError(
            f"{target} cannot be written: {reason}. Choose another directory."
        ) from error
    return target


def _write_aside(audit: SavedAudit, target: Path, sign: SigningKey | None, mode: int) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    aside = Path(tempfile.mkdtemp(prefix=f".{target.name}-", suffix=ASIDE, dir=target.parent))
    try:
        _write(audit, sign, aside)
        restrict(aside, mode)
        replace_directory(aside, target)
    finally:
        shutil.rmtree(aside, ignore_errors=True)


def _write(audit: SavedAudit, sign: SigningKey | None, directory: Path) -> None:
    for name in (*FLEET_FRAMES, *AUDIT_FRAMES):
        frame: pd.DataFrame = getattr(audit.fleet if name in FLEET_FRAMES else audit, name)
        frame.to_parquet(directory / f"{name}.parquet", index=False)
    audit.internal_problems.to_parquet(directory / "internal_problems.parquet", index=False)
    for name, frame in audit.for_pages.frames.items():
        frame.to_parquet(directory / f"{name}.parquet", index=False)
    if audit.comparison:
        (directory / COMPARISON_DIRECTORY).mkdir()
        audit.comparison.save(directory / COMPARISON_DIRECTORY)
    manifest = {
        "schema": SCHEMA_VERSION,
        "at": audit.at.isoformat(),
        "source": audit.fleet.source or "",
        "input_sha256": audit.fleet.input_sha256 or "",
        "site_time_zones": dict(audit.fleet.site_time_zones),
        "policy": dict(audit.policy),
        "policy_file": audit.fleet.policy_file or "",
        "redacted": audit.fleet.redacted or "",
        "versions": dict(audit.versions),
        "rules": dict(audit.rules),
        **({"plan": audit.for_pages.plan.values} if audit.for_pages.plan else {}),
        "files": digests_below(directory),
    }
    text = json.dumps(manifest, indent=2, default=str) + "\n"
    (directory / AUDIT_MANIFEST).write_text(text, encoding="utf-8")
    if sign:
        (directory / f"{AUDIT_MANIFEST}{SIGNATURE_ENDING}").write_bytes(sign.sign(text.encode("utf-8")))

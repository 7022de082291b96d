"""A kept audit: a directory with one Parquet file per frame, and a manifest; whole or not there at all."""

from __future__ import annotations

import json
import shutil
import tempfile
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import pandas as pd

from mcuaudit.errors import UsageError
from mcuaudit.files import ASIDE, replace_directory
from mcuaudit.frames.comparison import load_comparison
from mcuaudit.frames.schema import AUDIT_FRAMES, FLEET_FRAMES, SchemaError, conform
from mcuaudit.policy import Policy
from mcuaudit.system.own_output import AUDIT_MANIFEST, COMPARISON_DIRECTORY, is_audit

if TYPE_CHECKING:
    from mcuaudit.frames.containers import Audit

SCHEMA_VERSION: Final = 2
"""Goes up whenever a saved audit of the former version can no longer be read as it is."""


def save_audit(audit: Audit, target: Path) -> Path:
    """Write an audit to a directory that is empty, not there yet, or holds an audit, which it replaces.

    Raises:
        UsageError: the directory holds something else than an audit.
    """
    if target.exists() and any(target.iterdir()) and not is_audit(target):
        raise UsageError(f"{target} is not empty and holds no audit; nothing was written.")
    target.parent.mkdir(parents=True, exist_ok=True)
    aside = Path(tempfile.mkdtemp(prefix=f".{target.name}-", suffix=ASIDE, dir=target.parent))
    try:
        _write(audit, aside)
        aside.chmod(0o755)
        replace_directory(aside, target)
    finally:
        shutil.rmtree(aside, ignore_errors=True)
    return target


def _write(audit: Audit, directory: Path) -> None:
    for name in (*FLEET_FRAMES, *AUDIT_FRAMES):
        frame: pd.DataFrame = getattr(audit.fleet if name in FLEET_FRAMES else audit, name)
        frame.to_parquet(directory / f"{name}.parquet", index=False)
    audit.internal_problems.to_parquet(directory / "internal_problems.parquet", index=False)
    if audit.comparison:
        (directory / COMPARISON_DIRECTORY).mkdir()
        audit.comparison.save(directory / COMPARISON_DIRECTORY)
    manifest = {
        "schema": SCHEMA_VERSION,
        "at": audit.at.isoformat(),
        "source": audit.fleet.source,
        "input_sha256": audit.fleet.input_sha256,
        "site_time_zones": dict(audit.fleet.site_time_zones),
        "policy": dict(audit.policy),
        "policy_file": audit.fleet.policy_file,
        "versions": dict(audit.versions),
        "rules": dict(audit.rules),
    }
    text = json.dumps(manifest, indent=2, default=str) + "\n"
    (directory / AUDIT_MANIFEST).write_text(text, encoding="utf-8")


def load_audit(directory: str | Path) -> Audit:
    """The audit that `Audit.save` kept.

    Raises:
        UsageError: the directory holds no audit, one of another schema version, or one that was cut short.
    """
    from mcuaudit.frames.containers import Audit, Fleet

    source = Path(directory)
    manifest = read_manifest(source)
    frames = {name: _read(source, name) for name in (*FLEET_FRAMES, *AUDIT_FRAMES)}
    try:
        fleet = Fleet(
            **{name: frames[name] for name in FLEET_FRAMES},
            source=manifest["source"],
            input_sha256=manifest["input_sha256"],
            site_time_zones=manifest["site_time_zones"],
            policy=Policy.model_validate(manifest["policy"]),
            policy_file=manifest["policy_file"],
        )
        return Audit(
            fleet=fleet,
            at=datetime.fromisoformat(manifest["at"]),
            **{name: frames[name] for name in AUDIT_FRAMES},
            internal_problems=_read(source, "internal_problems", schema="problems"),
            policy=manifest["policy"],
            versions=manifest["versions"],
            rules=manifest["rules"],
            comparison=load_comparison(source / COMPARISON_DIRECTORY),
        )
    except (KeyError, TypeError, ValueError) as error:
        raise UsageError(f"{source / AUDIT_MANIFEST} cannot be loaded, the audit is damaged: {error!r}.") from error


def read_manifest(directory: Path) -> dict[str, Any]:
    """What names a kept audit: schema, at, source, policy, versions, rules.

    Raises:
        UsageError: there is none, it cannot be read, or it is of another schema version.
    """
    try:
        manifest = json.loads((directory / AUDIT_MANIFEST).read_text(encoding="utf-8"))
    except OSError as error:
        reason = error.strerror or str(error)
        raise UsageError(f"{directory} holds no audit that can be loaded ({AUDIT_MANIFEST}: {reason}).") from error
    except ValueError as error:
        raise UsageError(f"{directory} holds no audit that can be loaded ({AUDIT_MANIFEST}: {error}).") from error
    found = manifest.get("schema") if isinstance(manifest, dict) else None
    if found != SCHEMA_VERSION:
        raise UsageError(
            f"{directory} was saved with schema {found}, this version of mcuaudit reads {SCHEMA_VERSION}. "
            "Audit the export of that time again, if it is still at hand."
        )
    return dict(manifest)


def _read(source: Path, name: str, schema: str | None = None) -> pd.DataFrame:
    file = source / f"{name}.parquet"
    try:
        return conform(schema or name, pd.read_parquet(file))
    except (OSError, ValueError, SchemaError) as error:
        raise UsageError(f"{file} cannot be loaded, the audit is damaged or was cut short: {error}") from error

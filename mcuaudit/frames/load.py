"""Loading a saved audit."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd

from mcuaudit.errors import UsageError
from mcuaudit.frames.comparison import load_comparison
from mcuaudit.frames.containers import Audit, Fleet
from mcuaudit.frames.declared_frames import SchemaError, build_frame, conform
from mcuaudit.frames.for_pages import ForPages, KeptPlan
from mcuaudit.frames.former_schemas import SINCE, UPGRADES, upgraded
from mcuaudit.frames.save import SCHEMA_VERSION
from mcuaudit.frames.saved_frames import read_frame, read_json
from mcuaudit.frames.schema import AUDIT_FRAMES, FLEET_FRAMES
from mcuaudit.frames.soundness import Manifest, check_sound, checked_manifest
from mcuaudit.policy.schema import Policy
from mcuaudit.system.own_output import AUDIT_MANIFEST, COMPARISON_DIRECTORY


def load_audit(directory: str | Path) -> Audit:
    """The audit that `Audit.save` kept.

    Raises:
        UsageError: the directory has no audit, one of another schema version, or one that is incomplete.
    """
    source = Path(directory)
    found = read_manifest(source)
    schema, file = found["schema"], source / AUDIT_MANIFEST
    manifest = checked_manifest(found, file)
    try:
        policy = Policy.model_validate(manifest.policy)
    except ValueError as error:
        raise UsageError(f"{file} cannot be loaded: the audit is damaged (policy: {str(error)[:500]}).") from error
    frames = {name: _read(source, name, schema) for name in (*FLEET_FRAMES, *AUDIT_FRAMES)}
    for_pages = _for_pages(source, manifest, schema)
    check_sound({**frames, **for_pages.frames}, source, redacted=bool(manifest.redacted))
    fleet = Fleet(
        **{name: frames[name] for name in FLEET_FRAMES},
        source=manifest.source or None,
        input_sha256=manifest.input_sha256 or None,
        site_time_zones=manifest.site_time_zones,
        policy=policy,
        policy_file=manifest.policy_file or None,
        redacted=manifest.redacted or None,
        decoded={},
    )
    return Audit(
        fleet=fleet,
        at=manifest.at,
        **{name: frames[name] for name in AUDIT_FRAMES},
        internal_problems=_read(source, "internal_problems", schema, frame="problems"),
        policy=manifest.policy,
        versions=manifest.versions,
        rules=manifest.rules,
        comparison=load_comparison(source / COMPARISON_DIRECTORY, schema),
        for_pages=for_pages,
        basis=None,
    )


def _for_pages(source: Path, manifest: Manifest, schema: int) -> ForPages:
    """What the reports of the audit needed beside it; nothing of an audit that was kept without reports."""
    readiness, gaps, jobs, remedies, requests = (
        _read(source, name, schema) if (source / f"{name}.parquet").is_file() else None
        for name in ("readiness", "gaps", "first_jobs", "remedies", "request_configurations")
    )
    if manifest.plan is None:
        return ForPages(readiness, gaps=gaps, first_jobs=jobs, remedies=remedies, requests=requests)
    steps, saved = _read(source, "plan_steps", schema), manifest.plan
    kept = KeptPlan(steps, tuple(saved.targets), saved.accepted_before, tuple(saved.remarks))
    return ForPages(readiness, kept, gaps, jobs, remedies, requests)


def read_manifest(directory: str | Path) -> dict[str, Any]:
    """The manifest of a saved audit: schema, at, source, policy, versions, rules.

    Raises:
        UsageError: it is missing, cannot be read, or is of another schema version.
    """
    directory = Path(directory)
    try:
        manifest = read_json(directory / AUDIT_MANIFEST)
    except OSError as error:
        reason = f"no {AUDIT_MANIFEST}" if isinstance(error, FileNotFoundError) else error.strerror or str(error)
        raise UsageError(f"{directory} contains no saved audit ({reason}).") from error
    except ValueError as error:
        raise UsageError(
            f"{directory} contains no saved audit that can be loaded ({AUDIT_MANIFEST}: {error})."
        ) from error
    found = manifest.get("schema") if isinstance(manifest, dict) else None
    if type(found) is not int or (found != SCHEMA_VERSION and found not in UPGRADES):
        known = ", ".join(str(version) for version in (*UPGRADES, SCHEMA_VERSION))
        raise UsageError(
            f"{directory} was saved with schema {str(found)[:40]}; this version of mcuaudit reads {known}. "
            f"{_advice(found)}"
        )
    return dict(manifest)


def _advice(found: object) -> str:
    if isinstance(found, int) and found > SCHEMA_VERSION:
        return "A newer version saved it: install that version to load it."
    return "Audit the export of that time again, or move this audit out of the directory of saved audits."


def _read(source: Path, name: str, schema: int, frame: str | None = None) -> pd.DataFrame:
    if schema < SINCE.get(name, schema):
        return build_frame(name, [])
    file = source / f"{name}.parquet"
    try:
        return conform(frame or name, upgraded(frame or name, read_frame(file), schema, SCHEMA_VERSION))
    except (OSError, ValueError, SchemaError) as error:
        raise UsageError(f"{file} cannot be loaded: the audit is damaged or incomplete ({error})") from error

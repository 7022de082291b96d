"""The stages in order: walk, decode, tabulate, predict, judge, triage. The place to start reading."""

from __future__ import annotations

import importlib.metadata
import platform
from collections.abc import Callable
from concurrent.futures import Executor
from datetime import date, datetime
from pathlib import Path

import pandas as pd

from mcuaudit.collect.walk import walk_export
from mcuaudit.decode.file import decode_files
from mcuaudit.errors import UsageError
from mcuaudit.frames.build import build_fleet
from mcuaudit.frames.containers import Audit, Fleet
from mcuaudit.frames.schema import build_frame
from mcuaudit.model import instant
from mcuaudit.policy import POLICY_FILE, Policy, read_policy
from mcuaudit.predict.fleet import predict_fleet
from mcuaudit.rules import Concluded, Context, Views, evaluate, registered_rules
from mcuaudit.triage.findings import make_findings

Progress = Callable[[str, int, int], None]
"""Called with the stage, how much of it is done, and how much there is."""


def read_export(
    path: str | Path,
    *,
    policy: Policy | None = None,
    executor: Executor | None = None,
    progress: Progress | None = None,
) -> Fleet:
    """Read a directory of exported certificates and settings; nothing is contacted.

    Args:
        path: the export, laid out as docs/export-layout.md says.
        policy: limits of the reading; by default mcuaudit.toml at the top of the export, if it is there.
        executor: spreads the decoding over processes, for large exports.
        progress: told how far the reading is.

    Raises:
        UsageError: the directory is missing or holds no device.
        PolicyError: mcuaudit.toml holds a key or value that is not allowed.
    """
    root = Path(path)
    policy = policy or policy_of(root)
    export = walk_export(root, policy)
    total = len(export.artefacts)
    files = decode_files(
        export.artefacts,
        policy.limits,
        executor=executor,
        progress=(lambda done: progress("reading", done, total)) if progress else None,
    )
    return build_fleet(export, files, policy)


def policy_of(root: Path) -> Policy:
    """The policy at the top of an export, or the default one."""
    file = root / POLICY_FILE
    return read_policy(file) if file.is_file() else Policy()


def audit(
    fleet: Fleet, *, at: str | date | datetime, policy: Policy | None = None, progress: Progress | None = None
) -> Audit:
    """Judge a fleet as of one time. A pure function: no clock, no files, no network.

    Args:
        fleet: what `read_export` gave.
        at: a date (00:00 UTC), an aware datetime, or either as ISO 8601 text.
        policy: thresholds; by default the one that the export was read with.
        progress: told how far the prediction is.

    Raises:
        UsageError: `at` is no date or time.
    """
    try:
        moment = instant(at)
    except ValueError as error:
        raise UsageError(f"at is {at!r}: {error}; expected for example 2026-11-23 or 2026-11-23T12:00:00Z.") from error
    policy = policy or fleet.policy
    predicted = predict_fleet(fleet, moment, progress=progress)
    rules = registered_rules()
    concluded = Concluded(predicted.paths, predicted.identities, predicted.connections, predicted.administration)
    evaluations, problems = evaluate(
        rules.values(), Views(fleet, concluded, policy), Context(pd.Timestamp(moment), policy)
    )
    return Audit(
        fleet=fleet,
        at=moment,
        paths=predicted.paths,
        identities=predicted.identities,
        connections=predicted.connections,
        administration=predicted.administration,
        evaluations=evaluations,
        findings=make_findings(evaluations, rules, fleet.evidence, predicted.connections),
        internal_problems=build_frame("problems", problems),
        policy=policy.model_dump(mode="json"),
        versions=_versions(),
    )


def _versions() -> dict[str, str]:
    packages = ("mcuaudit", "cryptography", "pandas", "certifi")
    return {"python": platform.python_version(), **{name: importlib.metadata.version(name) for name in packages}}

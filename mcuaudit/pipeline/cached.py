"""Fleets and audits that a cache keeps between runs: taken if nothing that decides about them differs, else made."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from mcuaudit.collect.walk import Export
from mcuaudit.decode.batch import may_be_read_later
from mcuaudit.decode.records import Problem
from mcuaudit.errors import UsageError
from mcuaudit.frames.containers import Audit, Fleet
from mcuaudit.frames.packed import Packed, packed, unpacked
from mcuaudit.frames.schema import AUDIT_FRAMES, FLEET_FRAMES
from mcuaudit.pipeline.keys import key_of_audit, key_of_export
from mcuaudit.pipeline.made_of import versions_of
from mcuaudit.policy.layers import ResolvedPolicy
from mcuaudit.policy.schema import Policy
from mcuaudit.rules import Rule
from mcuaudit.system.cache import Cache
from mcuaudit.system.progress import Progress
from mcuaudit.triage.comparison import with_baseline

_EVALUATIONS = "evaluations"


def cache_given(cache: str | Path | Cache | None, export: str | Path | None = None) -> Cache | None:
    """The cache that a caller gave, or its directory; it is not within the export.

    Raises:
        UsageError: it is, or cannot be used.
    """
    if cache is None:
        return None
    directory = cache.directory if isinstance(cache, Cache) else Path(cache)
    if export is not None and directory.resolve().is_relative_to(Path(export).resolve()):
        raise UsageError(f"The cache {directory} is inside the export. Choose another directory for it.")
    return cache if isinstance(cache, Cache) else Cache(cache)


@dataclass(frozen=True, slots=True)
class FleetInCache:
    """The fleet of an export in a cache."""

    cache: Cache
    key: str
    export: Export
    resolved: ResolvedPolicy

    def found(self) -> Fleet | None:
        """The fleet, if the cache has it."""
        kept = _unpacked(self.cache, self.key, FLEET_FRAMES)
        if kept is None:
            return None
        self.cache.note(f"no file was decoded: the cache {self.cache.directory} has what is in them.")
        return Fleet(
            **kept.frames,
            source=str(self.export.root),
            input_sha256=kept.packed.values["input_sha256"],
            site_time_zones=kept.packed.values["site_time_zones"],
            policy=self.resolved.policy,
        )

    def keep(self, fleet: Fleet, problems: Iterable[Problem]) -> None:
        """Keep the fleet, if nothing but the content of the export decided about it.

        A file that was not read in time, or that the system did not give, is read again at the next run. Nor is a fleet
        kept if a file was changed while the export was read.
        """
        if may_be_read_later(problems) or key_of_export(self.export, self.resolved) != self.key:
            return
        values = {"input_sha256": fleet.input_sha256, "site_time_zones": dict(fleet.site_time_zones)}
        _keep(self.cache, self.key, {name: getattr(fleet, name) for name in FLEET_FRAMES}, values)


def fleet_in_cache(cache: Cache | None, export: Export, resolved: ResolvedPolicy) -> FleetInCache | None:
    """The place of a fleet in a cache; None without a cache."""
    return FleetInCache(cache, key_of_export(export, resolved), export, resolved) if cache else None


@dataclass(frozen=True, slots=True)
class AuditInCache:
    """The audit of a fleet in a cache.

    Attributes:
        whole: audits a whole fleet, with the policy and the baseline that were given.
    """

    cache: Cache
    key: str
    fleet: Fleet
    at: datetime
    policy: Policy
    rules: Mapping[str, Rule]
    baseline: Audit | None
    whole: Callable[..., Audit]

    def found(self) -> Audit | None:
        """The audit, if the cache has it."""
        eager = [name for name in AUDIT_FRAMES if name != _EVALUATIONS]
        kept = _unpacked(self.cache, self.key, eager, {"internal_problems": "problems"})
        if kept is None:
            return None
        self.cache.note(f"nothing was evaluated: the cache {self.cache.directory} has the audit.")
        basis = FromCache(self.whole)
        result = Audit(
            fleet=self.fleet,
            at=self.at,
            **kept.frames,
            evaluations=lambda: kept.packed.frame(_EVALUATIONS),  # type: ignore[arg-type]
            policy=self.policy.model_dump(mode="json"),
            versions=versions_of(self.rules),
            rules={code: rule.severity for code, rule in self.rules.items()},
            basis=basis,
        )
        return replace(with_baseline(result, self.baseline), basis=basis) if self.baseline else result

    def keep(self, audit: Audit) -> None:
        """Keep the audit."""
        frames = {name: getattr(audit, name) for name in (*AUDIT_FRAMES, "internal_problems")}
        _keep(self.cache, self.key, frames, {})


def audit_in_cache(
    cache: Cache | None,
    fleet: Fleet,
    at: datetime,
    policy: Policy,
    rules: Mapping[str, Rule],
    baseline: Audit | None,
    whole: Callable[..., Audit],
) -> AuditInCache | None:
    """The place of an audit in a cache; None without a cache, or if something decides that has no digest."""
    key = key_of_audit(fleet, at, policy, rules, baseline) if cache else None
    return AuditInCache(cache, key, fleet, at, policy, rules, baseline, whole) if cache and key else None


@dataclass(frozen=True, slots=True)
class FromCache:
    """What an audit from a cache goes on from: nothing, so that the whole fleet is audited."""

    whole: Callable[..., Audit]

    def again(self, former: Audit, fleet: Fleet, at: datetime, progress: Progress | None) -> Audit:  # noqa: ARG002
        """See `Audit.again`."""
        return self.whole(fleet, at=at, progress=progress)


@dataclass(frozen=True, slots=True)
class _Kept:
    packed: Packed
    frames: dict[str, Any]


def _unpacked(cache: Cache, key: str, names: Iterable[str], others: Mapping[str, str] | None = None) -> _Kept | None:
    """Frames of an entry, each by its name and for `others` with its schema; one that cannot be unpacked is dropped."""
    octets = cache.get(key)
    if octets is None:
        return None
    try:
        kept = unpacked(octets)
        schemas = {**{name: name for name in names}, **(others or {})}
        return _Kept(kept, {name: kept.frame(name, schema) for name, schema in schemas.items()})
    except (ValueError, KeyError, TypeError, AttributeError):
        cache.drop(key)
        return None


def _keep(cache: Cache, key: str, frames: Mapping[str, Any], values: Mapping[str, Any]) -> None:
    octets = packed(frames, values)
    if octets is not None:
        cache.put(key, octets)

"""The key under which a fleet or an audit is kept: a digest of everything that decides about it."""

from __future__ import annotations

import hashlib
import importlib.metadata
import json
import os
import sys
import time
from collections.abc import Iterable, Mapping
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any, Final

from mcuaudit.collect.artefact import Artefact, Kind
from mcuaudit.collect.file_places import is_regular
from mcuaudit.collect.walk import Export
from mcuaudit.frames.containers import Audit, Fleet
from mcuaudit.frames.packed import digest_of
from mcuaudit.frames.save import SCHEMA_VERSION
from mcuaudit.frames.schema import AUDIT_FRAMES, FLEET_FRAMES
from mcuaudit.policy.layers import ResolvedPolicy
from mcuaudit.policy.schema import Policy
from mcuaudit.rules import Rule, loading_problems

_DECIDING: Final = ("mcuaudit", "cryptography", "pandas", "numpy", "pyarrow", "certifi", "pydantic", "defusedxml")
"""The packages on whose versions outcomes, or the form in which they are kept, depend."""
_PACKAGE: Final = Path(__file__).parents[1]


def key_of_export(export: Export, resolved: ResolvedPolicy) -> str:
    """The key of the fleet that an export gives: names, places, times and octets of all files, policy, program."""
    files = [*map(_facts, export.artefacts), *map(_named, export.doubles)]
    others = [[os.fsencode(path).hex(), _octets(path)] for path in export.others]
    return _key(
        "fleet",
        _program(),
        [str(export.root), str(export.root.resolve()), str(resolved.file or ""), dict(resolved.not_raised)],
        _plain(resolved.policy),
        [files, others, export.devices, export.unmatched],
    )


def key_of_audit(
    fleet: Fleet, at: datetime, policy: Policy, rules: Mapping[str, Rule], baseline: Audit | None
) -> str | None:
    """The key of the audit of a fleet; None if something decides about it that has no digest."""
    of_fleet = _digest_of_fleet(fleet)
    of_baseline = _digest_of_audit(baseline) if baseline else ""
    of_rules = _code_of_rules(rules)
    if of_fleet is None or of_baseline is None or of_rules is None:
        return None
    severities = [[code, rule.severity, rule.package] for code, rule in rules.items()]
    decided = [severities, of_rules, loading_problems(), _plain(policy), at.isoformat()]
    return _key("audit", _program(), of_fleet, of_baseline, decided)


def _digest_of_fleet(fleet: Fleet) -> str | None:
    values = [fleet.source, fleet.input_sha256, fleet.policy_file, fleet.redacted, dict(fleet.site_time_zones)]
    return digest_of({name: getattr(fleet, name) for name in FLEET_FRAMES}, {"fleet": values})


def _digest_of_audit(audit: Audit) -> str | None:
    of_fleet = _digest_of_fleet(audit.fleet)
    frames = {name: getattr(audit, name) for name in (*AUDIT_FRAMES, "internal_problems")}
    values = [audit.at.isoformat(), dict(audit.policy), dict(audit.rules), dict(audit.versions), of_fleet]
    return digest_of(frames, {"audit": values}) if of_fleet else None


def _facts(artefact: Artefact) -> list[Any]:
    """All that is known of a file, with its octets; those of a link, pipe or device are not looked at by decoders."""
    read = artefact.kind is not Kind.UNRECOGNISED or is_regular(artefact.path)
    return [*_named(artefact), _octets(artefact.path) if read else ""]


def _named(artefact: Artefact) -> list[Any]:
    return [
        os.fsencode(artefact.path).hex(), artefact.name, artefact.kind, artefact.site, artefact.device, artefact.size,
        artefact.modified.isoformat(), artefact.remark, artefact.claims,
    ]  # fmt: skip


def _octets(path: Path) -> str:
    """The digest of the octets of a file, or why there are none."""
    try:
        with path.open("rb") as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest()
    except OSError as error:
        return f"error {error.errno}"


def _plain(policy: Policy) -> Any:
    return policy.model_dump(mode="json")


def _key(*parts: Any) -> str:
    return hashlib.sha256(json.dumps(parts, sort_keys=True, default=str).encode()).hexdigest()


@cache
def _program() -> list[Any]:
    """This program: its code, the packages that decide with it, and Python.

    Where the code was written anew since it was loaded, a number that no other run has.
    """
    versions = [importlib.metadata.version(name) for name in _DECIDING]
    code = _code(sorted(_PACKAGE.rglob("*.py")))
    return [SCHEMA_VERSION, sys.version, sys.platform, versions, code or os.urandom(16).hex()]


_LOADED_AT: Final = time.time()
"""About when this program was loaded; what is written later is not what runs."""


def _code(files: Iterable[Path]) -> str | None:
    """A digest of code; None if it was written since the program was loaded, so that it may not be what runs."""
    digest = hashlib.sha256()
    for file in files:
        if file.stat().st_ctime > _LOADED_AT:
            return None
        digest.update(f"{file}\0".encode("utf-8", "surrogateescape"))
        digest.update(hashlib.sha256(file.read_bytes()).digest())
    return digest.hexdigest()


def _code_of_rules(rules: Mapping[str, Rule]) -> list[str] | None:
    """The code of the packages that rules of others come from; None if one has no files, or was written since."""
    homes = {rule.mask.__module__.partition(".")[0] for rule in rules.values()} - {_PACKAGE.name}
    found = []
    for home in sorted(homes):
        file = getattr(sys.modules.get(home), "__file__", None)
        if not isinstance(file, str) or not Path(file).is_file():
            return None
        place = Path(file)
        code = _code(sorted(place.parent.rglob("*.py")) if place.name == "__init__.py" else [place])
        if code is None:
            return None
        found.append(code)
    return found

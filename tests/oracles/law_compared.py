"""What the package says of a generated export, beside what the law says: every difference, cell by cell."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import mcuaudit
from mcuaudit.predict.prediction import Prediction, predict_fleet
from tests.oracles.law.administration import Administration
from tests.oracles.law.description import AT
from tests.oracles.law.generated_fleet import Export
from tests.oracles.law.law import judge
from tests.oracles.law.steps import PASSED, Result, Step
from tests.oracles.law.writer import write


@dataclass
class Comparison:
    """Counts, and the differences in words."""

    counts: Counter[str] = field(default_factory=Counter)
    differences: list[str] = field(default_factory=list)


def audited(fleet: mcuaudit.Fleet) -> mcuaudit.Audit:
    """The audit of a fleet at the time of the law."""
    return mcuaudit.audit(fleet, at=AT)


def predicted(fleet: mcuaudit.Fleet) -> Prediction:
    """The frames that are compared, without the rules and findings of an audit: quicker."""
    return predict_fleet(fleet, AT)


def compare(
    export: Export, directory: Path, by: Callable[[mcuaudit.Fleet], mcuaudit.Audit | Prediction] = audited
) -> Comparison:
    """Write the export, read and judge it, and compare each row."""
    audit = by(mcuaudit.read_export(write(export, directory)))
    rows, administrations = judge(export.fleet)
    found = Comparison()
    found.counts["devices"] = len(export.fleet.devices)
    found.counts["devices in tables"] = sum(level.in_table for level in export.levels.values())
    said = {_key(row): row for row in audit.connections.to_dict("records")}
    for key in sorted({*rows, *said}):
        place = " / ".join(part for part in key if part)
        if key not in rows or key not in said:
            found.differences.append(f"{place}: a row of the {'law' if key in rows else 'package'} only")
            continue
        found.counts["rows"] += 1
        _cells(found, place, _of_package(said[key]), _of_law(rows[key]))
        found.counts[f"{rows[key].outcome}"] += 1
        found.counts[f"reason {rows[key].code}"] += 1
        found.counts[f"type {key[1]}"] += 1
        found.counts["meshed calls"] += key[2].startswith("to ")
    for row in audit.administration.to_dict("records"):
        step = administrations[row["device_id"]]
        found.counts["rows"] += 1
        found.counts[f"administration {step.outcome}"] += 1
        _cells(found, f"{row['device_id']} / administration", _of_package(row), _of_ways(step, _of_package(row)))
    return found


def _cells(found: Comparison, place: str, package: dict[str, str], law: dict[str, str]) -> None:
    for column in law:
        if column == "readings" and law["outcome"] == package["outcome"] == "fail":
            continue  # Section 7: an open outcome names its readings; a failure rests on none.
        found.counts["cells"] += 1
        if law[column] != package[column]:
            words = f"package {package[column]!r}, law {law[column]!r} ({package} / {law})"
            found.differences.append(f"{place}: {column}: {words}")


def _key(row: dict[str, Any]) -> tuple[str, str, str, str]:
    url = row["connection_id"].rpartition(" ")[2]
    return row["device_id"], row["connection_type"], row["peer"], url if "://" in url else ""


def _of_package(row: dict[str, Any]) -> dict[str, str]:
    readings = row["readings"] if isinstance(row["readings"], str) else ""
    cause = row["cause_id"] if isinstance(row["cause_id"], str) else ""
    return {
        "outcome": str(row["outcome"]),
        "authenticated": str(row.get("authenticated", "")),
        "reason_code": _code(row["reason_code"]),
        "readings": " ".join(sorted(readings.split())),
        "kind": cause.partition(" ")[0],
    }


def _code(code: str) -> str:
    """That the export does not say whether OCSP is on has two codes, and one cause."""
    return "missing_evidence" if code == "ocsp_perhaps_asked" else code


def _of_ways(law: Administration, package: dict[str, str]) -> dict[str, str]:
    """The step of the ways that the package names, if the law has it; else the first."""
    reasons = [_of_law(step) for step in law.reasons] or [_of_law(PASSED)]
    named = [one for one in reasons if all(one[key] == package[key] for key in ("reason_code", "kind"))]
    some = set(package["readings"].split()) <= {reading for step in law.reasons for reading in step.readings}
    readings = {"readings": package["readings"]} if some else {}
    return {**(named or reasons)[0], "outcome": law.outcome, **readings}


def _of_law(result: Result | Step) -> dict[str, str]:
    cells = {
        "outcome": result.outcome,
        "reason_code": _code(result.code) or "administered",
        "readings": " ".join(sorted(set(result.readings))),
        "kind": result.kind,
    }
    return cells | ({"authenticated": result.authenticated} if isinstance(result, Result) else {})

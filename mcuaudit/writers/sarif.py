"""An audit as a SARIF 2.1.0 log: for code scanning and other result viewers."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import quote

from mcuaudit.domain.outcome import Outcome
from mcuaudit.frames.containers import Audit
from mcuaudit.frames.schema import PROBLEM_KINDS
from mcuaudit.system.file_names import safe_name
from mcuaudit.writers.json_object import records
from mcuaudit.writers.results import gone_results, results
from mcuaudit.writers.sarif_rules import overrides, rule_descriptors

FINGERPRINT: Final = "mcuaudit/v1"
"""Name of the fingerprint; the number rises if it is ever made of something else."""
_BASE: Final = "EXPORT"
_BASE_MEANING: Final = "The directory of the export; its path is not recorded."
_NOTIFICATION_LEVELS: Final = {"internal": "error", "conflict": "note"}
_PROPERTIES: Final = (
    "finding_id", "severity", "subject", "fix", "cause", "missing_evidence", "readings", "certificate", "connection_id",
)  # fmt: skip

Json = dict[str, Any]


def sarif_log(audit: Audit, name: str) -> Json:
    """The log as plain values, with one run. The same audit gives the same log, and it names no path of this machine.

    Kinds are pass, fail, open and notApplicable; the level is the severity of what fails, and none otherwise, so the
    severity stands among the properties too. A waived finding is suppressed. With a baseline each finding has its
    baselineState, and those that are gone are listed as absent.
    """
    rows = [*records(results(audit)), *(row | {"change": "absent"} for row in records(gone_results(audit)))]
    rules = rule_descriptors({row["code"]: row["rule"] for row in rows}, examples=not audit.fleet.redacted)
    indices = {rule["id"]: index for index, rule in enumerate(rules)}
    version = audit.versions.get("mcuaudit", "")
    driver = {
        "name": "mcuaudit",
        **({"version": version} if version else {}),
        "rules": rules,
        "notifications": [{"id": kind} for kind in PROBLEM_KINDS],
    }
    run = {
        "tool": {"driver": driver},
        "automationDetails": {"id": f"mcuaudit/{safe_name(name)}/{audit.audit_id}"},
        "invocations": [_invocation(audit, indices)],
        "originalUriBaseIds": {_BASE: {"description": {"text": _BASE_MEANING}}},
        "columnKind": "unicodeCodePoints",
        "properties": {
            "at": audit.at.isoformat(),
            "audit_id": audit.audit_id,
            "redacted": audit.fleet.redacted or "",
            "input_sha256": audit.fleet.input_sha256 or "",
            "versions": dict(audit.versions),
        },
        "results": [_result(row, indices) for row in rows],
    }
    return {"$schema": "https://json.schemastore.org/sarif-2.1.0.json", "version": "2.1.0", "runs": [run]}


def sarif_text(audit: Audit, name: str) -> str:
    """`sarif_log` as text, with each result on a line of its own; only ASCII."""
    log = sarif_log(audit, name)
    found = log["runs"][0].pop("results")
    # Within a text of the log the quotation marks would be escaped, so this is the end of its only run.
    head, tail = json.dumps({**log, "runs": [{**log["runs"][0], "results": []}]}, indent=2).rsplit('"results": []', 1)
    lines = ",\n".join(json.dumps(result, allow_nan=False, separators=(",", ":")) for result in found)
    return f'{head}"results": [\n{lines}\n]{tail}\n'


def _result(row: Json, indices: Mapping[str, int]) -> Json:
    kind = row["outcome"]
    result: Json = {
        "ruleId": row["code"],
        "ruleIndex": indices[row["code"]],
        "kind": kind,
        "level": row["severity"] if kind == Outcome.FAIL.value else "none",
        "message": _message(row["message"] or _quiet_message(row)),
        "locations": [_location(row)],
        # Every result of a run must have this, or none; an empty list says that nothing suppresses it.
        "suppressions": _suppressions(row),
        "properties": {key: row[key] for key in _PROPERTIES if row[key] is not None},
    }
    if row["fingerprint"]:
        result["partialFingerprints"] = {FINGERPRINT: row["fingerprint"]}
    if row["change"]:
        result["baselineState"] = "new" if row["change"] == "newRule" else row["change"]
        result["properties"]["change"] = "gone" if row["change"] == "absent" else row["change"]
    return result


def _message(text: str) -> Json:
    # Viewers make a link of [words](address), also in a text of the export; a backslash keeps it text.
    return {"text": text.replace("[", "\\[") if "](" in text else text}


def _quiet_message(row: Json) -> str:
    word = "passes" if row["outcome"] == Outcome.PASS.value else "does not apply"
    return f"{row['subject'] or row['device_id']}: {row['code']} {row['rule']} {word}."


def _location(row: Json) -> Json:
    location: Json = {"logicalLocations": [_logical(row)]}
    if row["file"]:
        region = {"region": {"startLine": row["line"]}} if row["line"] else {}
        location["physicalLocation"] = {"artifactLocation": _artifact(row["file"]), **region}
    return location


def _logical(row: Json) -> Json:
    """Slot of a device, device, site or fleet: the narrowest that is known."""
    if row["device_id"] and row["slot"]:
        return _named(row["slot"], f"{row['device_id']}/{row['slot']}", "slot")
    if row["device_id"]:
        return _named(row["device"] or row["device_id"], row["device_id"], "device")
    return _named(row["site"], row["site"], "site") if row["site"] else _named("fleet", "fleet", "fleet")


def _named(name: str, whole: str, kind: str) -> Json:
    return {"name": name, "fullyQualifiedName": whole, "kind": kind}


def _artifact(file: str) -> Json:
    return {"uri": quote(file), "uriBaseId": _BASE}


def _suppressions(row: Json) -> list[Json]:
    if row["status"] != "waived":
        return []
    until = (row["waiver_expires"] or "")[:10]
    said = f"{row['waiver_reason']} (waived by {row['waiver_owner']} until {until})"
    return [{"kind": "external", "status": "accepted", "justification": said}]


def _invocation(audit: Audit, indices: Mapping[str, int]) -> Json:
    invocation: Json = {
        "executionSuccessful": not audit.problems["kind"].eq("internal").any(),
        "toolExecutionNotifications": [_notification(row, indices) for row in records(audit.problems)],
    }
    changed = overrides(audit.rules, indices)
    return invocation | ({"ruleConfigurationOverrides": changed} if changed else {})


def _notification(row: Json, indices: Mapping[str, int]) -> Json:
    """One problem. The file of a waiver is the policy's, which may be anywhere, so only its name is written."""
    kind, file = row["kind"], row["file"] or ""
    if kind == "waiver":
        file = file.replace("\\", "/").rpartition("/")[2]
    words = ", ".join(filter(None, (file, row["where"])))
    notification: Json = {
        "descriptor": {"id": kind, "index": PROBLEM_KINDS.index(kind)},
        "level": _NOTIFICATION_LEVELS.get(kind, "warning"),
        "message": _message(f"{words}: {row['reason']}" if words else row["reason"]),
    }
    if file and kind not in ("waiver", "internal"):
        notification["locations"] = [{"physicalLocation": {"artifactLocation": _artifact(file)}}]
    if row["where"] in indices:
        notification["associatedRule"] = {"id": row["where"], "index": indices[row["where"]]}
    return notification

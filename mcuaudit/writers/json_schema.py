"""The JSON Schema of the result of `json_object`, made from the declarations of the frames."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from mcuaudit.domain.outcome import Outcome
from mcuaudit.frames.save import SCHEMA_VERSION
from mcuaudit.frames.schema import SCHEMAS, Column, Dtype, FrameSchema
from mcuaudit.writers.json_object import FRAMES

Json = dict[str, Any]

_TYPES: Final[Mapping[Dtype, Json]] = {
    Dtype.TEXT: {"type": ["string", "null"]},
    Dtype.INTEGER: {"type": ["integer", "null"]},
    Dtype.FLAG: {"type": "boolean"},
    Dtype.TIME: {"type": ["string", "null"], "format": "date-time"},
    Dtype.OUTCOME: {"enum": [outcome.value for outcome in Outcome]},
}
_COUNTS: Final = {
    "sites": "Sites in the export.",
    "devices": "Devices in the export.",
    "connections": "Possible connections; the next four add up to it.",
    "refused": "Connections that at least one side refuses.",
    "accepted_unverified": "Connections that are accepted without both sides being verified.",
    "undetermined": "Connections that neither the evidence nor Cisco's documentation decides.",
    "accepted_verified_by_both": "Connections in which each side verifies and accepts the other's certificate.",
    "not_applicable": "Connections that the current services and settings rule out.",
    "locked_out": "Devices that no administrator can log in to.",
    "findings_fail": "Active findings that fail.",
    "findings_open": "Active findings that are undetermined.",
    "findings_waived": "Findings that are waived; with the two before, all findings.",
    "problems": "Files and values that were left out, and other problems of the audit.",
}


def json_schema() -> Json:
    """The schema, JSON Schema draft 2020-12. Every column is required; a value may be null where the frame lacks it."""
    texts = {"type": "object", "additionalProperties": {"type": "string"}}
    summary = {
        "verdict": {"type": "string", "description": "The audit in one sentence."},
        "audit_id": {"type": "string", "description": "Six digits that name the audit in reports."},
        **{name: {"type": "integer", "minimum": 0, "description": meaning} for name, meaning in _COUNTS.items()},
        "input_sha256": {"type": "string", "description": "Digest of names and contents of all files read."},
        "redacted": {
            "type": "string",
            "description": "With which key the names were replaced by pseudonyms, in eight digits; empty if not.",
        },
        "versions": texts
        | {"description": "Versions of mcuaudit, Python, the libraries that decide outcomes, and packages of rules."},
    }
    at = {"type": "string", "format": "date-time", "description": "The time of the audit, UTC."}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": f"urn:mcuaudit:audit:{SCHEMA_VERSION}",
        "title": "An audit of mcuaudit",
        "description": "What `mcuaudit check --format json` writes. Missing values are null.",
        **_object(
            {
                "schema": {"const": f"mcuaudit/{SCHEMA_VERSION}"},
                "at": at,
                "summary": _object(summary),
                **{name: _rows(SCHEMAS[name]) for name in FRAMES},
                "first_jobs": _jobs(),
            }
        ),
    }


def _rows(schema: FrameSchema) -> Json:
    row = _object({column.name: _value(column) for column in schema.columns})
    return {"type": "array", "description": f"One object per {schema.one_row_per}.", "items": row}


def _jobs() -> Json:
    """The jobs, with what the work list of the pages says beside the columns of the frame."""
    declared = _rows(SCHEMAS["first_jobs"])
    row = dict(declared["items"]["properties"])
    row["where"] = {
        "type": "array",
        "items": {"type": "string"},
        "description": "The devices, as site/device, and the peers at which the job changes something.",
    }
    row["by"] = {
        "type": "string",
        "description": 'When it is due: "today", a date (UTC) such as 2026-12-04, on which a certificate that it '
        'replaces, or a CA on its path, ends, or "when convenient".',
    }
    why = "Null where no remedy was applied: for more than 300 devices, and in an audit that was already redacted."
    return {
        **declared,
        "type": ["array", "null"],
        "description": f"{declared['description']} {why}",
        "items": _object(row),
    }


def _object(properties: Json) -> Json:
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


def _value(column: Column) -> Json:
    unit = f" Unit: {column.unit}." if column.unit else ""
    # No frame of the JSON format has octets.
    allowed = {"enum": [*column.choices, None]} if column.dtype is Dtype.CHOICE else _TYPES[column.dtype]
    return {**allowed, "description": f"{column.meaning}{unit}"}

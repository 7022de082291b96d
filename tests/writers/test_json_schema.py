"""The published JSON Schema: what `json_object` makes is valid, and what is wrong is not."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from mcuaudit import Audit
from mcuaudit.frames.schema import SCHEMAS, Dtype
from mcuaudit.writers.json_object import FRAMES, json_object, json_text
from mcuaudit.writers.json_schema import json_schema

VALIDATOR = jsonschema.Draft202012Validator(
    json_schema(), format_checker=jsonschema.Draft202012Validator.FORMAT_CHECKER
)


def test_the_schema_is_one() -> None:
    jsonschema.Draft202012Validator.check_schema(json_schema())
    assert json_schema()["$id"].startswith("urn:mcuaudit:audit:")


def test_the_published_file_is_this_schema() -> None:
    file = Path(__file__).parents[2] / "docs" / "audit.schema.json"
    assert json.loads(file.read_text(encoding="utf-8")) == json_schema()


def test_what_is_written_is_valid(audit: Audit) -> None:
    errors = [(error.json_path, error.message) for error in VALIDATOR.iter_errors(json.loads(json_text(audit, "x")))]
    assert errors == []


@pytest.mark.parametrize("frame", FRAMES)
def test_every_column_is_declared_with_its_words(frame: str) -> None:
    row = json_schema()["properties"][frame]["items"]
    assert row["required"] == list(row["properties"]) == SCHEMAS[frame].names
    for column in SCHEMAS[frame].columns:
        declared = row["properties"][column.name]
        assert declared["description"].startswith(column.meaning)
        if column.dtype is Dtype.CHOICE:
            assert declared["enum"] == [*column.choices, None]
        if column.dtype is Dtype.OUTCOME:
            assert declared["enum"] == ["pass", "notApplicable", "open", "fail"]


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("schema",), "mcuaudit/1"),
        (("at",), "yesterday"),
        (("summary", "refused"), -1),
        (("summary", "versions", "python"), 3.11),
        (("findings", 0, "severity"), "fatal"),
        (("findings", 0, "outcome"), None),
        (("findings", 0, "status"), "ignored"),
        (("findings", 0, "connections"), "5"),
        (("findings", 0, "waiver_expires"), "soon"),
        (("findings", 0, "surprise"), 1),
        (("devices", 0, "collected_at"), 1795392000),
        (("connections", 0, "outcome"), "refused"),
        (("problems",), {}),
        (("surprise",), 1),
    ],
)
def test_what_is_wrong_is_not_valid(path: tuple[Any, ...], value: object, sample: Audit) -> None:
    told = copy.deepcopy(json_object(sample, "x"))
    holder: Any = told
    for step in path[:-1]:
        holder = holder[step]
    holder[path[-1]] = value
    assert not VALIDATOR.is_valid(told)


@pytest.mark.parametrize("path", [("summary",), ("findings", 0, "fingerprint"), ("summary", "audit_id")])
def test_what_is_missing_is_not_valid(path: tuple[Any, ...], sample: Audit) -> None:
    told = copy.deepcopy(json_object(sample, "x"))
    holder: Any = told
    for step in path[:-1]:
        holder = holder[step]
    del holder[path[-1]]
    assert not VALIDATOR.is_valid(told)


def test_waived_findings_are_counted_apart(evil: Audit) -> None:
    summary = json_object(evil, "x")["summary"]
    assert summary["findings_waived"] == 3
    assert summary["findings_fail"] + summary["findings_open"] == len(evil.findings) - 3

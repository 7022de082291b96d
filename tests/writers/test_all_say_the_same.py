"""Every format is read back and compared with the findings, row by row."""

from __future__ import annotations

import csv
import io
import json
import re
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import openpyxl
import pytest
from openpyxl.utils.escape import unescape
from prometheus_client.parser import text_string_to_metric_families

import mcuaudit
from mcuaudit import Audit
from mcuaudit.summary.csv_text import harmless
from mcuaudit.wording.visible import visible
from mcuaudit.writers.formats import FORMATS, content_of, write_audit
from mcuaudit.writers.metrics import metrics_text
from mcuaudit.writers.xlsx_cells import fitting

COLUMNS = ("finding_id", "severity", "outcome", "status", "device_id", "evidence", "change", "waiver_owner")
Rows = list[tuple[str, ...]]


def expected(audit: Audit, as_written: Callable[[str], str] = str) -> Rows:
    """The findings as texts; a missing value is an empty one."""
    frame = audit.findings[list(COLUMNS)].astype(object)
    return [tuple(as_written(word) if isinstance(word, str) else "" for word in row) for row in frame.to_numpy()]


def of_columns(rows: list[dict[str, Any]]) -> Rows:
    return [tuple(row[column] or "" for column in COLUMNS) for row in rows]


def test_csv(audit: Audit) -> None:
    text = content_of(audit, "fleet", "csv").decode()
    assert of_columns(list(csv.DictReader(io.StringIO(text, newline="")))) == expected(audit)
    assert text.count("\n") >= len(audit.findings) + 1


def test_csv_for_spreadsheets(audit: Audit) -> None:
    octets = content_of(audit, "fleet", "csv-spreadsheet")
    assert octets.startswith(b"\xef\xbb\xbf")
    read = list(csv.DictReader(io.StringIO(octets.decode("utf-8-sig"), newline="")))
    assert of_columns(read) == expected(audit, harmless)


def test_xlsx(audit: Audit) -> None:
    sheet = openpyxl.load_workbook(io.BytesIO(content_of(audit, "fleet", "xlsx")), rich_text=False)["findings"]
    titles, *rows = [[unescape(cell) if isinstance(cell, str) else cell for cell in row] for row in sheet.values]
    read = [dict(zip(titles, row, strict=True)) for row in rows]
    assert of_columns(read) == expected(audit, fitting)


def test_parquet(audit: Audit, tmp_path: Path) -> None:
    assert expected(mcuaudit.load(write_audit(audit, "fleet", "parquet", tmp_path / "kept"))) == expected(audit)


def test_json(audit: Audit) -> None:
    told = json.loads(content_of(audit, "fleet", "json"))
    assert of_columns(told["findings"]) == expected(audit)
    summary = told["summary"]
    counted = ("findings_fail", "findings_open", "findings_waived")
    assert sum(summary[key] for key in counted) == len(audit.findings)
    assert summary["findings_waived"] == (audit.findings["status"] == "waived").sum()


def test_sarif(audit: Audit) -> None:
    run = json.loads(content_of(audit, "fleet", "sarif"))["runs"][0]
    read = [row for row in run["results"] if row["kind"] in ("fail", "open") and row.get("baselineState") != "absent"]
    assert [_of_sarif(row) for row in read] == expected(audit)
    evaluations = audit.evaluations[audit.evaluations["device_id"].notna()]
    for kind in ("pass", "notApplicable"):
        assert sum(row["kind"] == kind for row in run["results"]) == (evaluations["outcome"] == kind).sum()


def _of_sarif(row: dict[str, Any]) -> tuple[str, ...]:
    logical = row["locations"][0]["logicalLocations"][0]
    device = {"slot": logical["fullyQualifiedName"].rpartition("/")[0], "device": logical["fullyQualifiedName"]}
    properties = row["properties"]
    assert row["level"] == (properties["severity"] if row["kind"] == "fail" else "none")
    said = row["suppressions"][0]["justification"] if row["suppressions"] else ""
    owner = re.search(r" \(waived by (.*) until 2027-01-31\)$", said, re.DOTALL)
    return (
        properties["finding_id"],
        properties["severity"],
        row["kind"],
        "waived" if row["suppressions"] else "active",
        device.get(logical["kind"], ""),
        row["message"]["text"].replace("\\[", "["),
        properties.get("change", ""),
        owner[1] if owner else "",
    )


def test_junit(audit: Audit) -> None:
    root = ElementTree.fromstring(content_of(audit, "fleet", "junit"))
    read = [_of_junit(suite, case) for suite in root for case in suite.iter("testcase")]
    told = sorted(row for row in read if row[0])
    changeless = [(*row[:6], row[7]) for row in expected(audit, visible)]
    assert told == sorted(changeless)
    quiet = audit.evaluations[audit.evaluations["device_id"].notna()]
    assert len(read) - len(told) == quiet["outcome"].isin(["pass", "notApplicable"]).sum()


def _of_junit(suite: ElementTree.Element, case: ElementTree.Element) -> tuple[str, ...]:
    told = case[0] if len(case) and case[0].text else None
    if told is None:
        return ("",) * 7
    lines = dict(line.partition(": ")[::2] for line in (told.text or "").split("\n"))
    message = told.attrib["message"]
    waived = re.match(r"waived by (.*) until 2027-01-31: ", message)
    outcome = {"undetermined": "open"}.get(lines["Outcome"], lines["Outcome"])
    if not waived:
        assert message == f"{'undetermined: ' if outcome == 'open' else ''}{lines['Evidence']}"
    assert told.tag == ("skipped" if waived or outcome == "open" else "failure")
    device = suite.attrib["name"] if "/" in suite.attrib["name"] else ""
    return (
        lines["Finding"],
        lines["Severity"],
        outcome,
        "waived" if waived else "active",
        device,
        lines["Evidence"],
        waived[1] if waived else "",
    )


def test_metrics(audit: Audit) -> None:
    text = metrics_text(audit, datetime(2026, 11, 24, 3, tzinfo=UTC))
    samples = [sample for family in text_string_to_metric_families(text) for sample in family.samples]
    read = {
        tuple(sample.labels[key] for key in ("site", "severity", "outcome", "status")): sample.value
        for sample in samples
        if sample.name == "mcuaudit_findings" and sample.value
    }
    frame = audit.findings[["site", "severity", "outcome", "status"]].astype(object)
    assert read == Counter(tuple(word if isinstance(word, str) else "" for word in row) for row in frame.to_numpy())


def test_every_format_is_read_back_here_or_has_a_test_of_its_own() -> None:
    tried = {name.removeprefix("test_").replace("_for_spreadsheets", "-spreadsheet") for name in globals()}
    tried |= {file.stem.removeprefix("test_").replace("_", "-") for file in Path(__file__).parent.glob("test_*.py")}
    assert set(FORMATS.own) <= tried


@pytest.mark.part(5)
@pytest.mark.parametrize("name", [name for name, one in FORMATS.items() if one.make])
def test_the_same_audit_gives_the_same_octets(name: str, audit: Audit) -> None:
    assert content_of(audit, "fleet", name) == content_of(audit, "fleet", name)

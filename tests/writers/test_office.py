"""LibreOffice opens the workbook and the CSV, and takes nothing in them for a formula."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from pathlib import Path

import openpyxl
import pytest
from openpyxl.cell import Cell

from mcuaudit import Audit
from mcuaudit.summary.csv_text import harmless, is_formula
from mcuaudit.writers.formats import write_audit
from tests.writers.audits import SHORT, hostile_audit

OFFICE = shutil.which("soffice") or shutil.which("libreoffice")
CSV_FRAMES = ("findings", "certificates", "devices")
# Comma, quotation mark, UTF-8, from line 1; formulas are evaluated, as in a window.
CSV_FILTER = "CSV:44,34,76,1,,0,false,true,false,false,false,-1,true"

pytestmark = pytest.mark.skipif(
    OFFICE is None and not os.environ.get("MCUAUDIT_REQUIRE_OFFICE"), reason="LibreOffice is not installed"
)
Opened = dict[str, openpyxl.Workbook]


def opened(files: Sequence[Path], directory: Path, *options: str) -> Opened:
    """What LibreOffice makes of the files, saved as workbooks, by the name before the ending."""
    assert OFFICE, "MCUAUDIT_REQUIRE_OFFICE is set, and LibreOffice is not installed"
    out = directory / "opened"
    # A profile of its own, so that an office that somebody works with stays untouched.
    profile = f"-env:UserInstallation={(directory / 'profile').as_uri()}"
    command = [OFFICE, profile, "--headless", "--norestore", *options, "--convert-to", "xlsx", "--outdir", str(out)]
    ran = subprocess.run([*command, *map(str, files)], capture_output=True, text=True, timeout=300, check=False)
    made = {file.stem: out / f"{file.stem}.xlsx" for file in files}
    assert all(file.is_file() for file in made.values()), ran.stderr
    return {name: openpyxl.load_workbook(file) for name, file in made.items()}


@pytest.fixture(scope="module")
def evil() -> Audit:
    """Hostile texts everywhere, but none that LibreOffice takes long for."""
    return hostile_audit(SHORT)


@pytest.fixture(scope="module")
def workbooks(audits: dict[str, Audit], evil: Audit, tmp_path_factory: pytest.TempPathFactory) -> Opened:
    """The workbooks of the sample and of the hostile audit."""
    directory = tmp_path_factory.mktemp("workbooks")
    told = {"sample": audits["sample"], "evil": evil}
    return opened([write_audit(one, "x", "xlsx", directory / f"{name}.xlsx") for name, one in told.items()], directory)


@pytest.fixture(scope="module")
def tables(evil: Audit, tmp_path_factory: pytest.TempPathFactory) -> Opened:
    """CSV of the hostile audit: three frames for spreadsheets, and one plain."""
    directory = tmp_path_factory.mktemp("tables")
    files = [write_audit(evil, "x", "csv-spreadsheet", directory / f"{frame}.csv", frame=frame) for frame in CSV_FRAMES]
    files.append(write_audit(evil, "x", "csv", directory / "plain.csv", frame="certificates"))
    return opened(files, directory, f"--infilter={CSV_FILTER}")


def live(workbook: openpyxl.Workbook) -> Iterator[Cell]:
    """Cells that are calculated or lead somewhere. LibreOffice keeps true and false as formulas."""
    for sheet in workbook:
        for row in sheet.iter_rows():
            for cell in row:
                if cell.hyperlink or (cell.data_type == "f" and cell.value not in ("=TRUE()", "=FALSE()")):
                    yield cell


def column(workbook: openpyxl.Workbook, sheet: str, title: str) -> list[object]:
    titles, *rows = workbook[sheet].values
    return [row[titles.index(title)] for row in rows]


def test_the_workbook_opens_and_says_the_same(workbooks: Opened, audits: dict[str, Audit]) -> None:
    sample, workbook = audits["sample"], workbooks["sample"]
    assert workbook.sheetnames[:3] == ["Audit", "findings", "connections"]
    for title in ("finding_id", "severity", "outcome", "status", "device_id", "evidence"):
        assert column(workbook, "findings", title) == sample.findings[title].tolist()
    ends = [end.replace(tzinfo=None) for end in sample.certificates["not_after"].dt.to_pydatetime()]
    assert column(workbook, "certificates", "not_after (UTC)") == ends


@pytest.mark.parametrize("name", ["sample", "evil"])
def test_nothing_in_a_workbook_is_run(name: str, workbooks: Opened) -> None:
    assert [(cell.parent.title, cell.coordinate, cell.value) for cell in live(workbooks[name])] == []


def test_hostile_subjects_are_text_in_the_workbook(workbooks: Opened, evil: Audit) -> None:
    read = column(workbooks["evil"], "certificates", "subject")
    seen = [
        (found, subject)
        for found, subject in zip(read, evil.certificates["subject"], strict=True)
        if is_formula(subject)
    ]
    assert len(seen) == 3
    # LibreOffice drops some control characters.
    assert all(found == subject for found, subject in seen if subject.isprintable())


@pytest.mark.parametrize("frame", CSV_FRAMES)
def test_nothing_in_the_csv_for_spreadsheets_is_run(frame: str, tables: Opened) -> None:
    assert [(cell.coordinate, cell.value) for cell in live(tables[frame])] == []


def test_hostile_subjects_are_text_in_the_csv_for_spreadsheets(tables: Opened, evil: Audit) -> None:
    read = column(tables["certificates"], "certificates", "subject")
    assert column(tables["certificates"], "certificates", "certificate") == evil.certificates["certificate"].tolist()
    for found, subject in zip(read, evil.certificates["subject"], strict=True):
        assert found == harmless(subject) or not subject.isprintable()


def test_the_plain_csv_would_be_run(tables: Opened) -> None:
    # Otherwise the tests before this one would say nothing.
    assert [cell.coordinate for cell in live(tables["plain"])][:2] == ["B2", "B3"]

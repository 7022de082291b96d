"""The workbook: types, limits of Excel, and texts that stay texts."""

from __future__ import annotations

import io
import re
import zipfile
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st
from openpyxl.utils.escape import unescape

from mcuaudit import Audit
from mcuaudit.frames.declared_frames import build_frame
from mcuaudit.frames.for_pages import ForPages
from mcuaudit.frames.schema import AUDIT_FRAMES, COMPARISON_FRAMES, FLEET_FRAMES, SCHEMAS, Dtype
from mcuaudit.writers import xlsx
from mcuaudit.writers.xlsx_cells import LONGEST, fitting, make_formats, write_cell
from tests.writers.audits import HOSTILE


def book(audit: Audit) -> openpyxl.Workbook:
    """The workbook of an audit, read once; it stays as it is."""
    if (id(audit), xlsx.ROWS) not in _BOOKS:
        _BOOKS[id(audit), xlsx.ROWS] = audit, _read(audit)
    return _BOOKS[id(audit), xlsx.ROWS][1]


_BOOKS: dict[tuple[int, int], tuple[Audit, openpyxl.Workbook]] = {}
"""Each with its audit, so that no other audit gets its id."""


def _read(audit: Audit) -> openpyxl.Workbook:
    return openpyxl.load_workbook(io.BytesIO(xlsx.xlsx_bytes(audit, "fleet")))


def one_cell(value: Any) -> Any:
    octets = io.BytesIO()
    with xlsxwriter.Workbook(octets, {"constant_memory": True}) as workbook:
        write_cell(workbook.add_worksheet(), 0, 0, value, make_formats(workbook))
    return openpyxl.load_workbook(octets).active["A1"]


def test_there_is_a_sheet_per_frame_but_the_largest(sample: Audit) -> None:
    names = book(sample).sheetnames
    assert names == ["Audit", *xlsx.SHEETS]
    assert {*AUDIT_FRAMES, *FLEET_FRAMES} - set(names) == {"evaluations"}
    jobs = build_frame("first_jobs", [])
    proven = replace(sample, for_pages=ForPages(first_jobs=jobs))
    assert book(proven).sheetnames == ["Audit", "first_jobs", *xlsx.SHEETS]
    assert next(book(proven)["first_jobs"].values) == tuple(jobs.columns)


def test_with_a_baseline_there_is_a_sheet_per_frame_of_the_comparison(compared: Audit) -> None:
    workbook = book(compared)
    assert workbook.sheetnames == ["Audit", *xlsx.SHEETS, *COMPARISON_FRAMES]
    changes = [row[0] for row in list(workbook["finding_changes"].values)[1:]]
    assert compared.comparison
    assert changes == compared.comparison.finding_changes["change"].tolist()


def test_every_cell_is_the_value_of_its_frame(audit: Audit) -> None:
    workbook = book(audit)
    for name in xlsx.SHEETS:
        frame = getattr(audit, name)
        titles, *rows = workbook[name].values
        columns = [column for column in SCHEMAS[name].columns if column.dtype is not Dtype.BYTES]
        assert [str(title).removesuffix(" (UTC)") for title in titles] == [column.name for column in columns]
        assert len(rows) == len(frame)
        for number, column in enumerate(columns):
            read = [row[number] for row in rows]
            for found, value in zip(read, frame[column.name].astype(object), strict=True):
                assert _same(found, value), (name, column.name, found, value)


def _same(found: Any, value: Any) -> bool:
    if isinstance(value, str):
        return (unescape(found) if found else "") == fitting(value)
    if pd.isna(value):
        return found is None
    if isinstance(value, pd.Timestamp):
        # Excel's own times are fractions of a day, good for milliseconds.
        return abs((found - value.to_pydatetime().replace(tzinfo=None)).total_seconds()) < 0.001
    return bool(found == value)


def test_a_header_stays_in_sight_and_filters(sample: Audit) -> None:
    sheet = book(sample)["connections"]
    assert sheet.freeze_panes == "B2"
    assert sheet.auto_filter.ref == f"A1:AP{len(sample.connections) + 1}"
    assert sheet["A1"].font.bold
    assert all(8 < dimension.width <= 61 for dimension in sheet.column_dimensions.values())


def test_headers_of_times_say_utc(sample: Audit) -> None:
    titles = [cell.value for cell in book(sample)["certificates"][1]]
    assert "not_after (UTC)" in titles
    assert "der" not in titles


def test_an_outcome_has_a_word_and_a_colour(sample: Audit) -> None:
    sheet = book(sample)["connections"]
    column = sample.connections.columns.get_loc("outcome") + 1
    colours = {}
    for row in range(2, sheet.max_row + 1):
        cell = sheet.cell(row, column)
        colours[cell.value] = cell.fill.fgColor.rgb
    assert set(colours) == {"fail", "open", "pass", "notApplicable"}
    assert len(set(colours.values())) == 4


def test_the_first_sheet_says_what_was_concluded(sample: Audit) -> None:
    told = dict(book(sample)["Audit"].iter_rows(values_only=True))
    assert "will be refused" in told["Verdict"]
    assert told["As of (UTC)"] == sample.at.replace(tzinfo=None)
    assert told["Devices"] == 15
    assert told["Version of mcuaudit"] == sample.versions["mcuaudit"]
    assert told["Sheet findings"] == f"{len(sample.findings):,} rows"
    assert told["Left out"].startswith(f"evaluations, {len(sample.evaluations):,} rows")


def test_nothing_runs_or_leads_anywhere(audit: Audit) -> None:
    for sheet in book(audit):
        for row in sheet.iter_rows():
            for cell in row:
                assert cell.data_type in ("s", "n", "d", "b", "inlineStr"), (sheet.title, cell.coordinate)
                assert cell.hyperlink is None
    with zipfile.ZipFile(io.BytesIO(xlsx.xlsx_bytes(audit, "fleet"))) as archive:
        for name in archive.namelist():
            text = archive.read(name).decode("utf-8")
            assert "<f>" not in text
            assert "<hyperlink" not in text
            assert 'TargetMode="External"' not in text


@pytest.mark.parametrize(
    "text",
    [
        *HOSTILE,
        "<r></r>",
        "<r><t>&</t></r>",
        "<r>",
        "http://x/",
        "mailto:a@b",
        "internal:A1",
        "{=1+1}",
        "",
        "007",
        "1e5",
    ],
)
def test_a_text_comes_back_as_it_is(text: str) -> None:
    cell = one_cell(text)
    assert cell.data_type in ("s", "inlineStr", "n" if text == "" else "s")
    assert unescape(cell.value or "") == fitting(text)
    assert len(text) > LONGEST // 2 or fitting(text).removesuffix(" ") == text.removesuffix(" ")


@given(st.lists(st.text(st.characters(exclude_categories=["Cs"])), min_size=1))
def test_any_text_comes_back(texts: list[str]) -> None:
    octets = io.BytesIO()
    with xlsxwriter.Workbook(octets, {"constant_memory": True}) as workbook:
        sheet, formats = workbook.add_worksheet(), make_formats(workbook)
        for row, text in enumerate(texts):
            write_cell(sheet, row, 0, text, formats)
    read = [row[0] for row in openpyxl.load_workbook(octets).active.values]
    read += [None] * (len(texts) - len(read))
    assert [unescape(text or "") for text in read] == texts


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@x", " =1"])
def test_a_formula_stays_text_when_its_cell_is_edited(text: str) -> None:
    assert one_cell(text).quotePrefix


@pytest.mark.parametrize("character", ["x", "\u00e9", "\U0001f512"])
def test_a_text_longer_than_a_cell_is_cut_and_says_so(character: str) -> None:
    units = len(character.encode("utf-16-le")) // 2
    whole = character * (LONGEST // units)
    assert fitting(whole) == whole
    longer = whole + character * 2
    cut = fitting(longer)
    assert cut.endswith(f" [cut: {len(longer):,} characters in all]")
    assert len(cut.encode("utf-16-le")) // 2 <= LONGEST
    assert one_cell(longer).value == cut


@pytest.mark.parametrize(
    ("moment", "read"),
    [
        ("1900-03-01", datetime(1900, 3, 1, tzinfo=UTC)),
        ("1900-02-28T23:59:59", "1900-02-28T23:59:59+00:00"),
        ("1850-01-01", "1850-01-01T00:00:00+00:00"),
        ("9999-12-31T23:59:59", datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC)),
    ],
)
def test_times_that_excel_cannot_hold_are_text(moment: str, read: object) -> None:
    found = one_cell(pd.Timestamp(moment, tz="UTC").as_unit("us")).value
    assert (found.replace(tzinfo=UTC) if isinstance(found, datetime) else found) == read


def test_rows_beyond_a_sheet_go_to_a_further_one(sample: Audit, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(xlsx, "ROWS", 50)
    workbook = book(sample)
    sheets = [name for name in workbook.sheetnames if name.startswith("findings")]
    assert sheets == ["findings", *(f"findings ({number})" for number in range(2, len(sheets) + 1))]
    assert len(sheets) == -(-len(sample.findings) // 50)
    ids = [row[0] for name in sheets for row in list(workbook[name].values)[1:]]
    assert ids == sample.findings["finding_id"].tolist()
    assert all(next(iter(workbook[name].values))[0] == "finding_id" for name in sheets)


def test_an_audit_without_rows_has_all_sheets(sample: Audit) -> None:
    empty = replace(sample, findings=sample.findings[:0])
    assert [row[0] for row in book(empty)["findings"].values] == ["finding_id"]


def test_no_time_of_writing_and_no_path_of_this_machine(sample: Audit) -> None:
    with zipfile.ZipFile(io.BytesIO(xlsx.xlsx_bytes(sample, "fleet"))) as archive:
        core = archive.read("docProps/core.xml").decode("utf-8")
        assert re.findall(r"\d{4}-\d\d-\d\dT[^<]*", core) == ["2026-11-23T00:00:00Z"] * 2
        whole = b"".join(archive.read(name) for name in archive.namelist())
    assert str(Path(sample.fleet.source)).encode() not in whole

"""One frame for Excel: what pandas refuses or runs is written as it is."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import openpyxl
import pandas as pd
import pytest

import mcuaudit
from mcuaudit import Audit, UsageError
from mcuaudit.frames.schema import AUDIT_FRAMES, FLEET_FRAMES, SCHEMAS, Dtype
from mcuaudit.writers import frame_xlsx
from tests.clean_export import CleanExport

ROOT = Path(__file__).parents[2]


def rows(file: Path, sheet: int = 0) -> list[tuple[object, ...]]:
    return list(openpyxl.load_workbook(file).worksheets[sheet].values)


@pytest.fixture(scope="module")
def audit(tmp_path_factory: pytest.TempPathFactory) -> Audit:
    return CleanExport().audit(tmp_path_factory.mktemp("export"))


@pytest.mark.parametrize("name", [*FLEET_FRAMES, *AUDIT_FRAMES])
def test_every_frame_is_written(name: str, audit: Audit, tmp_path: Path) -> None:
    frame = getattr(audit, name)
    titles, *cells = rows(mcuaudit.to_excel(frame, tmp_path / "frame.xlsx"))
    columns = [column for column in SCHEMAS[name].columns if column.dtype is not Dtype.BYTES]
    assert list(titles) == [f"{one.name} (UTC)" if one.dtype is Dtype.TIME else one.name for one in columns]
    assert len(cells) == len(frame)
    for column, values in zip(columns, zip(*cells, strict=True), strict=False):
        if column.dtype is Dtype.TIME:
            expected = [None if pd.isna(value) else value.tz_localize(None) for value in frame[column.name]]
            assert [value if value is None else pd.Timestamp(value).round("s") for value in values] == [
                value if value is None else value.round("s") for value in expected
            ]


def test_pandas_refuses_what_is_written_here(audit: Audit, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="timezone"):
        audit.certificates.to_excel(tmp_path / "x.xlsx")
    mcuaudit.to_excel(audit.certificates, tmp_path / "x.xlsx")


def test_no_text_is_a_formula(tmp_path: Path) -> None:
    file = mcuaudit.to_excel(pd.DataFrame({"=1+1": ["=1+1", "@x", "plain"]}), tmp_path / "x.xlsx")
    sheet = openpyxl.load_workbook(file).active
    assert sheet is not None
    assert [cell.data_type for cell in sheet["A"]] == ["s"] * 4
    assert [cell.value for cell in sheet["A"]] == ["=1+1", "=1+1", "@x", "plain"]


def test_values_of_other_types_are_numbers_times_or_their_text(tmp_path: Path) -> None:
    at = datetime(2026, 6, 1, 12, tzinfo=timezone(timedelta(hours=2)))
    values = [1, 2.5, True, None, at, ["a"], 10**15, float("inf"), timedelta(1), b"octets"]
    frame = pd.DataFrame({str(number): pd.Series([value], dtype=object) for number, value in enumerate(values)})
    assert rows(mcuaudit.to_excel(frame, tmp_path / "x.xlsx")) == [
        ("0", "1", "2", "3", "4", "5", "6", "7", "8"),
        (1, 2.5, True, None, datetime(2026, 6, 1, 10), "['a']", "1000000000000000", "inf", "1 day, 0:00:00"),  # noqa: DTZ001
    ]


def test_the_groups_of_an_index_are_columns_and_row_numbers_are_not(audit: Audit, tmp_path: Path) -> None:
    counted = audit.connections.groupby(["site", "outcome"], observed=True).size().to_frame("connections")
    titles, *cells = rows(mcuaudit.to_excel(counted, tmp_path / "x.xlsx"))
    assert titles == ("site", "outcome", "connections")
    assert [row[-1] for row in cells] == counted["connections"].tolist()
    filtered = audit.connections[audit.connections["outcome"] == "pass"][["device"]]
    assert rows(mcuaudit.to_excel(filtered, tmp_path / "x.xlsx"))[0] == ("device",)
    wide = audit.connections.pivot_table(index="site", columns=["outcome"], aggfunc={"device": "count"}, observed=True)
    assert rows(mcuaudit.to_excel(wide, tmp_path / "x.xlsx"))[0][:2] == ("site", "device / pass")


def test_further_rows_go_to_a_further_sheet(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(frame_xlsx, "ROWS", 2)
    file = mcuaudit.to_excel(pd.DataFrame({"n": [1, 2, 3]}), tmp_path / "x.xlsx")
    assert [rows(file, number) for number in (0, 1)] == [[("n",), (1,), (2,)], [("n",), (3,)]]


def test_a_frame_without_rows_or_columns_is_written(tmp_path: Path) -> None:
    assert rows(mcuaudit.to_excel(pd.DataFrame({"n": []}), tmp_path / "x.xlsx")) == [("n",)]
    assert rows(mcuaudit.to_excel(pd.DataFrame(), tmp_path / "y.xlsx")) == []


def test_too_many_columns_and_other_things_are_refused(audit: Audit, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="at most 16,384"):
        mcuaudit.to_excel(pd.DataFrame([range(16_385)]), tmp_path / "x.xlsx")
    with pytest.raises(UsageError, match="expected a DataFrame"):
        mcuaudit.to_excel(audit, tmp_path / "x.xlsx")  # type: ignore[arg-type]


@pytest.mark.parametrize("document", ["docs/using.md", "docs/frames.md"])
def test_the_line_of_the_documentation_works(
    document: str, audit: Audit, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (line,) = set(re.findall(r"mcuaudit\.to_excel\([^)]+\)", (ROOT / document).read_text(encoding="utf-8")))
    monkeypatch.chdir(tmp_path)
    written = eval(line, {"mcuaudit": mcuaudit, "audit": audit})
    assert len(rows(tmp_path / written)) == len(audit.certificates) + 1


def test_the_same_frame_gives_the_same_file(audit: Audit, tmp_path: Path) -> None:
    one, other = (mcuaudit.to_excel(audit.devices, tmp_path / name).read_bytes() for name in ("a.xlsx", "b.xlsx"))
    assert one == other
    created = openpyxl.load_workbook(tmp_path / "a.xlsx").properties.created
    assert created is not None
    assert created.replace(tzinfo=UTC) < audit.at

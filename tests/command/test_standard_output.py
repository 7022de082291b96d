"""`-` is standard output, and a machine that cannot write is not wrong use."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from mcuaudit.command.exit_codes import NOT_WRITTEN, WRONG_USE
from tests.clean_export import CleanExport
from tests.command.conftest import Run

AT = ("--at", "2026-06-11")
ON_LINUX = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="/dev/full is of Linux")


@pytest.fixture(scope="module")
def export(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return CleanExport().write(tmp_path_factory.mktemp("export") / "export")


@pytest.mark.parametrize(
    "options", [(), ("--format", "table"), ("--format", "json"), ("--format", "csv", "--frame", "devices")]
)
def test_a_hyphen_prints_as_without_the_option(
    options: tuple[str, ...], export: Path, run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    plain = run("check", export, *AT, *options)
    assert run("check", export, *AT, *options, "--out", "-") == plain
    assert run("check", export, *AT, *options, "--out", "-", "-o", "-") == plain
    assert list(tmp_path.iterdir()) == []


def piped(
    *arguments: object, cwd: Path, stdout: int = subprocess.PIPE, **named: str
) -> subprocess.CompletedProcess[bytes]:
    environment = {key: value for key, value in os.environ.items() if key != "PYTHONUNBUFFERED"}
    environment |= {"PYTHONPATH": str(Path(__file__).parents[2]), "PYTHONIOENCODING": "latin-1"} | named
    words = [sys.executable, "-m", "mcuaudit", *map(str, arguments)]
    return subprocess.run(
        words, cwd=cwd, env=environment, stdout=stdout, stderr=subprocess.PIPE, timeout=120, check=False
    )


def test_a_workbook_is_piped_and_files_beside_it_are_named_on_standard_error(export: Path, tmp_path: Path) -> None:
    done = piped("check", export, *AT, "--format", "xlsx", "--out", "-", "--out", "x.xlsx", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert done.stdout == (tmp_path / "x.xlsx").read_bytes()
    assert "xl/workbook.xml" in zipfile.ZipFile(io.BytesIO(done.stdout)).namelist()
    assert b"mcuaudit: x.xlsx" in done.stderr


@pytest.mark.parametrize("written", ["./-", ".//-", "././-"])
def test_a_file_of_that_name_is_written_with_its_directory(
    written: str, export: Path, run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    ran = run("check", export, *AT, "--format", "json", "--out", written)
    assert ran.out == f"{tmp_path / '-'}\n"
    assert json.loads((tmp_path / "-").read_text(encoding="utf-8"))["summary"]


def test_metrics_are_printed_where_nothing_else_is(export: Path, run: Run, tmp_path: Path) -> None:
    ran = run("check", export, *AT, "--metrics", "-", "--out", tmp_path / "x.json")
    assert ran.out.startswith("# HELP mcuaudit_build_info")
    assert f"mcuaudit: {tmp_path / 'x.json'}" in ran.err
    assert all(line.startswith(("#", "mcuaudit_")) for line in ran.out.splitlines())
    for also in ((), ("--out", "-")):
        refused = run("check", export, *AT, "--metrics", "-", *also)
        assert (refused.code, refused.out) == (WRONG_USE, "")
        assert "--metrics - and the findings would both be on standard output" in refused.err


@pytest.mark.parametrize(
    "words",
    [("report", "EXPORT", "--out", "-"), ("check", "EXPORT", "--keep", "-"), ("sample", "-"), ("lab", "--dir", "-")],
)
def test_a_directory_is_not_written_to_standard_output(
    words: tuple[str, ...], export: Path, run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    ran = run(*(export if word == "EXPORT" else word for word in words))
    assert (ran.code, ran.out) == (WRONG_USE, "")
    assert '"-" is standard output, to which no directory can be written.' in ran.err
    assert list(tmp_path.iterdir()) == []


def test_a_directory_of_that_name_is_named_with_its_directory(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert run("sample", "./-").code == 0
    assert (tmp_path / "-").is_dir()


def test_a_format_of_directories_is_not_printed(export: Path, run: Run) -> None:
    ran = run("check", export, *AT, "--format", "parquet", "--out", "-")
    assert ran.code == WRONG_USE
    assert "--format parquet cannot be printed; name a file or directory with --out." in ran.err


@ON_LINUX
def test_a_file_that_cannot_be_written_has_a_code_of_its_own(export: Path, run: Run, tmp_path: Path) -> None:
    ran = run("check", export, *AT, "--format", "json", "--out", "/dev/full")
    assert (ran.code, ran.out) == (NOT_WRITTEN, "")
    assert ran.err == (
        "mcuaudit: /dev/full cannot be written: No space left on device. Free space on that file system, or write "
        "elsewhere.\n"
    )
    assert run("check", export, *AT, "--out", tmp_path / "x.json", "--metrics", "/dev/full").code == NOT_WRITTEN


@ON_LINUX
@pytest.mark.part(3)
@pytest.mark.parametrize("unbuffered", ["", "1"])
@pytest.mark.parametrize("words", [("check", "EXPORT", *AT, "--format", "xlsx"), ("rules",), ("--version",)])
def test_standard_output_that_cannot_be_written_is_named(
    words: tuple[str, ...], unbuffered: str, export: Path, tmp_path: Path
) -> None:
    given = [export if word == "EXPORT" else word for word in words]
    with Path("/dev/full").open("wb") as full:
        done = piped(*given, cwd=tmp_path, stdout=full.fileno(), PYTHONUNBUFFERED=unbuffered)
    assert done.returncode == NOT_WRITTEN
    said = done.stderr.decode()
    assert "mcuaudit: standard output cannot be written: No space left on device. Free space" in said
    assert "Errno" not in said
    assert "Exception" not in said


@ON_LINUX
def test_a_reader_that_ends_early_is_no_failure(tmp_path: Path) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    done = piped("--version", cwd=tmp_path, stdout=writing)
    os.close(writing)
    assert done.returncode == 0
    assert done.stderr == b""

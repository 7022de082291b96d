"""`--cache`, `--no-cache` and MCUAUDIT_CACHE: the same output, and a line on standard error says what was used."""

from __future__ import annotations

from pathlib import Path

import pytest

from mcuaudit.command.exit_codes import WRONG_USE
from tests.clean_export import CleanExport
from tests.command.conftest import Run

AT = ("--at", "2026-06-10")
TAKEN = "mcuaudit: nothing was evaluated: the cache {} has the audit.\n"


@pytest.fixture
def export(tmp_path: Path) -> Path:
    export = CleanExport()
    export.settings["security"]["redirect_http_to_https"] = "false"
    return export.write(tmp_path / "export")


def test_the_second_run_prints_the_same(run: Run, export: Path, tmp_path: Path) -> None:
    cache = tmp_path / "cache"
    plain = run("check", export, *AT)
    first, second = (run("check", export, *AT, "--cache", cache) for _ in range(2))
    taken = TAKEN.format(cache)
    assert (first.code, first.out, first.err) == (plain.code, plain.out, plain.err)
    assert (second.code, second.out) == (plain.code, plain.out)
    assert second.err == f"mcuaudit: no file was decoded: the cache {cache} has what is in them.\n{taken}{plain.err}"
    compared = run("compare", export, export, *AT, "--cache", cache, "--cache-size", 5)
    assert compared.err.count(taken) == 2


def test_the_environment_names_one_and_an_option_none(
    run: Run, export: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MCUAUDIT_CACHE", str(tmp_path / "cache"))
    assert "the cache" not in run("check", export, *AT, "--no-cache").err
    assert not (tmp_path / "cache").exists()
    run("check", export, *AT)
    assert TAKEN.format(tmp_path / "cache") in run("check", export, *AT).err
    assert "the cache" not in run("check", export, *AT, "--no-cache").err


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (
            ["--cache", "export/cache"],
            "is inside the export and would be read as part of it. Choose another directory.",
        ),
        (["--cache", "file"], "file is a file; a cache needs a directory of its own."),
        (["--cache", "."], "is not empty and is not a cache of mcuaudit. Choose a directory that is empty"),
        (["--cache", "kept", "--keep", "kept"], "kept is named for two purposes. Choose another place"),
        (["--cache-size", "5"], "--cache-size needs --cache DIRECTORY, or the variable MCUAUDIT_CACHE."),
        (["--cache", "-"], '"-" is standard output'),
    ],
)
def test_a_place_that_cannot_be_used_is_refused(
    options: list[str], said: str, run: Run, export: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(export.parent)
    Path("file").write_text("mine")
    Path("mine.txt").write_text("mine")
    ran = run("check", "export", *AT, *options)
    assert ran.code == WRONG_USE
    assert said in ran.err
    assert not (export / "cache").exists()


def test_it_is_not_within_the_reports(run: Run, export: Path, tmp_path: Path) -> None:
    ran = run("report", export, *AT, "--out", tmp_path / "reports", "--cache", tmp_path / "reports" / "cache")
    assert ran.code == WRONG_USE
    assert "which is replaced as a whole. Choose another place." in ran.err
    assert not (tmp_path / "reports").exists()

"""The notebooks that `mcuaudit lab` copies: parameters set, the user's own changes kept."""

from __future__ import annotations

import shutil
from pathlib import Path

import nbformat
import pytest

import mcuaudit
from mcuaudit.errors import UsageError
from mcuaudit.notebook.lab import FIRST, open_lab, prepare_lab
from mcuaudit.system.resources import notebooks_directory
from tests.clean_export import CleanExport


def parameters(notebook: Path) -> dict[str, str]:
    (cell,) = [cell for cell in nbformat.read(notebook, 4).cells if "parameters" in cell.metadata.get("tags", [])]
    values: dict[str, str] = {}
    exec(cell.source, {}, values)
    return {name: value for name, value in values.items() if not name.startswith("__")}


def test_every_notebook_is_copied_with_the_export_set(tmp_path: Path) -> None:
    export = tmp_path / 'O\'Brien & "Sons"'
    export.mkdir()
    copies = prepare_lab(export, tmp_path / "lab", at="2026-11-23")
    assert {file.name for file in copies.written} == {file.name for file in notebooks_directory().glob("*.ipynb")}
    assert copies.kept == ()
    for file in copies.written:
        found = parameters(file)
        assert (found["export"], found["at"]) == (str(export), "2026-11-23")


def test_parameters_keep_their_meaning_beside_them(tmp_path: Path) -> None:
    prepare_lab(tmp_path, tmp_path / "lab", at="2026-11-23")
    (cell,) = [
        cell
        for cell in nbformat.read(tmp_path / "lab" / FIRST, 4).cells
        if "parameters" in cell.metadata.get("tags", [])
    ]
    assert f"export: str = {str(tmp_path)!r}  # the export to explore" in cell.source


def test_a_copy_that_was_changed_is_kept_and_the_others_follow(tmp_path: Path) -> None:
    prepare_lab(tmp_path, tmp_path / "lab", at="2026-11-23")
    mine = tmp_path / "lab" / FIRST
    notebook = nbformat.read(mine, 4)
    notebook.cells.append(nbformat.v4.new_code_cell("mine = 1"))
    nbformat.write(notebook, mine)
    (tmp_path / "lab" / "01_inventory.ipynb").write_text("half a notebook", encoding="utf-8")
    before = mine.read_bytes()
    copies = prepare_lab(tmp_path, tmp_path / "lab", at="2027-01-01")
    assert mine.read_bytes() == before
    assert [path.name for path in copies.kept] == [FIRST, "01_inventory.ipynb"]
    assert parameters(tmp_path / "lab" / "90_site_report.ipynb")["at"] == "2027-01-01"


def test_a_copy_that_was_only_run_follows_too(tmp_path: Path) -> None:
    prepare_lab(tmp_path, tmp_path / "lab", at="2026-11-23")
    run = tmp_path / "lab" / FIRST
    notebook = nbformat.read(run, 4)
    shown = nbformat.v4.new_output("stream", text="was run")
    notebook.cells[1].outputs, notebook.cells[1].execution_count = [shown], 7
    nbformat.write(notebook, run)
    assert prepare_lab(tmp_path, tmp_path / "lab", at="2026-11-23").written == ()
    assert run in prepare_lab(tmp_path, tmp_path / "lab", at="2027-01-01").written
    assert parameters(run)["at"] == "2027-01-01"
    assert "was run" in run.read_text(encoding="utf-8")


def test_results_stay_where_the_notebook_itself_is_another_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shipped = tmp_path / "shipped"
    shutil.copytree(notebooks_directory(), shipped)
    monkeypatch.setattr("mcuaudit.notebook.lab.notebooks_directory", lambda: shipped)
    prepare_lab(tmp_path, tmp_path / "lab", at="2026-11-23")
    for name in (FIRST, "01_inventory.ipynb"):
        newer = nbformat.read(shipped / name, 4)
        newer.cells.append(nbformat.v4.new_markdown_cell("newer"))
        nbformat.write(newer, shipped / name)
    run = tmp_path / "lab" / FIRST
    notebook = nbformat.read(run, 4)
    notebook.cells[1].outputs = [nbformat.v4.new_output("stream", text="was run")]
    nbformat.write(notebook, run)
    copies = prepare_lab(tmp_path, tmp_path / "lab", at="2027-01-01")
    assert copies.kept == (run,)
    assert "was run" in run.read_text(encoding="utf-8")
    assert "newer" in (tmp_path / "lab" / "01_inventory.ipynb").read_text(encoding="utf-8")


@pytest.mark.parametrize("odd", ["[]", "{}", "", "\x00", '{"cells": 3}', '{"nbformat": 4, "cells": []}'])
def test_a_file_that_is_no_notebook_stays(odd: str, tmp_path: Path) -> None:
    (tmp_path / "lab").mkdir()
    (tmp_path / "lab" / FIRST).write_text(odd, encoding="utf-8")
    assert [path.name for path in prepare_lab(tmp_path, tmp_path / "lab").kept] == [FIRST]
    assert (tmp_path / "lab" / FIRST).read_text(encoding="utf-8") == odd


def test_a_file_in_the_place_of_the_directory_is_told(tmp_path: Path) -> None:
    (tmp_path / "lab").write_text("", encoding="utf-8")
    with pytest.raises(UsageError, match="is a file"):
        prepare_lab(tmp_path, tmp_path / "lab")


def test_the_user_is_told_which_copies_are_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: object())
    started: list[list[str]] = []
    monkeypatch.setattr("mcuaudit.notebook.lab._run", lambda command, _directory: started.append(command) or 0)
    lab, told = tmp_path / "lab", []
    assert open_lab(None, lab, say=told.append) == 0
    assert told == []
    (lab / FIRST).write_text("{}", encoding="utf-8")
    open_lab(None, lab, port=8899, browser=False, say=told.append)
    assert told == [f"You changed {FIRST} in {lab}, so these files and their parameters stay as they are."]
    assert {"--no-browser", "--port=8899", "--LabApp.extension_manager=readonly"} <= set(started[1])


def test_the_notebooks_as_shipped_stay_as_they_are(tmp_path: Path) -> None:
    before = {file: file.read_bytes() for file in notebooks_directory().glob("*.ipynb")}
    prepare_lab(tmp_path, tmp_path / "lab")
    assert {file: file.read_bytes() for file in before} == before


def test_an_export_that_is_none_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: object())
    with pytest.raises(UsageError, match="no such directory"):
        open_lab(tmp_path / "nowhere", tmp_path / "lab")
    assert not (tmp_path / "lab").exists()


def test_a_saved_audit_is_opened_in_place_of_an_export(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: object())
    monkeypatch.setattr("mcuaudit.notebook.lab._run", lambda *_: 0)
    kept, lab = tmp_path / "kept", tmp_path / "lab"
    CleanExport().audit(tmp_path / "export").save(kept)
    assert open_lab(kept, lab) == 0
    for name in (FIRST, "90_site_report.ipynb"):
        found = parameters(lab / name)
        assert (found["export"], found["at"]) == (str(kept), "")
        assert len(mcuaudit.open_audit(export=found["export"], at=found["at"]).devices) == 1
    with pytest.raises(UsageError, match="is a saved audit, which has its own time; leave out --at"):
        open_lab(kept, lab, at="2026-11-23")
    with pytest.raises(UsageError, match="is in the saved audit"):
        open_lab(kept, kept / "lab")
    (kept / "devices.parquet").write_bytes(b"PAR1")
    with pytest.raises(UsageError, match="damaged"):
        open_lab(kept, tmp_path / "other")
    (tmp_path / "notes").mkdir()
    with pytest.raises(UsageError, match="contains no device and no saved audit"):
        open_lab(tmp_path / "notes", tmp_path / "other")
    assert not (tmp_path / "other").exists()


@pytest.mark.parametrize("inside", ["lab", "."])
def test_copies_within_the_export_are_refused(inside: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: object())
    with pytest.raises(UsageError, match="is in the export and would be read"):
        open_lab(tmp_path, tmp_path / inside)
    assert list(tmp_path.iterdir()) == []


def test_without_jupyterlab_it_says_how_to_get_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(UsageError, match="pip install jupyterlab"):
        open_lab(None, tmp_path / "lab")


def test_a_date_that_is_none_is_refused_before_anything_is_copied(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: object())
    with pytest.raises(UsageError, match='"banana" is not an ISO 8601 date'):
        open_lab(None, tmp_path / "lab", at="banana")
    assert not (tmp_path / "lab").exists()


def test_a_link_that_leads_nowhere_is_kept_or_told(tmp_path: Path) -> None:
    (tmp_path / "lab").mkdir()
    (tmp_path / "lab" / FIRST).symlink_to("nowhere")
    assert [path.name for path in prepare_lab(tmp_path, tmp_path / "lab").kept] == [FIRST]
    (tmp_path / "dead").symlink_to("nowhere")
    with pytest.raises(UsageError, match="cannot be made a directory"):
        prepare_lab(tmp_path, tmp_path / "dead")

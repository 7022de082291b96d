"""The notebooks that `mcuaudit lab` copies: parameters set, the user's own changes kept."""

from __future__ import annotations

from pathlib import Path

import nbformat
import pytest

from mcuaudit.errors import UsageError
from mcuaudit.lab import open_lab, prepare_lab
from mcuaudit.resources import notebooks_directory


def parameters(notebook: Path) -> dict[str, str]:
    (cell,) = [cell for cell in nbformat.read(notebook, 4).cells if "parameters" in cell.metadata.get("tags", [])]
    values: dict[str, str] = {}
    exec(cell.source, {}, values)
    return {name: value for name, value in values.items() if not name.startswith("__")}


def test_every_notebook_is_copied_with_the_export_set(tmp_path: Path) -> None:
    export = tmp_path / 'O\'Brien & "Sons"'
    export.mkdir()
    written = prepare_lab(export, tmp_path / "lab", at="2026-11-23")
    assert {file.name for file in written} == {file.name for file in notebooks_directory().glob("*.ipynb")}
    found = parameters(tmp_path / "lab" / "00_start_here.ipynb")
    assert found == {"export": str(export), "at": "2026-11-23"}


def test_a_copy_that_was_changed_is_kept_and_the_others_follow(tmp_path: Path) -> None:
    prepare_lab(tmp_path, tmp_path / "lab", at="2026-11-23")
    mine = tmp_path / "lab" / "00_start_here.ipynb"
    mine.write_text(mine.read_text() + " ")
    before = mine.read_bytes()
    written = prepare_lab(tmp_path, tmp_path / "lab", at="2027-01-01")
    assert mine.read_bytes() == before
    assert mine not in written
    assert parameters(tmp_path / "lab" / "90_site_report.ipynb")["at"] == "2027-01-01"


def test_the_notebooks_as_shipped_stay_as_they_are(tmp_path: Path) -> None:
    before = {file: file.read_bytes() for file in notebooks_directory().glob("*.ipynb")}
    prepare_lab(tmp_path, tmp_path / "lab")
    assert {file: file.read_bytes() for file in before} == before


def test_an_export_that_is_none_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: object())
    with pytest.raises(UsageError, match="expected the directory"):
        open_lab(tmp_path / "nowhere", tmp_path / "lab")
    assert not (tmp_path / "lab").exists()


def test_without_jupyterlab_it_says_how_to_get_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(UsageError, match=r'pip install "mcuaudit\[lab\]"'):
        open_lab(None, tmp_path / "lab")

"""The shipped notebooks run from top to bottom with their defaults, and their numbers are the library's."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import nbformat
import pytest

import mcuaudit
from mcuaudit.report.execute import execute
from mcuaudit.report.kernel import close_kernels
from mcuaudit.resources import notebooks_directory

AT = "2026-11-23"


@pytest.fixture(scope="module")
def sample() -> mcuaudit.Audit:
    """The sample fleet, as the notebooks audit it by default."""
    return mcuaudit.audit(mcuaudit.read_export(mcuaudit.sample_directory()), at=AT)


@pytest.fixture(scope="module", autouse=True)
def one_kernel() -> Iterator[None]:
    """All notebooks run in the kernel of this thread."""
    yield
    close_kernels()


def executed(name: str, directory: Path, **parameters: str) -> nbformat.NotebookNode:
    """The notebook after its run; it raises if a cell failed."""
    return execute(notebooks_directory() / f"{name}.ipynb", parameters, directory / f"{name}.ipynb")


def shown(notebook: nbformat.NotebookNode, source: str) -> str:
    """The HTML that the cell ending in `source` shows."""
    cell = next(cell for cell in notebook.cells if cell.source.endswith(source))
    return "".join(output.data.get("text/html", "") for output in cell.outputs if "data" in output)


def test_start_here_shows_what_the_frames_say(sample: mcuaudit.Audit, tmp_path: Path) -> None:
    notebook = executed("00_start_here", tmp_path)
    assert shown(notebook, "mcuaudit.show(audit.devices)").count("<tr>") == len(sample.devices)
    refused = sample.connections["outcome"].eq("fail").sum()
    assert shown(notebook, "mcuaudit.show(refused)").count("<tr>") == refused > 0
    assert "data:image/svg+xml" in shown(notebook, "report.expiry")
    outputs = [output for cell in notebook.cells for output in cell.get("outputs", [])]
    streams = [output for output in outputs if output.output_type == "stream"]
    assert streams == []


def test_the_fleet_report_counts_what_the_frames_count(sample: mcuaudit.Audit, tmp_path: Path) -> None:
    notebook = executed("95_fleet_report", tmp_path)
    numbers = [int(number) for number in re.findall(r"<b>(\d+)</b>", shown(notebook, "report.verdict"))]
    assert sum(numbers) == sample.connections["outcome"].ne("notApplicable").sum()
    assert numbers[0] == sample.connections["outcome"].eq("fail").sum()


def test_the_site_report_takes_an_export_from_the_environment(
    sample: mcuaudit.Audit, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    close_kernels()
    monkeypatch.setenv("MCUAUDIT_EXPORT", str(mcuaudit.sample_directory()))
    notebook = executed("90_site_report", tmp_path, site="oslo", at=AT)
    numbers = [int(number) for number in re.findall(r"<b>(\d+)</b>", shown(notebook, "report.verdict"))]
    oslo = sample.select("oslo").connections
    assert sum(numbers) == oslo["outcome"].ne("notApplicable").sum() > 0

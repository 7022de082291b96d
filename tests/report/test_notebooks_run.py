"""The shipped notebooks run from top to bottom with their defaults, and their numbers are the library's."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import TypeVar

import nbformat
import pandas as pd
import pytest

import mcuaudit
from mcuaudit.report.execute import execute
from mcuaudit.report.kernel import close_kernels
from mcuaudit.system.resources import notebooks_directory
from tests.clean_export import CleanExport
from tests.notebook_cells import run_cells

AT = "2026-11-23"
SAMPLE = mcuaudit.sample_directory()
Found = TypeVar("Found")


@pytest.fixture
def sample(sample_audit: mcuaudit.Audit) -> mcuaudit.Audit:
    """The sample fleet, as the notebooks audit it by default."""
    return sample_audit


@pytest.fixture(scope="module", autouse=True)
def one_kernel() -> Iterator[None]:
    """All notebooks run in the kernel of this thread, which has the environment of its start."""
    yield
    close_kernels()


def executed(name: str, directory: Path, **parameters: str) -> nbformat.NotebookNode:
    """The notebook after its run; it raises if a cell failed."""
    return execute(notebooks_directory() / f"{name}.ipynb", parameters, directory / f"{name}.ipynb")


@pytest.fixture(scope="module")
def by_default(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], nbformat.NotebookNode]:
    """Each notebook after its run with its defaults, once."""

    @cache
    def run(name: str) -> nbformat.NotebookNode:
        with pytest.MonkeyPatch.context() as patch:
            patch.delenv("MCUAUDIT_EXPORT", raising=False)
            return executed(name, tmp_path_factory.mktemp("by-default"))

    return run


def shown(notebook: nbformat.NotebookNode, source: str) -> str:
    """The HTML that the cell ending in `source` shows."""
    cell = next(cell for cell in notebook.cells if cell.source.endswith(source))
    return "".join(output.data.get("text/html", "") for output in cell.outputs if "data" in output)


def test_start_here_shows_what_the_frames_say(
    sample: mcuaudit.Audit, by_default: Callable[[str], nbformat.NotebookNode]
) -> None:
    notebook = by_default("00_start_here")
    assert shown(notebook, "mcuaudit.show(audit.devices)").count("<tr>") == len(sample.devices)
    refused = sample.connections["outcome"].eq("fail").sum()
    assert shown(notebook, "mcuaudit.show(refused)").count("<tr>") == refused > 0
    assert "data:image/svg+xml" in shown(notebook, "report.deadlines")
    outputs = [output for cell in notebook.cells for output in cell.get("outputs", [])]
    streams = [output for output in outputs if output.output_type == "stream"]
    assert streams == []


def counted(notebook: nbformat.NotebookNode) -> list[int]:
    """The numbers of the verdict."""
    return [int(number) for number in re.findall(r"<b>(\d+)</b>", shown(notebook, "report.verdict"))]


def test_the_fleet_report_counts_what_the_frames_count(
    sample: mcuaudit.Audit, leeds_export: Path, tmp_path: Path
) -> None:
    numbers = counted(executed("95_fleet_report", tmp_path, export=str(leeds_export), at=AT))
    outcomes = mcuaudit.audit(mcuaudit.read_export(leeds_export), at=AT).connections["outcome"]
    assert sum(numbers) == outcomes.ne("notApplicable").sum()
    assert numbers[0] == outcomes.eq("fail").sum() > 0
    # Without parameters it is that of the sample.
    pd.testing.assert_frame_equal(mcuaudit.fleet_report().audit.devices, sample.devices)


def test_the_site_report_takes_an_export_from_the_environment(
    leeds_export: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    close_kernels()
    monkeypatch.setenv("MCUAUDIT_EXPORT", str(leeds_export))
    numbers = counted(executed("90_site_report", tmp_path, site="leeds", at=AT))
    close_kernels()
    outcomes = mcuaudit.audit(mcuaudit.read_export(leeds_export), at=AT).connections["outcome"]
    assert sum(numbers) == outcomes.ne("notApplicable").sum() > 0


QUESTIONS = sorted(path.stem for path in notebooks_directory().glob("*.ipynb") if path.stem < "90")


def rows(html: str) -> int:
    """The rows of the body of a shown frame."""
    return html.partition("<tbody>")[2].count("<tr>")


def changed(frame: pd.DataFrame) -> int:
    return int(frame["change"].ne("unchanged").sum())


# By notebook and the end of a cell: the rows that it shows, by what the library says.
COUNTS: dict[tuple[str, str], Callable[[mcuaudit.Audit], int]] = {
    ("00_start_here", "mcuaudit.show(refused)"): lambda audit: audit.connections["outcome"].eq("fail").sum(),
    ("01_inventory", "mcuaudit.show(audit.devices)"): lambda audit: len(audit.devices),
    ("01_inventory", "mcuaudit.show(audit.problems)"): lambda audit: len(audit.problems),
    ("01_inventory", '[["device_id", "subject", "key_size"]])'): lambda audit: 2,
    ("02_identities", '"has_subject_alternative_name"]])'): lambda audit: audit.devices["local_certificate"].nunique(),
    ("02_identities", "mcuaudit.show(failed)"): lambda audit: audit.identities["outcome"].eq("fail").sum(),
    ("02_identities", 'view="decision")'): lambda audit: audit.identities["outcome"].eq("open").sum(),
    ("03_trust_stores", '"reason", "remedy"]])'): lambda audit: audit.paths["trust"].eq("fail").sum(),
    ("03_trust_stores", '"valid_until"]])'): lambda audit: 10,
    ("04_settings", "mcuaudit.show(about)"): lambda audit: audit.findings["code"].str.startswith("MCU4").sum(),
    ("04_settings", "mcuaudit.show(audit.administration)"): lambda audit: len(audit.devices),
    ("04_settings", '"other_file"]])'): lambda audit: audit.settings["other_value"].notna().sum(),
    ("05_connections", "mcuaudit.show(refused)"): lambda audit: audit.connections["outcome"].eq("fail").sum(),
    ("05_connections", "connection_type, peer))"): lambda audit: len(why_of_the_worst(audit)),
    ("05_connections", 'mcuaudit.show(refused["reason_code"].value_counts())'): lambda audit: audit.connections.loc[
        audit.connections["outcome"] == "fail", "reason_code"
    ].nunique(),
    ("05_connections", 'view="decision")'): lambda audit: (
        audit.connections["outcome"].eq("pass") & audit.connections["authenticated"].ne("both")
    ).sum(),
    ("06_findings", '["status"] == "waived"])'): lambda audit: audit.findings["status"].eq("waived").sum(),
    ("07_what_changed", 'mcuaudit.show(connections[connections["change"] != "unchanged"])'): lambda audit: changed(
        mcuaudit.compare(earlier(), audit).connection_changes
    ),
    ("08_what_was_checked", 'if "fail" in counts else counts)'): lambda audit: audit.evaluations.loc[
        audit.evaluations["outcome"] == "fail", "code"
    ].nunique(),
    ("60_what_if", 'mcuaudit.show(connections[connections["change"] != "unchanged"])'): lambda audit: changed(
        what_if_of_the_example(audit).connection_changes
    ),
    ("60_what_if", 'mcuaudit.show(logins[logins["change"] != "unchanged"])'): lambda audit: changed(
        what_if_of_the_example(audit).administration_changes
    ),
    ("60_what_if", '"remedies", "login_reason"]])'): lambda audit: (
        readiness_of(audit)["outcome"].isin(["open", "fail"]).sum()
    ),
    ("70_transition_plan", "mcuaudit.show(possible)"): lambda audit: len(possible_devices(audit)),
    ("70_transition_plan", "mcuaudit.show(plan.steps)"): lambda audit: len(steps_of_the_example(audit)),
    ("70_transition_plan", '"cause_of_worse", "reason"]])'): lambda audit: (
        steps_of_the_example(audit)["cause_of_worse"].notna().sum()
    ),
    ("07_what_changed", 'mcuaudit.show(findings[findings["change"] != "unchanged"])'): lambda audit: changed(
        mcuaudit.compare(earlier(), audit).finding_changes
    ),
}


def why_of_the_worst(audit: mcuaudit.Audit) -> pd.DataFrame:
    first = audit.connections.sort_values("outcome", kind="stable").iloc[-1]
    assert first["outcome"] == "fail"
    return audit.why(first["device_id"], first["connection_type"], first["peer"])


def once(function: Callable[[mcuaudit.Audit], Found]) -> Callable[[mcuaudit.Audit], Found]:
    """What a function finds in the audit of the sample, evaluated once; an audit is no key of a cache."""
    found: list[Found] = []

    def evaluated(audit: mcuaudit.Audit) -> Found:
        if not found:
            found.append(function(audit))
        return found[0]

    return evaluated


@once
def readiness_of(audit: mcuaudit.Audit) -> pd.DataFrame:
    """The readiness of the sample, evaluated once."""
    return audit.readiness()


@once
def what_if_of_the_example(audit: mcuaudit.Audit) -> mcuaudit.Comparison:
    """The value that breaks most on one device of the sample."""
    frame = readiness_of(audit)
    worst = frame[(frame["outcome"] == "fail") & (frame["breaks"] == frame["breaks"].max())].iloc[-1]
    return audit.what_if(mcuaudit.SetSetting(worst["setting"], worst["value"], worst["device_id"]))


def possible_devices(audit: mcuaudit.Audit) -> list[str]:
    frame = readiness_of(audit)
    rows = frame[(frame["value"] == "Outgoing and incoming calls") & (frame["outcome"] != "notApplicable")]
    return rows["device_id"].tolist()


@once
def steps_of_the_example(audit: mcuaudit.Audit) -> pd.DataFrame:
    value = mcuaudit.SetSetting("Verification settings", "Outgoing and incoming calls", tuple(possible_devices(audit)))
    return audit.plan(value).steps


@cache
def earlier() -> mcuaudit.Audit:
    """The sample fleet sixty days before."""
    return mcuaudit.audit(mcuaudit.read_export(mcuaudit.sample_directory()), at="2026-09-24")


@pytest.mark.parametrize("name", QUESTIONS)
def test_every_notebook_runs_and_its_numbers_are_the_librarys(
    name: str, sample: mcuaudit.Audit, by_default: Callable[[str], nbformat.NotebookNode]
) -> None:
    notebook = by_default(name)
    for (of, source), expected in COUNTS.items():
        if of == name:
            count = expected(sample)
            assert rows(shown(notebook, source)) == count, source
            assert count > 0 or "waived" in source or "logins" in source or "cause_of_worse" in source
    assert any(of == name for of, _source in COUNTS)
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    outputs = [output for cell in code for output in cell.outputs]
    # Tables to sort load their script by an output of their own; nothing prints or warns.
    assert {output.output_type for output in outputs} <= {"execute_result", "display_data"}
    # Whatever a cell ends with shows itself as HTML, except for a series or a plain sentence.
    silent = [cell.source for cell in code if not cell.outputs and "parameters" not in cell.metadata.get("tags", [])]
    assert [source for source in silent if not source.splitlines()[-1].partition("=")[1]] == []


@pytest.mark.parametrize(
    ("name", "source", "attribute"),
    [
        ("01_inventory", "report.deadlines", "deadlines"),
        ("01_inventory", "report.keys", "keys"),
        ("03_trust_stores", "report.trust_graph", "trust_graph"),
        ("05_connections", "report.matrix", "matrix"),
        ("04_settings", "report.settings", "settings"),
        ("06_findings", "report.findings_by_rule", "findings_by_rule"),
        ("08_what_was_checked", "report.checks", "checks"),
        ("60_what_if", "report.readiness", "readiness"),
    ],
)
def test_sections_of_a_notebook_are_those_of_the_report(
    name: str, source: str, attribute: str, sample: mcuaudit.Audit, by_default: Callable[[str], nbformat.NotebookNode]
) -> None:
    notebook = by_default(name)
    expected = f'<div class="mcuaudit">{getattr(mcuaudit.fleet_report(sample), attribute).html}</div>'
    assert shown(notebook, source) == expected
    assert "data:image/svg+xml" in expected or attribute in ("settings", "checks")


def only(directory: Path, name: str, content: bytes) -> Path:
    """An export of one device that tells one thing."""
    device = directory / "leeds" / "mcu-1"
    device.mkdir(parents=True)
    (device / name).write_bytes(content)
    return directory


def with_odd_names(directory: Path) -> Path:
    """Quotes, spaces, umlauts and letters that are written from right to left, in the export, its site and device."""
    export = CleanExport().write(directory.with_name('Größe "O\'Brien" \u05de\u05e8\u05db\u05d6'))
    site = (export / "leeds").rename(export / 'Zürich "Büro" O\'Brien')
    (site / "mcu-1").rename(site / "\u05de\u05e8\u05db\u05d6 mcu 1")
    return export


def saved(directory: Path) -> Path:
    """A saved audit in place of an export."""
    CleanExport().audit(directory).save(directory.with_name("kept"))
    return directory.with_name("kept")


THIN: dict[str, Callable[[Path], Path]] = {
    "a certificate": lambda directory: only(
        directory, "local-certificate.pem", (SAMPLE / "leeds/mcu-court/local-certificate.pem").read_bytes()
    ),
    "a model": lambda directory: only(directory, "settings.toml", b'[device]\nmodel = "MCU 4510"\n'),
    "an empty store": lambda directory: only(directory, "sip-trust-store.pem", b"# empty\n"),
    "all, and nothing wrong": lambda directory: CleanExport().write(directory),
    "odd names": with_odd_names,
    "a saved audit": saved,
}


@pytest.mark.part(13)
@pytest.mark.parametrize("export", THIN)
@pytest.mark.parametrize("path", sorted(notebooks_directory().glob("*.ipynb")), ids=lambda path: path.stem)
def test_every_notebook_copes_with_little_with_odd_names_and_with_a_saved_audit(
    path: Path, export: str, tmp_path: Path
) -> None:
    # A saved audit has its own time.
    parameters = {
        "export": str(THIN[export](tmp_path / "export")),
        "at": "" if export == "a saved audit" else "2026-06-15",
    }
    for _cell, shown in run_cells(path, parameters):
        assert shown is not None
        assert shown._repr_html_() if hasattr(shown, "_repr_html_") else repr(shown)

"""The report notebooks as jobs of jupyter-scheduler, run by its own execution manager."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import pytest
from jupyter_scheduler.executors import DefaultExecutionManager
from jupyter_scheduler.orm import Job, create_session, create_tables

import mcuaudit
from mcuaudit.system.resources import notebooks_directory

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")  # of jupyter-scheduler's own calls

EXPORT = mcuaudit.sample_directory()


def ran(name: str, directory: Path, **parameters: str) -> tuple[Job, str]:
    """The job after its run, and its page. Parameters are pasted as they stand, as the form of JupyterLab does."""
    database, notebook = f"sqlite:///{directory / 'jobs.sqlite'}", directory / f"{name}.ipynb"
    shutil.copyfile(notebooks_directory() / notebook.name, notebook)
    create_tables(database)
    with create_session(database)() as session:
        job = Job(
            name=name, input_filename=notebook.name, runtime_environment_name="python3", output_formats=["html"],
            parameters=parameters, url="", update_time=0, create_time=0, status="CREATED",
        )  # fmt: skip
        session.add(job)
        session.commit()
        identifier = job.job_id
    page = directory / "page.html"
    manager = DefaultExecutionManager(identifier, str(directory), database, {"input": str(notebook), "html": str(page)})
    manager.process()
    with create_session(database)() as session:
        return session.query(Job).filter(Job.job_id == identifier).one(), page.read_text(encoding="utf-8")


def numbers(page: str) -> list[int]:
    """The four counts below the verdict."""
    return [int(number) for number in re.findall(r"<b>(\d+)</b>", page)][:4]


@pytest.fixture
def audit(sample_audit: mcuaudit.Audit) -> mcuaudit.Audit:
    return sample_audit


@pytest.fixture(autouse=True)
def environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An export from the environment, and no settings of whoever runs the tests."""
    monkeypatch.setenv("MCUAUDIT_EXPORT", str(EXPORT))
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path / "ipython"))
    monkeypatch.setenv("JUPYTER_CONFIG_DIR", str(tmp_path / "jupyter"))


def test_a_site_with_its_name_in_quotes(audit: mcuaudit.Audit, tmp_path: Path) -> None:
    job, page = ran("90_site_report", tmp_path, site='"oslo"', at='"2026-11-23"')
    assert (job.status, job.status_message) == ("COMPLETED", None)
    connections = audit.select("oslo").connections["outcome"]
    assert sum(numbers(page)) == connections.ne("notApplicable").sum() > 0
    assert "<h1" in page


@pytest.mark.whole
def test_the_defaults_do(tmp_path: Path) -> None:
    job, page = ran("90_site_report", tmp_path)
    assert (job.status, job.status_message) == ("COMPLETED", None)
    assert len(numbers(page)) == 4


@pytest.mark.whole
def test_the_fleet(audit: mcuaudit.Audit, tmp_path: Path) -> None:
    job, page = ran("95_fleet_report", tmp_path, at='"2026-11-23"')
    assert job.status == "COMPLETED"
    assert numbers(page)[0] == audit.connections["outcome"].eq("fail").sum() > 0


def test_a_name_without_quotes_fails_and_says_so(tmp_path: Path) -> None:
    job, _page = ran("90_site_report", tmp_path, site="oslo")
    assert job.status == "FAILED"
    assert "name 'oslo' is not defined" in job.status_message


def test_the_notebooks_name_a_kernel() -> None:
    # Without one, jupyter-scheduler takes no notebook.
    for path in notebooks_directory().glob("*.ipynb"):
        assert json.loads(path.read_text(encoding="utf-8"))["metadata"]["kernelspec"]["name"] == "python3"

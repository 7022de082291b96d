"""What is shipped for timers: each command line is run as it is written, on a small export."""

from __future__ import annotations

import ast
import os
import re
import shlex
import shutil
import subprocess
from pathlib import Path

import pytest

from mcuaudit.triage.history import kept_audits
from tests import programs
from tests.clean_export import CleanExport
from tests.patience import GENEROUS
from tests.report.short_notebooks import RUN, short_notebooks

ROOT = Path(__file__).parents[2]
SHIPPED = ROOT / "docs" / "scheduling"


@pytest.fixture
def places(tmp_path: Path) -> dict[str, str]:
    """Where the paths of the shipped files are in a test."""
    CleanExport().write(tmp_path / "exports")
    (tmp_path / "state").mkdir()
    return {
        "/opt/mcuaudit/bin/mcuaudit": str(command(tmp_path)),
        "/srv/mcu-exports": str(tmp_path / "exports"),
        "/var/lib/mcuaudit": str(tmp_path / "state"),
    }


def command(directory: Path) -> Path:
    """The command, with pages of one line."""
    notebooks = short_notebooks(directory / "notebooks")
    program = directory / "mcuaudit"
    lines = (
        f"import sys\nsys.argv.insert(1, {str(notebooks)!r})",
        RUN,
        "from mcuaudit.command import main\nmain()",
    )
    programs.file_of_program(program, "\n".join(lines))
    return program


def moved(text: str, places: dict[str, str]) -> str:
    """`text` with its paths replaced."""
    for shipped, here in places.items():
        assert shipped in text
        text = text.replace(shipped, shlex.quote(here))
    return text


def service(key: str) -> str:
    """The value of a key of the service, its continued lines joined."""
    joined = (SHIPPED / "mcuaudit.service").read_text(encoding="utf-8").replace("\\\n", " ")
    (found,) = re.findall(rf"^{key}=(.*)$", joined, flags=re.MULTILINE)
    return str(found)


def crontab() -> str:
    (line,) = [
        line for line in (SHIPPED / "crontab").read_text(encoding="utf-8").splitlines() if not line.startswith("#")
    ]
    return line


def airflow() -> str:
    """The command of the DAG."""
    tree = ast.parse((SHIPPED / "airflow_dag.py").read_text(encoding="utf-8"))
    (value,) = [
        node.value for node in tree.body if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "REPORT"
    ]
    return str(ast.literal_eval(value))


def cron_command() -> str:
    """What cron hands to the shell."""
    fields = crontab().split(" ", 5)
    assert all(re.fullmatch(r"[\d*/,-]+", field) for field in fields[:5])
    assert "%" not in fields[5]
    return fields[5]


def test_each_command_runs_as_written_also_after_another(places: dict[str, str], tmp_path: Path) -> None:
    state = tmp_path / "state"
    for runs, shipped in enumerate((service("ExecStart"), cron_command(), airflow()), start=1):
        text = moved(shipped, places)
        ran = subprocess.run(["/bin/sh", "-c", text], cwd=tmp_path, capture_output=True, text=True, timeout=GENEROUS)
        assert ran.returncode == 0, ran.stderr
        assert (state / "reports" / "index.html").is_file()
        assert len(kept_audits(state / "kept")) == runs
        said = ran.stderr or (state / "runs.log").read_text(encoding="utf-8")
        assert ("nothing has changed" in said) == (runs > 1)
        shutil.rmtree(state / "reports")


def test_findings_do_not_make_a_failed_unit() -> None:
    for text in (service("ExecStart"), crontab(), airflow()):
        assert "--fail-on never" in text


def test_systemd_finds_nothing_wrong(places: dict[str, str], tmp_path: Path) -> None:
    if shutil.which("systemd-analyze") is None and not os.environ.get("MCUAUDIT_REQUIRE_SYSTEMD"):
        pytest.skip("systemd is not installed")
    units = tmp_path / "units"
    units.mkdir()
    for name in ("mcuaudit.service", "mcuaudit.timer"):
        text = (SHIPPED / name).read_text(encoding="utf-8")
        (units / name).write_text(moved(text, places) if name.endswith("service") else text, encoding="utf-8")
    verified = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", *sorted(map(str, units.iterdir()))],
        capture_output=True, text=True, timeout=GENEROUS,
    )  # fmt: skip
    assert (verified.returncode, verified.stderr) == (0, "")


def test_the_documented_files_are_the_shipped_ones() -> None:
    text = (ROOT / "docs" / "scheduling.md").read_text(encoding="utf-8")
    named = set(re.findall(r"\]\(scheduling/([^)]+)\)", text))
    assert named == {path.name for path in SHIPPED.iterdir()}

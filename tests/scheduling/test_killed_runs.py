"""A run that is killed at any stage leaves what was there, and the next one makes everything."""

from __future__ import annotations

import hashlib
import os
import shutil
import signal
import subprocess
from pathlib import Path

import pandas as pd
import pytest

from mcuaudit.frames.load import load_audit
from mcuaudit.triage.history import kept_audits
from tests import programs
from tests.clean_export import CleanExport
from tests.patience import wait_for
from tests.report.short_notebooks import RUN, short_notebooks

pytestmark = pytest.mark.skipif(os.name == "nt", reason="signals")

# Runs the command with one function replaced by one that tells that it was reached and then sleeps: at the first call
# whose last argument matches `about`; `after` says whether the function does its work first.
HANGING = f"""{RUN}
import importlib, re, sys, time
from pathlib import Path
module, name, about, after, reached, *arguments = sys.argv[1:]
*owner, name = name.split(".")
place = importlib.import_module(module)
for part in owner:
    place = getattr(place, part)
real = getattr(place, name)
def hang(*given, **named):
    if not re.search(about, str(given[-1])):
        return real(*given, **named)
    if after == "after":
        real(*given, **named)
    Path(reached).write_text("here")
    time.sleep(3600)
setattr(place, name, hang)
from mcuaudit.command import main
sys.argv = ["mcuaudit", *arguments]
main()
"""
WHOLE = f"{RUN}\nfrom mcuaudit.command import main\nmain()"

BEFORE_THE_PAGES = {
    "reading": ("mcuaudit.pipeline", "decode_files", "", "before"),
    "saving the audit": ("mcuaudit.frames.save", "_write", r"/\.audit-", "after"),
    "a notebook has run": ("mcuaudit.report.execute", "render", "", "before"),
    "writing the index": ("mcuaudit.report.render", "_write_index", "", "after"),
}
BETWEEN = {"between the two renames": ("pathlib", "Path.rename", r"\.former$", "after")}
# What is done when they are killed: whether the metrics are new, and the days of the saved audits.
AFTER_THE_PAGES = {
    "the former pages go": (
        ("mcuaudit.system.files", "shutil.rmtree", r"/\.out-[^/]*\.former$", "before"), False, ["10", "11"],
    ),
    "writing the metrics": (("mcuaudit.writers.metrics", "write_whole", "", "before"), False, ["10", "11"]),
    "keeping": (("mcuaudit.frames.save", "_write", r"kept/\.2026", "after"), True, ["10", "11"]),
    "deleting the oldest": (("mcuaudit.triage.history", "shutil.rmtree", r"\.leaving$", "before"), True, ["11", "12"]),
}  # fmt: skip


SWEPT = [AFTER_THE_PAGES[name][0] for name in ("the former pages go", "deleting the oldest")]
"""Stages that leave something for the next run to remove."""

BESIDE = [".out.lock", "export", "fleet.prom", "kept", "out"]


class Place:
    """Where a run reads and writes, and the state of it."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.notebooks = short_notebooks(directory.with_name(f"{directory.name}-notebooks"))
        self.out, self.kept, self.metrics = directory / "out", directory / "kept", directory / "fleet.prom"

    def arguments(self, day: int) -> list[str]:
        return [
            "report", str(self.directory / "export"), "--out", str(self.out), "--keep", str(self.kept), "--retain", "2",
            "--metrics", str(self.metrics), "--bundle", "--at", f"2026-06-{day}",
        ]  # fmt: skip

    def run(self, day: int) -> subprocess.CompletedProcess[str]:
        """A whole run; it compares with what is kept, which takes as long as all else, so one to be killed does not."""
        return programs.run_text(self.notebooks, *self.arguments(day), "--baseline", "latest", code=WHOLE)

    def pages(self) -> dict[str, str]:
        """The digest of each file of the reports."""
        return _digests(self.out)

    def days(self) -> list[str]:
        """The days of the saved audits; each of them can be loaded."""
        return [f"{load_audit(kept.directory).at:%d}" for kept in kept_audits(self.kept)]


def _audited(metrics: Path) -> float:
    """The time of the audit that the metrics tell of."""
    (line,) = [
        line for line in metrics.read_text().splitlines() if line.startswith("mcuaudit_audit_timestamp_seconds ")
    ]
    return float(line.split()[1])


def _digests(directory: Path) -> dict[str, str]:
    return {
        str(path.relative_to(directory)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(directory.rglob("*"))
        if path.is_file()
    }


@pytest.fixture(scope="session")
def former(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What two runs made: reports, two saved audits, metrics."""
    place = Place(tmp_path_factory.mktemp("former"))
    CleanExport().write(place.directory / "export")
    for day in (10, 11):
        ran = place.run(day)
        assert ran.returncode == 0, ran.stderr
    assert place.days() == ["10", "11"]
    return place.directory


@pytest.fixture
def place(former: Path, tmp_path: Path) -> Place:
    shutil.copytree(former, tmp_path / "place")
    return Place(tmp_path / "place")


def kill(place: Place, stage: tuple[str, str, str, str], reached: Path, blow: signal.Signals = signal.SIGKILL) -> None:
    """Start a run, kill it when it is at the stage, and see that its kernels end too."""
    temporary = reached.with_name("temporary")
    temporary.mkdir()
    with Path(os.devnull).open("rb") as nothing, reached.with_name("said").open("w+b") as said:
        program = programs.start(
            place.notebooks, *stage, reached, *place.arguments(12), code=HANGING,
            env={**os.environ, "TMPDIR": str(temporary)}, stdin=nothing.fileno(), stdout=said.fileno(),
            stderr=said.fileno(),
        )  # fmt: skip
        wait_for(lambda: reached.exists() or program.poll() is not None, "the stage")
        assert program.poll() is None, reached.with_name("said").read_text(encoding="utf-8")
        os.kill(program.pid, blow)
        program.wait()
    wait_for(lambda: not _alive(program.pid), "the end of the kernels")
    # What is left of the kernels lies where the next run sweeps up, not among everybody's temporary files.
    assert list(temporary.glob("mcuaudit-*")) == []


def _alive(session: int) -> list[int]:
    """The processes of a session that run."""
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            status = (entry / "stat").read_text(encoding="utf-8").rpartition(")")[2].split()
        except OSError:
            continue
        if int(status[3]) == session and status[0] != "Z":
            found.append(int(entry.name))
    return found


def clean_run(place: Place) -> None:
    """A run after it makes everything, and leaves nothing beside it but the lock."""
    ran = place.run(13)
    assert ran.returncode == 0, ran.stderr
    assert place.days()[-1] == "13"
    assert len(place.days()) == 2
    assert set(place.pages()) >= {
        "index.html",
        "fleet.html",
        "sites/leeds.html",
        "bundles/leeds.zip",
        "audit/audit.json",
    }
    assert load_audit(place.out / "audit").at == pd.Timestamp("2026-06-13", tz="UTC")
    assert (
        f"{pd.Timestamp('2026-06-13', tz='UTC').timestamp():.9e}".partition("e")[0].rstrip("0")
        in place.metrics.read_text()
    )
    assert sorted(path.name for path in place.directory.iterdir()) == BESIDE
    assert [path.name for path in place.kept.glob(".*")] == [".lock"]


def test_before_the_pages_all_is_as_it_was(place: Place, tmp_path: Path) -> None:
    """One killed run after the other: each starts where the one before it was killed, and gets as far as its stage."""
    before = (place.pages(), place.days(), place.metrics.read_bytes())
    for number, stage in enumerate(BEFORE_THE_PAGES.values()):
        (tmp_path / str(number)).mkdir()
        kill(place, stage, tmp_path / str(number) / "reached")
        assert (place.pages(), place.days(), place.metrics.read_bytes()) == before
        left = [found.name for found in place.directory.iterdir() if found.name not in BESIDE]
        assert len(left) <= 1, "the next run sweeps up what a killed one left"
        assert all(name.startswith(".out-") for name in left)
    clean_run(place)


@pytest.mark.parametrize("stage", BETWEEN.values(), ids=BETWEEN)
def test_between_the_renames_the_former_pages_stand_beside(
    stage: tuple[str, str, str, str], place: Place, tmp_path: Path
) -> None:
    before = (place.pages(), place.days(), place.metrics.read_bytes())
    kill(place, stage, tmp_path / "reached")
    (aside,) = place.directory.glob(".out-*.former")
    assert not place.out.exists()
    assert (_digests(aside), place.days(), place.metrics.read_bytes()) == before
    clean_run(place)


@pytest.mark.part(2)
@pytest.mark.parametrize(("stage", "told", "days"), AFTER_THE_PAGES.values(), ids=AFTER_THE_PAGES)
def test_after_the_pages_each_thing_is_whole(
    stage: tuple[str, str, str, str], told: bool, days: list[str], place: Place, tmp_path: Path
) -> None:
    kill(place, stage, tmp_path / "reached")
    assert load_audit(place.out / "audit").at == pd.Timestamp("2026-06-12", tz="UTC")
    assert set(place.pages()) >= {"index.html", "fleet.html", "sites/leeds.html", "bundles/leeds.zip"}
    assert place.days() == days
    assert _audited(place.metrics) == pd.Timestamp(f"2026-06-{12 if told else 11}", tz="UTC").timestamp()
    if stage in SWEPT:
        clean_run(place)


def test_a_run_that_is_told_to_end_leaves_nothing_half_made(place: Place, tmp_path: Path) -> None:
    before = (place.pages(), place.days(), place.metrics.read_bytes())
    kill(place, BEFORE_THE_PAGES["writing the index"], tmp_path / "reached", signal.SIGTERM)
    assert (place.pages(), place.days(), place.metrics.read_bytes()) == before
    assert sorted(path.name for path in place.directory.iterdir()) == BESIDE
    assert (place.directory / ".out.lock").read_text(encoding="utf-8") == ""
    assert list((tmp_path / "temporary").iterdir()) == []

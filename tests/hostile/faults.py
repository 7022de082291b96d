"""A report whose operations on files fail one by one: each opening for writing, rename, mkdir, chmod and removal.

python -m tests.hostile.faults FIRST LAST STEP prints what became of each run.

An audit hook of Python raises the error of the system before the operation, so the code that runs is the real one.
"""

from __future__ import annotations

import contextlib
import errno
import hashlib
import io
import json
import os
import shutil
import sys
import tempfile
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Final

import mcuaudit.report.render
from mcuaudit.command import main as command
from mcuaudit.command.exit_codes import FAILED
from mcuaudit.frames.load import load_audit
from mcuaudit.triage.history import kept_audits
from tests.clean_export import CleanExport
from tests.report.short_notebooks import short_notebooks

ERRORS: Final = (errno.ENOSPC, errno.EIO, errno.EACCES, errno.EROFS, errno.EDQUOT)
_OPERATIONS: Final = {"os.rename": 2, "os.mkdir": 1, "os.remove": 1, "os.rmdir": 1, "os.chmod": 1, "os.link": 2}
"""Events of the hook with the number of paths that each has."""
_WRITES: Final = os.O_WRONLY | os.O_RDWR | os.O_CREAT


@dataclass
class Faults:
    """Counts the writing operations below a directory, and lets one of them fail.

    Attributes:
        below: the directory.
        fails: the number of the operation that fails; -1 for none.
        done: the operations so far, each in words.
    """

    below: str = ""
    fails: int = -1
    done: list[str] = field(default_factory=list)

    def __call__(self, event: str, given: tuple[Any, ...]) -> None:
        paths = self._written(event, given)
        if not self.below or not any(path.startswith(self.below) for path in paths):
            return
        self.done.append(f"{event} {paths[0].removeprefix(self.below)}")
        if len(self.done) - 1 == self.fails:
            number = ERRORS[self.fails % len(ERRORS)]
            raise OSError(number, os.strerror(number), paths[0])

    def _written(self, event: str, given: tuple[Any, ...]) -> list[str]:
        if event == "open":
            path, mode, flags = given
            writes = isinstance(mode, str) and set(mode) & set("wax+")
            return [os.fsdecode(path)] if isinstance(path, str | bytes) and (writes or flags & _WRITES) else []
        return [os.fsdecode(one) for one in given[: _OPERATIONS.get(event, 0)] if isinstance(one, str | bytes | Path)]


FAULTS = Faults()


@dataclass(frozen=True)
class Outcome:
    """What became of one run: its exit code, what failed, and what is wrong with what it left."""

    code: int
    operation: str
    wrong: tuple[str, ...]


class Place:
    """A directory with reports, saved audits and metrics."""

    def __init__(self, directory: Path, export: Path) -> None:
        self.directory, self.export = directory, export
        self.out, self.kept, self.metrics = directory / "out", directory / "kept", directory / "fleet.prom"

    def run(self, day: int, fails: int = -1) -> tuple[int, list[str]]:
        """A run of the command in which one operation fails: its exit code, and the operations."""
        words = ["report", str(self.export), "--out", str(self.out), "--keep", str(self.kept), "--bundle"]
        words += ["--metrics", str(self.metrics), "--at", f"2026-06-{day}", "--jobs", "1"]
        FAULTS.below, FAULTS.fails, FAULTS.done = f"{self.directory}{os.sep}", fails, []
        argv, sys.argv = sys.argv, ["mcuaudit", *words]
        try:
            with contextlib.redirect_stderr(io.StringIO()), contextlib.redirect_stdout(io.StringIO()):
                command()
            code = 0
        except SystemExit as end:
            code = int(end.code or 0)
        finally:
            FAULTS.below, sys.argv = "", argv
        return code, FAULTS.done

    def digests(self) -> dict[str, str]:
        """The digest of each file of the reports."""
        return {
            path.relative_to(self.out).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
            for path in sorted(self.out.rglob("*"))
            if path.is_file()
        }


def outcome(former: Place, directory: Path, number: int) -> Outcome:
    """What is left after a run of which one operation fails: the former reports, or the new ones, whole."""
    shutil.copytree(former.directory, directory)
    place = Place(directory, former.export)
    code, operations = place.run(12, number)
    before, now = former.digests(), place.digests()
    wrong = []
    if now != before:
        # What comes after the pages, such as the metrics, may fail: then the new pages are there, and whole.
        # A report that failed keeps its former page, and its notebook lies in failed/.
        new = {name for name in now if not name.startswith("failed/")}
        whole = new == before.keys() and (code == FAILED or new == now.keys())
        if not whole or f"{load_audit(place.out / 'audit').at:%d}" != "12":
            wrong.append("the reports are neither the former ones nor the new ones")
    elif code == 0:
        wrong.append("the run said that it succeeded, and the reports are the former ones")
    days = [f"{load_audit(one.directory).at:%d}" for one in kept_audits(place.kept)]
    if days not in (["11"], ["11", "12"]):
        wrong.append(f"the saved audits are those of {days}")
    if not place.metrics.read_text(encoding="utf-8").endswith("\n"):
        wrong.append("the metrics are cut")
    # The next run makes everything, whatever was left.
    shutil.rmtree(directory)
    return Outcome(code, operations[number] if number < len(operations) else "", tuple(wrong))


def main() -> None:
    """Let one operation after the other fail, each in a run of its own, and print what became of it as JSON."""
    sys.addaudithook(FAULTS)
    first, last, step = map(int, sys.argv[1:])
    with tempfile.TemporaryDirectory() as directory:
        here = Path(directory)
        export = CleanExport().write(here / "export")
        short = short_notebooks(here / "notebooks")
        mcuaudit.report.render.notebooks_directory = lambda: short
        (here / "former").mkdir()
        former = Place(here / "former", export)
        former.run(11)
        shutil.copytree(former.directory, here / "count")
        code, operations = Place(here / "count", export).run(12)
        print(json.dumps({"code": code, "operations": len(operations)}), flush=True)
        for number in range(first, min(last, len(operations)), step):
            print(json.dumps(asdict(outcome(former, here / f"place-{number}", number))), flush=True)


if __name__ == "__main__":
    main()

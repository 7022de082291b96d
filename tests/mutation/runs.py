"""Runs the near tests of mutants: on a copy of the checkout, in a fresh process each, with a limit of processor time.

The limit is not one of time by the clock: while other work takes the processors, a mutant would run into it that no
test notices.
"""

from __future__ import annotations

import math
import os
import resource
import shutil
import signal
import subprocess
import sys
import tomllib
from dataclasses import dataclass
from enum import StrEnum
from functools import partial
from pathlib import Path

from tests.checkout import digest_of
from tests.mutation.mutants import Mutant, mutated

MAP = Path(__file__).with_name("near_tests.toml")
_MOST_MEMORY = 8 * 2**30
_MOST_WAITING = 10
"""A process that has not ended after this multiple of its processor time waits for something that does not come."""


class Fate(StrEnum):
    """What became of a mutant."""

    KILLED = "killed"
    TIMED_OUT = "timed out"
    SURVIVED = "survived"


@dataclass(frozen=True, slots=True)
class NearTests:
    """The near tests of one package: runs of pytest, by the paths and options that each gets."""

    package: str
    runs: tuple[tuple[str, ...], ...]


def near_tests(root: Path, map_file: Path = MAP) -> dict[str, NearTests]:
    """The near tests of each package, as far as they exist below `root`.

    Raises:
        ValueError: a package has none.
    """
    declared = tomllib.loads(map_file.read_text(encoding="utf-8"))["near_tests"]
    found = {}
    for package, runs in declared.items():
        existing = [tuple(word for word in run.split() if _is_option(word) or (root / word).exists()) for run in runs]
        found[package] = NearTests(package, tuple(run for run in existing if not all(map(_is_option, run))))
        if not found[package].runs:
            raise ValueError(f"{map_file}: {package} has no near tests; none of {', '.join(runs)} exists")
    return found


def own_tests(root: Path, mutant: Mutant) -> str:
    """The file of the tests of a mutant's module, if there is one: tests/decode/test_bundle.py of decode/bundle.py."""
    module = Path(mutant.file)
    own = Path("tests", *module.parts[1:-1], f"test_{module.name}")
    return own.as_posix() if (root / own).is_file() else ""


def _is_option(word: str) -> bool:
    return word.startswith("-")


def state_of(root: Path, near: NearTests) -> str:
    """A digest of all that decides the fate of a mutant: the code, its near tests, and what tests share."""
    paths = [*(root / "mcuaudit").rglob("*.py"), *(root / "tests").glob("*.py"), root / "pyproject.toml"]
    for run in near.runs:
        for path in (word for word in run if not _is_option(word)):
            paths += [root / path] if (root / path).is_file() else (root / path).rglob("*.py")
    return digest_of(root, paths)


def copy_checkout(root: Path, to: Path) -> None:
    """Copy what git knows or would add; nothing else of the checkout is read, and nothing in it is written."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=root,
        check=True,
        capture_output=True,
    ).stdout
    for name in listed.decode().split("\0"):
        if name and (root / name).is_file():
            (to / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(root / name, to / name)


class Laboratory:
    """A copy of the checkout in which one mutant after the other is tested."""

    def __init__(self, copy: Path, near: dict[str, NearTests]) -> None:
        self._copy = copy
        self._near = near
        self._limits: dict[str, list[float]] = {}

    def prepare(self, package: str) -> None:
        """Run the near tests without a mutant: they must pass, and their processor time sets the limit.

        Raises:
            RuntimeError: they fail or test other code than the copy, so they could say nothing of a mutant.
        """
        asked = [sys.executable, "-P", "-c", "import mcuaudit; print(mcuaudit.__file__)"]
        answer = subprocess.run(asked, cwd=self._copy, env=self._environment(), check=True, capture_output=True)
        if not Path(answer.stdout.decode().strip()).is_relative_to(self._copy):
            raise RuntimeError(f"tests would import {answer.stdout.decode().strip()} and not the copy in {self._copy}")
        self._limits[package] = []
        for run in self._near[package].runs:
            started = _time_of_children()
            fate, words = self._pytest(run, 3600, write_bytecode=True)
            if fate is not Fate.SURVIVED:
                raise RuntimeError(f"the near tests of {package} do not pass without a mutant:\n{words}")
            self._limits[package].append(20 + 5 * (_time_of_children() - started))

    def fate(self, package: str, mutant: Mutant) -> Fate:
        """Put the mutant in, run its module's own tests and those of its package until one fails, and take it out."""
        file = self._copy / mutant.file
        source, times = file.read_bytes(), file.stat()
        file.write_text(mutated(source.decode(), mutant), encoding="utf-8")
        limits = self._limits[package]
        own = own_tests(self._copy, mutant)
        # Most mutants die here, in a second instead of a minute.
        first = [((own,), limits[0])] if own else []
        try:
            for run, limit in [*first, *zip(self._near[package].runs, limits, strict=True)]:
                found, _ = self._pytest(run, limit)
                if found is not Fate.SURVIVED:
                    return found
        finally:
            file.write_bytes(source)
            os.utime(file, ns=(times.st_atime_ns, times.st_mtime_ns))
        return Fate.SURVIVED

    def _environment(self) -> dict[str, str]:
        # With one order of sets in every run a mutant that forgets to sort has one fate.
        return {**os.environ, "PYTHONPATH": str(self._copy), "PYTHONHASHSEED": "1", "WHOLE_TESTS": "1"}

    def _pytest(self, paths: tuple[str, ...], limit: float, *, write_bytecode: bool = False) -> tuple[Fate, str]:
        # Examples that hypothesis kept would kill a later mutant by an earlier one's.
        shutil.rmtree(self._copy / ".hypothesis", ignore_errors=True)
        process = subprocess.Popen(
            [sys.executable, "-P", "-m", "pytest", "-x", "-q", "-p", "no:cacheprovider", "--hypothesis-seed=0", *paths],
            cwd=self._copy,
            # The bytecode of a mutant must not be there for the next one of the same second and length.
            env=self._environment() | {"PYTHONDONTWRITEBYTECODE": "" if write_bytecode else "1"},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            preexec_fn=partial(_bound, math.ceil(limit)),
        )
        try:
            words, _ = process.communicate(timeout=_MOST_WAITING * limit)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.communicate()
            return Fate.TIMED_OUT, ""
        if process.returncode in (-signal.SIGXCPU, -signal.SIGKILL):
            return Fate.TIMED_OUT, ""
        return Fate.SURVIVED if process.returncode == 0 else Fate.KILLED, words.decode(errors="replace")


def _time_of_children() -> float:
    """The processor time of all children that have ended, in seconds."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _bound(seconds: int) -> None:
    resource.setrlimit(resource.RLIMIT_AS, (_MOST_MEMORY, _MOST_MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 5))

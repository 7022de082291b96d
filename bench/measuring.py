"""How long pieces of work take beside each other: in turns, as processor time, in one run."""

from __future__ import annotations

import resource
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from statistics import median


@dataclass(frozen=True)
class Row:
    """A line of the table.

    Attributes:
        name: what was measured.
        against: what it is measured against.
        seconds: of what was measured; the median of the rounds.
        other: seconds of the other.
        goal: the ratio to reach.
        faster: the goal is how many times faster it is; otherwise how many times as long it may take.
        remark: how it was measured, if not as the others.
        profile: where the time goes, if the goal is missed.
    """

    name: str
    against: str
    seconds: float
    other: float
    goal: float
    faster: bool = False
    remark: str = ""
    profile: str = ""

    @property
    def ratio(self) -> float:
        """As the goal is given."""
        return self.other / self.seconds if self.faster else self.seconds / self.other

    @property
    def reached(self) -> bool:
        """Whether the goal is reached."""
        return self.ratio >= self.goal if self.faster else self.ratio <= self.goal


def processor_time() -> float:
    """Of this process and of all its children that have ended; os.times() counts hundredths of a second alone."""
    used = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(one.ru_utime + one.ru_stime for one in used)


def seconds(work: Callable[[], object]) -> float:
    """Processor time of one call."""
    begin = processor_time()
    work()
    return processor_time() - begin


def alternating(works: Mapping[str, Callable[[], object]], rounds: int) -> dict[str, float]:
    """The median of each, all measured in turns; the first round is not counted."""
    found: dict[str, list[float]] = {name: [] for name in works}
    for number in range(rounds + 1):
        for name, work in works.items():
            taken = seconds(work)
            if number:
                found[name].append(taken)
    return {name: median(taken) for name, taken in found.items()}


def command(*arguments: str) -> Callable[[], object]:
    """A program as a piece of work; its output is thrown away. It may find faults (exit codes below 4)."""

    def work() -> None:
        ended = subprocess.run(arguments, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
        if ended.returncode not in range(4) or "Traceback" in ended.stderr:
            raise RuntimeError(f"{' '.join(arguments)} ended with {ended.returncode}: {ended.stderr[-500:]}")

    return work


def python(*arguments: str) -> Callable[[], object]:
    """This Python as a program."""
    return command(sys.executable, *arguments)


def profile_of(work: Callable[[], object], most: int = 12) -> str:
    """Where the time of a piece of work goes: the functions of mcuaudit by their own and their callees' time."""
    import cProfile
    import pstats

    profile = cProfile.Profile()
    profile.runcall(work)
    statistics = pstats.Stats(profile)
    total: float = statistics.total_tt  # type: ignore[attr-defined]
    rows: Sequence[tuple[float, float, int, str]] = sorted(
        (
            (cumulative, own, calls, f"{_module(file)}: {name}")
            for (file, _, name), (_, calls, own, cumulative, _) in statistics.stats.items()  # type: ignore[attr-defined]
            if "mcuaudit" in file and not name.startswith("<")
        ),
        reverse=True,
    )
    return "\n".join(
        f"{cumulative / total:5.0%} {own / total:5.0%} {calls:9,}  {name}"
        for cumulative, own, calls, name in rows[:most]
    )


def imports_of(*arguments: str, most: int = 12) -> str:
    """Where the time of a start of Python goes: the modules whose import takes longest, with what they import."""
    ended = subprocess.run([sys.executable, "-X", "importtime", *arguments], capture_output=True, text=True)
    rows = [line.removeprefix("import time:").split("|") for line in ended.stderr.splitlines() if "|" in line]
    taken = sorted(
        ((int(every), int(own), name.strip()) for own, every, name in rows[1:] if own.strip().isdigit()), reverse=True
    )
    total = sum(own for _, own, _ in taken)
    return "\n".join(
        f"{every / total:5.0%} {own / total:5.0%} {1:9}  import {name}" for every, own, name in taken[:most]
    )


def _module(file: str) -> str:
    return file.rpartition("mcuaudit/")[2].removesuffix(".py")

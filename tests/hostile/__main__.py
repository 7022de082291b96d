"""The whole of each hostile file, read in a process of its own: `make hostile`, which writes docs/robustness.md."""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import mcuaudit
from mcuaudit import UsageError
from mcuaudit.gather.list_file import listed_devices
from mcuaudit.policy.schema import Limits
from mcuaudit.wording.numbers import plural
from tests.checkout import commit_of
from tests.clean_export import NOW
from tests.hostile.hostile_export import apart, lost_rows, read, rows_of_good, write_good
from tests.hostile.hostile_files import INPUTS, LISTS, Hostile

ROOT = Path(__file__).parents[2]
_TOGETHER = "all of them in one export"
_HEAD = """# Robustness

What hostile files cost, and the first problem that each gives. `make hostile` reads each of {number} inputs beside two
devices that are as they should be, in a process of its own, and audits all of them in one export; it writes this page.
`make test` does the same with the first {small} octets of each. An input that ends that, or that costs one of the two
devices a row, ends the run, so each line below is of an input that did neither. The last {lists} are lists of devices,
which `init` and `sort` take: each is read alone. SECURITY.md says what is promised.

Seconds are those of the processor and memory is the most that was resident, for the whole process and the worker that
reads large files: {empty} seconds and {empty_memory} MiB of them are those of the two devices alone. Both depend on the
machine; they were measured on one core of a server that had other work to do. The limits were those of the policy:
{seconds} seconds and 1 GiB for a file.

- commit: {commit}
- inputs: {number}, ended the audit: 0, good rows lost: 0
- over the limit of time or memory: {over}
- openings for writing, renames, creations, removals and changes of permissions in a report of one site: {runs}. Each
  failed once with one of five errors (no space, no rights, a read-only or broken disk, a quota); former output lost: 0

| input | in place of | size | seconds | memory, MiB | its first problem |
| --- | --- | --- | --- | --- | --- |
"""


@dataclass(frozen=True)
class Measured:
    """What one input cost: processor time, memory in octets, its size, and the first problem that is said of it."""

    seconds: float
    memory: int
    size: int
    said: str
    lost: tuple[str, ...]


def measure(name: str) -> Measured:
    """Read one input beside the good devices, or one list of devices alone, in this process."""
    if name in LISTS:
        return _of_list(LISTS[name])
    with tempfile.TemporaryDirectory() as good, tempfile.TemporaryDirectory() as both:
        write_good(Path(good))
        expected = rows_of_good(read(Path(good)))
        root = Path(both)
        write_good(root)
        written = list(apart(INPUTS).values()) if name == _TOGETHER else [INPUTS[name]] if name else []
        for one in written:
            one.write(root)
        regular = [root / one.path for one in written if one.make is None]
        size = sum(path.stat().st_size for path in regular)
        before = _used()
        fleet = read(root)
        if name == _TOGETHER:
            mcuaudit.audit(fleet, at=NOW)
        seconds = _used() - before
        said = next(iter(fleet.problems["reason"]), "")
        lost = tuple(lost_rows(fleet, expected))
        if name == _TOGETHER:
            said = f"{len(fleet.problems):,} problems"
    return Measured(seconds, _memory(), size, said, lost)


def _of_list(one: Hostile) -> Measured:
    with tempfile.TemporaryDirectory() as root:
        one.write(Path(root))
        file = Path(root) / one.path
        before = _used()
        try:
            said = plural(len(listed_devices(file).devices), "device")
        except UsageError as error:
            said = str(error).partition(", ")[2]
        return Measured(_used() - before, _memory(), file.stat().st_size, said, ())


def _used() -> float:
    both = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(one.ru_utime + one.ru_stime for one in both)


def _memory() -> int:
    both = (resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return 1024 * sum(both)


def _in_a_process(name: str) -> Measured:
    command = [sys.executable, "-m", "tests.hostile", "--one", name]
    answer = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if answer.returncode:
        raise SystemExit(f"{name}: ended the audit\n{answer.stderr}")
    found = json.loads(answer.stdout)
    return Measured(**{**found, "lost": tuple(found["lost"])})


def _faults() -> list[dict[str, Any]]:
    """What became of a report of which one writing operation failed, for each of them."""
    command = [sys.executable, "-m", "tests.hostile.faults", "0", "1000", "1"]
    answer = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    return list(map(json.loads, answer.stdout.splitlines()[1:]))


def _line(name: str, one: Measured) -> str:
    path = INPUTS[name].path if name in INPUTS else "list of devices" if name in LISTS else ""
    words = " ".join("".join(mark if mark.isprintable() else " " for mark in one.said).split())
    said = words if len(words) <= 120 else f"{words[:117]}..."
    place = "".join(mark if mark.isprintable() and ord(mark) < 0xD800 else "?" for mark in path)
    cells = (name, place, f"{one.size:,}", f"{one.seconds:.1f}", f"{one.memory / 2**20:,.0f}", said or "nothing")
    return f"| {' | '.join(cell.replace('|', chr(92) + '|').replace('<', '&lt;') for cell in cells)} |"


def main() -> int:
    """Read all inputs, print what each costs, and write the page.

    Returns: 1 if an input cost a good device a row, or its problem does not say what is expected.
    """
    parser = argparse.ArgumentParser(prog="make hostile", description=main.__doc__)
    parser.add_argument("--one", help="read this input and print its figures as JSON")
    parser.add_argument("--no-page", action="store_true", help="write no page")
    options = parser.parse_args()
    if options.one is not None:
        print(json.dumps(asdict(measure(options.one))))
        return 0
    runs = _faults()
    faults = [f"{one['operation']}: {', '.join(one['wrong'])}" for one in runs if one["wrong"]]
    if faults:
        print("\n".join(faults))
        return 1
    started = time.monotonic()
    empty = _in_a_process("")
    lines, over = [], 0
    for name in (*INPUTS, _TOGETHER, *LISTS):
        one = _in_a_process(name)
        lines.append(_line(name, one))
        print(lines[-1], flush=True)
        expected = (INPUTS | LISTS)[name].said if name != _TOGETHER else ""
        early = "not read within" in one.said and one.seconds < Limits().seconds_per_file
        faults += [f"{name}: said to take too long after {one.seconds:.1f} s"] if early else []
        faults += [f"{name}: rows of good devices lost in {', '.join(one.lost)}"] if one.lost else []
        faults += [f"{name}: expected {expected!r}, found {one.said!r}"] if expected not in one.said else []
        over += "not read within" in one.said
    print(f"\n{len(INPUTS)} inputs in {time.monotonic() - started:,.0f} s, over a limit: {over}")
    for fault in faults:
        print(fault)
    print(f"{len(runs)} operations of a report failed once")
    if not faults and not options.no_page:
        from tests.hostile.hostile_export import BEGINNING

        head = _HEAD.format(
            number=len(INPUTS),
            lists=len(LISTS),
            small=f"{BEGINNING:,}",
            empty=f"{empty.seconds:.1f}",
            empty_memory=f"{empty.memory / 2**20:,.0f}",
            seconds=Limits().seconds_per_file,
            commit=commit_of(ROOT),
            over=over,
            runs=len(runs),
        )
        (ROOT / "docs" / "robustness.md").write_text(head + "\n".join(lines) + "\n", encoding="utf-8")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())

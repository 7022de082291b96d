"""How long an audit of one device takes, as a ratio to work that has nothing to do with mcuaudit.

Seconds differ from machine to machine and from hour to hour, the ratio differs little. Both are measured in turns in
one process, as processor time, and the best of each counts.

Run: .venv/bin/python -m bench.one_device
"""

from __future__ import annotations

import hashlib
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import mcuaudit
from tests.authority import NOW
from tests.clean_export import CleanExport

ROUNDS = 15
BLOCKS = 20_000


def reference() -> None:
    """Digests of texts, in a plain loop: some of the work is Python's own, some is not."""
    digest = b""
    for number in range(BLOCKS):
        digest = hashlib.sha256(digest + str(number).encode() * 64).digest()


def seconds(work: Callable[[], object]) -> float:
    """Processor time of one call."""
    begin = time.process_time()
    work()
    return time.process_time() - begin


def compare(works: dict[str, Callable[[], object]], rounds: int) -> None:
    """Measure each work in turns, and print the best time of each and its ratio to that of `reference`."""
    for work in works.values():
        work()
    best = dict.fromkeys(works, float("inf"))
    for _ in range(rounds):
        for name, work in works.items():
            best[name] = min(best[name], seconds(work))
    widest = max(map(len, works))
    for name, found in best.items():
        print(f"{name:{widest}} {found * 1000:8.1f} ms  {found / best['reference']:7.2f} × the reference")


def main() -> None:
    """Print the times and their ratios, one line each."""
    with tempfile.TemporaryDirectory() as directory:
        export = CleanExport().write(Path(directory))
        fleet = mcuaudit.read_export(export)
        works: dict[str, Callable[[], object]] = {
            "reference": reference,
            "read_export": lambda: mcuaudit.read_export(export),
            "audit": lambda: mcuaudit.audit(fleet, at=NOW),
        }
        compare(works, ROUNDS)


if __name__ == "__main__":
    sys.exit(main())

"""Each operation of a report on files fails once: the former output is intact, or the new one is whole.

What happens when the disk is full in the middle of a file is in tests/system/test_storage.py.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from tests.patience import GENEROUS
from tests.sampling import so_many

ROOT = Path(__file__).parents[2]
_STEP = so_many(29, whole=13)
"""Not every operation here; `make hostile` lets each fail."""


def test_a_fault_leaves_the_former_output_or_the_new_one_whole(score: Callable[[str], None]) -> None:
    command = [sys.executable, "-m", "tests.hostile.faults", "5", "1000", str(_STEP)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=GENEROUS, check=False)
    assert done.returncode == 0, done.stderr
    counted, *outcomes = map(json.loads, done.stdout.splitlines())
    assert counted["code"] == 0
    assert counted["operations"] > 50
    assert len(outcomes) >= 3
    assert [one for one in outcomes if one["wrong"]] == []
    # A failure is told.
    assert {one["code"] for one in outcomes} - {0}
    score(f"faults: {len(outcomes)} of {counted['operations']} operations on files failed once, 0 outputs lost")

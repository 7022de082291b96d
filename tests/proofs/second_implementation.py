"""Generated fleets, judged by the package and by a second implementation of the law: no cell differs."""

from __future__ import annotations

import random
import tempfile
from collections import Counter
from pathlib import Path
from typing import Final

from tests.oracles.law.generated_fleet import generated
from tests.oracles.law_compared import compare

CLAIM = (
    "A second implementation, written from the law with pyOpenSSL and without the package, has the same rows, "
    "outcomes, authentications, reasons, readings and kinds of causes of connections and of administration."
)
SIZE = 60
SAMPLE = 3
DEVICES: Final = 30


def prove(seed: int, cases: range) -> Counter[str]:
    """Compare every cell of generated fleets of 30 devices each."""
    counts: Counter[str] = Counter()
    for case in cases:
        with tempfile.TemporaryDirectory() as directory:
            found = compare(generated(random.Random(f"{seed} {case}"), DEVICES), Path(directory))
        where = f"seed {seed}, case {case}"
        assert not found.differences, f"{where}: {len(found.differences)} differences\n" + "\n".join(
            found.differences[:20]
        )
        counts += found.counts
    return counts

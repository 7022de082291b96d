"""Measure mcuaudit against floors and against what people use otherwise, and write docs/performance.md.

What was measured before is kept, so that one measurement can be repeated; both sides of a ratio are of one run.

Run: make bench, or .venv/bin/python -m bench --only reading --only auditing
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from dataclasses import asdict
from pathlib import Path
from typing import Any

from bench.fleets import KEPT
from bench.measurements import MEASUREMENTS
from bench.measuring import Row
from bench.page import page
from tests.checkout import commit_of


def main() -> int:
    """Measure what was asked for, and write the page of all that was measured so far."""
    parser = argparse.ArgumentParser(prog="bench", description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--only", action="append", choices=MEASUREMENTS, help="measure this; can be repeated")
    parser.add_argument("--no-page", action="store_true", help="print the table and write no page")
    wishes = parser.parse_args()
    chosen = wishes.only or list(MEASUREMENTS)
    kept = KEPT / "rows.json"
    found: dict[str, dict[str, Any]] = json.loads(kept.read_text(encoding="utf-8")) if kept.is_file() else {}
    for number, name in enumerate(chosen, start=1):
        print(f"{number} of {len(chosen)}: {name}", file=sys.stderr, flush=True)
        begin, rows = time.monotonic(), list(MEASUREMENTS[name]())
        for row in rows:
            reached = "reached" if row.reached else "missed"
            print(f"{row.name}: {row.ratio:,.1f}, goal {row.goal:g} {reached}", flush=True)
        minutes = (time.monotonic() - begin) / 60
        found[name] = {"commit": commit_of(Path()), "minutes": minutes, "rows": [asdict(row) for row in rows]}
        KEPT.mkdir(exist_ok=True)
        kept.write_text(json.dumps(found), encoding="utf-8")
    if not wishes.no_page:
        parts = [found[name] for name in MEASUREMENTS if name in found]
        text = page(
            [Row(**row) for part in parts for row in part["rows"]],
            commits=sorted({part["commit"] for part in parts}),
            minutes=sum(part["minutes"] for part in parts),
            missing=[str(work.__doc__).splitlines()[0] for name, work in MEASUREMENTS.items() if name not in found],
        )
        Path("docs/performance.md").write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())

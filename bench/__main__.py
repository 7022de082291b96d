"""Measure mcuaudit against floors and against what people use otherwise, and write docs/performance.md.

Run: make bench, or .venv/bin/python -m bench --only reading --only auditing
"""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path

from bench.measurements import MEASUREMENTS
from bench.measuring import Row
from bench.page import page
from tests.checkout import commit_of


def main() -> int:
    """Measure what was asked for; the page is written if it was everything."""
    parser = argparse.ArgumentParser(prog="bench", description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--only", action="append", choices=MEASUREMENTS, help="measure this; can be repeated")
    parser.add_argument("--no-page", action="store_true", help="print the table and write no page")
    wishes = parser.parse_args()
    chosen = wishes.only or list(MEASUREMENTS)
    begin, rows = time.monotonic(), list[Row]()
    for number, name in enumerate(chosen, start=1):
        print(f"{number} of {len(chosen)}: {name}", file=sys.stderr, flush=True)
        for row in MEASUREMENTS[name]():
            rows.append(row)
            reached = "reached" if row.reached else "missed"
            print(f"{row.name}: {row.ratio:,.1f}, goal {row.goal:g} {reached}", flush=True)
    if not wishes.only and not wishes.no_page:
        text = page(rows, commit=commit_of(Path()), minutes=(time.monotonic() - begin) / 60)
        Path("docs/performance.md").write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())

"""How long 10,000 names under 10,000 name constraints take, beside the same names under one.

Run: .venv/bin/python -m bench.name_constraints
"""

from __future__ import annotations

import sys
from collections.abc import Callable

from bench.measuring import alternating
from mcuaudit.pkix.constraints import ConstraintMemo
from tests.authority import Authority, p256_key

ROUNDS = 5
COUNT = 10_000
KEY = p256_key(1)


def main() -> None:
    """Print the times, one line each."""
    few, many = (authority(count) for count in (1, COUNT))
    mcu = many.leaf("mcu", key=KEY, san=[f"DNS:mcu{number}.site.example.com" for number in range(COUNT)]).record
    works: dict[str, Callable[[], object]] = {
        "1 constraint": lambda: ConstraintMemo().compared([(mcu, few.record)], end_entity=True),
        f"{COUNT:,} constraints": lambda: ConstraintMemo().compared([(mcu, many.record)], end_entity=True),
    }
    for name, taken in alternating(works, ROUNDS).items():
        print(f"{name}: {taken * 1000:.1f} ms")


def authority(count: int) -> Authority:
    """A root with that many excluded names."""
    return Authority.root("Root", key=KEY, excluded=[f"DNS:old{number}.example.com" for number in range(count)])


if __name__ == "__main__":
    sys.exit(main())

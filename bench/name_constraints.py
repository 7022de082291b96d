"""How long 10,000 names under 10,000 name constraints take, as a ratio to work that has nothing to do with mcuaudit.

As in `bench.one_device`, both are measured in turns in one process, as processor time, and the best of each counts.

Run: .venv/bin/python -m bench.name_constraints
"""

from __future__ import annotations

import sys
from collections.abc import Callable

from bench.one_device import compare, reference
from mcuaudit.pkix.constraints import ConstraintMemo
from tests.authority import Authority, p256_key

ROUNDS = 5
COUNT = 10_000
KEY = p256_key(1)


def main() -> None:
    """Print the times and their ratios, one line each."""
    few, many = (authority(count) for count in (1, COUNT))
    mcu = many.leaf("mcu", key=KEY, san=[f"DNS:mcu{number}.site.example.com" for number in range(COUNT)]).record
    works: dict[str, Callable[[], object]] = {
        "reference": reference,
        "1 constraint": lambda: ConstraintMemo().compared([(mcu, few.record)], end_entity=True),
        f"{COUNT:,} constraints": lambda: ConstraintMemo().compared([(mcu, many.record)], end_entity=True),
    }
    compare(works, ROUNDS)


def authority(count: int) -> Authority:
    """A root with that many excluded names."""
    return Authority.root("Root", key=KEY, excluded=[f"DNS:old{number}.example.com" for number in range(count)])


if __name__ == "__main__":
    sys.exit(main())

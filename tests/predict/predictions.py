"""What is predicted of a clean device with one thing broken, a line each; test_kept_predictions.py compares it.

python -m tests.predict.predictions writes the file anew; read the difference before you commit it.
"""

from __future__ import annotations

import hashlib
import re
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pandas as pd

import mcuaudit
from mcuaudit.predict.prediction import predict_fleet
from tests.authority import NOW
from tests.clean_export import CleanExport
from tests.predict.situations import SITUATIONS
from tests.rules.breakages import FAILS, OPENS
from tests.rules.breakages.base import Break, all_of

KEPT: Final = Path(__file__).with_name("kept_predictions.txt")
_COLUMNS: Final = (
    "connection_type", "peer", "outcome", "authenticated", "mcu_verifies_peer", "peer_verifies_mcu", "decided_by",
    "reason_code", "further_causes", "readings", "missing_evidence", "cause_id", "remedy_id", "valid_until", "reason",
)  # fmt: skip


PAIRS: Final = 60
"""Devices with two or three things broken at once."""


def cases() -> list[tuple[str, tuple[Break, ...]]]:
    """Every device with its name and what is broken on it, in an order by digest: the first ones are of every kind."""
    broken = [
        (f"{code} {kind}", one) for kind, found in (("fails", FAILS), ("open", OPENS)) for code, one in found.items()
    ]
    several = [_shuffled(broken, number)[: 2 + number % 2] for number in range(PAIRS)]
    every = [*([one] for one in (*broken, *SITUATIONS.items())), *several]
    named = [(" and ".join(name for name, _ in one), tuple(what for _, what in one)) for one in every]
    return sorted(named, key=lambda one: _digest(one[0]))


def predictions(first: int = 0, last: int | None = None) -> Iterator[str]:
    """A line for each connection and way in of these devices that is not as on the clean one."""
    clean = set(_predicted())
    for name, breaks in cases()[first:last]:
        yield from (f"{name}: {line}" for line in _predicted(*breaks) if line not in clean)


def _shuffled(broken: list[tuple[str, Break]], number: int) -> list[tuple[str, Break]]:
    """The cases in an order by digest, which stays when a case is added."""
    return sorted(broken, key=lambda one: _digest(f"{number} {one[0]}"))


def _digest(name: str) -> str:
    return hashlib.sha256(name.encode()).hexdigest()


def _predicted(*breaks: Break) -> list[str]:
    export = CleanExport()
    all_of(*breaks)(export)
    with tempfile.TemporaryDirectory() as directory:
        fleet = mcuaudit.read_export(export.write(Path(directory)))
    predicted = predict_fleet(fleet, NOW)
    return [
        " | ".join((_letters(row), *(_word(row[name]) for name in row if name in _COLUMNS)))
        for frame in (predicted.connections, predicted.administration)
        for row in _rows(frame)
    ]


def _rows(frame: pd.DataFrame) -> Iterator[dict[str, Any]]:
    names = list(frame.columns)
    return (dict(zip(names, row, strict=True)) for row in zip(*(frame[name].tolist() for name in names), strict=True))


_JUDGED: Final = (
    "mcu_trust", "mcu_identity", "mcu_purpose", "login", "mcu_outcome", "peer_trust", "peer_identity", "peer_purpose",
    "peer_outcome",
)  # fmt: skip


def _letters(row: dict[str, Any]) -> str:
    """The outcome of each check, by its first letter: ``pppnppppp``."""
    return "".join(str(row[name])[0] for name in _JUDGED if name in row)


def _word(value: Any) -> str:
    # A certificate without a readable subject is named by its digest, which is another each time.
    return "-" if pd.isna(value) else re.sub(r"\b[0-9a-f]{16}\b", "(digest)", str(value))


if __name__ == "__main__":
    KEPT.write_text("".join(f"{line}\n" for line in predictions()), encoding="utf-8")

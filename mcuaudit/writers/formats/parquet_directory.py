"""`parquet`: the whole audit as a directory, which `mcuaudit.load` reads."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from mcuaudit.writers.interface import Format

if TYPE_CHECKING:
    from mcuaudit.frames.containers import Audit


def _save(audit: Audit, target: Path) -> Path:
    return audit.save(target)


FORMAT = Format(
    name="parquet",
    meaning="a directory with the whole audit, which `mcuaudit.load` and `--baseline` read",
    save=_save,
    binary=True,
)

"""`csv`: one frame as plain CSV."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mcuaudit.writers.interface import Format, Request

if TYPE_CHECKING:
    from mcuaudit.frames.comparison import Comparison


def _make(request: Request) -> str:
    from mcuaudit.writers.csv_table import csv_of

    return csv_of(request.audit, request.frame)


def _comparison(comparison: Comparison) -> str:
    from mcuaudit.writers.comparison import comparison_csv

    return comparison_csv(comparison)


FORMAT = Format(
    name="csv",
    ending=".csv",
    meaning="one frame as plain CSV, for programs",
    make=_make,
    comparison=_comparison,
    one_frame=True,
)

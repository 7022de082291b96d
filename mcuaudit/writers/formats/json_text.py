"""`json`: one object with the summary, four frames, and what to do first."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mcuaudit.writers.interface import Format, Request

if TYPE_CHECKING:
    from mcuaudit.frames.comparison import Comparison


def _make(request: Request) -> str:
    from mcuaudit.writers.json_object import json_text

    return json_text(request.audit, request.name)


def _comparison(comparison: Comparison) -> str:
    from mcuaudit.writers.comparison import comparison_text

    return comparison_text(comparison)


FORMAT = Format(
    name="json",
    ending=".json",
    meaning="summary, devices, connections, findings, problems and what to do first as one object, by "
    "docs/audit.schema.json",
    make=_make,
    comparison=_comparison,
)

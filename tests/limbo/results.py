"""Results in the format that the harnesses of limbo write."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from mcuaudit import __version__
from tests.limbo.cases import VERSION, Case
from tests.limbo.judge import Answer


def results(answers: Iterable[tuple[Case, Answer]]) -> dict[str, Any]:
    """One result for each case; what is undetermined is skipped, with the reason."""
    return {
        "version": VERSION,
        "harness": f"mcuaudit-{__version__}",
        "results": [
            {"id": case.id, "actual_result": found.result, "context": _context(found)} for case, found in answers
        ],
    }


def write_results(path: Path, answers: Iterable[tuple[Case, Answer]]) -> None:
    """Write them to a file."""
    path.write_text(json.dumps(results(answers), indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


def _context(found: Answer) -> str | None:
    if found.outcome == "pass":
        return None
    readings = f" ({', '.join(found.readings)})" if found.readings else ""
    return f"undetermined{readings}: {found.context}" if found.outcome == "open" else found.context

"""A sample of the proof that ordinary exports give no alarm."""

from __future__ import annotations

from collections.abc import Callable

from tests.proofs.false_alarms import SAMPLE, prove


def test_an_ordinary_export_gives_no_alarm_about_secrets(score: Callable[[str], None]) -> None:
    counts = prove(1, range(SAMPLE))
    assert counts["exports"] == SAMPLE
    assert counts["files beside"] > 5 * SAMPLE
    assert counts["planted secrets"] == SAMPLE // 5
    score(
        f"false alarms: {counts['exports']} exports, {counts['files beside']} files beside, "
        f"{counts['planted secrets']} secrets planted and found, 0 false alarms"
    )

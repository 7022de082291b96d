"""A sample of the proof that a second implementation of the law agrees."""

from __future__ import annotations

from collections.abc import Callable

from tests.proofs.second_implementation import DEVICES, SAMPLE, prove

TYPES = ("incoming_sip", "outgoing_sip", "web_user", "api_user", "ocsp_server", "feedback_receiver")


def test_the_second_implementation_agrees(score: Callable[[str], None]) -> None:
    counts = prove(1, range(SAMPLE))
    assert counts["devices"] == SAMPLE * DEVICES >= 90
    assert min(counts[f"type {name}"] for name in TYPES) > 30
    assert min(counts[name] for name in ("pass", "open", "fail", "notApplicable")) > 15
    assert min(counts[f"administration {name}"] for name in ("pass", "open", "fail")) > 3
    assert counts["meshed calls"] > 12
    assert counts["devices in tables"] > 8
    reasons = sorted(name.removeprefix("reason ") for name in counts if name.startswith("reason "))
    assert len(reasons) > 30
    score(
        f"second implementation: {counts['devices']} devices ({counts['devices in tables']} of settings.csv), "
        f"{counts['rows']} rows, {counts['cells']} cells, {counts['meshed calls']} of calls between MCUs: "
        f"{ {name: counts[name] for name in ('pass', 'notApplicable', 'open', 'fail')} }, {len(reasons)} reasons, "
        "0 differences"
    )

"""A sample of the proof that what is said without a setting holds under each of its values."""

from __future__ import annotations

from collections.abc import Callable

from tests.proofs.logins_under_every_value import SAMPLE, prove


def test_what_is_said_holds_under_every_value(score: Callable[[str], None]) -> None:
    counts = prove(1, range(SAMPLE))
    assert counts["devices"] == SAMPLE
    for key in ("client_certificate_security", "http", "redirect_http_to_https", "enabled", "software_version"):
        for outcome in ("pass", "open", "fail"):
            assert counts[f"{key}: {outcome}"] > 0
    outcomes = sum(counts.values()) - SAMPLE
    score(f"logins: {SAMPLE} devices, {outcomes} outcomes without a setting, compared with those under its values")

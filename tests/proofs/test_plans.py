"""Samples of the proofs about plans."""

from __future__ import annotations

from collections.abc import Callable

from tests.proofs import plans, safe_orders


def test_a_plan_names_everything_that_gets_worse_with_a_step(score: Callable[[str], None]) -> None:
    counts = plans.prove(1, range(plans.SAMPLE))
    assert counts["steps"] >= plans.SAMPLE
    assert counts["steps in files"]
    score(f"plans: {counts['plans']} done step by step, {counts['steps']} steps, {counts['steps in files']} in files")


def test_where_a_plan_finds_no_safe_order_there_is_none(score: Callable[[str], None]) -> None:
    counts = safe_orders.prove(1, range(safe_orders.SAMPLE))
    assert counts["plans without one"]
    assert counts["plans with a safe order"]
    score(f"safe orders: {counts['plans']} plans against {counts['sets of steps']} sets of steps, 0 differences")

"""`make prove` resumes where it ended, and counts only what held in the same state of code and tests."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from tests.proofs.page import page
from tests.proofs.parts import Part, Parts, parts_of
from tests.proofs.proof import Proof, proofs


def _part(state: str = "a", **counts: int) -> Part:
    return Part("damage", 1, state, 0, 10, 1.5, Counter(counts))


def test_every_case_is_in_one_part() -> None:
    assert [case for cases in parts_of(23) for case in cases] == list(range(23))


def test_a_part_is_found_again_by_a_later_run_in_the_same_state_only(tmp_path: Path) -> None:
    Parts(tmp_path / "parts.jsonl").add(_part(outcomes=7))
    later = Parts(tmp_path / "parts.jsonl")
    assert later.find("damage", 1, "a", range(10)) == _part(outcomes=7)
    assert later.find("damage", 1, "b", range(10)) is None
    assert later.find("damage", 2, "a", range(10)) is None
    assert later.find("damage", 1, "a", range(10, 20)) is None


def test_the_page_adds_up_what_the_parts_counted() -> None:
    proof = Proof("damage", "Nothing damaged passes.", 20, 1, lambda seed, cases: Counter())
    written = page({proof: [_part(outcomes=7), _part(outcomes=1_000)]}, seed=3, commit="abc")
    assert "| cases | 20 |" in written
    assert "| outcomes | 1,007 |" in written
    assert "seed: 3" in written
    assert "commit: abc" in written


def test_each_proof_declares_a_claim_and_a_sample_that_is_smaller_than_the_whole() -> None:
    for proof in proofs().values():
        assert proof.claim.endswith(".")
        assert 0 < proof.sample <= proof.size

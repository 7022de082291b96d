"""`make prove` resumes where it ended, and counts only what held in the same state of code and tests."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from tests.proofs.page import with_section
from tests.proofs.parts import Part, Parts, parts_of
from tests.proofs.proof import Proof, proofs

NAMES = ("damage", "long_paths")


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


def test_a_section_adds_up_what_the_parts_counted_and_leaves_the_others_alone() -> None:
    damage, paths = (Proof(name, f"Nothing in {name} passes.", 20, 1, lambda seed, cases: Counter()) for name in NAMES)
    page = with_section("", damage, [_part(outcomes=7), _part(outcomes=1_000)], commit="abc", known=NAMES)
    assert "Not run whole yet: long_paths." in page
    both = with_section(page, paths, [_part(outcomes=1)], commit="def", known=NAMES)
    assert [line for line in both.splitlines() if line.startswith("## ")] == ["## Damage", "## Long paths"]
    former, later = both.split("## Long paths")
    assert "Not run" not in former
    assert page.partition("## Damage")[2].strip() == former.partition("## Damage")[2].strip()
    assert "| cases | 20 |" in former
    assert "| outcomes | 1,007 |" in former
    assert "- seed: 1\n- commit: abc\n" in former
    assert "- commit: def\n" in later
    again = with_section(both, damage, [_part(outcomes=2)], commit="ghi", known=["damage"])
    assert "| outcomes | 2 |" in again
    assert "1,007" not in again
    assert "Long paths" not in again


def test_each_proof_declares_a_claim_and_a_sample_that_is_smaller_than_the_whole() -> None:
    for proof in proofs().values():
        assert proof.claim.endswith(".")
        assert 0 < proof.sample <= proof.size

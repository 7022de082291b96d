"""Proofs: `make prove`, or python -m tests.proofs --help."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from time import monotonic, process_time

from tests.checkout import commit_of
from tests.proofs.page import page
from tests.proofs.parts import Part, Parts, parts_of
from tests.proofs.proof import Proof, proofs, state_of

ROOT = Path(__file__).parents[2]


def main() -> int:
    """Run the proofs whole, in parts, and write docs/proofs.md once all parts held.

    Returns: 0 if all parts held, 1 if one did not, 3 if time ran out before.
    """
    options = _options()
    parts = Parts(ROOT / "build" / "proofs" / "parts.jsonl")
    state = state_of(ROOT)
    deadline = monotonic() + 60 * options.minutes if options.minutes else None
    chosen = {name: proof for name, proof in proofs().items() if name in (options.proof or proofs())}
    proven = {}
    for proof in chosen.values():
        done: list[Part] = []
        for cases in parts_of(proof.size):
            part = parts.find(proof.name, options.seed, state, cases)
            if part is None:
                if deadline and monotonic() > deadline:
                    print("time ran out; the next run goes on from here", file=sys.stderr)
                    return 3
                try:
                    part = _run(proof, options.seed, state, cases)
                except AssertionError as error:
                    print(f"{proof.name}, seed {options.seed}, cases {cases.start} to {cases.stop - 1}: {error}")
                    return 1
                parts.add(part)
            done.append(part)
            print(f"{proof.name} {cases.stop}/{proof.size} held", flush=True)
        proven[proof] = done
    if len(chosen) == len(proofs()):
        (ROOT / "docs" / "proofs.md").write_text(
            page(proven, seed=options.seed, commit=commit_of(ROOT)), encoding="utf-8"
        )
    return 0


def _options() -> argparse.Namespace:
    names = list(proofs())
    parser = argparse.ArgumentParser(prog="make prove", description=main.__doc__)
    parser.add_argument("--seed", type=int, default=1, help="which cases")
    parser.add_argument("--minutes", type=float, help="stop after so many; the next run goes on from there")
    parser.add_argument("--proof", action="append", choices=names, help="only this one (repeatable); no page")
    return parser.parse_args()


def _run(proof: Proof, seed: int, state: str, cases: range) -> Part:
    started = process_time()
    counts = proof.prove(seed, cases)
    return Part(proof.name, seed, state, cases.start, cases.stop, round(process_time() - started, 2), counts)


if __name__ == "__main__":
    sys.exit(main())

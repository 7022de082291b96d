"""Proofs: `make prove`, or python -m tests.proofs --help."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from time import monotonic, process_time

from tests.checkout import commit_of
from tests.proofs.page import with_section
from tests.proofs.parts import Part, Parts, parts_of
from tests.proofs.proof import Proof, proofs, state_of

ROOT = Path(__file__).parents[2]


def main() -> int:
    """Run the proofs whole, in parts; the section of each in docs/proofs.md is written when all its parts held.

    Returns: 0 if all parts held, 1 if one did not, 3 if time ran out before.
    """
    options = _options()
    kept = Parts(ROOT / "build" / "proofs" / "parts.jsonl")
    deadline = monotonic() + 60 * options.minutes if options.minutes else None
    refuted = []
    for name in options.proof or proofs():
        try:
            parts = _parts(proofs()[name], options.seed, kept, deadline)
        except AssertionError as error:
            print(f"{name}, seed {options.seed}: {error}")
            refuted.append(name)
            continue
        if parts is None:
            print("time ran out; the next run goes on from here", file=sys.stderr)
            return 1 if refuted else 3
        _write(proofs()[name], parts)
    return 1 if refuted else 0


def _parts(proof: Proof, seed: int, kept: Parts, deadline: float | None) -> list[Part] | None:
    """All parts of a proof, those taken that were run before in this state; None if time ran out."""
    state, done = state_of(ROOT), []
    for cases in parts_of(proof.size):
        part = kept.find(proof.name, seed, state, cases)
        if part is None:
            if deadline and monotonic() > deadline:
                return None
            started = process_time()
            counts = proof.prove(seed, cases)
            part = Part(proof.name, seed, state, cases.start, cases.stop, round(process_time() - started, 2), counts)
            kept.add(part)
        done.append(part)
        print(f"{proof.name} {cases.stop}/{proof.size} held", flush=True)
    return done


def _write(proof: Proof, parts: list[Part]) -> None:
    file = ROOT / "docs" / "proofs.md"
    text = file.read_text(encoding="utf-8") if file.is_file() else ""
    written = with_section(text, proof, parts, commit=commit_of(ROOT), known=proofs())
    file.write_text(written.rstrip() + "\n", encoding="utf-8")


def _options() -> argparse.Namespace:
    names = list(proofs())
    parser = argparse.ArgumentParser(prog="make prove", description=main.__doc__)
    parser.add_argument("--seed", type=int, default=1, help="which cases")
    parser.add_argument("--minutes", type=float, help="stop after so many; the next run goes on from there")
    parser.add_argument("--proof", action="append", choices=names, help="only this one (repeatable)")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())

"""Mutation testing: `make mutate`, or python -m tests.mutation --help."""

from __future__ import annotations

import argparse
import signal
import sys
import tempfile
from pathlib import Path
from time import monotonic

from tests.checkout import commit_of
from tests.mutation.mutants import Mutant
from tests.mutation.page import page, short, table
from tests.mutation.results import Results, Score, read_equivalent, score
from tests.mutation.runs import Fate, Laboratory, NearTests, copy_checkout, near_tests, state_of
from tests.mutation.sample import all_mutants, sample

ROOT = Path(__file__).parents[2]
FULL_SAMPLE = 400


def main() -> int:
    """Test a sample of mutants, print what became of them, and write the page if it was the full sample.

    Returns: 0 if all were tested, 3 if time ran out before, 1 if a mutant that is listed as equivalent was killed.
    """
    options = _options()
    near = near_tests(ROOT)
    chosen = sample(ROOT, near, options.sample, options.seed)
    chosen = {package: mutants for package, mutants in chosen.items() if package in (options.package or near)}
    results = Results(ROOT / "build" / "mutation" / "results.jsonl")
    states = {package: state_of(ROOT, near[package]) for package in chosen}
    deadline = monotonic() + 60 * options.minutes if options.minutes else None
    # A run that is ended from outside removes its copy as one that ends by itself does.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    with tempfile.TemporaryDirectory(prefix="mutation-") as directory:
        try:
            _test_all(chosen, results, states, near, Path(directory), deadline, options.survivors)
        except KeyboardInterrupt:
            print("interrupted; the next run goes on from here", file=sys.stderr)
    judged = read_equivalent()
    scores = {
        package: score(
            package,
            [(mutant, results.fate(mutant, None if options.survivors else states[package])) for mutant in mutants],
            judged,
        )
        for package, mutants in chosen.items()
    }
    return _report(scores, options, complete=set(chosen) == set(near))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make mutate", description=main.__doc__)
    parser.add_argument("--sample", type=int, default=FULL_SAMPLE, help="how many mutants; the page needs %(default)s")
    parser.add_argument("--seed", type=int, default=1, help="which sample")
    parser.add_argument("--minutes", type=float, help="stop after so many; the next run goes on from there")
    parser.add_argument("--package", action="append", help="only the mutants of this package; may be repeated")
    parser.add_argument(
        "--survivors", action="store_true", help="test those again that survived, whatever changed; writes no page"
    )
    return parser.parse_args()


def _test_all(
    chosen: dict[str, list[Mutant]],
    results: Results,
    states: dict[str, str],
    near: dict[str, NearTests],
    directory: Path,
    deadline: float | None,
    survivors: bool,
) -> None:
    copy_checkout(ROOT, directory)
    laboratory = Laboratory(directory, near)
    for package, mutants in chosen.items():
        if survivors:
            waiting = [one for one in mutants if results.fate(one, None) in (None, Fate.SURVIVED)]
        else:
            waiting = [one for one in mutants if results.fate(one, states[package]) is None]
        if not waiting or (deadline and monotonic() > deadline):
            continue
        laboratory.prepare(package)
        for number, mutant in enumerate(waiting, start=1):
            if deadline and monotonic() > deadline:
                break
            fate = laboratory.fate(package, mutant)
            results.add(mutant, states[package], fate)
            print(
                f"{package} {number}/{len(waiting)} {fate.value:9} {mutant.file}:{mutant.line} "
                f"{short(mutant.before)} → {short(mutant.after)}",
                flush=True,
            )


def _report(scores: dict[str, Score], options: argparse.Namespace, *, complete: bool) -> int:
    print(f"\nseed {options.seed}, sample {options.sample}, commit {commit_of(ROOT)}\n\n{table(scores)}")
    left = sum(one.left for one in scores.values())
    for package, one in scores.items():
        for mutant in one.misjudged:
            print(f"{package}: listed as equivalent, and killed: {mutant.file}:{mutant.line} {mutant.change}")
    if left:
        print(f"{left} mutants are left; the next run goes on from here")
        return 3
    if complete and options.sample >= FULL_SAMPLE and not options.survivors:
        available = sum(len(all_mutants(ROOT, package)) for package in scores)
        text = page(scores, read_equivalent(), seed=options.seed, commit=commit_of(ROOT), available=available)
        (ROOT / "docs" / "mutation.md").write_text(text, encoding="utf-8")
        print("docs/mutation.md is written")
    return 1 if any(one.misjudged for one in scores.values()) else 0


if __name__ == "__main__":
    sys.exit(main())

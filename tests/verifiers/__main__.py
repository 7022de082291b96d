"""Other verifiers on generated chains: `make verifiers`, or python -m tests.verifiers --help."""

from __future__ import annotations

import argparse
import sys

from tests.verifiers.chains import generated
from tests.verifiers.comparison import compare_all
from tests.verifiers.explained import needless, read_explained, unexplained
from tests.verifiers.page import PAGE, section, with_section
from tests.verifiers.verifiers import VERIFIERS

CHAINS, SEED = 300, 1


def main() -> int:
    """Print the table and what is not explained, and write both into docs/verdicts.md if all is explained.

    Returns: 0, or 1 if a split has no explanation or an explanation no split.
    """
    parser = argparse.ArgumentParser(prog="make verifiers", description=main.__doc__)
    parser.add_argument("--seed", type=int, default=SEED, help="which chains")
    parser.add_argument("--chains", type=int, default=CHAINS, help="how many")
    parser.add_argument("--no-page", action="store_true", help="leave docs/verdicts.md as it is")
    given = parser.parse_args()
    chains = generated(given.chains, given.seed)
    explanations = read_explained([verifier.NAME for verifier in VERIFIERS])
    comparisons, missing, outcomes = compare_all(chains, VERIFIERS)
    made = section(given.chains, given.seed, outcomes, comparisons, missing, explanations)
    print(made)
    problems = unexplained(comparisons, explanations) + needless(comparisons, explanations, chains)
    print("\n".join(problems) or "every other answer is explained")
    if missing:
        print("docs/verdicts.md is not written: a verifier is not installed", file=sys.stderr)
    elif not problems and not given.no_page:
        PAGE.write_text(with_section(PAGE.read_text(encoding="utf-8"), made), encoding="utf-8")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())

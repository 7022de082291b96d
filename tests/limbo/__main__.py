"""Judge the cases of a limbo file: `python -m tests.limbo limbo.json --out results.json`."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from tests.limbo.cases import read_cases
from tests.limbo.exceptions import read_exceptions, score
from tests.limbo.judge import answer
from tests.limbo.results import write_results


def main() -> int:
    """Print the score and what is not explained; 1 if there is any."""
    parser = argparse.ArgumentParser(prog="python -m tests.limbo", description=__doc__)
    parser.add_argument("file", type=Path, help="test cases in limbo's format")
    parser.add_argument("--out", type=Path, help="where to write the results, in limbo's format")
    given = parser.parse_args()
    answers = [(case, answer(case)) for case in read_cases(given.file)]
    if given.out:
        write_results(given.out, answers)
    found = score(answers, read_exceptions())
    print(found.line)
    for name, words in found.unexplained.items():
        print(f"not explained: {name}: {words}")
    for name, words in found.needless.items():
        print(f"as expected, and yet an exception: {name}: {words}")
    return 1 if found.unexplained or found.needless else 0


if __name__ == "__main__":
    sys.exit(main())

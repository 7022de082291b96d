"""Fuzzing for minutes or hours: `make fuzz`, guided by coverage where atheris is installed, and at random elsewhere."""

from __future__ import annotations

import argparse
import importlib.util
import sys
import time
from pathlib import Path

from tests.fuzz.mutations import mutated
from tests.fuzz.targets import TARGETS, seeds

BUILD = Path(__file__).parents[2] / "build" / "fuzz"
_BATCH = 500


def main() -> int:
    """Fuzz the targets for so many minutes each; an input that fails is written to build/fuzz.

    Returns: 1 if a target raised an error that is not documented.
    """
    parser = argparse.ArgumentParser(prog="make fuzz", description=main.__doc__)
    parser.add_argument("--target", action="append", choices=sorted(TARGETS), help="only this one; may be repeated")
    parser.add_argument("--minutes", type=float, default=1.0, help="how long each is fuzzed (default: %(default)s)")
    parser.add_argument("--seed", type=int, default=1, help="which inputs are made at random")
    parser.add_argument("--guided", action="store_true", help="use atheris, for one target; pip install atheris")
    options = parser.parse_args()
    chosen = options.target or list(TARGETS)
    if options.guided:
        return _guided(chosen, options.minutes)
    failed = sum(_at_random(name, options.minutes, options.seed) for name in chosen)
    return 1 if failed else 0


def _at_random(name: str, minutes: float, seed: int) -> int:
    target, number, kinds = TARGETS[name], 0, set()
    end = time.monotonic() + 60 * minutes
    while time.monotonic() < end:
        for data in mutated(seeds()[name], _BATCH, seed + number):
            number += 1
            try:
                target(data)
            except Exception as error:  # noqa: BLE001 - that is what is looked for
                kind = f"{type(error).__name__}: {error}"[:200]
                if kind not in kinds:
                    kinds.add(kind)
                    print(f"{name}: {kind}, kept as {_keep(name, len(kinds), data)}", flush=True)
            if time.monotonic() > end:
                break
    print(f"{name}: {number:,} inputs, {len(kinds)} undocumented errors", flush=True)
    return len(kinds)


def _keep(name: str, number: int, data: bytes) -> Path:
    BUILD.mkdir(parents=True, exist_ok=True)
    path = BUILD / f"{name}-{number}.bin"
    path.write_bytes(data)
    return path


def _guided(chosen: list[str], minutes: float) -> int:
    if len(chosen) != 1:
        print("--guided needs one --target", file=sys.stderr)
        return 2
    if importlib.util.find_spec("atheris") is None:
        print("atheris is not installed: pip install atheris", file=sys.stderr)
        return 2
    import atheris

    (name,) = chosen
    corpus = BUILD / f"{name}-corpus"
    corpus.mkdir(parents=True, exist_ok=True)
    for number, data in enumerate(seeds()[name]):
        (corpus / f"seed-{number}").write_bytes(data)
    atheris.instrument_all()
    words = [f"-max_total_time={int(60 * minutes)}", f"-artifact_prefix={BUILD}/{name}-", "-print_final_stats=1"]
    atheris.Setup([sys.argv[0], *words, str(corpus)], TARGETS[name])
    atheris.Fuzz()
    return 0


if __name__ == "__main__":
    sys.exit(main())

"""Chains as lines for programs of other languages, and their answers as decisions."""

from __future__ import annotations

import base64
import hashlib
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import get_args

from tests.authority import NOW, Issued
from tests.verifiers.chains import Chain
from tests.verifiers.verifier import Answer, Decision

BUILT = Path(__file__).parents[2] / "build" / "verifiers"
"""What is compiled is kept here."""


def lines(chains: Iterable[Chain]) -> str:
    """One line for each: role, seconds since 1970, end entity, presented, store; certificates in base64 of DER."""
    return "".join(
        "\t".join(
            (chain.role, str(int(NOW.timestamp())), *map(_all, ([chain.end_entity], chain.presented, chain.store)))
        )
        + "\n"
        for chain in chains
    )


def _all(certificates: Sequence[Issued]) -> str:
    return ",".join(base64.b64encode(one.der).decode() for one in certificates)


def program_of(source: Path, version: str) -> Path:
    """The directory of what is compiled from a source, by a compiler of this version."""
    return BUILT / f"{source.name}-{hashlib.sha256(source.read_bytes()).hexdigest()[:16]}-{version}"


def compiled(source: Path, version: str, command: Callable[[Path], Sequence[str]]) -> Path:
    """The directory, made by a command if it is not there yet."""
    directory = program_of(source, version)
    if not directory.exists():
        BUILT.mkdir(parents=True, exist_ok=True)
        made = Path(tempfile.mkdtemp(dir=BUILT))
        try:
            subprocess.run(command(made), check=True, capture_output=True)
            made.rename(directory)
        finally:
            shutil.rmtree(made, ignore_errors=True)
    return directory


def asked(command: Sequence[str], chains: Sequence[Chain]) -> list[Decision]:
    """What a program answers that reads the lines and writes one line for each: answer, tab, words."""
    done = subprocess.run(command, input=lines(chains), capture_output=True, text=True, check=True)
    found = [_decision(line) for line in done.stdout.splitlines()]
    if len(found) != len(chains):
        raise RuntimeError(f"{command[0]} gave {len(found)} answers to {len(chains)} chains: {done.stderr}")
    return found


def _decision(line: str) -> Decision:
    answer, _, words = line.partition("\t")
    for known in get_args(Answer):
        if answer == known:
            return Decision(known, words)
    raise RuntimeError(f"not an answer: {line}")


def first_line(command: Sequence[str]) -> str:
    """The first line that a program prints."""
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return (done.stdout or done.stderr).splitlines()[0]

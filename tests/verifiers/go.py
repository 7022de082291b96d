"""Go: Certificate.Verify of crypto/x509."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from pathlib import Path

from tests.verifiers.chains import Chain
from tests.verifiers.lines import asked, compiled, first_line, program_of
from tests.verifiers.verifier import Decision

NAME = "Go"
PACKAGE = "golang-go (Debian)"
_SOURCE = Path(__file__).with_name("verify.go")


def version() -> str | None:
    """That of the compiler, which brings the library."""
    return first_line(["go", "version"]).split()[2].removeprefix("go") if shutil.which("go") else None


def is_compiled() -> bool:
    """Whether the program is there already: compiling it can take the time of a minute's tests."""
    return program_of(_SOURCE, version() or "").exists()


def decide(chains: Sequence[Chain]) -> list[Decision]:
    """A decision for each chain; the program is compiled once."""
    directory = compiled(_SOURCE, version() or "", lambda made: ["go", "build", "-o", f"{made}/verify", str(_SOURCE)])
    return asked([str(directory / "verify")], chains)

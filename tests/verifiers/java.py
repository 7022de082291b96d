"""Java: the trust manager "PKIX" of JSSE, which TLS uses."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from pathlib import Path

from tests.verifiers.chains import Chain
from tests.verifiers.lines import asked, compiled, first_line
from tests.verifiers.verifier import Decision

NAME = "Java"
PACKAGE = "default-jdk-headless (Debian)"
_SOURCE = Path(__file__).with_name("Verify.java")


def version() -> str | None:
    """That of the compiler."""
    return first_line(["javac", "-version"]).split()[1] if shutil.which("javac") and shutil.which("java") else None


def decide(chains: Sequence[Chain]) -> list[Decision]:
    """A decision for each chain; the program is compiled once."""
    classes = compiled(_SOURCE, version() or "", lambda made: ["javac", "-d", str(made), str(_SOURCE)])
    return asked(["java", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-cp", str(classes), "Verify"], chains)

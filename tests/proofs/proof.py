"""The proofs of this package, found by what their modules declare."""

from __future__ import annotations

import importlib
import pkgutil
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from tests.checkout import digest_of

PACKAGE = "tests.proofs"


@dataclass(frozen=True, slots=True)
class Proof:
    """One proof: its name is that of its module."""

    name: str
    claim: str
    size: int
    sample: int
    prove: Callable[[int, range], Counter[str]]


def proofs() -> dict[str, Proof]:
    """Every proof, by name."""
    found = {}
    for module in pkgutil.iter_modules([str(Path(__file__).parent)]):
        if module.name.startswith(("test_", "__")):
            continue
        content = importlib.import_module(f"{PACKAGE}.{module.name}")
        if hasattr(content, "CLAIM"):
            found[module.name] = Proof(module.name, content.CLAIM, content.SIZE, content.SAMPLE, content.prove)
    return found


def state_of(root: Path) -> str:
    """A digest of all that decides the result of a proof: the package, the proofs, and what tests share."""
    shared = (root / "tests" / name for name in ("proofs", "devices", "predict", "rules/breakages"))
    paths = {*(root / "mcuaudit").rglob("*.py"), *(root / "tests").glob("*.py")}
    paths |= {path for directory in shared for path in directory.rglob("*.py")}
    return digest_of(root, paths)

"""The second implementation of the law stands on its own."""

from __future__ import annotations

import ast
from pathlib import Path

LAW = Path(__file__).parent / "law"


def test_it_imports_nothing_of_the_package() -> None:
    imported = set()
    for path in LAW.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                imported |= {alias.name for alias in node.names}
            elif isinstance(node, ast.ImportFrom):
                imported.add(node.module or ".")
    assert "OpenSSL.crypto" in imported
    own = {name for name in imported if name.startswith(("tests", "mcuaudit", "."))}
    assert all(name == "tests.oracles.law" or name.startswith("tests.oracles.law.") for name in own), sorted(own)

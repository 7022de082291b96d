"""Collects the words of mcuaudit's own sentences: ``python -m tests.redaction.public_words`` writes them anew.

They are read from the text constants of the package, without docstrings, in the words that redaction sees.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import mcuaudit
from mcuaudit.redaction.words import ATOM, WORDS_FILE

PACKAGE = Path(mcuaudit.__file__).parent
EXAMPLES = {
    "leeds", "bristol", "ann", "example.com", "mcu-1", "mcu-2", "EXAMPLE", "Ann",
}  # fmt: skip
"""Names in examples of helps and messages, which an export may have too."""


def words() -> list[str]:
    """Every word of a text constant of the package, once."""
    found = {word for text in _texts() for word in re.findall(ATOM, text)}
    parts = {part for word in found for part in _beside(word)}
    return sorted(word for word in found | parts if _is_word(word) and word not in EXAMPLES)


def _beside(word: str) -> list[str]:
    """The parts of a dotted key: they stand alone in places such as ``[ssl_certificates] ocsp``."""
    return word.split(".") if re.fullmatch(r"[a-z_]\w*(?:\.[a-z_]\w*)+", word) else []


def _is_word(word: str) -> bool:
    return re.search(r"[^\W\d_]", word) is not None and not re.search(r"^[0-9a-f]{16,}$", word)


def _texts() -> Iterator[str]:
    for file in sorted(PACKAGE.rglob("*.py")):
        tree = ast.parse(file.read_text(encoding="utf-8"))
        described = {id(node) for node in _docstrings(tree)}
        for node in ast.walk(tree):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in described:
                yield node.value


def _docstrings(tree: ast.AST) -> Iterator[ast.expr]:
    """Texts that are statements by themselves: docstrings of modules, classes, functions and constants."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            yield node.value


def write() -> Path:
    """Write the file of the words."""
    target = PACKAGE / "redaction" / WORDS_FILE
    target.write_text("\n".join(words()) + "\n", encoding="utf-8")
    return target


if __name__ == "__main__":
    print(write())

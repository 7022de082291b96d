"""Collects the words of mcuaudit's own sentences: ``python -m tests.redaction.public_words`` writes them anew.

They are read from the text constants of the package, without docstrings, in the words that redaction sees.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import mcuaudit
from mcuaudit.redaction.words import WORD, WORDS_FILE

PACKAGE = Path(mcuaudit.__file__).parent
EXAMPLES = {
    "Ann", "Example", "ann", "bristol", "example", "leeds", "oslo", "mcu-1", "mcu-2", "room", "kari", "nordmann",
}  # fmt: skip
"""Names in examples of helps and messages, which an export may have too."""
_SHAPE = re.compile(r"[A-Za-z](?:[A-Za-z_]|-(?=[A-Za-z0-9]))*(?:\d{1,3})?[A-Za-z_]*(?:-\d{1,3})?")
"""Words and keys, and names such as SHA-256, A14, x509 or sha256WithRSAEncryption; nothing with a dot."""
_PATTERN = re.compile(r"\\[wdbsA-Z]|\(\?|\[\^|[+*]\)")
"""What only a regular expression has; its words are parts of words."""


def words() -> list[str]:
    """Every word of a text constant of the package, once."""
    found = {word for text in _texts() if not _PATTERN.search(text) for word in re.findall(WORD, text)}
    found |= {part for word in found for part in word.split(".")}
    return sorted(word for word in found if _is_word(word) and word not in EXAMPLES)


def _is_word(word: str) -> bool:
    return _SHAPE.fullmatch(word) is not None and not re.fullmatch(r"[0-9a-f]*\d[0-9a-f]*", word)


def _texts() -> Iterator[str]:
    for file in sorted(PACKAGE.rglob("*.py")):
        if file.parent.name == "samples":
            # What it writes are the names of an export.
            continue
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

"""The statements that the verdicts rest on, and the tests that hold them."""

from __future__ import annotations

import ast
import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).parent.parent
STATEMENTS: Final = Path(__file__).with_name("statements.toml")
GRADES: Final = ("doc", "inferred", "reading")
_KEYS: Final = {"id", "says", "source", "grade", "tests"}
_ID: Final = re.compile(r"(?:\d{1,2}(?:\.\d)?-[a-z]|A\d{1,2})")
_NODE: Final = re.compile(r"(?P<file>tests/[\w/]+\.py)::(?P<test>[\w:]+)(?:\[(?P<case>.+)\])?")


@dataclass(frozen=True)
class Statement:
    """One statement in our own words, its source and grade, and tests by their node ids."""

    id: str
    says: str
    source: str
    grade: str
    tests: tuple[str, ...]


def read_statements(path: Path = STATEMENTS) -> tuple[Statement, ...]:
    """The statements of a file.

    Raises:
        ValueError: one is not complete, has no test, or has the id of another.
    """
    found: dict[str, Statement] = {}
    for entry in tomllib.loads(path.read_text(encoding="utf-8"))["statement"]:
        if entry.keys() != _KEYS or entry["grade"] not in GRADES or not _ID.fullmatch(entry["id"]):
            raise ValueError(f"a statement has {', '.join(sorted(_KEYS))}, and a grade of {', '.join(GRADES)}: {entry}")
        if not entry["tests"]:
            raise ValueError(f"{entry['id']} has no test")
        if entry["id"] in found:
            raise ValueError(f"{entry['id']} stands twice")
        found[entry["id"]] = Statement(**{**entry, "tests": tuple(entry["tests"])})
    return tuple(found.values())


def missing(node: str) -> str:
    """Why a node id names no test; "" if there is one."""
    parsed = _NODE.fullmatch(node)
    if parsed is None:
        return f"{node}: not the name of a test"
    file = ROOT / parsed["file"]
    if not file.is_file():
        return f"{node}: no such file"
    if parsed["test"] not in _tests(file):
        return f"{node}: no such test in the file"
    lacking = [part for part in (parsed["case"] or "").split("--") if not any(part in text for text in _texts(file))]
    return f"{node}: no such case, {', '.join(lacking)}" if lacking else ""


@cache
def _tests(file: Path) -> frozenset[str]:
    return frozenset(_names(_parsed(file).body, ""))


def _names(body: list[ast.stmt], prefix: str) -> Iterator[str]:
    for node in body:
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
            yield prefix + node.name
        elif isinstance(node, ast.ClassDef) and node.name.startswith("Test"):
            yield from _names(node.body, f"{node.name}::")


@cache
def _parsed(file: Path) -> ast.Module:
    return ast.parse(file.read_text(encoding="utf-8"))


@cache
def _texts(file: Path) -> frozenset[str]:
    """The texts in a test file and in the modules and packages of tests that it takes its cases from."""
    files = {file}
    for node in _parsed(file).body:
        if isinstance(node, ast.ImportFrom) and node.module and node.module.startswith("tests."):
            place = ROOT / node.module.replace(".", "/")
            files |= set(place.glob("*.py")) if place.is_dir() else {place.with_suffix(".py")}
    return frozenset(
        node.value
        for one in files
        for node in ast.walk(_parsed(one))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    )

"""Every place of the package that gives a hint is in the register of tests/hints.py, with a test that follows it."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from tests.hints import BY_TEST, FOLLOWED, PACKAGE, hints_given, places_of_hints

ROOT = Path(__file__).parents[1]


def test_each_hint_is_followed_by_a_test() -> None:
    """As many tests as calls: a new hint in a function that has one already needs a test too."""
    places = places_of_hints()
    assert places.keys() == FOLLOWED.keys()
    assert {place for place, calls in places.items() if len(FOLLOWED[place]) < calls} == set()
    assert len(places) > 30


@pytest.mark.parametrize("test", BY_TEST)
def test_the_test_of_the_register_is_there(test: str) -> None:
    file, _, name = test.partition("::")
    function, _, case = name.removesuffix("]").partition("[")
    text = (ROOT / file).read_text(encoding="utf-8")
    assert function in {node.name for node in ast.walk(ast.parse(text)) if isinstance(node, ast.FunctionDef)}
    # A case is a key of the table of cases; where it is not, its values are, which pytest joins by hyphens.
    assert f'"{case}"' in text or all(f'"{word}"' in text for word in case.split("-")[1:])


def test_a_hint_is_made_by_the_helpers_alone() -> None:
    """A text of its own would show no code points, and would not be in the register.

    A text in parts, as "did " "you mean", has its words in the file too, with quotation marks between them.
    """
    words = re.compile("did you mean", re.IGNORECASE)
    may_have = re.compile(r"did[\s\"']+you[\s\"']+mean", re.IGNORECASE)
    own = [
        file.relative_to(PACKAGE).as_posix()
        for file in sorted(PACKAGE.rglob("*.py"))
        if may_have.search(file.read_text(encoding="utf-8")) and words.search("\n".join(_texts(file)))
    ]
    assert own == ["errors.py"]


def _texts(file: Path) -> list[str]:
    """The texts of a module, without docstrings."""
    tree = ast.parse(file.read_text(encoding="utf-8"))
    docstrings = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Module | ast.FunctionDef | ast.ClassDef)
        and node.body
        and isinstance(node.body[0], ast.Expr)
    }
    return [
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docstrings
    ]


def test_the_place_of_a_hint_is_recorded() -> None:
    from mcuaudit.errors import UsageError
    from mcuaudit.summary.descriptions import description

    with hints_given() as given, pytest.raises(UsageError):
        description("setings")
    assert given == {"summary/descriptions.py _nothing"}

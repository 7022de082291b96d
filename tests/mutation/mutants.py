"""Mutants of a source file: one small change each, of the kinds by which a line of the law goes wrong."""

from __future__ import annotations

import ast
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache
from typing import Any, Final

_COMPARISONS: Final[dict[type[ast.cmpop], tuple[type[ast.cmpop], ...]]] = {
    ast.Lt: (ast.LtE, ast.GtE),
    ast.LtE: (ast.Lt, ast.Gt),
    ast.Gt: (ast.GtE, ast.LtE),
    ast.GtE: (ast.Gt, ast.Lt),
    ast.Eq: (ast.NotEq,),
    ast.NotEq: (ast.Eq,),
    ast.In: (ast.NotIn,),
    ast.NotIn: (ast.In,),
    ast.Is: (ast.IsNot,),
    ast.IsNot: (ast.Is,),
}
_ARITHMETIC: Final[dict[type[ast.operator], type[ast.operator]]] = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.FloorDiv,
    ast.FloorDiv: ast.Mult,
    ast.Mod: ast.Mult,
    ast.BitOr: ast.BitAnd,
    ast.BitAnd: ast.BitOr,
    ast.LShift: ast.RShift,
    ast.RShift: ast.LShift,
}
_FUNCTIONS: Final = {"any": "all", "all": "any", "min": "max", "max": "min"}
_METHODS: Final = {
    "startswith": "endswith",
    "endswith": "startswith",
    "partition": "rpartition",
    "rpartition": "partition",
    "isdisjoint": "issuperset",
}
_LEFT_OUT: Final = {"strip", "lstrip", "rstrip", "lower", "casefold", "removeprefix", "removesuffix", "replace"}
"""Methods of texts whose call becomes the text itself."""
_WORD: Final = re.compile(r"\S{0,40}")
_SKIPPED_FIELDS: Final = {"annotation", "returns", "decorator_list", "type_params"}
_SKIPPED_NODES: Final = (ast.Import, ast.ImportFrom, ast.JoinedStr, ast.Raise)
"""Imports change nothing but whether a module loads; f-strings and what is raised are words."""


@dataclass(frozen=True, slots=True)
class Mutant:
    """One change of one file.

    Attributes:
        file: the path below the root, with forward slashes.
        number: its position among the mutants of the file.
        line: where it is, from 1.
        text: the first line of the statement or expression as it stands in the file.
        kind: the kind of change in one word.
        before: what stands there, as Python writes it.
        after: what the mutant has in its place.
        occurrence: from 1, where the same change can be made more than once in lines of the same text.
    """

    file: str
    number: int
    line: int
    text: str
    kind: str
    before: str
    after: str
    occurrence: int = 1

    @property
    def change(self) -> str:
        """Before and after in one text."""
        return f"{self.before} → {self.after}"

    @property
    def key(self) -> str:
        """The mutant among all of a run."""
        return f"{self.file}:{self.line}: {self.number}: {self.change}"


@dataclass(frozen=True, slots=True)
class _Site:
    """A place in the tree where a node can be replaced by another."""

    owner: ast.AST
    field: str
    index: int | None
    node: ast.AST
    kind: str
    replacement: ast.AST


@cache
def mutants_of(file: str, source: str) -> tuple[Mutant, ...]:
    """All mutants of one file, in the order of its lines."""
    lines = source.splitlines()
    found = []
    seen: Counter[tuple[str, str]] = Counter()
    for number, site in enumerate(_sites(ast.parse(source))):
        line = site.node.lineno  # type: ignore[attr-defined]
        mutant = Mutant(
            file, number, line, lines[line - 1].strip(), site.kind, _written(site.node), _written(site.replacement)
        )
        seen[mutant.text, mutant.change] += 1
        found.append(replace(mutant, occurrence=seen[mutant.text, mutant.change]))
    return tuple(found)


def mutated(source: str, mutant: Mutant) -> str:
    """The source with the change of `mutant`, as Python writes it: without comments, and with other line ends."""
    tree = ast.parse(source)
    site = list(_sites(tree))[mutant.number]
    if site.index is None:
        setattr(site.owner, site.field, site.replacement)
    else:
        getattr(site.owner, site.field)[site.index] = site.replacement
    return ast.unparse(ast.fix_missing_locations(tree)) + "\n"


def _written(node: ast.AST) -> str:
    return ast.unparse(ast.fix_missing_locations(node))


def _sites(tree: ast.AST) -> Iterator[_Site]:
    for owner, field, index, node in _nodes(tree):
        before = ast.unparse(node)
        seen = {before}
        for kind, replacement in _replacements(node, owner, field):
            ast.copy_location(replacement, node)
            after = _written(replacement)
            if after not in seen:
                seen.add(after)
                yield _Site(owner, field, index, node, kind, replacement)


def _nodes(owner: ast.AST) -> Iterator[tuple[ast.AST, str, int | None, ast.AST]]:
    for field, value in ast.iter_fields(owner):
        if field in _SKIPPED_FIELDS:
            continue
        for index, node in enumerate(value) if isinstance(value, list) else ((None, value),):
            if not isinstance(
                node, ast.expr | ast.stmt | ast.comprehension | ast.arguments | ast.keyword | ast.match_case
            ):
                continue
            if _is_text_alone(node) or _names_the_surface(node) or _is_type(node) or _is_strict(node):
                continue
            if isinstance(node, ast.expr | ast.stmt):
                yield owner, field, index, node
            if not isinstance(node, _SKIPPED_NODES):
                yield from _nodes(node)


def _is_text_alone(node: ast.AST) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


def _is_type(node: ast.AST) -> bool:
    """A Literal[…] says something to the type checker alone."""
    return isinstance(node, ast.Subscript) and isinstance(node.value, ast.Name) and node.value.id == "Literal"


def _is_strict(node: ast.AST) -> bool:
    """`strict` of zip asserts that nothing is lost, and so differs for no input of a right program."""
    return isinstance(node, ast.keyword) and node.arg == "strict"


def _names_the_surface(node: ast.AST) -> bool:
    return isinstance(node, ast.Assign) and any(isinstance(to, ast.Name) and to.id == "__all__" for to in node.targets)


def _replacements(node: ast.AST, owner: ast.AST, field: str) -> Iterator[tuple[str, ast.AST]]:
    match node:
        case ast.Compare():
            yield from _comparisons(node)
        case ast.BoolOp():
            yield "boolean", ast.BoolOp(ast.Or() if isinstance(node.op, ast.And) else ast.And(), node.values)
            for left_out in range(len(node.values)):
                rest = [value for number, value in enumerate(node.values) if number != left_out]
                yield "operand", rest[0] if len(rest) == 1 else ast.BoolOp(node.op, rest)
        case ast.UnaryOp():
            yield "unary", node.operand
        case ast.BinOp() if type(node.op) in _ARITHMETIC:
            yield "arithmetic", ast.BinOp(node.left, _ARITHMETIC[type(node.op)](), node.right)
        case ast.Constant():
            yield from _constants(node.value)
        case ast.Call():
            yield from _calls(node)
        case ast.Return() if node.value is not None and not _is_none(node.value):
            yield "return", ast.Return(ast.Constant(None))
        case ast.Continue():
            yield "statement", ast.Break()
        case ast.Break():
            yield "statement", ast.Continue()
        case ast.AugAssign() | ast.Raise():
            yield "statement", ast.Pass()
        case ast.Expr() if not isinstance(node.value, ast.Yield | ast.YieldFrom):
            yield "statement", ast.Pass()
        case ast.Expr():
            yield "statement", ast.Expr(ast.Tuple([], ast.Load()))
    if _is_condition(node, owner, field):
        yield "condition", ast.UnaryOp(ast.Not(), node)  # type: ignore[arg-type]
        if isinstance(owner, ast.comprehension):
            yield "condition", ast.Constant(True)


def _is_condition(node: ast.AST, owner: ast.AST, field: str) -> bool:
    """A condition that no other kind of change turns round."""
    asked = (field == "test" and isinstance(owner, ast.If | ast.IfExp | ast.While)) or field in ("ifs", "guard")
    if isinstance(owner, ast.comprehension) and field == "ifs":
        return True
    return asked and not isinstance(node, ast.Compare | ast.BoolOp | ast.UnaryOp)


def _is_none(node: ast.AST) -> bool:
    return isinstance(node, ast.Constant) and node.value is None


def _comparisons(node: ast.Compare) -> Iterator[tuple[str, ast.AST]]:
    for position, operator in enumerate(node.ops):
        for other in _COMPARISONS[type(operator)]:
            operators = [other() if number == position else one for number, one in enumerate(node.ops)]
            yield "comparison", ast.Compare(node.left, operators, node.comparators)


def _constants(value: Any) -> Iterator[tuple[str, ast.AST]]:
    match value:
        case bool():
            yield "constant", ast.Constant(not value)
        case int():
            yield "number", ast.Constant(value + 1)
            if value > 0:
                yield "number", ast.Constant(value - 1)
        case str() if _WORD.fullmatch(value):
            yield "word", ast.Constant(f"{value}x")
        case bytes():
            yield "word", ast.Constant(value + b"x")


def _calls(node: ast.Call) -> Iterator[tuple[str, ast.AST]]:
    match node.func:
        case ast.Name(name) if name in _FUNCTIONS:
            yield "function", ast.Call(ast.Name(_FUNCTIONS[name], ast.Load()), node.args, node.keywords)
        case ast.Attribute(value, name) if name in _METHODS:
            yield "function", ast.Call(ast.Attribute(value, _METHODS[name], ast.Load()), node.args, node.keywords)
        case ast.Attribute(value, name) if name in _LEFT_OUT:
            yield "function", value
        case ast.Name("sorted" | "reversed"):
            yield "function", ast.Call(ast.Name("list", ast.Load()), node.args, [])
    for left_out, keyword in enumerate(node.keywords):
        if keyword.arg is not None and not _is_strict(keyword):
            rest = [one for number, one in enumerate(node.keywords) if number != left_out]
            yield "keyword", ast.Call(node.func, node.args, rest)

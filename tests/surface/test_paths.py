"""Whatever takes a path takes a text too."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import mcuaudit
from mcuaudit.policy.layers import resolve_policy
from mcuaudit.report.publish import check_output
from mcuaudit.system.locks import lock_beside, lock_within
from mcuaudit.system.own_output import is_audit, kept_audit
from mcuaudit.triage.history import kept_audits, newest, open_baseline, retain
from tests.clean_export import CleanExport

PACKAGE = Path(mcuaudit.__file__).parent


def annotations(tree: ast.AST, above: str = "") -> Iterator[tuple[str, ast.expr]]:
    """The annotation of every argument of every function that has no underscore before its name, nor its class."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
            yield from annotations(node, f"{node.name}.")
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            if node.name.startswith("_") and node.name != "__init__":
                continue
            given = node.args
            for argument in (*given.posonlyargs, *given.args, *given.kwonlyargs, given.vararg, given.kwarg):
                if argument is not None and argument.annotation is not None:
                    yield f"{above}{node.name}({argument.arg})", argument.annotation
        elif isinstance(node, ast.If | ast.Try):
            yield from annotations(node, above)


def names_path_alone(annotation: ast.expr) -> bool:
    """Whether Path stands anywhere in it without str beside it."""
    text = ast.unparse(annotation)
    if "typer." in text:
        # The command line gives every path as the one type that is declared.
        return False
    members = text.replace("[", "|").replace("]", "|").replace(",", "|").split("|")
    return "Path" in map(str.strip, members) and "str | Path" not in text and "Path | str" not in text


def test_no_function_names_path_alone() -> None:
    found = [
        f"{file.relative_to(PACKAGE)}: {where}: {ast.unparse(annotation)}"
        for file in sorted(PACKAGE.rglob("*.py"))
        for where, annotation in annotations(ast.parse(file.read_text(encoding="utf-8")))
        if names_path_alone(annotation)
    ]
    assert found == []


@pytest.mark.parametrize(
    ("annotation", "alone"),
    [("Path", True), ("Path | None", True), ("Iterable[Path]", True), ("str | Path", False), ("pathlib", False),
     ("list[str | Path] | None", False), ("Annotated[Path, typer.Argument()]", False)],
)  # fmt: skip
def test_what_names_path_alone_is_recognised(annotation: str, alone: bool) -> None:
    assert names_path_alone(ast.parse(annotation, mode="eval").body) is alone


def test_an_audit_is_kept_found_and_deleted_by_texts(tmp_path: Path) -> None:
    export, place = str(tmp_path / "export"), str(tmp_path / "kept")
    audit = CleanExport().audit(tmp_path / "export")
    kept = [str(audit.save(place, dated=True)) for _ in range(3)]
    assert [str(one.directory) for one in kept_audits(place)] == kept
    assert is_audit(kept[0])
    assert str(kept_audit(kept[0])) == kept[0]
    assert str(newest(place)) == kept[2]
    assert [str(path) for path in retain(place, 1, kept[0])] == [kept[1]]
    baseline = open_baseline("latest", place)
    assert baseline is not None
    assert baseline.audit_id == audit.audit_id
    assert resolve_policy(export).file is None
    check_output(str(tmp_path / "out"))
    assert (lock_beside(place).name, lock_within(place).name) == (".kept.lock", ".lock")

"""The house: every file has its stage, a stage imports only what stands before it, and nothing goes in a circle."""

from __future__ import annotations

import ast
import importlib
import inspect
from functools import cache
from pathlib import Path

import pytest

import mcuaudit

PACKAGE = Path(mcuaudit.__file__).parent
ORDER = (
    "errors", "system", "domain", "wording", "policy", "collect", "decode", "frames", "identity", "pkix", "devices",
    "predict", "rules", "triage", "pipeline", "summary", "report", "writers", "notebook", "command",
)  # fmt: skip
"""Packages and modules of mcuaudit in their order; what is not listed is not allowed."""
PUBLIC_SURFACE = {"__init__", "__main__"}
APART = {("pkix", "identity"), ("identity", "pkix"), ("report", "writers"), ("writers", "report")}
"""Stages that know nothing of each other, whatever their order."""
REGISTERED = {"mcuaudit.rules", "mcuaudit.rules.views", "mcuaudit.command.app"}
"""Packages that import all of their own modules by name, so that these register themselves."""


def module_of(file: Path) -> str:
    parts = file.relative_to(PACKAGE.parent).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


@cache
def modules() -> dict[str, Path]:
    return {module_of(file): file for file in sorted(PACKAGE.rglob("*.py"))}


@cache
def imports_of(module: str) -> frozenset[str]:
    """The modules of mcuaudit that a module imports, wherever in it the import stands, also for types alone."""
    found = set()
    for node in ast.walk(ast.parse(modules()[module].read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{module} has a relative import"
            # From a package its modules, where there are such; else what the package itself defines.
            found |= {
                whole if (whole := f"{node.module}.{alias.name}") in modules() else str(node.module)
                for alias in node.names
            }
        elif isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
    return frozenset(name for name in found if name in modules())


def stage_of(module: str) -> str:
    return module.split(".")[1] if "." in module else "__init__"


def test_every_package_and_file_has_its_place() -> None:
    present = {
        path.stem if path.is_file() else path.name for path in PACKAGE.iterdir() if not path.name.startswith("_")
    }
    ignored = {"py", "notebooks", "sample-fleet"}
    assert present - ignored == set(ORDER)
    for directory in {file.parent for file in PACKAGE.rglob("*.py")}:
        assert (directory / "__init__.py").is_file(), directory


@pytest.mark.parametrize("stage", ORDER)
def test_a_stage_imports_only_stages_before_it(stage: str) -> None:
    allowed = set(ORDER[: ORDER.index(stage) + 1])
    mine = [module for module in modules() if stage_of(module) == stage]
    assert mine
    wrong = {
        f"{module} imports {other}"
        for module in mine
        for other in imports_of(module)
        if stage_of(other) not in allowed or (stage, stage_of(other)) in APART
    }
    assert wrong == set()


def test_nothing_imports_the_public_surface() -> None:
    assert {module for module in modules() if "mcuaudit" in imports_of(module)} == set()


def test_no_module_leads_back_to_itself() -> None:
    reached: dict[str, frozenset[str]] = {}
    order: list[str] = []

    def visit(module: str, above: tuple[str, ...]) -> None:
        assert module not in above, " → ".join((*above[above.index(module) :], module))
        if module in reached:
            return
        for other in sorted(imports_of(module)):
            visit(other, (*above, module))
        reached[module] = imports_of(module)
        order.append(module)

    for module in modules():
        visit(module, ())
    assert len(order) == len(modules())


def test_what_a_later_stage_attaches_is_attached_by_the_public_surface_and_declared() -> None:
    attached = {
        (node.args[0].id, node.args[1].value): module
        for module, file in modules().items()
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "method_of"
        and isinstance(node.args[0], ast.Name) and isinstance(node.args[1], ast.Constant)
    }  # fmt: skip
    assert attached
    declared = ast.parse((PACKAGE / "__init__.pyi").read_text(encoding="utf-8"))
    classes = {node.name: {one.name for one in node.body if isinstance(one, ast.FunctionDef)}
               for node in declared.body if isinstance(node, ast.ClassDef)}  # fmt: skip
    for (owner, name), module in attached.items():
        assert callable(getattr(getattr(mcuaudit, owner), name))
        assert name in classes[owner], f"{module} attaches {owner}.{name}, which __init__.pyi does not declare"


def test_prediction_is_functions_and_small_ones() -> None:
    for module, file in modules().items():
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))) if stage_of(module) == "predict" else ():
            if isinstance(node, ast.ClassDef):
                assert sum(isinstance(one, ast.FunctionDef) for one in node.body) <= 10, f"{module}.{node.name}"
            if isinstance(node, ast.FunctionDef):
                assert (node.end_lineno or 0) - node.lineno < 60, f"{module}.{node.name}"


def test_every_public_name_is_there_and_none_is_a_module() -> None:
    for name in mcuaudit.__all__:
        found = getattr(mcuaudit, name)
        # A value and the names of types that are made of others have their text in their module.
        assert found.__doc__ or not (inspect.isclass(found) or inspect.isfunction(found)), name
    assert not set(mcuaudit.__all__) & set(ORDER)


def test_an_unknown_public_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="no_such_thing"):
        importlib.import_module("mcuaudit").no_such_thing  # noqa: B018

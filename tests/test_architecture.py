"""The house: every file has its stage, a stage imports only what stands before it, and nothing goes in a circle."""

from __future__ import annotations

import ast
import importlib
import inspect
import os
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest

import mcuaudit

PACKAGE = Path(mcuaudit.__file__).parent
ORDER = (
    "errors", "system", "samples", "domain", "wording", "policy", "collect", "decode", "frames", "identity", "pkix",
    "devices", "predict", "rules", "triage", "pipeline", "gather", "variants", "redaction", "summary", "report",
    "writers", "notebook", "command",
)  # fmt: skip
"""Packages and modules of mcuaudit in their order; what is not listed is not allowed."""
PUBLIC_SURFACE = {"__init__", "__main__"}
APART = {("pkix", "identity"), ("identity", "pkix"), ("report", "writers"), ("writers", "report")}
"""Stages that know nothing of each other, whatever their order."""
REGISTERING = {"mcuaudit.rules", "mcuaudit.rules.views", "mcuaudit.writers.formats"}
"""Packages that import their own modules by name, with `modules_of`, which is the one way to register."""
BY_NAME = {"mcuaudit", "mcuaudit.command.table", "mcuaudit.system.modules"}
"""Who else imports by name: the public surface when a name is first used, commands when called, and `modules_of`."""


def module_of(file: Path) -> str:
    parts = file.relative_to(PACKAGE.parent).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


@cache
def modules() -> dict[str, Path]:
    return {module_of(file): file for file in sorted(PACKAGE.rglob("*.py"))}


@cache
def nodes_of(module: str) -> tuple[ast.AST, ...]:
    """Everything that a module is written of."""
    return tuple(ast.walk(ast.parse(modules()[module].read_text(encoding="utf-8"))))


@cache
def imports_of(module: str) -> frozenset[str]:
    """The modules of mcuaudit that a module imports, wherever in it the import stands, also for types alone."""
    found = set()
    for node in nodes_of(module):
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


def packages_of(module: str) -> set[str]:
    parts = module.split(".")
    return {".".join(parts[:length]) for length in range(1, len(parts))}


@cache
def run_by(module: str) -> frozenset[str]:
    """All modules of mcuaudit that run when this one is used: those that it imports, what it registers, and packages.

    The packages of an imported module run before it, except those that the importing module is in, which run already.
    Nothing that a package registers may need what comes after that in the package.
    """
    found = set(imports_of(module))
    if module in REGISTERING:
        found |= {name for name in modules() if name.startswith(f"{module}.")}
    around = set().union(*map(packages_of, found)) - packages_of(module) - {module, "mcuaudit"}
    return frozenset((found | around) & modules().keys())


def calls(module: str, name: str) -> list[ast.Call]:
    return [
        node
        for node in nodes_of(module)
        if isinstance(node, ast.Call) and _called(node.func).rpartition(".")[2] in (name, f"_{name}")
    ]


def _called(function: ast.expr) -> str:
    """What is called, by its last name; a call of what is no name has the words of the code."""
    if isinstance(function, ast.Attribute):
        return function.attr
    return function.id if isinstance(function, ast.Name) else ast.unparse(function)


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
        for other in sorted(run_by(module)):
            visit(other, (*above, module))
        reached[module] = run_by(module)
        order.append(module)

    for module in modules():
        visit(module, ())
    assert len(order) == len(modules())


def test_what_runs_by_name_and_as_a_package_counts() -> None:
    assert "mcuaudit.rules.settings.plain_http" in run_by("mcuaudit.rules")
    assert "mcuaudit.rules.views.stores" in run_by("mcuaudit.rules.views")
    assert "mcuaudit.writers.formats.sarif_log" in run_by("mcuaudit.writers.formats")
    assert "mcuaudit.rules" in run_by("mcuaudit.triage.findings"), "it imports mcuaudit.rules.rule"
    assert "mcuaudit.rules" not in run_by("mcuaudit.rules.engine")


def test_there_is_one_way_to_import_by_name() -> None:
    assert {module for module in modules() if calls(module, "import_module") or calls(module, "__import__")} == BY_NAME
    assert {module for module in modules() if calls(module, "modules_of")} == REGISTERING
    for module in REGISTERING:
        assert modules()[module].name == "__init__.py"
        for call in calls(module, "modules_of"):
            assert ast.unparse(call.args[0]).removeprefix("f").strip("\"'{}").startswith("__name__"), module


def test_importing_mcuaudit_runs_nothing_of_other_packages(tmp_path: Path) -> None:
    information = tmp_path / "loud-1.0.dist-info"
    information.mkdir()
    (information / "METADATA").write_text("Metadata-Version: 2.1\nName: loud\nVersion: 1.0\n")
    (information / "entry_points.txt").write_text("[mcuaudit.rules]\na = loud\n[mcuaudit.formats]\na = loud\n")
    (tmp_path / "loud.py").write_text("print('loud')\n")
    names = sorted(set(modules()) - {"mcuaudit.__main__"})
    program = f"import importlib\nfor name in {names}: importlib.import_module(name)\n"
    program += "import sys; print('loud' in sys.modules); import mcuaudit; print(len(mcuaudit.list_rules()) > 70)"
    environment = {**os.environ, "PYTHONPATH": f"{PACKAGE.parent}{os.pathsep}{tmp_path}"}
    done = subprocess.run([sys.executable, "-P", "-c", program], env=environment, capture_output=True, text=True)
    assert (done.returncode, done.stdout.split()) == (0, ["False", "loud", "True"]), done.stderr


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

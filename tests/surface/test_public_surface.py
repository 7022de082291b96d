"""The public surface: what it names, that its declaration agrees, and that a typed program of a user passes."""

from __future__ import annotations

import ast
import inspect
import os
import subprocess
import sys
import textwrap
import tomllib
from dataclasses import is_dataclass
from pathlib import Path
from typing import get_args, get_type_hints

import mcuaudit
from tests.clean_export import CleanExport
from tests.rules.breakages import FAILS

PACKAGE = Path(mcuaudit.__file__).parent
STUB = ast.parse((PACKAGE / "__init__.pyi").read_text(encoding="utf-8"))


def run(program: str, *, cwd: Path | None = None) -> str:
    environment = {**os.environ, "PYTHONPATH": str(PACKAGE.parent)}
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(program)], capture_output=True, text=True, env=environment, cwd=cwd
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def declared() -> set[str]:
    """The public names of __init__.pyi: those that it imports as themselves, defines or annotates."""
    names = set()
    for node in STUB.body:
        if isinstance(node, ast.ImportFrom):
            names |= {alias.asname for alias in node.names if alias.asname == alias.name}
        elif isinstance(node, ast.FunctionDef | ast.ClassDef):
            names.add(node.name)
    return {name for name in names if name}


def test_declaration_and_module_name_the_same() -> None:
    assert declared() == set(mcuaudit.__all__)


def test_each_name_is_declared_from_where_it_comes() -> None:
    for node in STUB.body:
        if isinstance(node, ast.ImportFrom) and str(node.module).startswith("mcuaudit."):
            for alias in node.names:
                if alias.asname == alias.name:
                    home = __import__(str(node.module), fromlist=[alias.name])
                    assert getattr(mcuaudit, alias.name) is getattr(home, alias.name), alias.name


def parameters(declared: ast.FunctionDef) -> list[tuple[str, str, str]]:
    """Name, kind and default of each parameter, as the declaration has them."""
    given = declared.args
    plain = [*given.posonlyargs, *given.args]
    defaults = [None] * (len(plain) - len(given.defaults)) + list(given.defaults)
    pairs = [
        *((argument, default, "POSITIONAL_OR_KEYWORD") for argument, default in zip(plain, defaults, strict=True)),
        *(
            (argument, default, "KEYWORD_ONLY")
            for argument, default in zip(given.kwonlyargs, given.kw_defaults, strict=True)
        ),
    ]
    return [(argument.arg, kind, ast.unparse(default) if default else "") for argument, default, kind in pairs]


def real_parameters(function: object) -> list[tuple[str, str, str]]:
    assert callable(function)
    return [
        (one.name, one.kind.name, "" if one.default is one.empty else repr(one.default))
        for one in inspect.signature(function).parameters.values()
    ]


def test_what_is_declared_anew_has_the_parameters_of_the_function() -> None:
    functions = [node for node in STUB.body if isinstance(node, ast.FunctionDef)]
    assert functions
    for node in functions:
        assert parameters(node) == real_parameters(getattr(mcuaudit, node.name)), node.name
    for owner in (node for node in STUB.body if isinstance(node, ast.ClassDef)):
        for method in (node for node in owner.body if isinstance(node, ast.FunctionDef)):
            real = real_parameters(getattr(getattr(mcuaudit, owner.name), method.name))
            declared = parameters(method)
            if any(ast.unparse(one) == "overload" for one in method.decorator_list):
                # Each form of a call has its own defaults.
                declared, real = ([(name, kind, "") for name, kind, _ in every] for every in (declared, real))
            assert declared[1:] == real[1:], f"{owner.name}.{method.name}"


def test_dir_holds_what_is_meant_also_when_stages_were_imported() -> None:
    program = """
        import mcuaudit
        mcuaudit.audit, mcuaudit.render_reports
        import mcuaudit.command.app
        print(*(name for name in dir(mcuaudit) if not name.startswith("__")))
    """
    assert run(program).split() == mcuaudit.__all__
    assert {"__version__", "__doc__", "__all__"} <= set(dir(mcuaudit))


def test_importing_it_loads_nothing_that_is_slow() -> None:
    program = """
        import sys, mcuaudit
        mcuaudit.UsageError, mcuaudit.Outcome, mcuaudit.sample_directory, dir(mcuaudit)
        print(*sorted({"pandas", "pydantic", "matplotlib", "cryptography", "nbconvert"} & set(sys.modules)))
    """
    assert run(program) == ""


def test_the_kernel_of_a_page_loads_no_rule() -> None:
    """It loads a saved audit; a stage that attaches a method must not bring the stages that made the audit."""
    code = """
        import sys
        import mcuaudit
        mcuaudit.load, mcuaudit.site_report
        print(*sorted({"mcuaudit.pipeline", "mcuaudit.rules", "mcuaudit.predict.prediction"} & set(sys.modules)))
    """
    assert run(code) == ""


def test_the_version_is_that_of_the_package() -> None:
    project = tomllib.loads((PACKAGE.parent / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert mcuaudit.__version__ == project["version"]


def test_it_declares_itself_typed() -> None:
    assert (PACKAGE / "py.typed").read_text(encoding="utf-8") == ""


def test_every_exported_function_and_type_says_what_it_is() -> None:
    for name in mcuaudit.__all__:
        found = getattr(mcuaudit, name)
        if inspect.isfunction(found) or inspect.isclass(found):
            text = inspect.getdoc(found) or ""
            assert len(text) > 20, name
            assert not text.startswith(f"{name}("), f"{name} has only the text that dataclass makes"


def types_in(annotation: object) -> set[type]:
    """The classes that an annotation names."""
    parts = annotation if isinstance(annotation, list) else get_args(annotation)
    inner = set().union(*map(types_in, parts))
    return inner | {annotation} if isinstance(annotation, type) else inner


def test_every_type_that_is_given_or_taken_is_exported() -> None:
    exported = {name: getattr(mcuaudit, name) for name in mcuaudit.__all__}
    missing: dict[str, str] = {}
    seen: set[type] = set()
    for name, found in exported.items():
        if not (inspect.isfunction(found) or is_dataclass(found)):
            continue
        # Names that modules import for type checkers alone.
        names = {"Audit": mcuaudit.Audit, "Comparison": mcuaudit.Comparison, "Target": mcuaudit.Target}
        hints = get_type_hints(found, globalns=vars(sys.modules[found.__module__]) | names)
        for where, annotation in hints.items():
            seen |= types_in(annotation)
            for one in types_in(annotation):
                if one.__module__.startswith("mcuaudit") and one not in exported.values() and not where.startswith("_"):
                    missing[f"{name}.{where}"] = one.__qualname__
    assert {mcuaudit.Place, mcuaudit.Remedy, mcuaudit.Cause, mcuaudit.PresentedIdentifiers, mcuaudit.Request} <= seen
    assert missing == {}


def test_ids_of_causes_and_remedies_in_frames_are_read_back(tmp_path: Path) -> None:
    export = CleanExport()
    FAILS["MCU502"](export)
    connections = export.audit(tmp_path / "export").connections
    refused = connections[connections["outcome"] == "fail"]
    assert len(refused)
    for row in refused.to_dict("records"):
        assert mcuaudit.parse_cause(row["cause_id"]).cause_id == row["cause_id"]
        if isinstance(row["remedy_id"], str):
            remedy = mcuaudit.parse_remedy(row["remedy_id"])
            assert remedy.remedy_id == row["remedy_id"]
            assert mcuaudit.remedy_sentence(remedy) in row["remedy"]
    assert refused["remedy_id"].notna().any()

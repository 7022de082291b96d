"""The house: stages import only what comes before them, and no public function has the name of a module."""

from __future__ import annotations

import ast
import importlib
from pathlib import Path

import pytest

import mcuaudit

PACKAGE = Path(mcuaudit.__file__).parent
GROUND_FLOOR = {"errors", "files", "locks", "model", "policy", "policy_layers", "vocabulary", "resources", "system"}
ORDER = ["collect", "decode", "frames", "identity", "pkix", "predict", "rules", "triage", "report", "writers"]


def imported(file: Path) -> set[str]:
    """First parts of the modules of mcuaudit that a file imports."""
    found = set()
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        names = [node.module or ""] if isinstance(node, ast.ImportFrom) else []
        names += [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
        found |= {name.split(".")[1] for name in names if name.startswith("mcuaudit.")}
    return found


@pytest.mark.parametrize("stage", ORDER)
def test_a_stage_imports_only_stages_before_it(stage: str) -> None:
    # Reports are made of what the frames hold, with pictures; identity and pkix do not know of each other.
    allowed = GROUND_FLOOR | set(ORDER[: ORDER.index(stage) + 1])
    if stage == "pkix":
        allowed -= {"identity"}
    if stage == "report":
        allowed |= {"figures", "pipeline"}
    files = sorted((PACKAGE / stage).rglob("*.py"))
    assert files
    wrong = {f"{file.relative_to(PACKAGE)} imports {name}" for file in files for name in imported(file) - allowed}
    assert wrong == set()


@pytest.mark.parametrize("module", sorted(GROUND_FLOOR))
def test_the_ground_floor_imports_only_itself(module: str) -> None:
    assert imported(PACKAGE / f"{module}.py") <= GROUND_FLOOR


def test_every_public_name_is_there_and_none_is_a_module() -> None:
    modules = {path.stem for path in PACKAGE.glob("*.py")} | {path.name for path in PACKAGE.iterdir() if path.is_dir()}
    for name in mcuaudit.__all__:
        assert getattr(mcuaudit, name).__doc__ or name == "OUTCOME", name
    assert not set(mcuaudit.__all__) & modules


def test_an_unknown_public_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="no_such_thing"):
        importlib.import_module("mcuaudit").no_such_thing  # noqa: B018

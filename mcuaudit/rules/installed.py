"""Rules of other packages: each names itself by an entry point of the group `mcuaudit.rules`."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from importlib.metadata import EntryPoint, distributions
from pathlib import Path
from typing import Any, Final

from mcuaudit.rules.rule import registering

GROUP: Final = "mcuaudit.rules"
_PROBLEMS: list[dict[str, Any]] = []


def load_installed_rules() -> None:
    """Register the rules of every installed package that has some.

    An entry point names a module, which is imported, or a function, which is called without arguments; either
    registers its rules with `@rule`. If that fails, none of its rules is registered, and every audit has a problem that
    names the package, because its rules are not judged. Other packages are not affected.
    """
    _PROBLEMS.clear()
    for package, entry in sorted(_entries(), key=lambda pair: (pair[0], pair[1].name)):
        try:
            with registering(package):
                found = entry.load()
                if callable(found):
                    found()
        except (Exception, SystemExit) as error:  # noqa: BLE001 - the package is foreign, so anything can go wrong in it
            reason = (
                f"the rules of the package {package} cannot be loaded (entry point {entry.name} = {entry.value}): "
                f"{type(error).__name__}: {error}; update or uninstall the package"
            )
            _PROBLEMS.append({"kind": "internal", "file": package, "where": f"{GROUP} {entry.name}", "reason": reason})


def loading_problems() -> list[dict[str, Any]]:
    """A row of the frame `problems` for every entry point whose rules could not be loaded."""
    return list(_PROBLEMS)


def _entries() -> Iterator[tuple[str, EntryPoint]]:
    """Every entry point of the group, with name and version of its package; the first of two packages of one name.

    The working directory is left out even where it is on the import path: it may be an export.
    """
    seen: set[str] = set()
    for distribution in distributions(path=_import_path()):
        entries = [entry for entry in distribution.entry_points if entry.group == GROUP]
        name = distribution.metadata["Name"] if entries else ""
        if name and name not in seen:
            seen.add(name)
            yield from ((f"{name} {distribution.version}", entry) for entry in entries)


def _import_path() -> list[str]:
    try:
        here = Path.cwd()
    except OSError:
        return [place for place in sys.path if place]
    return [place for place in sys.path if place and Path(place).resolve() != here]

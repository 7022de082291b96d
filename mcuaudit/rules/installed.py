"""All rules: those of mcuaudit, and those of other packages, which entry points of the group `mcuaudit.rules` name.

The packages are loaded when the rules are first used, not when mcuaudit is imported: a package that is imported by
itself imports mcuaudit, and is not complete before that ends.
"""

from __future__ import annotations

from dataclasses import replace
from threading import RLock
from typing import Any, Final

from mcuaudit.rules.rule import Rule, forget_rules_of, registering, rules_so_far
from mcuaudit.system.installed import installed_entries

GROUP: Final = "mcuaudit.rules"
_PROBLEMS: list[dict[str, Any]] = []
_PACKAGES: dict[str, str] = {}
"""The package that provides it, by the module of an entry point."""
_LOADING: Final = RLock()
_LOADED: list[bool] = []


def registered_rules() -> dict[str, Rule]:
    """Every rule by its code, in the order of the codes."""
    _load_once()
    return {code: _with_package(rule) for code, rule in rules_so_far().items()}


def own_rules() -> dict[str, Rule]:
    """The rules of mcuaudit itself, by code, without those of installed packages."""
    return {code: rule for code, rule in registered_rules().items() if not rule.package}


def loading_problems() -> list[dict[str, Any]]:
    """A row of the frame `problems` for every entry point whose rules could not be loaded."""
    _load_once()
    return list(_PROBLEMS)


def load_installed_rules() -> None:
    """Register the rules of every installed package that has some.

    An entry point names a module, which is imported, or a function, which is called without arguments; either
    registers its rules with `@rule`. If that fails, none of its rules is registered, and every audit has a problem that
    names the package, because its rules are not evaluated. Other packages are not affected.
    """
    with _LOADING:
        _LOADED[:] = [True]
        _PROBLEMS.clear()
        _PACKAGES.clear()
        for package, entry in installed_entries(GROUP):
            _PACKAGES.setdefault(entry.module, package)
            # What the module registered before an earlier import of it failed.
            forget_rules_of(entry.module)
            try:
                with registering(package):
                    found = entry.load()
                    if callable(found):
                        found()
            except (Exception, SystemExit) as error:  # noqa: BLE001 - the package is foreign: anything can go wrong in it
                reason = (
                    f"the rules of the package {package} cannot be loaded (entry point {entry.name} = {entry.value}): "
                    f"{type(error).__name__}: {error}; update or uninstall the package"
                )
                where = f"{GROUP} {entry.name}"
                _PROBLEMS.append({"kind": "internal", "file": package, "where": where, "reason": reason})


def _load_once() -> None:
    with _LOADING:
        if not _LOADED:
            load_installed_rules()


def _with_package(rule: Rule) -> Rule:
    """The rule with its package, also if its module was imported before the packages were loaded."""
    home = rule.mask.__module__.split(".")
    if rule.package or home[0] == "mcuaudit" or not _PACKAGES:
        return rule
    # Of several packages with modules below one name, the one whose module is nearest.
    shared, package = max((_shared(home, module.split(".")), package) for module, package in _PACKAGES.items())
    return replace(rule, package=package) if shared else rule


def _shared(one: list[str], other: list[str]) -> int:
    """The number of names with which both begin."""
    return next((n for n, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))

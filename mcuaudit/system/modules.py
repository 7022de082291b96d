"""The one way to register: a package imports its own modules by name, and each of these declares one thing.

Only the `__init__.py` of a package calls `modules_of`, with its own name or that of a package below it, so that the
architecture test knows what it imports.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable
from types import ModuleType


def modules_of(package: str, failed: Callable[[str, Exception], Exception] | None = None) -> list[ModuleType]:
    """Import every module of a package, without those of packages below it, in the order of their names.

    Args:
        package: its name.
        failed: gives the error to raise of a module that cannot be imported, from its name and the error that it
            raised; without it, that error is raised.
    """
    path = importlib.import_module(package).__path__
    names = sorted(f"{package}.{module.name}" for module in pkgutil.iter_modules(path) if not module.ispkg)
    modules = []
    for name in names:
        try:
            modules.append(importlib.import_module(name))
        except Exception as error:
            if failed is None:
                raise
            raise failed(name, error) from error
    return modules

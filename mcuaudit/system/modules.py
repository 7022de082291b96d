"""The one way to register: a package imports its own modules by name, and each of these declares one thing.

Only the `__init__.py` of a package calls `modules_of`, with its own name or that of a package below it, so that the
architecture test knows what it imports.
"""

from __future__ import annotations

import importlib
import pkgutil
from types import ModuleType


def modules_of(package: str) -> list[ModuleType]:
    """Import every module of a package, without those of packages below it, in the order of their names."""
    path = importlib.import_module(package).__path__
    names = sorted(module.name for module in pkgutil.iter_modules(path) if not module.ispkg)
    return [importlib.import_module(f"{package}.{name}") for name in names]

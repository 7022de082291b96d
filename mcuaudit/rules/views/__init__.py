"""The views that rules judge: frames joined once, one row per subject, with where each column's evidence comes from."""

from __future__ import annotations

import importlib
import pkgutil

from mcuaudit.rules.views.base import VIEW_SCHEMAS, Views
from mcuaudit.rules.views.damage import damaged_columns
from mcuaudit.rules.views.evidence import evidence_for

for _module in pkgutil.iter_modules(__path__):
    importlib.import_module(f"{__name__}.{_module.name}")

__all__ = ["VIEW_SCHEMAS", "Views", "damaged_columns", "evidence_for"]

"""Rules: one file each, by group; importing this package registers them all."""

from __future__ import annotations

import importlib
import pkgutil

from mcuaudit.rules.enabled import check_rule_codes, enabled_rules
from mcuaudit.rules.engine import evaluate
from mcuaudit.rules.rule import Context, Rule, registered_rules
from mcuaudit.rules.views import Views

for _group in ("certificate", "identity", "trust_store", "settings", "connection", "evidence"):
    _package = importlib.import_module(f"{__name__}.{_group}")
    for _module in pkgutil.iter_modules(_package.__path__):
        importlib.import_module(f"{_package.__name__}.{_module.name}")

__all__ = [
    "Context",
    "Rule",
    "Views",
    "check_rule_codes",
    "enabled_rules",
    "evaluate",
    "registered_rules",
]  # fmt: skip

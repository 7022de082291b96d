"""Rules: one file each, by group; importing this package registers them all."""

from __future__ import annotations

import importlib
import pkgutil

from mcuaudit.rules.engine import evaluate
from mcuaudit.rules.in_force import check_rule_codes, rules_in_force
from mcuaudit.rules.rule import Context, Rule, registered_rules
from mcuaudit.rules.views import Concluded, Views

for _group in ("certificate", "identity", "trust_store", "settings", "connection", "evidence"):
    _package = importlib.import_module(f"{__name__}.{_group}")
    for _module in pkgutil.iter_modules(_package.__path__):
        importlib.import_module(f"{_package.__name__}.{_module.name}")

__all__ = [
    "Concluded", "Context", "Rule", "Views", "check_rule_codes", "evaluate", "registered_rules", "rules_in_force",
]  # fmt: skip

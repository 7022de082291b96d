"""Rules: one file each, by group; importing this package registers them all, and those of installed packages."""

from __future__ import annotations

import importlib
import pkgutil

from mcuaudit.rules.enabled import check_rule_codes, enabled_rules
from mcuaudit.rules.engine import evaluate
from mcuaudit.rules.installed import load_installed_rules, loading_problems
from mcuaudit.rules.rule import Context, Rule, own_rules, registered_rules
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
    "loading_problems",
    "own_rules",
    "registered_rules",
]  # fmt: skip

load_installed_rules()

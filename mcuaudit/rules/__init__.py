"""Rules: one file each, by group; importing this package registers them. Installed packages add theirs on first use."""

from __future__ import annotations

from mcuaudit.rules.enabled import check_rule_codes, enabled_rules
from mcuaudit.rules.engine import evaluate
from mcuaudit.rules.installed import loading_problems, own_rules, registered_rules
from mcuaudit.rules.rule import GROUPS, Context, Rule, not_imported
from mcuaudit.rules.views import Views
from mcuaudit.system.modules import modules_of

for _group in GROUPS.values():
    modules_of(f"{__name__}.{_group}", not_imported)

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

"""The rules as SARIF describes them, and the changes of the policy."""

from __future__ import annotations

import inspect
from collections.abc import Mapping
from typing import Any

from mcuaudit.rules import Rule, registered_rules

Json = dict[str, Any]


def rule_descriptors(named: Mapping[str, str], *, examples: bool = True) -> list[Json]:
    """Every rule, by code; and those of `named` (code → name) that this version no longer has.

    Without `examples`, which have names that an export may have too.
    """
    rules = registered_rules()
    lost = {code: name for code, name in named.items() if code not in rules}
    described = {code: _descriptor(rule, examples=examples) for code, rule in rules.items()}
    described |= {code: {"id": code, "name": name} for code, name in lost.items()}
    return [described[code] for code in sorted(described)]


def _descriptor(rule: Rule, *, examples: bool) -> Json:
    documentation = inspect.cleandoc(rule.documentation)
    if not examples:
        documentation = "\n\n".join(part for part in documentation.split("\n\n") if not part.startswith("Example: "))
    return {
        "id": rule.code,
        "name": rule.name,
        "shortDescription": {"text": f"{rule.title}."},
        "fullDescription": {"text": _paragraph(documentation, "What it checks: ") or f"{rule.title}."},
        "help": {"text": documentation},
        "defaultConfiguration": {"level": rule.severity},
        "properties": {"source": rule.source, "section": rule.section, "grade": rule.grade},
    }


def _paragraph(documentation: str, beginning: str) -> str:
    found = (part for part in documentation.split("\n\n") if part.startswith(beginning))
    return " ".join(next(found, "").removeprefix(beginning).split())


def overrides(severities: Mapping[str, str], indices: Mapping[str, int]) -> list[Json]:
    """The changes of the policy: rules that are off or have another severity.

    Args:
        severities: of the rules that were evaluated, by code; empty if the audit does not record them.
        indices: place of each rule in the log, by code.
    """
    changed = []
    for code, rule in registered_rules().items() if severities else ():
        severity = severities.get(code)
        if severity != rule.severity:
            configuration = {"enabled": False} if severity is None else {"level": severity}
            changed.append({"descriptor": {"id": code, "index": indices[code]}, "configuration": configuration})
    return changed

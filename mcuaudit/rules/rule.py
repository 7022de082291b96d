"""The register of all rules: `@rule` checks a rule and adds it."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Final

from mcuaudit.errors import McuAuditError
from mcuaudit.rules.causes import CauseTemplate
from mcuaudit.rules.declaration import declaration_errors
from mcuaudit.rules.definition import Context, Mask, Rule

__all__ = [
    "ADMINISTRATORS_GUIDE", "HTTPS_ARTICLE", "MAINTENANCE_MANUAL", "RELEASE_NOTES", "Context", "Mask", "Rule",
    "RuleError", "registered_rules", "rule",
]  # fmt: skip

RELEASE_NOTES: Final = "Release Notes 4.4(3.57), appendix"
ADMINISTRATORS_GUIDE: Final = "Administrator's Guide 4.4"
MAINTENANCE_MANUAL: Final = "Maintenance Manual 4.5"
HTTPS_ARTICLE: Final = "Cisco article on certifying HTTPS connections"


_REGISTER: dict[str, Rule] = {}


class RuleError(McuAuditError):
    """A rule is declared wrongly."""


def rule(
    *,
    code: str,
    view: str,
    severity: str,
    source: str,
    section: str,
    grade: str,
    message: str,
    fix: str,
    cause: CauseTemplate,
    adds: tuple[str, ...] = (),
    when: Mapping[str, tuple[str, ...]] | None = None,
    needs: tuple[str, ...] = (),
    reference: str = "",
    remedy: str = "",
    slot: str = "",
    undetermined: Mask | None = None,
    undetermined_message: str = "",
    reading: str = "",
) -> Callable[[Mask], Mask]:
    """Register the decorated function as a rule; it gets the view and the context and says where the rule fails.

    Raises:
        RuleError: the code is taken or malformed, the function has no docstring, or the declaration does not fit the
            view: the error names the rule, the key, what was found, what is allowed, and the nearest word.
    """

    def register(function: Mask) -> Mask:
        name = getattr(function, "__name__", "")
        if not re.fullmatch(r"MCU[1-9]\d\d", code) or code in _REGISTER:
            raise RuleError(f"{name}: the code {code} is malformed or taken")
        if not function.__doc__:
            raise RuleError(f"{name}: a rule is documented in its docstring")
        declared = Rule(
            code=code,
            name=name,
            view=view,
            severity=severity,
            source=source,
            section=section,
            grade=grade,
            message=message,
            fix=fix,
            cause=cause,
            mask=function,
            adds=adds,
            documentation=function.__doc__.strip(),
            when=dict(when or {}),
            needs=needs,
            reference=reference,
            remedy=remedy,
            slot=slot,
            undetermined=undetermined,
            undetermined_message=undetermined_message,
            reading=reading,
        )
        wrong = [f"the rule {code} {name}: {error}" for error in declaration_errors(declared)]
        if wrong:
            raise RuleError("\n".join(wrong))
        _REGISTER[code] = declared
        return function

    return register


def registered_rules() -> dict[str, Rule]:
    """Every rule by its code, in the order of the codes."""
    return dict(sorted(_REGISTER.items()))

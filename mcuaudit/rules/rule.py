"""What a rule is, and the register of all rules."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final

import pandas as pd

from mcuaudit.errors import McuAuditError
from mcuaudit.policy.schema import Policy
from mcuaudit.rules.causes import CauseTemplate

RELEASE_NOTES: Final = "Release Notes 4.4(3.57), appendix"
ADMINISTRATORS_GUIDE: Final = "Administrator's Guide 4.4"
MAINTENANCE_MANUAL: Final = "Maintenance Manual 4.5"
HTTPS_ARTICLE: Final = "Cisco article on certifying HTTPS connections"


@dataclass(frozen=True)
class Context:
    """What a rule may use beside its view: the time of the audit and the policy."""

    at: pd.Timestamp
    policy: Policy


Mask = Callable[[pd.DataFrame, Context], "pd.Series[bool]"]


@dataclass(frozen=True)
class Rule:
    """One rule: metadata, a mask that says where it fails, and the texts.

    Attributes:
        code: MCU and three digits; the first is the group. Never used again for another rule.
        name: file name and function name.
        view: the view of `mcuaudit.rules.views` that it judges, one evaluation per row.
        severity: error, warning or note.
        grade: doc, inferred or open, as the statement in the documents is.
        when: column → values for which the rule applies; a missing value is undetermined.
        needs: columns without which nothing can be said.
        message, fix, reference: templates over the columns of the view. The message does not name the device.
        cause: the one thing to fix or to collect.
        remedy: template of the id of the remedy, where the view has it; "" where only `fix` says what to do.
        undetermined: mask of rows that are open by a reading, not by missing evidence.
        undetermined_message: message for these.
        reading: the reading that these rest on, where the view does not tell it row by row.
        slot: the slot that a finding stands in, "" for none.
    """

    code: str
    name: str
    view: str
    severity: str
    source: str
    section: str
    grade: str
    message: str
    fix: str
    cause: CauseTemplate
    mask: Mask
    documentation: str
    when: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    needs: tuple[str, ...] = ()
    reference: str = ""
    remedy: str = ""
    slot: str = ""
    undetermined: Mask | None = None
    undetermined_message: str = ""
    reading: str = ""

    @property
    def title(self) -> str:
        """First line of its documentation."""
        return self.documentation.partition("\n")[0].rstrip(".")


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
        RuleError: the code is taken or malformed, or the function has no docstring.
    """

    def register(function: Mask) -> Mask:
        name = getattr(function, "__name__", "")
        if not re.fullmatch(r"MCU[1-9]\d\d", code) or code in _REGISTER:
            raise RuleError(f"{name}: the code {code} is malformed or taken")
        if not function.__doc__:
            raise RuleError(f"{name}: a rule is documented in its docstring")
        _REGISTER[code] = Rule(
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
        return function

    return register


def registered_rules() -> dict[str, Rule]:
    """Every rule by its code, in the order of the codes."""
    return dict(sorted(_REGISTER.items()))

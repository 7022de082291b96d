"""What a rule is: metadata, masks that say where it fails, and texts; and what it may use beside its view."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import pandas as pd

from mcuaudit.policy.schema import Policy
from mcuaudit.rules.causes import CauseTemplate
from mcuaudit.rules.remedies import RemedyTemplate


@dataclass(frozen=True)
class Context:
    """What a rule may use beside its view: the time of the audit and the policy."""

    at: pd.Timestamp
    policy: Policy


Mask = Callable[[pd.DataFrame, Context], "pd.Series[bool]"]
Texts = Callable[[pd.DataFrame, Context], None]


@dataclass(frozen=True)
class Rule:
    """One rule: metadata, a mask that says where it fails, and the texts.

    Attributes:
        code: letters and three digits. MCU is for the rules of mcuaudit, whose first digit is the group. Never used
            again for another rule.
        name: file name and function name.
        view: the view that it evaluates, row by row; docs/views.md lists the views and their columns.
        package: name and version of the package that provides the rule; "" for mcuaudit itself.
        adds: columns that `texts` or the masks set, new ones or in place of those of the view. `needs` and `when` are
            looked at before the masks run, so they take columns of the view only.
        texts: sets the columns of `adds`, where only the texts need them. It gets the rows that fail or are open, which
            are few, and runs after the masks. Without it the masks set them, for every row.
        severity: error, warning or note.
        grade: doc, inferred or open, as the statement in the documentation is.
        when: column → values for which the rule applies; a missing value is undetermined.
        needs: columns without which nothing can be said.
        message, fix, reference: templates over the columns of the view. The message does not name the device.
        cause: the one thing to fix or to collect.
        remedy: the one change by which a row would pass, as data; None where the advice is a choice between several.
        undetermined: mask of rows that are open although no column of `needs` or `when` is missing: by a reading, or by
            evidence that `needs` cannot express. It runs after `mask` and sees the columns that `mask` has set. A row
            that both name fails.
        undetermined_message: message for these; without it, `message`.
        reading: the reading that these depend on, where it is the same for all. Otherwise the columns
            `missing_evidence` (the file or key) and `readings` say it row by row: columns of the view, or in `adds`.
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
    package: str = ""
    adds: tuple[str, ...] = ()
    texts: Texts | None = None
    when: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    needs: tuple[str, ...] = ()
    reference: str = ""
    remedy: RemedyTemplate | None = None
    slot: str = ""
    undetermined: Mask | None = None
    undetermined_message: str = ""
    reading: str = ""

    @property
    def title(self) -> str:
        """First line of its documentation."""
        return self.documentation.partition("\n")[0].rstrip(".")

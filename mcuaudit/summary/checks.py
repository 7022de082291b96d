"""What an audit checked: every rule with its outcomes, and the files that were read, used in part and not used."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import pandas as pd

from mcuaudit.domain.name_lists import split_names
from mcuaudit.domain.outcome import Outcome
from mcuaudit.frames.containers import Audit

_COUNTED: Final = {
    "pass": Outcome.PASS, "fail": Outcome.FAIL, "undetermined": Outcome.OPEN, "notApplicable": Outcome.NOT_APPLICABLE,
}  # fmt: skip
_CHECKS: Final = "What it checks: "


def rules_checked(audit: Audit) -> pd.DataFrame:
    """One row per rule that was checked.

    Columns: code, title, severity, grade and checks (a sentence); pass, fail, undetermined and notApplicable, which
    add up to the evaluations of the rule; waived, the number of findings that the policy waives. A rule of a package
    that is not installed here has no title, grade and sentence.
    """
    # The rules are not loaded for pages without this part.
    from mcuaudit.rules.installed import registered_rules

    counted = pd.crosstab(audit.evaluations["code"], audit.evaluations["outcome"].astype(str))
    waived = audit.findings.loc[audit.findings["status"].eq("waived"), "code"].value_counts()
    known, rows = registered_rules(), []
    for code in sorted(audit.rules):
        rule = known.get(code)
        numbers = {
            name: int(counted[outcome.value].get(code, 0)) if outcome.value in counted else 0
            for name, outcome in _COUNTED.items()
        }
        rows.append(
            {
                "code": code,
                "title": rule.title if rule else "",
                "severity": audit.rules[code],
                "grade": rule.grade if rule else "",
                "checks": _checks(rule.documentation) if rule else "",
                **numbers,
                "waived": int(waived.get(code, 0)),
            }
        )
    columns = ["code", "title", "severity", "grade", "checks", *_COUNTED, "waived"]
    return pd.DataFrame(rows, columns=columns)


def _checks(documentation: str) -> str:
    """What a rule checks, from its documentation."""
    paragraphs = (" ".join(part.split()) for part in documentation.split("\n\n"))
    return next((part.removeprefix(_CHECKS) for part in paragraphs if part.startswith(_CHECKS)), "")


@dataclass(frozen=True, slots=True)
class FilesCounted:
    """The files of an export that say something about a device, each counted once."""

    whole: int
    """Read without a problem."""
    in_part: int
    """Read, with a problem in a part of the file."""
    unused: int
    """Not used: not recognised, not readable, or left out by the policy."""

    @property
    def total(self) -> int:
        """All of them."""
        return self.whole + self.in_part + self.unused


def files_counted(audit: Audit) -> FilesCounted:
    """The files that the frames of the audit name, by their use."""
    fleet = audit.fleet
    used = set(_used_files(audit))
    damaged = fleet.evidence.loc[fleet.evidence["state"].eq("damaged"), "file"]
    named = {str(file) for file in pd.concat([fleet.problems["file"], damaged]).dropna()}
    return FilesCounted(len(used - named), len(used & named), len(named - used))


def _used_files(audit: Audit) -> Iterator[str]:
    """Every file from which a frame has a value, possibly more than once."""
    fleet = audit.fleet
    evidence = fleet.evidence[~fleet.evidence["state"].isin(["missing", "damaged"])]
    columns = [
        evidence["file"], fleet.placements["file"], fleet.settings["file"], fleet.settings["other_file"],
        *(fleet.peers[name] for name in fleet.peers.columns if name == "file" or name.endswith("_file")),
    ]  # fmt: skip
    for column in columns:
        yield from (str(file) for file in column.dropna().unique())
    for files in fleet.revocation_lists["files"].dropna():
        yield from split_names(str(files))

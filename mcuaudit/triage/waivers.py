"""Waivers: findings that an owner accepts until a day. They stay, marked; a waiver without effect is reported."""

from __future__ import annotations

import fnmatch
import re
from collections.abc import Callable, Sequence
from datetime import date, datetime
from typing import Any

import pandas as pd

from mcuaudit.domain.name_forms import in_nfc
from mcuaudit.policy.schema import POLICY_FILE, Grade, Waiver
from mcuaudit.wording.phrases import listed

Row = dict[str, Any]


def concerned_by(pattern: str) -> Callable[[str], bool]:
    """Whether a device is one of those that a waiver names: site/device, in which * stands for any characters."""
    compiled = re.compile(fnmatch.translate(in_nfc(pattern)))
    return lambda device_id: compiled.fullmatch(in_nfc(device_id)) is not None


def apply_waivers(
    findings: pd.DataFrame,
    waivers: Sequence[Waiver],
    at: datetime,
    *,
    grades: dict[str, Grade] | None = None,
    file: str = "",
) -> tuple[pd.DataFrame, list[Row]]:
    """`findings` with the waived ones marked, and a problem for every waiver that has expired or matches nothing.

    A finding that two waivers cover is not waived, because it is not clear which owner is responsible; that is a
    problem too.

    Args:
        findings: the frame `findings`.
        waivers: the waivers of the policy, in its order.
        at: the time of the audit; a waiver applies to the end of its last day, in UTC.
        grades: severities of the policy; they show whether the rule of a waiver is switched off.
        file: the policy file, for the problems.
    """
    problems: list[Row] = []
    covering: dict[Any, list[int]] = {}
    for number, waiver in enumerate(waivers, start=1):
        covered = findings.index[_covered(findings, waiver)]
        if waiver.expires < at.date():
            problems.append(_problem(file, number, _expired(waiver, findings.loc[covered, "finding_id"])))
        elif covered.empty:
            problems.append(_problem(file, number, _matches_nothing(waiver, grades or {})))
        else:
            for index in covered:
                covering.setdefault(index, []).append(number)
    waived = {index: waivers[numbers[0] - 1] for index, numbers in covering.items() if len(numbers) == 1}
    problems += _disputed(findings, covering, file)
    return _marked(findings, waived), problems


def _covered(findings: pd.DataFrame, waiver: Waiver) -> pd.Series:
    covered: pd.Series = findings["code"] == waiver.rule
    if waiver.device is not None:
        concerns = concerned_by(waiver.device)
        matches = findings["device_id"].map(concerns, na_action="ignore")
        covered &= matches.eq(True)
    if waiver.certificate is not None:
        covered &= findings["certificate"].eq(waiver.certificate)
    if waiver.peer is not None:
        covered &= findings["peer"].map(in_nfc, na_action="ignore").eq(in_nfc(waiver.peer))
    return covered


def _marked(findings: pd.DataFrame, waived: dict[Any, Waiver]) -> pd.DataFrame:
    if not waived:
        return findings
    marked = findings.copy()
    rows = list(waived)
    marked.loc[rows, "status"] = "waived"
    marked.loc[rows, "waiver_reason"] = [waiver.reason for waiver in waived.values()]
    marked.loc[rows, "waiver_owner"] = [waiver.owner for waiver in waived.values()]
    marked.loc[rows, "waiver_expires"] = [pd.Timestamp(waiver.expires, tz="UTC") for waiver in waived.values()]
    return marked


def _expired(waiver: Waiver, findings: pd.Series) -> str:
    reason = f"the waiver for {waiver.rule} expired on {_day(waiver.expires)}"
    if findings.empty:
        return f"{reason} and matches no finding; its owner ({waiver.owner}) can remove it."
    return (
        f"{reason}. Ask its owner ({waiver.owner}) to renew or remove it. "
        f"{'This finding counts' if len(findings) == 1 else 'These findings count'} again: "
        f"{_listed(findings.tolist())}."
    )


def _matches_nothing(waiver: Waiver, grades: dict[str, Grade]) -> str:
    if grades.get(waiver.rule) == "off":
        return f"the waiver for {waiver.rule} matches no finding, because [rules] switches that rule off."
    return (
        f"the waiver for {waiver.rule}{_selectors(waiver)} matches no finding. Remove it if the cause is "
        f"fixed; otherwise check the rule{_selected(waiver)} in the waiver."
    )


def _selected(waiver: Waiver) -> str:
    names = [name for name in ("device", "certificate", "peer") if getattr(waiver, name) is not None]
    return "".join(f" and {name}" for name in names)


def _selectors(waiver: Waiver) -> str:
    selectors = (("device", waiver.device), ("certificate", waiver.certificate), ("peer", waiver.peer))
    return "".join(f" on {name} {value}" for name, value in selectors if value is not None)


def _disputed(findings: pd.DataFrame, covering: dict[Any, list[int]], file: str) -> list[Row]:
    """One problem for each set of waivers that cover the same findings."""
    by_waivers: dict[tuple[int, ...], list[str]] = {}
    for index, numbers in covering.items():
        if len(numbers) > 1:
            by_waivers.setdefault(tuple(numbers), []).append(str(findings.at[index, "finding_id"]))
    return [
        _problem(
            file,
            numbers[-1],
            f"waivers {listed([*map(str, numbers)], len(numbers))} {'both' if len(numbers) == 2 else 'all'} cover "
            f"{_listed(found)}, so {'neither' if len(numbers) == 2 else 'none'} applies; keep one.",
        )
        for numbers, found in by_waivers.items()
    ]


def _listed(names: list[str]) -> str:
    return ", ".join(names[:4]) + (f" and {len(names) - 4} more" if len(names) > 4 else "")


def _day(day: date) -> str:
    return f"{day.day} {day:%B %Y}"


def _problem(file: str, number: int, reason: str) -> Row:
    return {"kind": "waiver", "file": file or POLICY_FILE, "where": f"[[waiver]] {number}", "reason": reason}

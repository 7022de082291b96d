"""One rule over the clean device with something broken: its evaluations, without those of all other rules."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

import mcuaudit
from mcuaudit.predict.prediction import predict_fleet
from mcuaudit.rules import Context, Views, evaluate, registered_rules
from tests.authority import NOW
from tests.clean_export import CleanExport
from tests.rules.breakages.base import Break, all_of, audit_of


def evaluations(code: str, directory: Path, *breaks: Break) -> pd.DataFrame:
    """The evaluations of one rule; a rule that raises fails the test."""
    export = CleanExport()
    all_of(*breaks)(export)
    fleet = mcuaudit.read_export(export.write(directory))
    predicted = predict_fleet(fleet, NOW)
    context = Context(pd.Timestamp(NOW), fleet.policy)
    views = Views(fleet, predicted, fleet.policy, export.baseline(directory))
    found, problems = evaluate([registered_rules()[code]], views, context)
    assert problems == []
    return found.frame().astype({"outcome": "str"})


def speaking(code: str, directory: Path, *breaks: Break) -> pd.DataFrame:
    """The evaluations of one rule that are fail or open."""
    found = evaluations(code, directory, *breaks)
    return found[found["outcome"].isin(["fail", "open"])].reset_index(drop=True)


def outcomes(code: str, directory: Path, *breaks: Break) -> set[str]:
    """The outcomes of one rule, each once."""
    return set(evaluations(code, directory, *breaks)["outcome"])


def findings(code: str, directory: Path, *breaks: Break) -> pd.DataFrame:
    """The findings of one rule in a whole audit: what a shared file means for each device, and what it restores."""
    found: pd.DataFrame = audit_of(all_of(*breaks), directory).findings
    return found[found["code"] == code].reset_index(drop=True)

"""A rule that raises an exception is undetermined, and the problem names its file, its line and what it must give."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pandas as pd
import pytest

from mcuaudit.domain.outcome import Outcome
from mcuaudit.policy.schema import Policy
from mcuaudit.predict.prediction import Prediction
from mcuaudit.rules import Context, Views, evaluate, own_rules
from mcuaudit.rules.views.table import Table
from tests.clean_export import CleanExport

RULES = own_rules()


def broken(view: pd.DataFrame, context: Context) -> pd.Series:
    """A rule that raises."""
    raise ZeroDivisionError("by hand")


@cache
def clean() -> tuple[Views, Context]:
    """The views of the clean device."""
    with TemporaryDirectory() as directory:
        audit = CleanExport().audit(Path(directory))
    concluded = Prediction(audit.paths, audit.identities, audit.connections, audit.administration)
    return Views(audit.fleet, concluded), Context(pd.Timestamp(audit.at), Policy())


def evaluated(code: str = "MCU103", **wishes: Any) -> tuple[list[str], list[dict[str, Any]]]:
    """The outcomes of one rule that is declared otherwise, and the problems."""
    evaluations, problems = evaluate([replace(RULES[code], **wishes)], *clean())
    return evaluations.frame()["outcome"].astype(str).tolist(), problems


LINE_OF_BROKEN = broken.__code__.co_firstlineno + 2


def test_a_rule_that_raises_is_undetermined_and_named_with_its_line() -> None:
    outcomes, problems = evaluated(mask=broken)
    assert outcomes == [Outcome.OPEN.value]
    assert problems == [
        {
            "kind": "internal",
            "file": "tests/rules/test_failures.py",
            "where": "MCU103",
            "reason": "the rule MCU103 raised ZeroDivisionError: by hand (tests/rules/test_failures.py, line "
            f"{LINE_OF_BROKEN})",
        }
    ]


def test_an_own_rule_that_raises_is_named_with_its_file_in_the_package(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where a helper raises, the line of the rule that called it counts."""
    monkeypatch.setattr("mcuaudit.rules.certificate.key_usage_unsuitable._lacks_signature", lambda view: view["no"])
    outcomes, problems = evaluated(code="MCU112")
    function = RULES["MCU112"].mask.__code__  # type: ignore[attr-defined]
    assert outcomes == [Outcome.OPEN.value]
    assert problems[0]["file"] == "rules/certificate/key_usage_unsuitable.py"
    place = re.search(
        r"KeyError: 'no' \(rules/certificate/key_usage_unsuitable\.py, line (\d+)\)$", problems[0]["reason"]
    )
    assert place
    assert int(place[1]) == max(line for _, _, line in function.co_lines() if line)


def test_a_rule_of_a_notebook_is_named_with_its_line_alone() -> None:
    names: dict[str, Any] = {"__name__": "__main__"}
    exec(compile("\ndef judge(view, context):\n    return view['no']\n", "/tmp/ipykernel_1/1.py", "exec"), names)
    _, problems = evaluated(mask=names["judge"])
    assert problems[0]["reason"] == "the rule MCU103 raised KeyError: 'no' (line 3)"
    assert problems[0]["file"] == "expired"


@pytest.mark.parametrize(
    ("mask", "said"),
    [
        (
            lambda view, context: [True],
            "TypeError: a function of the rule returns list, not a Series of True and False",
        ),
        (lambda view, context: None, "TypeError: a function of the rule returns NoneType, not a Series"),
        (
            lambda view, context: view["device"].eq("x").set_axis([7]),
            "TypeError: a function of the rule returns other rows than those of its view",
        ),
        (lambda view, context: view["device"].eq("x")[:0], "TypeError: a function of the rule returns other rows than"),
    ],
)
@pytest.mark.parametrize("which", ["mask", "undetermined"])
def test_a_function_gives_a_value_for_each_row(mask: Any, said: str, which: str) -> None:
    outcomes, problems = evaluated(**{which: mask})
    assert outcomes == [Outcome.OPEN.value]
    assert problems[0]["reason"].startswith(f"the rule MCU103 raised {said}")


def test_a_column_that_is_declared_and_not_set_is_reported() -> None:
    outcomes, problems = evaluated(adds=("years", "days"))
    assert outcomes == [Outcome.OPEN.value]
    assert "LookupError: adds declares years, days, which no function of the rule sets (" in problems[0]["reason"]


def test_the_function_of_the_texts_gets_the_rows_that_fail_or_are_open() -> None:
    """It runs after the masks; the other rows need no texts. What it does not set is reported."""
    seen: list[list[str]] = []

    def texts(view: pd.DataFrame, context: Context) -> None:
        seen.append(view["device"].tolist())
        view["years"] = "seven"

    added = {"adds": ("years",), "texts": texts, "message": "{years} of them"}
    passes, fails = (lambda view, context, found=found: pd.Series(found, index=view.index) for found in (False, True))
    assert evaluated(mask=passes, **added) == (["pass"], [])
    assert seen == []
    assert evaluated(mask=fails, **added) == (["fail"], [])
    assert evaluated(mask=passes, undetermined=fails, reading="A12", **added) == (["open"], [])
    assert [len(rows) for rows in seen] == [1, 1]
    outcomes, problems = evaluated(mask=fails, **{**added, "adds": ("years", "days")})
    assert outcomes == ["open"]
    assert "LookupError: adds declares days, which no function of the rule sets (" in problems[0]["reason"]


def test_where_every_row_lacks_something_no_function_is_called() -> None:
    """Their texts say what is missing, and need no columns."""

    def never(view: pd.DataFrame, context: Context) -> Any:
        raise AssertionError("by hand")

    view = clean()[0][RULES["MCU103"].view]
    lacking = next(name for name in view.columns if view[name].isna().all())
    found = evaluated(mask=never, texts=never, adds=("years",), message="{years}", needs=(lacking,), when={})
    assert found == (["open"], [])


def test_a_row_that_both_functions_name_fails() -> None:
    """And the second function sees what the first one has set."""

    def fails(view: pd.DataFrame, context: Context) -> pd.Series:
        view["missing_evidence"] = "a file"
        return view["device"].notna()

    def is_open(view: pd.DataFrame, context: Context) -> pd.Series:
        return view["missing_evidence"].eq("a file")

    added = {"undetermined": is_open, "adds": ("missing_evidence",)}
    assert evaluated(mask=fails, **added) == (["fail"], [])
    assert evaluated(mask=lambda view, context: ~fails(view, context), **added) == (["open"], [])


def test_a_column_that_cannot_be_made_leaves_its_rules_open_and_ends_no_audit(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """A column is made when a rule first reads it."""

    made = Table.for_a_rule

    def refused(table: Table, name: str) -> Any:
        if name == "key_size":
            raise ValueError("by hand")
        return made(table, name)

    monkeypatch.setattr(Table, "for_a_rule", refused)
    audit = CleanExport().audit(tmp_path)
    problems = audit.problems[audit.problems["kind"] == "internal"]
    assert len(problems)
    assert problems["reason"].str.contains("ValueError: by hand").all()
    opened = audit.evaluations[audit.evaluations["code"].isin(problems["where"])]
    assert set(opened["outcome"]) == {Outcome.OPEN.value}

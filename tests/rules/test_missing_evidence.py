"""Missing evidence is open: no rule passes or stops to apply because a setting or file was removed from the export."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

import pandas as pd
import pytest

import mcuaudit
from mcuaudit.predict.prediction import predict_fleet
from mcuaudit.rules import Context, Views, evaluate, own_rules
from mcuaudit.rules.views import VIEW_SCHEMAS
from tests.authority import NOW
from tests.clean_export import CleanExport
from tests.rules.breakages import FAILS
from tests.rules.breakages.base import Break, untold
from tests.rules.judged import speaking

SECURITY: Final = untold("ssl_certificates", "client_certificate_security")
KEY: Final = "[ssl_certificates] client_certificate_security"


@pytest.mark.parametrize("code", ["MCU311", "MCU419", "MCU420", "MCU421", "MCU422"])
def test_without_the_level_a_failing_rule_is_undetermined_and_names_it(code: str, tmp_path: Path) -> None:
    assert "fail" in set(speaking(code, tmp_path / "told", FAILS[code])["outcome"])
    (found,) = speaking(code, tmp_path / "untold", FAILS[code], SECURITY).to_dict("records")
    assert (found["outcome"], KEY in found["missing_evidence"]) == ("open", True)
    assert "{" not in found["message"] + found["fix"]


@pytest.mark.parametrize("code", ["MCU310", "MCU311", "MCU419", "MCU420", "MCU421", "MCU422"])
def test_without_the_level_a_rule_that_passes_at_every_level_stays_silent(code: str, tmp_path: Path) -> None:
    assert speaking(code, tmp_path, SECURITY).empty


OPEN_LEFT_OUT: Final = {
    ("MCU413", "tls_feature"): "feature keys that are not in the export are assumed; the rule reports known ones",
    ("MCU424", "asked"): "compares two exports; without the level, `passwords_refused` is no and MCU411 is open",
    ("MCU425", "asked"): "what is not known to be asked has no answer to prove; MCU505 names the setting",
}
"""Rule and column of `when` with an open value that the rule leaves out → why."""


def test_a_rule_that_applies_by_an_open_column_says_what_open_means() -> None:
    """Otherwise a row whose setting is missing is not applicable, although it could fail."""
    left_out = {
        (code, column)
        for code, rule in own_rules().items()
        for column, values in rule.when.items()
        if "open" in VIEW_SCHEMAS[rule.view].columns[column].choices and "open" not in values
    }
    assert left_out == set(OPEN_LEFT_OUT), (
        "include `open` in `when` and declare `undetermined`, or `needs` with a column that is missing where it is "
        "open; or add rule and column to OPEN_LEFT_OUT with the reason"
    )


def test_a_rule_with_an_open_value_can_be_undetermined() -> None:
    without = [
        code
        for code, rule in own_rules().items()
        if any("open" in values and "open" in VIEW_SCHEMAS[rule.view].columns[name].choices
               for name, values in rule.when.items())
        and not rule.undetermined and not any(name.endswith("_known") for name in rule.needs)
    ]  # fmt: skip
    assert without == [], "declare `undetermined`, or `needs` with a column that is missing where the other is open"


def removals() -> Iterator[tuple[str, Break]]:
    """Each setting, list and file of the device, taken out of an export."""
    clean = CleanExport()
    for table, values in clean.settings.items():
        if isinstance(values, dict):
            for key in values:
                yield f"[{table}] {key}", _without_key(table, key)
        else:
            yield table, _without_table(table)
    for name in clean.files:
        yield name, _without_file(name)


def _without_key(table: str, key: str) -> Break:
    def apply(export: CleanExport) -> None:
        export.settings[table].pop(key, None)

    return apply


def _without_table(table: str) -> Break:
    def apply(export: CleanExport) -> None:
        export.settings.pop(table, None)

    return apply


def _without_file(name: str) -> Break:
    def apply(export: CleanExport) -> None:
        export.files.pop(name, None)

    return apply


REMOVED: Final = dict(removals())
FAILING: Final = ("", "MCU311", "MCU420")
"""Rules whose failing exports lose their evidence, one thing at a time, beside the clean export."""
SAMPLED: Final = 3
"""Every third thing is removed from each export; together the exports lose all of them."""
REPORTED_ELSEWHERE: Final = {
    "MCU302": "the connection is open, and MCU501 to MCU506 name what is missing",
    "MCU420": "MCU505 is open for the connection, and names what is missing; for settings see above",
    "MCU310": "MCU903 reports the store that is not in the export",
    "MCU311": "MCU903 reports the store that is not in the export",
}
"""Rules that stay silent although what they judged is not in the export any more → why."""


def evaluated(code: str, removed: str = "") -> dict[tuple[str, str], str]:
    """The outcome by rule and subject of the export on which a rule fails, without one setting or file."""
    export = CleanExport()
    if code:
        FAILS[code](export)
    if removed:
        REMOVED[removed](export)
    with TemporaryDirectory() as directory:
        fleet = mcuaudit.read_export(export.write(Path(directory)))
    views = Views(fleet, predict_fleet(fleet, NOW), fleet.policy, None)
    evaluations, problems = evaluate(own_rules().values(), views, Context(pd.Timestamp(NOW), fleet.policy))
    assert problems == []
    found = evaluations.frame()
    rows = zip(found["code"], found["subject"], found["outcome"].astype("str"), strict=True)
    return {(rule, subject): outcome for rule, subject, outcome in rows}


@pytest.mark.parametrize(("place", "code"), list(enumerate(FAILING)), ids=["clean", *FAILING[1:]])
def test_what_fails_or_is_open_does_not_pass_without_evidence(place: int, code: str) -> None:
    """A mask that decides a row with a missing value would pass it: in pandas a comparison with it is False."""
    before = evaluated(code)
    removed = list(REMOVED)[place % SAMPLED :: SAMPLED]
    assert len(removed) >= 7
    wrong = [
        f"{rule} is {after.get((rule, subject))} for {subject} without {one}; it was {outcome}"
        for one in removed
        for after in (evaluated(code, one),)
        for (rule, subject), outcome in before.items()
        if outcome in ("fail", "open") and after.get((rule, subject)) in ("pass", "notApplicable")
        and rule not in REPORTED_ELSEWHERE
    ]  # fmt: skip
    assert wrong == [], "name the column in `needs` or `when`, or declare `undetermined`"

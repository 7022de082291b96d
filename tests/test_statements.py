"""Each statement that the verdicts rest on is held by a test that exists."""

from __future__ import annotations

from pathlib import Path

import pytest

from mcuaudit.domain.readings import READINGS
from tests.statements import missing, read_statements

NOT_THE_MCUS = {"RFC5924", "RFC5922-7.1"}
"""Readings that are choices of an RFC: 4-g to 4-k."""


def test_each_test_that_is_named_exists() -> None:
    absent = [why for statement in read_statements() for node in statement.tests if (why := missing(node))]
    assert absent == []


def test_each_section_and_each_reading_has_its_statements() -> None:
    ids = {statement.id for statement in read_statements()}
    assert {one.partition("-")[0].partition(".")[0] for one in ids if "-" in one} == {
        "2",
        "3",
        "4",
        "5",
        "6",
        "7",
        "8",
        "10",
    }
    assert {one for one in ids if one.startswith("A")} == set(READINGS) - NOT_THE_MCUS


@pytest.mark.parametrize(
    ("node", "why"),
    [
        ("tests/test_statements.py", "not the name of a test"),
        ("tests/test_no.py::test_x", "no such file"),
        ("tests/test_statements.py::test_no", "no such test"),
        ("tests/test_statements.py::TestNo::test_each_test_that_is_named_exists", "no such test"),
        ("tests/predict/test_connections.py::test_case[no such case]", "no such case, no such case"),
        ("tests/identity/test_cases.py::test_case[dns:m.example.com--no.example]", "no such case, no.example"),
        ("tests/predict/test_connections.py::test_case[SIP TLS is off]", ""),
        ("tests/rules/test_rules.py::test_fails[MCU402]", ""),
        ("tests/identity/test_cases.py::test_case[dns:m.example.com--m.example.com]", ""),
        ("tests/rules/test_certificate_rules.py::TestWeakKey::test_boundary", ""),
    ],
)
def test_a_name_of_a_test_is_looked_up(node: str, why: str) -> None:
    assert missing(node) == "" if not why else why in missing(node)


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (("tests = [", "test = ["), "a statement has grade, id, says, source, tests"),
        (('grade = "doc"', 'grade = "sure"'), "a grade of doc, inferred, reading"),
        (('id = "2-a"', 'id = "2"'), "a statement has"),
        (('tests = ["x"]', "tests = []"), "2-a has no test"),
        (("[[statement]]", "[[statement]]"), "2-a stands twice"),
    ],
)
def test_an_incomplete_statement_is_refused(change: tuple[str, str], why: str, tmp_path: Path) -> None:
    entry = '[[statement]]\nid = "2-a"\nsays = "so"\nsource = "RN"\ngrade = "doc"\ntests = ["x"]\n'
    file = tmp_path / "statements.toml"
    file.write_text(entry.replace(*change) + (entry if "twice" in why else ""), encoding="utf-8")
    with pytest.raises(ValueError, match=why):
        read_statements(file)

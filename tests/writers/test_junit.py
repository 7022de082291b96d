"""JUnit XML: counts add up, cases have one result, and the file always parses."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mcuaudit import Audit
from mcuaudit.frames.declared_frames import build_frame
from mcuaudit.wording.visible import visible
from mcuaudit.writers.junit import FLEET_SUITE, junit_xml
from tests.writers.audits import hostile

NOTHING_INTERNAL = {"internal_problems": build_frame("problems", [])}


def root_of(audit: Audit) -> Element:
    return ElementTree.fromstring(junit_xml(audit, "fleet").encode())


def test_counts_add_up(audit: Audit) -> None:
    root = root_of(audit)
    for suite in root:
        cases = list(suite.iter("testcase"))
        assert int(suite.attrib["tests"]) == len(cases)
        assert int(suite.attrib["failures"]) == len(list(suite.iter("failure")))
        assert int(suite.attrib["skipped"]) == len(list(suite.iter("skipped")))
        assert int(suite.attrib["errors"]) == len(list(suite.iter("error"))) == 0
    for key in ("tests", "failures", "errors", "skipped"):
        assert int(root.attrib[key]) == sum(int(suite.attrib[key]) for suite in root)
    assert int(root.attrib["tests"]) > len(audit.findings) - 1


def test_a_case_has_one_name_and_one_result(audit: Audit) -> None:
    names = Counter((case.attrib["classname"], case.attrib["name"]) for case in root_of(audit).iter("testcase"))
    assert set(names.values()) <= {1}
    assert all(len(case) <= 1 for case in root_of(audit).iter("testcase"))


def test_cases_of_one_name_are_told_apart_by_the_id_of_their_findings(sample: Audit) -> None:
    twice = sample.findings.iloc[[0, 0]].assign(finding_id=["MCU103-aaaaaa", "MCU103-bbbbbb"])
    audit = replace(sample, findings=twice.reset_index(drop=True), evaluations=sample.evaluations[:0])
    told = [case.attrib["name"] for case in root_of(audit).iter("testcase")]
    assert [name.rpartition(" ")[2] for name in told] == ["[MCU103-aaaaaa]", "[MCU103-bbbbbb]"]


def test_suites_are_devices_and_those_without_device_have_their_own(evil: Audit, sample: Audit) -> None:
    whole = replace(sample, **NOTHING_INTERNAL)
    assert [suite.attrib["name"] for suite in root_of(whole)] == sample.devices["device_id"].tolist()
    names = [suite.attrib["name"] for suite in root_of(evil)]
    assert names[: len(evil.devices)] == [visible(device) for device in evil.devices["device_id"]]
    assert FLEET_SUITE in names
    assert visible(evil.findings["site"].iloc[1]) in names


def test_a_case_keeps_its_name_when_it_begins_to_fail(sample: Audit) -> None:
    failing = sample.findings[(sample.findings["code"] == "MCU103") & (sample.findings["outcome"] == "fail")]
    device = failing["device_id"].iloc[0]
    evaluations = sample.evaluations.copy()
    same = (evaluations["code"] == "MCU103") & (evaluations["device_id"] == device)
    evaluations.loc[same, ["outcome", "reference"]] = ["pass", None]
    mended = replace(sample, evaluations=evaluations, findings=sample.findings.drop(failing.index))
    assert names(sample, device) == names(mended, device)


def names(audit: Audit, device: str) -> list[str]:
    suite = next(suite for suite in root_of(audit) if suite.attrib["name"] == device)
    return sorted(case.attrib["name"] for case in suite.iter("testcase"))


def test_every_suite_says_when_and_by_what(sample: Audit) -> None:
    for suite in root_of(sample):
        assert suite.attrib["timestamp"] == "2026-11-23T00:00:00"
        properties = {item.attrib["name"]: item.attrib["value"] for item in suite.iter("property")}
        assert properties == {"mcuaudit.version": sample.versions["mcuaudit"], "mcuaudit.audit": sample.audit_id}


def test_a_failure_says_what_to_do_and_what_it_rests_on(sample: Audit) -> None:
    row = sample.findings[sample.findings["outcome"] == "fail"].iloc[0]
    failure = next(one for one in root_of(sample).iter("failure") if row["finding_id"] in (one.text or ""))
    assert failure.attrib == {"type": row["severity"], "message": row["evidence"]}
    text = failure.text or ""
    assert f"Fix: {row['fix']}" in text
    assert f"Source: {row['source']}, {row['section']} ({row['grade']})" in text


def test_what_is_undetermined_waived_or_does_not_apply_is_skipped_with_the_reason(evil: Audit, sample: Audit) -> None:
    messages = [one.attrib["message"] for one in root_of(evil).iter("skipped")]
    assert visible(f"waived by {hostile('owner')} until 2027-01-31: {hostile('reason')}") in messages
    kinds = Counter(one.attrib["message"].partition(":")[0] for one in root_of(sample).iter("skipped"))
    assert kinds == {
        "undetermined": (sample.findings["outcome"] == "open").sum(),
        "not applicable": (
            sample.evaluations["device_id"].notna() & (sample.evaluations["outcome"] == "notApplicable")
        ).sum(),
    }


def test_problems_stand_beside_what_they_concern(sample: Audit) -> None:
    rows = [
        {
            "kind": "unreadable",
            "site": "leeds",
            "device": "mcu-court",
            "file": "a.pem",
            "where": "line 1",
            "reason": "b",
        },
        {"kind": "unrecognised", "site": "leeds", "file": "leeds/x", "reason": "what"},
        {"kind": "internal", "file": "rules/expired", "reason": "failed"},
    ]
    audit = replace(sample, fleet=replace(sample.fleet, problems=build_frame("problems", rows)), **NOTHING_INTERNAL)
    told = {
        suite.attrib["name"]: error.text
        for suite in root_of(audit)
        for error in [suite.find("system-err")]
        if error is not None
    }
    assert told == {
        "leeds/mcu-court": "unreadable: a.pem, line 1: b",
        "leeds": "unrecognised: leeds/x: what",
        FLEET_SUITE: "internal: rules/expired: failed",
    }


@pytest.mark.parametrize("character", ["\x00", "\x0b", "\x1b", "\r", "\ufffe", "\uffff", "\u202e", "\x85"])
def test_characters_that_xml_cannot_hold_are_written_out(character: str, sample: Audit) -> None:
    findings = sample.findings.head(1).assign(evidence=f"a{character}b", reference=f"c{character}")
    text = junit_xml(replace(sample, findings=findings), f"fleet{character}")
    assert character not in text
    failure = next(ElementTree.fromstring(text.encode()).iter("failure"))
    number = ord(character)
    assert failure.attrib["message"] == (f"a\\x{number:02x}b" if number < 0x100 else f"a\\u{number:04x}b")


@given(text=st.text(st.characters(exclude_categories=["Cs"])))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=50)
def test_whatever_a_text_holds_the_file_parses(text: str, sample: Audit) -> None:
    whole = replace(sample, evaluations=sample.evaluations[:0], **NOTHING_INTERNAL)
    findings = sample.findings.head(1).assign(evidence=text, reference=text, fix=text)
    failure = next(root_of(replace(whole, findings=findings)).iter("failure"))
    assert failure.attrib["message"] == visible(text)


def test_an_audit_without_devices_is_a_file_without_suites(sample: Audit) -> None:
    none = replace(sample.fleet, devices=sample.devices[:0], problems=sample.problems[:0])
    nothing = {"findings": sample.findings[:0], "evaluations": sample.evaluations[:0]}
    audit = replace(sample, fleet=none, **nothing, **NOTHING_INTERNAL)
    assert len(root_of(audit)) == 0
    assert root_of(audit).attrib["tests"] == "0"

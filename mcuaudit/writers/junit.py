"""An audit as JUnit XML: a suite per device, a case per rule and subject, for build servers that show test results."""

from __future__ import annotations

from collections import Counter
from typing import Any, Final
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from mcuaudit.domain.outcome import Outcome
from mcuaudit.frames.containers import Audit
from mcuaudit.wording.phrases import UNDETERMINED
from mcuaudit.wording.visible import visible
from mcuaudit.writers.json_object import records
from mcuaudit.writers.results import results

FLEET_SUITE: Final = "(fleet)"
"""The suite for what concerns the whole fleet."""
_COUNTS: Final = ("tests", "failures", "errors", "skipped")

Json = dict[str, Any]


def junit_xml(audit: Audit, name: str) -> str:
    """The results as JUnit XML; the same audit gives the same text.

    What fails is a failure; what is undetermined, waived or does not apply is skipped, with the reason. A site and the
    fleet have suites of their own. Problems, such as a file that could not be read, are in the system-err of the
    suite. Times are UTC. Characters that XML cannot hold, or that look like others, are written as ``\\x1b`` or
    ``\\u202e``.
    """
    suites: dict[str, list[Json]] = {device: [] for device in audit.devices["device_id"]}
    for row in records(results(audit)):
        suites.setdefault(_suite_of(row), []).append(row)
    problems: dict[str, list[str]] = {}
    for row in records(audit.problems):
        problems.setdefault(_suite_of(row), []).append(_problem(row))
    root = Element("testsuites", name=visible(f"mcuaudit {name}"))
    for suite in (*suites, *sorted(problems.keys() - suites.keys())):
        root.append(_suite(audit, suite, suites.get(suite, []), problems.get(suite, [])))
    _count(root, {key: sum(int(suite.attrib[key]) for suite in root) for key in _COUNTS})
    indent(root)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{tostring(root, encoding="unicode")}\n'


def _suite_of(row: Json) -> str:
    device_id = row.get("device_id") or (f"{row['site']}/{row['device']}" if row["site"] and row["device"] else None)
    return str(device_id or row["site"] or FLEET_SUITE)


def _problem(row: Json) -> str:
    where = f", {row['where']}" if row["where"] else ""
    return visible(f"{row['kind']}: {row['file']}{where}: {row['reason']}")


def _suite(audit: Audit, name: str, rows: list[Json], problems: list[str]) -> Element:
    suite = Element("testsuite", name=visible(name))
    properties = SubElement(suite, "properties")
    for key, value in {
        "mcuaudit.version": audit.versions.get("mcuaudit", ""),
        "mcuaudit.audit": audit.audit_id,
    }.items():
        SubElement(properties, "property", name=key, value=value)
    cases = [_case(name, row) for row in rows]
    _make_names_unique(cases, rows)
    suite.extend(cases)
    if problems:
        SubElement(suite, "system-err").text = "\n".join(problems)
    found = Counter(child.tag for case in cases for child in case)
    _count(suite, {"tests": len(cases), "failures": found["failure"], "errors": 0, "skipped": found["skipped"]})
    # Without a zone, as the published schemas require.
    suite.set("timestamp", audit.at.replace(tzinfo=None).isoformat(timespec="seconds"))
    return suite


def _count(element: Element, counts: dict[str, int]) -> None:
    for key in _COUNTS:
        element.set(key, str(counts[key]))
    element.set("time", "0")


def _case(suite: str, row: Json) -> Element:
    subject = row["subject"] or suite
    title = f"{row['code']} {row['rule']}"
    called = title if subject == suite else f"{title}: {subject.removeprefix(f'{suite} ')}"
    case = Element("testcase", name=visible(called), classname=visible(suite))
    if row["outcome"] == Outcome.NOT_APPLICABLE.value:
        SubElement(case, "skipped", message="not applicable")
    elif row["status"] == "waived":
        _describe(SubElement(case, "skipped"), _waived(row), row)
    elif row["outcome"] == Outcome.OPEN.value:
        _describe(SubElement(case, "skipped"), f"{UNDETERMINED}: {row['message']}", row)
    elif row["outcome"] == Outcome.FAIL.value:
        _describe(SubElement(case, "failure", type=row["severity"]), row["message"], row)
    return case


def _waived(row: Json) -> str:
    return f"waived by {row['waiver_owner']} until {(row['waiver_expires'] or '')[:10]}: {row['waiver_reason']}"


def _describe(element: Element, message: str, row: Json) -> None:
    element.set("message", visible(message))
    place = f"{row['file']}, line {row['line']}" if row["line"] else row["file"]
    lines = {
        "Finding": row["finding_id"],
        "Severity": row["severity"],
        "Outcome": UNDETERMINED if row["outcome"] == Outcome.OPEN.value else row["outcome"],
        "Evidence": row["message"],
        "Fix": row["fix"],
        "Cause": row["cause"],
        "Missing evidence": row["missing_evidence"],
        "Readings": row["readings"],
        "File": place,
        "Source": f"{row['source']}, {row['section']} ({row['grade']})",
    }
    element.text = "\n".join(f"{title}: {visible(words)}" for title, words in lines.items() if words)


def _make_names_unique(cases: list[Element], rows: list[Json]) -> None:
    """Build servers treat cases of one name as one case, so each gets the id of its finding."""
    names = Counter(case.attrib["name"] for case in cases)
    for number, (case, row) in enumerate(zip(cases, rows, strict=True), start=1):
        if names[case.attrib["name"]] > 1:
            case.set("name", f"{case.attrib['name']} [{row['finding_id'] or number}]")

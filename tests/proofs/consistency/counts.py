"""Findings, causes, evidence and sums: what is counted in several places is counted alike."""

from __future__ import annotations

import re
from collections import Counter
from datetime import UTC, datetime

from mcuaudit.domain.cause import CauseKind, parse_cause
from mcuaudit.domain.name_lists import split_names
from mcuaudit.domain.remedy import RemedyKind, parse_remedy
from mcuaudit.predict.prediction import Prediction
from mcuaudit.rules import Views, registered_rules
from mcuaudit.summary.causes import group_by_cause
from mcuaudit.summary.urgency import urgency
from mcuaudit.summary.verdict import verdict_sentence
from mcuaudit.triage.counting import Counts, count
from mcuaudit.variants.gaps.gaps import gaps
from mcuaudit.writers.metrics import metrics_text
from tests.proofs.consistency.claims import shown
from tests.proofs.consistency.facts import Facts, Row

_BLOCKED = ("fail", "open")
_OF_CONNECTIONS = ("MCU501", "MCU502", "MCU503", "MCU504", "MCU505", "MCU506")
_SAME = ("cause_id", "cause", "remedy_id", "missing_evidence")
_WORDS = ("refused", "undetermined", "unverified", "accepted", "not_applicable")
_SMALL = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")


def counts_add_up(facts: Facts, predicted: Prediction) -> Counter[str]:
    """Compare every count of an audit with the rows that it counts.

    Raises:
        AssertionError: two of them differ.
    """
    _findings_are_those_of_their_connections(facts)
    _causes_name_what_is_fixed(facts)
    _causes_are_counted(facts)
    _missing_evidence_is_counted(facts)
    _every_row_of_a_view_is_evaluated(facts, predicted)
    _sites_add_up(facts)
    _sentences_are_right(facts)
    return Counter({"findings": len(facts.findings), "evaluations": len(facts.evaluations)})


def _blocked(facts: Facts) -> list[Row]:
    return [row for row in facts.connections if row["outcome"] in _BLOCKED]


def _findings_are_those_of_their_connections(facts: Facts) -> None:
    """Each connection that is refused or undetermined has one finding, with its cause, remedy and evidence."""
    found: dict[str, list[Row]] = {}
    for finding in facts.findings:
        if finding["code"] in _OF_CONNECTIONS:
            found.setdefault(finding["connection_id"], []).append(finding)
    blocked = {row["connection_id"]: row for row in _blocked(facts)}
    assert set(found) == set(blocked), f"{facts.place}: findings about {set(found) ^ set(blocked)}"
    for connection_id, row in blocked.items():
        (finding,) = found[connection_id]
        for column in ("outcome", *_SAME):
            assert finding[column] == row[column], (
                f"{facts.place}: {finding['finding_id']} has {column} {finding[column]!r}, and {row[column]!r} has "
                f"{shown(row)}"
            )


def _causes_name_what_is_fixed(facts: Facts) -> None:
    """A cause and its remedy are about the same certificate, setting or store."""
    administration = facts.administration.values()
    for row in (*_blocked(facts), *(one for one in administration if one["outcome"] in _BLOCKED)):
        if not row["cause_id"] or not row["remedy_id"]:
            continue
        cause, remedy = parse_cause(row["cause_id"]), parse_remedy(row["remedy_id"])
        where = f"{facts.place}: the cause {row['cause_id']} and the remedy {row['remedy_id']} differ; {shown(row)}"
        if cause.kind is CauseKind.SETTING and remedy.kind in _SETTINGS:
            assert remedy.subject[0] == cause.subject[1], where
        if cause.kind in _OF_PLACES and remedy.target:
            target = (str(remedy.target.slot or ""), remedy.target.owner)
            owner = remedy.target.owner
            other = _AT_ANOTHER_PLACE.get(cause.kind, ())
            assert cause.subject[: len(target)] == target or remedy.kind in other, where
            assert owner, where
        elif remedy.target and cause.kind in _OF_DEVICES:
            assert remedy.target.owner == cause.subject[0], where


_SETTINGS = (RemedyKind.CHANGE_SETTING, RemedyKind.SET_SETTING, RemedyKind.SWITCH_OFF, RemedyKind.SWITCH_ON)
_OF_PLACES = (CauseKind.CERTIFICATE, CauseKind.TRUST_STORE, CauseKind.MISSING_AUTHORITY, CauseKind.NAMES)
_OF_DEVICES = (CauseKind.SETTING, CauseKind.FEATURE_KEYS, CauseKind.SOFTWARE_VERSION, CauseKind.USERS, CauseKind.MODEL)
_OF_ANOTHER_ISSUE = (
    RemedyKind.CHECK_CLOCK, RemedyKind.FIND_SIGNER, RemedyKind.ISSUE_FROM_HIGHER_AUTHORITY, RemedyKind.REISSUE,
    RemedyKind.REISSUE_WITHIN_CONSTRAINTS, RemedyKind.REISSUE_WITHOUT_EXTENSION, RemedyKind.REISSUE_WITH_ALGORITHM,
    RemedyKind.REISSUE_WITH_PURPOSE_OR_WITHOUT,
)  # fmt: skip
_AT_ANOTHER_PLACE = {
    CauseKind.CERTIFICATE: (RemedyKind.ISSUE_BY_TRUSTED_AUTHORITY, RemedyKind.PRESENT_AUTHORITY),
    CauseKind.TRUST_STORE: _OF_ANOTHER_ISSUE,
}
"""Remedies whose target is not that of the cause: the store that is to trust a certificate, and the certificate below a
CA of a store that it must not be issued by.
"""


def _causes_are_counted(facts: Facts) -> None:
    """What a finding and a group of findings block is what the connections say."""
    blocked = _blocked(facts)
    of_device = Counter((row["device_id"], row["cause_id"]) for row in blocked if row["cause_id"])
    alone = Counter((row["device_id"], row["cause_id"]) for row in blocked if not row["further_causes"])
    for finding in facts.findings:
        key, where = (finding["device_id"], finding["cause_id"]), f"{facts.place}: {finding['finding_id']}"
        assert finding["connections"] == of_device[key], f"{where}: connections {finding['connections']} of {key}"
        assert finding["alone_blocks"] == alone[key], f"{where}: alone_blocks {finding['alone_blocks']} of {key}"
    groups = group_by_cause(facts.audit)
    everywhere, alone_everywhere = Counter(row["cause_id"] for row in blocked), Counter(
        row["cause_id"] for row in blocked if not row["further_causes"]
    )  # fmt: skip
    for group in groups:
        causes = set(group.findings["cause_id"].dropna())
        where = f"{facts.place}: the group of {group.lead['finding_id']}, {group.lead['cause']}"
        held = sum(everywhere[cause] for cause in causes)
        assert group.connections == held, f"{where}, blocks {group.connections}, not {held} connections"
        held = sum(alone_everywhere[cause] for cause in causes)
        assert group.alone_blocks == held, f"{where}, alone blocks {group.alone_blocks}, not {held} connections"
    total = sum(group.connections for group in groups)
    with_cause = sum(1 for row in blocked if row["cause_id"])
    assert total == with_cause, f"{facts.place}: all groups block {total} connections, and {with_cause} have a cause"
    assert sum(len(group.findings) for group in groups) == len(facts.findings), f"{facts.place}: findings in groups"


def _missing_evidence_is_counted(facts: Facts) -> None:
    """What an undetermined connection lacks is a gap that lists it, and each says what it lacks or rests on."""
    undetermined = [row for row in facts.connections if row["outcome"] == "open"]
    for row in undetermined:
        assert row["missing_evidence"] or row["readings"] or row["cause_id"], f"{facts.place}: why, {shown(row)}"
    lists = gaps(facts.audit, most=0)["undetermined_connections"]
    listed = {name for cell in lists for name in split_names(cell)}
    lacking = {row["connection_id"] for row in undetermined if row["missing_evidence"]}
    assert lacking <= listed, f"{facts.place}: no gap lists {sorted(lacking - listed)}"
    assert listed <= {row["connection_id"] for row in undetermined}, f"{facts.place}: gaps of what is not undetermined"


def _every_row_of_a_view_is_evaluated(facts: Facts, predicted: Prediction) -> None:
    audit, rules = facts.audit, registered_rules()
    views = Views(audit.fleet, predicted, audit.fleet.policy, None)
    evaluated = Counter(row["code"] for row in facts.evaluations)
    for code in audit.rules:
        rows = len(views[rules[code].view])
        assert evaluated[code] == rows, f"{facts.place}: {code} has {evaluated[code]} outcomes of {rows} rows"
    reported = Counter(row["code"] for row in facts.evaluations if row["outcome"] in _BLOCKED and row["device_id"])
    shared = {row["code"] for row in facts.evaluations if row["outcome"] in _BLOCKED and not row["device_id"]}
    found = Counter(row["code"] for row in facts.findings)
    for code in {*reported, *found} - shared:
        assert found[code] == reported[code], f"{facts.place}: {code} has {found[code]} findings of {reported[code]}"


def _sites_add_up(facts: Facts) -> None:
    """What is said of the sites, and of the devices, adds up to what is said of the fleet."""
    audit = facts.audit
    fleet = count(audit.connections, audit.administration)
    sites = [audit.select(site) for site in audit.sites]
    parts = [count(one.connections, one.administration) for one in sites]
    fields = (*_WORDS, "locked_out", "maybe_locked_out")
    for name in fields:
        held = sum(getattr(part, name) for part in parts)
        assert held == getattr(fleet, name), f"{facts.place}: {name} of the sites {held}, of the fleet {fleet}"
    for by in ("site", "device_id"):
        table = urgency(audit, by)
        for name in (*_WORDS[:4], "locked_out"):
            held = int(table[name].sum())
            assert held == getattr(fleet, name), f"{facts.place}: {name} by {by} {held}, of the fleet {fleet}"
    assert sum(len(one.findings) for one in sites) + int(audit.findings["site"].isna().sum()) == len(audit.findings), (
        f"{facts.place}: findings of the sites"
    )
    _rows_are_counted(facts, fleet)


def _rows_are_counted(facts: Facts, fleet: Counts) -> None:
    outcomes = Counter(row["outcome"] for row in facts.connections)
    assert fleet.refused == outcomes["fail"], f"{facts.place}: {fleet} of {outcomes}"
    assert fleet.undetermined == outcomes["open"], f"{facts.place}: {fleet} of {outcomes}"
    assert fleet.accepted + fleet.unverified == outcomes["pass"], f"{facts.place}: {fleet} of {outcomes}"
    assert fleet.possible == len(facts.connections) - outcomes["notApplicable"], f"{facts.place}: {fleet}"
    text = metrics_text(facts.audit, datetime(2026, 11, 26, tzinfo=UTC))
    gauges = re.findall(r'^mcuaudit_connections\{outcome="([^"]+)",.*\} (\S+)$', text, re.MULTILINE)
    metric: Counter[str] = Counter()
    for word, number in gauges:
        metric[word.replace(" ", "_")] += int(float(number))
    for name in _WORDS:
        assert metric[name] == getattr(fleet, name), f"{facts.place}: the metrics have {metric}, the audit {fleet}"


def _sentences_are_right(facts: Facts) -> None:
    """The numbers of the verdict are those of the frames."""
    audit = facts.audit
    counts = count(audit.connections, audit.administration)
    sentence = re.sub(r"(?<=\d),(?=\d)", "", verdict_sentence(counts)).lower()
    numbers = {*map(int, re.findall(r"\d+", sentence))}
    allowed = {counts.refused, counts.possible, counts.undetermined, counts.unverified, counts.locked_out}
    where = f"{facts.place}: “{sentence}” and {counts}"
    assert numbers <= allowed, where
    if counts.refused:
        assert "will be refused" in sentence, where
        assert counts.refused in numbers or counts.refused == counts.possible == 1, where
    else:
        assert "no connection is refused" in sentence or "refused" not in sentence, where
    locked = re.search(r"(\w+) mcus? cannot be administered", sentence)
    assert (locked is not None) == bool(counts.locked_out), where
    if locked:
        word = locked[1].lower()
        assert (_SMALL.index(word) if word in _SMALL else int(word)) == counts.locked_out, where

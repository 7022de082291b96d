"""Generated fleets in which no part of an audit contradicts another: rules, logins, counts, and values of settings."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Mapping

import mcuaudit
from mcuaudit.predict.prediction import Prediction, predict_fleet
from tests.authority import NOW
from tests.proofs.consistency import fleets
from tests.proofs.consistency.claims import Claim, contradictions_of_rules
from tests.proofs.consistency.claims_of_rules import CLAIMS, GETS_IN, NOBODY_GETS_IN
from tests.proofs.consistency.counts import counts_add_up
from tests.proofs.consistency.facts import Facts
from tests.proofs.consistency.logins import administration_by_its_ways
from tests.proofs.consistency.values import compare_values, judged

CLAIM = (
    "No rule says of connections what they contradict, no administration passes by a user who is refused, findings, "
    "causes and counts agree with the rows that they are about, and what is said without a setting, or with one that "
    "cannot be read, holds under each of its values."
)
SIZE = 600
SAMPLE = 10

_SETTINGS_OF_A_CASE = 3


def prove(seed: int, cases: range) -> Counter[str]:
    """Check each claim on the fleet of each case."""
    counts: Counter[str] = Counter()
    for case in cases:
        with fleets.read(seed, case) as (fleet, made):
            predicted = predict_fleet(fleet, NOW)
            facts = Facts(mcuaudit.audit(fleet, at=NOW), f"seed {seed}, case {case} ({made})")
            counts["fleets"] += 1
            counts["devices"] += len(facts.audit.devices)
            counts["connections"] += len(facts.connections)
            counts.update(rules_agree_with_connections(facts))
            counts.update(administration_agrees_with_users(facts, predicted))
            counts.update(counts_agree(facts, predicted))
            rng = random.Random(f"values {seed} {case}")
            counts.update(compare_values(judged(fleet), rng, facts.place, _SETTINGS_OF_A_CASE))
    return counts


def rules_agree_with_connections(facts: Facts, claims: Mapping[str, tuple[Claim, ...]] = CLAIMS) -> Counter[str]:
    """No rule says that everything is rejected where a connection passes or is open, nor that strangers get in then."""
    _nobody_gets_in_and_somebody_does(facts)
    compared = contradictions_of_rules(facts, claims)
    return Counter({f"claims of {code}": number for code, number in compared.items()})


def _nobody_gets_in_and_somebody_does(facts: Facts) -> None:
    failing: dict[str, set[str]] = {}
    for row in facts.evaluations:
        if row["outcome"] == "fail" and row["device_id"]:
            failing.setdefault(row["device_id"], set()).add(row["code"])
    for device_id, codes in failing.items():
        for admitting in codes & set(GETS_IN):
            for refusing in codes & set(NOBODY_GETS_IN):
                same = set(GETS_IN[admitting]) & set(NOBODY_GETS_IN[refusing])
                assert not same, (
                    f"{facts.place}: {device_id}, {admitting} says that somebody gets in, {refusing} that nobody does, "
                    f"by {' and '.join(sorted(same))}"
                )


def administration_agrees_with_users(facts: Facts, predicted: Prediction) -> Counter[str]:
    """No administration passes by a web user whose connection does not, and its outcome is that of its ways in."""
    return administration_by_its_ways(facts, predicted)


def counts_agree(facts: Facts, predicted: Prediction) -> Counter[str]:
    """Findings, causes, missing evidence and sums are those of the rows that they are about."""
    return counts_add_up(facts, predicted)

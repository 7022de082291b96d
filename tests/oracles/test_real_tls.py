"""Real mutual TLS between two OpenSSL connections, compared with what mcuaudit says about both certificates."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from mcuaudit.domain.outcome import Outcome
from mcuaudit.pkix import PathOutcome
from tests.authority import NOW
from tests.oracles.chains import DEFECTS, LAYOUTS, Scenario, generated
from tests.oracles.expectation import about_constraints, generously, outcome, rests_on_a14_too, strictly
from tests.oracles.handshake import PARTIAL_CHAIN, Party, handshake
from tests.oracles.situations import situations
from tests.sampling import so_many

GENERATED = so_many(600, whole=2_400)


@dataclass(frozen=True)
class Comparison:
    """One certificate in one handshake: what was said, and what OpenSSL answered."""

    scenario: Scenario
    said: PathOutcome
    answered: int

    def __str__(self) -> str:
        said = f"{self.said.outcome} {self.said.openssl_error} {self.said.reading or ''}".strip()
        return f"{self.scenario.label}: said {said}, OpenSSL {self.answered}; {self.said.reason}"


def pairs(scenarios: list[Scenario]) -> Iterator[tuple[Scenario, Scenario]]:
    """One to serve and one to be client; whoever is left over meets the first of the other side."""
    servers = [scenario for scenario in scenarios if scenario.role == "serverAuth"]
    clients = [scenario for scenario in scenarios if scenario.role == "clientAuth"]
    for number in range(max(len(servers), len(clients))):
        yield servers[number % len(servers)], clients[number % len(clients)]


def compared(scenarios: list[Scenario], *, generous: bool = False) -> tuple[list[Comparison], int]:
    """Handshakes of all scenarios, and how many handshakes those were.

    `generous` presents what reading A11 asks for and lets intermediates be trust anchors as in reading A12.
    """
    found, count = [], 0
    for server, client in pairs(scenarios):
        said = outcome(server), outcome(client)
        flags = PARTIAL_CHAIN if generous else 0
        chains = [(*one.presented, *_to_present(one, its)) if generous else one.presented
                  for one, its in zip((server, client), said, strict=True)]  # fmt: skip
        verdicts = handshake(
            Party(server.end_entity, chains[0], client.store, flags),
            Party(client.end_entity, chains[1], server.store, flags),
            NOW,
        )
        assert verdicts.completed, f"no handshake: {server.label} with {client.label}"
        count += 1
        found.append(Comparison(server, said[0], verdicts.client_about_server))
        found.append(Comparison(client, said[1], verdicts.server_about_client))
    return found, count


def _to_present(scenario: Scenario, said: PathOutcome):
    wanted = {certificate.sha256 for certificate in said.to_present}
    return [known for known in scenario.known if known.record.sha256 in wanted]


def differences(found: list[Comparison]) -> list[str]:
    """The comparisons that nothing explains."""
    return [str(one) for one in found if not (explained(one) or strictly(one.said) == one.answered)]


def explained(one: Comparison) -> str:
    """The exception that allows this answer, or an empty text."""
    if strictly(one.said) is None:
        return "A19: some candidate paths are good and some bad"
    if one.answered == 79 and rests_on_a14_too(one.said):
        return "A14: OpenSSL refuses the anchor before it comes to what fails under every reading"
    return about_constraints(one.said, one.answered)


@pytest.fixture(scope="module")
def of_generated() -> tuple[list[Comparison], int]:
    return compared(generated(GENERATED))


@pytest.fixture(scope="module")
def of_situations() -> tuple[list[Comparison], int]:
    return compared(situations(rounds=so_many(1, whole=3)))


def report(score, title: str, found: list[Comparison], handshakes: int) -> None:
    outcomes = Counter(str(one.said.outcome) for one in found)
    exceptions = Counter(explained(one).split(":")[0] for one in found if explained(one))
    distinct = len({id(one.scenario) for one in found})
    score(
        f"real TLS, {title}: {handshakes} handshakes, {distinct} paths, {len(found)} verdicts "
        f"{dict(sorted(outcomes.items()))}, exceptions {dict(sorted(exceptions.items()))}, "
        f"differences {len(differences(found))}"
    )


def test_generated_paths(of_generated, score):
    found, handshakes = of_generated
    report(score, "generated paths", found, handshakes)
    assert differences(found) == []
    assert len({id(one.scenario) for one in found}) >= GENERATED * 5 // 6


def test_situations_with_several_paths(of_situations, score):
    found, handshakes = of_situations
    report(score, "situations", found, handshakes)
    assert differences(found) == []


def test_every_defect_and_every_layout_was_met(of_generated):
    met = " ".join(one.scenario.label for one in of_generated[0])
    assert [defect for defect in DEFECTS if defect not in met] == []
    assert [layout for layout in LAYOUTS if layout not in met] == []


def test_openssl_gives_many_reasons_and_each_was_foretold(of_generated, of_situations):
    """Thin evidence would show here: each number must have been answered, not just said."""
    answered = Counter(one.answered for one in (*of_generated[0], *of_situations[0]))
    assert set(answered) == {0, 2, 7, 9, 10, 18, 19, 20, 22, 25, 26, 34, 47, 48, 51, 53, 79}


def test_a19_is_claimed_only_where_openssl_may_go_either_way(of_situations):
    """Of the paths of which some are good and some bad, OpenSSL accepts some and refuses some."""
    answers = Counter(one.answered == 0 for one in of_situations[0] if strictly(one.said) is None)
    assert answers[True] > 0
    assert answers[False] > 0


def test_open_cells_differ_under_the_other_reading(of_generated, of_situations, score):
    """A11 with the intermediate presented, and A12 with X509_V_FLAG_PARTIAL_CHAIN: what was refused is accepted."""
    strict = [
        one for one in (*of_generated[0], *of_situations[0]) if {"A11", "A12"} & set((one.said.reading or "").split())
    ]
    distinct = list({id(one.scenario): one.scenario for one in strict}.values())
    generous, handshakes = compared(distinct, generous=True)
    counted = Counter(one.said.reading for one in generous)
    score(f"real TLS, other reading: {handshakes} handshakes, {len(generous)} verdicts {dict(sorted(counted.items()))}")
    assert all(one.answered != 0 for one in strict)
    differ = [one for one in generous if one.answered != generously(one.said)]
    assert [str(one) for one in differ if not about_constraints(one.said, one.answered)] == []
    assert {"A11", "A12", "A11 A12"} <= set(counted)
    accepted = sum(one.answered == 0 for one in generous)
    assert accepted > 0.8 * len(generous)


def test_failures_fail_even_if_all_that_is_known_is_presented(of_generated):
    """Reading A11 is not claimed to fail where a presenter that sends more would be accepted."""
    failures = [one.scenario for one in of_generated[0] if one.said.outcome == Outcome.FAIL and one.scenario.known]
    assert len(failures) > 20
    everything = [
        Scenario(one.defect, one.end_entity, (*one.presented, *one.known), one.store, (), one.role, one.layout)
        for one in failures
    ]
    found, _ = compared(everything)
    assert [str(one) for one in found if one.answered == 0] == []

"""What holds for every path: order changes nothing, and another CA never turns a pass into a fail."""

from __future__ import annotations

import random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mcuaudit.domain.outcome import Outcome
from mcuaudit.pkix import PathOutcome, PolicyUse, validate
from mcuaudit.pkix.flaws import Kind
from tests.authority import LAST_YEAR, LONG_AGO, NOW, Authority, p256_key
from tests.oracles.chains import Scenario, generated
from tests.oracles.situations import situations
from tests.sampling import so_many


def _world() -> tuple[list[Authority], list]:
    """CAs of few names and few keys, so that many of them fit together: roots, cross-certificates, bad ones."""
    keys = [p256_key(700 + number) for number in range(4)]
    names = ["North", "South"]
    found: list[Authority] = []
    for number, title in enumerate(names):
        found.append(Authority.root(title, key=keys[number], key_identifiers=False))
        found.append(Authority.root(title, key=keys[number + 2], key_identifiers=False))
    for issuer in list(found):
        for number, title in enumerate((*names, "Issuing")):
            found.append(issuer.intermediate(title, key=keys[number], key_identifiers=False))
    issuing = [ca for ca in found if "Issuing" in ca.record.subject_text]
    found.append(found[0].intermediate("Issuing", key=keys[2], not_before=LONG_AGO, not_after=LAST_YEAR))
    found.append(found[0].intermediate("Issuing", key=keys[2], path_length=0, explicit_policy=0))
    found.append(found[1].intermediate("Issuing", key=keys[2], permitted=["DNS:example.org"]))
    found.append(Authority.root("Issuing", key=keys[2], version=1))
    leaves = [issuing[0].leaf("mcu", san=["DNS:mcu.example.com"], key_identifiers=False, key=keys[3])]
    leaves.append(found[0].leaf("mcu", key_identifiers=False, key=keys[3]))
    leaves.append(found[-2].leaf("mcu", san=["DNS:mcu.example.org"], purposes=["serverAuth"], key=keys[3]))
    asks = {"policies": ["1.2.3"], "explicit_policy": 0, "key_identifiers": False}
    found += [found[number].intermediate("Issuing", key=keys[2], **asks) for number in (0, 1)]
    maps = {"policies": ["1.2.4"], "mappings": [("1.2.4", "1.2.3")], "inhibit_any": 0}
    found.append(found[0].intermediate("North", key=keys[0], **maps))
    leaves += [found[-2].leaf("mcu", key=keys[3], key_identifiers=False, policies=[one]) for one in ("1.2.3", "1.2.4")]
    return found, leaves


CAS, LEAVES = _world()
subsets = st.lists(st.sampled_from(range(len(CAS))), max_size=5, unique=True)
leaves = st.sampled_from(range(len(LEAVES)))
many = settings(
    max_examples=so_many(100, whole=400), deadline=None, derandomize=True, suppress_health_check=list(HealthCheck)
)


def judge(
    leaf: int, presented: list[int], known: list[int], anchors: list[int], policies: PolicyUse = "both"
) -> PathOutcome:
    return validate(
        LEAVES[leaf].record,
        presented=[CAS[number].record for number in presented],
        known=[CAS[number].record for number in known],
        anchors=[CAS[number].record for number in anchors],
        at=NOW,
        policies=policies,
    )


@many
@given(leaf=leaves, presented=subsets, known=subsets, anchors=subsets, more=subsets)
def test_adding_cas_never_turns_a_pass_into_another_outcome(leaf, presented, known, anchors, more):
    before = judge(leaf, presented, known, anchors)
    if before.outcome == Outcome.PASS:
        assert judge(leaf, presented, known, anchors + more).outcome == Outcome.PASS
        assert judge(leaf, presented + more, known, anchors).outcome == Outcome.PASS
        assert judge(leaf, presented, known + more, anchors) == before
    elif before.outcome == Outcome.OPEN:
        assert judge(leaf, presented, known + more, anchors).outcome != Outcome.FAIL


@many
@given(leaf=leaves, presented=subsets, known=subsets, anchors=subsets, dice=st.randoms(use_true_random=False))
def test_order_changes_nothing(leaf, presented, known, anchors, dice):
    before = judge(leaf, presented, known, anchors)
    orders = [dice.sample(numbers, len(numbers)) for numbers in (presented, known, anchors)]
    assert judge(leaf, *orders) == before


@many
@given(leaf=leaves, presented=subsets, known=subsets, anchors=subsets)
def test_policies_only_ever_refuse(leaf, presented, known, anchors):
    """Where the two ways differ, the evaluation is the stricter one, and both ways together are between them."""
    evaluated, both, ignored = (
        judge(leaf, presented, known, anchors, use).outcome for use in ("evaluate", "both", "ignore")
    )
    assert (both == Outcome.PASS) == (evaluated == Outcome.PASS)
    assert (both == Outcome.FAIL) == (ignored == Outcome.FAIL)
    assert evaluated != Outcome.PASS or ignored == Outcome.PASS
    assert ignored != Outcome.FAIL or evaluated == Outcome.FAIL


def test_the_generated_world_holds_every_outcome():
    """The two properties above would be empty if all of it failed."""
    dice = random.Random(4)
    outcomes = set()
    readings = set()
    ways = set()
    for _ in range(600):
        numbers = [dice.sample(range(len(CAS)), dice.randint(0, 5)) for _ in range(3)]
        found = judge(leaf := dice.randrange(len(LEAVES)), *numbers)
        ways.add((judge(leaf, *numbers, "evaluate").outcome, found.outcome, judge(leaf, *numbers, "ignore").outcome))
        outcomes.add((found.outcome, found.every_candidate_good))
        readings.add(found.reading)
    assert outcomes == {(Outcome.PASS, True), (Outcome.PASS, False), (Outcome.OPEN, False), (Outcome.FAIL, False)}
    assert {None, "A11", "A12", "A21"} <= readings
    assert (Outcome.FAIL, Outcome.OPEN, Outcome.PASS) in ways


@pytest.fixture(scope="module")
def scenarios() -> list[Scenario]:
    return generated(so_many(120, whole=550)) + situations()


def test_outcomes_are_well_formed(scenarios):
    codes = {kind.code for kind in Kind} | {"ok", "intermediate_not_presented", "search_limit"}
    for scenario in scenarios:
        found = validate(
            scenario.end_entity.record,
            presented=[one.record for one in scenario.presented],
            known=[one.record for one in scenario.known],
            anchors=[one.record for one in scenario.store],
            purpose=scenario.role,
            at=NOW,
        )
        assert found.reason_code in codes
        assert found.reason.endswith(".")
        assert "\n" not in found.reason
        assert found.path[0] == scenario.end_entity.record
        assert found.candidate_certificates >= {scenario.end_entity.record.sha256}
        assert (found.outcome == Outcome.FAIL) == (found.valid_until is None)
        assert not found.every_candidate_good or found.outcome == Outcome.PASS
        if found.outcome == Outcome.FAIL:
            assert found.openssl_error
            assert f"(OpenSSL error {found.openssl_error}: " in found.reason
            assert found.remedy
            assert found.failed_at
        if found.outcome == Outcome.OPEN:
            assert found.reading
        if found.outcome == Outcome.PASS:
            assert found.path[-1].sha256 in {one.record.sha256 for one in scenario.store}


def test_the_words_are_those_of_openssl():
    """The library that TLS is done with knows each number by the words that are used, but for what it adds to one."""
    from cryptography.hazmat.bindings.openssl.binding import Binding

    binding = Binding()
    for kind in Kind:
        if kind.openssl_error:
            words = binding.ffi.string(binding.lib.X509_verify_cert_error_string(kind.openssl_error)).decode()
            assert words.removesuffix(" or the system clock is incorrect") == kind.words

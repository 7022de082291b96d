"""The state of policy processing after each certificate, as a whole: RFC 5280, sections 6.1.2 to 6.1.5."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from mcuaudit.domain.certificate import Certificate
from mcuaudit.domain.remedy import Remedy, RemedyKind
from mcuaudit.pkix import policies
from mcuaudit.pkix.flaws import Flaw, Kind
from mcuaudit.pkix.policies import Level, PolicyMemo, below_cas, concluded, initial_level, may_refuse, under_reading
from mcuaudit.pkix.policy_inputs import ANY_POLICY, PolicyInputs
from tests.authority import Authority, name, p256_key

ROOT = Authority.root("Root", key=p256_key(770)).record
P, Q, R, S = "1.2.3.1", "1.2.3.2", "1.2.3.3", "1.2.3.4"
ANY = ANY_POLICY
EVERY, ONLY_P = PolicyInputs("evaluate"), PolicyInputs("evaluate", frozenset({P}))
NO_EXTENSION = "has no certificatePolicies"
NONE_ALLOWED = "has no certificate policy that the CA certificates above it allow"
NO_MAPPING = "maps its certificate policies, although policy mapping is inhibited"


def cert(number: int, *stated: str, own: bool = False, **fields: Any) -> Certificate:
    """A certificate with these policies, none if there are none; `own` makes it self-issued."""
    subject = ROOT.subject if own else name(f"{number}").public_bytes()
    found = {"certificate_policies": stated or None, "subject": subject, **fields}
    return replace(ROOT, sha256=f"{number:064}", subject_text=f"CN={number}", **found)


def level(inputs: PolicyInputs = EVERY, counters: tuple[int, int, int] = (3, 3, 3), **fields: Any) -> Level:
    return Level(inputs, *counters, **fields)


def refused(certificate: Certificate, kind: Kind, detail: str) -> Flaw:
    return Flaw(kind, certificate, detail, Remedy(RemedyKind.REISSUE))


@pytest.mark.parametrize("generous", [False, True])
def test_before_the_first_certificate_each_counter_is_one_beyond_the_length_or_0(generous):
    assert initial_level(EVERY, 3, generous=generous) == level(counters=(4, 4, 4), generous=generous)
    for wish, counters in (
        ({"explicit": True}, (0, 4, 4)),
        ({"inhibit_mapping": True}, (4, 0, 4)),
        ({"inhibit_any": True}, (4, 4, 0)),
    ):
        inputs = PolicyInputs("evaluate", **wish)
        assert initial_level(inputs, 3, generous=generous) == level(inputs, counters, generous=generous)


def test_a_level_is_empty_without_a_policy_and_without_any_policy():
    assert not level().empty
    assert not level(nodes={P: False}, any_node=False).empty
    assert level(any_node=False).empty


BELOW = (2, 2, 2)
PLAIN, NONE, ALL, P_AND_ALL, OWN = cert(1, P), cert(2), cert(3, ANY), cert(4, P, ANY), cert(5, P, own=True)
TWO, LESS = cert(6, P, Q), cert(7, Q, R)

# A state, the CA certificates below, and the state below these.
STEPS: list[tuple[Level, tuple[Certificate, ...], Level]] = [
    (level(), (), level()),
    (level(), (PLAIN,), level(counters=BELOW, nodes={P: True}, any_node=False, work=1)),
    (level(ONLY_P), (TWO,), level(ONLY_P, BELOW, nodes={P: True, Q: False}, any_node=False, work=2)),
    (level(), (NONE,), level(counters=BELOW, any_node=False, lost=(NONE, NO_EXTENSION))),
    (level(), (ALL,), level(counters=BELOW, work=1)),
    (level(), (P_AND_ALL,), level(counters=BELOW, nodes={P: True}, work=2)),
    (level(), (OWN,), level(nodes={P: True}, any_node=False, work=1)),
    (level(counters=(1, 1, 1)), (PLAIN,), level(counters=(0, 0, 0), nodes={P: True}, any_node=False, work=1)),
    (level(counters=(0, 0, 0)), (PLAIN,), level(counters=(0, 0, 0), nodes={P: True}, any_node=False, work=1)),
    (level(), (TWO, LESS), level(counters=(1, 1, 1), nodes={Q: True}, any_node=False, work=6)),
    (level(), (TWO, ALL), level(counters=(1, 1, 1), nodes={P: True, Q: True}, any_node=False, work=5)),
    (level(), (ALL, TWO), level(counters=(1, 1, 1), nodes={P: True, Q: True}, any_node=False, work=3)),
    (level(), (PLAIN, LESS), level(counters=(1, 1, 1), any_node=False, work=4, lost=(LESS, NONE_ALLOWED))),
    (level(), (NONE, LESS), level(counters=(1, 1, 1), any_node=False, work=2, lost=(NONE, NO_EXTENSION))),
    (level(nodes={P: False}), (PLAIN,), level(counters=BELOW, nodes={P: False}, any_node=False, work=2)),
    (level(nodes={Q: False}), (P_AND_ALL,), level(counters=BELOW, nodes={Q: False, P: True}, work=3)),
    (level(nodes={P: False}), (P_AND_ALL,), level(counters=BELOW, nodes={P: False}, work=3)),
    # anyPolicy where it is inhibited.
    (level(counters=(3, 3, 0)), (ALL,), level(counters=(2, 2, 0), any_node=False, work=1, lost=(ALL, NONE_ALLOWED))),
    (level(counters=(3, 3, 1)), (ALL,), level(counters=(2, 2, 0), work=1)),
    (level(counters=(3, 3, 0)), (cert(8, ANY, own=True),), level(counters=(3, 3, 0), work=1)),
    (level(counters=(3, 3, 0), nodes={Q: True}), (P_AND_ALL,),
     level(counters=(2, 2, 0), nodes={P: True}, any_node=False, work=3)),
]  # fmt: skip


@pytest.mark.parametrize(("above", "cas", "below"), STEPS)
def test_the_policies_of_a_certificate_among_those_that_are_expected(above, cas, below):
    assert below_cas(above, cas) == below


@pytest.mark.parametrize(
    ("fields", "counters", "requires"),
    [
        ({"require_explicit_policy": 0}, (0, 2, 2), True),
        ({"require_explicit_policy": 1}, (1, 2, 2), True),
        ({"require_explicit_policy": 2}, (2, 2, 2), False),
        ({"require_explicit_policy": 9}, (2, 2, 2), False),
        ({"inhibit_policy_mapping": 0}, (2, 0, 2), False),
        ({"inhibit_policy_mapping": 9}, (2, 2, 2), False),
        ({"inhibit_any_policy": 0}, (2, 2, 0), False),
        ({"inhibit_any_policy": 9}, (2, 2, 2), False),
    ],
)
def test_a_constraint_lowers_a_counter_and_who_requires_a_policy_is_kept(fields, counters, requires):
    ca, above = cert(11, P, **fields), level(required_by=ROOT)
    expected = level(counters=counters, nodes={P: True}, any_node=False, work=1, required_by=ca if requires else ROOT)
    assert below_cas(above, [ca]) == expected


def unread(number: int, field: str, *stated: str, **fields: Any) -> Certificate:
    return cert(number, *stated, unreadable=(field,), **fields)


NO_POLICIES, NO_CONSTRAINTS = unread(21, "certificatePolicies"), unread(22, "policyConstraints", P)
NO_INHIBITION, NO_MAPPINGS = unread(23, "inhibitAnyPolicy", P), unread(24, "policyMappings", P)


def test_what_cannot_be_read_allows_nothing_to_a_strict_judgement():
    lost = level(counters=BELOW, any_node=False, lost=(NO_POLICIES, NO_EXTENSION))
    assert below_cas(level(), [NO_POLICIES]) == lost
    stated = unread(25, "certificatePolicies", P)
    lost = level(counters=BELOW, any_node=False, lost=(stated, NONE_ALLOWED))
    assert below_cas(level(), [stated]) == lost
    found = below_cas(level(), [NO_CONSTRAINTS])
    assert found == level(counters=(0, 0, 2), nodes={P: True}, any_node=False, work=1, required_by=NO_CONSTRAINTS)
    assert below_cas(level(), [NO_INHIBITION]) == level(counters=(2, 2, 0), nodes={P: True}, any_node=False, work=1)
    flaw = refused(NO_MAPPINGS, Kind.POLICY_MAPPING, "has policyMappings")
    assert below_cas(level(), [NO_MAPPINGS]) == level(nodes={P: True}, any_node=False, work=1, flaw=flaw)


def test_what_cannot_be_read_allows_everything_to_a_generous_judgement():
    start = level(ONLY_P, generous=True)
    after = replace(start, explicit=2, mapping=2, inhibit_any=2)
    assert below_cas(start, [NO_POLICIES]) == replace(after, work=1)
    nodes = {"nodes": {P: True}, "any_node": False, "work": 1}
    assert below_cas(start, [NO_CONSTRAINTS]) == replace(after, **nodes)
    assert below_cas(start, [NO_INHIBITION]) == replace(after, **nodes)
    assert below_cas(start, [NO_MAPPINGS]) == replace(after, **{**nodes, "any_node": True})
    lost = (NONE, NO_EXTENSION)
    empty = replace(start, any_node=False, lost=lost)
    assert below_cas(empty, [unread(26, "policyMappings")]) == replace(after, any_node=False, lost=lost)
    inhibited = replace(start, inhibit_any=0, nodes={Q: False})
    assert below_cas(inhibited, [NO_POLICIES]) == replace(after, inhibit_any=0, nodes={Q: False}, work=2)
    # A node that is expected under another name may be a policy of its own too, below anyPolicy.
    expecting = replace(start, nodes={P: False, Q: False})
    assert below_cas(expecting, [TWO]) == replace(after, nodes={P: True, Q: False}, any_node=False, work=4)
    without = replace(expecting, any_node=False, nodes={P: False, Q: True})
    assert below_cas(without, [TWO]) == replace(after, nodes={P: False, Q: True}, any_node=False, work=4)


def mapping(number: int, *pairs: tuple[str, str], stated: tuple[str, ...] = (P, Q)) -> Certificate:
    return cert(number, *stated, policy_mappings=pairs)


MAPPED: list[tuple[Level, Certificate, dict[str, Any]]] = [
    (level(), mapping(31, (P, R)), {"nodes": {R: True, Q: True}, "work": 5}),
    (level(), mapping(32, (P, R), (P, S)), {"nodes": {R: True, S: True, Q: True}, "work": 7}),
    (level(ONLY_P), mapping(33, (P, R), (Q, R)), {"nodes": {R: True}, "work": 5}),
    (level(ONLY_P), mapping(34, (P, R), (Q, R), stated=(Q, P)), {"nodes": {R: True}, "work": 5}),
    (level(), mapping(35, (R, S)), {"nodes": {P: True, Q: True}, "work": 5}),
    (level(), mapping(36, (R, S), stated=(ANY,)), {"nodes": {S: True}, "any_node": True, "work": 3}),
    (level(ONLY_P), mapping(37, (R, S), stated=(ANY,)), {"nodes": {S: False}, "any_node": True, "work": 3}),
    (level(ONLY_P), mapping(38, (P, S), (R, S), stated=(ANY,)), {"nodes": {S: True}, "any_node": True, "work": 4}),
    (level(ONLY_P), mapping(39, (R, S), (P, S), stated=(ANY,)), {"nodes": {S: True}, "any_node": True, "work": 4}),
    (level(ONLY_P, nodes={P: False}), mapping(40, (P, S), stated=(P, ANY)),
     {"nodes": {S: False}, "any_node": True, "work": 5}),
    (level(ONLY_P, nodes={P: False}, generous=True), mapping(41, (P, S), stated=(ANY,)),
     {"nodes": {S: True}, "any_node": True, "work": 4}),
    (level(), cert(42, P, policy_mappings=()), {"nodes": {P: True}, "work": 1}),
    # Where mapping is inhibited.
    (level(counters=(3, 0, 3)), mapping(43, (P, R)), {"nodes": {Q: True}, "work": 5}),
    (level(counters=(3, 0, 3)), mapping(44, (R, P)), {"nodes": {P: True, Q: True}, "work": 5}),
    (level(counters=(3, 0, 3)), mapping(45, (P, R), stated=(P, ANY)), {"any_node": True, "work": 4}),
    (level(counters=(3, 1, 3)), mapping(46, (P, R)), {"nodes": {R: True, Q: True}, "work": 5}),
]  # fmt: skip


@pytest.mark.parametrize(("above", "ca", "expected"), MAPPED)
def test_mapped_policies_are_expected_by_their_new_names(above, ca, expected):
    counters = (2, max(0, above.mapping - 1), 2)
    below = level(above.inputs, counters, **{"any_node": False, "generous": above.generous, **expected})
    assert below_cas(above, [ca]) == below


def test_where_mapping_is_inhibited_the_last_policy_may_be_lost():
    ca = mapping(47, (P, R), (Q, R))
    assert below_cas(level(counters=(3, 0, 3)), [ca]) == level(
        counters=(2, 0, 2), any_node=False, work=6, lost=(ca, NO_MAPPING)
    )
    lost = (NONE, NO_EXTENSION)
    empty = level(counters=(3, 0, 3), any_node=False, lost=lost)
    assert below_cas(empty, [ca]) == level(counters=(2, 0, 2), any_node=False, work=4, lost=lost)


def test_a_mapping_of_any_policy_ends_the_path_and_nothing_below_counts():
    for pairs in ([(P, Q), (ANY, R)], [(R, ANY), (P, Q)]):
        ca = mapping(48, *pairs)
        flaw = refused(ca, Kind.POLICY_MAPPING, "has policyMappings to or from anyPolicy")
        expected = level(nodes={P: True, Q: True}, any_node=False, work=2, flaw=flaw)
        assert below_cas(level(), [ca]) == below_cas(level(), [ca, NONE, PLAIN]) == expected
        assert concluded(expected, NONE) == expected


def test_where_a_policy_is_required_the_one_that_leaves_none_is_refused():
    asked = "an explicit policy is required"
    for required_by, words in ((None, asked), (ROOT, "CN=Root,O=Example requires an explicit policy")):
        above = level(counters=(0, 3, 3), required_by=required_by)
        flaw = refused(NONE, Kind.NO_EXPLICIT_POLICY, f"{NO_EXTENSION}, and {words}")
        assert below_cas(above, [NONE]) == replace(above, any_node=False, lost=(NONE, NO_EXTENSION), flaw=flaw)
        assert below_cas(above, [PLAIN]).flaw is None
    own = cert(50, require_explicit_policy=0)
    found = below_cas(level(), [own, PLAIN]).flaw
    assert found == refused(own, Kind.NO_EXPLICIT_POLICY, f"{NO_EXTENSION}, and it requires an explicit policy")


def test_as_many_policies_as_the_limit_are_evaluated_and_no_more(monkeypatch):
    assert policies.MOST_POLICIES == 1_000_000
    monkeypatch.setattr(policies, "MOST_POLICIES", 6)
    assert below_cas(level(), [TWO, LESS]) == level(counters=(1, 1, 1), nodes={Q: True}, any_node=False, work=6)
    found = below_cas(level(), [TWO, cert(51, Q, R, S)])
    assert found.work == 7
    assert found.flaw == refused(cert(51, Q, R, S), Kind.TOO_MANY_POLICIES, "")


CONSTRAINED, LATE = cert(61, Q, require_explicit_policy=0), cert(62, Q, require_explicit_policy=1)
NO_INITIAL = "has no certificate policy that corresponds to one of the initial policies"
IN_FORCE = "an explicit policy is required"
ABOVE = "CN=Root,O=Example requires an explicit policy"

# The state above the last certificate, that certificate, what changes of it but the work, and the detail of the flaw.
ENDS: list[tuple[Level, Certificate, dict[str, Any], str]] = [
    (level(counters=(2, 0, 0)), PLAIN, {"nodes": {P: True}, "any_node": False}, ""),
    (level(counters=(2, 0, 0)), NONE, {"any_node": False, "lost": (NONE, NO_EXTENSION)}, ""),
    (
        level(counters=(1, 0, 0)),
        NONE,
        {"any_node": False, "lost": (NONE, NO_EXTENSION)},
        f"{NO_EXTENSION}, and {IN_FORCE}",
    ),
    (
        level(counters=(0, 0, 0)),
        NONE,
        {"any_node": False, "lost": (NONE, NO_EXTENSION)},
        f"{NO_EXTENSION}, and {IN_FORCE}",
    ),
    (
        level(counters=(1, 0, 0), required_by=ROOT),
        NONE,
        {"any_node": False, "lost": (NONE, NO_EXTENSION)},
        f"{NO_EXTENSION}, and {ABOVE}",
    ),
    (
        level(ONLY_P, (1, 0, 0)),
        LESS,
        {"nodes": {Q: False, R: False}, "any_node": False, "lost": (LESS, NO_INITIAL)},
        f"{NO_INITIAL}, and {IN_FORCE}",
    ),
    (level(ONLY_P, (2, 0, 0)), LESS, {"nodes": {Q: False, R: False}, "any_node": False}, ""),
    (level(ONLY_P, (1, 0, 0)), TWO, {"nodes": {P: True, Q: False}, "any_node": False}, ""),
    (level(ONLY_P, (1, 0, 1)), ALL, {}, ""),
    (
        level(ONLY_P, (1, 0, 0)),
        cert(63, ANY, own=True),
        {"any_node": False, "lost": (cert(63, ANY, own=True), NONE_ALLOWED)},
        f"{NONE_ALLOWED}, and {IN_FORCE}",
    ),
    (
        level(ONLY_P, (9, 0, 0)),
        CONSTRAINED,
        {"nodes": {Q: False}, "any_node": False, "required_by": CONSTRAINED, "lost": (CONSTRAINED, NO_INITIAL)},
        f"{NO_INITIAL}, and it requires an explicit policy",
    ),
    (
        level(ONLY_P, (1, 0, 0), required_by=ROOT),
        CONSTRAINED,
        {"nodes": {Q: False}, "any_node": False, "required_by": CONSTRAINED, "lost": (CONSTRAINED, NO_INITIAL)},
        f"{NO_INITIAL}, and it requires an explicit policy",
    ),
    (
        level(ONLY_P, (0, 0, 0), required_by=ROOT),
        CONSTRAINED,
        {"nodes": {Q: False}, "any_node": False, "lost": (CONSTRAINED, NO_INITIAL)},
        f"{NO_INITIAL}, and {ABOVE}",
    ),
    (level(ONLY_P, (9, 0, 0)), LATE, {"nodes": {Q: False}, "any_node": False}, ""),
    (
        level(ONLY_P, (9, 0, 0)),
        cert(64, P, require_explicit_policy=0),
        {"nodes": {P: True}, "any_node": False, "required_by": cert(64, P, require_explicit_policy=0)},
        "",
    ),
]


@pytest.mark.parametrize(("above", "end_entity", "changed", "detail"), ENDS)
def test_the_last_certificate_of_a_path(above, end_entity, changed, detail):
    flaw = refused(end_entity, Kind.NO_EXPLICIT_POLICY, detail) if detail else None
    work = len(end_entity.certificate_policies or ())
    assert concluded(above, end_entity) == replace(above, **changed, work=work, flaw=flaw)


# The memo: the trust anchor is the last of the CA certificates, and does not count.


def test_a_path_is_evaluated_from_the_top_and_its_work_is_counted():
    memo = PolicyMemo(PolicyInputs("evaluate", explicit=True))
    assert memo.flaw(PLAIN, (ROOT,)) == (None, 1)
    assert memo.flaw(PLAIN, (TWO, ROOT)) == (None, 5)
    assert memo.flaw(PLAIN, (TWO, P_AND_ALL, ROOT)) == (None, 8)
    lost = refused(LESS, Kind.NO_EXPLICIT_POLICY, f"{NONE_ALLOWED}, and {IN_FORCE}")
    assert memo.flaw(LESS, (PLAIN, TWO, ROOT)) == (lost, 8)
    lost = refused(PLAIN, Kind.NO_EXPLICIT_POLICY, f"{NONE_ALLOWED}, and {IN_FORCE}")
    assert memo.flaw(TWO, (PLAIN, LESS, ROOT)) == (lost, 5)
    assert memo.inputs == PolicyInputs("evaluate", explicit=True)


def test_the_counters_begin_beyond_the_number_of_certificates_without_the_trust_anchor():
    """6.1.2 (d): the last certificate brings explicit_policy to 1, which requires nothing."""
    for cas in ((), (NONE,), (NONE, cert(9))):
        assert PolicyMemo(EVERY).flaw(cert(10), (*cas, ROOT)) == (None, 0)
    tight = cert(12, require_explicit_policy=2)
    assert PolicyMemo(EVERY).flaw(NONE, (tight, ROOT)) == (None, 0)
    found, _ = PolicyMemo(EVERY).flaw(NONE, (cert(9), tight, ROOT))
    assert found == refused(tight, Kind.NO_EXPLICIT_POLICY, f"{NO_EXTENSION}, and it requires an explicit policy")


UNREAD = "has certificate policies, or constraints or mappings of them, that cannot be read"


def test_what_cannot_be_read_is_named_from_the_top_and_never_at_the_trust_anchor():
    asked = PolicyInputs("evaluate", explicit=True)
    damaged_root = replace(ROOT, unreadable=("certificatePolicies",))
    upper, lower = unread(71, "certificatePolicies"), unread(72, "extensions")
    end_entity = unread(73, "inhibitAnyPolicy")
    for cas, last, named in (
        ((upper,), PLAIN, upper),
        ((lower, upper), PLAIN, upper),
        ((upper, lower), PLAIN, lower),
        ((TWO, upper), PLAIN, upper),
        ((upper, TWO), PLAIN, upper),
        ((TWO, TWO), unread(74, "certificatePolicies"), unread(74, "certificatePolicies")),
        ((), unread(75, "extensions"), unread(75, "extensions")),
    ):
        for anchor in (ROOT, damaged_root):
            found, _ = PolicyMemo(asked).flaw(last, (*cas, anchor))
            assert found == refused(named, Kind.UNREADABLE, UNREAD)
    lost = refused(NONE, Kind.NO_EXPLICIT_POLICY, f"{NO_EXTENSION}, and {IN_FORCE}")
    assert PolicyMemo(asked).flaw(NONE, (damaged_root,)) == (lost, 0)
    lost = refused(end_entity, Kind.NO_EXPLICIT_POLICY, f"{NO_EXTENSION}, and {IN_FORCE}")
    assert PolicyMemo(asked).flaw(end_entity, (ROOT,)) == (lost, 0)


def test_the_work_of_both_judgements_counts_and_each_is_kept_for_itself():
    asked = PolicyInputs("evaluate", explicit=True)
    damaged = unread(76, "certificatePolicies")
    memo = PolicyMemo(asked)
    for _ in range(2):
        assert memo.flaw(PLAIN, (TWO, ROOT)) == (None, 5)
        assert memo.flaw(damaged, (TWO, ROOT)) == (refused(damaged, Kind.UNREADABLE, UNREAD), 9)
    assert memo.flaw(unread(77, "inhibitAnyPolicy", P), (TWO, ROOT)) == (None, 10)
    many = unread(78, "inhibitAnyPolicy", P)
    inhibited = refused(ALL, Kind.NO_EXPLICIT_POLICY, f"{NONE_ALLOWED}, and {IN_FORCE}")
    assert memo.flaw(ALL, (many, ROOT))[0] == refused(many, Kind.UNREADABLE, UNREAD)
    assert memo.flaw(ALL, (cert(79, P, inhibit_any_policy=0), ROOT))[0] == inhibited


def test_a_generous_judgement_that_is_not_certain_leaves_the_path_open(monkeypatch):
    monkeypatch.setattr(policies, "MOST_POLICIES", 1)
    damaged = unread(80, "certificatePolicies")
    found, _ = PolicyMemo(PolicyInputs("evaluate", explicit=True)).flaw(cert(81, P, Q, R), (damaged, ROOT))
    assert found == refused(damaged, Kind.UNREADABLE, UNREAD)


def test_only_constraints_and_mappings_may_refuse():
    for fields, may in (
        ({}, False),
        ({"require_explicit_policy": 0}, True),
        ({"policy_mappings": ()}, True),
        ({"inhibit_policy_mapping": 0, "inhibit_any_policy": 0}, False),
        ({"unreadable": ("policyConstraints",)}, True),
        ({"unreadable": ("policyMappings",)}, True),
        ({"unreadable": ("certificatePolicies", "inhibitAnyPolicy")}, False),
        ({"unreadable": ("extensions",)}, True),
    ):
        assert may_refuse(cert(82, P, **fields)) is may


def test_under_the_reading_of_policies_a_flaw_keeps_all_but_its_kind():
    flaw = refused(PLAIN, Kind.NO_EXPLICIT_POLICY, "has none")
    assert under_reading(flaw) == refused(PLAIN, Kind.POLICIES, "has none")

"""Certificate policies, step by step as in RFC 5280, sections 6.1.2 to 6.1.5."""

from __future__ import annotations

import time
from dataclasses import replace
from itertools import count
from typing import Any

import pytest

from mcuaudit.domain.certificate import Certificate
from mcuaudit.domain.outcome import Outcome
from mcuaudit.pkix import PathOutcome, policies, validate
from mcuaudit.pkix.policies import PolicyMemo, may_refuse
from mcuaudit.pkix.policy_inputs import ANY_POLICY, PolicyInputs
from tests.authority import NOW, Authority, encoded
from tests.odd_encodings import with_extension

ROOT = Authority.root("Root")
LEAF = ROOT.leaf("mcu").record
P, Q, R = "1.2.3.1", "1.2.3.2", "1.2.3.3"
ANY = ANY_POLICY
_numbers = count()


def cert(*stated: str, self_issued: bool = False, **fields: Any) -> Certificate:
    """A certificate with these policies, none if there are none; `fields` are fields of the record."""
    shown = {"subject": ROOT.record.subject} if self_issued else {}
    found = {"certificate_policies": stated or None, **shown, **fields}
    number = next(_numbers)
    return replace(LEAF, sha256=f"{number:064}", subject_text=f"CN={number}", **found)


def code(*path: Certificate, initial: tuple[str, ...] = (ANY,), **inputs: bool) -> str:
    """The code of what is wrong with a path, from the CA below the trust anchor down; "ok" if nothing is."""
    asked = PolicyInputs("evaluate", frozenset(initial), **inputs)
    flaw, _ = PolicyMemo(asked).flaw(path[-1], (*path[-2::-1], ROOT.record))
    return flaw.kind.code if flaw else "ok"


def explicit(*path: Certificate, initial: tuple[str, ...] = (ANY,), **inputs: bool) -> bool:
    """Whether the path is valid if an explicit policy is required from its start."""
    found = code(*path, initial=initial, explicit=True, **inputs)
    assert found in ("ok", "no_explicit_policy")
    return found == "ok"


def test_no_explicit_policy_is_required_by_default():
    """6.1.2 (d): explicit_policy is n + 1, which n certificates do not bring to 0."""
    for length in range(1, 5):
        assert code(*(cert() for _ in range(length))) == "ok"
        assert not explicit(*(cert() for _ in range(length)))


def test_a_policy_of_every_certificate_is_valid():
    """6.1.3 (d) (1) (i)."""
    assert explicit(cert(P), cert(P))
    assert explicit(cert(P, Q), cert(Q, R), cert(Q))
    assert not explicit(cert(P), cert(Q))
    assert not explicit(cert(P, Q), cert(Q), cert(P))


def test_below_any_policy_each_policy_is_valid():
    """6.1.3 (d) (1) (ii)."""
    assert explicit(cert(ANY), cert(P))
    assert explicit(cert(ANY), cert(P), initial=(P,))
    assert not explicit(cert(ANY), cert(P), initial=(Q,))
    assert not explicit(cert(P), cert(ANY), cert(Q))


def test_a_policy_that_another_node_expects_does_not_come_from_any_policy_too():
    """6.1.3 (d) (1) (ii) is for a policy without a match in (i) alone: P comes from R here."""
    mapping = cert(ANY, policy_mappings=((R, P),))
    assert explicit(mapping, cert(P), initial=(R,))
    assert not explicit(mapping, cert(P), initial=(P,))
    assert explicit(mapping, cert(Q), initial=(Q,))


def test_any_policy_continues_what_is_expected():
    """6.1.3 (d) (2)."""
    assert explicit(cert(P), cert(ANY), cert(P))
    assert explicit(cert(P), cert(ANY), initial=(P,))
    assert not explicit(cert(P), cert(ANY), initial=(Q,))
    assert explicit(cert(ANY), cert(ANY), initial=(Q,))
    assert explicit(cert(P, policy_mappings=((P, Q),)), cert(R, ANY), cert(Q), initial=(P,))


def test_inhibited_any_policy_continues_nothing_but_in_a_self_issued_ca():
    """6.1.3 (d) (2): inhibit_anyPolicy is greater than 0, or i < n and the certificate is self-issued."""
    assert not explicit(cert(P), cert(ANY), inhibit_any=True)
    assert not explicit(cert(ANY), cert(P), inhibit_any=True)
    assert explicit(cert(P), cert(ANY, self_issued=True), cert(P), inhibit_any=True)
    assert explicit(cert(ANY, self_issued=True), cert(P), inhibit_any=True)
    assert not explicit(cert(P), cert(ANY, self_issued=True), inhibit_any=True)
    assert explicit(cert(P), cert(P, ANY), inhibit_any=True)


def test_without_certificate_policies_no_policy_is_left():
    """6.1.3 (e), and (f): the tree stays NULL."""
    assert not explicit(cert(P), cert(), cert(P))
    assert code(cert(), cert(P, require_explicit_policy=0), cert(P)) == "no_explicit_policy"
    assert code(cert(P), cert(P, require_explicit_policy=0), cert()) == "no_explicit_policy"


@pytest.mark.parametrize("pair", [(ANY, P), (P, ANY), (ANY, ANY)])
def test_any_policy_is_not_mapped(pair):
    """6.1.4 (a): whether an explicit policy is required or not, in every certificate but the last."""
    mapping = cert(P, policy_mappings=((P, Q), pair))
    assert code(mapping, cert(Q)) == "policy_mapping"
    assert code(mapping, cert(Q), explicit=True) == "policy_mapping"
    assert code(cert(P), mapping) == "ok"


def test_the_first_certificate_that_refuses_the_path_is_the_reason():
    """6.1.3 (f) comes before 6.1.4 (a), and the CA above before the one below."""
    refused = {"policy_mappings": ((P, ANY),)}
    assert code(cert(**refused), cert(P), explicit=True) == "no_explicit_policy"
    assert code(cert(), cert(P, **refused), cert(P), explicit=True) == "no_explicit_policy"
    assert code(cert(P, **refused), cert(), cert(P), explicit=True) == "policy_mapping"


def test_a_mapped_policy_is_expected_by_its_new_names():
    """6.1.4 (b) (1)."""
    mapping = cert(P, policy_mappings=((P, Q),))
    assert explicit(mapping, cert(Q))
    assert explicit(mapping, cert(Q), initial=(P,))
    assert not explicit(mapping, cert(Q), initial=(Q,))
    assert not explicit(mapping, cert(P))
    both = cert(P, policy_mappings=((P, Q), (P, R)))
    assert explicit(both, cert(Q), initial=(P,))
    assert explicit(both, cert(R), initial=(P,))
    joined = cert(P, Q, policy_mappings=((P, R), (Q, R)))
    assert explicit(joined, cert(R), initial=(P,))
    assert explicit(joined, cert(R), initial=(Q,))
    assert not explicit(joined, cert(R), initial=(R,))
    kept = cert(P, Q, policy_mappings=((P, Q),))
    assert explicit(kept, cert(Q), initial=(P,))
    assert explicit(kept, cert(Q), initial=(Q,))


def test_a_policy_that_the_ca_does_not_have_is_mapped_from_any_policy_alone():
    """6.1.4 (b) (1), its last sentence."""
    assert explicit(cert(ANY, policy_mappings=((P, Q),)), cert(Q), initial=(P,))
    assert not explicit(cert(R, policy_mappings=((P, Q),)), cert(Q))
    own = cert(ANY, P, policy_mappings=((P, Q),))
    assert explicit(own, cert(Q), initial=(P,))
    assert not explicit(own, cert(Q), initial=(Q,))
    other = cert(ANY, policy_mappings=((R, P),)), cert(ANY, P, policy_mappings=((P, Q),)), cert(Q)
    assert explicit(*other, initial=(R,))
    assert not explicit(*other, initial=(P,))
    below = cert(P), cert(ANY, policy_mappings=((R, Q),)), cert(Q)
    assert not explicit(*below)


def test_where_mapping_is_inhibited_a_mapped_policy_is_lost():
    """6.1.4 (b) (2)."""
    mapping = cert(P, policy_mappings=((P, Q),))
    assert not explicit(mapping, cert(P), inhibit_mapping=True)
    assert not explicit(mapping, cert(Q), inhibit_mapping=True)
    assert explicit(cert(P, R, policy_mappings=((P, Q),)), cert(R), inhibit_mapping=True)
    from_any = cert(ANY, policy_mappings=((P, Q),))
    assert explicit(from_any, cert(Q), initial=(Q,), inhibit_mapping=True)
    assert explicit(from_any, cert(P), initial=(P,), inhibit_mapping=True)


def test_a_self_issued_certificate_does_not_count():
    """6.1.4 (h): the counters of 6.1.4 (i) and (j), one certificate earlier without the self-issued one."""
    own = {"self_issued": True}
    for skip, plain, rolled in ((1, False, False), (2, False, True), (3, True, True)):
        top = cert(require_explicit_policy=skip)
        assert (code(top, cert(), cert()) == "ok") is plain
        assert (code(top, cert(**own), cert()) == "ok") is rolled
    mapping = cert(P, policy_mappings=((P, Q),))
    for skip, plain, rolled in ((0, False, False), (1, False, True), (2, True, True)):
        top = cert(P, inhibit_policy_mapping=skip)
        assert explicit(top, cert(P), mapping, cert(Q)) is plain
        assert explicit(top, cert(P, **own), mapping, cert(Q)) is rolled
        top = cert(P, inhibit_any_policy=skip)
        assert explicit(top, cert(P), cert(ANY)) is plain
        assert explicit(top, cert(P, **own), cert(ANY)) is rolled


def test_a_constraint_lowers_its_counter_and_never_raises_it():
    """6.1.4 (i) and (j)."""
    for first, second in ((0, 9), (9, 0)):
        cas = cert(P, require_explicit_policy=first), cert(P, require_explicit_policy=second)
        assert code(*cas, cert(P)) == "ok"
        assert code(*cas, cert()) == "no_explicit_policy"
    maps = {"policy_mappings": ((P, Q),)}
    for first, second in ((0, 9), (9, 0)):
        cas = cert(P, inhibit_policy_mapping=first), cert(P, inhibit_policy_mapping=second)
        assert not explicit(*cas, cert(P, **maps), cert(Q))
        cas = cert(P, inhibit_any_policy=first), cert(P, inhibit_any_policy=second)
        assert not explicit(*cas, cert(ANY))


def test_a_constraint_holds_for_the_certificates_below():
    """6.1.4 (i) and (j) come after (b) and after 6.1.3 of the same certificate."""
    assert explicit(cert(P, policy_mappings=((P, Q),), inhibit_policy_mapping=0), cert(Q))
    assert explicit(cert(ANY, inhibit_any_policy=0), cert(P))
    assert not explicit(cert(ANY, inhibit_any_policy=0), cert(ANY))


def test_the_last_certificate_counts_down_and_may_require_a_policy_itself():
    """6.1.5 (a) and (b): its requireExplicitPolicy has an effect if it is 0."""
    assert code(cert(require_explicit_policy=1), cert()) == "no_explicit_policy"
    assert code(cert(require_explicit_policy=1), cert(self_issued=True)) == "no_explicit_policy"
    assert code(cert(require_explicit_policy=2), cert()) == "ok"
    assert code(cert(), cert(require_explicit_policy=0)) == "no_explicit_policy"
    assert code(cert(), cert(require_explicit_policy=1)) == "ok"
    assert code(cert(P), cert(P, require_explicit_policy=0)) == "ok"
    assert code(cert(P), cert(P, require_explicit_policy=0), initial=(Q,)) == "no_explicit_policy"


def test_the_initial_policies_count_only_where_a_policy_is_required():
    """6.1.5 (g)."""
    assert code(cert(P), cert(P), initial=(Q,)) == "ok"
    assert not explicit(cert(P), cert(P), initial=(Q,))
    assert explicit(cert(P), cert(P), initial=(Q, P))
    assert explicit(cert(ANY), initial=(Q,))


def test_the_trust_anchor_is_not_a_certificate_of_the_path():
    """6.1: the path does not include it."""
    root = Authority.root("Root", policies=[Q], explicit_policy=0, inhibit_mapping=0, inhibit_any=0)
    issuing = root.intermediate("Issuing", policies=[ANY], mappings=[(P, Q)])
    leaf = issuing.leaf("mcu", policies=[Q])
    asked = {"explicit_policy": True, "initial_policies": [P]}
    assert judge(leaf, issuing, root, policies="evaluate", **asked).outcome is Outcome.PASS


NO_COMMON_POLICY = (
    "has no certificate policy that the CA certificates above it allow, and an explicit policy is required"
)
REASONS = [
    ((cert(P), cert(Q)), 1, NO_COMMON_POLICY),
    ((cert(), cert(P)), 0, "has no certificatePolicies, and an explicit policy is required"),
    ((cert(P, require_explicit_policy=0), cert()), 1, " requires an explicit policy"),
    ((cert(require_explicit_policy=0), cert()), 0, "has no certificatePolicies, and it requires an explicit policy"),
    ((cert(P, inhibit_policy_mapping=0), cert(P, policy_mappings=((P, Q),)), cert(Q)), 1, "mapping is inhibited"),
    ((cert(P, policy_mappings=((P, ANY),)), cert()), 0, "has policyMappings to or from anyPolicy"),
]


@pytest.mark.parametrize(("path", "at", "words"), REASONS)
def test_the_flaw_is_of_the_certificate_that_leaves_no_policy(path, at, words):
    asked = PolicyInputs("evaluate", explicit=path[0].require_explicit_policy is None)
    flaw, _ = PolicyMemo(asked).flaw(path[-1], (*path[-2::-1], ROOT.record))
    assert flaw is not None
    assert flaw.certificate is path[at]
    assert words in flaw.sentence
    if "requires" in words and "it requires" not in words:
        assert f"{path[0].subject_text} requires" in flaw.sentence


def test_a_policy_outside_of_the_initial_ones_is_named_as_that():
    flaw, _ = PolicyMemo(PolicyInputs("evaluate", frozenset({Q}), explicit=True)).flaw(cert(P), (ROOT.record,))
    assert flaw is not None
    assert "has no certificate policy that corresponds to one of the initial policies" in flaw.sentence


def test_only_what_may_refuse_a_path_is_evaluated():
    for without_effect in (cert(), cert(P), cert(inhibit_any_policy=0), cert(inhibit_policy_mapping=0)):
        assert not may_refuse(without_effect)
    assert may_refuse(cert(require_explicit_policy=7))
    assert may_refuse(cert(policy_mappings=((P, Q),)))
    assert may_refuse(cert(unreadable=("policyMappings",)))
    assert may_refuse(cert(unreadable=("policyConstraints",)))
    assert may_refuse(cert(unreadable=("extensions",)))
    assert not may_refuse(cert(unreadable=("certificatePolicies",)))


def test_a_path_without_such_extensions_is_not_evaluated(monkeypatch):
    calls = []
    monkeypatch.setattr(PolicyMemo, "flaw", lambda *arguments: calls.append(arguments) or (None, 0))
    issuing = ROOT.intermediate("Issuing", policies=[P], inhibit_any=0)
    leaf = issuing.leaf("mcu", policies=[Q])
    assert judge(leaf, issuing, ROOT).outcome is Outcome.PASS
    assert calls == []
    anchor = Authority.root("Root", key=ROOT.key, explicit_policy=0, mappings=[(P, Q)])
    assert judge(leaf, issuing, anchor).outcome is Outcome.PASS
    assert calls == [], "the extensions of a trust anchor have no effect"
    judge(leaf, issuing, ROOT, explicit_policy=True)
    judge(leaf, issuing, ROOT, explicit_policy=True, policies="ignore")
    assert len(calls) == 1


DAMAGED = [
    # What is required, and what follows if the field cannot be read in the CA, and in the end entity.
    ("certificatePolicies", {}, "ok", "ok"),
    ("certificatePolicies", {"explicit": True}, "unreadable_field", "unreadable_field"),
    ("policyMappings", {}, "unreadable_field", "ok"),
    ("policyConstraints", {}, "ok", "ok"),
    ("inhibitAnyPolicy", {"explicit": True}, "ok", "ok"),
    ("extensions", {}, "unreadable_field", "unreadable_field"),
]


@pytest.mark.parametrize(("field", "inputs", "in_ca", "in_end_entity"), DAMAGED)
def test_what_cannot_be_read_is_open_where_its_content_decides(field, inputs, in_ca, in_end_entity):
    assert code(cert(P, unreadable=(field,)), cert(P), **inputs) == in_ca
    assert code(cert(P), cert(P, unreadable=(field,)), **inputs) == in_end_entity


def test_what_cannot_be_read_does_not_excuse_what_fails_under_every_content():
    unread = {"unreadable": ("certificatePolicies",)}
    assert code(cert(**unread), cert(), explicit=True) == "no_explicit_policy"
    assert code(cert(P), cert(ANY, **unread), cert(Q), explicit=True) == "no_explicit_policy"
    assert code(cert(**unread), cert(P, policy_mappings=((ANY, P),)), cert()) == "policy_mapping"
    mapping = cert(P, unreadable=("policyMappings",))
    assert code(mapping, cert(), explicit=True) == "no_explicit_policy"
    assert code(cert(), mapping, cert(P), explicit=True) == "no_explicit_policy"
    assert code(mapping, cert(Q), explicit=True) == "unreadable_field"
    late = replace(mapping, require_explicit_policy=0)
    assert code(cert(), late, cert(P)) == "no_explicit_policy"
    flaw, _ = PolicyMemo(PolicyInputs("evaluate", explicit=True)).flaw(cert(), (mapping, ROOT.record))
    assert flaw is not None
    assert "has no certificatePolicies, and an explicit policy is required" in flaw.sentence


@pytest.mark.parametrize("field", ["policyConstraints", "inhibitAnyPolicy"])
def test_an_unreadable_constraint_may_inhibit_or_not(field):
    unread = cert(P, unreadable=(field,))
    refusing = {"policyConstraints": (cert(P, policy_mappings=((P, Q),)), cert(Q)), "inhibitAnyPolicy": (cert(ANY),)}
    assert code(unread, *refusing[field], explicit=True) == "unreadable_field"
    assert code(unread, cert()) == ("unreadable_field" if field == "policyConstraints" else "ok")


def test_the_generous_judgement_accepts_what_any_content_would():
    """P is acceptable if the unreadable policies are P alone, though R is mapped to P."""
    path = cert(unreadable=("certificatePolicies",), policy_mappings=((R, P),)), cert(P)
    assert code(*path, initial=(P,), explicit=True) == "unreadable_field"
    assert explicit(cert(P, policy_mappings=((R, P),)), cert(P), initial=(P,))
    for stated in ((P, ANY), (ANY,)):
        below = path[0], cert(*stated, policy_mappings=((P, Q),)), cert(Q)
        assert code(*below, initial=(P,), explicit=True) == "unreadable_field"


def judge(leaf: Any, issuing: Any, root: Any, **more: Any) -> PathOutcome:
    return validate(leaf.der, presented=[issuing.der], anchors=[root.der], at=NOW, **more)


def outcomes(leaf: Any, issuing: Any, **more: Any) -> list[str]:
    found = [judge(leaf, issuing, ROOT, policies=use, **more) for use in ("evaluate", "ignore", "both")]
    assert judge(leaf, issuing, ROOT, **more) == found[2], "both is the default"
    return [str(one.outcome) for one in found]


def test_both_ways_are_judged_by_default():
    strict = ROOT.intermediate("Issuing", policies=[P], explicit_policy=0)
    assert outcomes(strict.leaf("mcu", policies=[P]), strict) == ["pass", "pass", "pass"]
    assert outcomes(strict.leaf("mcu", policies=[Q]), strict) == ["fail", "pass", "open"]
    assert outcomes(strict.leaf("mcu", policies=[Q], critical="1.2.3.4"), strict) == ["fail", "fail", "fail"]
    assert outcomes(plain_leaf := ROOT.leaf("mcu", explicit_policy=0), plain_leaf) == ["fail", "pass", "open"]
    later = ROOT.intermediate("Issuing", explicit_policy=2)
    assert outcomes(later.leaf("mcu"), later) == ["pass", "pass", "pass"]
    plain = ROOT.intermediate("Issuing", policies=[P])
    assert outcomes(plain.leaf("mcu", policies=[Q]), plain, explicit_policy=True) == ["fail", "pass", "open"]


def test_a_refusal_has_openssls_number_or_the_reading():
    issuing = ROOT.intermediate("Issuing", policies=[P], explicit_policy=0)
    leaf = issuing.leaf("mcu", policies=[Q])
    found = judge(leaf, issuing, ROOT, policies="evaluate")
    assert (found.reason_code, found.openssl_error, found.reading) == ("no_explicit_policy", 43, None)
    assert found.failed_at == leaf.record.sha256
    assert found.reason.endswith(
        "and CN=Issuing,O=Example requires an explicit policy (OpenSSL error 43: no explicit policy)."
    )
    found = judge(leaf, issuing, ROOT)
    assert (found.reason_code, found.openssl_error, found.reading) == ("certificate_policies", None, "A21")
    mapping = ROOT.intermediate("Issuing", policies=[P], mappings=[(P, ANY)])
    found = judge(mapping.leaf("mcu"), mapping, ROOT, policies="evaluate")
    assert (found.reason_code, found.openssl_error) == ("policy_mapping", 42)


def test_a_damaged_extension_is_open_where_policies_are_evaluated():
    broken = encoded(0x30, encoded(0x30, b"\x05\x00"))
    issuing = ROOT.intermediate("Issuing", explicit_policy=0)
    leaf = issuing.leaf("mcu")
    odd = replace_der(leaf, with_extension(leaf.der, issuing, "certificatePolicies", broken))
    assert outcomes(odd, issuing) == ["fail", "pass", "open"], "the CA has no policies"
    issuing = ROOT.intermediate("Issuing", policies=[P], explicit_policy=0)
    odd = replace_der(leaf, with_extension(issuing.leaf("mcu").der, issuing, "certificatePolicies", broken))
    assert outcomes(odd, issuing) == ["open", "pass", "open"]
    assert judge(odd, issuing, ROOT, policies="evaluate").reason_code == "unreadable_field"
    mapping = replace_der(issuing, with_extension(issuing.der, ROOT, "policyMappings", broken))
    assert outcomes(issuing.leaf("mcu", policies=[P]), mapping) == ["open", "pass", "open"]


class replace_der:  # noqa: N801 - it stands for a certificate that was made
    def __init__(self, _made: Any, der: bytes) -> None:
        self.der = der


def test_another_path_whose_policies_are_good_is_taken():
    good = ROOT.intermediate("Issuing", policies=[P])
    bad = ROOT.intermediate("Issuing", key=good.key, explicit_policy=0)
    leaf = good.leaf("mcu", policies=[P])
    for use in ("evaluate", "both"):
        found = validate(leaf.der, presented=[bad.der, good.der], anchors=[ROOT.der], at=NOW, policies=use)
        assert (found.outcome, found.path[1].sha256) == (Outcome.PASS, good.record.sha256)
        assert not found.every_candidate_good


WIDE, DEEP = 60, 30


def mappings_of_all(level: int) -> dict[str, Any]:
    """Every policy of a level is mapped to every policy of the next one: the tree has 60 ** 30 nodes."""
    here, below = ([f"1.2.{number}.{one}" for one in range(WIDE)] for number in (level, level + 1))
    return {
        "certificate_policies": tuple(here),
        "policy_mappings": tuple((one, other) for one in here for other in below),
    }


def test_mappings_that_multiply_do_not_multiply_the_work():
    path = [cert(**mappings_of_all(level)) for level in range(DEEP)]
    begin = time.process_time()
    assert explicit(*path, cert(f"1.2.{DEEP}.7"), initial=("1.2.0.0",))
    assert not explicit(*path, cert(f"1.2.{DEEP}.7"), initial=("1.3.0",))
    assert not explicit(*path, cert("1.2.0.0"))
    assert time.process_time() - begin < 5
    asked = PolicyInputs("evaluate", explicit=True)
    _, work = PolicyMemo(asked).flaw(cert("1.2.3"), (*path[::-1], ROOT.record))
    assert DEEP * WIDE * WIDE <= work <= DEEP * (WIDE * WIDE + 4 * WIDE)


def test_any_policy_that_carries_everything_down_is_bounded(monkeypatch):
    monkeypatch.setattr(policies, "MOST_POLICIES", 10_000)
    many = cert(*(f"1.2.{number}" for number in range(1_000)))
    assert code(many, *(cert(ANY) for _ in range(7)), cert("1.2.7"), explicit=True) == "ok"
    assert code(many, *(cert(ANY) for _ in range(12)), cert("1.2.7"), explicit=True) == "too_many_policies"
    mapping = cert(P, policy_mappings=tuple((P, f"1.2.{number}") for number in range(10_001)))
    assert code(mapping, cert(P), explicit=True) == "too_many_policies"


def test_all_candidate_paths_of_one_end_entity_share_a_limit(monkeypatch):
    """Each of the paths is small; what is not evaluated is open, and never a pass."""
    for module in ("policies", "candidates"):
        monkeypatch.setattr(f"mcuaudit.pkix.{module}.MOST_POLICIES", 40)
    cas = [ROOT.intermediate("Issuing", key=ROOT.key, policies=[P, Q], explicit_policy=0) for _ in range(30)]
    leaf = cas[0].leaf("mcu", policies=[R])
    found = validate(leaf.der, presented=[ca.der for ca in cas], anchors=[ROOT.der], at=NOW, policies="evaluate")
    assert (found.outcome, found.reason_code) == (Outcome.OPEN, "too_many_policies")

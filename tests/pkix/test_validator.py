"""The validator and `validate`: what is asked, of which certificates and lists, and what is kept."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from mcuaudit.decode.revocation_list import decode_list_once
from mcuaudit.domain.answer import Answer
from mcuaudit.domain.outcome import Outcome
from mcuaudit.errors import UsageError
from mcuaudit.pkix import PathValidator, RevocationLists, TrustStore, paths, validate
from mcuaudit.pkix.anchor_use import ANCHOR_LIMITS, AnchorUse, anchor_use
from mcuaudit.pkix.policy_inputs import PolicyInputs, policy_inputs
from mcuaudit.pkix.self_signature import signed_with_own_key
from mcuaudit.pkix.signatures import SignatureMemo
from mcuaudit.pkix.stores import Pool, by_subject
from tests.authority import LAST_YEAR, LONG_AGO, NEXT_YEAR, NOW, Authority, p256_key
from tests.revoking import revocation_list

ROOT_CA = Authority.root("Root", key=p256_key(900))
ISSUING_CA = ROOT_CA.intermediate("Issuing", key=p256_key(901))
LEAF_MADE = ISSUING_CA.leaf("mcu", key=p256_key(902))
ROOT, ISSUING, LEAF = ROOT_CA.record, ISSUING_CA.record, LEAF_MADE.record
STORE = TrustStore([ROOT])
LISTS = [decode_list_once(revocation_list(ca)) for ca in (ROOT_CA, ISSUING_CA)]
REVOKING = decode_list_once(revocation_list(ISSUING_CA, [LEAF_MADE]))


def judged(validator=None, leaf=LEAF, presented=(ISSUING,), store=STORE, **more):
    return (validator or PathValidator(NOW)).validate(leaf, presented, store, **more)


def with_lists(*lists, damaged=(), known=()) -> PathValidator:
    return PathValidator(NOW, known, lists=RevocationLists(lists, damaged))


# Which certificates are used


def test_nothing_is_required_that_is_not_asked_for():
    found = judged()
    assert (found.outcome, found.revocation) == (Outcome.PASS, ())
    assert judged(PathValidator(NOW, (ISSUING,)), presented=()).reading == "A11"
    assert PathValidator(NOW).policies == PolicyInputs()
    assert PathValidator(NOW).anchor_use == AnchorUse()
    assert PathValidator(date(2026, 6, 15)).at == NOW.replace(hour=0)


def test_a_verifier_that_needs_every_intermediate_in_its_store_ignores_others():
    alone = {"intermediates_must_be_anchors": True}
    known = PathValidator(NOW, (ISSUING,))
    for presented, code in (((ISSUING,), "intermediate_not_in_store"), ((), "no_issuer"), ((LEAF,), "no_issuer")):
        for validator in (None, known):
            assert judged(validator, presented=presented, **alone).reason_code == code
    assert judged(presented=()).reason_code == "no_issuer"
    assert judged(presented=(ROOT,)).reason_code == "no_issuer"
    assert judged(store=TrustStore([ROOT, ISSUING]), presented=(), **alone).outcome is Outcome.PASS


def test_what_is_known_elsewhere_does_not_help_a_chain_that_is_complete():
    known = PathValidator(NOW, (ISSUING,))
    assert judged(known, presented=(), chain_complete=True).reason_code == "no_issuer"
    assert judged(known, presented=()).reason_code == "intermediate_not_presented"
    assert judged(known).outcome is Outcome.PASS


def test_a_root_from_elsewhere_is_not_used():
    """Another root of the same name signed the list of the store's one; it is not asked about."""
    other_ca = Authority.root("Root", key=p256_key(909))
    one = decode_list_once(revocation_list(other_ca))
    for known in ((), (other_ca.record,)):
        validator = with_lists(one, known=known)
        found = judged(validator, ROOT_CA.leaf("x", key=p256_key(902)).record, (), revocation="require")
        assert found.reason_code == "crl_issuer"


def test_outcomes_are_kept_by_all_that_is_asked():
    validator = PathValidator(NOW, (ISSUING,))
    asked = [
        {}, {"presented": ()}, {"purpose": "serverAuth"}, {"intermediates_must_be_anchors": True},
        {"chain_complete": True}, {"revocation": "require"}, {"anchor_limits": "ignore"},
        {"store": TrustStore([ROOT, ISSUING])}, {"leaf": ISSUING},
    ]  # fmt: skip
    found = [judged(validator, **{"leaf": LEAF, **one}) for one in asked]
    assert len({id(one) for one in found}) == len(asked)
    assert [judged(validator, **one) for one in asked] == found
    assert all(judged(validator, **one) is outcome for one, outcome in zip(asked, found, strict=True))
    assert judged(validator, presented=(ISSUING, LEAF, ISSUING)) is found[0]
    assert judged(validator, store=TrustStore([ROOT])) is found[0]


# Revocation lists


def states(found):
    return [(status.certificate, status.state.value) for status in found.revocation]


def test_lists_are_asked_as_it_is_said():
    good = [(LEAF, "not_revoked"), (ISSUING, "not_revoked")]
    for use in ("ignore", "use", "require"):
        found = judged(with_lists(*LISTS), revocation=use)
        assert (found.outcome, states(found)) == (Outcome.PASS, good)
    bad = [(LEAF, "revoked"), (ISSUING, "not_revoked")]
    for use, outcome in (("ignore", Outcome.PASS), ("use", Outcome.FAIL), ("require", Outcome.FAIL)):
        found = judged(with_lists(LISTS[0], REVOKING), revocation=use)
        assert (found.outcome, states(found)) == (outcome, bad)
    found = judged(with_lists(LISTS[0], REVOKING))
    assert (found.outcome, states(found)) == (Outcome.PASS, bad), "lists are ignored unless it is said otherwise"


def test_without_lists_only_what_requires_them_fails():
    unknown = [(LEAF, "unknown"), (ISSUING, "unknown")]
    for use, outcome, expected in (
        ("ignore", Outcome.PASS, []), ("use", Outcome.PASS, unknown), ("require", Outcome.FAIL, unknown),
    ):  # fmt: skip
        found = judged(revocation=use)
        assert (found.outcome, states(found)) == (outcome, expected)


def test_an_outcome_that_lists_did_not_make_has_no_statuses_without_a_whole_path(monkeypatch):
    lists = with_lists(*LISTS)
    assert judged(lists, presented=()).revocation == ()
    old = ISSUING_CA.leaf("mcu", key=p256_key(902), not_before=LONG_AGO, not_after=LAST_YEAR).record
    found = judged(lists, old)
    assert (found.reason_code, found.path[-1], found.revocation) == ("expired", ROOT, ())
    found = judged(with_lists(*LISTS, known=(ISSUING,)), presented=())
    assert (found.outcome, states(found)) == (Outcome.OPEN, [(LEAF, "not_revoked"), (ISSUING, "not_revoked")])
    monkeypatch.setattr(paths, "MOST_STEPS", 0)
    found = judged(with_lists(*LISTS))
    assert (found.reason_code, found.path, found.revocation) == ("search_limit", (), ())


def test_the_issuer_of_a_list_may_be_known_elsewhere_or_presented():
    new_ca = ROOT_CA.intermediate("Issuing", key=p256_key(903))
    lists = [LISTS[0], decode_list_once(revocation_list(new_ca))]
    good = [(LEAF, "not_revoked"), (ISSUING, "not_revoked")]
    assert states(judged(with_lists(*lists, known=(new_ca.record,)))) == good
    assert states(judged(with_lists(*lists), presented=(ISSUING, new_ca.record))) == good
    assert states(judged(with_lists(*lists)))[0] == (LEAF, "unknown")
    store = TrustStore([ROOT, ISSUING])
    alone = judged(with_lists(*lists), presented=(new_ca.record,), store=store, intermediates_must_be_anchors=True)
    assert states(alone) == good, "for lists what is presented counts"


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"revocation": "always"}, r"^revocation: .*always|revocation"),
        ({"purpose": "codeSigning"}, "unknown purpose.*None skips the check of the purpose"),
        ({"anchor_limits": "no"}, "anchor_limits"),
    ],
)
def test_other_words_are_refused(wrong, words):
    with pytest.raises(UsageError, match=words):
        judged(**wrong)


# Trust anchors


def test_the_use_of_anchors():
    assert AnchorUse() == AnchorUse("check", False)
    cas = (LEAF, ISSUING, ROOT)
    for limits, limiting, in_question in (
        ("check", cas, None), ("ignore", (LEAF, ISSUING), None), ("both", cas, ROOT),
    ):  # fmt: skip
        use = anchor_use(limits, any_member=True)
        assert use == AnchorUse(limits, True)
        assert (use.limiting(cas), use.in_question(cas)) == (limiting, in_question)
        assert [use.with_limits(word) for word in ANCHOR_LIMITS] == [AnchorUse(word, True) for word in ANCHOR_LIMITS]
    assert ANCHOR_LIMITS == ("check", "ignore", "both")
    with pytest.raises(UsageError, match=r'anchor_limits.*"check", "ignore" or "both"'):
        AnchorUse().with_limits("x")
    with pytest.raises(UsageError, match="any_member_is_anchor is 1; expected True or False"):
        anchor_use("check", any_member=1)


# The pool


def test_the_certificates_of_a_name_are_those_of_the_store_and_then_the_others_each_once():
    again = Authority.root("Root", key=p256_key(900)).record
    pool = Pool(STORE, [by_subject([again, ROOT]), by_subject([ISSUING, again])], NOW)
    (name,) = by_subject([ROOT])
    (other,) = by_subject([ISSUING])
    assert (pool.by_name(name), pool.by_name(other), pool.by_name(b"")) == ((ROOT, again), (ISSUING,), ())


def test_issuers_are_those_that_may_have_issued_and_a_presented_root_counts_where_the_store_has_none():
    again = Authority.root("Root", key=p256_key(900)).record
    other = Authority.root("Root", key=p256_key(905)).record
    cross = Authority.root("Top").intermediate("Root", key=p256_key(900)).record
    unfit = Authority.root("Top").intermediate("Root", key=p256_key(905)).record
    untrusted = [by_subject([again, other, cross, unfit, ROOT])]
    assert Pool(STORE, untrusted, NOW).issuers(ISSUING) == ([ROOT], [cross])
    assert Pool(TrustStore([other]), untrusted, NOW).issuers(ISSUING)[0] == []
    assert set(Pool(TrustStore([other]), untrusted, NOW).issuers(ISSUING)[1]) == {ROOT, again, cross}


def test_a_store_is_what_its_members_are():
    same, other = TrustStore([ISSUING, ROOT]), TrustStore([ROOT])
    assert TrustStore([ROOT, ISSUING]) == same != other
    assert (same == same.key, ROOT in other, ISSUING in other) == (False, True, False)
    assert {TrustStore([ROOT, ISSUING, ROOT]): 1}[same] == 1
    assert hash(same) == hash(same.key)
    assert len(same) == 2


def test_two_issuers_are_ordered():
    late = replace(ROOT, sha256="0", not_after=NEXT_YEAR + timedelta(days=1))
    same = replace(ROOT, sha256="0")
    for one in (late, same):
        for members in ([ROOT, one], [one, ROOT]):
            assert Pool(TrustStore(members), [], NOW).issuers(ISSUING)[0] == [one, ROOT]


# Whether a certificate signed itself


def test_a_certificate_is_signed_with_its_own_key_or_not_or_it_is_not_known():
    memo = SignatureMemo()
    forged = Authority.root("Root", key=p256_key(900), signed_by=p256_key(904)).record
    unread = replace(ROOT, der=b"0", unreadable=("x",), public_key_sha256="0", sha256="0")
    assert [signed_with_own_key(one, memo) for one in (ROOT, ISSUING, LEAF, forged, unread)] == [
        Answer.YES, Answer.NO, Answer.NO, Answer.NO, Answer.OPEN,
    ]  # fmt: skip


# `validate`


def of_files(**more):
    given = {"presented": [ISSUING], "anchors": [ROOT], "at": NOW, **more}
    return validate(given.pop("end_entity", LEAF), **given)


def test_each_argument_of_validate_counts():
    assert of_files() == judged()
    assert of_files(presented=[]).reason_code == "no_issuer"
    assert of_files(end_entity=[LEAF, ISSUING], presented=()).outcome is Outcome.PASS
    assert of_files(presented=[], known=[ISSUING]).reading == "A11"
    assert of_files(presented=[], known=[ISSUING], chain_complete=True).reading is None
    assert of_files(anchors=()).outcome is Outcome.FAIL
    assert of_files(intermediates_must_be_anchors=True).reason_code == "intermediate_not_in_store"
    client = ISSUING_CA.leaf("mcu", key=p256_key(902), purposes=["clientAuth"]).record
    for purpose, code in ((None, "ok"), ("clientAuth", "ok"), ("serverAuth", "purpose")):
        assert of_files(end_entity=client, purpose=purpose).reason_code == code
    assert of_files(at=NEXT_YEAR + timedelta(seconds=1)).reason_code == "expired"
    assert of_files(anchors=[ISSUING]).reading == "A12"
    assert of_files(anchors=[ISSUING], any_member_is_anchor=True).outcome is Outcome.PASS


@pytest.mark.parametrize("argument", ["end_entity", "presented", "known", "anchors", "crls"])
def test_what_cannot_be_read_is_named_by_its_argument(argument):
    with pytest.raises(UsageError, match=rf"\b{argument}\b"):
        of_files(**{argument: 7})


def test_an_anchor_is_limited_as_it_is_said():
    old = Authority.root("Root", key=p256_key(900), not_before=LONG_AGO, not_after=LAST_YEAR).record
    for more, outcome in (
        ({}, Outcome.FAIL), ({"anchor_limits": "check"}, Outcome.FAIL), ({"anchor_limits": "ignore"}, Outcome.PASS),
        ({"anchor_limits": "both"}, Outcome.OPEN),
    ):  # fmt: skip
        assert of_files(anchors=[old], **more).outcome is outcome


P, Q, ANY = "1.2.3.1", "1.2.3.2", "2.5.29.32.0"


@pytest.mark.parametrize(
    ("policies", "mappings", "of_leaf", "inputs", "code"),
    [
        ([P], None, [P], {}, "ok"),
        (None, None, None, {"explicit_policy": True}, "no_explicit_policy"),
        ([P], None, [P], {"explicit_policy": True}, "ok"),
        ([P], None, [P], {"explicit_policy": True, "initial_policies": Q}, "no_explicit_policy"),
        ([P], None, [P], {"explicit_policy": True, "initial_policies": [Q, P]}, "ok"),
        ([P], [(P, Q)], [Q], {"explicit_policy": True}, "ok"),
        ([P], [(P, Q)], [Q], {"explicit_policy": True, "inhibit_policy_mapping": True}, "no_explicit_policy"),
        ([ANY], None, [P], {"explicit_policy": True}, "ok"),
        ([ANY], None, [P], {"explicit_policy": True, "inhibit_any_policy": True}, "no_explicit_policy"),
    ],
)
def test_the_inputs_of_policies_are_handed_on(policies, mappings, of_leaf, inputs, code):
    issuing = ROOT_CA.intermediate("Issuing", policies=policies, mappings=mappings)
    leaf = issuing.leaf("mcu", policies=of_leaf).record
    given = {"end_entity": leaf, "presented": [issuing.record], **inputs}
    assert of_files(policies="evaluate", **given).reason_code == code
    assert of_files(policies="ignore", **given).reason_code == "ok"
    assert of_files(**given).reason_code == ("ok" if code == "ok" else "certificate_policies")


def test_an_input_of_policies_that_is_shown_has_80_characters():
    def words(text):
        with pytest.raises(UsageError) as refused:
            policy_inputs("both", text, explicit_policy=False, inhibit_policy_mapping=False, inhibit_any_policy=False)
        return str(refused.value)

    assert f"initial_policies has '{'x' * 78}'; expected" in words("x" * 78)
    assert f"initial_policies has '{'x' * 79}…; expected" in words("x" * 79)


def test_lists_are_used_unless_it_is_said_otherwise():
    for use, outcome in (("ignore", Outcome.PASS), ("use", Outcome.FAIL), ("require", Outcome.FAIL)):
        found = of_files(crls=[LISTS[0], REVOKING], revocation=use)
        assert (found.outcome, states(found)[0]) == (outcome, (LEAF, "revoked"))
    assert of_files(crls=[LISTS[0], REVOKING]).outcome is Outcome.FAIL
    for use, outcome, number in (("ignore", Outcome.PASS, 0), ("use", Outcome.PASS, 0), ("require", Outcome.FAIL, 2)):
        found = of_files(revocation=use)
        assert (found.outcome, len(found.revocation)) == (outcome, number)
    assert of_files().revocation == ()
    with pytest.raises(UsageError, match="revocation"):
        of_files(revocation="always")

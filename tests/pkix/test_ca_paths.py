"""The paths above one CA certificate: which walks there are, in which order, and what each path says."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from mcuaudit.domain.certificate import NO_NOT_AFTER, NameConstraints
from mcuaudit.domain.remedy import Remedy, RemedyKind
from mcuaudit.pkix import paths
from mcuaudit.pkix.anchor_use import AnchorUse
from mcuaudit.pkix.constraints import ConstraintMemo
from mcuaudit.pkix.flaws import Flaw, Kind
from mcuaudit.pkix.paths import CaPath, CaPaths, PathFinder, first_and_open, no_issuer, root_not_trusted
from mcuaudit.pkix.policy_inputs import PolicyInputs
from mcuaudit.pkix.signatures import SignatureMemo
from mcuaudit.pkix.stores import Pool, TrustStore, by_subject
from tests.authority import FAR_AHEAD, NEXT_YEAR, NOW, Authority, p256_key

DAY = timedelta(days=1)
ROOT_CA = Authority.root("Root", key=p256_key(820))
POLICY_CA = ROOT_CA.intermediate("Policy", key=p256_key(821), not_after=NEXT_YEAR - DAY)
ISSUING_CA = POLICY_CA.intermediate("Issuing", key=p256_key(822), not_after=NEXT_YEAR - 2 * DAY)
ROOT, POLICY, ISSUING = ROOT_CA.record, POLICY_CA.record, ISSUING_CA.record
TOP_CA = Authority.root("Top", key=p256_key(823))
TOP = TOP_CA.record
FORGED = POLICY_CA.intermediate("Issuing", key=p256_key(822), signed_by=p256_key(829)).record


def finder(store=(), presented=(), use=AnchorUse()) -> PathFinder:  # noqa: B008 - it is immutable
    pool = Pool(TrustStore(store), [by_subject(presented)], NOW)
    return PathFinder(pool, SignatureMemo(), PolicyInputs(), ConstraintMemo(), use)


def walks(found: CaPaths):
    """The paths by certificates and by what broke them."""
    return [(path.cas, path.broken) for path in found.found]


def up(ca, store=(), presented=()):
    found = finder(store, presented).to_anchors(ca, None)
    assert found.complete
    return walks(found)


def authority_flaw(kind, certificate, detail, authority):
    missing = "" if kind is Kind.ROOT_NOT_TRUSTED else authority
    return Flaw(kind, certificate, detail, Remedy(RemedyKind.ADD_AUTHORITY, (authority,)), missing)


NO_POLICY = authority_flaw(
    Kind.NO_ISSUER,
    ISSUING,
    "is issued by CN=Policy,O=Example, which is neither presented with it nor in the trust store",
    "CN=Policy,O=Example",
)
NO_ROOT = authority_flaw(
    Kind.ROOT_MISSING, POLICY, "is issued by CN=Root,O=Example, which is not in the trust store", "CN=Root,O=Example"
)
UNTRUSTED = authority_flaw(Kind.ROOT_NOT_TRUSTED, ROOT, "is a root that is not in the trust store", "CN=Root,O=Example")


def loop(certificate, name) -> Flaw:
    return Flaw(Kind.LOOP, certificate, "has an endless chain of issuers", Remedy(RemedyKind.REMOVE_LOOP, (name,)))


def test_a_walk_ends_in_a_root_or_where_no_issuer_is():
    assert up(ROOT, (ROOT,)) == [((ROOT,), None)]
    assert up(ROOT) == [((ROOT,), UNTRUSTED)] == [((ROOT,), root_not_trusted(ROOT))]
    assert up(ISSUING) == [((ISSUING,), NO_POLICY)] == [((ISSUING,), no_issuer(ISSUING, finder().pool))]
    assert up(ISSUING, (ROOT,), (POLICY,)) == [((ISSUING, POLICY, ROOT), None)]
    assert up(ISSUING, (), (POLICY, ROOT)) == [((ISSUING, POLICY, ROOT), UNTRUSTED)]


def test_from_a_member_of_the_store_openssl_does_not_go_back_to_what_is_presented():
    assert up(ISSUING, (POLICY,)) == [((ISSUING, POLICY), NO_ROOT)]
    back = [((ISSUING, POLICY), NO_ROOT), ((ISSUING, POLICY, ROOT), UNTRUSTED)]
    assert up(ISSUING, (POLICY,), (ROOT,)) == back
    no_policy = replace(NO_POLICY, kind=Kind.ROOT_MISSING,
                        detail="is issued by CN=Policy,O=Example, which is not in the trust store")  # fmt: skip
    assert up(ISSUING, (ISSUING,), (POLICY,)) == [
        ((ISSUING,), no_policy), ((ISSUING, POLICY), replace(NO_ROOT)),
    ]  # fmt: skip
    assert up(ISSUING, (ISSUING, ROOT), (POLICY,)) == [((ISSUING,), no_policy), ((ISSUING, POLICY, ROOT), None)]


CROSS_CA = TOP_CA.intermediate("Policy", key=p256_key(821), not_after=FAR_AHEAD)
CROSS = CROSS_CA.record


def test_issuers_in_the_store_come_before_others_and_the_longest_valid_first():
    assert up(ISSUING, (ROOT, TOP), (POLICY, CROSS)) == [
        ((ISSUING, CROSS, TOP), None), ((ISSUING, POLICY, ROOT), None),
    ]  # fmt: skip
    assert up(ISSUING, (ROOT, TOP, POLICY), (CROSS,)) == [
        ((ISSUING, POLICY, ROOT), None), ((ISSUING, CROSS, TOP), None),
    ]  # fmt: skip


ROOTS = tuple(
    Authority.root("Root", key=p256_key(820), not_after=NEXT_YEAR + number * DAY).record for number in (3, 2, 1)
)


def test_above_a_ca_that_its_issuer_did_not_sign_one_walk_is_enough():
    assert up(FORGED, ROOTS, (POLICY,)) == [((FORGED, POLICY, ROOTS[0]), None)]
    assert up(ISSUING, ROOTS, (POLICY,)) == [((ISSUING, POLICY, root), None) for root in ROOTS]
    every = [((FORGED, CROSS, TOP), None), ((FORGED, POLICY, ROOTS[0]), None)]
    assert up(FORGED, (*ROOTS, TOP), (POLICY, CROSS)) == every


ONE_CA = TOP_CA.intermediate("One", key=p256_key(824))
TWO_CA = ONE_CA.intermediate("Two", key=p256_key(825))
BACK = TWO_CA.intermediate("One", key=p256_key(824)).record
ONE, TWO = ONE_CA.record, TWO_CA.record


def test_a_chain_that_leads_back_is_a_loop():
    no_two = authority_flaw(
        Kind.ROOT_MISSING, BACK, "is issued by CN=Two,O=Example, which is not in the trust store", "CN=Two,O=Example"
    )
    assert up(TWO, (BACK,)) == [((TWO, BACK), no_two)]
    assert up(TWO, (TWO, BACK, TOP)) == [((TWO, BACK), loop(BACK, "CN=One,O=Example"))]
    assert up(TWO, (TWO, BACK, TOP), (ONE,)) == [
        ((TWO, BACK), loop(BACK, "CN=One,O=Example")), ((TWO, ONE, TOP), None),
    ]  # fmt: skip


@pytest.mark.parametrize(("most", "expected"), [(3, None), (2, loop(POLICY, "CN=Policy,O=Example"))])
def test_a_path_has_as_many_cas_as_the_limit(monkeypatch, most, expected):
    monkeypatch.setattr(paths, "LONGEST_PATH", most)
    cas = (ISSUING, POLICY, ROOT) if expected is None else (ISSUING, POLICY)
    assert up(ISSUING, (ROOT,), (POLICY,)) == [(cas, expected)]


@pytest.mark.parametrize(
    ("steps", "number", "complete"), [(0, 0, False), (1, 0, False), (2, 1, False), (3, 2, False), (4, 3, True)]
)
def test_as_many_issuers_as_the_limit_are_tried(monkeypatch, steps, number, complete):
    monkeypatch.setattr(paths, "MOST_STEPS", steps)
    found = finder(ROOTS, (POLICY,)).to_anchors(ISSUING, None)
    assert walks(found) == [((ISSUING, POLICY, root), None) for root in ROOTS[:number]]
    assert found.complete is complete


# Paths to members


def members(ca, store=(), presented=(), use=AnchorUse()):  # noqa: B008 - it is immutable
    found = finder(store, presented, use).to_members(ca, None)
    assert found.complete
    return walks(found)


def test_a_path_to_a_member_ends_in_the_first_that_has_no_root():
    assert members(ROOT, (ROOT,)) == members(ISSUING) == []
    assert members(ISSUING, (POLICY,)) == [((ISSUING, POLICY), None)]
    assert members(ISSUING, (ISSUING, POLICY)) == [((ISSUING,), None)]
    assert members(ISSUING, (POLICY, ROOT)) == members(ISSUING, (ROOT,), (POLICY,)) == []
    assert members(ISSUING, (POLICY,), (CROSS,)) == [((ISSUING, POLICY), None)]
    assert members(ISSUING, (POLICY, TOP), (CROSS,)) == [((ISSUING, POLICY), None)], "another path has a root"
    assert members(ISSUING, (POLICY, CROSS, TOP)) == [((ISSUING, POLICY), None)]
    assert members(FORGED, (POLICY,)) == []


def test_a_member_has_a_root_if_one_of_its_paths_has():
    """The member was cross-signed: it is above what is presented, and below a root of the store."""
    below_ca = POLICY_CA.intermediate("Below", key=p256_key(826))
    other = TOP_CA.intermediate("Policy", key=p256_key(821)).record
    assert members(below_ca.record, (POLICY, other)) == [
        ((below_ca.record, other), None), ((below_ca.record, POLICY), None),
    ]  # fmt: skip
    two_ways = (POLICY_CA.intermediate("Mid", key=p256_key(827)), CROSS_CA.intermediate("Mid", key=p256_key(827)))
    low = two_ways[0].intermediate("Low", key=p256_key(828)).record
    assert members(low, (two_ways[0].record,)) == [((low, two_ways[0].record), None)]
    assert members(low, (two_ways[0].record, TOP), (CROSS, POLICY)) == []


def test_where_every_member_is_an_anchor_it_may_have_its_root():
    use = AnchorUse(any_member=True)
    assert members(ISSUING, (POLICY, ROOT), use=use) == [((ISSUING, POLICY), None)]
    assert members(ISSUING, (ISSUING, POLICY, ROOT), use=use) == [((ISSUING,), None)]
    assert members(ROOT, (ROOT,), use=use) == []


@pytest.mark.parametrize(("steps", "complete"), [(0, False), (1, True)])
def test_the_walks_to_members_have_the_same_limit(monkeypatch, steps, complete):
    monkeypatch.setattr(paths, "MOST_STEPS", steps)
    found = finder((POLICY,)).to_members(ISSUING, None)
    assert (walks(found), found.complete) == ([((ISSUING, POLICY), None)] if complete else [], complete)


def test_what_was_found_is_kept_for_each_purpose():
    found = finder((POLICY, ROOT))
    for way in (found.to_anchors, found.to_members):
        assert way(ISSUING, None) is way(ISSUING, None)
        assert way(ISSUING, None) is not way(ISSUING, "serverAuth")
        assert way(POLICY, None) is not way(ISSUING, None)


# What a path says


def test_a_path_without_a_flaw():
    (found,) = finder((ROOT,), (POLICY,)).to_anchors(ISSUING, "serverAuth").found
    assert found == CaPath(
        cas=(ISSUING, POLICY, ROOT), broken=None, own=None, trust=None, names=None, open_flaws=(), constraining=(),
        compared=0, members=frozenset(one.sha256 for one in (ISSUING, POLICY, ROOT)),
        valid_until=NEXT_YEAR - 2 * DAY, policies_may_refuse=False,
    )  # fmt: skip


def said(cas, purpose=None, use=AnchorUse()) -> CaPath:  # noqa: B008 - it is immutable
    return finder(use=use)._check(cas, None, purpose)


CODE_SIGNING = ("1.3.6.1.5.5.7.3.3",)


def test_the_first_flaw_of_each_phase_and_what_is_open():
    odd = replace(ISSUING, unreadable=("keyUsage",), extended_key_usage=CODE_SIGNING)
    top = replace(ROOT, is_ca=None)
    found = said((odd, FORGED, top), "serverAuth")
    assert (found.own.kind, found.own.certificate) == (Kind.PURPOSE, odd)
    assert (found.trust.kind, found.trust.certificate) == (Kind.SIGNATURE, FORGED)
    assert [flaw.kind for flaw in found.open_flaws] == [Kind.UNREADABLE, Kind.ANCHOR_NOT_A_CA]
    assert said((odd, FORGED, top)).own is None
    unchecked = replace(POLICY, sha256="0", public_key_sha256="0", der=b"0", unreadable=("subjectPublicKeyInfo",))
    assert [flaw.kind for flaw in said((ISSUING, unchecked)).open_flaws][-1:] == [Kind.ALGORITHM]


def constrained(certificate, *names):
    return replace(certificate, name_constraints=NameConstraints(excluded_dns=names), sha256=f"c{certificate.sha256}")


def test_names_under_constraints_and_the_cas_that_have_some():
    named = replace(ISSUING, dns_names=("ca.example.com",), sha256="n")
    policy, root = constrained(POLICY, "example.org"), constrained(ROOT, "example.com")
    found = said((named, policy, root))
    assert (found.names.kind, found.names.certificate, found.constraining) == (Kind.EXCLUDED, named, (root, policy))
    assert found.compared == 3
    assert said((named, policy, ROOT)).constraining == (policy,)
    for word, names, open_flaws, constraining in (
        ("both", None, [Kind.ANCHOR_LIMITS], (root, policy)), ("ignore", None, [], (policy,)),
    ):  # fmt: skip
        found = said((named, policy, root), use=AnchorUse(word))
        assert (found.names, [flaw.kind for flaw in found.open_flaws]) == (names, open_flaws)
        assert found.constraining == constraining


def test_the_first_not_after_of_the_cas_whose_limits_count():
    short = replace(ROOT, not_after=NOW + DAY)
    for word, until in (("check", NOW + DAY), ("both", NOW + DAY), ("ignore", NEXT_YEAR - DAY)):
        assert said((POLICY, short), use=AnchorUse(word)).valid_until == until
    assert said((short,), use=AnchorUse("ignore")).valid_until == NO_NOT_AFTER


@pytest.mark.parametrize(
    ("with_policy", "may"), [((), False), ((0,), True), ((1,), True), ((2,), False), ((0, 1, 2), True)]
)
def test_policies_may_refuse_if_those_of_one_ca_below_the_anchor_may(with_policy, may):
    cas = [ISSUING, POLICY, ROOT]
    for position in with_policy:
        cas[position] = replace(cas[position], require_explicit_policy=9)
    assert said(tuple(cas)).policies_may_refuse is may


def test_flaws_are_divided_into_the_first_that_is_hard_and_all_that_are_open():
    hard, soft = Flaw(Kind.EXPIRED, ROOT), Flaw(Kind.ALGORITHM, ROOT)
    assert first_and_open(iter([soft, hard, replace(hard, detail="x"), soft])) == (hard, (soft, soft))
    assert first_and_open([soft]) == (None, (soft,))
    assert first_and_open([]) == (None, ())

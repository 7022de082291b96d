"""The candidates of one end entity below given paths of CAs: which there are, their flaws, and the limits."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from types import SimpleNamespace

import pytest

from mcuaudit.domain.certificate import NO_NOT_AFTER, NameConstraints
from mcuaudit.domain.remedy import Remedy, RemedyKind
from mcuaudit.pkix import candidates
from mcuaudit.pkix.anchor_use import AnchorUse
from mcuaudit.pkix.candidates import NO_CANDIDATES, Applicant, Candidate, Candidates, Search, joined
from mcuaudit.pkix.checks import validity_flaw
from mcuaudit.pkix.constraints import MOST_COMPARISONS, ConstraintMemo
from mcuaudit.pkix.flaws import Flaw, Kind
from mcuaudit.pkix.paths import CaPath, CaPaths, no_issuer
from mcuaudit.pkix.policy_inputs import PolicyInputs
from mcuaudit.pkix.signatures import SignatureMemo
from mcuaudit.pkix.stores import Pool, TrustStore, by_subject
from tests.authority import NEXT_YEAR, NOW, Authority, p256_key, self_signed

ROOT_CA = Authority.root("Root", key=p256_key(810))
ROOT, TWIN = ROOT_CA.record, Authority.root("Root", key=p256_key(810), not_after=NEXT_YEAR - timedelta(days=1)).record
LEAF = ROOT_CA.leaf("mcu", key=p256_key(811), san=["DNS:mcu.example.com"]).record
ALONE = self_signed("peer", key=p256_key(812)).record
HARD, OTHER_HARD = Flaw(Kind.EXPIRED, ROOT, "is old"), Flaw(Kind.LOOP, ROOT, "goes round")
SOFT, OTHER_SOFT = Flaw(Kind.UNREADABLE, ROOT, "is odd"), Flaw(Kind.ALGORITHM, LEAF, "is odd")
NO_CERTIFICATES = Pool(TrustStore(()), [], NOW)


def above(*cas, **fields) -> CaPath:
    """A path of CAs without a flaw; `fields` are others of it."""
    found = {
        "broken": None, "own": None, "trust": None, "names": None, "open_flaws": (), "constraining": (), "compared": 0,
        "members": frozenset(ca.sha256 for ca in cas), "policies_may_refuse": False,
        "valid_until": min((ca.not_after for ca in cas), default=NO_NOT_AFTER),
    }  # fmt: skip
    return CaPath(cas=cas, **{**found, **fields})


NOTHING = CaPaths((), complete=True)


class Finder(SimpleNamespace):
    """A finder whose paths are given, by the issuer."""

    def __init__(self, anchors=(), members=(), *, store=(ROOT, TWIN), use=AnchorUse(), policies=None):  # noqa: B008 - immutable
        super().__init__(pool=Pool(TrustStore(store), [by_subject(())], NOW))
        self.given = {"anchors": dict(anchors), "members": dict(members)}
        self.signatures, self.constraints, self.anchors = SignatureMemo(), ConstraintMemo(), use
        self.policies = policies or Policies()
        self.purposes = []

    def to_anchors(self, issuer, purpose):
        self.purposes.append(purpose)
        return self.given["anchors"].get(issuer.sha256, NOTHING)

    def to_members(self, issuer, purpose):
        self.purposes.append(purpose)
        return self.given["members"].get(issuer.sha256, NOTHING)


class Policies:
    """Certificate policies that say what is given, with the paths that were asked about."""

    def __init__(self, found=None, work=1, **inputs):
        self.inputs, self.found, self.work, self.asked = PolicyInputs(**inputs), found, work, []

    def flaw(self, end_entity, cas):
        self.asked.append((end_entity, cas))
        return self.found, self.work


def paths(*found, complete=True) -> CaPaths:
    return CaPaths(found, complete)


def search(finder, end_entity=LEAF, purpose=None, at=NOW, revocation=None) -> Search:
    return Search(Applicant(end_entity, purpose, at), finder, revocation)


def candidate(*cas, flaw=None, open_flaws=(), end_entity=LEAF, counted=True) -> Candidate:
    """A candidate; the CAs of one whose path does not count are neither members nor end it."""
    every = (end_entity, *cas) if counted else (end_entity,)
    members = frozenset(one.sha256 for one in every)
    return Candidate((end_entity, *cas), members, min(one.not_after for one in every), flaw, open_flaws)


def join(path=None, **more):
    """The one candidate below one path."""
    end_entity = more.get("end_entity", LEAF)
    finder = more.pop("finder", None) or Finder()
    finder.given["anchors"] = {ROOT.sha256: paths(above(ROOT) if path is None else path)}
    (found,) = search(finder, **more).to_anchors().found
    assert found.path[0] is end_entity
    return found


# Rows of candidates


def test_the_candidate_with_the_fewest_open_flaws_is_accepted_and_of_equals_the_first():
    none, one, two = (candidate(ROOT, open_flaws=(SOFT,) * number) for number in (0, 1, 2))
    bad, again = candidate(ROOT, flaw=HARD), candidate(TWIN, open_flaws=(OTHER_SOFT,))
    for found, accepted in (
        ((), None), ((bad,), None), ((bad, two), two), ((two, one), one), ((one, two), one), ((two, none, one), none),
        ((one, again), one), ((again, one), again),
    ):  # fmt: skip
        assert Candidates(found, True).acceptable is accepted


def test_all_are_good_if_all_were_found_and_none_has_a_flaw():
    good, bad, odd = candidate(ROOT), candidate(ROOT, flaw=HARD), candidate(ROOT, open_flaws=(SOFT,))
    for found, complete, all_good in (
        ((good,), True, True), ((good,), False, False), ((good, bad), True, False), ((good, odd), True, False),
        ((), True, True),
    ):  # fmt: skip
        assert Candidates(found, complete).all_good is all_good


def test_the_members_of_candidates_are_those_of_all():
    one, other = candidate(ROOT), candidate(TWIN)
    assert Candidates((), True).members == frozenset()
    assert Candidates((one,), True).members is one.members
    assert Candidates((one, other), True).members == {one.sha256 for one in (LEAF, ROOT, TWIN)}


@pytest.mark.parametrize(("one", "other"), [(True, True), (True, False), (False, True), (False, False)])
def test_two_searches_are_joined_in_their_order(one, other):
    first, second = candidate(ROOT), candidate(TWIN)
    both = joined(Candidates((first,), one), Candidates((second,), other))
    assert both == Candidates((first, second), one and other)


# Without a path above


def test_a_self_signed_end_entity_is_its_own_path_or_none():
    detail = Remedy(RemedyKind.ISSUE_BY_TRUSTED_AUTHORITY)
    not_in_store = Flaw(Kind.SELF_SIGNED, ALONE, "is self-signed and not in the trust store", detail)
    found = search(Finder(), ALONE)
    assert found.to_anchors() == Candidates((candidate(end_entity=ALONE, flaw=not_in_store),), True)
    assert found.to_members() == NO_CANDIDATES == Candidates((), True)
    anchor = Flaw(Kind.ANCHOR_NOT_A_CA, ALONE, "is itself in the trust store", Remedy(RemedyKind.ADD_ISSUER))
    in_store = search(Finder(store=(ALONE,)), ALONE)
    assert in_store.to_anchors() == Candidates((candidate(end_entity=ALONE, open_flaws=(anchor,)),), True)
    assert in_store.to_members() == NO_CANDIDATES
    later = NEXT_YEAR + timedelta(days=1)
    old = search(Finder(store=(ALONE,)), ALONE, at=later)
    expected = candidate(end_entity=ALONE, flaw=validity_flaw(ALONE, later), open_flaws=(anchor,))
    assert old.to_anchors() == Candidates((expected,), True)


def test_what_an_end_entity_in_the_store_says_of_itself_comes_first():
    odd = replace(ALONE, critical_extensions=frozenset({"1.2.3"}), unreadable=("keyUsage",))
    later = NEXT_YEAR + timedelta(days=1)
    (found,) = search(Finder(store=(odd,)), odd, at=later).to_anchors().found
    assert (found.flaw.kind, [flaw.kind for flaw in found.open_flaws]) == (
        Kind.CRITICAL_EXTENSION, [Kind.UNREADABLE, Kind.ANCHOR_NOT_A_CA],
    )  # fmt: skip


def test_without_an_issuer_the_path_is_broken():
    found = search(Finder(store=()))
    assert found.to_anchors() == Candidates((candidate(flaw=no_issuer(LEAF, NO_CERTIFICATES)),), True)
    assert found.to_members() == Candidates((), True)


def test_an_end_entity_in_the_store_is_a_candidate_before_those_through_its_issuers():
    anchor = Flaw(Kind.ANCHOR_NOT_A_CA, LEAF, "is itself in the trust store", Remedy(RemedyKind.ADD_ISSUER))
    alone = candidate(open_flaws=(anchor,))
    finder = Finder(members={ROOT.sha256: paths(above(ROOT))}, store=(LEAF, ROOT))
    assert search(finder).to_members() == Candidates((alone, candidate(ROOT)), True)
    finder = Finder(members={ROOT.sha256: paths(complete=False)}, store=(LEAF, ROOT))
    assert search(finder).to_members() == Candidates((alone,), False)
    assert search(Finder(store=(LEAF,))).to_members() == Candidates((alone,), True)


# Below paths


@pytest.mark.parametrize("way", ["anchors", "members"])
def test_the_paths_of_each_issuer_follow_each_other_and_all_must_be_complete(way):
    one, other = above(ROOT), above(TWIN)
    for first, second, expected in (
        (paths(one), paths(other), Candidates((candidate(ROOT), candidate(TWIN)), True)),
        (paths(one), NOTHING, Candidates((candidate(ROOT),), True)),
        (NOTHING, paths(other), Candidates((candidate(TWIN),), True)),
        (NOTHING, NOTHING, Candidates((), True)),
        (paths(one, complete=False), paths(other), Candidates((candidate(ROOT), candidate(TWIN)), False)),
        (paths(one), paths(complete=False), Candidates((candidate(ROOT),), False)),
        (paths(complete=False), NOTHING, Candidates((), False)),
    ):
        finder = Finder(**{way: {ROOT.sha256: first, TWIN.sha256: second}})
        found = search(finder, purpose="serverAuth")
        assert (found.to_anchors() if way == "anchors" else found.to_members()) == expected
        assert finder.purposes == ["serverAuth"] * 2


@pytest.mark.parametrize(("number", "kept", "complete"), [(1, 1, True), (2, 2, True), (3, 2, False), (4, 2, False)])
def test_beyond_the_limit_there_are_more(monkeypatch, number, kept, complete):
    monkeypatch.setattr(candidates, "MOST_CANDIDATES", 2)
    finder = Finder({ROOT.sha256: paths(*[above(ROOT)] * number)})
    assert search(finder).to_anchors() == Candidates((candidate(ROOT),) * kept, complete)


FORGED = ROOT_CA.leaf("mcu", key=p256_key(811), signed_by=p256_key(819)).record


def test_one_path_above_an_issuer_that_did_not_sign_is_enough():
    detail = "is not signed by the key of the available certificate of CN=Root,O=Example"
    flaw = Flaw(Kind.SIGNATURE, FORGED, detail, Remedy(RemedyKind.FIND_SIGNER, ("CN=Root,O=Example",)))
    finder = Finder({ROOT.sha256: paths(above(ROOT), above(ROOT)), TWIN.sha256: paths(above(TWIN), above(TWIN))})
    expected = [candidate(one, end_entity=FORGED, flaw=flaw) for one in (ROOT, TWIN)]
    assert search(finder, FORGED).to_anchors() == Candidates(tuple(expected), True)


UNCHECKED = replace(ROOT, public_key_sha256="0" * 64, sha256="0" * 64, der=b"0", unreadable=("subjectPublicKeyInfo",))


def test_a_signature_that_cannot_be_checked_is_open_below_every_path():
    finder = Finder({UNCHECKED.sha256: paths(above(ROOT, open_flaws=(SOFT,)), above(ROOT))}, store=(UNCHECKED,))
    unchecked = Flaw(Kind.ALGORITHM, LEAF, "is signed with ecdsa-with-SHA256 by a key of the kind EC")
    expected = (candidate(ROOT, open_flaws=(SOFT, unchecked)), candidate(ROOT, open_flaws=(unchecked,)))
    assert search(finder).to_anchors() == Candidates(expected, True)


def test_an_end_entity_above_itself_is_a_loop_whatever_else_is_wrong():
    loop = Flaw(Kind.LOOP, LEAF, "is above itself", Remedy(RemedyKind.REMOVE_AUTHORITY))
    path = above(ROOT, LEAF, broken=HARD, open_flaws=(SOFT,))
    assert join(path) == candidate(ROOT, LEAF, flaw=loop, counted=False)


def test_the_first_flaw_is_that_of_openssl_and_what_is_open_is_kept():
    later = NEXT_YEAR + timedelta(days=1)
    odd = replace(FORGED, critical_extensions=frozenset({"1.2.3"}), unreadable=("keyUsage",))
    flaws = {name: Flaw(Kind.LOOP, ROOT, name) for name in ("broken", "own", "trust", "names")}
    path = above(ROOT, open_flaws=(SOFT,), **flaws)
    seen = []
    found = join(path, end_entity=odd, at=later)
    assert [flaw.kind for flaw in found.open_flaws] == [Kind.UNREADABLE, Kind.UNREADABLE]
    assert found.open_flaws[1] is SOFT
    seen.append(found.flaw)
    path = replace(path, broken=None)
    seen.append(join(path, end_entity=odd, at=later).flaw)
    for left_out in ("own", "trust"):
        seen.append(join(path, end_entity=FORGED, at=later).flaw)
        path = replace(path, **{left_out: None})
    seen.append(join(path, end_entity=FORGED, at=later).flaw)
    seen.append(join(path, at=later).flaw)
    seen.append(join(path).flaw)
    assert [flaw.detail if flaw.certificate is ROOT else flaw.kind for flaw in seen] == [
        "broken", Kind.CRITICAL_EXTENSION, "own", "trust", Kind.SIGNATURE, Kind.EXPIRED, "names",
    ]  # fmt: skip
    assert join(replace(path, names=None)) == candidate(ROOT, open_flaws=(SOFT,))


# Name constraints, policies, revocation lists: each where nothing else was wrong


EXCLUDING = replace(ROOT, name_constraints=NameConstraints(excluded_dns=("example.com",)))
EXCLUDED = Flaw(
    Kind.EXCLUDED,
    LEAF,
    "has the DNS name mcu.example.com, which the name constraints of CN=Root,O=Example do not allow",
    Remedy(RemedyKind.REISSUE_WITHIN_CONSTRAINTS, ("CN=Root,O=Example", "CN=Root,O=Example")),
)


def test_the_constraints_above_are_asked_unless_something_else_is_wrong():
    constraining = above(EXCLUDING, constraining=(EXCLUDING,))
    assert join(constraining) == candidate(EXCLUDING, flaw=EXCLUDED)
    assert join(above(EXCLUDING)) == candidate(EXCLUDING)
    assert join(replace(constraining, trust=HARD)) == candidate(EXCLUDING, flaw=HARD)
    under_reading = replace(EXCLUDED, kind=Kind.ANCHOR_LIMITS)
    both = join(replace(constraining, open_flaws=(SOFT,)), finder=Finder(use=AnchorUse("both")))
    assert both == candidate(EXCLUDING, open_flaws=(SOFT, under_reading))


def test_the_common_name_of_an_end_entity_is_compared():
    named = replace(LEAF, dns_names=(), sha256="1")
    host = ROOT_CA.leaf("mcu.example.com", key=p256_key(813)).record
    constraining = above(EXCLUDING, constraining=(EXCLUDING,))
    assert join(constraining, end_entity=named).open_flaws == ()
    (flaw,) = join(constraining, end_entity=host).open_flaws
    assert flaw.kind is Kind.COMMON_NAME_NOT_PERMITTED


def test_the_names_of_a_path_that_were_compared_count():
    """Of the end entity there are its subject, which has no constraint, and a DNS name with four keys and itself."""
    other = replace(ROOT, name_constraints=NameConstraints(excluded_dns=("example.org",)))
    for done, open_flaws in (
        (MOST_COMPARISONS - 5, ()),
        (MOST_COMPARISONS - 4, (Flaw(Kind.TOO_MANY_NAMES, LEAF),)),
    ):
        path = above(other, constraining=(other,), compared=done)
        assert join(path) == candidate(other, open_flaws=open_flaws)


def test_policies_are_evaluated_where_they_may_refuse():
    may = replace(LEAF, require_explicit_policy=5)
    for end_entity, path, inputs, asked in (
        (LEAF, above(ROOT), {}, False),
        (LEAF, above(ROOT), {"explicit": True}, True),
        (may, above(ROOT), {}, True),
        (LEAF, above(ROOT, policies_may_refuse=True), {}, True),
        (LEAF, above(ROOT, policies_may_refuse=True, own=HARD), {}, False),
    ):
        for use in ("evaluate", "both", "ignore"):
            policies = Policies(use=use, **inputs)
            found = join(path, finder=Finder(policies=policies), end_entity=end_entity)
            assert found == candidate(ROOT, flaw=path.own, end_entity=end_entity)
            assert policies.asked == ([(end_entity, (ROOT,))] if asked and use != "ignore" else [])


def test_what_policies_refuse_is_a_flaw_or_open():
    path = above(ROOT, open_flaws=(SOFT,), policies_may_refuse=True)
    refused = Flaw(Kind.NO_EXPLICIT_POLICY, LEAF, "has none")
    for use, found, flaw, open_flaws in (
        ("evaluate", refused, refused, (SOFT,)),
        ("evaluate", OTHER_SOFT, None, (SOFT, OTHER_SOFT)),
        ("both", refused, None, (SOFT, replace(refused, kind=Kind.POLICIES))),
        ("both", OTHER_SOFT, None, (SOFT, replace(OTHER_SOFT, kind=Kind.POLICIES))),
        ("both", None, None, (SOFT,)),
    ):
        finder = Finder(policies=Policies(found, use=use))
        assert join(path, finder=finder) == candidate(ROOT, flaw=flaw, open_flaws=open_flaws)


def test_all_paths_of_an_end_entity_share_the_limit_of_policies(monkeypatch):
    monkeypatch.setattr(candidates, "MOST_POLICIES", 2)
    every = paths(*[above(ROOT, policies_may_refuse=True)] * 4)
    too_many = Flaw(Kind.TOO_MANY_POLICIES, LEAF, "", Remedy(RemedyKind.REISSUE))
    for work, evaluated in ((1, 3), (2, 2), (3, 1)):
        policies = Policies(work=work, use="evaluate")
        found = search(Finder({ROOT.sha256: every}, policies=policies)).to_anchors().found
        assert [one.open_flaws for one in found] == [()] * evaluated + [(too_many,)] * (4 - evaluated)
        assert len(policies.asked) == evaluated
    assert candidates.MOST_CANDIDATES == 2_000


def test_revocation_lists_are_asked_last_and_of_good_paths_alone():
    asked = []

    def revocation(path):
        asked.append(path)
        return OTHER_SOFT, HARD, OTHER_HARD

    found = join(above(ROOT, open_flaws=(SOFT,)), revocation=revocation)
    assert found == candidate(ROOT, flaw=HARD, open_flaws=(SOFT, OTHER_SOFT))
    assert asked == [(LEAF, ROOT)]
    assert join(above(ROOT, own=OTHER_HARD), revocation=revocation) == candidate(ROOT, flaw=OTHER_HARD)
    assert len(asked) == 1
    assert join(above(ROOT), revocation=lambda _: (OTHER_SOFT,)) == candidate(ROOT, open_flaws=(OTHER_SOFT,))
    assert join(above(ROOT), revocation=lambda _: ()) == candidate(ROOT)

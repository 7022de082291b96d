"""The status of one certificate by some lists, with all that is said of it: RFC 5280, section 6.3.3."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from itertools import permutations
from typing import Any

import pytest

from mcuaudit.decode.revocation_list import decode_list_once
from mcuaudit.domain.certificate import Certificate
from mcuaudit.domain.revocation_list import DIRECTORY_NAME, Entry, ListScope, PointName, RevocationList
from mcuaudit.pkix import revocation
from mcuaudit.pkix.anchor_use import AnchorUse
from mcuaudit.pkix.constraints import ConstraintMemo
from mcuaudit.pkix.flaws import Kind
from mcuaudit.pkix.paths import PathFinder
from mcuaudit.pkix.policy_inputs import PolicyInputs
from mcuaudit.pkix.revocation import RevocationJudge
from mcuaudit.pkix.revocation_lists import RevocationLists
from mcuaudit.pkix.revocation_status import ListProblem, RevocationState, RevocationStatus, flaws_of
from mcuaudit.pkix.signatures import SignatureMemo
from mcuaudit.pkix.stores import Pool, TrustStore, by_subject
from tests.authority import NOW, Authority, p256_key
from tests.revoking import REVOKED_ON, points, revocation_list

ROOT_CA = Authority.root("Root", key=p256_key(790))
MIDDLE_CA = ROOT_CA.intermediate("Middle", key=p256_key(791))
NEW_MIDDLE_CA = MIDDLE_CA.intermediate("Middle", key=p256_key(792))
"""The same CA with its next key."""
ROOT, MIDDLE, NEW_MIDDLE = ROOT_CA.record, MIDDLE_CA.record, NEW_MIDDLE_CA.record
LEAF = ROOT_CA.leaf("mcu", key=p256_key(793)).record
OTHER = ROOT_CA.leaf("other", key=p256_key(794)).record
LOW = MIDDLE_CA.leaf("low", key=p256_key(795)).record
NAME, MIDDLE_NAME = "CN=Root,O=Example", "CN=Middle,O=Example"
SECOND, DAY = timedelta(seconds=1), timedelta(days=1)
SOME, REST = frozenset({"keyCompromise"}), revocation.ALL_REASONS - {"keyCompromise"}
BREACH = Entry(REVOKED_ON, "keyCompromise")

_READ = {ca.record.sha256: decode_list_once(revocation_list(ca)) for ca in (ROOT_CA, MIDDLE_CA, NEW_MIDDLE_CA)}


def crl(sha256: str, *revoked: Certificate, of: Certificate = ROOT, entry: Entry = BREACH, **fields: Any):
    """A list of an authority with these certificates in it; `fields` are fields of the record, which stays signed."""
    entries = {(0, one.serial_number): entry for one in revoked}
    return replace(_READ[of.sha256], sha256=sha256, entries=entries, entry_issuers=((of.subject,),), **fields)


def judge(*lists: RevocationList, damaged: tuple[str, ...] = (), pool: tuple[Certificate, ...] = ()) -> RevocationJudge:
    known = Pool(TrustStore([ROOT]), [by_subject(pool)], NOW)
    finder = PathFinder(known, SignatureMemo(), PolicyInputs(), ConstraintMemo(), AnchorUse())
    return RevocationJudge(RevocationLists(lists, damaged), finder)


def status(*lists: RevocationList, of: Certificate = LEAF, **more: Any) -> RevocationStatus:
    (found,) = judge(*lists, **more).statuses((of, ROOT))
    return found


def good(sha256: str, of: Certificate = LEAF, by: str = NAME) -> RevocationStatus:
    return RevocationStatus(of, RevocationState.NOT_REVOKED, None, "", sha256, by)


def revoked(sha256: str, of: Certificate = LEAF, entry: Entry = BREACH, by: str = NAME) -> RevocationStatus:
    return RevocationStatus(of, RevocationState.REVOKED, entry.revoked_on, entry.reason, sha256, by)


def unknown(*problems: ListProblem, of: Certificate = LEAF) -> RevocationStatus:
    return RevocationStatus(of, RevocationState.UNKNOWN, _problems=problems)


NONE = ListProblem(Kind.NO_CRL, f"there is no complete CRL of {NAME}")
NOT_ALL = ListProblem(Kind.NO_CRL, f"the CRLs of {NAME} do not cover all reasons")
TOO_MANY = ListProblem(Kind.TOO_MANY_LISTS, "there are too many CRLs to look into all")


def expired(listed: str = "") -> ListProblem:
    return ListProblem(Kind.CRL_EXPIRED, f"the CRL of {NAME} was valid until 2026-06-15 11:59:59 UTC", listed)


# One list


def test_without_a_list_the_status_is_unknown():
    assert status() == unknown(NONE)


def test_a_list_says_whether_a_certificate_is_revoked():
    assert status(crl("a", OTHER)) == good("a")
    assert status(crl("a", OTHER, LEAF)) == revoked("a")
    for entry in (Entry(None, ""), Entry(REVOKED_ON, "certificateHold")):
        assert status(crl("a", LEAF, entry=entry)) == revoked("a", entry=entry)
    assert status(crl("a", LEAF, entry=Entry(REVOKED_ON, "removeFromCRL"))) == good("a")


OLD = {"next_update": NOW - SECOND}
FAULTS: list[tuple[dict[str, Any], Kind, str]] = [
    ({"unknown_critical": ("1.2.3", "1.2.4")}, Kind.CRL_EXTENSION,
     f"the CRL of {NAME} has the critical extension 1.2.3, 1.2.4"),
    ({"unreadable": ("cRLNumber", "nextUpdate")}, Kind.CRL_UNREADABLE,
     f"the CRL of {NAME} has fields that cannot be read: cRLNumber, nextUpdate"),
    ({"this_update": NOW + SECOND}, Kind.CRL_NOT_YET_VALID, f"the CRL of {NAME} is valid from 2026-06-15 12:00:01 UTC"),
    (OLD, Kind.CRL_EXPIRED, f"the CRL of {NAME} was valid until 2026-06-15 11:59:59 UTC"),
    ({"next_update": None}, Kind.CRL_EXPIRED, f"the CRL of {NAME} has no nextUpdate"),
    ({"issuer_text": "", **OLD}, Kind.CRL_EXPIRED,
     "the CRL of a CA without a name was valid until 2026-06-15 11:59:59 UTC"),
]  # fmt: skip


@pytest.mark.parametrize(("fields", "kind", "detail"), FAULTS)
def test_a_list_that_cannot_be_used_says_why_and_what_it_lists(fields, kind, detail):
    assert status(crl("a", **fields)) == unknown(ListProblem(kind, detail))
    assert status(crl("a", LEAF, **fields)) == unknown(ListProblem(kind, detail, "2026-05-16"))
    undated = crl("a", LEAF, entry=Entry(None, ""), **fields)
    assert status(undated) == unknown(ListProblem(kind, detail, "a date that cannot be read"))
    removed = crl("a", LEAF, entry=Entry(REVOKED_ON, "removeFromCRL"), **fields)
    assert status(removed) == unknown(ListProblem(kind, detail))


def test_both_ends_of_the_time_of_a_list_belong_to_it():
    assert status(crl("a", this_update=NOW)) == status(crl("a", next_update=NOW)) == good("a")
    assert status(crl("a", this_update=None)) == good("a")


def test_a_list_with_several_faults_has_the_first_of_them():
    every = {"unknown_critical": ("1.2",), "unreadable": ("x",), "this_update": NOW + SECOND, **OLD}
    kinds = []
    for left_out in ("", "unknown_critical", "unreadable", "this_update"):
        every.pop(left_out, None)
        kinds.append(status(crl("a", **every)).problems[0].kind)
    assert kinds == [Kind.CRL_EXTENSION, Kind.CRL_UNREADABLE, Kind.CRL_NOT_YET_VALID, Kind.CRL_EXPIRED]


def test_a_damaged_file_leaves_open_what_is_not_revoked():
    problems = [ListProblem(Kind.CRL_UNREADABLE, f"the CRL in {file} cannot be read", "", file) for file in "xy"]
    assert status(damaged=("y", "x")) == unknown(*problems)
    assert status(crl("a"), damaged=("x",)) == unknown(problems[0], NOT_ALL)
    assert status(crl("a", LEAF), damaged=("x",)) == revoked("a")


# Several lists


def test_the_newest_list_decides_and_an_older_one_where_it_cannot_be_used():
    newer, older = {"this_update": NOW - DAY}, {"this_update": NOW - 2 * DAY}
    for lists in permutations([crl("a", **newer), crl("b", LEAF, **older)]):
        assert status(*lists) == good("a")
    for lists in permutations([crl("a", LEAF, **newer), crl("b", **older)]):
        assert status(*lists) == revoked("a")
    assert status(crl("a", **newer, **OLD), crl("b", LEAF, **older)) == revoked("b")
    assert status(crl("a", **newer, **OLD), crl("b", **older)) == good("b")
    assert status(crl("a", **newer, unreadable=("x",)), crl("b", **older)).state is RevocationState.UNKNOWN


def partial(sha256: str, reasons: frozenset[str], *revoked: Certificate, **fields: Any) -> RevocationList:
    return crl(sha256, *revoked, scope=ListScope(reasons=reasons), **fields)


def test_lists_of_some_reasons_are_joined_until_all_are_covered():
    newer, older = {"this_update": NOW - DAY}, {"this_update": NOW - 2 * DAY}
    assert status(partial("a", SOME)) == unknown(NOT_ALL)
    assert status(partial("a", SOME, LEAF)) == revoked("a")
    assert status(partial("a", SOME, **newer), partial("b", REST, **older)) == good("b")
    assert status(partial("a", SOME, **newer), partial("b", REST, LEAF, **older)) == revoked("b")
    assert status(partial("a", SOME, LEAF, **newer), partial("b", REST, **older)) == revoked("a")
    # What covers no further reason is not asked.
    assert status(partial("a", SOME, **newer), partial("b", SOME, LEAF, **older)) == unknown(NOT_ALL)
    assert status(partial("a", SOME, **newer), partial("b", SOME, **OLD)) == unknown(NOT_ALL)
    assert status(partial("a", SOME, **newer), partial("b", REST, **older, **OLD)) == unknown(expired(), NOT_ALL)
    assert status(crl("a", **newer), crl("b", LEAF, **older)) == good("a"), "all reasons are covered"


def test_the_problem_of_a_list_that_is_nearly_usable_comes_first_and_equal_ones_once():
    scope = ListProblem(Kind.CRL_SCOPE, f"the CRL of {NAME} has CA certificates only")
    of_cas = crl("d", scope=ListScope(only_ca=True))
    extension = crl("c", unknown_critical=("1.2",), this_update=NOW - 2 * DAY)
    critical = ListProblem(Kind.CRL_EXTENSION, f"the CRL of {NAME} has the critical extension 1.2")
    for lists in permutations([crl("a", **OLD), crl("b", **OLD), extension, of_cas]):
        assert status(*lists) == unknown(expired(), critical, scope)
    for days in (0, 2):
        listing = crl("a", LEAF, this_update=NOW - days * DAY, **OLD)
        silent = crl("b", this_update=NOW - DAY, **OLD)
        assert status(silent, listing) == unknown(expired("2026-05-16"), expired())


def test_the_order_of_problems():
    assert [kind.name for kind in revocation._ORDER] == [
        "TOO_MANY_LISTS", "CRL_EXPIRED", "CRL_NOT_YET_VALID", "CRL_UNREADABLE", "CRL_EXTENSION", "CRL_SIGN", "CRL_PATH",
        "CRL_ALGORITHM", "CRL_SIGNATURE", "CRL_ISSUER", "NO_CRL", "CRL_SCOPE",
    ]  # fmt: skip


# Delta lists


def delta(sha256: str, *revoked: Certificate, base: int = 1, number: int = 2, **fields: Any) -> RevocationList:
    return crl(sha256, *revoked, base_number=base, number=number, **fields)


def test_a_delta_list_is_asked_before_the_complete_one():
    removed = Entry(REVOKED_ON, "removeFromCRL")
    assert status(crl("a"), delta("d")) == good("a")
    assert status(crl("a", LEAF), delta("d")) == revoked("a")
    assert status(crl("a"), delta("d", LEAF)) == revoked("d")
    assert status(crl("a", LEAF), delta("d", LEAF, entry=removed)) == good("d")
    assert status(crl("a", **OLD), delta("d")) == good("a")
    assert status(crl("a", LEAF, **OLD), delta("d", LEAF, entry=removed)) == good("d")
    assert status(delta("d", LEAF)).state is RevocationState.UNKNOWN


def test_the_delta_list_with_the_highest_number_that_can_be_used_is_taken():
    for lists in permutations([crl("a"), delta("d", LEAF, number=3), delta("e", number=2), delta("f", number=2)]):
        assert status(*lists) == revoked("d")
    for lists in permutations([crl("a"), delta("d", number=3), delta("e", LEAF, number=2)]):
        assert status(*lists) == good("a")
    newest = {"number": 3, "this_update": NOW - DAY / 2}
    older = delta("e", LEAF, number=2)
    for fields in (
        OLD, {"next_update": None}, {"unreadable": ("x",)}, {"unknown_critical": ("1.2",)}, {"base_number": 2},
        {"signature": b""}, {"authority_key_identifier": b"other"}, {"this_update": NOW + SECOND},
    ):  # fmt: skip
        bad = replace(delta("d", number=3), **{**newest, **fields})
        assert status(crl("a"), bad, older) == revoked("e")
        assert status(crl("a", **OLD), bad).state is RevocationState.UNKNOWN


# The limit


def test_as_many_lists_as_the_limit_are_looked_into(monkeypatch):
    lists = [partial(sha256, SOME) for sha256 in "abc"]
    for limit, expected in ((3, [NOT_ALL]), (2, [TOO_MANY, NOT_ALL]), (1, [TOO_MANY, NOT_ALL]), (0, [TOO_MANY])):
        monkeypatch.setattr(revocation, "MOST_LISTS", limit)
        assert status(*lists) == unknown(*expected)
    monkeypatch.setattr(revocation, "MOST_LISTS", 1)
    assert status(crl("a"), crl("b")) == good("a")


def test_the_limit_is_one_of_each_end_entity_and_of_all_its_paths(monkeypatch):
    monkeypatch.setattr(revocation, "MOST_LISTS", 2)
    again = replace(ROOT, sha256="again")
    judged = judge(partial("a", SOME))
    assert judged.statuses((LEAF, ROOT)) == (unknown(NOT_ALL),)
    assert judged.statuses((LEAF, again)) == (unknown(NOT_ALL),)
    last = replace(ROOT, sha256="last")
    assert judged.statuses((LEAF, last)) == (unknown(TOO_MANY),)
    assert judged.statuses((OTHER, ROOT))[0].problems == (NOT_ALL,)
    assert judged.statuses((OTHER, last))[0].problems == (NOT_ALL,)
    assert judged.statuses((LEAF, ROOT)) == (unknown(NOT_ALL),), "what was found is kept"


def test_the_limits_are_as_decided():
    assert revocation.MOST_LISTS == 5_000


# Distribution points


def test_the_lists_of_a_point_are_those_of_its_issuer_or_of_the_issuer_of_the_certificate():
    foreign = PointName(full=((0x86, b"http://pki.example.com/b.crl"),))
    leaf = ROOT_CA.leaf("mcu", more=[points("http://pki.example.com/a.crl")]).record
    own = PointName(full=((0x86, b"http://PKI.example.com/a.crl"),))
    assert status(crl("a", scope=ListScope(own)), of=leaf) == good("a", leaf)
    other = ListProblem(Kind.CRL_SCOPE, f"the CRL of {NAME} is that of another distribution point")
    assert status(crl("a", scope=ListScope(foreign)), of=leaf) == unknown(other, of=leaf)
    assert status(crl("a", scope=ListScope(own)), of=LEAF) == unknown(other)
    named = PointName(full=((DIRECTORY_NAME, ROOT.subject),))
    assert status(crl("a", scope=ListScope(named))) == good("a"), "a list in the name of its issuer"


def test_a_point_with_an_issuer_of_lists_has_the_lists_of_that_one():
    middle = MIDDLE_CA.certificate.subject
    leaf = ROOT_CA.leaf("mcu", more=[points(issuer=middle)]).record
    indirect = ListScope(PointName(full=((DIRECTORY_NAME, MIDDLE.subject),)), indirect=True)
    groups = {"entry_issuers": ((ROOT.subject,),), "scope": indirect}
    both = [crl("m", of=MIDDLE, scope=indirect), crl("r", of=ROOT)]
    pool = (MIDDLE,)
    assert judge(*both, pool=pool).statuses((leaf, ROOT)) == (good("m", leaf, MIDDLE_NAME),)
    listing = replace(crl("m", leaf, of=MIDDLE), **groups)
    assert judge(listing, both[1], pool=pool).statuses((leaf, ROOT)) == (revoked("m", leaf, by=MIDDLE_NAME),)


# The issuers of lists


def path_problem(subject: str, why: str) -> ListProblem:
    return ListProblem(Kind.CRL_PATH, f"the issuer of the CRL, {subject}, {why}")


WAS_REVOKED = f"was revoked on 2026-05-16 (keyCompromise) by the CRL of {NAME}"


def test_each_certificate_of_a_path_has_its_status_but_the_trust_anchor():
    judged = judge(crl("r", LOW), crl("m", of=MIDDLE))
    expected = (good("m", LOW, MIDDLE_NAME), good("r", MIDDLE))
    assert judged.statuses((LOW, MIDDLE, ROOT)) == expected
    assert judged.statuses((MIDDLE, ROOT)) == expected[1:]
    assert judged.statuses((ROOT,)) == ()
    listing = judge(crl("r", MIDDLE), crl("m", LOW, of=MIDDLE))
    assert listing.statuses((LOW, MIDDLE, ROOT)) == (revoked("m", LOW, by=MIDDLE_NAME), revoked("r", MIDDLE))


def test_a_certificate_is_no_issuer_of_the_list_of_itself_by_being_in_question():
    reason = f"the CRL of {MIDDLE_NAME} is not signed by the key of an available certificate of its issuer"
    unsigned = ListProblem(Kind.CRL_SIGNATURE, reason)
    no_key_fits = replace(crl("n", of=NEW_MIDDLE), authority_key_identifier=None)
    judged = judge(no_key_fits, crl("r"))
    first, second = judged.statuses((NEW_MIDDLE, MIDDLE, ROOT))
    assert (first.state, first.problems[0].sentence, second) == (
        RevocationState.UNKNOWN,
        unsigned.sentence,
        good("r", MIDDLE),
    )


def test_a_list_by_another_key_of_its_issuer_counts_unless_that_is_revoked():
    by_new = crl("n", of=NEW_MIDDLE)
    path = (LOW, MIDDLE, ROOT)
    pool = (MIDDLE, NEW_MIDDLE)
    of_middle = f"by the CRL of {MIDDLE_NAME}"
    assert judge(by_new, crl("r"), pool=pool).statuses(path) == (good("n", LOW, MIDDLE_NAME), good("r", MIDDLE))
    # Its own list has it, signed by the key before.
    by_old = crl("o", NEW_MIDDLE, of=MIDDLE, this_update=NOW - 2 * DAY)
    judged = judge(by_new, by_old, crl("r"), pool=pool)
    assert judged.statuses((NEW_MIDDLE, MIDDLE, ROOT))[0].state is RevocationState.NOT_REVOKED
    listing = crl("n", NEW_MIDDLE, of=NEW_MIDDLE)
    problem = path_problem(MIDDLE_NAME, f"was revoked on 2026-05-16 (keyCompromise) {of_middle}")
    for asked_before in (False, True):
        judged = judge(listing, crl("r"), pool=pool)
        if asked_before:
            assert judged.statuses((NEW_MIDDLE, MIDDLE, ROOT))[0] == revoked("n", NEW_MIDDLE, by=MIDDLE_NAME)
        assert judged.statuses(path) == (unknown(problem, of=LOW), good("r", MIDDLE))


def test_the_path_of_an_issuer_of_lists_is_asked_for_each_of_its_certificates():
    by_new, of_root = crl("n", of=NEW_MIDDLE), crl("r", MIDDLE)
    pool = (MIDDLE, NEW_MIDDLE)
    problem = path_problem(MIDDLE_NAME, WAS_REVOKED)
    judged = judge(by_new, of_root, pool=pool)
    assert judged.statuses((NEW_MIDDLE, MIDDLE, ROOT)) == (unknown(problem, of=NEW_MIDDLE), revoked("r", MIDDLE))


def test_one_good_path_of_an_issuer_of_lists_is_enough():
    """The signer of the list has two paths; the CA of one is revoked."""
    again = ROOT_CA.intermediate("Middle", key=p256_key(791)).record
    signer_ca = MIDDLE_CA.intermediate("Root", key=p256_key(796))
    signer = signer_ca.record
    of_root = replace(decode_list_once(revocation_list(signer_ca)), sha256="s")
    by_middle = crl("m", of=MIDDLE)
    for bad, count in (((MIDDLE,), 0), ((again,), 0), ((MIDDLE, again), 1), ((), 0)):
        listed = crl("r", *bad, scope=ListScope(only_ca=True))
        judged = judge(of_root, by_middle, listed, pool=(MIDDLE, again, signer))
        (found,) = judged.statuses((LEAF, ROOT))
        if count:
            assert [one.kind for one in found.problems] == [Kind.CRL_PATH, Kind.CRL_SCOPE]
            assert found.problems[0] == path_problem(MIDDLE_NAME, WAS_REVOKED)
        else:
            assert found == good("s")


def test_flaws_follow_from_the_statuses_unless_lists_are_ignored():
    judged = judge(crl("a", LEAF))
    statuses = judged.statuses((LEAF, ROOT))
    for use in ("use", "require"):
        assert judged.flaws((LEAF, ROOT), use) == tuple(flaws_of(statuses, use)) != ()
    assert judged.flaws((LEAF, ROOT), "ignore") == ()
    assert judged.statuses((LEAF, ROOT)) is statuses

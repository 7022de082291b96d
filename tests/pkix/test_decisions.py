"""The outcome of given candidates: which search decides, under which reading, and all that is said."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from types import SimpleNamespace

import pytest

from mcuaudit.domain.outcome import Outcome
from mcuaudit.domain.remedy import Remedy, RemedyKind
from mcuaudit.pkix import decision
from mcuaudit.pkix.anchor_use import AnchorUse
from mcuaudit.pkix.candidates import NO_CANDIDATES, Candidate, Candidates
from mcuaudit.pkix.decision import PathQuestion
from mcuaudit.pkix.flaws import Flaw, Kind
from mcuaudit.pkix.outcome import PathOutcome
from mcuaudit.pkix.paths import no_issuer
from mcuaudit.pkix.readings import decide
from mcuaudit.pkix.stores import Pool, TrustStore
from tests.authority import NEXT_YEAR, NOW, Authority, p256_key

ROOT_CA = Authority.root("Root", key=p256_key(830))
MIDDLE_CA = ROOT_CA.intermediate("Middle", key=p256_key(831))
ISSUING_CA = MIDDLE_CA.intermediate("Issuing", key=p256_key(832))
ROOT, MIDDLE, ISSUING = ROOT_CA.record, MIDDLE_CA.record, ISSUING_CA.record
LEAF = ISSUING_CA.leaf("mcu", key=p256_key(833)).record
HARD = Flaw(Kind.EXPIRED, MIDDLE, "is old", Remedy(RemedyKind.REISSUE))
SOFT = Flaw(Kind.ALGORITHM, ISSUING, "is odd", Remedy(RemedyKind.REISSUE_WITH_NEW_KEY))
SILENT = Flaw(Kind.UNREADABLE, ROOT, "is unread")
BY_POLICY = Flaw(Kind.POLICIES, LEAF, "has none", Remedy(RemedyKind.CHECK_STATUS))
END = NEXT_YEAR - timedelta(days=7)
NO_CERTIFICATES = Pool(TrustStore(()), [], NOW)


def candidate(*path, flaw=None, open_flaws=()) -> Candidate:
    return Candidate(path, frozenset(one.sha256 for one in path), END, flaw, open_flaws)


def all_of(*found) -> Candidates:
    return Candidates(found, True)


def cut(*found) -> Candidates:
    return Candidates(found, False)


GOOD = candidate(LEAF, ISSUING, ROOT)
BAD = candidate(LEAF, ISSUING, MIDDLE, flaw=HARD)
ODD = candidate(LEAF, ISSUING, ROOT, open_flaws=(SOFT,))
BROKEN = candidate(LEAF, flaw=no_issuer(LEAF, NO_CERTIFICATES))


@pytest.fixture(autouse=True)
def searches_are_given(monkeypatch):
    """The search in the pool of a finder finds what the finder was given."""
    monkeypatch.setattr(decision, "Search", lambda applicant, finder, revocation: finder.search(applicant, revocation))


class Finder(SimpleNamespace):
    def __init__(self, anchors, members=NO_CANDIDATES, *, any_member=False, elsewhere=()):
        holds = lambda certificate: certificate not in elsewhere  # noqa: E731
        super().__init__(pool=SimpleNamespace(at=NOW, holds=holds), anchors=AnchorUse(any_member=any_member), asked=[])
        self.found = {"anchors": anchors, "members": members}

    def search(self, applicant, revocation):
        self.asked.append((applicant.end_entity, applicant.purpose, revocation))
        return SimpleNamespace(to_anchors=lambda: self.found["anchors"], to_members=lambda: self.found["members"])


def decided(near, wide=None, in_vain=False, end_entity=LEAF) -> PathOutcome:
    return decide(PathQuestion(end_entity, None, near, wide, in_vain))


def members(*found) -> frozenset[str]:
    return frozenset(one.sha256 for candidate in found for one in candidate.path)


# Passed


def passed(best, found, *, every, words) -> PathOutcome:
    return PathOutcome(
        Outcome.PASS, "ok", f"CN=mcu,O=Example is trusted through {words}.", path=best.path, valid_until=END,
        every_candidate_good=every, candidate_certificates=members(*found),
    )  # fmt: skip


THROUGH_TWO = "CN=Issuing,O=Example and CN=Root,O=Example"


def test_a_candidate_without_a_flaw_passes():
    short = candidate(LEAF, ROOT)
    assert decided(Finder(all_of(GOOD))) == passed(GOOD, [GOOD], every=True, words=THROUGH_TWO)
    assert decided(Finder(all_of(short))) == passed(short, [short], every=True, words="CN=Root,O=Example")
    assert decided(Finder(cut(GOOD))) == passed(GOOD, [GOOD], every=False, words=THROUGH_TWO)
    for other in (BAD, ODD):
        expected = passed(GOOD, [GOOD, other], every=False, words=THROUGH_TWO)
        assert decided(Finder(all_of(other, GOOD))) == expected
        assert decided(Finder(all_of(GOOD, other), all_of(short), any_member=False)) == expected


def test_where_every_member_is_an_anchor_the_paths_to_members_count_as_the_others():
    short = candidate(LEAF, ISSUING)
    near = Finder(all_of(BROKEN), all_of(short), any_member=True)
    assert decided(near) == passed(short, [BROKEN, short], every=False, words="CN=Issuing,O=Example")
    near = Finder(all_of(GOOD), cut(short), any_member=True)
    assert decided(near) == passed(GOOD, [GOOD, short], every=False, words=THROUGH_TWO)


def test_the_question_is_asked_as_it_is_put():
    def revocation(_):
        return ()

    near, wide = Finder(all_of(BAD)), Finder(all_of(BAD))
    decide(PathQuestion(LEAF, "serverAuth", near, wide, False, revocation))
    assert near.asked == wide.asked == [(LEAF, "serverAuth", revocation)]


# Open


def opened(best, found, first, strictly, **more) -> PathOutcome:
    """An open outcome with the code, reason and remedy of the first statement."""
    code, reason, remedy = first
    return PathOutcome(
        Outcome.OPEN, code, reason, remedy, openssl_error=strictly and strictly.kind.openssl_error, path=best.path,
        valid_until=END, candidate_certificates=members(*found), **more,
    )  # fmt: skip


def of(flaw):
    return flaw.kind.code, flaw.sentence, flaw.remedy


def test_a_candidate_with_open_flaws_is_open_by_the_first_of_them():
    assert decided(Finder(all_of(ODD))) == opened(
        ODD, [ODD], of(SOFT), None, reading="A18", failed_at=ISSUING.sha256
    )  # fmt: skip
    unread = candidate(LEAF, ROOT, open_flaws=(SILENT,))
    assert decided(Finder(all_of(unread))) == opened(
        unread, [unread], of(SILENT), None, reading=None, failed_at=ROOT.sha256
    )  # fmt: skip
    several = candidate(LEAF, ROOT, open_flaws=(BY_POLICY, SILENT, SOFT, SOFT))
    expected = opened(several, [several], of(BY_POLICY), None, reading="A18 A21", failed_at=LEAF.sha256)
    assert decided(Finder(all_of(several))) == expected


def test_what_openssl_says_of_the_first_candidate_is_said_with_an_open_one():
    found = decided(Finder(all_of(BAD, ODD)))
    assert found == opened(ODD, [BAD, ODD], of(SOFT), HARD, reading="A18", failed_at=MIDDLE.sha256)
    found = decided(Finder(all_of(BROKEN, ODD)))
    assert found == opened(
        ODD, [BROKEN, ODD], of(SOFT), BROKEN.flaw, reading="A18", failed_at=LEAF.sha256,
        missing_issuer="CN=Issuing,O=Example",
    )  # fmt: skip


def rootless(member, root):
    reason = (
        f"{member} is in the trust store, but its issuer {root} is not; some verifiers accept it as a trust anchor, "
        "and others, such as OpenSSL by default, do not."
    )
    return "root_missing", reason, Remedy(RemedyKind.ADD_AUTHORITY, (root,))


ROOTLESS = rootless("CN=Issuing,O=Example", "CN=Middle,O=Example")
TO_MEMBER = candidate(LEAF, ISSUING)


def test_a_path_to_a_member_without_its_root_is_open():
    near = Finder(all_of(BAD), all_of(TO_MEMBER))
    assert decided(near) == opened(TO_MEMBER, [TO_MEMBER], ROOTLESS, HARD, reading="A12", failed_at=MIDDLE.sha256)
    odd = candidate(LEAF, ISSUING, open_flaws=(SOFT,))
    near = Finder(all_of(BAD), all_of(odd))
    assert decided(near) == opened(odd, [odd], ROOTLESS, HARD, reading="A12 A18", failed_at=MIDDLE.sha256)
    high = candidate(LEAF, ISSUING, MIDDLE)
    expected = rootless("CN=Middle,O=Example", "CN=Root,O=Example")
    found = decided(Finder(all_of(BAD), all_of(high)))
    assert found == opened(high, [high], expected, HARD, reading="A12", failed_at=MIDDLE.sha256)


def test_an_end_entity_in_the_store_is_no_member_without_its_root():
    alone = candidate(LEAF, open_flaws=(replace(SOFT, kind=Kind.ANCHOR_NOT_A_CA),))
    found = decided(Finder(all_of(BAD), all_of(alone)))
    assert (found.reason_code, found.reading) == ("anchor_not_a_ca", "A14")


def absent(names, was, is_):
    reason = (
        f"CN=mcu,O=Example has a path only through {' and '.join(names)}, which {was} found elsewhere in the export. "
        f"The certificate is trusted only if {' and '.join(names)} {is_} presented with it."
    )
    return "intermediate_not_presented", reason, Remedy(RemedyKind.PRESENT_AUTHORITY, names)


def test_a_path_through_certificates_from_elsewhere_is_open():
    near = Finder(all_of(BROKEN), elsewhere=(ISSUING,))
    missing = {"failed_at": LEAF.sha256, "missing_issuer": "CN=Issuing,O=Example"}
    first = absent(("CN=Issuing,O=Example",), "was", "is")
    found = decided(near, Finder(all_of(BAD, GOOD)))
    assert found == opened(
        GOOD, [BAD, GOOD], first, BROKEN.flaw, reading="A11", to_present=(ISSUING,), **missing
    )  # fmt: skip
    near = Finder(all_of(BROKEN), elsewhere=(ISSUING, MIDDLE, LEAF))
    long = candidate(LEAF, ISSUING, MIDDLE, ROOT, open_flaws=(BY_POLICY,))
    first = absent(("CN=Issuing,O=Example", "CN=Middle,O=Example"), "were", "are")
    found = decided(near, Finder(all_of(long)))
    assert found == opened(
        long, [long], first, BROKEN.flaw, reading="A11 A21", to_present=(ISSUING, MIDDLE), **missing
    )  # fmt: skip


def test_a_path_to_a_member_through_certificates_from_elsewhere_is_open_for_both_reasons():
    missing = {"failed_at": LEAF.sha256, "missing_issuer": "CN=Issuing,O=Example"}
    high = candidate(LEAF, ISSUING, MIDDLE)
    first = absent(("CN=Issuing,O=Example",), "was", "is")
    for any_member, reading in ((False, "A11 A12"), (True, "A11")):
        near = Finder(all_of(BROKEN), elsewhere=(ISSUING,), any_member=any_member)
        found = decided(near, Finder(all_of(BAD), all_of(high)))
        assert found == opened(high, [high], first, BROKEN.flaw, reading=reading, to_present=(ISSUING,), **missing)


def test_the_wider_search_may_find_what_the_narrower_one_did_not_reach():
    """No certificate of the path is from elsewhere."""
    near = Finder(cut(BAD))
    assert decided(near, Finder(all_of(GOOD))) == passed(GOOD, [GOOD], every=True, words=THROUGH_TWO)
    found = decided(near, Finder(all_of(ODD)))
    assert found == opened(ODD, [ODD], of(SOFT), HARD, reading="A18", failed_at=MIDDLE.sha256)
    found = decided(near, Finder(all_of(BAD), all_of(TO_MEMBER)))
    assert found == opened(TO_MEMBER, [TO_MEMBER], ROOTLESS, HARD, reading="A12", failed_at=MIDDLE.sha256)
    near = Finder(cut(BAD), any_member=True)
    found = decided(near, Finder(all_of(BAD), all_of(TO_MEMBER)))
    assert found == passed(TO_MEMBER, [TO_MEMBER], every=True, words="CN=Issuing,O=Example")


# Failed


def failed(found, **more) -> PathOutcome:
    first = found[0]
    return PathOutcome(
        Outcome.FAIL, *of(first.flaw), openssl_error=first.flaw.kind.openssl_error, path=first.path,
        failed_at=first.flaw.certificate.sha256, candidate_certificates=members(*found), **more,
    )  # fmt: skip


def test_where_no_search_finds_a_path_the_first_candidate_fails():
    other = candidate(LEAF, ROOT, flaw=SOFT)
    assert decided(Finder(all_of(BAD, BROKEN))) == failed([BAD, BROKEN])
    assert decided(Finder(all_of(BAD), all_of(other)), Finder(all_of(other), all_of(BAD))) == failed([BAD])
    expected = failed([BROKEN, BAD], missing_issuer="CN=Issuing,O=Example")
    assert decided(Finder(all_of(BROKEN, BAD))) == expected


@pytest.mark.parametrize("kind", [Kind.NO_ISSUER, Kind.ROOT_MISSING, Kind.ROOT_NOT_TRUSTED, Kind.SELF_SIGNED])
def test_the_issuer_that_is_missing_is_named_where_one_is(kind):
    one = candidate(LEAF, MIDDLE, flaw=Flaw(kind, MIDDLE, "is broken"))
    missing = "CN=Root,O=Example" if kind in (Kind.NO_ISSUER, Kind.ROOT_MISSING) else None
    assert decided(Finder(all_of(one))) == failed([one], missing_issuer=missing)


def test_what_was_presented_in_vain_is_said_where_an_issuer_is_missing():
    why = "which is not in the trust store; this verifier needs every intermediate there"
    detail = f"is issued by CN=Issuing,O=Example, {why}"
    flaw = Flaw(
        Kind.INTERMEDIATE_NOT_IN_STORE, LEAF, detail, Remedy(RemedyKind.ADD_AUTHORITY, ("CN=Issuing,O=Example",))
    )
    expected = failed([replace(BROKEN, flaw=flaw)], missing_issuer="CN=Issuing,O=Example")
    assert decided(Finder(all_of(BROKEN)), in_vain=True) == expected
    assert decided(Finder(all_of(BAD)), in_vain=True) == failed([BAD])


def test_where_a_search_was_cut_short_a_failure_is_open():
    limit = PathOutcome(
        Outcome.OPEN,
        "search_limit",
        "CN=mcu,O=Example: there are too many candidate paths to check all, and none of the checked ones is valid.",
        Remedy(RemedyKind.REMOVE_UNUSED_AUTHORITIES),
        candidate_certificates=members(BAD),
    )
    assert decided(Finder(cut(BAD))) == limit
    assert decided(Finder(all_of(BAD), cut())) == limit
    assert decided(Finder(all_of(BAD)), Finder(cut(BROKEN))) == limit
    assert decided(Finder(all_of(BAD)), Finder(all_of(BROKEN), cut())) == limit
    assert decided(Finder(all_of(BAD)), Finder(all_of(BROKEN), all_of())) == failed([BAD])

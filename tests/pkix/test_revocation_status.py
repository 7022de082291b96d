"""What revocation lists say of a certificate, in words and as a flaw."""

from __future__ import annotations

from dataclasses import replace

import pytest

from mcuaudit.decode.revocation_list import decode_list_once
from mcuaudit.domain.remedy import Remedy, RemedyKind
from mcuaudit.pkix.flaws import Flaw, Kind
from mcuaudit.pkix.revocation_status import (
    OF_REVOCATION,
    REVOCATION_USES,
    ListProblem,
    RevocationState,
    RevocationStatus,
    day,
    flaws_of,
    list_title,
)
from tests.authority import NOW, Authority, p256_key
from tests.revoking import revocation_list

ROOT_CA = Authority.root("Root", key=p256_key(840))
CA, LEAF = ROOT_CA.record, ROOT_CA.leaf("mcu", key=p256_key(841)).record
NOT_REVOKED, REVOKED, UNKNOWN = RevocationState
NONE, EXPIRED = ListProblem(Kind.NO_CRL, "there is none"), ListProblem(Kind.CRL_EXPIRED, "it is old", "2026-05-16")


def status(state, **fields) -> RevocationStatus:
    return RevocationStatus(LEAF, state, **fields)


def test_the_words_for_states_and_uses():
    assert [state.value for state in RevocationState] == ["not_revoked", "revoked", "unknown"]
    assert REVOCATION_USES == ("ignore", "use", "require")


def test_a_problem_says_what_the_list_has_of_the_certificate():
    assert ListProblem(Kind.NO_CRL, "x") == ListProblem(Kind.NO_CRL, "x", "", "")
    assert NONE.sentence == "there is none"
    assert EXPIRED.sentence == "it is old; it lists the certificate as revoked on 2026-05-16"


def test_a_status_has_nothing_that_is_not_given():
    assert status(NOT_REVOKED) == RevocationStatus(LEAF, NOT_REVOKED, None, "", "", "", ())


@pytest.mark.parametrize(
    ("found", "has_list", "file", "why"),
    [
        (status(NOT_REVOKED), True, "", ""),
        (status(REVOKED), True, "", "was revoked on a date that cannot be read"),
        (status(REVOKED, revoked_on=NOW, reason="unspecified"), True, "", "was revoked on 2026-06-15"),
        (status(REVOKED, revoked_on=NOW, reason="keyCompromise"), True, "",
         "was revoked on 2026-06-15 (keyCompromise)"),
        (status(REVOKED, revoked_on=NOW, crl="0", crl_issuer="CN=A"), True, "",
         "was revoked on 2026-06-15 by the CRL of CN=A"),
        (status(REVOKED, revoked_on=NOW, crl_issuer="CN=A"), True, "", "was revoked on 2026-06-15"),
        (status(REVOKED, revoked_on=NOW, reason="certificateHold", crl="0", crl_issuer="CN=A"), True, "",
         "is on hold since 2026-06-15 (certificateHold) by the CRL of CN=A"),
        (status(UNKNOWN, _problems=(NONE, EXPIRED)), False, "", "has an unknown revocation status: there is none"),
        (status(UNKNOWN, _problems=(ListProblem(Kind.CRL_SCOPE, "x"), EXPIRED)), False, "",
         "has an unknown revocation status: x"),
        (status(UNKNOWN, _problems=(EXPIRED, NONE)), False, "",
         "has an unknown revocation status: it is old; it lists the certificate as revoked on 2026-05-16"),
        (status(UNKNOWN, _problems=(ListProblem(Kind.CRL_UNREADABLE, "x", "", "a.crl"), NONE)), True, "a.crl",
         "has an unknown revocation status: x"),
    ],
)  # fmt: skip
def test_a_status_in_words(found, has_list, file, why):
    assert (found.has_current_list, found.file, found.why) == (has_list, file, why)
    assert found.problems == found._problems


def test_the_kinds_with_which_lists_make_a_path_invalid():
    kinds = [kind for kind in Kind if kind is Kind.REVOKED or kind.code.startswith(("crl_", "no_crl"))]
    assert set(OF_REVOCATION) == {kind for kind in kinds if kind.openssl_error is not None}
    assert len(OF_REVOCATION) == 11


def unknown(*problems) -> RevocationStatus:
    return status(UNKNOWN, _problems=problems)


ADD = Remedy(RemedyKind.ADD_EVIDENCE, ("a current CRL of CN=Root,O=Example",))
TOO_MANY, ODD = ListProblem(Kind.TOO_MANY_LISTS, "many"), ListProblem(Kind.CRL_ALGORITHM, "odd")


@pytest.mark.parametrize(
    ("problem", "used", "required"),
    [
        (NONE, None, Kind.NO_CRL),
        (ListProblem(Kind.CRL_SCOPE, "x"), None, Kind.CRL_SCOPE),
        (EXPIRED, Kind.REVOCATION_OPEN, Kind.CRL_EXPIRED),
        (TOO_MANY, Kind.REVOCATION_OPEN, Kind.REVOCATION_OPEN),
        (ODD, Kind.REVOCATION_OPEN, Kind.REVOCATION_OPEN),
    ],
)
def test_an_unknown_status_is_a_flaw_as_lists_are_used(problem, used, required):
    found = unknown(problem, EXPIRED)
    for use, kind in (("use", used), ("require", required)):
        assert list(flaws_of((found,), use)) == ([Flaw(kind, LEAF, found.why, ADD)] if kind else [])


def test_a_revoked_certificate_is_a_flaw_however_lists_are_used():
    leaf, ca = status(REVOKED, revoked_on=NOW), RevocationStatus(CA, REVOKED, NOW)
    for use in REVOCATION_USES:
        assert list(flaws_of((leaf, status(NOT_REVOKED), ca), use)) == [
            Flaw(Kind.REVOKED, LEAF, "was revoked on 2026-06-15", Remedy(RemedyKind.REISSUE_WITH_NEW_KEY)),
            Flaw(Kind.REVOKED, CA, "was revoked on 2026-06-15", Remedy(RemedyKind.CHECK_STATUS)),
        ]


def test_the_issuer_of_a_list_and_a_date_in_a_sentence():
    one = decode_list_once(revocation_list(ROOT_CA))
    assert list_title(one) == "CN=Root,O=Example"
    assert list_title(replace(one, issuer_text=" ")) == "a CA without a name"
    assert list_title(replace(one, issuer_text="a\n" * 200)) == "a " * 100 + "…"
    assert (day(NOW), day(None)) == ("2026-06-15", "a date that cannot be read")

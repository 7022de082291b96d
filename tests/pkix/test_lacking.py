"""Which CAs a store lacks for a path: elsewhere, not trusted, or not found."""

from __future__ import annotations

import pytest

from mcuaudit.domain.cause import CauseKind
from mcuaudit.domain.slots import Place, Slot
from mcuaudit.pkix.lacking import Lack, LackingAuthority, lacking_authorities, lacking_cell, lacking_of
from tests.authority import Authority, Issued

ROOT = Authority.root("Root")
ISSUING = ROOT.intermediate("Issuing")
LEAF = ISSUING.leaf("room")
STORE = Place(Slot.SIP_TRUST_STORE, "leeds/mcu-1")

ELSEWHERE = LackingAuthority(Lack.ELSEWHERE, "CN=Issuing,O=Example")
ROOT_LACKS = LackingAuthority(Lack.ROOT, "CN=Root,O=Example")


def lacking(
    path: tuple[Issued, ...], presented: tuple[Issued, ...] = (), members: tuple[Issued, ...] = ()
) -> tuple[LackingAuthority, ...]:
    records = tuple(one.record for one in path)
    return lacking_authorities(
        records, {one.record.sha256 for one in presented}, {one.record.sha256 for one in members}
    )


@pytest.mark.parametrize(
    ("path", "presented", "members", "expected"),
    [
        ((LEAF, ISSUING, ROOT), (ISSUING,), (ROOT,), ()),
        ((LEAF, ISSUING, ROOT), (), (ISSUING, ROOT), ()),
        ((LEAF, ISSUING, ROOT), (), (ROOT,), (ELSEWHERE,)),
        ((LEAF, ISSUING, ROOT), (ISSUING, ROOT), (), (ROOT_LACKS,)),
        ((LEAF, ISSUING, ROOT), (ROOT,), (), (ELSEWHERE, ROOT_LACKS)),
        ((LEAF,), (), (), (LackingAuthority(Lack.ISSUER, "CN=Issuing,O=Example"),)),
        ((LEAF, ISSUING), (ISSUING,), (), (LackingAuthority(Lack.ISSUER, "CN=Root,O=Example"),)),
        ((LEAF, ISSUING), (), (ISSUING,), ()),
        ((LEAF,), (), (LEAF,), ()),
        ((ROOT,), (), (), ()),
        ((), (), (ROOT,), ()),
    ],
)
def test_by_where_the_path_ends(
    path: tuple[Issued, ...],
    presented: tuple[Issued, ...],
    members: tuple[Issued, ...],
    expected: tuple[LackingAuthority, ...],
) -> None:
    assert lacking(path, presented, members) == expected


def test_the_cause_is_the_ca_that_was_not_found_or_the_store() -> None:
    missing = LackingAuthority(Lack.ISSUER, "CN=Root").cause(STORE)
    assert (missing.kind, missing.subject) == (
        CauseKind.MISSING_AUTHORITY, ("sip_trust_store", "leeds/mcu-1", "CN=Root"),
    )  # fmt: skip
    for other in (ELSEWHERE, ROOT_LACKS, LackingAuthority(Lack.ISSUER, "")):
        assert other.cause(STORE).kind is CauseKind.TRUST_STORE


def test_the_words_of_a_cell() -> None:
    assert [lack.value for lack in Lack] == ["elsewhere", "root", "issuer"]


def test_a_cell_holds_several_whatever_their_names() -> None:
    several = (ELSEWHERE, LackingAuthority(Lack.ISSUER, ""), LackingAuthority(Lack.ROOT, "CN=a:b \\ é\n"))
    cell = lacking_cell(several)
    assert lacking_of(cell) == several
    assert lacking_cell(()) == ""
    assert lacking_of("") == ()
    assert cell.split()[:2] == ["elsewhere:CN=Issuing,O=Example", "issuer:"]

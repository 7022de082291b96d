"""The names above a certificate, by names of issuers alone."""

from __future__ import annotations

from mcuaudit.pkix.ancestry import Ancestry
from mcuaudit.pkix.names import canonical_name
from tests.authority import Authority, Issued, p256_key

ROOT = Authority.root("Root")
ISSUING = ROOT.intermediate("Issuing")
LEAF = ISSUING.leaf("room")


def names(*issued: Issued) -> frozenset[bytes]:
    return frozenset(canonical_name(one.record.subject) for one in issued)


def test_every_name_up_to_a_root() -> None:
    ancestry = Ancestry(one.record for one in (ROOT, ISSUING, LEAF, Authority.root("Other")))
    assert ancestry.of(LEAF.record) == names(LEAF, ISSUING, ROOT)
    assert ancestry.of(ROOT.record) == names(ROOT)
    assert ancestry.is_complete(LEAF.record)


def test_a_name_without_a_certificate_is_the_last_one() -> None:
    ancestry = Ancestry([LEAF.record, ROOT.record])
    assert ancestry.of(LEAF.record) == names(LEAF, ISSUING)
    assert not ancestry.is_complete(LEAF.record)


def test_every_certificate_of_a_name_counts_and_rings_end() -> None:
    other = Authority.root("Other", key=p256_key(31))
    cross = other.intermediate("Issuing", key=ISSUING.key)
    back = ISSUING.intermediate("Other", key=other.key)
    ancestry = Ancestry(one.record for one in (LEAF, ISSUING, ROOT, cross, back))
    assert ancestry.of(LEAF.record) == names(LEAF, ISSUING, ROOT, other)
    assert ancestry.is_complete(LEAF.record)

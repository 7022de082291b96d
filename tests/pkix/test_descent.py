"""Who was issued below given CAs: by signature, over intermediates, and never by name alone."""

from __future__ import annotations

from mcuaudit.pkix.descent import descendants
from tests.authority import Authority, p256_key

ROOT = Authority.root("Public Root")
ISSUING = ROOT.intermediate("Public Issuing CA")
LEAF = ISSUING.leaf("mcu.example.com")


def test_descent_goes_over_intermediates_that_are_at_hand() -> None:
    assert descendants([ROOT.record], [ISSUING.record, LEAF.record]) == {ISSUING.record.sha256, LEAF.record.sha256}
    assert descendants([ROOT.record], [LEAF.record]) == frozenset()


def test_a_name_alone_makes_no_descendant() -> None:
    impostor = Authority.root("Public Root")
    assert descendants([ROOT.record], [impostor.leaf("mcu.example.com").record]) == frozenset()


def test_another_certificate_of_the_same_key_is_the_same_authority() -> None:
    key = p256_key(77)
    root, renewed = Authority.root("Old Name", key=key), Authority.root("New Name", key=key)
    assert descendants([root.record], [renewed.record]) == {renewed.record.sha256}


def test_descent_ends_where_a_signature_is_another_key_s() -> None:
    forged = ROOT.intermediate("Public Issuing CA", signed_by=p256_key(78))
    below = forged.leaf("mcu")
    assert descendants([ROOT.record], [forged.record, below.record]) == frozenset()


def test_every_root_counts_and_none_without_descendants_is_one() -> None:
    other = Authority.root("Other Root")
    leaf = other.leaf("peer")
    every = [LEAF.record, leaf.record, ISSUING.record, LEAF.record]
    assert descendants([ROOT.record, other.record], every) == {one.record.sha256 for one in (ISSUING, LEAF, leaf)}
    assert descendants([ROOT.record], [ROOT.record]) == {ROOT.record.sha256}
    assert descendants([], every) == frozenset()

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

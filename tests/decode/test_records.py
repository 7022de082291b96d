"""What the records of decoding say of themselves."""

from __future__ import annotations

from mcuaudit.decode.records import (
    Bundle,
    DecodedPeers,
    DecodedSetting,
    DecodedSettings,
    FoundCertificate,
    PeerDeclaration,
    SettingsPart,
)
from tests.authority import Authority


def test_the_end_entity_is_the_first_certificate_unless_it_was_lost() -> None:
    one, other = (FoundCertificate(Authority.root(name).record, position, None) for position, name in enumerate("ab"))
    assert Bundle((one, other), (), False, False, ()).end_entity is one
    assert Bundle((one, other), (), True, False, ()).end_entity is one
    assert Bundle((one, other), (), True, True, ()).end_entity is None
    assert Bundle((), (), True, False, ()).end_entity is None
    assert Bundle((), (), True, True, ()).end_entity is None


def test_what_is_not_said_is_whole_and_its_own() -> None:
    assert DecodedSetting("a", "b", "c").incomplete is False
    part, peer = SettingsPart("a", ()), PeerDeclaration("a", {}, "b")
    assert (part.damaged, part.joined, part.begins) == ((), False, ())
    assert (peer.damaged, peer.incomplete) == (frozenset(), frozenset())
    assert (DecodedSettings(()).problems, DecodedSettings(()).unplaced) == ((), ())
    assert (DecodedPeers(()).problems, DecodedPeers(()).unnamed) == ((), ())


def test_the_revocation_lists_of_a_bundle_are_whole_unless_it_says_otherwise() -> None:
    assert not Bundle((), (), False, False, ()).lists_damaged

"""Who does what a remedy says: the teams that an organisation usually has."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from mcuaudit.domain.remedy import Remedy, RemedyKind
from mcuaudit.domain.slots import Slot
from mcuaudit.wording.remedies import remedy_sentences

PKI_TEAM: Final = "PKI team"
AV_TEAM: Final = "AV team"
OWNER_OF_PEER: Final = "owner of the peer"

_OF_PEERS: Final = (Slot.PEER_CERTIFICATE, Slot.PEER_TRUST_STORE)
_OF_PKI: Final = ("reissue", "issue", "replace")
_OF_USERS: Final = (RemedyKind.REISSUE_FOR_USER, RemedyKind.REISSUE_FOR_ADMINISTRATOR)
_SECOND: Final = {
    RemedyKind.ADD_AUTHORITY_OR_REISSUE: PKI_TEAM,
    RemedyKind.CHECK_CLOCK: PKI_TEAM,
    RemedyKind.PROVIDE_CERTIFICATE: AV_TEAM,
    RemedyKind.PROVIDE_SERVER_CERTIFICATE: AV_TEAM,
    RemedyKind.REPLACE_COPY: PKI_TEAM,
}
"""The team of the second part of a remedy that offers a choice."""


@dataclass(frozen=True, slots=True)
class Part:
    """What one team does of a remedy.

    Attributes:
        team: who.
        words: what, as a sentence; a second one begins with “Or”.
    """

    team: str
    words: str


def parts_of(remedy: Remedy) -> tuple[Part, ...]:
    """What each team does of a remedy; two teams where it offers a choice.

    What a peer presents or trusts is changed by its owner. Certificates of MCUs and of users are issued by the PKI
    team, also where the store of a peer decides by which CA; all else on an MCU, and the files of the export, are the
    AV team's.
    """
    words = remedy_sentences(remedy)
    return tuple(Part(team, sentence) for team, sentence in zip(_teams(remedy), words, strict=True))


def teams_of(remedies: Iterable[Remedy]) -> list[str]:
    """The teams that have some remedies in their hands, each once."""
    return list(dict.fromkeys(part.team for remedy in remedies for part in parts_of(remedy)))


def _teams(remedy: Remedy) -> tuple[str, ...]:
    slot = remedy.target.slot if remedy.target else None
    if remedy.kind is RemedyKind.PRESENT_AUTHORITY:
        # The side that does not own the store presents the certificate.
        return (AV_TEAM, OWNER_OF_PEER) if slot in _OF_PEERS else (OWNER_OF_PEER, AV_TEAM)
    of_peer = slot in _OF_PEERS and remedy.kind not in (RemedyKind.ISSUE_BY_TRUSTED_AUTHORITY, *_OF_USERS)
    is_pki = remedy.kind.value.startswith(_OF_PKI) and remedy.kind is not RemedyKind.REPLACE_COPY
    first = OWNER_OF_PEER if of_peer else PKI_TEAM if is_pki else AV_TEAM
    return (first, _SECOND[remedy.kind]) if remedy.kind in _SECOND else (first,)

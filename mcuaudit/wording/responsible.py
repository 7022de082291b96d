"""Who does what a remedy says: the teams that an organisation usually has."""

from __future__ import annotations

from typing import Final

from mcuaudit.domain.remedy import Remedy, RemedyKind
from mcuaudit.domain.slots import Slot

PKI_TEAM: Final = "PKI team"
AV_TEAM: Final = "AV team"
OWNER_OF_PEER: Final = "owner of the peer"

_OF_PEERS: Final = (Slot.PEER_CERTIFICATE, Slot.PEER_TRUST_STORE)
_OF_PKI: Final = ("reissue", "issue", "replace")


def responsible(remedy: Remedy) -> str:
    """The team that has a remedy in its hands.

    What a peer presents or trusts is changed by its owner. Certificates of MCUs are issued by the PKI team, also where
    the store of a peer decides by which CA; all else on an MCU, and the files of the export, are the AV team's.
    """
    slot = remedy.target.slot if remedy.target else None
    if slot in _OF_PEERS and remedy.kind is not RemedyKind.ISSUE_BY_TRUSTED_AUTHORITY:
        return OWNER_OF_PEER
    return PKI_TEAM if remedy.kind.value.startswith(_OF_PKI) else AV_TEAM

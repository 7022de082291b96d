"""What the export does not have, filled in: stores and keys of peers that are missing or damaged.

`mcuaudit.gaps` supposes them, beside the public changes; a person changes an export with the files themselves.
"""

from __future__ import annotations

import posixpath
from dataclasses import dataclass

from mcuaudit.domain.slots import Slot
from mcuaudit.variants.changes import CertificateDescription, Change
from mcuaudit.variants.draft import Draft, Flags
from mcuaudit.variants.of_files import placed_again, undamaged
from mcuaudit.variants.of_stores import write_store


@dataclass(frozen=True, slots=True)
class FillStore:
    """A trust store of devices is a whole file.

    Attributes:
        slot: which store.
        file: its name within the export.
        devices: those that use it, by device_id.
        authorities: its certificates, by SHA-256; they are in the export.
    """

    slot: Slot
    file: str
    devices: tuple[str, ...]
    authorities: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class FillPeerStore:
    """The trust store of a peer is a whole file.

    Attributes:
        peer: its name.
        declared_in: the file that declares it.
        authorities: as with `FillStore`.
    """

    peer: str
    declared_in: str
    authorities: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class FillPeerKey:
    """A key of a peer that is one word has a value.

    Attributes:
        peer: its name.
        declared_in: the file that declares it.
        key: standard, route or chain_complete.
        value: as the frame `peers` has it.
    """

    peer: str
    declared_in: str
    key: str
    value: str


@dataclass(frozen=True, slots=True)
class FillCertificate:
    """The local certificate of a device is a whole file; unlike a new one, it changes no setting.

    Attributes:
        certificate: what it says.
        device_id: whose it is.
    """

    certificate: CertificateDescription
    device_id: str


Fill = FillCertificate | FillStore | FillPeerStore | FillPeerKey
Supposed = Change | Fill
"""Everything that a fleet can be supposed to have."""


def fill(draft: Draft, one: FillStore | FillPeerStore | FillPeerKey) -> None:
    """Have the fleet contain it."""
    match one:
        case FillStore():
            write_store(draft, one.slot, one.file, one.devices, one.authorities)
        case FillPeerStore():
            _fill_peer_store(draft, one)
        case FillPeerKey():
            rows = _rows_of(draft, one.peer, one.declared_in)
            assumed = {} if one.key == "chain_complete" else {f"{one.key}_assumed": False}
            draft.set_cells("peers", rows, {one.key: one.value, **assumed})
            undamaged(draft, rows, one.key)


def place_of_peer_file(peer: str, declared_in: str, ending: str) -> str:
    """The file of a peer's certificate or store, beside the file that declares it."""
    return posixpath.join(posixpath.dirname(declared_in), "peers", f"{peer}{ending}")


def _rows_of(draft: Draft, peer: str, declared_in: str) -> Flags:
    peers = draft.frame("peers")
    return ((peers["peer"] == peer) & (peers["file"] == declared_in)).to_numpy()


def _fill_peer_store(draft: Draft, one: FillPeerStore) -> None:
    rows = _rows_of(draft, one.peer, one.declared_in)
    file = place_of_peer_file(one.peer, one.declared_in, "-trusted-ca.pem")
    placed_again(draft, file, Slot.PEER_TRUST_STORE, one.authorities, whole=True)
    cells = {
        "trust_store": draft.trust_store(one.authorities),
        "trust_store_state": "present" if one.authorities else "empty",
        "trust_store_file": file,
    }
    draft.set_cells("peers", rows, cells)
    undamaged(draft, rows, "trust_store")

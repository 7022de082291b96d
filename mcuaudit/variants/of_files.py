"""Files of certificates with other content: where their certificates are placed, and what was wrong with them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from mcuaudit.domain.name_lists import join_names, split_names
from mcuaudit.domain.slots import Slot
from mcuaudit.variants.draft import Draft, Rows

_OF_CONTENT = ("unreadable", "note", "secret")
"""Kinds of problems that are about the content of a file, and end with it."""


def placed_again(draft: Draft, file: str, slot: Slot, certificates: Sequence[str], *, whole: bool = False) -> None:
    """A file has these certificates, by SHA-256 and in order, and no others.

    Args:
        whole: nothing of the former file is left, so that what could not be read of it is no problem any more.
    """
    place = place_of(draft, file)
    rows = [
        {"certificate": one, **place, "slot": slot, "file": file, "position": position}
        for position, one in enumerate(certificates, start=1)
    ]
    draft.place_again(file, rows)
    if whole:
        problems = draft.frame("problems")
        ended = (problems["file"] == file) & problems["kind"].isin(_OF_CONTENT)
        draft.drop_rows("problems", ended.to_numpy())


def place_of(draft: Draft, file: str) -> dict[str, Any]:
    """The device, or the site, that a file belongs to by its directory."""
    parts = file.split("/")
    devices = draft.frame("devices")
    device_id = "/".join(parts[:2])
    if len(parts) > 2 and (devices["device_id"] == device_id).any():
        return {"device_id": device_id, "site": parts[0], "device": parts[1]}
    site = parts[0] if len(parts) > 1 and (devices["site"] == parts[0]).any() else None
    return {"device_id": None, "site": site, "device": None}


def undamaged(draft: Draft, rows: Rows, key: str) -> None:
    """In some rows of the frame `peers`, a key is no longer one that cannot be read."""
    peers = draft.frame("peers")
    places = np.flatnonzero(rows) if rows.dtype == np.bool_ else rows
    for place in places[peers["damaged_keys"].take(places).fillna("").str.contains(key).to_numpy(dtype=bool)]:
        keys, evidence = (split_names(peers[name].iloc[place] or "") for name in ("damaged_keys", "damaged_evidence"))
        left = [(name, file) for name, file in zip(keys, evidence, strict=True) if name != key]
        one = np.arange(len(peers)) == place
        names = {
            name: join_names(pair[part] for pair in left)
            for part, name in enumerate(("damaged_keys", "damaged_evidence"))
        }
        draft.set_cells("peers", one, names)


def evidence_of(draft: Draft, device_id: str, slot: Slot) -> npt.NDArray[np.intp]:
    """The places of the rows of the frame `evidence` about a slot of a device."""
    rows = draft.rows_of("evidence", [device_id])
    return rows[(draft.frame("evidence")["kind"].take(rows) == slot.value).to_numpy()]


def file_of(draft: Draft, device_id: str, slot: Slot) -> str:
    """The file from which a device has a slot; "" without one, or where it is not known which of several."""
    file = next(iter(draft.frame("evidence")["file"].take(evidence_of(draft, device_id, slot)).dropna()), "")
    return "" if " and " in file else file

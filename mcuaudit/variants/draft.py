"""A fleet while it is changed: the frames with some cells and rows replaced, until a new fleet is made of them."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from mcuaudit.domain.certificate import Certificate
from mcuaudit.domain.slots import TRUST_STORE_SLOTS
from mcuaudit.errors import UsageError
from mcuaudit.frames.certificates import certificate_row
from mcuaudit.frames.containers import Fleet
from mcuaudit.frames.declared_frames import build_frame

Flags = npt.NDArray[np.bool_]
Key = tuple[str, ...]
_USING: Final = ("placements", "trust_stores")
"""The frames that a certificate is in because something uses it."""


class Draft:
    """The frames of a fleet with changes; the fleet itself stays as it is.

    Attributes:
        fleet: the fleet as it was.
        remarks: what a change could not be applied to, in sentences.
        touched: the devices that have a changed row, by device_id.
    """

    def __init__(self, fleet: Fleet) -> None:
        self.fleet = fleet
        self.remarks: list[str] = []
        self.touched: set[str] = set()
        self._frames: dict[str, pd.DataFrame] = {}
        self._certificates: dict[str, Certificate] = {}
        self._claims: dict[Key, tuple[object, str]] = {}
        self._removed: set[str] = set()

    def frame(self, name: str) -> pd.DataFrame:
        """A frame of the fleet as it is by now."""
        found = self._frames.get(name)
        return getattr(self.fleet, name) if found is None else found

    def claim(self, target: Key, value: object, words: str) -> None:
        """Note what a change makes of a target.

        Raises:
            UsageError: another change makes something else of it.
        """
        known = self._claims.setdefault(target, (value, words))
        if known[0] != value:
            raise UsageError(f"Two changes contradict each other: {known[1]}, and {words}. Leave one of them out.")

    def set_cells(self, name: str, rows: Flags, values: Mapping[str, Any]) -> None:
        """Give some rows of a frame other values; a value of None is missing."""
        if not rows.any():
            return
        frame = self.frame(name)
        self.touched.update(frame["device_id"].array[rows])
        columns: dict[str, Any] = {str(column): frame[column].array for column in frame}
        for column, value in values.items():
            changed = columns[column].copy()
            changed[rows] = value
            columns[column] = changed
        self._frames[name] = pd.DataFrame(columns, copy=False)

    def drop_rows(self, name: str, rows: Flags) -> None:
        """Leave out some rows of a frame."""
        if not rows.any():
            return
        frame = self.frame(name)
        if name in _USING:
            self._removed.update(frame["certificate"].array[rows].tolist())
        self._frames[name] = frame[~rows].reset_index(drop=True)

    def add_rows(self, name: str, rows: Sequence[Mapping[str, Any]]) -> None:
        """Add rows at the end of a frame."""
        if rows:
            self._frames[name] = pd.concat([self.frame(name), build_frame(name, rows)], ignore_index=True)

    def add_certificates(self, certificates: Iterable[Certificate]) -> None:
        """Certificates that the fleet may have."""
        known = self.fleet.certificate_records
        new = {one.sha256: one for one in certificates if one.sha256 not in known}
        self._certificates |= new

    def records(self) -> Mapping[str, Certificate]:
        """Every certificate that is there or was added, by SHA-256."""
        return {**self.fleet.certificate_records, **self._certificates}

    @property
    def same_authorities(self) -> bool:
        """Whether the changed fleet has the CA certificates of the former one, so that no other device is concerned."""
        former = self.fleet.certificate_records
        now = set(self.frame("certificates")["certificate"].tolist())
        records = {**former, **self._certificates}
        return not any(records[one].may_be_ca for one in former.keys() ^ now)

    def trust_store(self, members: Iterable[str]) -> str:
        """The join key of the store with these certificates, which is added if it is not there."""
        digests = sorted(set(members))
        key = hashlib.sha256(" ".join(digests).encode()).hexdigest()
        if not (self.frame("trust_stores")["trust_store"] == key).any():
            self.add_rows("trust_stores", [{"trust_store": key, "certificate": digest} for digest in digests])
        return key

    def finished(self, words: str) -> Fleet:
        """The changed fleet; `words` say what was changed, for the digest of its input."""
        self._drop_unused_stores()
        used = self._used(self._certificates)
        self.add_rows(
            "certificates", [certificate_row(one) for one in self._certificates.values() if one.sha256 in used]
        )
        unused = self._removed - self._used(self._removed)
        self.drop_rows("certificates", self.frame("certificates")["certificate"].isin(list(unused)).to_numpy())
        digest = hashlib.sha256(f"{self.fleet.input_sha256 or ''} {words}".encode()).hexdigest()
        decoded = {**self.fleet.certificate_records, **self._certificates}
        frames: dict[str, Any] = {**self._frames}
        return replace(self.fleet, **frames, input_sha256=digest, decoded=decoded)

    def _drop_unused_stores(self) -> None:
        if "trust_stores" not in self._frames and "devices" not in self._frames and "peers" not in self._frames:
            return
        devices, peers = self.frame("devices"), self.frame("peers")
        used = {key for slot in TRUST_STORE_SLOTS for key in devices[slot.value].dropna().unique()}
        used |= set(peers["trust_store"].dropna().unique())
        stores = self.frame("trust_stores")
        self.drop_rows("trust_stores", ~stores["trust_store"].isin(list(used)).to_numpy())

    def _used(self, certificates: Collection[str]) -> set[str]:
        """Those of some certificates that are placed, or in a store."""
        columns = (self.frame(name)["certificate"] for name in _USING) if certificates else ()
        return {one for column in columns for one in column.array[column.isin(list(certificates)).to_numpy()].unique()}

"""A fleet while it is changed: the frames with some cells and rows replaced, until a new fleet is made of them."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

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
Rows = Flags | npt.NDArray[np.intp]
"""Rows of a frame: a flag for each, or the places of some."""
Key = tuple[str, ...]


class Draft:
    """The frames of a fleet with changes; the fleet itself stays as it is.

    Attributes:
        fleet: the fleet as it was.
        remarks: what a change could not be applied to, and what is odd about it, in sentences.
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
        self._placed: dict[str, Sequence[Mapping[str, Any]]] = {}

    def frame(self, name: str) -> pd.DataFrame:
        """A frame of the fleet as it is by now, other than `placements`, which is made in the end."""
        found = self._frames.get(name)
        return getattr(self.fleet, name) if found is None else found

    def rows_of(self, name: str, devices: Iterable[str]) -> npt.NDArray[np.intp]:
        """The places of the rows of some devices in a frame to which no change adds rows, in order."""
        places = self.fleet.rows_by(name, "device_id")
        return np.array(sorted(row for device_id in set(devices) for row in places.get(device_id, ())), dtype=np.intp)

    def claim(self, target: Key, value: object, words: str) -> None:
        """Note what a change makes of a target.

        Raises:
            UsageError: another change makes something else of it.
        """
        known = self._claims.setdefault(target, (value, words))
        if known[0] != value:
            raise UsageError(f"Two changes contradict each other: {known[1]}, and {words}. Leave one of them out.")

    def set_cells(self, name: str, rows: Rows, values: Mapping[str, Any]) -> None:
        """Give some rows of a frame other values; a value of None is missing."""
        if not (rows.any() if rows.dtype == np.bool_ else rows.size):
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
        if name == "trust_stores":
            self._removed.update(frame["certificate"].array[rows].tolist())
        self._frames[name] = frame[~rows].reset_index(drop=True)

    def add_rows(self, name: str, rows: Sequence[Mapping[str, Any]]) -> None:
        """Add rows at the end of a frame."""
        if rows:
            self._frames[name] = pd.concat([self.frame(name), build_frame(name, rows)], ignore_index=True)

    def certificates_in(self, file: str) -> list[str]:
        """The certificates of a file, by SHA-256 and in order."""
        if file in self._placed:
            return [row["certificate"] for row in self._placed[file]]
        rows = self.fleet.rows_by("placements", "file").get(file, [])
        found = self.fleet.placements[["certificate", "position"]].take(rows)
        return found.sort_values("position")["certificate"].tolist()

    def place_again(self, file: str, rows: Sequence[Mapping[str, Any]]) -> None:
        """Have a file contain the certificates of these rows of `placements`, in this order, and no others."""
        self._removed.update(self.certificates_in(file))
        self._placed.pop(file, None)
        self._placed[file] = rows

    def add_certificates(self, certificates: Iterable[Certificate]) -> None:
        """Certificates that the fleet may have."""
        known = self.fleet.certificate_records
        new = {one.sha256: one for one in certificates if one.sha256 not in known}
        self._certificates |= new

    def records(self) -> Mapping[str, Certificate]:
        """Every certificate that is there or was added, by SHA-256."""
        return {**self.fleet.certificate_records, **self._certificates}

    def authorities(self) -> list[Certificate]:
        """Every certificate among them that is, or may be, that of a CA."""
        return [*self.fleet.authority_records, *(one for one in self._certificates.values() if one.may_be_ca)]

    @property
    def same_authorities(self) -> bool:
        """Whether the changed fleet has the CA certificates of the former one, so that no other device is concerned."""
        added, ended = self._exchanged()
        former = self.fleet.certificate_records
        return not any((self._certificates.get(one) or former[one]).may_be_ca for one in added | ended)

    def trust_store(self, members: Iterable[str]) -> str:
        """The join key of the store with these certificates, which is added if it is not there."""
        digests = sorted(set(members))
        key = hashlib.sha256(" ".join(digests).encode()).hexdigest()
        if not (self.frame("trust_stores")["trust_store"] == key).any():
            self.add_rows("trust_stores", [{"trust_store": key, "certificate": digest} for digest in digests])
        return key

    def finished(self, words: str) -> Fleet:
        """The changed fleet; `words` say what was changed, for the digest of its input."""
        added, ended = self._exchanged()
        if ended:
            self.drop_rows("certificates", self.frame("certificates")["certificate"].isin(list(ended)).to_numpy())
        self.add_rows(
            "certificates", [certificate_row(one) for one in self._certificates.values() if one.sha256 in added]
        )
        self._finish_placements()
        digest = hashlib.sha256(f"{self.fleet.input_sha256 or ''} {words}".encode()).hexdigest()
        decoded = {**self.fleet.certificate_records, **self._certificates}
        frames: dict[str, Any] = {**self._frames}
        return replace(self.fleet, **frames, input_sha256=digest, decoded=decoded)

    def _exchanged(self) -> tuple[set[str], set[str]]:
        """The certificates, by SHA-256, that the changed fleet has and the former one had not, and the reverse."""
        self._drop_unused_stores()
        used = self._used({*self._certificates, *self._removed})
        return used.intersection(self._certificates), self._removed.difference(used, self._certificates)

    def _drop_unused_stores(self) -> None:
        if "trust_stores" not in self._frames and "devices" not in self._frames and "peers" not in self._frames:
            return
        devices, peers = self.frame("devices"), self.frame("peers")
        used = {key for slot in TRUST_STORE_SLOTS for key in devices[slot.value].dropna().unique()}
        used |= set(peers["trust_store"].dropna().unique())
        stores = self.frame("trust_stores")
        self.drop_rows("trust_stores", ~stores["trust_store"].isin(list(used)).to_numpy())

    def _finish_placements(self) -> None:
        files = self.fleet.rows_by("placements", "file")
        former = [row for file in self._placed for row in files.get(file, ())]
        self.drop_rows("placements", np.isin(np.arange(len(self.fleet.placements)), former))
        self.add_rows("placements", [row for rows in self._placed.values() for row in rows])

    def _used(self, certificates: Collection[str]) -> set[str]:
        """Those of some certificates that are placed, or in a store."""
        if not certificates:
            return set()
        members = self.frame("trust_stores")["certificate"]
        stored = set(members.array[members.isin(list(certificates)).to_numpy()])
        placed = {row["certificate"] for rows in self._placed.values() for row in rows}
        return {one for one in certificates if one in stored or one in placed or self._still_placed(one)}

    def _still_placed(self, certificate: str) -> bool:
        """Whether a file that stays as it is has it."""
        rows = self.fleet.rows_by("placements", "certificate").get(certificate)
        # The certificates of a part of a fleet are those of all of it; Arrow takes no empty list of rows.
        return bool(rows) and not self._placed.keys() >= set(self.fleet.placements["file"].array.take(rows))

"""The rows of an audit that the steps of connections cite, by what a step looks them up with."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from typing import Any

import pandas as pd

from mcuaudit.devices.device import Device
from mcuaudit.devices.records import devices_of
from mcuaudit.domain.verifiers import Verifier
from mcuaudit.frames.containers import Audit

Row = Mapping[str, Any]


class CitedRows:
    """The rows of other frames that the steps of some connections cite, each found once.

    Args:
        audit: the audit.
        rows: the rows of its frame `connections` that are asked for.
    """

    def __init__(self, audit: Audit, rows: Sequence[Row]) -> None:
        self._audit = audit
        presented = {one for row in rows for one in (row["local_certificate"], row["peer_certificate"])}
        self._devices_asked = {row["device_id"] for row in rows}
        self._presented = {one for one in presented if isinstance(one, str)}

    @cached_property
    def peers(self) -> dict[tuple[str, str], Row]:
        """Rows of the frame `peers`, by device and peer."""
        frame = self._audit.peers
        chosen = frame[frame["device_id"].isin(list(self._devices_asked))]
        return {(row["device_id"], row["peer"]): row for row in rows_of(chosen)}

    @cached_property
    def paths(self) -> dict[tuple[str, str, str, bool], list[Row]]:
        """Rows of the frame `paths`, by certificate, store, standard and whether the verifier is an MCU."""
        frame = self._audit.paths
        found: dict[tuple[str, str, str, bool], list[Row]] = {}
        for row in rows_of(frame[frame["certificate"].isin(list(self._presented))]):
            by_mcu = row["verifier"] == Verifier.MCU.value
            found.setdefault((row["certificate"], row["trust_store"], row["standard"], by_mcu), []).append(row)
        return found

    @cached_property
    def identities(self) -> dict[tuple[str, str], list[Row]]:
        """Rows of the frame `identities`, by certificate and standard."""
        frame = self._audit.identities
        found: dict[tuple[str, str], list[Row]] = {}
        for row in rows_of(frame[frame["certificate"].isin(list(self._presented))]):
            found.setdefault((row["certificate"], row["standard"]), []).append(row)
        return found

    @cached_property
    def evidence(self) -> dict[tuple[str, str], str]:
        """The files, by device and slot."""
        frame = self._audit.evidence[["device_id", "kind", "file"]].dropna()
        return {(device, kind): file for device, kind, file in frame.itertuples(index=False)}

    @cached_property
    def setting_files(self) -> dict[tuple[str, str], str]:
        """The file of a value, by device and setting."""
        frame = self._audit.settings[["device_id", "setting", "file"]]
        chosen = frame[frame["device_id"].isin(list(self._devices_asked))].dropna()
        return {(device, setting): file for device, setting, file in chosen.itertuples(index=False)}

    def files_of(self, certificate: str) -> list[str]:
        """Every file that has a certificate."""
        frame = self._audit.placements
        return sorted(frame.loc[frame["certificate"] == certificate, "file"].unique())

    @cached_property
    def members(self) -> dict[str, tuple[str, ...]]:
        """The certificates of each trust store, in order."""
        grouped = self._audit.trust_stores.groupby("trust_store")["certificate"]
        return {str(store): tuple(own) for store, own in grouped.agg(list).items()}

    @cached_property
    def subjects(self) -> dict[str, str]:
        """The subject of each certificate."""
        frame = self._audit.certificates[["certificate", "subject"]].dropna()
        return dict(zip(frame["certificate"], frame["subject"], strict=True))

    @cached_property
    def devices(self) -> dict[str, Device]:
        """Each device, by device_id."""
        return {one.device_id: one for one in devices_of(self._audit.fleet)}


def rows_of(frame: pd.DataFrame) -> Iterator[Row]:
    """The rows of a frame, each by the names of its columns."""
    return ({str(key): value for key, value in row.items()} for row in frame.to_dict("records"))

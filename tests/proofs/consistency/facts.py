"""An audit as plain rows, so that a claim reads what it is about in one line."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import pandas as pd

from mcuaudit import Audit
from mcuaudit.domain.connections import ANY_PEER

Row = dict[str, Any]
SIP = ("incoming_sip", "outgoing_sip")
USERS = ("web_user", "api_user")
_OF_EVALUATIONS = (
    "code", "outcome", "device_id", "slot", "file", "reference", "certificate", "peer", "connection_id", "message",
    "subject",
)  # fmt: skip


def rows_of(frame: pd.DataFrame) -> list[Row]:
    """The rows of a frame, with None where there is no value."""
    columns = [frame[name].astype(object).where(frame[name].notna(), None).tolist() for name in frame.columns]
    names = [str(name) for name in frame.columns]
    return [dict(zip(names, values, strict=True)) for values in zip(*columns, strict=True)]


@dataclass(frozen=True)
class Facts:
    """The frames of an audit, and where the audit comes from: the place that an error begins with."""

    audit: Audit
    place: str

    @cached_property
    def connections(self) -> list[Row]:
        """The rows of `connections`."""
        return rows_of(self.audit.connections)

    @cached_property
    def evaluations(self) -> list[Row]:
        """The rows of `evaluations`."""
        return rows_of(self.audit.evaluations[list(_OF_EVALUATIONS)])

    @cached_property
    def findings(self) -> list[Row]:
        """The rows of `findings`."""
        return rows_of(self.audit.findings)

    @cached_property
    def administration(self) -> dict[str, Row]:
        """The rows of `administration`, by device_id."""
        return {row["device_id"]: row for row in rows_of(self.audit.administration)}

    @cached_property
    def peers(self) -> dict[tuple[str, str], Row]:
        """The rows of `peers`, by device_id and peer."""
        return {(row["device_id"], row["peer"]): row for row in rows_of(self.audit.peers)}

    @cached_property
    def members(self) -> dict[str, set[str]]:
        """The certificates of each trust store."""
        found: dict[str, set[str]] = {}
        for store, certificate in zip(
            self.audit.trust_stores["trust_store"], self.audit.trust_stores["certificate"], strict=True
        ):
            found.setdefault(store, set()).add(certificate)
        return found

    @cached_property
    def _by_device(self) -> dict[str, list[Row]]:
        found: dict[str, list[Row]] = {}
        for row in self.connections:
            found.setdefault(row["device_id"], []).append(row)
        return found

    def of_device(self, device_id: str | None, *kinds: str) -> list[Row]:
        """The connections of a device, of these types or of all."""
        found = self._by_device.get(device_id or "", [])
        return [row for row in found if not kinds or row["connection_type"] in kinds]

    def users_of_file(self, slot: str | None, file: str | None) -> list[str]:
        """The devices that use a trust store file."""
        evidence = self.audit.evidence
        return list(evidence.loc[(evidence["kind"] == slot) & (evidence["file"] == file), "device_id"])


def exists(row: Row) -> bool:
    """Whether both sides of a connection are judged; a peer that nobody declares stands for every peer."""
    if row["outcome"] == "notApplicable":
        return False
    judged = (row["mcu_outcome"], row["peer_outcome"]) != ("notApplicable", "notApplicable")
    return judged or row["outcome"] != "open" or _of_any_peer(row)


def _of_any_peer(row: Row) -> bool:
    return row["peer"] == ANY_PEER and (row["missing_evidence"] or "").startswith("peers.toml [[peer]] connections")

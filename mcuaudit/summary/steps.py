"""The steps that led to the outcome of a connection, each with the certificate, name or value, and its file."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from mcuaudit.devices.names import UNRECORDED_STANDARDS, expected_names
from mcuaudit.devices.peer import Peer
from mcuaudit.domain.certificate import CLIENT_AUTH
from mcuaudit.domain.connections import ANY_PEER, CONNECTION_TABLE, ConnectionDefinition, ConnectionType
from mcuaudit.domain.name_lists import escape_name, split_names
from mcuaudit.domain.outcome import Outcome
from mcuaudit.domain.slots import SLOT_TITLES, Slot
from mcuaudit.domain.standards import Standard
from mcuaudit.domain.versions import deciding_version
from mcuaudit.summary.cited_rows import CitedRows, Row
from mcuaudit.wording.phrases import said

_FINAL: Final = ("fail", "open", "notApplicable")
_VERIFIES: Final = {
    "yes": "The MCU verifies the peer.",
    "no": "The MCU does not verify the peer.",
    "open": "The export does not say whether the MCU verifies the peer.",
}


class StepKind(StrEnum):
    """What a step is about."""

    EXISTS = "exists"
    SETTING = "setting"
    TRUST = "trust"
    LOGIN = "login"
    NAME = "name"
    PURPOSE = "purpose"
    BOTH = "both"


@dataclass(frozen=True, slots=True)
class PathMember:
    """A certificate of a certification path.

    Attributes:
        certificate: SHA-256.
        subject: its subject.
        file: the file within the export from which it was taken: that of the chain, or of the trust store; "" if the
            store is not a file of the export.
    """

    certificate: str
    subject: str
    file: str


@dataclass(frozen=True, slots=True)
class Step:
    """One step.

    Attributes:
        kind: what it is about.
        side: "mcu" or "peer", who checks; "" for both.
        title: the step in words.
        checked: the certificate, name or setting.
        against: the store, name or value.
        outcome: pass, open, fail or notApplicable.
        reason: why, if there is more to say; "" for nothing.
        file: the file within the export; "" for none.
        path: of a step about trust, the certification path, the end entity first.
        certificate: SHA-256 of the certificate that is checked; "" for none.
    """

    kind: StepKind
    side: str
    title: str
    checked: str
    against: str
    outcome: str
    reason: str = ""
    file: str = ""
    path: tuple[PathMember, ...] = ()
    certificate: str = ""


def steps_of_connection(cited: CitedRows, row: Row) -> list[Step]:
    """The steps of one row of the frame `connections`, in order."""
    return list(_Steps(cited, row))


class _Steps:
    """The steps of one connection."""

    def __init__(self, cited: CitedRows, row: Row) -> None:
        self.cited = cited
        self.row = row
        self.definition: ConnectionDefinition = CONNECTION_TABLE[ConnectionType(row["connection_type"])]
        self.peer = cited.peers.get((row["device_id"], row["peer"]))

    def __iter__(self) -> Iterator[Step]:
        row, definition = self.row, self.definition
        exists = Outcome.NOT_APPLICABLE if row["outcome"] == Outcome.NOT_APPLICABLE.value else Outcome.PASS
        if row["reason_code"] == "missing_evidence" and row["peer"] == ANY_PEER:
            exists = Outcome.OPEN
        yield Step(
            StepKind.EXISTS, "", "the connection exists", row["peer"], definition.service, exists.value,
            self._if_final(exists.value), self._setting_file(definition.service),
        )  # fmt: skip
        if exists is not Outcome.PASS:
            return
        yield self._setting()
        yield from self._verdict("mcu")
        if row["login"] != Outcome.NOT_APPLICABLE.value:
            yield Step(
                StepKind.LOGIN, "mcu", "the user can log in", row["peer"], said(row["setting_value"]),
                str(row["login"]), self._if_final(row["login"]), self._setting_file("users"),
            )  # fmt: skip
        yield from self._verdict("peer")
        yield Step(
            StepKind.BOTH, "", "both accept the other's certificate", row["connection_id"], "", str(row["outcome"]),
            said(row["reason"]),
        )  # fmt: skip

    def _setting(self) -> Step:
        row = self.row
        verifies = row["mcu_verifies_peer"]
        outcome = Outcome.OPEN if verifies == "open" else Outcome.PASS
        return Step(
            StepKind.SETTING, "", "the setting decides", said(row["setting"]), said(row["setting_value"]),
            outcome.value, _VERIFIES[verifies], said(row["evidence_file"]),
        )  # fmt: skip

    def _setting_file(self, key: str) -> str:
        return self.cited.setting_files.get((self.row["device_id"], key), "") if key else ""

    def _verdict(self, side: str) -> Iterator[Step]:
        """Trust with the path, names, and purpose: how one side checks the other's certificate."""
        row = self.row
        who = "the MCU" if side == "mcu" else "the peer"
        certificate = row["peer_certificate" if side == "mcu" else "local_certificate"]
        shown, digest, file = self._subject(certificate), said(certificate), self._presented_file(side)
        trust, purpose = str(row[f"{side}_trust"]), str(row[f"{side}_purpose"])
        path = self._path(side)
        title = SLOT_TITLES[self.definition.trust_store] if side == "mcu" else f"trust store of {row['peer']}"
        reason = said(path["reason"]) if path and trust == path["trust"] else self._if_final(trust)
        yield Step(
            StepKind.TRUST, side, f"{who} trusts the certificate", shown, title, trust, reason, file,
            self._members(side, path, file), digest,
        )  # fmt: skip
        yield from self._names(side, who, certificate, file)
        yield Step(
            StepKind.PURPOSE, side, f"{who} accepts the purpose", shown, self._purpose(side), purpose,
            self._if_final(purpose), file, (), digest,
        )  # fmt: skip

    def _purpose(self, side: str) -> str:
        return "clientAuth" if (self.definition.peer_purpose == CLIENT_AUTH) == (side == "mcu") else "serverAuth"

    def _names(self, side: str, who: str, certificate: Any, file: str) -> Iterator[Step]:
        outcome = str(self.row[f"{side}_identity"])
        found = self._identities(side, certificate)
        title, digest = f"{who} accepts the name", said(certificate)
        if not found or outcome == Outcome.NOT_APPLICABLE.value:
            yield Step(
                StepKind.NAME, side, title, self._subject(certificate), "", outcome, self._if_final(outcome), file, (),
                digest,
            )  # fmt: skip
        for one in found if outcome != Outcome.NOT_APPLICABLE.value else ():
            yield Step(
                StepKind.NAME, side, title, said(one["presented"]) or "no name", one["reference"],
                str(one["outcome"]), said(one["reason"]), file, (), digest,
            )  # fmt: skip

    def _identities(self, side: str, certificate: Any) -> list[Row]:
        if side == "mcu":
            references = tuple(split_names(said(self.row["reference"])))
            sip = self.definition.connection_type is ConnectionType.OUTGOING_SIP
            standards: tuple[str, ...] = (Standard.MCU if sip else Standard.RFC9525,)
        else:
            references, standards = self._expected()
        version = self.peer["product_version"] if self.peer and side == "peer" else None
        standard = self.row["standard"] if side == "peer" else None
        deciding = deciding_version(standard, version if isinstance(version, str) else None)
        every = [one for each in standards for one in self.cited.identities.get((said(certificate), each), ())]
        return [one for one in every if one["product_version"] == deciding and one["reference"] in references]

    def _expected(self) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """The names that the peer expects, as they were compared, and the standards by which."""
        standard = self.row["standard"]
        standards = (standard,) if isinstance(standard, str) else UNRECORDED_STANDARDS
        device = self.cited.devices[self.row["device_id"]]
        found = [one for one in device.peers if one.name == self.row["peer"]]
        names, _ = expected_names(
            device, found[0] if found else Peer(self.row["peer"], declared=False), self.definition
        )
        return tuple(map(escape_name, names)), standards

    def _path(self, side: str) -> Row | None:
        """The row of the frame `paths` that decides, of those with the same store that for the chain and purpose."""
        row = self.row
        certificate = row["peer_certificate" if side == "mcu" else "local_certificate"]
        store = row["trust_store"] if side == "mcu" else self.peer and self.peer["trust_store"]
        standard = Standard.MCU.value if side == "mcu" else row["standard"]
        by_mcu = side == "mcu" or bool(self._other_mcu)
        named = standard if isinstance(standard, str) else Standard.MCU.value
        key = said(certificate), said(store), named, by_mcu
        found = self.cited.paths.get(key, [])
        trust, purpose = str(row[f"{side}_trust"]), self._purpose(side)
        return max(found, key=lambda one: (one["purpose"] == purpose, one["trust"] == trust), default=None)

    @property
    def _other_mcu(self) -> str:
        """The device_id of the peer, if it is an MCU of the fleet."""
        return said(self.peer["peer_device"]) if self.peer else ""

    def _members(self, side: str, path: Row | None, file: str) -> tuple[PathMember, ...]:
        """The certificates of a path, each with the file from which the verifier has it."""
        if path is None:
            return ()
        presented = set(said(path["presented_chain"]).split())
        stored = self.cited.members.get(said(path["trust_store"]), ())
        own, *above = str(path["path"]).split() or [""]
        trusted = path["trust"] == Outcome.PASS.value
        found = [PathMember(own, self._subject(own), file)] if own else []
        for place, sha256 in enumerate(above, start=1):
            # A path that is trusted ends in the store, whatever is presented.
            of_store = sha256 in stored and (sha256 not in presented or (trusted and place == len(above)))
            place_of = self._store_file(side) if of_store else file if sha256 in presented else self._elsewhere(sha256)
            found.append(PathMember(sha256, self._subject(sha256), place_of))
        return tuple(found)

    def _elsewhere(self, certificate: str) -> str:
        """The file of a certificate that is neither presented nor in the store (reading A11): the nearest one."""
        site = str(self.row["site"])
        files = self.cited.files_of(certificate)
        return min(files, key=lambda file: (not file.startswith(f"{site}/"), file), default="")

    def _presented_file(self, side: str) -> str:
        """The file of the certificate that is checked."""
        local = Slot.LOCAL_CERTIFICATE.value
        if side == "peer":
            return self.cited.evidence.get((self.row["device_id"], local), "")
        if self.peer is None:
            return ""
        for key in ("client_certificate", "certificate"):
            if self.peer[key] == self.row["peer_certificate"] and said(self.peer[f"{key}_file"]):
                return said(self.peer[f"{key}_file"])
        return self.cited.evidence.get((self._other_mcu, local), "")

    def _store_file(self, side: str) -> str:
        """The file of the trust store of who checks; "" if it is not one of the export."""
        if side == "mcu":
            return self.cited.evidence.get((self.row["device_id"], self.definition.trust_store.value), "")
        own = said(self.peer["trust_store_file"]) if self.peer else ""
        return own or self.cited.evidence.get((self._other_mcu, Slot.SIP_TRUST_STORE.value), "")

    def _subject(self, certificate: Any) -> str:
        if not isinstance(certificate, str):
            return "not in the export"
        return self.cited.subjects.get(certificate, certificate[:12])

    def _if_final(self, outcome: Any) -> str:
        """The reason of the connection, if this step has the same outcome as the connection."""
        return said(self.row["reason"]) if outcome == self.row["outcome"] and outcome in _FINAL else ""

"""The steps of one verdict: what was checked, against what, with which outcome, and by which evidence."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pandas as pd

from mcuaudit.devices.names import UNRECORDED_STANDARDS, expected_names
from mcuaudit.devices.peer import Peer
from mcuaudit.devices.records import devices_of
from mcuaudit.domain.certificate import CLIENT_AUTH
from mcuaudit.domain.connections import ANY_PEER, CONNECTION_TABLE, ConnectionType
from mcuaudit.domain.name_forms import as_known
from mcuaudit.domain.name_lists import escape_name, split_names
from mcuaudit.domain.outcome import Outcome
from mcuaudit.domain.slots import SLOT_TITLES
from mcuaudit.domain.standards import Standard
from mcuaudit.domain.verifiers import Verifier
from mcuaudit.domain.versions import deciding_version
from mcuaudit.errors import UsageError, did_you_mean
from mcuaudit.frames.attached import method_of
from mcuaudit.frames.containers import Audit
from mcuaudit.frames.schema import OUTCOME

COLUMNS = ("peer", "step", "checked", "against", "outcome", "reason", "evidence_file")


@method_of(Audit, "why")
def steps_of(audit: Audit, device_id: str, connection_type: str, peer: str | None = None) -> pd.DataFrame:
    """The steps that led to the outcome of a connection: ``audit.why("leeds/mcu-2", "outgoing_sip")``.

    Without `peer`, the steps of every connection of that device and type.

    Columns: peer; step; checked: the certificate, name or setting; against: the store, name or value; outcome;
    reason: why, if there is more to say; evidence_file: the file within the export.

    Raises:
        UsageError: there is no such device, type or peer; the message suggests the most similar one.
    """
    rows = _chosen(audit, device_id, connection_type, peer)
    steps = pd.DataFrame([step for row in rows for step in _Steps(audit, row)], columns=list(COLUMNS))
    steps["outcome"] = steps["outcome"].astype(OUTCOME)
    return steps


def _chosen(audit: Audit, device_id: str, connection_type: str, peer: str | None) -> list[dict[str, Any]]:
    device_id = _known("device", device_id, audit.devices["device_id"].tolist())
    connection_type = _known("connection type", connection_type, [word.value for word in ConnectionType])
    connections = audit.connections
    chosen = connections[(connections["device_id"] == device_id) & (connections["connection_type"] == connection_type)]
    if peer is not None:
        if chosen.empty:
            raise UsageError(f'{device_id} has no connection of the type {connection_type}, so no peer "{peer}".')
        peer = _known("peer", peer, chosen["peer"].tolist())
        chosen = chosen[chosen["peer"] == peer]
    return [{str(key): value for key, value in row.items()} for row in chosen.to_dict("records")]


def _known(what: str, word: str, allowed: list[str]) -> str:
    """The allowed word that `word` is, however its characters are composed."""
    found = as_known(word, allowed)
    if found is None:
        few = ", ".join(allowed[:8]) + (" …" if len(allowed) > 8 else "")
        raise UsageError(f'There is no {what} "{word}"; expected one of {few}.{did_you_mean(word, allowed)}')
    return found


class _Steps:
    """The steps of one connection."""

    def __init__(self, audit: Audit, row: dict[str, Any]) -> None:
        self.audit = audit
        self.row = row
        self.definition = CONNECTION_TABLE[ConnectionType(row["connection_type"])]

    def __iter__(self) -> Iterator[dict[str, Any]]:
        row = self.row
        exists = Outcome.NOT_APPLICABLE if row["outcome"] == Outcome.NOT_APPLICABLE.value else Outcome.PASS
        if row["reason_code"] == "missing_evidence" and row["peer"] == ANY_PEER:
            exists = Outcome.OPEN
        yield self._step("the connection exists", row["peer"], self.definition.service, exists, self._if_final(exists))
        if exists is not Outcome.PASS:
            return
        yield self._setting()
        yield from self._judgement(
            "mcu", "peer_certificate", row["trust_store"], SLOT_TITLES[self.definition.trust_store]
        )
        if row["login"] != Outcome.NOT_APPLICABLE.value:
            yield self._step(
                "the user can log in", row["peer"], row["setting_value"], row["login"], self._if_final(row["login"])
            )
        peer = self._peer()
        store = peer.get("trust_store") if peer else None
        yield from self._judgement("peer", "local_certificate", store, f"trust store of {row['peer']}")
        yield self._step("both accept the other's certificate", row["connection_id"], "", row["outcome"], row["reason"])

    def _setting(self) -> dict[str, Any]:
        row = self.row
        verifies = row["mcu_verifies_peer"]
        outcome = Outcome.OPEN if verifies == "open" else Outcome.PASS
        reason = {
            "yes": "The MCU verifies the peer.",
            "no": "The MCU does not verify the peer.",
            "open": "The export does not say whether the MCU verifies the peer.",
        }[verifies]
        return self._step(
            "the setting decides", row["setting"], row["setting_value"], outcome, reason, row["evidence_file"]
        )

    def _judgement(self, side: str, column: str, store: Any, store_title: str) -> Iterator[dict[str, Any]]:
        """Trust with the path, names, and purpose: how one side checks the other's certificate."""
        row, certificate = self.row, self.row[column]
        who = "the MCU" if side == "mcu" else "the peer"
        path = self._path(side, certificate, store)
        shown = self._subject(certificate)
        trust, purpose = row[f"{side}_trust"], row[f"{side}_purpose"]
        reason = path["reason"] if path and trust == path["trust"] else self._if_final(trust)
        yield self._step(f"{who} trusts the certificate", shown, store_title, trust, reason, self._file(certificate))
        issuers = str(path["path"]).split()[1:] if path else []
        for number, sha256 in enumerate(issuers, start=1):
            title = "trust anchor" if number == len(issuers) and trust == Outcome.PASS.value else f"issuer {number}"
            evidence = self._file(sha256, self._store_file(side))
            yield self._step(f"  {title}", self._subject(sha256), store_title, trust, "", evidence)
        yield from self._names(side, certificate, row[f"{side}_identity"])
        word = "clientAuth" if (self.definition.peer_purpose == CLIENT_AUTH) == (side == "mcu") else "serverAuth"
        yield self._step(
            f"{who} accepts the purpose", shown, word, purpose, self._if_final(purpose), self._file(certificate)
        )

    def _names(self, side: str, certificate: Any, outcome: str) -> Iterator[dict[str, Any]]:
        who = "the MCU" if side == "mcu" else "the peer"
        found = self._identities(side, certificate)
        if found.empty or outcome == Outcome.NOT_APPLICABLE.value:
            yield self._step(
                f"{who} accepts the name", self._subject(certificate), "", outcome, self._if_final(outcome)
            )
        else:
            for one in found.to_dict("records"):
                checked = one["presented"] if isinstance(one["presented"], str) and one["presented"] else "no name"
                evidence = self._file(certificate)
                yield self._step(
                    f"{who} accepts the name", checked, one["reference"], one["outcome"], one["reason"], evidence
                )

    def _identities(self, side: str, certificate: Any) -> pd.DataFrame:
        identities = self.audit.identities
        if side == "mcu":
            references = split_names(self.row["reference"] or "")
            sip = self.definition.connection_type is ConnectionType.OUTGOING_SIP
            standards: tuple[str, ...] = (Standard.MCU if sip else Standard.RFC9525,)
        else:
            references, standards = self._expected()
        same = (identities["certificate"] == certificate) & identities["standard"].isin(standards)
        peer = self._peer()
        version = peer["product_version"] if peer and side == "peer" else None
        standard = self.row["standard"] if side == "peer" else None
        same &= identities["product_version"] == deciding_version(
            standard, version if isinstance(version, str) else None
        )
        found: pd.DataFrame = identities[same & identities["reference"].isin(list(references))]
        return found

    def _expected(self) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """The names that the peer expects, as they were compared, and the standards by which."""
        standard = self.row["standard"]
        standards = (standard,) if isinstance(standard, str) else UNRECORDED_STANDARDS
        device = next(one for one in devices_of(self.audit.fleet) if one.device_id == self.row["device_id"])
        found = [one for one in device.peers if one.name == self.row["peer"]]
        names, _ = expected_names(
            device, found[0] if found else Peer(self.row["peer"], declared=False), self.definition
        )
        return tuple(map(escape_name, names)), standards

    def _peer(self) -> dict[str, Any] | None:
        peers = self.audit.peers
        found = peers[(peers["device_id"] == self.row["device_id"]) & (peers["peer"] == self.row["peer"])]
        return {str(key): value for key, value in found.iloc[0].items()} if len(found) else None

    def _path(self, side: str, certificate: Any, store: Any) -> dict[str, Any] | None:
        paths = self.audit.paths
        same = (paths["certificate"] == certificate) & (paths["trust_store"] == store)
        standard = "mcu" if side == "mcu" else self.row["standard"]
        same &= paths["standard"] == (standard if isinstance(standard, str) else "mcu")
        peer = self._peer()
        by_mcu = side == "mcu" or (peer is not None and isinstance(peer["peer_device"], str))
        same &= (paths["verifier"] == Verifier.MCU.value) == by_mcu
        found: pd.DataFrame = paths[same]
        return {str(key): value for key, value in found.iloc[0].items()} if len(found) else None

    def _subject(self, certificate: Any) -> str:
        if not isinstance(certificate, str):
            return "not in the export"
        found = self.audit.certificates.loc[self.audit.certificates["certificate"] == certificate, "subject"]
        return str(found.iloc[0]) if len(found) else certificate[:12]

    def _store_file(self, side: str) -> str:
        """The file of the trust store; for a peer's store the file that declares the peer."""
        if side == "peer":
            peer = self._peer()
            return str(peer["file"]) if peer else ""
        evidence = self.audit.evidence
        same = (evidence["device_id"] == self.row["device_id"]) & (
            evidence["kind"] == self.definition.trust_store.value
        )
        files = evidence.loc[same, "file"].dropna()
        return str(files.iloc[0]) if len(files) else ""

    def _file(self, certificate: Any, preferred: str = "") -> str:
        """The file of a certificate: of several the preferred one, else the nearest to this device, else the first."""
        placements = self.audit.placements
        found = placements[placements["certificate"] == certificate]
        shared = found["device_id"].isna()
        of_site, of_fleet = shared & (found["site"] == self.row["site"]), shared & found["site"].isna()
        own = found["device_id"] == self.row["device_id"]
        for chosen in (found["file"] == preferred, own, of_site, of_fleet):
            if chosen.any():
                return str(found.loc[chosen, "file"].iloc[0])
        return str(found["file"].iloc[0]) if len(found) else ""

    def _if_final(self, outcome: Any) -> str:
        """The reason of the connection, if this step has the same outcome as the connection."""
        return (
            str(self.row["reason"])
            if outcome == self.row["outcome"] and outcome in ("fail", "open", "notApplicable")
            else ""
        )

    def _step(self, step: str, checked: Any, against: Any, outcome: Any, reason: str, file: Any = "") -> dict[str, Any]:
        cells = (self.row["peer"], step, checked, against, str(outcome), reason, file)
        return dict(zip(COLUMNS, ("" if cell is None or cell != cell else cell for cell in cells), strict=True))

"""A certificate or trust store that is to be uploaded, evaluated as if it were there already."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

import pandas as pd

from mcuaudit.devices.presented import Presented
from mcuaudit.domain.certificate import Certificate
from mcuaudit.domain.connections import CONNECTION_TABLE
from mcuaudit.domain.name_forms import in_nfc
from mcuaudit.domain.outcome import OUTCOME_ORDER, Outcome
from mcuaudit.domain.slots import SLOT_TITLES, TRUST_STORE_SLOTS, Place, Slot
from mcuaudit.errors import UsageError, did_you_mean
from mcuaudit.frames.comparison import Comparison
from mcuaudit.frames.containers import Audit, Fleet
from mcuaudit.frames.redacted import check_not_redacted
from mcuaudit.system.progress import Progress, shows_progress
from mcuaudit.triage.comparison import compare
from mcuaudit.variants.changes import Change, ReplaceCertificate, ReplaceStore, SetSetting
from mcuaudit.variants.effects import is_worse
from mcuaudit.variants.new_files.given_files import GivenFile, check_presented, check_store, given_files
from mcuaudit.variants.of_stores import slot_called
from mcuaudit.variants.requests.certificate_requests import frame_of
from mcuaudit.variants.requests.certificate_uses import Holder, Use
from mcuaudit.variants.requests.planned_certificate import PlannedChecks
from mcuaudit.variants.requests.requirements import Requirement, requirements_without_objections
from mcuaudit.variants.what_if import changed_audit
from mcuaudit.wording.phrases import listed, short_date

_PRIVATE_KEY: Final = "ssl_certificates.private_key"
_DIFFERS: Final = "Key does not match certificate"
_FEW: Final = 12


@dataclass(frozen=True, slots=True)
class ChainTrust:
    """Whether one party that verifies the new certificate has a root of its chain in its trust store.

    Attributes:
        verifier: site/device, or the name of the peer.
        connection_ids: the connections on which it verifies the certificate, or would with another setting.
        outcome: pass, open or fail; open where its store is not in the export.
        reason: why, as a sentence; "" for pass.
    """

    verifier: str
    connection_ids: tuple[str, ...]
    outcome: Outcome
    reason: str


@dataclass(frozen=True)
class NewFileCheck:
    """What a new certificate or trust store would do.

    Attributes:
        owner: site/device, or the name of the peer.
        slot: what it replaces.
        certificates: what the files have, in order; of a certificate, that of the owner first.
        key_matches: whether the key that was given is that of the certificate; None without one.
        objections: why it cannot be used at all, in sentences; none if it can.
        comparison: every connection, login, finding and certificate that differs, as `what_if` gives them.
        audit: the audit of the fleet with the new file.
        findings: rows of the frame `findings` of that audit that are about the new file.
        stays: rows of its frame `connections` that are refused or undetermined with the file as without it.
        requirements: the frame `csr_config` of the certificate: `present` says whether the new one has the entry. Empty
            for a trust store.
        trust: whether each party that verifies the certificate trusts its chain; empty for a trust store.
        remarks: what was assumed, and what the change could not be applied to, in sentences.
    """

    owner: str
    slot: Slot
    certificates: tuple[Certificate, ...]
    key_matches: bool | None
    objections: tuple[str, ...]
    comparison: Comparison = field(repr=False)
    audit: Audit = field(repr=False)
    findings: pd.DataFrame = field(repr=False)
    stays: pd.DataFrame = field(repr=False)
    requirements: pd.DataFrame = field(repr=False)
    trust: tuple[ChainTrust, ...]
    remarks: tuple[str, ...]

    @property
    def lacks(self) -> pd.DataFrame:
        """The required entries of `requirements` that the certificate does not have."""
        frame = self.requirements
        absent = (frame["need"] == "required") & frame["present"].eq(False).fillna(False)
        return frame[absent & ~_of_another_issuer(frame)].reset_index(drop=True)

    @property
    def worse(self) -> bool:
        """Whether a connection or login that works would fail, end or be undetermined."""
        return is_worse(self.comparison)

    @property
    def usable(self) -> bool:
        """Whether the file itself is in order: no objection, and of a certificate no finding that is a failed error."""
        errors = (self.findings["severity"] == "error") & (self.findings["outcome"] == "fail")
        # What a store still lacks was lacking before, or breaks a connection.
        return not self.objections and (self.slot in TRUST_STORE_SLOTS or not errors.any())


@shows_progress
def check_new(
    audit: Audit,
    owner: str,
    files: GivenFile | Iterable[GivenFile],
    *,
    store: Slot | str = "",
    progress: Progress | None = None,
) -> NewFileCheck:
    """What a new certificate, or a new trust store, would do, before it is uploaded.

        mcuaudit.check_new(audit, "leeds/mcu-court", ["new.pem", "chain.pem"])

    Neither the export nor the audit is changed, and of a private key only the public half is compared.

    Args:
        audit: how things are.
        owner: a device, as site/device, or the name of a peer.
        files: the certificate with those that are presented with it, and with the private or public key if that is to
            be compared; or the CA certificates of the store.
        store: the trust store of the device that is replaced, such as "sip" or "https"; "" for the certificate.
        progress: called with the progress, where the whole fleet is audited again.

    Raises:
        UsageError: there is no such device or peer, a file cannot be read or is not what is expected, or the audit is
            redacted.
    """
    check_not_redacted(audit.fleet, "it cannot be audited with a change")
    device = _device_called(audit.fleet, owner)
    given = given_files(files)
    slot = _slot(store, device, owner)
    if slot in TRUST_STORE_SLOTS:
        check_store(given.certificates)
    else:
        check_presented(given.certificates)
    matches = (
        given.key == given.certificates[0].public_key_sha256 if given.key and slot not in TRUST_STORE_SLOTS else None
    )
    holder = device or in_nfc(owner)
    supposed, remarks = changed_audit(audit, _changes(holder, slot, given.certificates, matches), progress=progress)
    requirements, checks = _requirements(supposed, holder, slot)
    comparison = compare(audit, supposed)
    return NewFileCheck(
        holder,
        slot,
        given.certificates,
        matches,
        tuple(_objections(given.certificates, slot, matches, supposed.at)),
        comparison,
        supposed,
        _findings(supposed, holder, slot),
        _stays(supposed, comparison, holder, slot, requirements),
        frame_of(requirements, _devices_by_key(supposed.fleet)),
        tuple(_trust(requirements, checks)),
        (*_assumed(audit.fleet, holder, slot, matches), *remarks),
    )


def _device_called(fleet: Fleet, owner: str) -> str:
    """The device_id; "" for a peer.

    Raises:
        UsageError: there is neither a device nor a peer of that name.
    """
    devices = [str(name) for name in fleet.devices["device_id"]]
    wanted = in_nfc(owner)
    if wanted in devices:
        return wanted
    peers = sorted({str(name) for name in fleet.peers.loc[fleet.peers["peer_device"].isna(), "peer"]})
    if wanted in peers:
        return ""
    near = did_you_mean(owner, [*devices, *peers])
    raise UsageError(
        f'No device and no peer is called "{owner}". Name a device as site/device, or a peer as its peers.toml does; '
        f"the export has the devices {listed(devices, _FEW)}, and the peers {listed(peers, _FEW) or 'none'}.{near}"
    )


def _slot(store: Slot | str, device: str, owner: str) -> Slot:
    if not store:
        return Slot.LOCAL_CERTIFICATE if device else Slot.PEER_CERTIFICATE
    if not device:
        raise UsageError(f'"{owner}" is a peer, and --store is for the trust stores of a device; name a device.')
    return slot_called(store, TRUST_STORE_SLOTS)


def _changes(owner: str, slot: Slot, certificates: Sequence[Certificate], matches: bool | None) -> list[Change]:
    if slot in TRUST_STORE_SLOTS:
        return [ReplaceStore(slot, certificates, owner)]
    if slot is Slot.PEER_CERTIFICATE:
        return [ReplaceCertificate(certificates, peer=owner)]
    change: Change = ReplaceCertificate(certificates, owner)
    return [change, SetSetting(_PRIVATE_KEY, _DIFFERS, owner)] if matches is False else [change]


def _assumed(fleet: Fleet, owner: str, slot: Slot, matches: bool | None) -> Iterator[str]:
    if slot in TRUST_STORE_SLOTS:
        yield f"The file is evaluated as the whole {SLOT_TITLES[slot]} of {owner}: what it does not have is gone."
        return
    if matches is None and slot is Slot.LOCAL_CERTIFICATE:
        yield "No key was given: the private key that is uploaded with the certificate is assumed to be its own."
    peers = fleet.peers
    sharing = peers.loc[(peers["peer"] == owner), "device_id"].unique() if slot is Slot.PEER_CERTIFICATE else ()
    if len(sharing) > 1:
        yield f"{len(sharing)} devices record the peer {owner}; its certificate is replaced for all of them."


def _objections(certificates: Sequence[Certificate], slot: Slot, matches: bool | None, at: datetime) -> Iterator[str]:
    if slot in TRUST_STORE_SLOTS:
        if not any(one.may_be_ca and one.not_before <= at <= one.not_after for one in certificates):
            yield f"No CA certificate of the file is valid on {short_date(at)}."
        return
    own = certificates[0]
    if at > own.not_after:
        yield f"The certificate ended on {short_date(own.not_after)}."
    if at < own.not_before:
        yield f"The certificate begins on {short_date(own.not_before)}."
    if matches is False:
        yield "The key that was given is not the key of the certificate."


def _findings(supposed: Audit, owner: str, slot: Slot) -> pd.DataFrame:
    """The active findings about the slot of the owner."""
    found = supposed.findings
    column = "peer" if slot is Slot.PEER_CERTIFICATE else "device_id"
    about = (found["slot"] == slot.value) & (found[column] == owner) & (found["status"] == "active")
    # Some rules about a setting name the store that it is for.
    of_file = found["certificate"].notna() | found["trust_store"].notna()
    return found[about & of_file].reset_index(drop=True)


def _stays(
    supposed: Audit, comparison: Comparison, owner: str, slot: Slot, requirements: Sequence[Requirement]
) -> pd.DataFrame:
    """The connections of the file that are refused or undetermined with it, and were not better without it."""
    connections = supposed.connections
    if slot in TRUST_STORE_SLOTS:
        types = [one.connection_type.value for one in CONNECTION_TABLE.values() if one.trust_store is slot]
        mine = (connections["device_id"] == owner) & connections["connection_type"].isin(types)
    else:
        uses = {use.connection_id for one in requirements for use in one.held.uses}
        column = "peer" if slot is Slot.PEER_CERTIFICATE else "device_id"
        mine = connections["connection_id"].isin(uses) | (connections[column] == owner)
    changes = comparison.connection_changes
    same = changes["previous_outcome"].astype("str") == changes["outcome"].astype("str")
    unchanged = set(changes.loc[same, "connection_id"])
    left = connections["outcome"].isin([Outcome.FAIL.value, Outcome.OPEN.value])
    chosen = connections[mine & left & connections["connection_id"].isin(unchanged)]
    return chosen.sort_values("outcome", ascending=False, kind="stable").reset_index(drop=True)


def _requirements(supposed: Audit, owner: str, slot: Slot) -> tuple[list[Requirement], PlannedChecks | None]:
    if slot in TRUST_STORE_SLOTS:
        return [], None

    def wanted(holder: Holder) -> bool:
        return holder.slot is slot and holder.name == owner

    return requirements_without_objections(supposed, wanted)


def _devices_by_key(fleet: Fleet) -> Counter[str]:
    """The number of devices by the public key of their certificate."""
    records = fleet.certificate_records
    return Counter(records[one].public_key_sha256 for one in fleet.devices["local_certificate"].dropna())


def _of_another_issuer(frame: pd.DataFrame) -> pd.Series:
    """Issuer and chain of the best CA, where the certificate was issued by another CA that would do too."""
    issuers = frame[frame["part"] == "issuer"]
    choice = (issuers["need"] == "choice") & issuers["present"].eq(True).fillna(False)
    requests = issuers.loc[choice, "request"]
    return frame["request"].isin(requests) & frame["part"].isin(["issuer", "chain"])


def _trust(requirements: Sequence[Requirement], checks: PlannedChecks | None) -> Iterator[ChainTrust]:
    if checks is None:
        return
    by_verifier: dict[str, list[tuple[Use, Requirement]]] = {}
    for one in requirements:
        for use in one.held.uses:
            by_verifier.setdefault(use.by, []).append((use, one))
    for verifier, uses in by_verifier.items():
        found = [_trusted(use, one, checks) for use, one in uses]
        outcome, reason = max(found, key=lambda pair: OUTCOME_ORDER.index(pair[0]))
        yield ChainTrust(verifier, tuple(use.connection_id for use, _ in uses), outcome, reason)


def _trusted(use: Use, requirement: Requirement, checks: PlannedChecks) -> tuple[Outcome, str]:
    if use.store is None:
        return Outcome.OPEN, f"The trust store of {use.by} is not in the export."
    if requirement.today is None:
        return Outcome.OPEN, "The certificate cannot be read."
    holder = requirement.held.holder
    place = Place(holder.slot, holder.name, "" if requirement.held.device else holder.file)
    presented = Presented(requirement.today, requirement.chain_today, False, place)
    judged = [
        checks.judge(presented, use.store, use.purpose, standard, use.verifier).trust for standard in use.path_standards
    ]
    worst = max(judged, key=lambda verdict: OUTCOME_ORDER.index(verdict.outcome))
    return worst.outcome, "" if worst.outcome is Outcome.PASS else worst.reason

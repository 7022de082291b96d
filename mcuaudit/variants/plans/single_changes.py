"""A target as single changes: each at one device or peer, without those that are made already."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Final, TypeVar

from mcuaudit.decode.certificate_source import certificates_from
from mcuaudit.domain.name_lists import split_names
from mcuaudit.errors import UsageError
from mcuaudit.frames.containers import Fleet
from mcuaudit.variants.changes import (
    AddAuthority,
    AddFile,
    AddUser,
    CertificateDescription,
    Change,
    MoveTime,
    RemoveAuthority,
    RemoveUser,
    ReplaceCertificate,
    SetSetting,
)
from mcuaudit.variants.described import described
from mcuaudit.variants.draft import Draft
from mcuaudit.variants.of_settings import setting_called, value_of
from mcuaudit.variants.of_stores import authority_called, slot_of
from mcuaudit.variants.plans.replacements import renewals, rollover
from mcuaudit.variants.plans.targets import RenewCertificates, ReplaceAuthority, Target
from mcuaudit.variants.selection import selected
from mcuaudit.variants.what_if import changed_fleet

Kind = TypeVar("Kind", AddAuthority, RemoveAuthority)
_NOT_STEPS: Final = (MoveTime, AddFile)


def targets_given(target: Target | Iterable[Target]) -> list[Target]:
    """One target or several as a list.

    Raises:
        UsageError: there is none, or one that is not done on a device.
    """
    every: list[Target] = [target] if isinstance(target, Target) else list(target)
    if not every:
        raise UsageError("There is no target; give at least one change, such as mcuaudit.SetSetting(...).")
    for one in every:
        if not isinstance(one, Target):
            raise UsageError(
                f"{type(one).__name__} is not a target; expected SetSetting, ReplaceAuthority, RenewCertificates and "
                "so on."
            )
        if isinstance(one, _NOT_STEPS):
            raise UsageError(
                f"{type(one).__name__} is not a step of a plan: it is not done on a device. Use mcuaudit.what_if."
            )
    return every


def single_changes(fleet: Fleet, targets: Sequence[Target], at: datetime, remarks: list[str]) -> list[Change]:
    """The changes that lead to the target, each at one place; those that are made already are left out.

    Raises:
        UsageError: a change names no device, value, CA or peer that there is, or two contradict each other.
    """
    every: list[Change] = []
    for one in targets:
        if isinstance(one, ReplaceAuthority):
            every += rollover(fleet, one, at, remarks)
        elif isinstance(one, RenewCertificates):
            every += renewals(fleet, one, at, remarks)
        else:
            every.append(one)
    if any(not isinstance(one, ReplaceAuthority | RenewCertificates) for one in targets):
        # Everything that is wrong with it is found here, before anything is computed.
        remarks += changed_fleet(fleet, every, at)[2]
    draft = Draft(fleet)
    for change in every:
        if isinstance(change, AddAuthority):
            # A described certificate may be issued by a CA that the target adds.
            draft.add_certificates(certificates_from(change.authorities, "authorities"))
    found: dict[str, Change] = {}
    for change in every:
        for single in _EXPANSIONS[type(change)](draft, _decided(draft, change, at)):
            found.setdefault(repr(single), single)
    return list(found.values())


def _decided(draft: Draft, change: Change, at: datetime) -> Change:
    """The change; a described certificate is one by now, whatever step it is used in."""
    if isinstance(change, ReplaceCertificate) and isinstance(change.certificate, CertificateDescription):
        return replace(change, certificate=described(draft, change.certificate, at))
    return change


def _settings(draft: Draft, change: SetSetting) -> Iterator[Change]:
    fleet, setting = draft.fleet, setting_called(change.setting)
    value = value_of(setting, change.value)
    rows = fleet.settings[fleet.settings["setting"] == setting.key]
    known = dict(zip(rows["device_id"], rows["value"], strict=True))
    doubtful = set(rows.loc[rows["incomplete"] | (rows["source"] == "damaged"), "device_id"])
    for device in selected(fleet, change.devices):
        if known.get(device) != value or device in doubtful:
            yield SetSetting(setting.key, value, device)


def _added(draft: Draft, change: AddAuthority) -> Iterator[Change]:
    certificates = certificates_from(change.authorities, "authorities")
    for single, members in _stores(draft.fleet, change):
        missing = [one for one in certificates if one.sha256 not in members]
        if missing:
            yield replace(single, authorities=missing)


def _removed(draft: Draft, change: RemoveAuthority) -> Iterator[Change]:
    records = draft.records()
    for single, members in _stores(draft.fleet, change):
        try:
            found = authority_called(change.authority, [records[one] for one in sorted(members)])
        except UsageError:
            # Another of these stores has it.
            continue
        yield replace(single, authority=found.sha256)


def _stores(fleet: Fleet, change: Kind) -> Iterator[tuple[Kind, Sequence[str]]]:
    """The change for each store by itself, with the certificates that the store has."""
    members = fleet.trust_stores.groupby("trust_store")["certificate"].agg(list).to_dict()
    slot = slot_of(change)
    devices = selected(fleet, change.devices)
    if change.peer:
        peers = fleet.peers[fleet.peers["device_id"].isin(devices) & (fleet.peers["peer"] == change.peer)]
        peers = peers[peers["trust_store_file"].notna()].drop_duplicates("trust_store_file")
        for device, key in zip(peers["device_id"], peers["trust_store"], strict=True):
            yield replace(change, slot=slot, devices=device), members.get(key, [])
        return
    frame = fleet.devices[fleet.devices["device_id"].isin(devices) & fleet.devices[slot.value].notna()]
    for device, key in zip(frame["device_id"], frame[slot.value], strict=True):
        yield replace(change, slot=slot, devices=device), members.get(key, [])


def _presented(draft: Draft, change: ReplaceCertificate) -> Iterator[Change]:
    fleet, given = draft.fleet, change.certificate
    certificates = certificates_from(given, "certificate")  # type: ignore[arg-type]  # see _decided
    devices = selected(fleet, change.devices)
    if change.peer:
        rows = fleet.peers[fleet.peers["device_id"].isin(devices) & (fleet.peers["peer"] == change.peer)]
        column = "client_certificate" if change.as_client else "certificate"
        for row in rows.drop_duplicates("file").to_dict("records"):
            if row[column] != certificates[0].sha256:
                yield replace(change, certificate=certificates, devices=row["device_id"])
        return
    known = fleet.devices.set_index("device_id")["local_certificate"].to_dict()
    for device in devices:
        if known[device] != certificates[0].sha256:
            yield replace(change, certificate=certificates, devices=device)


def _users(draft: Draft, change: AddUser | RemoveUser) -> Iterator[Change]:
    fleet = draft.fleet
    rows = fleet.settings[fleet.settings["setting"] == "users"]
    stored = dict(zip(rows["device_id"], rows["value"], strict=True))
    for device in selected(fleet, change.devices):
        if not isinstance(stored.get(device), str):
            continue
        entries = dict(word.rpartition(":")[::2] for word in split_names(stored[device]))
        made = entries.get(change.name) == change.privilege if isinstance(change, AddUser) else False
        if not made:
            yield replace(change, devices=device)


_EXPANSIONS: Final[dict[type, Callable[..., Iterator[Change]]]] = {
    SetSetting: _settings,
    AddAuthority: _added,
    RemoveAuthority: _removed,
    ReplaceCertificate: _presented,
    AddUser: _users,
    RemoveUser: _users,
}

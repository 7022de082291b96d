"""What would hold if something were changed: the fleet with the changes, its audit, and what differs from today."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from mcuaudit.devices.damage import SOFTWARE_VERSION
from mcuaudit.domain.instants import time_given
from mcuaudit.domain.name_forms import in_nfc
from mcuaudit.errors import UsageError
from mcuaudit.frames.comparison import Comparison
from mcuaudit.frames.containers import Audit, Fleet
from mcuaudit.frames.redacted import check_not_redacted
from mcuaudit.pipeline import audit as audit_fleet
from mcuaudit.pipeline import read_export
from mcuaudit.policy.schema import POLICY_FILE, Policy
from mcuaudit.system.progress import Progress, shows_progress
from mcuaudit.triage.comparison import compare
from mcuaudit.variants.changes import (
    AddAuthority,
    AddFile,
    AddUser,
    Change,
    MoveTime,
    RemoveAuthority,
    RemoveUser,
    ReplaceCertificate,
    ReplaceStore,
    SetSetting,
)
from mcuaudit.variants.draft import Draft
from mcuaudit.variants.fills import FillCertificate, FillPeerKey, FillPeerStore, FillStore, Supposed, fill
from mcuaudit.variants.of_certificates import fill_certificate, replace_certificate
from mcuaudit.variants.of_settings import add_user, remove_user, set_setting, setting_called
from mcuaudit.variants.of_stores import add_authority, remarks_on_addition, remove_authority, replace_store


@shows_progress
def what_if(audit: Audit, changes: Change | Iterable[Change], *, progress: Progress | None = None) -> Comparison:
    """What would differ if the fleet were changed: which connections would fail, work or be verified, and who logs in.

        audit.what_if(mcuaudit.SetSetting("Verification settings", "Outgoing and incoming calls", "leeds/*"))

    Neither the export nor the audit is changed. ``comparison.remarks`` says what a change could not be applied to,
    and what is odd about it: a CA that is added and has ended, is not a CA, or is in that store already.

    Args:
        audit: how things are.
        changes: one change, or several that are made together.
        progress: called with the progress, where the whole fleet is audited again.

    Raises:
        UsageError: a change names no device, setting, value, certificate or peer that there is, or two contradict each
            other; nothing is then computed. The audit is redacted.
    """
    supposed, remarks = changed_audit(audit, changes, progress=progress)
    found = compare(audit, supposed)
    return replace(found, remarks=(*remarks, *found.remarks))


def changed_audit(
    audit: Audit, changes: Change | Iterable[Change], *, progress: Progress | None = None
) -> tuple[Audit, tuple[str, ...]]:
    """The audit of the fleet with the changes, and what a change could not be applied to, in sentences.

    Raises:
        UsageError: as with `what_if`.
    """
    every = changes_given(changes)
    check_not_redacted(audit.fleet, "it cannot be audited with a change")
    fleet, at, remarks = changed_fleet(audit.fleet, every, audit.at)
    if audit.basis is not None:
        return audit.again(fleet, at=at, progress=progress), remarks
    policy = Policy.model_validate(dict(audit.policy)) if audit.policy else None
    return audit_fleet(fleet, at=at, policy=policy, progress=progress), remarks


def changes_given(changes: Change | Iterable[Change]) -> list[Change]:
    """One change or several as a list.

    Raises:
        UsageError: there is none, or something else among them.
    """
    every: list[Change] = [changes] if isinstance(changes, Change) else list(changes)
    if not every:
        raise UsageError("There is no change; give at least one, such as mcuaudit.SetSetting(...).")
    for change in every:
        if not isinstance(change, Change):
            raise UsageError(f"{type(change).__name__} is not a change; expected SetSetting, AddAuthority and so on.")
    return every


def changed_fleet(fleet: Fleet, changes: Sequence[Change], at: datetime) -> tuple[Fleet, datetime, tuple[str, ...]]:
    """The fleet with the changes, the time that they say, and remarks on them, in sentences."""
    draft, moment = drafted(fleet, changes, at)
    others = [change for change in changes if not isinstance(change, MoveTime | AddFile)]
    added = [change for change in others if isinstance(change, AddAuthority)]
    odd = (one for change in added for one in remarks_on_addition(Draft(draft.fleet), change, moment))
    return draft.finished(repr(others)) if others else draft.fleet, moment, (*draft.remarks, *odd)


def drafted(fleet: Fleet, changes: Sequence[Supposed], at: datetime) -> tuple[Draft, datetime]:
    """The changes in a draft, and the time that they say."""
    times = {time_given(change.at) for change in changes if isinstance(change, MoveTime)}
    if len(times) > 1:
        first, second, *_ = sorted(times)
        raise UsageError(
            f"Two changes contradict each other: it is {first:%Y-%m-%d %H:%M}, and {second:%Y-%m-%d %H:%M}."
        )
    moment = next(iter(times), at)
    files = [change for change in changes if isinstance(change, AddFile)]
    draft = Draft(_with_files(fleet, files) if files else fleet)
    # Values first, so that a new version of the software is there when its settings are set.
    for change in sorted(changes, key=_order):
        _apply(draft, change, moment)
    return draft, moment


def _order(change: Supposed) -> bool:
    return not (isinstance(change, SetSetting) and setting_called(change.setting).key == SOFTWARE_VERSION)


def _apply(draft: Draft, change: Supposed, at: datetime) -> None:
    match change:
        case SetSetting():
            set_setting(draft, change)
        case AddAuthority():
            add_authority(draft, change)
        case RemoveAuthority():
            remove_authority(draft, change)
        case ReplaceStore():
            replace_store(draft, change)
        case ReplaceCertificate():
            replace_certificate(draft, change, at)
        case AddUser():
            add_user(draft, change)
        case RemoveUser():
            remove_user(draft, change)
        case FillCertificate():
            fill_certificate(draft, change, at)
        case FillStore() | FillPeerStore() | FillPeerKey():
            fill(draft, change)
        case MoveTime() | AddFile():
            pass


def _with_files(fleet: Fleet, files: Sequence[AddFile]) -> Fleet:
    """The export read again with these files in it; the export itself stays as it is."""
    names = [_name_in_export(file.name) for file in files]
    for name in names:
        if names.count(name) > 1:
            raise UsageError(f"Two changes contradict each other: both add the file {name}.")
    source = Path(fleet.source) if fleet.source else None
    if source is None or not source.is_dir():
        raise UsageError(
            f"A file is added to an export, and {fleet.source or 'this fleet'} is not there any more; read the export."
        )
    with tempfile.TemporaryDirectory(prefix="mcuaudit-") as directory:
        copy = Path(directory) / source.resolve().name
        shutil.copytree(source, copy, symlinks=True, copy_function=_linked)
        before = read_export(copy, policy=fleet.policy)
        if before.input_sha256 != fleet.input_sha256:
            raise UsageError(f"{source} has changed since it was read; read it again, then add the file.")
        for name, file in zip(names, files, strict=True):
            target = _place_in_copy(copy, name)
            target.parent.mkdir(parents=True, exist_ok=True)
            target.unlink(missing_ok=True)
            target.write_bytes(file.content if isinstance(file.content, bytes) else Path(file.content).read_bytes())
        found = read_export(copy, policy=fleet.policy)
    return replace(found, source=fleet.source, policy_file=fleet.policy_file)


def _place_in_copy(copy: Path, name: str) -> Path:
    """The place of a file in the copy of an export; nothing is written through a link, which leads out of the copy."""
    place = copy
    for part in name.split("/")[:-1]:
        place /= part
        if place.is_symlink() or (place.exists() and not place.is_dir()):
            kind = "a link" if place.is_symlink() else "not a directory"
            raise UsageError(
                f"{name}: in the export, {place.relative_to(copy)} is {kind}; so no file can be added below it."
            )
    target = copy / name
    if target.is_dir() and not target.is_symlink():
        raise UsageError(f"{name} is a directory of the export; name a file.")
    return target


def _linked(source: str, target: str) -> None:
    """A second name of the same file where the system allows that, else a copy."""
    try:
        os.link(source, target, follow_symlinks=False)
    except OSError:
        shutil.copy2(source, target, follow_symlinks=False)


def _name_in_export(name: str) -> str:
    parts = in_nfc(name).split("/")
    if not name or name.startswith("/") or any(part in ("", ".", "..") for part in parts):
        raise UsageError(f'"{name}" is not the name of a file within the export, such as leeds/mcu-1/settings.toml.')
    if parts == [POLICY_FILE]:
        raise UsageError(
            f"{name} is the policy of the export, and a change does not change the policy of the audit. Audit the "
            "export with another policy: mcuaudit check EXPORT --policy FILE, or mcuaudit.load(..., policy=FILE)."
        )
    return "/".join(parts)

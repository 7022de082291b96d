"""Walk an export: every file gets a kind, a site and a device by its name and place; no device is contacted."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from fnmatch import fnmatch
from pathlib import Path

from mcuaudit.collect.artefact import SINGLE_KINDS, Artefact, Kind, Purpose
from mcuaudit.collect.file_names import (
    RESPONSES,
    kind_by_name,
    kind_by_stem,
    purposes,
    response_name,
)
from mcuaudit.collect.file_places import OURS, PEERS_DIRECTORY, entries_of, is_responses, known_file
from mcuaudit.domain.name_forms import as_text, in_nfc
from mcuaudit.errors import UsageError, did_you_mean
from mcuaudit.policy.schema import Policy
from mcuaudit.system.own_output import AUDIT_MANIFEST, is_audit, is_of_an_audit, is_reports, kept_audit

# Left by file managers and, beginning with ~$, by Office while a file is open; not evidence about a device.
_LEFT_BEHIND = ("thumbs.db", "desktop.ini", "__macosx")


@dataclass(frozen=True, slots=True)
class Export:
    """The files of an export, in the order of their names."""

    root: Path
    artefacts: tuple[Artefact, ...]
    devices: tuple[tuple[str, str], ...]
    """(site, device) of every directory or DEVICE.pem file of a device."""
    doubles: tuple[Artefact, ...]
    """Files for a purpose for which another file or directory of the export is used."""


def check_directory(root: str | Path) -> None:
    """Refuse what is not a directory, with the nearest name beside it.

    Raises:
        UsageError: `root` is a file, or not there.
    """
    root = Path(root)
    if not root.is_dir():
        near = did_you_mean(root.name, [entry.name for entry in entries_of(root.parent) if entry.is_dir()])
        if root.exists():
            raise UsageError(f"{root} is a file; expected an export directory.{near}")
        raise UsageError(f"{root}: no such directory.{near}")


def walk_export(root: str | Path, policy: Policy) -> Export:
    """Find and name the files of an export.

    Raises:
        UsageError: `root` is not a directory, has no device, or has more files than the policy allows.
    """
    root = Path(root)
    check_directory(root)
    base = root.resolve()
    single_site = _is_site(base)
    artefacts: list[Artefact] = []
    for path, places in _files(base, policy.export.ignore):
        if len(artefacts) >= policy.limits.files:
            raise UsageError(
                f"{root} holds more than {policy.limits.files} files, the limit of the policy ([limits] files); name "
                "the directory of the export, or raise the limit."
            )
        if single_site:
            places = (base.name, *places)
        artefacts.append(_artefact(path, base, places))
    directories = _device_directories(base, single_site)
    artefacts, directories = _without_directories_of_lists(artefacts, directories)
    artefacts, doubles = _without_doubles(artefacts, directories)
    devices = directories | {(item.site, item.device) for item in artefacts if item.device}
    if not devices:
        near = next((path for path in (root, *(item.path for item in artefacts)) if kept_audit(path)), None)
        hint = f" {near} is a saved audit; mcuaudit check {near} shows it, mcuaudit.load reads it." if near else ""
        nor = "" if near else " and no audit that can be loaded"
        raise UsageError(
            f"{root} holds no device{nor}: expected SITE/DEVICE/local-certificate.pem, or DEVICE.pem files; "
            f"found {_some_names(artefacts)}.{hint}"
        )
    return Export(root, tuple(artefacts), tuple(sorted(devices)), tuple(doubles))


def _some_names(artefacts: list[Artefact]) -> str:
    names = [artefact.name for artefact in artefacts[:5]]
    return ", ".join(names) + (" and more" if len(artefacts) > 5 else "") if names else "no file"


def _is_site(root: Path) -> bool:
    """Whether the directory is itself one site: its subdirectories are devices, and hold no devices."""
    children = _subdirectories(root)
    below = [(child, directory) for child in children for directory in _subdirectories(child)]
    return any(map(_is_device, children)) and not any(
        _is_device(directory) or (_has_settings(directory) and not _has_settings(child)) for child, directory in below
    )


def _has_settings(directory: Path) -> bool:
    return any(kind_by_name(entry.name) is Kind.SETTINGS for entry in entries_of(directory))


def _is_device(directory: Path) -> bool:
    """Whether it has a file or directory that only a device has."""
    try:
        return any(
            kind_by_stem(file.name) is Kind.LOCAL_CERTIFICATE or (is_responses(file.name) and file.is_dir())
            for file in directory.iterdir()
        )
    except OSError:
        return False


def _files(root: Path, ignore: tuple[str, ...]) -> Iterator[tuple[Path, tuple[str, ...]]]:
    """Every file with the names of the directories above it, sorted; links are not followed out of the export."""
    refused: list[OSError] = []
    for directory, subdirectories, names in os.walk(root, onerror=refused.append):
        here = Path(directory)
        subdirectories[:] = sorted(name for name in subdirectories if not _is_left_behind(name))
        yield from (
            (here / name, here.relative_to(root).parts) for name in subdirectories if (here / name).is_symlink()
        )
        # An audit that was kept in the export is one entry, not one for each of its files.
        ours = [name for name in subdirectories if _is_ours(here / name)]
        # A directory that is named as a file of a device stands for it: what is in it is not used.
        ours += [name for name in subdirectories if here != root and _slot_of_directory(name)]
        yield from ((here / name, here.relative_to(root).parts) for name in ours)
        subdirectories[:] = [name for name in subdirectories if name not in ours]
        if AUDIT_MANIFEST in names:
            names = [name for name in names if name == AUDIT_MANIFEST or not is_of_an_audit(name)]
        for name in sorted(names):
            if not _is_left_behind(name) and not any(fnmatch(in_nfc(name), in_nfc(pattern)) for pattern in ignore):
                yield here / name, here.relative_to(root).parts
    for error in refused:
        path = Path(os.fsdecode(error.filename))
        yield path, path.relative_to(root).parts[:-1]


def _is_ours(directory: Path) -> bool:
    """Whether mcuaudit wrote it: a saved audit, or reports."""
    return not directory.is_symlink() and (is_audit(directory) or is_reports(directory))


def _slot_of_directory(name: str) -> Kind | None:
    """The slot whose file a directory has the name of, with its ending or without."""
    return kind_by_stem(name) or kind_by_stem(f"{name}.pem")


def _is_left_behind(name: str) -> bool:
    return name.startswith((".", "~$")) or name.lower() in _LEFT_BEHIND


def _artefact(path: Path, root: Path, places: tuple[str, ...]) -> Artefact:
    status = path.lstat()
    known = known_file(path, places, root.name)
    artefact = Artefact(
        path=path,
        name=as_text(path.relative_to(root).as_posix()),
        kind=known.kind,
        site=in_nfc(known.site),
        device=in_nfc(known.device),
        size=status.st_size,
        modified=datetime.fromtimestamp(int(status.st_mtime), UTC),
        remark=known.remark,
        claims=known.claims,
    )
    if path.is_symlink():
        if not path.exists():
            return _not_used(artefact, "a link whose target does not exist; put the file itself here")
        if not path.resolve().is_relative_to(root):
            return _not_used(artefact, "a link that points out of the export is not followed; put the file itself here")
        if path.is_dir():
            return _not_used(_directory(artefact, places), "a link to a directory is not followed")
        return replace(artefact, size=path.stat().st_size)
    if path.is_dir():
        if _is_ours(path):
            return replace(artefact, kind=Kind.UNRECOGNISED, remark=OURS, claims=())
        slot = _slot_of_directory(path.name)
        if slot and os.access(path, os.R_OK | os.X_OK):
            file = f"{slot.value.replace('_', '-')}.pem"
            remark = f"a directory where a file is expected; put its certificates into one file, {file}"
            return _not_used(replace(artefact, kind=slot), remark)
        return _not_used(_directory(artefact, places), "the directory cannot be read")
    if not path.is_file():
        return _not_used(artefact, "not a regular file")
    return artefact


def _not_used(artefact: Artefact, remark: str) -> Artefact:
    """A file that is not read keeps its purpose as a claim: nothing farther away is used instead."""
    claims = artefact.claims
    if artefact.kind is Kind.RESPONSE:
        claims = ((Kind.RESPONSE, response_name(artefact.path.name) or ""),)
    elif artefact.kind in SINGLE_KINDS:
        claims = purposes((artefact.kind,))
    return replace(artefact, kind=Kind.UNRECOGNISED, remark=remark, claims=claims)


def _directory(artefact: Artefact, places: tuple[str, ...]) -> Artefact:
    """A directory that is not read: what it holds of a device is there, and not known."""
    responses = tuple((Kind.RESPONSE, name) for name in RESPONSES)
    name = artefact.path.name
    artefact = replace(artefact, kind=Kind.UNRECOGNISED)
    if len(places) == 1 and name != PEERS_DIRECTORY:
        return replace(artefact, device=in_nfc(name), claims=(*purposes(SINGLE_KINDS), *responses))
    return replace(artefact, claims=responses) if len(places) == 2 and is_responses(name) else artefact


def _device_directories(root: Path, single_site: bool) -> set[tuple[str, str]]:
    sites = [root] if single_site else _subdirectories(root)
    return {(in_nfc(site.name), in_nfc(device.name)) for site in sites for device in _subdirectories(site)}


def _without_directories_of_lists(
    artefacts: list[Artefact], directories: set[tuple[str, str]]
) -> tuple[list[Artefact], set[tuple[str, str]]]:
    """A directory that has only revocation lists is not a device."""
    kinds: dict[tuple[str, str], set[Kind]] = {}
    for item in artefacts:
        kinds.setdefault((item.site, item.device), set()).add(item.kind)
    only_lists = {place for place, found in kinds.items() if place[1] and found == {Kind.REVOCATION_LIST}}
    kept = [replace(item, device="") if (item.site, item.device) in only_lists else item for item in artefacts]
    return kept, directories - only_lists


def _subdirectories(directory: Path) -> list[Path]:
    return [
        entry
        for entry in entries_of(directory)
        if entry.is_dir()
        and not entry.is_symlink()
        and entry.name != PEERS_DIRECTORY
        and not is_responses(entry.name)
        and not _is_left_behind(entry.name)
        and not _is_ours(entry)
    ]


def _without_doubles(
    artefacts: list[Artefact], directories: set[tuple[str, str]]
) -> tuple[list[Artefact], list[Artefact]]:
    """Separate the files whose place is taken: a second local certificate of one device, a second store file."""
    taken: dict[tuple[str, str, Purpose], Artefact] = {}
    kept: list[Artefact] = []
    doubles: list[Artefact] = []
    # A directory is the fuller form of a device, so what lies deeper is taken first.
    for artefact in sorted(artefacts, key=lambda item: (-item.name.count("/"), item.name)):
        purpose = (artefact.kind, (response_name(artefact.path.name) or "") if artefact.kind is Kind.RESPONSE else "")
        place = (artefact.site, artefact.device, purpose)
        single = artefact.kind in SINGLE_KINDS or artefact.kind is Kind.RESPONSE
        flat = artefact.kind is Kind.LOCAL_CERTIFICATE and kind_by_stem(artefact.path.name) is None
        if single and (place in taken or (flat and place[:2] in directories)):
            if place in taken:
                remark = f"a second file for the same purpose as {taken[place].name}; remove one of them"
            else:
                # The directory has no certificate: to remove either would lose something.
                home = f"{artefact.site}/{artefact.device}/local-certificate{artefact.path.suffix.lower()}"
                remark = f"the device has the directory {artefact.site}/{artefact.device}/ too; move it to {home}"
            doubles.append(replace(artefact, remark=remark, claims=(purpose,)))
        else:
            if single:
                taken[place] = artefact
            kept.append(artefact)
    return sorted(kept, key=lambda item: item.name), doubles

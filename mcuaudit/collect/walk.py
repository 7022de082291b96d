"""Walk an export: every file gets a kind, a site and a device by its name and place; no device is contacted."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass, replace
from fnmatch import fnmatch
from itertools import islice
from pathlib import Path

from mcuaudit.collect.artefact import SINGLE_KINDS, Artefact, Kind, Purpose
from mcuaudit.collect.entry import CLOSED, artefact_of, can_enter, is_ours, purposes_of_directory
from mcuaudit.collect.file_names import (
    CAPTURE_FILE,
    directory_names,
    kind_by_name,
    kind_by_stem,
    kinds_of,
    purpose_of,
    response_name,
    shortened,
)
from mcuaudit.collect.file_places import (
    GIVE_RIGHTS,
    PEERS_DIRECTORY,
    entries_of,
    exists,
    is_directory,
    is_link,
    is_list,
    is_regular,
    is_responses,
)
from mcuaudit.domain.name_forms import in_nfc
from mcuaudit.errors import UsageError, did_you_mean
from mcuaudit.policy.schema import Policy
from mcuaudit.system.own_output import AUDIT_MANIFEST, is_of_an_audit, kept_audit

# Left by file managers and, beginning with ~$, by Office while a file is open, or written for people: no check uses it.
_LEFT_BEHIND = ("thumbs.db", "desktop.ini", CAPTURE_FILE)
_OF_MACS = "__macosx"
"""The directory in archives that Macs make, for the properties of files; their names begin with ``._``."""
_IN_VAIN = "no site-level or fleet-level file is used instead"


@dataclass(frozen=True, slots=True)
class Export:
    """The files of an export, in the order of their names."""

    root: Path
    artefacts: tuple[Artefact, ...]
    devices: tuple[tuple[str, str], ...]
    """(site, device) of every directory or DEVICE.pem file of a device."""
    doubles: tuple[Artefact, ...]
    """Files for a purpose for which another file or directory of the export is used."""
    unmatched: tuple[str, ...] = ()
    """Patterns of ``[export] ignore`` that match no name of the export."""
    others: tuple[Path, ...] = ()
    """Files that say nothing about a device: hidden, ignored, or second ones. They are searched for secrets only."""


def check_directory(root: str | Path) -> None:
    """Refuse what is not a directory, with the nearest name beside it.

    Raises:
        UsageError: `root` is a file, or not there.
    """
    root = Path(root)
    if not is_directory(root):
        near = did_you_mean(root.name, [entry.name for entry in entries_of(root.parent) if is_directory(entry)])
        if exists(root):
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
    if not can_enter(base):
        raise UsageError(f"{root} cannot be read; {GIVE_RIGHTS}, and to enter it.")
    single_site = _is_site(base)
    artefacts: list[Artefact] = []
    seen: set[str] = set()
    ignore = policy.export.ignore
    for path, places in _files(base, ignore, (base.name,) if single_site else (), seen):
        if len(artefacts) >= policy.limits.files:
            raise UsageError(
                f"{root} contains more than {policy.limits.files} files, the limit of the policy ([limits] files); "
                "name the directory of the export, or raise the limit."
            )
        outer = tuple(place for place in places if place.lower() != _OF_MACS)
        artefact = artefact_of(path, base, outer)
        if _is_ignored(path.name, ignore) and not is_directory(path):
            artefacts += _left_out(artefact, _of_pattern(path.name, ignore))
        elif outer != places:
            remark = f"Macs put only the properties of files below __MACOSX, so this file is not read, and {_IN_VAIN}"
            artefacts += _left_out(artefact, f"{remark}. Move the file to its place, or remove it")
        else:
            artefacts.append(artefact)
    directories = _device_directories(base, single_site)
    artefacts, directories = _without_directories_of_lists(artefacts, directories)
    artefacts, doubles = _without_doubles(artefacts, directories)
    devices = directories | {(item.site, item.device) for item in artefacts if item.device}
    if not devices:
        near = next((path for path in (root, *(item.path for item in artefacts)) if kept_audit(path)), None)
        hint = f" {near} is a saved audit; mcuaudit check {near} shows it, mcuaudit.load reads it." if near else ""
        nor = "" if near else " and no saved audit"
        closed = next((item for item in artefacts if item.remark == CLOSED), None)
        if not hint and artefacts:
            hint = f" If these files were collected and have no places yet, mcuaudit sort {root} says what each is."
        if closed:
            hint = f' The directory "{closed.name}" cannot be read: {GIVE_RIGHTS}, and to enter it.'
        raise UsageError(
            f"{root} contains no device{nor}: expected SITE/DEVICE/local-certificate.pem, or DEVICE.pem files; "
            f"found {_some_names(artefacts)}.{hint}"
        )
    unmatched = tuple(pattern for pattern in ignore if not any(_is_ignored(name, (pattern,)) for name in seen))
    others = tuple(islice(_others(base, {item.path for item in artefacts}), policy.limits.files))
    return Export(root, tuple(artefacts), tuple(sorted(devices)), tuple(doubles), unmatched, others)


def _others(root: Path, known: set[Path]) -> Iterator[Path]:
    """The regular files of the export that are none of the known ones, in the order of their names."""
    for directory, subdirectories, names in os.walk(root):
        here = Path(directory)
        # Below .git/objects everything is compressed.
        entered = [here / name for name in subdirectories if (here.name, name) != (".git", "objects")]
        subdirectories[:] = sorted(one.name for one in entered if can_enter(one) and not is_ours(one))
        for path in (here / name for name in sorted(names)):
            if path not in known and is_regular(path):
                yield path


def _left_out(artefact: Artefact, remark: str) -> list[Artefact]:
    """A file that is not read although it has the name of one that counts: what it is for is not known then."""
    kind, name = artefact.kind, artefact.path.name
    of_response = kind is Kind.UNRECOGNISED and any(claimed is Kind.RESPONSE for claimed, _ in artefact.claims)
    if kind not in (Kind.RESPONSE, Kind.REVOCATION_LIST) and (
        kind not in SINGLE_KINDS or kind_by_name(name) is not kind
    ):
        return [artefact] if of_response and response_name(name) else []
    purpose = purpose_of(kind, name) or (kind, "")
    return [replace(artefact, kind=Kind.UNRECOGNISED, remark=remark, claims=(purpose,))]


def _of_pattern(name: str, ignore: tuple[str, ...]) -> str:
    pattern = next(one for one in ignore if _is_ignored(name, (one,)))
    return (
        f'the pattern "{pattern}" of [export] ignore excludes this file, and {_IN_VAIN}. Correct the pattern, or '
        "remove the file"
    )


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
            kind_by_stem(file.name) is Kind.LOCAL_CERTIFICATE or (is_responses(file.name) and is_directory(file))
            for file in directory.iterdir()
        )
    except OSError:
        return False


def _files(
    root: Path, ignore: tuple[str, ...], above: tuple[str, ...], seen: set[str]
) -> Iterator[tuple[Path, tuple[str, ...]]]:
    """Every file with the names of the directories above it, sorted; links are not followed out of the export.

    `seen` gets the names of all files and directories. Files that the policy ignores are among those that are found.
    A directory that cannot be read, an audit, and a directory in the place of a file are one entry each.
    """
    for directory, subdirectories, names in os.walk(root):
        here = Path(directory)
        seen.update(subdirectories, names)
        places = (*above, *here.relative_to(root).parts)
        subdirectories[:] = sorted(name for name in subdirectories if not is_left_behind(name))
        links = [name for name in subdirectories if is_link(here / name)]
        inner = [name for name in subdirectories if name not in links]
        # An audit that was kept in the export is one entry, not one for each of its files.
        whole = [name for name in inner if not can_enter(here / name) or is_ours(here / name)]
        # A directory that is named as a file of a device stands for it: what is in it is not used.
        stand = [
            name
            for name in inner
            if name not in whole and not _is_ignored(name, ignore) and _stands_for(here / name, places)
        ]
        yield from ((here / name, places) for name in (*links, *whole, *stand))
        for name in stand:
            yield from _others_in(here / name, (*places, name), ignore)
        subdirectories[:] = [name for name in inner if name not in whole and name not in stand]
        if AUDIT_MANIFEST in names:
            names = [name for name in names if name == AUDIT_MANIFEST or not is_of_an_audit(name)]
        yield from ((here / name, places) for name in sorted(names) if not is_left_behind(name))


def _others_in(
    directory: Path, places: tuple[str, ...], ignore: tuple[str, ...]
) -> Iterator[tuple[Path, tuple[str, ...]]]:
    """The files of a directory in the place of a file that are named as other files of the device."""
    mine = kinds_of(directory_names(directory.name, of_device=True))
    for file in entries_of(directory):
        kind = kind_by_name(file.name)
        if kind in SINGLE_KINDS and kind not in mine and not _is_skipped(file.name, ignore):
            yield file, places


def _is_skipped(name: str, ignore: tuple[str, ...]) -> bool:
    return is_left_behind(name) or _is_ignored(name, ignore)


def _is_ignored(name: str, ignore: tuple[str, ...]) -> bool:
    return any(fnmatch(in_nfc(name), in_nfc(pattern)) for pattern in ignore)


def _stands_for(directory: Path, places: tuple[str, ...]) -> bool:
    """Whether a directory is in the place of a file: a store, a table, or a saved response."""
    purposes = purposes_of_directory(directory.name, places)
    if any(kind is Kind.REVOCATION_LIST for kind, _ in purposes):
        # A directory with lists in it is one of lists, whatever its name ends in.
        return not any(is_list(entry.name) for entry in entries_of(directory))
    if purposes:
        # Sites and devices have any name.
        return len(places) > 1 or not any(map(_is_device, (directory, *_subdirectories(directory))))
    return False


def is_left_behind(name: str) -> bool:
    """Whether a file is hidden, or was left by a file manager or by Office."""
    hidden = name.startswith((".", "~$")) and not shortened(name)
    return hidden or name.lower() in _LEFT_BEHIND


def _device_directories(root: Path, single_site: bool) -> set[tuple[str, str]]:
    sites = [root] if single_site else _subdirectories(root)
    return {
        (in_nfc(site.name), in_nfc(device.name))
        for site in sites
        if single_site or not _stands_for(site, ())
        for device in _subdirectories(site)
        if not _stands_for(device, (site.name,))
    }


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
        if is_directory(entry)
        and not entry.is_symlink()
        and entry.name != PEERS_DIRECTORY
        and not is_responses(entry.name)
        and not is_left_behind(entry.name)
        and entry.name.lower() != _OF_MACS
        and not is_ours(entry)
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
        purpose = purpose_of(artefact.kind, artefact.path.name)
        if purpose is None:
            kept.append(artefact)
            continue
        place = (artefact.site, artefact.device, purpose)
        flat = artefact.kind is Kind.LOCAL_CERTIFICATE and kind_by_stem(artefact.path.name) is None
        if place in taken or (flat and place[:2] in directories):
            if place in taken:
                remark = f"a second file for the same purpose as {taken[place].name}; remove one of them"
            else:
                # The directory has no certificate: to remove either would lose something.
                home = f"{artefact.site}/{artefact.device}/local-certificate{artefact.path.suffix.lower()}"
                remark = f"the device has the directory {artefact.site}/{artefact.device}/ too; move it to {home}"
            doubles.append(replace(artefact, remark=remark, claims=(purpose,)))
        else:
            taken[place] = artefact
            kept.append(artefact)
    return sorted(kept, key=lambda item: item.name), doubles

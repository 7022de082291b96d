"""Walk an export: every file gets a kind, a site and a device by its name and place; no device is contacted."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from fnmatch import fnmatch
from pathlib import Path
from typing import Final

from mcuaudit.collect.artefact import SINGLE_KINDS, TRUST_STORE_KINDS, Artefact, Kind, Purpose
from mcuaudit.collect.file_names import (
    RESPONSES,
    directory_names,
    kind_by_name,
    kind_by_stem,
    kinds_of,
    near_response,
    purposes,
    response_name,
)
from mcuaudit.collect.file_places import (
    GIVE_RIGHTS,
    OURS,
    PEERS_DIRECTORY,
    entries_of,
    exists,
    is_directory,
    is_responses,
    known_file,
)
from mcuaudit.domain.likeness import same_letters
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
    if not is_directory(root):
        found = "a file" if exists(root) else "nothing"
        near = did_you_mean(root.name, [entry.name for entry in entries_of(root.parent) if is_directory(entry)])
        raise UsageError(f"{root}: expected the directory of an export, found {found}.{near}")


def walk_export(root: str | Path, policy: Policy) -> Export:
    """Find and name the files of an export.

    Raises:
        UsageError: `root` is not a directory, has no device, or has more files than the policy allows.
    """
    root = Path(root)
    check_directory(root)
    base = root.resolve()
    if not _can_enter(base):
        raise UsageError(f"{root} cannot be read; {GIVE_RIGHTS}, and to enter it.")
    single_site = _is_site(base)
    artefacts: list[Artefact] = []
    for path, places in _files(base, policy.export.ignore, (base.name,) if single_site else ()):
        if len(artefacts) >= policy.limits.files:
            raise UsageError(
                f"{root} holds more than {policy.limits.files} files, the limit of the policy ([limits] files); name "
                "the directory of the export, or raise the limit."
            )
        artefacts.append(_artefact(path, base, places))
    directories = _device_directories(base, single_site)
    artefacts, doubles = _without_doubles(artefacts, directories)
    devices = directories | {(item.site, item.device) for item in artefacts if item.device}
    if not devices:
        near = next((path for path in (root, *(item.path for item in artefacts)) if kept_audit(path)), None)
        hint = f" {near} is a saved audit; mcuaudit check {near} shows it, mcuaudit.load reads it." if near else ""
        nor = "" if near else " and no audit that can be loaded"
        closed = next((item for item in artefacts if item.remark == _CLOSED), None)
        if closed:
            hint = f' The directory "{closed.name}" cannot be read: {GIVE_RIGHTS}, and to enter it.'
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
            kind_by_stem(file.name) is Kind.LOCAL_CERTIFICATE or (is_responses(file.name) and is_directory(file))
            for file in directory.iterdir()
        )
    except OSError:
        return False


def _files(root: Path, ignore: tuple[str, ...], above: tuple[str, ...]) -> Iterator[tuple[Path, tuple[str, ...]]]:
    """Every file with the names of the directories above it, sorted; links are not followed out of the export.

    A directory that cannot be read, an audit, and a directory in the place of a file are one entry each.
    """
    for directory, subdirectories, names in os.walk(root):
        here = Path(directory)
        places = (*above, *here.relative_to(root).parts)
        subdirectories[:] = sorted(name for name in subdirectories if not _is_left_behind(name))
        links = [name for name in subdirectories if (here / name).is_symlink()]
        inner = [name for name in subdirectories if name not in links]
        # An audit that was kept in the export is one entry, not one for each of its files.
        whole = [name for name in inner if not _can_enter(here / name) or _is_ours(here / name)]
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
        yield from ((here / name, places) for name in sorted(names) if not _is_skipped(name, ignore))


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
    return _is_left_behind(name) or _is_ignored(name, ignore)


def _is_ignored(name: str, ignore: tuple[str, ...]) -> bool:
    return any(fnmatch(in_nfc(name), in_nfc(pattern)) for pattern in ignore)


def _can_enter(directory: Path) -> bool:
    return os.access(directory, os.R_OK | os.X_OK)


def _stands_for(directory: Path, places: tuple[str, ...]) -> bool:
    """Whether a directory is in the place of a file: a store, a table, or a saved response."""
    if _purposes_of_directory(directory.name, places):
        # Sites and devices have any name.
        return len(places) > 1 or not any(map(_is_device, (directory, *_subdirectories(directory))))
    return False


def _purposes_of_directory(name: str, places: tuple[str, ...]) -> tuple[Purpose, ...]:
    """The purposes that a directory seems to have by its name, with the directories above it."""
    if len(places) > 2 and is_responses(places[2]):
        response = response_name(name) or near_response(name)
        return ((Kind.RESPONSE, response),) if response in RESPONSES else ()
    if len(places) > 2 or PEERS_DIRECTORY in places or is_responses(name):
        return ()
    names = directory_names(name, of_device=len(places) == 2)
    if len(places) < 2 and not (kind_by_name(name) or any(same_letters(name, _stem(known)) for known in names)):
        return ()
    return purposes(tuple(kind for kind in kinds_of(names) if kind in SINGLE_KINDS))


def _stem(name: str) -> str:
    return name.rpartition(".")[0]


def _is_ours(directory: Path) -> bool:
    """Whether mcuaudit wrote it: a saved audit, or reports."""
    return not directory.is_symlink() and (is_audit(directory) or is_reports(directory))


def _is_left_behind(name: str) -> bool:
    return name.startswith((".", "~$")) or name.lower() in _LEFT_BEHIND


_CLOSED: Final = f"the directory cannot be read; {GIVE_RIGHTS}, and to enter it"


def _artefact(path: Path, root: Path, places: tuple[str, ...]) -> Artefact:
    try:
        status: os.stat_result | None = path.lstat()
    except OSError:
        status = None
    known = known_file(path, places, root.name)
    artefact = Artefact(
        path=path,
        name=as_text(path.relative_to(root).as_posix()),
        kind=known.kind,
        site=in_nfc(known.site),
        device=in_nfc(known.device),
        size=status.st_size if status else 0,
        modified=datetime.fromtimestamp(int(status.st_mtime) if status else 0, UTC),
        remark=known.remark,
        claims=known.claims,
    )
    if status is None:
        return _not_used(artefact, f"the file cannot be read; {GIVE_RIGHTS}")
    if stat.S_ISLNK(status.st_mode):
        return _link(artefact, root, places)
    if stat.S_ISDIR(status.st_mode):
        return _directory_alone(artefact, places)
    if not stat.S_ISREG(status.st_mode):
        return _not_used(artefact, "not a regular file, but a pipe, socket or device; put the file itself here")
    return artefact


def _link(artefact: Artefact, root: Path, places: tuple[str, ...]) -> Artefact:
    """What a link points to, if that is a file of the export."""
    path = artefact.path
    if not exists(path):
        if not path.suffix:
            artefact = _directory(artefact, places)
        return _not_used(artefact, "a link whose target does not exist; put the file itself here")
    if is_directory(path):
        return _not_used(_directory(artefact, places), "a link to a directory is not followed; put the directory here")
    if not path.resolve().is_relative_to(root):
        return _not_used(artefact, "a link that points out of the export is not followed; put the file itself here")
    return replace(artefact, size=path.stat().st_size)


def _directory_alone(artefact: Artefact, places: tuple[str, ...]) -> Artefact:
    """A directory that is one entry: it cannot be read, is an audit, or stands for a file."""
    name = artefact.path.name
    if not _can_enter(artefact.path):
        return _not_used(_directory(artefact, places), _CLOSED)
    if _is_ours(artefact.path):
        return replace(artefact, kind=Kind.UNRECOGNISED, remark=OURS, claims=())
    artefact = _directory(artefact, places)
    kind, response = artefact.claims[0]
    file = f"{response}.xml" if response else directory_names(name, of_device=len(places) == 2)[0]
    content = "its certificates" if kind in (Kind.LOCAL_CERTIFICATE, *TRUST_STORE_KINDS) else "its content"
    return replace(artefact, remark=f"a directory where a file is expected; put {content} into one file, {file}")


def _not_used(artefact: Artefact, remark: str) -> Artefact:
    """A file that is not read keeps its purpose as a claim: nothing farther away stands in for it."""
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
    site, device = (*(place for place in places[:2] if place != PEERS_DIRECTORY), "", "")[:2]
    claims = _purposes_of_directory(name, places)
    artefact = replace(artefact, kind=Kind.UNRECOGNISED, site=in_nfc(site), device=in_nfc(device), claims=claims)
    if claims:
        return artefact
    if len(places) == 1 and name != PEERS_DIRECTORY:
        return replace(artefact, device=in_nfc(name), claims=(*purposes(SINGLE_KINDS), *responses))
    return replace(artefact, claims=responses) if len(places) == 2 and is_responses(name) else artefact


def _device_directories(root: Path, single_site: bool) -> set[tuple[str, str]]:
    sites = [root] if single_site else _subdirectories(root)
    return {
        (in_nfc(site.name), in_nfc(device.name))
        for site in sites
        if single_site or not _stands_for(site, ())
        for device in _subdirectories(site)
        if not _stands_for(device, (site.name,))
    }


def _subdirectories(directory: Path) -> list[Path]:
    return [
        entry
        for entry in entries_of(directory)
        if is_directory(entry)
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

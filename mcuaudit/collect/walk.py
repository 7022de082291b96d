"""Walk an export: every file gets a kind, a site and a device by its name and place; no device is contacted."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from fnmatch import fnmatch
from pathlib import Path
from typing import Final

from mcuaudit.collect.artefact import SINGLE_KINDS, Artefact, Kind, Purpose
from mcuaudit.collect.file_names import (
    CERTIFICATE_ENDINGS,
    RESPONSES,
    kind_by_name,
    kind_by_stem,
    near_kinds,
    near_name,
    near_response,
    purposes,
    response_name,
)
from mcuaudit.domain.name_forms import as_text, in_nfc
from mcuaudit.errors import UsageError, did_you_mean, suggestion
from mcuaudit.policy.schema import Policy
from mcuaudit.system.own_output import AUDIT_MANIFEST, is_audit, is_of_an_audit, is_reports, kept_audit

PEERS_DIRECTORY = "peers"
RESPONSES_DIRECTORY = "api"
OCSP_ENDING = ".ocsp"
_OURS = "an audit that mcuaudit saved here; it is not part of the export and was not read"
_OUTSIDE = "a saved response of a device is not used in this directory"
# Left by file managers and, beginning with ~$, by Office while a file is open; not evidence about a device.
_LEFT_BEHIND = ("thumbs.db", "desktop.ini", "__macosx")
_BACKUP_NAME: Final = re.compile(r"#?(.+?)(?:~|#|\.bak|\.orig|\.sw[op])", re.IGNORECASE)
"""The names that editors give to the former state of a file."""


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
        found = "a file" if root.exists() else "nothing"
        near = did_you_mean(root.name, [entry.name for entry in _entries(root.parent) if entry.is_dir()])
        raise UsageError(f"{root}: expected the directory of an export, found {found}.{near}")


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
    return any(kind_by_name(entry.name) is Kind.SETTINGS for entry in _entries(directory))


def _is_device(directory: Path) -> bool:
    """Whether it has a file or directory that only a device has."""
    try:
        return any(
            kind_by_stem(file.name) is Kind.LOCAL_CERTIFICATE or (_is_responses(file.name) and file.is_dir())
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
    known = _kind_and_place(path, places, root.name)
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
            return _not_used(artefact, "a link whose target does not exist")
        if not path.resolve().is_relative_to(root):
            return _not_used(artefact, "a link that points out of the export is not followed")
        if path.is_dir():
            return _not_used(_directory(artefact, places), "a link to a directory is not followed")
        return replace(artefact, size=path.stat().st_size)
    if path.is_dir():
        if _is_ours(path):
            return replace(artefact, kind=Kind.UNRECOGNISED, remark=_OURS, claims=())
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
    artefact = replace(artefact, kind=Kind.UNRECOGNISED)
    if len(places) == 1 and name != PEERS_DIRECTORY:
        return replace(artefact, device=in_nfc(name), claims=(*purposes(SINGLE_KINDS), *responses))
    return replace(artefact, claims=responses) if len(places) == 2 and _is_responses(name) else artefact


def _is_responses(name: str) -> bool:
    return name.lower() == RESPONSES_DIRECTORY


@dataclass(frozen=True, slots=True)
class _Known:
    """Kind, site, device, remark and claims of one file by its name and the directories above it."""

    kind: Kind
    site: str
    device: str
    remark: str = ""
    claims: tuple[Purpose, ...] = ()


def _kind_and_place(path: Path, places: tuple[str, ...], root_name: str) -> _Known:
    name = path.name
    site, device = _place_of(places)
    if PEERS_DIRECTORY in places[:3]:
        return _in_peers(path, places)
    in_responses = any(map(_is_responses, places))
    if (in_responses or len(places) > 3) and kind_by_name(name) in SINGLE_KINDS:
        return _in_wrong_directory(path, places)
    if len(places) == 3 and _is_responses(places[2]):
        return _response(path, site, device)
    outside = _response_outside(path, places)
    if outside:
        return outside
    if len(places) > 2:
        return _too_deep(path, places)
    if in_responses:
        return _Known(Kind.UNRECOGNISED, site, device)
    backed_up = _backed_up(path)
    if backed_up:
        return _Known(
            Kind.UNRECOGNISED, site, device, f"an editor's backup of {backed_up}, which is there too; remove it"
        )
    if name == AUDIT_MANIFEST:
        return _Known(Kind.UNRECOGNISED, site, device, _OURS)
    kind = kind_by_name(name)
    misplaced = _misplaced(kind, site, device)
    if misplaced and kind is Kind.LOCAL_CERTIFICATE:
        # It is read, because its names may say where it belongs.
        return _Known(kind, site, device, misplaced)
    if misplaced:
        return _Known(Kind.UNRECOGNISED, site, device, misplaced, _claims_of_misplaced(kind))
    if kind is not None:
        return _Known(kind, site, device)
    near = near_name(name, of_device=bool(device))
    if len(places) < 2 and path.suffix.lower() in CERTIFICATE_ENDINGS and not near:
        return _Known(Kind.LOCAL_CERTIFICATE, site or root_name, path.stem)
    if near is None:
        return _Known(Kind.UNRECOGNISED, site, device)
    claimed = tuple(item for item in near_kinds(name, near) if not _misplaced(item, site, device))
    return _Known(
        Kind.UNRECOGNISED,
        site,
        device,
        f"the file name is not recognised.{_name_advice(path, near, _misplaced(kind_by_name(near), site, device))}",
        purposes(tuple(item for item in claimed if item in SINGLE_KINDS)),
    )


def _name_advice(path: Path, near: str, misplaced: str = "") -> str:
    """The name that a file should have; a file that has it already is in the way, and one may be in the wrong place."""
    there = _of_the_same_use(path.parent, near)
    if there:
        return f' "{there}", whose name is nearly the same, is there too; remove one of them'
    return f"{suggestion(path.name, near)}{f' Then {misplaced}' if misplaced else ''}"


def _of_the_same_use(directory: Path, name: str) -> str:
    """The file of a directory that has that name, with any ending of its kind; "" if there is none."""
    kind = kind_by_name(name)
    names = [entry.name for entry in _entries(directory)]
    return next((one for one in names if one.lower() == name.lower() or (kind and kind_by_name(one) is kind)), "")


def _backed_up(path: Path) -> str:
    """The file beside it that a file is a backup of, by its name; "" for any other file."""
    found = _BACKUP_NAME.fullmatch(path.name)
    name = found[1] if found else ""
    return name if kind_by_name(name) and (path.parent / name).exists() else ""


def _place_of(places: tuple[str, ...]) -> tuple[str, str]:
    """Site and device of the directories above a file; peers/ and api/ are neither."""
    own = next((number for number, name in enumerate(places[:2]) if name == PEERS_DIRECTORY or _is_responses(name)), 2)
    site, device = (*places[:own], "", "")[:2]
    return site, device


def _in_peers(path: Path, places: tuple[str, ...]) -> _Known:
    """A file of a peer; one that has the name of a store is for the device if no peers.toml names it."""
    site, device = _place_of(places)
    name = path.name
    if name.lower().endswith(OCSP_ENDING):
        return _Known(Kind.OCSP_RESPONSE, site, device)
    kind = kind_by_name(name)
    if kind in SINGLE_KINDS:
        known = _in_wrong_directory(path, places)
        return replace(known, kind=Kind.PEER_FILE) if kind_by_stem(name) else known
    return _response_outside(path, places) or _Known(Kind.PEER_FILE, site, device)


def _in_wrong_directory(path: Path, places: tuple[str, ...]) -> _Known:
    """A file that has the name of a slot or table, where it is not used: it may be all that its device has of it."""
    site, device = _place_of(places)
    kind = kind_by_name(path.name)
    misplaced = _misplaced(kind, site, device)
    if misplaced and kind is Kind.LOCAL_CERTIFICATE:
        return _Known(kind, site, device, misplaced)
    if kind is None or misplaced:
        claims = purposes((Kind.SETTINGS,)) if kind is Kind.SETTINGS_TABLE else ()
        return _Known(Kind.UNRECOGNISED, site, device, misplaced, claims)
    depth = len([name for name in (site, device) if name])
    there = _of_the_same_use(path.parents[len(places) - depth], path.name)
    above = f"{site}/{device}/".lstrip("/").replace("//", "/")
    remark = f"{path.name} is not used in this directory"
    if there:
        return _Known(
            Kind.UNRECOGNISED,
            site,
            device,
            f"{remark}. {above}{there} is there too; remove one of them",
            purposes((kind,)),
        )
    advice = f"put it into {above}" if above else "put it at the top of the export"
    return _Known(Kind.UNRECOGNISED, site, device, f"{remark}; {advice}", purposes((kind,)))


def _response_outside(path: Path, places: tuple[str, ...]) -> _Known | None:
    """A saved response outside api/, whose device is known or is one of those below; None for any other file."""
    exact = response_name(path.name)
    name = exact if exact in RESPONSES else near_response(path.name) if path.suffix.lower() == ".xml" else None
    if name is None:
        return None
    site, device = _place_of(places)
    home = f"{site or 'SITE'}/{device or 'DEVICE'}/{RESPONSES_DIRECTORY}/"
    advice = f"{_OUTSIDE}; move it to {home}"
    there = site and device and _of_the_same_use(path.parents[len(places) - 2] / RESPONSES_DIRECTORY, f"{name}.xml")
    if there:
        advice = f"{_OUTSIDE}. {home}{there} is there too; remove one of them"
    elif name != exact:
        advice = f"the file name is not recognised.{suggestion(path.name, f'{name}.xml')} Then move it to {home}"
    return _Known(Kind.UNRECOGNISED, site, device, advice, ((Kind.RESPONSE, name),))


def _response(path: Path, site: str, device: str) -> _Known:
    if response_name(path.name) is not None:
        return _Known(Kind.RESPONSE, site, device)
    near = near_response(path.name)
    hint = _name_advice(path, f"{near}.xml") if near else ""
    remark = f"unknown file name; expected one of {', '.join(f'{word}.xml' for word in RESPONSES)}.{hint}"
    return _Known(Kind.UNRECOGNISED, site, device, remark, ((Kind.RESPONSE, near),) if near else ())


def _too_deep(path: Path, places: tuple[str, ...]) -> _Known:
    """A file below a directory of a device: what it is for is known by its name, and it is not used from there."""
    site, device = places[:2]
    kind = kind_by_name(path.name)
    remark = "it is deeper in the export than SITE/DEVICE/"
    misplaced = _misplaced(kind, site, device)
    if misplaced:
        return _Known(Kind.UNRECOGNISED, site, device, f"{remark}; {misplaced}", _claims_of_misplaced(kind))
    if kind not in SINGLE_KINDS:
        return _Known(Kind.UNRECOGNISED, site, device)
    there = _of_the_same_use(path.parents[len(places) - 2], path.name)
    advice = f"{site}/{device}/{there} is there too; remove one of them" if there else f"put it into {site}/{device}/"
    return _Known(Kind.UNRECOGNISED, site, device, f"{remark}; {advice}", purposes((kind,)))


def _claims_of_misplaced(kind: Kind | None) -> tuple[Purpose, ...]:
    """What a misplaced file may be meant for: a settings.csv of a device has settings of it."""
    return purposes((Kind.SETTINGS,)) if kind is Kind.SETTINGS_TABLE else ()


def _misplaced(kind: Kind | None, site: str, device: str) -> str:
    """Why a file of this kind is not used at this place; "" if it is."""
    if kind is Kind.POLICY and site:
        return "the policy is read from the top of the export only"
    if kind is Kind.SITE and (device or not site):
        return "site.toml belongs in the directory of a site"
    if kind is Kind.SETTINGS_TABLE and device:
        return "settings.csv belongs in the directory of a site or at the top; a device has settings.toml"
    if kind is Kind.LOCAL_CERTIFICATE and not device:
        return "a local certificate belongs in the directory of its device, SITE/DEVICE/"
    return ""


def _device_directories(root: Path, single_site: bool) -> set[tuple[str, str]]:
    sites = [root] if single_site else _subdirectories(root)
    return {(in_nfc(site.name), in_nfc(device.name)) for site in sites for device in _subdirectories(site)}


def _entries(directory: Path) -> list[Path]:
    """The entries of a directory; empty if it cannot be read, which the walk reports."""
    try:
        return sorted(directory.iterdir())
    except OSError:
        return []


def _subdirectories(directory: Path) -> list[Path]:
    return [
        entry
        for entry in _entries(directory)
        if entry.is_dir()
        and not entry.is_symlink()
        and entry.name != PEERS_DIRECTORY
        and not _is_responses(entry.name)
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

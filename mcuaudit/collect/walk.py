"""Walk an export: every file gets a kind, a site and a device by its name and place; no device is contacted."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from fnmatch import fnmatch
from pathlib import Path

from mcuaudit.collect.artefact import TRUST_STORE_KINDS, Artefact, Kind
from mcuaudit.errors import UsageError, did_you_mean, nearest
from mcuaudit.policy.schema import POLICY_FILE, Policy
from mcuaudit.system.own_output import AUDIT_MANIFEST, is_audit, is_of_an_audit, is_reports, kept_audit

PEERS_DIRECTORY = "peers"
RESPONSES_DIRECTORY = "api"
CERTIFICATE_ENDINGS = frozenset({".pem", ".crt", ".cer", ".der", ".p7b", ".p7c"})
RESPONSES = (
    "device.query",
    "device.network.query",
    "services.query",
    "sip.query",
    "feedbackReceiver.query",
    "device.encryption.query",
    "system",
)
OCSP_ENDING = ".ocsp"
_BY_STEM = {
    "local-certificate": Kind.LOCAL_CERTIFICATE,
    "sip-trust-store": Kind.SIP_TRUST_STORE,
    "https-trust-store": Kind.HTTPS_TRUST_STORE,
    "call-home-trust-store": Kind.CALL_HOME_TRUST_STORE,
}
_BY_NAME = {
    "settings.toml": Kind.SETTINGS,
    "settings.csv": Kind.SETTINGS_TABLE,
    "peers.toml": Kind.PEERS,
    "site.toml": Kind.SITE,
    POLICY_FILE: Kind.POLICY,
    "configuration.xml": Kind.BACKUP,
}
_KNOWN_NAMES = (*_BY_NAME, *(f"{stem}.pem" for stem in _BY_STEM))
_MISSPELLED = 0.8
"""How similar a file name and a known name must be to count as a misspelling; DEVICE.pem files have any name."""
_OURS = "an audit that mcuaudit saved here; it is not part of the export and was not read"
# Left by file managers; not evidence about a device.
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
        found = "a file" if root.exists() else "nothing"
        near = did_you_mean(root.name, [entry.name for entry in root.parent.iterdir()]) if root.parent.is_dir() else ""
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
    grandchildren = (below for child in children for below in _subdirectories(child))
    return any(map(_is_device, children)) and not any(map(_is_device, grandchildren))


def _is_device(directory: Path) -> bool:
    """Whether it has a file or directory that only a device has."""
    try:
        return any(
            _stem_kind(file.name) is Kind.LOCAL_CERTIFICATE or (file.name == RESPONSES_DIRECTORY and file.is_dir())
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
        yield from ((here / name, here.relative_to(root).parts) for name in ours)
        subdirectories[:] = [name for name in subdirectories if name not in ours]
        if AUDIT_MANIFEST in names:
            names = [name for name in names if name == AUDIT_MANIFEST or not is_of_an_audit(name)]
        for name in sorted(names):
            if not _is_left_behind(name) and not any(fnmatch(name, pattern) for pattern in ignore):
                yield here / name, here.relative_to(root).parts
    for error in refused:
        path = Path(os.fsdecode(error.filename))
        yield path, path.relative_to(root).parts[:-1]


def _is_ours(directory: Path) -> bool:
    """Whether mcuaudit wrote it: a saved audit, or reports."""
    return not directory.is_symlink() and (is_audit(directory) or is_reports(directory))


def _is_left_behind(name: str) -> bool:
    return name.startswith(".") or name.lower() in _LEFT_BEHIND


def _artefact(path: Path, root: Path, places: tuple[str, ...]) -> Artefact:
    status = path.lstat()
    kind, site, device, remark = _kind_and_place(path, places, root.name)
    artefact = Artefact(
        path=path,
        name=_text(path.relative_to(root).as_posix()),
        kind=kind,
        site=_text(site),
        device=_text(device),
        size=status.st_size,
        modified=datetime.fromtimestamp(int(status.st_mtime), UTC),
        remark=remark,
    )
    if path.is_symlink():
        if not path.exists():
            return replace(artefact, kind=Kind.UNRECOGNISED, remark="a link whose target does not exist")
        if not path.resolve().is_relative_to(root):
            return replace(
                artefact, kind=Kind.UNRECOGNISED, remark="a link that points out of the export is not followed"
            )
        if path.is_dir():
            return replace(artefact, kind=Kind.UNRECOGNISED, remark="a link to a directory is not followed")
        return replace(artefact, size=path.stat().st_size)
    if path.is_dir():
        return replace(
            artefact, kind=Kind.UNRECOGNISED, remark=_OURS if _is_ours(path) else "the directory cannot be read"
        )
    if not path.is_file():
        return replace(artefact, kind=Kind.UNRECOGNISED, remark="not a regular file")
    return artefact


def _stem_kind(name: str) -> Kind | None:
    stem, dot, ending = name.lower().rpartition(".")
    return _BY_STEM.get(stem) if f"{dot}{ending}" in CERTIFICATE_ENDINGS else None


def _kind_and_place(path: Path, places: tuple[str, ...], root_name: str) -> tuple[Kind, str, str, str]:
    """Kind, site, device and remark of one file by its name and the directories above it."""
    name, folded = path.name, path.name.lower()
    if PEERS_DIRECTORY in places[:3]:
        site, device = (*places[: places.index(PEERS_DIRECTORY)], "", "")[:2]
        return (Kind.OCSP_RESPONSE if folded.endswith(OCSP_ENDING) else Kind.PEER_FILE), site, device, ""
    site, device = (*places, "", "")[:2]
    if len(places) == 3 and places[2] == RESPONSES_DIRECTORY:
        known = response_name(name) is not None
        remark = "" if known else f"unknown file name; expected one of {', '.join(f'{word}.xml' for word in RESPONSES)}"
        return (Kind.RESPONSE if known else Kind.UNRECOGNISED), site, device, remark
    if len(places) > 2:
        return Kind.UNRECOGNISED, site, device, "it is deeper in the export than SITE/DEVICE/"
    if name == AUDIT_MANIFEST:
        return Kind.UNRECOGNISED, site, device, _OURS
    kind = _BY_NAME.get(folded) or _stem_kind(name)
    if kind is Kind.POLICY and places:
        return Kind.UNRECOGNISED, site, device, "the policy is read from the top of the export only"
    if kind is Kind.SITE and len(places) != 1:
        return Kind.UNRECOGNISED, site, device, "site.toml belongs in the directory of a site"
    if kind is Kind.SETTINGS_TABLE and device:
        return (
            Kind.UNRECOGNISED,
            site,
            device,
            "settings.csv belongs in the directory of a site or at the top; a device has settings.toml",
        )
    if kind is Kind.LOCAL_CERTIFICATE and not device:
        return (
            Kind.UNRECOGNISED,
            site,
            device,
            "a local certificate belongs in the directory of its device, SITE/DEVICE/",
        )
    if kind is not None:
        return kind, site, device, ""
    near = nearest(name, _KNOWN_NAMES, least=_MISSPELLED)
    remark = f'the file name is not recognised. Did you mean "{near}"?' if near else ""
    if len(places) < 2 and path.suffix.lower() in CERTIFICATE_ENDINGS and not near:
        return Kind.LOCAL_CERTIFICATE, site or root_name, path.stem, ""
    return Kind.UNRECOGNISED, site, device, remark


def _device_directories(root: Path, single_site: bool) -> set[tuple[str, str]]:
    sites = [root] if single_site else _subdirectories(root)
    return {(_text(site.name), _text(device.name)) for site in sites for device in _subdirectories(site)}


def _text(name: str) -> str:
    r"""A name of the file system as text that can be written anywhere: bytes that are not UTF-8 become \xNN."""
    return name.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")


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
        and not _is_left_behind(entry.name)
        and not _is_ours(entry)
    ]


def response_name(file_name: str) -> str | None:
    """The response that a file of api/ holds by its name, in upper or lower case; None for another name."""
    stem, _, ending = file_name.rpartition(".")
    by_folded = {word.lower(): word for word in RESPONSES}
    return by_folded.get(stem.lower()) if ending.lower() == "xml" else None


def _without_doubles(
    artefacts: list[Artefact], directories: set[tuple[str, str]]
) -> tuple[list[Artefact], list[Artefact]]:
    """Separate the files whose place is taken: a second local certificate of one device, a second store file."""
    taken: dict[tuple[str, str, Kind], Artefact] = {}
    kept: list[Artefact] = []
    doubles: list[Artefact] = []
    single = {Kind.LOCAL_CERTIFICATE, *TRUST_STORE_KINDS}
    # A directory is the fuller form of a device, so what lies deeper is taken first.
    for artefact in sorted(artefacts, key=lambda item: (-item.name.count("/"), item.name)):
        place = (artefact.site, artefact.device, artefact.kind)
        flat = artefact.kind is Kind.LOCAL_CERTIFICATE and _stem_kind(artefact.path.name) is None
        if artefact.kind in single and (place in taken or (flat and place[:2] in directories)):
            first = taken[place].name if place in taken else f"the directory {artefact.site}/{artefact.device}"
            doubles.append(
                replace(artefact, remark=f"a second file for the same purpose as {first}; remove one of them")
            )
        else:
            if artefact.kind in single:
                taken[place] = artefact
            kept.append(artefact)
    return sorted(kept, key=lambda item: item.name), doubles

"""What a file is for by its name and the directories above it; where it belongs if it is not used there."""

from __future__ import annotations

import re
import stat
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from mcuaudit.collect.artefact import SINGLE_KINDS, Kind, Purpose
from mcuaudit.collect.file_names import (
    RESPONSES,
    kind_by_name,
    kind_by_stem,
    kinds_of,
    near_names,
    near_response,
    purpose_of,
    purposes,
    response_name,
)
from mcuaudit.collect.near_names import CERTIFICATE_ENDINGS, is_for_people, parts_of
from mcuaudit.errors import suggestion
from mcuaudit.system.own_output import AUDIT_MANIFEST

PEERS_DIRECTORY = "peers"
RESPONSES_DIRECTORY = "api"
_OCSP_ENDING = ".ocsp"
_REVOCATION_LIST_ENDING = ".crl"
OURS = "an audit that mcuaudit saved here; it is not part of the export and was not read"
GIVE_RIGHTS = "give the account that runs mcuaudit the right to read it"
_OUTSIDE = "a saved response of a device is not used in this directory"
_DEEPER = "it is deeper in the export than SITE/DEVICE/"
_ARCHIVES: Final = frozenset({"zip", "tar", "tgz", "gz", "7z", "rar"})
_BACKUP_NAME: Final = re.compile(r"#?(.+?)(?:~|#|\.bak|\.orig|\.sw[op])", re.IGNORECASE)
"""The names that editors give to the former state of a file."""


@dataclass(frozen=True, slots=True)
class KnownFile:
    """Kind, site, device, remark and claims of one file by its name and the directories above it."""

    kind: Kind
    site: str
    device: str
    remark: str = ""
    claims: tuple[Purpose, ...] = ()


def known_file(path: str | Path, places: tuple[str, ...], root_name: str) -> KnownFile:
    """What a file is for.

    Args:
        places: the names of the directories above it, from the top of the export.
        root_name: the name of the directory of the export, which is the site of flat files.
    """
    path = Path(path)
    name = path.name
    site, device = _place_of(places)
    if (inner := _path_in_name(name, places)) and (known := _in_path(path, inner, places, root_name)):
        return known
    if is_list(name):
        # It speaks of whatever its issuer issued, wherever it lies.
        return KnownFile(Kind.REVOCATION_LIST, site, device)
    if PEERS_DIRECTORY in places[:3]:
        return _in_peers(path, places)
    in_responses = any(map(is_responses, places))
    if (in_responses or len(places) > 3) and kind_by_name(name) in SINGLE_KINDS:
        return _in_wrong_directory(path, places)
    if len(places) == 3 and is_responses(places[2]):
        return _response(path, site, device)
    outside = _response_outside(path, places)
    if outside:
        return outside
    if len(places) > 2:
        return _too_deep(path, places)
    if in_responses:
        return KnownFile(Kind.UNRECOGNISED, site, device)
    packed = _packed_responses(path, site, device)
    if packed:
        return packed
    backed_up = _backed_up(path)
    if backed_up:
        return KnownFile(
            Kind.UNRECOGNISED, site, device, f"an editor's backup of {backed_up}, which is there too; remove it"
        )
    if name == AUDIT_MANIFEST:
        return KnownFile(Kind.UNRECOGNISED, site, device, OURS)
    kind = kind_by_name(name)
    misplaced = _misplaced(kind, site, device)
    if misplaced and kind is Kind.LOCAL_CERTIFICATE:
        # It is read, because its names may say where it belongs.
        return KnownFile(kind, site, device, misplaced)
    if misplaced:
        return KnownFile(
            Kind.UNRECOGNISED, site, device, misplaced, _claims_of_misplaced(kind) or _claims_of_toml(kind, device)
        )
    if kind is not None:
        return KnownFile(kind, site, device)
    near = near_names(name, of_device=bool(device), around=places)
    if len(places) < 2 and is_certificates(name) and not near:
        return KnownFile(Kind.LOCAL_CERTIFICATE, site or root_name, path.stem)
    if device and path.suffix.lower() == ".toml":
        near = tuple(one for one in near if not _misplaced(kind_by_name(one), site, device))
    if not near and site and path.suffix.lower() == ".toml":
        # A device or site has no other TOML, so it may be any of its files.
        near = ("settings.toml", "peers.toml")
    return _nearly(path, near, site, device) if near else KnownFile(Kind.UNRECOGNISED, site, device)


def _path_in_name(name: str, places: tuple[str, ...]) -> tuple[str, ...]:
    r"""The directories and the name that a name consists of, as in leeds\mcu-1\settings.toml; empty for one name."""
    parts = tuple(part for part in re.split(r"\\|%2F|%5C|[∕⁄／＼]", name, flags=re.IGNORECASE) if part)
    if parts[:1] == places[:1]:
        parts = parts[1:]
    return parts if len(parts) > 1 else ()


def _in_path(path: Path, inner: tuple[str, ...], places: tuple[str, ...], root_name: str) -> KnownFile | None:
    """What a file is for whose name has its directories in it, as programs write it that unpack archives badly."""
    known = known_file(path.with_name(inner[-1]), (*places, *inner[:-1]), root_name)
    purpose = (known.kind, "") if known.kind is Kind.REVOCATION_LIST else purpose_of(known.kind, inner[-1])
    claims = known.claims if purpose is None else (purpose,)
    home = "/".join((*places, *inner[:-1]))
    remark = f"the name has its directories in it; put the file into {home}/ as {inner[-1]}"
    return KnownFile(Kind.UNRECOGNISED, known.site, known.device, remark, claims) if claims else None


def _nearly(path: Path, near: tuple[str, ...], site: str, device: str) -> KnownFile:
    """A file whose name is not known, and that may be meant for one of the near names."""
    there = next((found for one in near if (found := _of_the_same_use(path.parent, one))), "")
    if there and is_for_people(path.name):
        return KnownFile(Kind.UNRECOGNISED, site, device)
    misplaced = _misplaced(kind_by_name(near[0]), site, device)
    claimed = tuple(item for item in kinds_of(near) if item in SINGLE_KINDS and not _misplaced(item, site, device))
    return KnownFile(
        Kind.UNRECOGNISED,
        site,
        device,
        f"unrecognised file.{_name_advice(path, near, misplaced)}",
        purposes(claimed),
    )


def _name_advice(path: Path, near: tuple[str, ...], misplaced: str = "") -> str:
    """The name that a file should have; a file that has it already is in the way, and one may be in the wrong place."""
    there = next((found for one in near if (found := _of_the_same_use(path.parent, one))), "")
    if there:
        return f' "{there}", which may be of the same use, is there too; remove one of them'
    return f"{suggestion(path.name, *near)}{f' Then {misplaced}' if misplaced else ''}"


def _of_the_same_use(directory: Path, name: str) -> str:
    """The file of a directory that has that name, with any ending of its kind; "" if there is none."""
    kind = kind_by_name(name)
    names = [entry.name for entry in entries_of(directory)]
    return next((one for one in names if one.lower() == name.lower() or (kind and kind_by_name(one) is kind)), "")


def _backed_up(path: Path) -> str:
    """The file beside it that a file is a backup of, by its name; "" for any other file."""
    found = _BACKUP_NAME.fullmatch(path.name)
    name = found[1] if found else ""
    return name if kind_by_name(name) and exists(path.parent / name) else ""


def _place_of(places: tuple[str, ...]) -> tuple[str, str]:
    """Site and device of the directories above a file; peers/ and api/ are neither."""
    own = next((number for number, name in enumerate(places[:2]) if name == PEERS_DIRECTORY or is_responses(name)), 2)
    site, device = (*places[:own], "", "")[:2]
    return site, device


def _in_peers(path: Path, places: tuple[str, ...]) -> KnownFile:
    """A file of a peer; one that has the name of a store is for the device if no peers.toml names it."""
    site, device = _place_of(places)
    name = path.name
    if name.lower().endswith(_OCSP_ENDING):
        return KnownFile(Kind.OCSP_RESPONSE, site, device)
    kind = kind_by_name(name)
    if kind in SINGLE_KINDS:
        known = _in_wrong_directory(path, places)
        return replace(known, kind=Kind.PEER_FILE) if kind_by_stem(name) else known
    return _response_outside(path, places) or KnownFile(Kind.PEER_FILE, site, device)


def _in_wrong_directory(path: Path, places: tuple[str, ...]) -> KnownFile:
    """A file that has the name of a slot or table, where it is not used: it may be all that its device has of it."""
    site, device = _place_of(places)
    kind = kind_by_name(path.name)
    misplaced = _misplaced(kind, site, device)
    if misplaced and kind is Kind.LOCAL_CERTIFICATE:
        return KnownFile(kind, site, device, misplaced)
    if kind is None or misplaced:
        return KnownFile(Kind.UNRECOGNISED, site, device, misplaced, _claims_of_misplaced(kind))
    return _belongs_above(path, places, kind, f"{path.name} is not used in this directory", ". ")


def _belongs_above(path: Path, places: tuple[str, ...], kind: Kind, remark: str, before_another: str) -> KnownFile:
    """A file that belongs in the directory of its device, site or export, where another may be already."""
    site, device = _place_of(places)
    names = [name for name in (site, device) if name]
    above = "".join(f"{name}/" for name in names)
    there = _of_the_same_use(path.parents[len(places) - len(names)], path.name)
    advice = f"; put it into {above}" if above else "; put it at the top of the export"
    if there:
        advice = f"{before_another}{above}{there} is there too; remove one of them"
    return KnownFile(Kind.UNRECOGNISED, site, device, remark + advice, purposes((kind,)))


def _response_outside(path: Path, places: tuple[str, ...]) -> KnownFile | None:
    """A saved response outside api/, whose device is known or is one of those below; None for any other file."""
    exact = response_name(path.name)
    name = exact if exact in RESPONSES else near_response(path.name)
    if name is None or (path.suffix.lower() != ".xml" and (name == "system" or is_for_people(path.name))):
        return None
    site, device = _place_of(places)
    home = f"{site or 'SITE'}/{device or 'DEVICE'}/{RESPONSES_DIRECTORY}/"
    advice = f"{_OUTSIDE}; move it to {home}"
    there = site and device and _of_the_same_use(path.parents[len(places) - 2] / RESPONSES_DIRECTORY, f"{name}.xml")
    if there:
        advice = f"{_OUTSIDE}. {home}{there} is there too; remove one of them"
    elif name != exact:
        advice = f"unrecognised file.{suggestion(path.name, f'{name}.xml')} Then move it to {home}"
    return KnownFile(Kind.UNRECOGNISED, site, device, advice, ((Kind.RESPONSE, name),))


def _packed_responses(path: Path, site: str, device: str) -> KnownFile | None:
    """An archive or a file in the place of api/: each response of the device may be in it; None for another file."""
    parts = parts_of(path.name)
    packed = bool(_ARCHIVES & set(parts.endings))
    if not device or not (packed or not parts.endings) or parts.letters != RESPONSES_DIRECTORY:
        return None
    # Looked up for this name alone: a heap has thousands of files in one directory.
    if any(is_responses(entry.name) and is_directory(entry) for entry in entries_of(path.parent)):
        return None
    home = f"{site}/{device}/{RESPONSES_DIRECTORY}/"
    if packed:
        remark = f"an archive, which is not read; unpack it into {home}, and remove it"
    else:
        remark = f"a file where the directory of the saved responses is expected; put the responses into {home}"
    return KnownFile(Kind.UNRECOGNISED, site, device, remark, tuple((Kind.RESPONSE, name) for name in RESPONSES))


def _response(path: Path, site: str, device: str) -> KnownFile:
    if response_name(path.name) is not None:
        return KnownFile(Kind.RESPONSE, site, device)
    near = near_response(path.name)
    if not near and (names := near_names(path.name, of_device=True, around=(site, device))):
        return _nearly_elsewhere(path, (site, device, RESPONSES_DIRECTORY), names)
    hint = _name_advice(path, (f"{near}.xml",)) if near else ""
    remark = f"unknown file name; expected one of {', '.join(f'{word}.xml' for word in RESPONSES)}.{hint}"
    return KnownFile(Kind.UNRECOGNISED, site, device, remark, ((Kind.RESPONSE, near),) if near else ())


def _too_deep(path: Path, places: tuple[str, ...]) -> KnownFile:
    """A file below a directory of a device: what it is for is known by its name, and it is not used from there."""
    site, device = places[:2]
    kind = kind_by_name(path.name)
    misplaced = _misplaced(kind, site, device)
    if misplaced:
        return KnownFile(Kind.UNRECOGNISED, site, device, f"{_DEEPER}; {misplaced}", _claims_of_misplaced(kind))
    if kind is None:
        near = near_names(path.name, of_device=True, around=(site, device))
        if not near and is_certificates(path.name) and places[2].casefold() in ("sip", "https"):
            # A directory that is named after the use of a store.
            near = (f"{places[2].casefold()}-trust-store.pem",)
        return _nearly_elsewhere(path, places, near) if near else KnownFile(Kind.UNRECOGNISED, site, device)
    if kind not in SINGLE_KINDS:
        return KnownFile(Kind.UNRECOGNISED, site, device)
    return _belongs_above(path, places, kind, _DEEPER, "; ")


def _nearly_elsewhere(path: Path, places: tuple[str, ...], near: tuple[str, ...]) -> KnownFile:
    """A file of nearly a known name, in a directory below that of its device."""
    site, device = places[:2]
    claimed = tuple(kind for kind in kinds_of(near) if kind in SINGLE_KINDS)
    if not claimed or is_for_people(path.name):
        return KnownFile(Kind.UNRECOGNISED, site, device)
    known = _belongs_above(path.with_name(near[0]), places, claimed[0], _DEEPER, "; ")
    advice = known.remark if "there too" in known.remark else f"{known.remark} as {near[0]}"
    return replace(known, remark=advice, claims=purposes(claimed))


def _claims_of_misplaced(kind: Kind | None) -> tuple[Purpose, ...]:
    """What a misplaced file may be meant for: a settings.csv of a device has settings of it."""
    return purposes((Kind.SETTINGS,)) if kind is Kind.SETTINGS_TABLE else ()


def _claims_of_toml(kind: Kind | None, device: str) -> tuple[Purpose, ...]:
    """What a site.toml or policy in the directory of a device may be meant for: its settings or peers."""
    return purposes((Kind.SETTINGS, Kind.PEERS)) if device and kind in (Kind.SITE, Kind.POLICY) else ()


def _misplaced(kind: Kind | None, site: str, device: str) -> str:
    """Why a file of this kind is not used at this place; "" if it is."""
    if kind is Kind.POLICY and site:
        return "the policy is read from the top of the export only"
    if kind is Kind.SITE and (device or not site):
        return "site.toml belongs in the directory of a site"
    if kind is Kind.SETTINGS_TABLE and device:
        return "a table of settings belongs in the directory of a site or at the top; a device has settings.toml"
    if kind is Kind.LOCAL_CERTIFICATE and not device:
        return "a local certificate belongs in the directory of its device, SITE/DEVICE/"
    return ""


def is_list(name: str) -> bool:
    """Whether a file has the ending of certificate revocation lists."""
    return name.lower().endswith(_REVOCATION_LIST_ENDING)


def is_certificates(name: str) -> bool:
    """Whether a file has an ending of certificates."""
    return name.rpartition(".")[2].lower() in CERTIFICATE_ENDINGS


def is_responses(name: str) -> bool:
    """Whether a directory is that of the saved responses of a device."""
    return name.lower() == RESPONSES_DIRECTORY


def is_directory(path: str | Path) -> bool:
    """Whether it is a directory, or a link to one; what cannot be looked at is not."""
    try:
        return Path(path).is_dir()
    except OSError:
        return False


def is_link(path: str | Path) -> bool:
    """Whether it is a symbolic link; what cannot be looked at, such as a path that is too long, is not."""
    try:
        return Path(path).is_symlink()
    except OSError:
        return False


def is_regular(path: str | Path) -> bool:
    """Whether it is a file itself, no link to one; what cannot be looked at is not."""
    try:
        return stat.S_ISREG(Path(path).lstat().st_mode)
    except OSError:
        return False


def exists(path: str | Path) -> bool:
    """Whether it is there, and for a link, its target."""
    try:
        return Path(path).exists()
    except OSError:
        return False


def entries_of(directory: str | Path) -> list[Path]:
    """The entries of a directory; empty if it cannot be read, which the walk reports."""
    try:
        return sorted(Path(directory).iterdir())
    except OSError:
        return []

"""One entry of an export: what a file, link or directory is for, and why it is not used."""

from __future__ import annotations

import errno
import os
import stat
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from mcuaudit.collect.artefact import SINGLE_KINDS, TRUST_STORE_KINDS, Artefact, Kind, Purpose
from mcuaudit.collect.file_names import (
    RESPONSES,
    directory_names,
    kind_by_name,
    kinds_of,
    near_response,
    purpose_of,
    purposes,
    response_name,
)
from mcuaudit.collect.file_places import (
    GIVE_RIGHTS,
    OURS,
    PEERS_DIRECTORY,
    exists,
    is_directory,
    is_list,
    is_responses,
    known_file,
)
from mcuaudit.domain.likeness import same_letters
from mcuaudit.domain.name_forms import as_text, in_nfc
from mcuaudit.system.own_output import is_audit, is_reports

_DIRECTORY_OF_LIST: Final = (
    "a directory where a certificate revocation list (CRL) is expected, and no file *.crl is in it; put the list here, "
    "or rename or remove the directory"
)
_TOO_LONG: Final = "its path is longer than the system allows; move it nearer to the top of the export, or remove it"
CLOSED: Final = f"the directory cannot be read; {GIVE_RIGHTS}, and to enter it"


def artefact_of(path: str | Path, root: str | Path, places: tuple[str, ...]) -> Artefact:
    """One entry; `places` are the names of the directories above it, from the site on."""
    path, root = Path(path), Path(root)
    try:
        status: os.stat_result | None = path.lstat()
        why = ""
    except OSError as error:
        status = None
        why = _TOO_LONG if error.errno == errno.ENAMETOOLONG else f"the file cannot be read; {GIVE_RIGHTS}"
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
        return _not_used(artefact, why)
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
        if is_responses(path.name):
            artefact = _directory(artefact, places)
        return _not_used(artefact, "a link that points out of the export is not followed; put the file itself here")
    return replace(artefact, size=path.stat().st_size)


def _directory_alone(artefact: Artefact, places: tuple[str, ...]) -> Artefact:
    """A directory that is one entry: it cannot be read, is an audit, or stands for a file."""
    name = artefact.path.name
    if not can_enter(artefact.path):
        return _not_used(_directory(artefact, places), CLOSED)
    if is_ours(artefact.path):
        return replace(artefact, kind=Kind.UNRECOGNISED, remark=OURS, claims=())
    artefact = _directory(artefact, places)
    kind, response = artefact.claims[0]
    if kind is Kind.REVOCATION_LIST:
        return replace(artefact, remark=_DIRECTORY_OF_LIST)
    file = f"{response}.xml" if response else directory_names(name, of_device=len(places) == 2)[0]
    content = "its certificates" if kind in (Kind.LOCAL_CERTIFICATE, *TRUST_STORE_KINDS) else "its content"
    return replace(artefact, remark=f"a directory where a file is expected; put {content} into one file, {file}")


def _not_used(artefact: Artefact, remark: str) -> Artefact:
    """A file that is not read keeps its purpose as a claim: nothing farther away is used instead."""
    purpose = purpose_of(artefact.kind, artefact.path.name)
    claims = artefact.claims if purpose is None else (purpose,)
    return replace(artefact, kind=Kind.UNRECOGNISED, remark=remark, claims=claims)


def _directory(artefact: Artefact, places: tuple[str, ...]) -> Artefact:
    """A directory that is not read: what it holds of a device is there, and not known."""
    responses = tuple((Kind.RESPONSE, name) for name in RESPONSES)
    name = artefact.path.name
    site, device = (*(place for place in places[:2] if place != PEERS_DIRECTORY), "", "")[:2]
    claims = purposes_of_directory(name, places)
    artefact = replace(artefact, kind=Kind.UNRECOGNISED, site=in_nfc(site), device=in_nfc(device), claims=claims)
    if claims:
        return artefact
    if len(places) == 1 and name != PEERS_DIRECTORY:
        return replace(artefact, device=in_nfc(name), claims=(*purposes(SINGLE_KINDS), *responses))
    return replace(artefact, claims=responses) if len(places) == 2 and is_responses(name) else artefact


def purposes_of_directory(name: str, places: tuple[str, ...]) -> tuple[Purpose, ...]:
    """The purposes that a directory seems to have by its name, with the directories above it."""
    if len(places) > 2 and is_responses(places[2]):
        response = response_name(name) or near_response(name)
        return ((Kind.RESPONSE, response),) if response in RESPONSES else ()
    if is_list(name):
        return ((Kind.REVOCATION_LIST, ""),)
    if len(places) > 2 or PEERS_DIRECTORY in places or is_responses(name):
        return ()
    names = directory_names(name, of_device=len(places) == 2)
    if len(places) < 2 and not (kind_by_name(name) or any(same_letters(name, _stem(known)) for known in names)):
        return ()
    return purposes(tuple(kind for kind in kinds_of(names) if kind in SINGLE_KINDS))


def _stem(name: str) -> str:
    return name.rpartition(".")[0]


def can_enter(directory: str | Path) -> bool:
    """Whether the account may list and enter a directory."""
    return os.access(directory, os.R_OK | os.X_OK)


def is_ours(directory: str | Path) -> bool:
    """Whether mcuaudit wrote it: a saved audit, or reports."""
    return not Path(directory).is_symlink() and (is_audit(directory) or is_reports(directory))

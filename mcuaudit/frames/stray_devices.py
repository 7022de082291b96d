"""Files and directories that look like devices by their place, and are none by what they hold."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

from mcuaudit.collect.artefact import SINGLE_KINDS, Artefact, Kind, Purpose
from mcuaudit.collect.file_names import kind_by_stem, response_name
from mcuaudit.decode.file import DecodedFile
from mcuaudit.decode.records import Bundle, DecodedSettings, Problem
from mcuaudit.domain.certificate import Certificate
from mcuaudit.domain.likeness import within_one_edit
from mcuaudit.domain.name_forms import in_nfc
from mcuaudit.errors import suggestion
from mcuaudit.frames.export_files import Row
from mcuaudit.frames.second_certificates import second_certificates

_Place = tuple[str, str]
_OF_A_CA: Final = frozenset({"keyCertSign", "cRLSign"})
_LOCAL: Final = (Kind.LOCAL_CERTIFICATE, "")
_AUTHORITY: Final = (
    "a CA certificate, and no device has this name; trust stores are named sip-trust-store.pem, https-trust-store.pem "
    "and call-home-trust-store.pem. Rename or remove the file"
)


@dataclass(frozen=True, slots=True)
class Sorted:
    """The devices of an export, its files, and the problems with directories."""

    devices: tuple[_Place, ...]
    files: list[DecodedFile]
    problems: tuple[Row, ...]


def without_strays(
    devices: tuple[_Place, ...], files: Sequence[DecodedFile], doubles: Sequence[Artefact] = ()
) -> Sorted:
    """Take out CA certificates that lie as DEVICE.pem, and directories with nearly the name of a device.

    What such a directory holds damages that device. A device that a row of settings.csv names is one.
    """
    before = {(file.artefact.site, file.artefact.device) for file in files}
    files = list(second_certificates(files))
    after = {(file.artefact.site, file.artefact.device) for file in files}
    devices = tuple(place for place in devices if place in after or place not in before)
    named = set(_named_in_tables(files))
    authorities = {
        file.artefact.name: (file.artefact.site, file.artefact.device)
        for file in files
        if _is_authority(file) and file.artefact.device.casefold() not in named
    }
    if set(devices) <= set(authorities.values()):
        authorities = {}
    left = [place for place in devices if place not in authorities.values()]
    held = _held([*(file.artefact for file in files), *doubles])
    meant = {place: near for place in left if place[1].casefold() not in named and (near := _near(place, left, held))}
    kept = [place for place in left if place not in meant]
    found: list[DecodedFile] = []
    for file in files:
        place = (file.artefact.site, file.artefact.device)
        if file.artefact.name in authorities:
            site = place[0] if any(place[0] == site for site, _ in kept) else ""
            artefact = replace(file.artefact, kind=Kind.UNRECOGNISED, site=site, device="")
            found.append(DecodedFile(artefact, file.sha256, None, (Problem("unrecognised", "", _AUTHORITY),)))
        elif place in meant:
            found += [_as_claim(file, near) for near in meant[place]]
        else:
            found.append(file)
    empty = [place for place in kept if place not in held and place[1].casefold() not in named]
    problems = [_misspelt(place, near) for place, near in meant.items()] + [_empty(place) for place in empty]
    return Sorted(tuple(kept), found, tuple(problems))


def _named_in_tables(files: Sequence[DecodedFile]) -> Iterator[str]:
    for file in files:
        if file.artefact.kind is Kind.SETTINGS_TABLE and isinstance(file.content, DecodedSettings):
            yield from (in_nfc(part.device).rpartition("/")[2].casefold() for part in file.content.parts)


def _is_authority(file: DecodedFile) -> bool:
    """Whether a file for DEVICE.pem holds CA certificates alone."""
    flat = file.artefact.kind is Kind.LOCAL_CERTIFICATE and kind_by_stem(file.artefact.path.name) is None
    if not flat or not file.artefact.device or not isinstance(file.content, Bundle) or file.content.damaged:
        return False
    found = [item.certificate for item in file.content.certificates]
    return bool(found) and all(one.is_ca for one in found) and not _is_of_device(found[0], file.artefact.device)


def _is_of_device(certificate: Certificate, device: str) -> bool:
    """Whether a CA certificate is that of a device, which signed it itself: by its name, and not for a CA alone."""
    if certificate.key_usage is not None and certificate.key_usage <= _OF_A_CA:
        return False
    hosts = [name.casefold() for name in (*certificate.common_names, *certificate.dns_names)]
    return any(device.casefold() in (host, host.partition(".")[0]) for host in hosts)


def _held(artefacts: Sequence[Artefact]) -> dict[_Place, set[Purpose]]:
    """By device, the purposes that its files have or seem to have; empty for files without any."""
    held: dict[_Place, set[Purpose]] = {}
    for artefact in artefacts:
        if artefact.device:
            held.setdefault((artefact.site, artefact.device), set()).update(_purposes(artefact))
    return held


def _purposes(artefact: Artefact) -> tuple[Purpose, ...]:
    if artefact.kind is Kind.RESPONSE:
        return ((Kind.RESPONSE, response_name(artefact.path.name) or ""),)
    return ((artefact.kind, ""),) if artefact.kind in SINGLE_KINDS else artefact.claims


def _near(place: _Place, devices: Sequence[_Place], held: dict[_Place, set[Purpose]]) -> list[_Place]:
    """The devices whose name a directory without a local certificate nearly has, and which lack all that it holds."""
    mine = held.get(place, set())
    if _LOCAL in mine:
        return []
    others = [other for other in devices if other != place and other[0] == place[0]]
    complete = [other for other in others if _LOCAL in held.get(other, set()) and not mine & held[other]]
    described = any(kind in (Kind.SETTINGS, Kind.RESPONSE) for kind, _ in mine)
    return [other for other in complete if _alike(place[1], other[1], numbered=not described)]


def _alike(one: str, two: str, *, numbered: bool) -> bool:
    """Whether two names are nearly the same; those that differ in a digit are two devices if each is described."""
    one, two = one.casefold(), two.casefold()
    if re.sub(r"\d", "0", one) == re.sub(r"\d", "0", two):
        return one == two or numbered
    return within_one_edit(one, two)


def _as_claim(file: DecodedFile, near: _Place) -> DecodedFile:
    artefact = file.artefact
    claims = _purposes(artefact)
    moved = replace(artefact, kind=Kind.UNRECOGNISED, site=near[0], device=near[1], claims=claims)
    return DecodedFile(moved, file.sha256, None, tuple(one for one in file.problems if one.kind != "unrecognised"))


def _misspelt(place: _Place, near: Sequence[_Place]) -> Row:
    hint = suggestion(f"{'/'.join(place)}/", *(f"{'/'.join(other)}/" for other in near))
    reason = f"the directory has no local certificate.{hint} If it is another device, add its local-certificate.pem"
    return _row(place, reason)


def _empty(place: _Place) -> Row:
    return _row(place, "an empty directory; if it is a device, add its local-certificate.pem, or remove the directory")


def _row(place: _Place, reason: str) -> Row:
    site, device = place
    return {
        "kind": "unrecognised",
        "site": site,
        "device": device,
        "file": f"{site}/{device}",
        "where": "",
        "reason": reason,
    }

"""Files and directories that look like devices by their place, and are none by what they hold."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from mcuaudit.collect.artefact import Artefact, Kind, Purpose
from mcuaudit.collect.file_names import kind_by_stem, purpose_of
from mcuaudit.collect.file_places import RESPONSES_DIRECTORY
from mcuaudit.decode.records import Bundle, DecodedFile, DecodedSettings, Problem
from mcuaudit.domain.certificate import Certificate
from mcuaudit.domain.likeness import within_one_edit, words_in
from mcuaudit.domain.name_forms import in_nfc
from mcuaudit.errors import suggestion
from mcuaudit.frames.export_files import Row
from mcuaudit.frames.second_certificates import second_certificates
from mcuaudit.frames.second_places import device_words, moved_to_devices, same_but_for_copies, words_of

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
    files = moved_to_devices(files, left)
    held = _held([*(file.artefact for file in files), *doubles])
    left = [place for place in left if place in held or not _had(place, files)]
    words = device_words(files)
    meant = {place: near for place in left if (near := _near(place, left, held, words, named))}
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
    problems = [_misspelt(place, near, held[place]) for place, near in meant.items()] + [
        _empty(place) for place in empty
    ]
    return Sorted(tuple(kept), found, tuple(problems))


def _named_in_tables(files: Sequence[DecodedFile]) -> Iterator[str]:
    for file in files:
        if file.artefact.kind is Kind.SETTINGS_TABLE and isinstance(file.content, DecodedSettings):
            for part in file.content.parts:
                site, _, device = in_nfc(part.device).rpartition("/")
                yield f"{site}/{device}" if site else device.casefold()
                yield device.casefold()


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
    purpose = purpose_of(artefact.kind, artefact.path.name)
    return artefact.claims if purpose is None else (purpose,)


def _had(place: _Place, files: Sequence[DecodedFile]) -> bool:
    """Whether a directory has files that are those of another device."""
    above = f"{'/'.join(place)}/"
    return any(file.artefact.name.startswith(above) for file in files)


def _near(
    place: _Place,
    devices: Sequence[_Place],
    held: dict[_Place, set[Purpose]],
    words: Mapping[_Place, set[str]],
    named: set[str],
) -> list[_Place]:
    """The devices whose name a directory without a local certificate nearly has, and which lack all that it holds."""
    mine = held.get(place, set())
    if _LOCAL in mine or not mine or "/".join(place) in named:
        return []
    complete = [
        other for other in devices if other != place and _LOCAL in held.get(other, set()) and not mine & held[other]
    ]
    described = any(kind in (Kind.SETTINGS, Kind.RESPONSE) for kind, _ in mine)
    return [
        other
        for other in complete
        if (place[1] == other[1] or place[1].casefold() not in named)
        and _means(place, other, words.get(other, set()), numbered=not described)
    ]


def _means(place: _Place, other: _Place, words: set[str], *, numbered: bool) -> bool:
    """Whether the directory of one place may be that of another device: by its names or other words for it."""
    if place[0] != other[0]:
        return same_but_for_copies(place[1], other[1]) and same_but_for_copies(place[0], other[0])
    if same_but_for_copies(place[1], other[1]) or not words_of(place[1]).isdisjoint(words):
        return True
    return _alike(place[1], other[1], numbered=numbered) or (numbered and _begins_with(place[1], other[1], place[0]))


def _begins_with(one: str, other: str, site: str) -> bool:
    """Whether a name is that of a device with more behind it, which is the site, or what a program added."""
    words, first = words_in(one), words_in(other)
    more = words[len(first) :]
    return words[: len(first)] == first and (len(more) == 1 or more == words_in(site))


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


def _misspelt(place: _Place, near: Sequence[_Place], purposes: set[Purpose]) -> Row:
    below = f"{RESPONSES_DIRECTORY}/" if purposes and all(kind is Kind.RESPONSE for kind, _ in purposes) else ""
    hint = suggestion(f"{'/'.join(place)}/", *(f"{'/'.join(other)}/{below}" for other in near))
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

"""Names under which a device may have a second directory, and files that lie in one at another depth."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Final

from mcuaudit.collect.artefact import TRUST_STORE_KINDS, Artefact, Kind, Purpose
from mcuaudit.decode.records import Bundle, DecodedFile, DecodedSettings, Problem
from mcuaudit.domain.likeness import holds_words, words_in
from mcuaudit.domain.name_forms import as_address, in_nfc
from mcuaudit.domain.name_lists import split_names

_Place = tuple[str, str]
_ADDED: Final = re.compile(
    r"(?:\s*[(\[]\d+[)\]]|[-_.\s]+(?:copy|kopie|copie|copia|kopia|new|neu|old|alt|bak|backup|orig|original|d|tmp|api|"
    r"conflicted copy.*|sync-conflict-.*|part|partial|filepart|download|crdownload|final)|~|\.)\s*$"
    r"|^(?:copy|kopie|copie|copia|kopia|backup)\s+(?:of|von|de|di)\s+"
)
"""What copies, backups, transfers and conflicts add to the name of a directory."""
_KNOWN_BY: Final = ("device.addresses", "device.host_names", "device.serial")
_OF_A_DEVICE: Final = (*TRUST_STORE_KINDS, Kind.SETTINGS, Kind.PEERS)


def same_but_for_copies(one: str, two: str) -> bool:
    """Whether two names are the same but for case, blanks, punctuation, and what copies add."""
    return bool(_plain(one)) and _plain(one) == _plain(two)


def _plain(name: str) -> str:
    text = unicodedata.normalize("NFKC", name).casefold().strip()
    while (shorter := _ADDED.sub("", text)) != text:
        text = shorter
    return "".join(sign for sign in text if sign.isalnum())


def word_of(text: str) -> str:
    """An address, host name or serial number in one form."""
    return as_address(text) or unicodedata.normalize("NFKC", text).casefold().strip().rstrip(".")


def words_of(text: str) -> set[str]:
    """A name of a directory as one word, and its parts between blanks and brackets: "SN SM1" has the word sm1."""
    return {word_of(text), *(word_of(part) for part in re.split(r"[\s()\[\]]+", text) if part)}


def device_words(files: Sequence[DecodedFile]) -> dict[_Place, set[str]]:
    """By device, the addresses, host names and serial numbers in its files, and the names in its certificate."""
    found: dict[_Place, set[str]] = {}
    for file in files:
        place = (file.artefact.site, file.artefact.device)
        if place[1]:
            found.setdefault(place, set()).update(word_of(word) for word in _words(file) if word)
    return found


def _words(file: DecodedFile) -> list[str]:
    if isinstance(file.content, DecodedSettings):
        values = (value for part in file.content.parts for value in part.values if value.setting in _KNOWN_BY)
        return [word for value in values for word in split_names(value.value)]
    if file.artefact.kind is Kind.LOCAL_CERTIFICATE and isinstance(file.content, Bundle):
        first = next((item.certificate for item in file.content.certificates), None)
        return [*first.common_names, *first.dns_names, *map(str, first.ip_addresses)] if first else []
    return []


def moved_to_devices(files: Sequence[DecodedFile], devices: Sequence[_Place]) -> list[DecodedFile]:
    """The files, with those in a directory of the name of a device at another depth as damage of that device."""
    certain = {
        (file.artefact.site, file.artefact.device) for file in files if file.artefact.kind is Kind.LOCAL_CERTIFICATE
    }
    sites = {site for site, _ in devices}
    known = {place: None for place in devices if place in certain}
    found: list[DecodedFile] = []
    for file in files:
        meant = _meant(file, known, sites)
        found += [_as_damage(file, place) for place in meant] or [file]
    return found


def _meant(file: DecodedFile, devices: Mapping[_Place, None], sites: set[str]) -> list[_Place]:
    """The devices whose name the directory of a file has, which is at another depth."""
    artefact = file.artefact
    *above, last = in_nfc(artefact.name).split("/")[:-1] or [""]
    place = (artefact.site, artefact.device)
    purposes = _purposes_of(file)
    if artefact.claims and not artefact.device:
        return _in_name(artefact, devices)
    if not last or not purposes or place in devices:
        return []
    if len(above) < 2 and not (not above and artefact.site not in sites and not artefact.device):
        return []
    named = [
        one for one in devices if same_but_for_copies(last, one[1]) or same_but_for_copies(last, f"{one[0]} {one[1]}")
    ]
    of_site = [one for one in named if any(same_but_for_copies(part, one[0]) for part in above)]
    return of_site or named


def _in_name(artefact: Artefact, devices: Iterable[_Place]) -> list[_Place]:
    """The devices whose name is in that of a file outside a device's directory: mcu-1.settings.toml."""
    words = words_in(in_nfc(artefact.path.name))
    found = [one for one in devices if artefact.site in ("", one[0]) and holds_words(words, words_in(one[1]))]
    return [one for one in found if holds_words(words, words_in(one[0]))] or found


def _purposes_of(file: DecodedFile) -> tuple[Purpose, ...]:
    artefact = file.artefact
    return ((artefact.kind, ""),) if artefact.kind in _OF_A_DEVICE else artefact.claims


def _as_damage(file: DecodedFile, place: _Place) -> DecodedFile:
    device, purposes = "/".join(place), _purposes_of(file)
    below = "api/" if all(kind is Kind.RESPONSE for kind, _ in purposes) else ""
    reason = (
        f"this directory is named after the device {device}, but is not its directory; move the file to "
        f"{device}/{below}"
    )
    artefact = replace(
        file.artefact, kind=Kind.UNRECOGNISED, site=place[0], device=place[1], claims=purposes, remark=reason
    )
    others = tuple(one for one in file.problems if one.kind != "unrecognised")
    return DecodedFile(artefact, file.sha256, None, (Problem("unrecognised", "", reason), *others))

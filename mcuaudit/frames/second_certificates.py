"""Second certificates of one device: in its directory, or beside it under nearly its name."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence, Set
from dataclasses import replace
from typing import Final

from mcuaudit.collect.artefact import SINGLE_KINDS, Kind, Purpose
from mcuaudit.collect.file_names import kind_by_stem
from mcuaudit.collect.near_names import parts_of
from mcuaudit.decode.records import Bundle, DecodedFile, Problem
from mcuaudit.domain.certificate import Certificate
from mcuaudit.domain.likeness import same_letters, within_one_edit
from mcuaudit.frames.second_places import device_words, word_of

_Place = tuple[str, str]
_LOCAL: Final = ((Kind.LOCAL_CERTIFICATE, ""),)
_OF_SETTINGS: Final = frozenset({"toml", "json", "yaml", "yml", "ini", "cfg", "conf", "txt", "csv", "xml"})
_OF_A_DEVICE: Final = frozenset({"cert", "certificate", "server", "local", "tls", "ssl", "https", "device", "host",
                                 "identity", "chain", "fullchain", "zertifikat"})  # fmt: skip
_COPIES: Final = re.compile(
    r"(?: *\(\d+\)|[ ._-]+(?:copy|kopie|copie|new|neu|old|alt|bak|orig|backup|final))+$", re.IGNORECASE
)


def second_certificates(files: Sequence[DecodedFile]) -> Iterator[DecodedFile]:
    """The files, with each second certificate of a device as a file that may be meant as its local certificate.

    The same certificate twice is one; the second is a problem, and takes nothing from the first.
    """
    known, words = _Known(files), device_words(files)
    for file in files:
        place = _place(file)
        if file.artefact.kind is Kind.UNRECOGNISED and (isinstance(file.content, Bundle) or _is_packed(file)):
            first = known.local.get(place)
            is_one = bool(place[1]) and _may_be_of(file, place[1], first, words.get(place, set()))
            yield _as_second(file, place, first) if is_one else replace(file, content=None)
        elif known.local.get(place) is file and _is_flat(file) and (near := known.meant(file)):
            yield _as_second(file, near, known.local[near])
        elif flat := known.flat_device(file):
            yield _of_flat_device(file, flat)
        else:
            yield file


def _place(file: DecodedFile) -> _Place:
    return file.artefact.site, file.artefact.device


def _is_flat(file: DecodedFile) -> bool:
    return kind_by_stem(file.artefact.path.name) is None


def _is_packed(file: DecodedFile) -> bool:
    """Whether a file is a store of a key and its certificate, which is not read, by its ending."""
    ending = file.artefact.path.suffix.casefold()
    return not file.artefact.claims and ending in (".p12", ".pfx", ".jks")


def _certificate(file: DecodedFile | None) -> Certificate | None:
    """The first certificate of a file; None if it is that of a CA, or was lost."""
    bundle = file.content if file else None
    found = bundle.end_entity if isinstance(bundle, Bundle) else None
    return found.certificate if found and not found.certificate.may_be_ca else None


def _names(certificate: Certificate) -> frozenset[str]:
    addresses = map(str, certificate.ip_addresses)
    return frozenset(name.casefold() for name in (*certificate.common_names, *certificate.dns_names, *addresses))


def _may_be_of(file: DecodedFile, device: str, first: DecodedFile | None, words: Set[str]) -> bool:
    """Whether a file in the directory of a device may be its certificate: by its name, or the names in it.

    `words` are the addresses, host names and serial numbers of the device.
    """
    name = _COPIES.sub("", file.artefact.path.name.rpartition(".")[0])
    certificate, known = _certificate(file), _certificate(first)
    named_alike = same_letters(name, device) or same_letters(name.partition(".")[0], device)
    is_named = named_alike or not _OF_A_DEVICE.isdisjoint(parts_of(name).words)
    if certificate is None:
        is_named = (is_named or word_of(name) in words) and not file.artefact.claims
        return is_named and (not isinstance(file.content, Bundle) or file.content.first_lost)
    hosts = _names(certificate)
    is_named = is_named and not file.artefact.claims
    of_device = any(device.casefold() in (host, host.partition(".")[0]) for host in hosts)
    return is_named or of_device or (known is not None and not hosts.isdisjoint(_names(known)))


class _Known:
    """The local certificates of an export, by the place and the name of their device."""

    def __init__(self, files: Sequence[DecodedFile]) -> None:
        self.files = Counter(map(_place, files))
        self.local = {
            _place(file): file
            for file in files
            if file.artefact.kind is Kind.LOCAL_CERTIFICATE and file.artefact.device
        }
        self._named: dict[_Place, list[_Place]] = {}
        self._directories: dict[str, list[_Place]] = {}
        self._flat: dict[str, list[_Place]] = {}
        for place, file in self.local.items():
            self._named.setdefault((place[0], place[1].casefold()), []).append(place)
            if _is_flat(file):
                self._flat.setdefault(place[1].casefold(), []).append(place)
            else:
                self._directories.setdefault(place[0], []).append(place)

    def flat_device(self, file: DecodedFile) -> _Place | None:
        """The device DEVICE.pem that a file beside it, or in a directory beside it, has the name of."""
        artefact = file.artefact
        if artefact.device or (artefact.kind is not Kind.UNRECOGNISED and artefact.kind not in SINGLE_KINDS):
            return None
        stem, _, ending = artefact.path.name.rpartition(".")
        below = artefact.kind in SINGLE_KINDS
        if not below and (artefact.claims or ending.casefold() not in _OF_SETTINGS):
            return None
        directory = artefact.path.parent
        name, beside = (directory.name, directory.parent) if below else (stem, directory)
        found = self._flat.get(name.casefold(), ())
        return next((one for one in found if self.local[one].artefact.path.parent == beside), None)

    def meant(self, file: DecodedFile) -> _Place | None:
        """The other device of the site that a file DEVICE.pem may be a certificate of; None for that of its own."""
        site, device = place = _place(file)
        if self.files[place] > 1:
            return None
        plain, name = _COPIES.sub("", device).casefold(), device.casefold()
        same = [one for one in self._named.get((site, plain), ()) if one != place]
        if same and (plain != name or not _is_flat(self.local[same[0]]) or place < same[0]):
            return same[0]
        near = (one for one in self._directories.get(site, ()) if one != place and self._is_near(file, one))
        return next(near, None)

    def _is_near(self, file: DecodedFile, other: _Place) -> bool:
        """Whether a certificate beside the directory of a device has nearly its name, or its names alone."""
        if _alike(file.artefact.device, other[1]):
            return True
        mine, known = _certificate(file), _certificate(self.local[other])
        names = _names(mine) if mine else frozenset()
        shared = any(name.startswith("*") for name in names)
        if mine is None or known is None or not names or shared:
            return False
        return mine.sha256 != known.sha256 and names == _names(known)


def _alike(one: str, two: str) -> bool:
    one, two = one.casefold(), two.casefold()
    differs_in_a_digit = re.sub(r"\d+", "0", one) == re.sub(r"\d+", "0", two)
    if one.partition(".")[0] == two or same_letters(one, two):
        return True
    return not differs_in_a_digit and within_one_edit(one, two)


def _of_flat_device(file: DecodedFile, place: _Place) -> DecodedFile:
    artefact, device = file.artefact, place[1]
    kind = artefact.kind if artefact.kind in SINGLE_KINDS else Kind.SETTINGS
    home = "settings.toml" if kind is Kind.SETTINGS else artefact.path.name
    reason = (
        f"this file may belong to {device}. A device with several files needs a directory: move it to "
        f"{device}/{home}, and {device}.pem to {device}/local-certificate.pem"
    )
    site = place[0]
    moved = replace(artefact, kind=Kind.UNRECOGNISED, site=site, device=device, claims=((kind, ""),), remark=reason)
    return replace(file, artefact=moved, content=None, problems=(Problem("unrecognised", "", reason),))


def _as_second(file: DecodedFile, place: _Place, first: DecodedFile | None) -> DecodedFile:
    site, device = place
    home = f"{site}/{device}/local-certificate.pem"
    mine, known = _certificate(file), _certificate(first)
    kept = tuple(one for one in file.problems if one.kind != "unrecognised")
    claims: tuple[Purpose, ...] = (*file.artefact.claims, *_LOCAL)
    if first is not None and mine is not None and known is not None and mine.sha256 == known.sha256:
        reason, claims = f"the same certificate as {first.artefact.name}; remove one of them", ()
    elif first is not None:
        reason = f"this may be the certificate of {device}, and {first.artefact.name} is there too; remove one of them"
    else:
        reason = f"this may be the certificate of {device}; rename it to {home}"
    artefact = replace(file.artefact, kind=Kind.UNRECOGNISED, site=site, device=device, claims=claims, remark=reason)
    return replace(file, artefact=artefact, content=None, problems=(Problem("unrecognised", "", reason), *kept))

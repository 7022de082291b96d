"""The decoded files of an export by device, site and fleet; a file of the device precedes one of its site."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import PurePosixPath
from typing import Any

from mcuaudit.collect.artefact import Artefact, Kind, Purpose
from mcuaudit.collect.file_names import purpose_of
from mcuaudit.decode.records import DecodedFile
from mcuaudit.domain.name_forms import in_nfc
from mcuaudit.frames.peer_files import named_files

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Found:
    """What a place has: a file, or names of files that cannot be used, or neither."""

    file: DecodedFile | None
    claims: tuple[str, ...] = ()


@dataclass
class ExportFiles:
    """An index over decoded files, and the problems found while the frames are built."""

    files: list[DecodedFile]
    doubles: Sequence[Artefact] = ()
    problems: dict[tuple[str, str, str], Row] = field(default_factory=dict)
    by_place: dict[tuple[str, str, Kind], list[DecodedFile]] = field(default_factory=dict)
    by_name: dict[str, DecodedFile] = field(default_factory=dict)
    contested: dict[tuple[str, str, Purpose], tuple[str, ...]] = field(default_factory=dict)
    """Files that make it unknown what a place has: two for one purpose, or one under a name that is nearly right."""
    misplaced: set[str] = field(default_factory=set)
    """Files below peers/ that no peers.toml names, with the name of a slot of the device."""

    def __post_init__(self) -> None:
        for file in self.files:
            artefact = file.artefact
            self.by_place.setdefault((artefact.site, artefact.device, artefact.kind), []).append(file)
            self.by_name[in_nfc(artefact.name)] = file
            for problem in file.problems:
                self.report(file, problem.kind, problem.where, problem.reason)

        named = set(named_files(self.files))
        for file in self.files:
            artefact = file.artefact
            if artefact.kind is Kind.PEER_FILE and artefact.claims and in_nfc(artefact.name) not in named:
                self.misplaced.add(artefact.name)
                self.report(file, "unrecognised", "", artefact.remark)
        self.contested = _contested(self)

    def report(self, file: DecodedFile, kind: str, where: str, reason: str) -> None:
        """Record a problem with one file, once: a value that several devices inherit is read for each of them."""
        artefact = file.artefact
        problem = {
            "kind": kind,
            "site": artefact.site or None,
            "device": artefact.device or None,
            "file": artefact.name,
            "where": where,
            "reason": reason,
        }
        self.problems.setdefault((artefact.name, where, reason), problem)

    def at(self, site: str, device: str, kind: Kind) -> list[DecodedFile]:
        """The files of that kind at exactly that place."""
        return self.by_place.get((site, device, kind), [])

    @cached_property
    def sites_with_tables(self) -> list[str]:
        """The sites that have a settings.csv, in order; "" is the fleet."""
        return sorted({file.artefact.site for file in self.files if file.artefact.kind is Kind.SETTINGS_TABLE})

    def claims(self, site: str, device: str, kind: Kind, response: str = "") -> tuple[str, ...]:
        """The names of the files for which it is not known what that place has; none if there is no doubt."""
        return self.contested.get((site, device, (kind, response)), ())

    @cached_property
    def unread(self) -> frozenset[Kind]:
        """The kinds of files that cannot be used somewhere in the export."""
        claimed = {kind for _, _, (kind, _) in self.contested}
        return frozenset(claimed | {file.artefact.kind for file in self.files if file.content is None})

    def named(self, name: str) -> DecodedFile | None:
        """The file of that name within the export, however its characters are composed."""
        return self.by_name.get(in_nfc(name))

    def unread_above(self, name: str) -> str:
        """The directory above a file of that name that is there and was not read; "" if there is none."""
        above = [in_nfc(str(one)) for one in PurePosixPath(name).parents]
        return next((one for one in above if one in self.by_name), "")

    def own(self, site: str, device: str, kind: Kind) -> Found:
        """What is at exactly that place."""
        claims = self.claims(site, device, kind)
        return Found(None, claims) if claims else Found(next(iter(self.at(site, device, kind)), None))

    def nearest(self, site: str, device: str, kind: Kind) -> Found:
        """What the device, else its site, else the fleet has; what cannot be used hides what is farther."""
        found = (self.own(*place, kind) for place in places(site, device))
        return next((one for one in found if one.file or one.claims), Found(None))


def places(site: str, device: str) -> Iterator[tuple[str, str]]:
    """Device, site, fleet."""
    if device:
        yield site, device
    if site:
        yield site, ""
    yield "", ""


def _contested(export_files: ExportFiles) -> dict[tuple[str, str, Purpose], tuple[str, ...]]:
    found: dict[tuple[str, str, Purpose], list[str]] = {}
    used = {place: file.artefact for file in export_files.files if (place := _place(file.artefact))}
    for artefact in (*export_files.doubles, *(file.artefact for file in export_files.files)):
        if artefact.kind is Kind.PEER_FILE and artefact.name not in export_files.misplaced:
            continue
        for purpose in artefact.claims:
            place = (artefact.site, artefact.device, purpose)
            first = used.get(place)
            # Also of a copy beside the file of the right name, it is not known which of them is as the device is.
            found.setdefault(place, []).extend([first.name, artefact.name] if first else [artefact.name])
    return {place: tuple(dict.fromkeys(names)) for place, names in found.items()}


def _place(artefact: Artefact) -> tuple[str, str, Purpose] | None:
    purpose = purpose_of(artefact.kind, artefact.path.name)
    return None if purpose is None else (artefact.site, artefact.device, purpose)

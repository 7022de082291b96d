"""The decoded files of an export by device, site and fleet; a file of the device precedes one of its site."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from mcuaudit.collect.artefact import Kind
from mcuaudit.decode.file import DecodedFile

Row = dict[str, Any]


@dataclass
class ExportFiles:
    """An index over decoded files, and the problems found while the frames are built."""

    files: list[DecodedFile]
    problems: dict[tuple[str, str, str], Row] = field(default_factory=dict)
    by_place: dict[tuple[str, str, Kind], list[DecodedFile]] = field(default_factory=dict)
    by_name: dict[str, DecodedFile] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for file in self.files:
            artefact = file.artefact
            self.by_place.setdefault((artefact.site, artefact.device, artefact.kind), []).append(file)
            self.by_name[artefact.name] = file
            for problem in file.problems:
                self.report(file, problem.kind, problem.where, problem.reason)

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

    def nearest(self, site: str, device: str, kind: Kind) -> DecodedFile | None:
        """The file of that kind of the device, else of its site, else of the fleet."""
        return next((files[0] for place in places(site, device) if (files := self.at(*place, kind))), None)


def places(site: str, device: str) -> Iterator[tuple[str, str]]:
    """Device, site, fleet."""
    if device:
        yield site, device
    if site:
        yield site, ""
    yield "", ""

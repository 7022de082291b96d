"""The results of decoding: values with the place where each was found, and problems for what was left out."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from mcuaudit.domain.certificate import Certificate


@dataclass(frozen=True, slots=True)
class Problem:
    """Something that was left out, or should not be there: kind, place within its file, and the reason."""

    kind: str
    where: str
    reason: str


@dataclass(frozen=True, slots=True)
class FoundCertificate:
    """A certificate and where it stands in its file; `line` is None outside PEM."""

    certificate: Certificate
    position: int
    line: int | None


@dataclass(frozen=True, slots=True)
class Bundle:
    """The certificates of one file in order, the end entity first if the file has no order.

    Attributes:
        damaged: at least one certificate could not be read.
        first_lost: one that could not be read stands before all others, so the first is not the end entity.
        revocation_lists: the CRLs in the file, in DER.
    """

    certificates: tuple[FoundCertificate, ...]
    problems: tuple[Problem, ...] = ()
    damaged: bool = False
    first_lost: bool = False
    revocation_lists: tuple[bytes, ...] = ()

    @property
    def end_entity(self) -> FoundCertificate | None:
        """The certificate that the file is about; None if it was lost or the file holds none."""
        return None if self.first_lost or not self.certificates else self.certificates[0]


@dataclass(frozen=True, slots=True)
class DecodedSetting:
    """One setting as written: dotted key, canonical text, and the key, cell or member it was found at."""

    setting: str
    value: str
    where: str


@dataclass(frozen=True, slots=True)
class SettingsPart:
    """The settings in one file of one device, or of every device below it (`device` is "")."""

    device: str
    values: tuple[DecodedSetting, ...]


@dataclass(frozen=True, slots=True)
class DecodedSettings:
    """The settings of one file."""

    parts: tuple[SettingsPart, ...]
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True)
class PeerDeclaration:
    """One [[peer]] as written: only the keys that are present, with checked values, and its place in the file."""

    name: str
    values: dict[str, Any]
    where: str


@dataclass(frozen=True, slots=True)
class DecodedPeers:
    """The peers of one peers.toml."""

    peers: tuple[PeerDeclaration, ...]
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True)
class DecodedSite:
    """The content of site.toml."""

    title: str = ""
    time_zone: str = ""
    notes: str = ""
    problems: tuple[Problem, ...] = field(default=())

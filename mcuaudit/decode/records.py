"""The results of decoding: values with the place where each was found, and problems for what was left out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from mcuaudit.collect.artefact import Artefact
from mcuaudit.domain.certificate import Certificate


@dataclass(frozen=True, slots=True)
class Problem:
    """Something that was left out, or should not be there: kind as in the frame `problems`, place, and reason."""

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
        lists_damaged: at least one block of a CRL could not be read, or does not count.
    """

    certificates: tuple[FoundCertificate, ...]
    problems: tuple[Problem, ...]
    damaged: bool
    first_lost: bool
    revocation_lists: tuple[bytes, ...]
    lists_damaged: bool = False

    @property
    def is_empty(self) -> bool:
        """Whether it has neither a certificate nor a list."""
        return not (self.certificates or self.revocation_lists)

    @property
    def end_entity(self) -> FoundCertificate | None:
        """The certificate that the file is about; None if it was lost or the file holds none."""
        return None if self.first_lost or not self.certificates else self.certificates[0]


@dataclass(frozen=True, slots=True)
class DecodedSetting:
    """One setting as written: dotted key, canonical text, and the key, cell or member it was found at.

    Attributes:
        incomplete: at least one entry of the list could not be used; `value` has the others.
    """

    setting: str
    value: str
    where: str
    incomplete: bool = False


@dataclass(frozen=True, slots=True)
class DamagedSetting:
    """A setting that is there and has no usable value: its key, the place in the file, and the reason."""

    setting: str
    where: str
    reason: str


@dataclass(frozen=True, slots=True)
class SettingsPart:
    """The settings in one file of one device, or of every device below it (`device` is "").

    Attributes:
        damaged: settings whose value cannot be used, or whose key is misspelt; `values` has none of them.
        joined: a line of settings.csv that another row has taken in; it may not be a row at all.
        begins: how the further lines of a row begin, where a cell has line breaks: perhaps with the name of a device.
    """

    device: str
    values: tuple[DecodedSetting, ...]
    damaged: tuple[DamagedSetting, ...] = ()
    joined: bool = False
    begins: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class DecodedSettings:
    """The settings of one file.

    Attributes:
        unplaced: settings in rows of settings.csv that name no device: each device without a row may be meant.
    """

    parts: tuple[SettingsPart, ...]
    problems: tuple[Problem, ...] = ()
    unplaced: tuple[DamagedSetting, ...] = ()


@dataclass(frozen=True, slots=True)
class PeerDeclaration:
    """One [[peer]] as written: only the keys that are present, with checked values, and its place in the file.

    Attributes:
        damaged: keys whose value cannot be used, or that are misspelt; `values` has none of them.
        incomplete: lists with at least one entry that could not be used; `values` has the other entries.
    """

    name: str
    values: dict[str, Any]
    where: str
    damaged: frozenset[str] = frozenset()
    incomplete: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class DecodedPeers:
    """The peers of one peers.toml.

    Attributes:
        unnamed: declarations without a usable name (`name` is ""): each peer of the device may be meant.
    """

    peers: tuple[PeerDeclaration, ...]
    problems: tuple[Problem, ...] = ()
    unnamed: tuple[PeerDeclaration, ...] = ()


@dataclass(frozen=True, slots=True)
class DecodedSite:
    """The content of site.toml."""

    title: str
    time_zone: str
    notes: str
    problems: tuple[Problem, ...]
    damaged: tuple[DamagedSetting, ...] = ()
    """Settings in tables that belong into the settings.toml of the site."""


Problems = tuple[Problem, ...]
Content = Bundle | DecodedSettings | DecodedPeers | DecodedSite | bytes


@dataclass(frozen=True, slots=True)
class DecodedFile:
    """One file: its digest, its content (None if it could not be read), and its problems.

    Attributes:
        is_unread: what it holds is not known, because it was not read whole: it is too large, or took too long. A file
            without a name of its own is so only if it begins as one that counts.
    """

    artefact: Artefact
    sha256: str
    content: Content | None
    problems: Problems
    is_unread: bool = False

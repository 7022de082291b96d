"""What is found of each file of a heap: what it is, where it belongs, how sure that is, and why."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from mcuaudit.domain.certificate import Certificate
from mcuaudit.gather.file_content import FileContent
from mcuaudit.gather.heap import HeapFile


class What(StrEnum):
    """What a file of a heap is."""

    MCU = "MCU"
    PEER = "peer"
    USER = "user"
    END_ENTITY = "end entity"
    """A certificate of an MCU, peer or user that is not known."""
    AUTHORITY = "CA"
    RESPONSE = "response"
    REVOCATION_LIST = "CRL"
    SETTINGS = "settings"
    """A settings.toml, under any name."""
    PEERS = "peers"
    """A peers.toml, under any name."""
    PKCS12 = "PKCS#12"
    PRIVATE_KEY = "private key"
    NOTHING = "nothing"
    """It holds nothing that an audit uses, or cannot be read."""


class Certainty(StrEnum):
    """How sure the place of a file is."""

    SURE = "sure"
    LIKELY = "likely"
    OPEN = "open"


@dataclass(frozen=True, slots=True)
class HeapItem:
    """A file of a heap, or one end-entity certificate of a file with several.

    Attributes:
        certificates: those of the item: the end entity first, then what follows it; or the CA certificates of a store.
    """

    file: HeapFile
    sha256: str
    content: FileContent
    certificates: tuple[Certificate, ...] = ()

    @property
    def own(self) -> Certificate | None:
        """The certificate that it is about; None for another file."""
        return self.certificates[0] if self.certificates else None

    @property
    def digest(self) -> str:
        """SHA-256 of its own certificate; of another file, of its octets; "" for what was not read."""
        return self.certificates[0].sha256 if self.certificates else self.sha256


@dataclass(frozen=True, slots=True)
class SortedFile:
    """A row of the result.

    Attributes:
        place: the file of the export that it is for, with forward slashes; "" where that is open.
        why: what speaks for it, and what speaks against.
        others: the places that it may be for, where it is open which.
        duplicate_of: another file with the same certificates or content; "" for none.
        copies: whether it is copied as it stands: it is sure, and nothing is in its place.
        is_there: the export has it in its place already.
    """

    item: HeapItem
    what: What
    place: str = ""
    certainty: Certainty = Certainty.OPEN
    why: tuple[str, ...] = ()
    others: tuple[str, ...] = ()
    duplicate_of: str = ""
    copies: bool = False
    is_there: bool = False


@dataclass(frozen=True, slots=True)
class SortedHeap:
    """All files of a heap, in the order of their names.

    Attributes:
        rows: one for each file, and for each end-entity certificate of a file that has several.
        at: the time for which certificates have ended or not.
    """

    rows: tuple[SortedFile, ...]
    at: datetime

    @property
    def unnamed(self) -> int:
        """How many files hold nothing that an audit uses, and have nothing that a person needs to know."""
        return sum(is_of_no_use(row) for row in self.rows)

    def count(self, certainty: Certainty, *, among: Iterable[What] = ()) -> int:
        """How many rows, duplicates aside, have a certainty."""
        kinds = set(among) or set(What) - {What.NOTHING, What.PRIVATE_KEY, What.PKCS12}
        return sum(row.certainty is certainty and row.what in kinds and not row.duplicate_of for row in self.rows)


def is_of_no_use(row: SortedFile) -> bool:
    """Whether a file holds nothing, and could be read."""
    content = row.item.content
    return row.what is What.NOTHING and not (row.item.file.why_not or content.damaged or content.is_secret)


def names_of(certificate: Certificate) -> tuple[str, ...]:
    """All names of a certificate, each once, as it has them."""
    addresses = (str(address) for address in certificate.ip_addresses)
    names: Sequence[str] = (*certificate.common_names, *certificate.dns_names, *certificate.uris, *addresses)
    return tuple(dict.fromkeys((*names, *certificate.email_addresses)))

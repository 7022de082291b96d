"""The remedies that rules name: kind, subject and place, with the columns of the view in subject and place."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from mcuaudit.domain.remedy import Remedy, RemedyKind, parse_remedy
from mcuaudit.domain.slots import Place, Slot


@dataclass(frozen=True, slots=True)
class RemedyTemplate:
    """The one change by which a row of the view would pass.

    Attributes:
        kind: None where the view has the id of the remedy in a column, which is then the whole subject.
        subject: names and values, or columns of the view in braces; see `RemedyKind`.
        slot: slot of the place that is changed, or a column in braces; "" for a device, and for the export.
        owner: site/device or the name of a peer, a column in braces; "" for the export.
        file: file of the place, where two owners may have one name.
    """

    kind: RemedyKind | None
    subject: tuple[str, ...] = ()
    slot: str = ""
    owner: str = ""
    file: str = ""

    @property
    def parts(self) -> tuple[str, ...]:
        """Everything that may name columns."""
        return (*self.subject, self.slot, self.owner, self.file)

    def of(self, row: Mapping[str, Any]) -> Remedy | None:
        """The remedy of one row of the view; None where the view has none."""
        subject = tuple(part.format_map(row) for part in self.subject)
        if self.kind is None:
            return parse_remedy(subject[0]) if subject[0] else None
        slot, owner, file = (part.format_map(row) for part in (self.slot, self.owner, self.file))
        return Remedy(self.kind, subject, Place(Slot(slot) if slot else None, owner, file) if owner else None)


def from_view(column: str) -> RemedyTemplate:
    """The remedy whose id is in that column of the view."""
    return RemedyTemplate(None, (f"{{{column}}}",))


def to_local_certificate(kind: RemedyKind, *subject: str) -> RemedyTemplate:
    """A change of the local certificate of the device."""
    return RemedyTemplate(kind, subject, Slot.LOCAL_CERTIFICATE, "{device_id}")


def to_peer_certificate(kind: RemedyKind, *subject: str) -> RemedyTemplate:
    """A change of the certificate of the peer."""
    return RemedyTemplate(kind, subject, Slot.PEER_CERTIFICATE, "{peer}", "{certificate_file}")


def to_trust_store(kind: RemedyKind, *subject: str, slot: str = "{slot}") -> RemedyTemplate:
    """A change of a trust store of the device; without `slot`, the one that the view names."""
    return RemedyTemplate(kind, subject, slot, "{device_id}")


def to_device(kind: RemedyKind, *subject: str) -> RemedyTemplate:
    """A change of the device itself."""
    return RemedyTemplate(kind, subject, owner="{device_id}")


def to_setting(key: str, value: str) -> RemedyTemplate:
    """A setting of the device, and the value that it needs."""
    return to_device(RemedyKind.CHANGE_SETTING, key, value)


def to_export(kind: RemedyKind, *subject: str) -> RemedyTemplate:
    """A change of the export: files or keys."""
    return RemedyTemplate(kind, subject)


REISSUE: Final = to_local_certificate(RemedyKind.REISSUE)

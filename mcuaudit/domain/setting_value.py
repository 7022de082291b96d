"""The value of one setting of one device, with its origin."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from mcuaudit.domain.answer import Answer, answer


class Source(StrEnum):
    """The origin of a value."""

    READ = "read"
    TYPED = "typed"
    SHOWN = "shown"
    INHERITED = "inherited"
    DAMAGED = "damaged"
    """The nearest place that could have it is there and cannot be read; nothing farther away is used instead."""
    MISSING = "missing"


@dataclass(frozen=True, slots=True)
class SettingValue:
    """A value as the page of the device shows it, "true" or "false" for a tick box; None if there is none to use.

    Attributes:
        file: the file within the export that contains it; "" for none.
        key: key, cell or member within the file.
        other: value, file and key of another source with a different value.
        incomplete: an entry of the list could not be read; the value has the others.
    """

    value: str | None
    source: Source
    file: str = ""
    key: str = ""
    other: tuple[str, str, str] | None = None
    incomplete: bool = False

    @property
    def damaged(self) -> bool:
        """It is there and cannot be read."""
        return self.source is Source.DAMAGED

    @property
    def doubtful(self) -> bool:
        """It, or an entry of it, cannot be read."""
        return self.damaged or self.incomplete

    @property
    def place(self) -> str:
        """Its file and key, as evidence is named."""
        return f"{self.file} {self.key}".strip()

    @property
    def is_on(self) -> Answer:
        """Whether a tick box is ticked, or a service is on."""
        return answer({"true": True, "false": False}.get(self.value or ""))


MISSING = SettingValue(None, Source.MISSING)

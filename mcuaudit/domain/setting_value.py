"""The value of one setting of one device, with where it came from."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from mcuaudit.domain.answer import Answer, answer


class Source(StrEnum):
    """Where the value of a setting came from."""

    READ = "read"
    TYPED = "typed"
    SHOWN = "shown"
    INHERITED = "inherited"
    MISSING = "missing"


@dataclass(frozen=True, slots=True)
class SettingValue:
    """A value as the device's page prints it, "true" or "false" for a tick box; None where the export has none.

    Attributes:
        file: the file within the export that it came from; "" for none.
        key: key, cell or member within the file.
        other: value, file and key of a second source that differs.
    """

    value: str | None
    source: Source
    file: str = ""
    key: str = ""
    other: tuple[str, str, str] | None = None

    @property
    def is_on(self) -> Answer:
        """Whether a tick box is ticked, a service on."""
        return answer({"true": True, "false": False}.get(self.value or ""))


MISSING = SettingValue(None, Source.MISSING)

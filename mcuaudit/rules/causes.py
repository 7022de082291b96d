"""The causes that rules name: kind and subject, with the columns of the view in the subject."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from mcuaudit.domain.cause import Cause, CauseKind, parse_cause
from mcuaudit.domain.slots import Slot


@dataclass(frozen=True, slots=True)
class CauseTemplate:
    """What a rule names as the cause of a row.

    Attributes:
        kind: None where the view has the id of the cause in a column, which is then the whole subject.
        subject: identifiers, or columns of the view in braces.
    """

    kind: CauseKind | None
    subject: tuple[str, ...]

    def of(self, row: Mapping[str, Any]) -> Cause:
        """The cause of one row of the view."""
        subject = tuple(part.format_map(row) for part in self.subject)
        while subject and not subject[-1]:
            subject = subject[:-1]
        return parse_cause(subject[0]) if self.kind is None else Cause(self.kind, subject)


def from_view(column: str) -> CauseTemplate:
    """The cause whose id is in that column of the view."""
    return CauseTemplate(None, (f"{{{column}}}",))


def setting(key: str) -> CauseTemplate:
    """A setting of the device; a key in braces is a column of the view."""
    return CauseTemplate(CauseKind.SETTING, ("{device_id}", key))


def missing(evidence: str) -> CauseTemplate:
    """A file or key that is not in the export."""
    return CauseTemplate(CauseKind.MISSING_EVIDENCE, (evidence,))


def of_device(kind: CauseKind) -> CauseTemplate:
    """A cause that is about the device as such."""
    return CauseTemplate(kind, ("{device_id}",))


LOCAL_CERTIFICATE: Final = CauseTemplate(CauseKind.CERTIFICATE, (Slot.LOCAL_CERTIFICATE, "{device_id}"))
PEER_CERTIFICATE: Final = CauseTemplate(CauseKind.CERTIFICATE, (Slot.PEER_CERTIFICATE, "{peer}", "{certificate_file}"))
TRUST_STORE: Final = CauseTemplate(CauseKind.TRUST_STORE, ("{slot}", "{device_id}"))
ADMINISTRATION: Final = of_device(CauseKind.ADMINISTRATION)
CLOCK: Final = of_device(CauseKind.CLOCK)
EXPORT: Final = of_device(CauseKind.EXPORT)
FEATURE_KEYS: Final = of_device(CauseKind.FEATURE_KEYS)
RESTART: Final = of_device(CauseKind.RESTART)
SOFTWARE_VERSION: Final = of_device(CauseKind.SOFTWARE_VERSION)
USERS: Final = of_device(CauseKind.USERS)
FEEDBACK_RECEIVER: Final = CauseTemplate(CauseKind.FEEDBACK_RECEIVER, ("{uri}",))
FILE: Final = CauseTemplate(CauseKind.FILE, ("{file}",))
LOCAL_CERTIFICATE_FILE: Final = CauseTemplate(CauseKind.FILE, ("{device_id}/local-certificate.pem",))
SHARED_KEY: Final = CauseTemplate(CauseKind.SHARED_KEY, ("{public_key}",))

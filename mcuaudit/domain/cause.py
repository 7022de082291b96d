"""What stands in the way of a pass, as data: connections and findings with the same cause share its id."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from mcuaudit.domain.name_lists import join_names, split_names
from mcuaudit.domain.slots import Place


class CauseKind(StrEnum):
    """Kinds of causes; behind each, what the subject of such a cause consists of."""

    ADMINISTRATION = "administration"
    """site/device."""
    CERTIFICATE = "certificate"
    """Slot, and whose it is: site/device, or the name of a peer."""
    CLOCK = "clock"
    """site/device."""
    EXPORT = "export"
    """site/device."""
    FEATURE_KEYS = "feature_keys"
    """site/device."""
    FEEDBACK_RECEIVER = "feedback_receiver"
    """URI."""
    FILE = "file"
    """File within the export."""
    MISSING_AUTHORITY = "missing_authority"
    """Slot, whose store it is, and the name of the CA that the store lacks."""
    MISSING_EVIDENCE = "missing_evidence"
    """File or key that is not in the export."""
    NAMES = "names"
    """Slot, and whose certificate should carry the names."""
    OCSP_RESPONSE = "ocsp_response"
    """Slot, and whose certificate it is about."""
    RESTART = "restart"
    """site/device."""
    RULE = "rule"
    """Code of a rule that failed itself."""
    SETTING = "setting"
    """site/device, and the dotted key of the setting."""
    SHARED_KEY = "shared_key"
    """SHA-256 of the public key."""
    SOFTWARE_VERSION = "software_version"
    """site/device."""
    TRUST_STORE = "trust_store"
    """Slot, and whose store it is."""
    TRUST_STORE_FILE = "trust_store_file"
    """Slot, and the file that several devices share."""
    USERS = "users"
    """site/device."""


@dataclass(frozen=True, slots=True)
class Cause:
    """The one thing that would have to be fixed or collected: its kind, and what it is about, by identifiers."""

    kind: CauseKind
    subject: tuple[str, ...]

    @property
    def cause_id(self) -> str:
        """Kind and subject in one line, the same wherever the cause is the same."""
        return f"{self.kind} {join_names(self.subject)}"


def cause_at(kind: CauseKind, place: Place, *more: str) -> Cause:
    """A cause at a slot of a device or peer."""
    return Cause(kind, (place.slot or "", place.owner, *more))


def parse_cause(cause_id: str) -> Cause:
    """The cause that has this id.

    Raises:
        ValueError: it is not the id of a cause.
    """
    kind, _, subject = cause_id.partition(" ")
    return Cause(CauseKind(kind), split_names(subject))

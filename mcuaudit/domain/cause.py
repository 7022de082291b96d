"""What prevents a pass, as data: connections and findings with the same cause share its id."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from mcuaudit.domain.name_lists import join_names, split_names
from mcuaudit.domain.slots import SLOTS_OF_PEERS, Place
from mcuaudit.errors import UsageError


class CauseKind(StrEnum):
    """Kinds of causes, each with the parts of its subject."""

    ADMINISTRATION = "administration"
    """site/device."""
    CERTIFICATE = "certificate"
    """Slot, and owner: site/device, or the name of a peer, then with the file of its certificate."""
    CLOCK = "clock"
    """site/device."""
    DAMAGED_EVIDENCE = "damaged_evidence"
    """File, or file and key, that cannot be read."""
    EXPORT = "export"
    """site/device."""
    FEATURE_KEYS = "feature_keys"
    """site/device."""
    FEEDBACK_RECEIVER = "feedback_receiver"
    """URI."""
    FILE = "file"
    """File within the export."""
    MISSING_AUTHORITY = "missing_authority"
    """Slot, owner of the store, and the name of the CA that is missing in the store."""
    MISSING_EVIDENCE = "missing_evidence"
    """File or key that is not in the export."""
    MODEL = "model"
    """site/device."""
    NAMES = "names"
    """Slot, and owner of the certificate that should contain the names."""
    OCSP_RESPONSE = "ocsp_response"
    """Slot, and owner of the certificate."""
    RESTART = "restart"
    """site/device."""
    RULE = "rule"
    """Code of a rule that raised an exception."""
    SETTING = "setting"
    """site/device, and the dotted key of the setting."""
    SHARED_KEY = "shared_key"
    """SHA-256 of the public key."""
    SOFTWARE_VERSION = "software_version"
    """site/device."""
    TRUST_STORE = "trust_store"
    """Slot, and owner of the store."""
    TRUST_STORE_FILE = "trust_store_file"
    """Slot, and the file that several devices share."""
    USERS = "users"
    """site/device."""


@dataclass(frozen=True, slots=True)
class Cause:
    """The one thing to fix or to collect: its kind, and its subject by identifiers."""

    kind: CauseKind
    subject: tuple[str, ...]

    @property
    def cause_id(self) -> str:
        """Kind and subject in one line; equal causes have equal ids."""
        return f"{self.kind} {join_names(self.subject)}"


def cause_at(kind: CauseKind, place: Place, *more: str) -> Cause:
    """A cause at a slot of a device or peer; peers of two sites may share a name, so theirs ends with the file."""
    file = (place.file,) if place.slot in SLOTS_OF_PEERS and place.file else ()
    return Cause(kind, (place.slot or "", place.owner, *more, *file))


def parse_cause(cause_id: str) -> Cause:
    """The cause that has this id.

    Raises:
        UsageError: it is not the id of a cause.
    """
    try:
        kind, _, subject = cause_id.partition(" ")
        return Cause(CauseKind(kind), split_names(subject))
    except (AttributeError, TypeError, ValueError) as error:
        raise UsageError(f"{cause_id!r} is not the id of a cause, as the column cause_id has them.") from error

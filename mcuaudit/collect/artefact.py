"""One file of an export: its kind, and the site and device that it belongs to."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path

from mcuaudit.domain.slots import Slot


class Kind(StrEnum):
    """The purpose of a file of an export, by its name and place."""

    POLICY = "policy"
    SITE = "site"
    SETTINGS = "settings"
    SETTINGS_TABLE = "settings_table"
    PEERS = "peers"
    PEER_FILE = "peer_file"
    OCSP_RESPONSE = "ocsp_response"
    RESPONSE = "response"
    REVOCATION_LIST = "revocation_list"
    LOCAL_CERTIFICATE = Slot.LOCAL_CERTIFICATE.value
    SIP_TRUST_STORE = Slot.SIP_TRUST_STORE.value
    HTTPS_TRUST_STORE = Slot.HTTPS_TRUST_STORE.value
    CALL_HOME_TRUST_STORE = Slot.CALL_HOME_TRUST_STORE.value
    BACKUP = "backup"
    UNRECOGNISED = "unrecognised"


TRUST_STORE_KINDS = (Kind.SIP_TRUST_STORE, Kind.HTTPS_TRUST_STORE, Kind.CALL_HOME_TRUST_STORE)


Purpose = tuple[Kind, str]
"""The kind of a file, and for a response its name."""

SINGLE_KINDS = (Kind.LOCAL_CERTIFICATE, *TRUST_STORE_KINDS, Kind.SETTINGS, Kind.SETTINGS_TABLE, Kind.PEERS)
"""A device, a site or the fleet has one file of each of these kinds."""


@dataclass(frozen=True, slots=True)
class Artefact:
    """One file of an export, not yet read.

    Attributes:
        path: where it is.
        name: its path within the export, with forward slashes.
        site: name of its site, "" for a file of the fleet.
        device: name of its device, "" for a file of a site or of the fleet.
        size: in bytes.
        modified: when it was last changed, UTC.
        remark: why the file was not recognised, if there is more to say than its name.
        claims: the purposes that a file which cannot be used seems to have, by its name or place.
    """

    path: Path
    name: str
    kind: Kind
    site: str
    device: str
    size: int
    modified: datetime
    remark: str = ""
    claims: tuple[Purpose, ...] = ()

    @property
    def device_id(self) -> str:
        """site/device, "" for a file that belongs to no device."""
        return f"{self.site}/{self.device}" if self.device else ""

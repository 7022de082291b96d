"""What was read from one device or peer, and what could not be."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from mcuaudit.gather.fetch.tls import Presented


@dataclass(slots=True)
class DeviceRecord:
    """One device.

    Attributes:
        device_id: site/device.
        host: the address that answered; "" if none did.
        responses: the answers that can be read, as they came but for licence keys, by their names.
        facts: settings that they give, by key.
        https: what its HTTPS port presented; None if that could not be captured.
        sip: the same of its port for SIP over TLS.
        failures: what could not be read, and why, by what it is; each leaves the record incomplete.
        notes: what else a person should know.
        blades: of a Supervisor: slot, what it is, and address of each blade.
        written: files that were written, by their names within the directory of the device.
        kept: files that were there already and stayed as they are.
    """

    device_id: str
    host: str = ""
    responses: dict[str, bytes] = field(default_factory=dict)
    facts: dict[str, str] = field(default_factory=dict)
    https: Presented | None = None
    sip: Presented | None = None
    ports: Mapping[str, int] = field(default_factory=dict)
    failures: dict[str, str] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    blades: list[tuple[str, str, str]] = field(default_factory=list)
    written: list[str] = field(default_factory=list)
    kept: list[str] = field(default_factory=list)


@dataclass(slots=True)
class PeerRecord:
    """One peer: its name, where it is, what it presented, and the file that was written; a failure if none was."""

    peer: str
    host: str
    port: int
    presented: Presented | None = None
    written: str = ""
    failure: str = ""
    note: str = ""

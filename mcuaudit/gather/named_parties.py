"""The parties that the settings of devices name: servers by their addresses, and users."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from mcuaudit.domain.connections import ConnectionType
from mcuaudit.domain.name_lists import split_names
from mcuaudit.frames.containers import Fleet
from mcuaudit.identity.uri import split_host_and_port, split_uri

_SERVERS: Final = {
    "feedback_receivers": ConnectionType.FEEDBACK_RECEIVER,
    "ssl_certificates.ocsp.server_url": ConnectionType.OCSP_SERVER,
    "sip.outbound_address": ConnectionType.OUTGOING_SIP,
}
"""The settings that name a server, and the connection that the device makes to it."""
_USERS: Final = "users"


@dataclass(frozen=True, slots=True)
class NamedParty:
    """A party that a setting of a device names, and that no peers.toml declares.

    Attributes:
        name: its host name or address, or the name of the user.
        device_id: the device.
        connection: what the device does with it; None for a user, who may log in to the web interface or to the API.
    """

    name: str
    device_id: str
    connection: ConnectionType | None


def named_parties(fleet: Fleet) -> tuple[NamedParty, ...]:
    """The parties that the settings of a fleet name and its peers do not, once for each device and connection."""
    peers = fleet.peers
    cells = [*peers["identifiers"].dropna(), *peers["user"].dropna()]
    declared = {_host_of(name).casefold() for cell in cells for name in split_names(str(cell))}
    found = (one for one in _of_settings(fleet) if one.name and one.name.casefold() not in declared)
    return tuple(dict.fromkeys(found))


def _of_settings(fleet: Fleet) -> Iterator[NamedParty]:
    settings = fleet.settings[fleet.settings["setting"].isin([*_SERVERS, _USERS]) & fleet.settings["value"].notna()]
    for device_id, key, value in zip(settings["device_id"], settings["setting"], settings["value"], strict=True):
        for name in split_names(str(value)):
            if key == _USERS:
                yield NamedParty(name.rpartition(":")[0], str(device_id), None)
            else:
                yield NamedParty(_host_of(name), str(device_id), _SERVERS[key])


def _host_of(name: str) -> str:
    """The host of a URI or of ``host:port``; a name as it is."""
    uri = split_uri(name)
    if uri is not None and uri.host:
        return uri.host.strip("[]")
    parts = split_host_and_port(name)
    return (parts[0] if parts else name).strip("[]")

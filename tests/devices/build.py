"""Devices and peers for tests, in a line each: what is not given is not in the export, apart from `COMMON`.

device = mcu(services__https=True, ssl_certificates__client_certificate_security="Not required")
room = peer("room", certificate=ROOM, trust_store=store("room", ROOT))
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from mcuaudit.decode.certificate import decode_certificate
from mcuaudit.devices.device import Device
from mcuaudit.devices.peer import Peer
from mcuaudit.devices.presented import Store
from mcuaudit.domain.certificate import Certificate
from mcuaudit.domain.name_lists import join_names
from mcuaudit.domain.setting_value import SettingValue, Source
from mcuaudit.domain.slots import Place, Slot
from mcuaudit.predict.context import FleetContext, fleet_context
from tests.authority import NOW, Issued

DEVICE_ID = "leeds/mcu-1"
COMMON = {"device__software_version": "4.4(3.57)", "sip__use_local_certificate_for_outgoing": True}
"""Settings of a device unless it is given others, or None for a setting that is not in the export."""


def record(issued: Issued) -> Certificate:
    """The certificate as the package reads it."""
    return decode_certificate(issued.der)


def records(*issued: Issued) -> tuple[Certificate, ...]:
    """Several of them."""
    return tuple(record(one) for one in issued)


def mcu(device_id: str = DEVICE_ID, *, peers: tuple[Peer, ...] = (), **facts: Any) -> Device:
    """A device; a setting is given by its key with two underscores for the dot.

    ``local``, ``chain``, ``sip`` and ``https`` are certificates: the local one, what follows it, the two trust stores.
    """
    local, chain = facts.pop("local", None), facts.pop("chain", ())
    stores = {
        slot: store(device_id, *facts.pop(word), slot=slot)
        for word, slot in (("sip", Slot.SIP_TRUST_STORE), ("https", Slot.HTTPS_TRUST_STORE))
        if word in facts
    }
    given = {key: value for key, value in (COMMON | facts).items() if value is not None or key not in COMMON}
    settings = {key.replace("__", "."): SettingValue(_text(value), Source.TYPED) for key, value in given.items()}
    return Device(device_id, settings, local and record(local), records(*chain), stores, peers)


def damaged(device: Device, key: str) -> Device:
    """The device with a setting that is in its export and cannot be read."""
    unread = SettingValue(None, Source.DAMAGED, f"{device.device_id}/settings.toml", key)
    return replace(device, settings={**device.settings, key: unread})


def untold(device: Device, key: str) -> Device:
    """The device without a value of that setting in its export."""
    return replace(device, settings={name: value for name, value in device.settings.items() if name != key})


def peer(
    name: str = "room", *, certificate: Issued | None = None, chain: tuple[Issued, ...] = (), **facts: Any
) -> Peer:
    """A peer; ``trust`` are the certificates of its trust store."""
    trust = facts.pop("trust", None)
    judged_by = None if trust is None else store(name, *trust, slot=Slot.PEER_TRUST_STORE)
    return Peer(name, certificate=certificate and record(certificate), presented_chain=records(*chain),
                trust_store=judged_by, **facts)  # fmt: skip


def store(owner: str, *members: Issued, slot: Slot = Slot.SIP_TRUST_STORE, complete: bool = True) -> Store:
    """A trust store with these members."""
    held = records(*members)
    return Store(
        " ".join(sorted(one.sha256 for one in held)), held, complete, Place(slot, owner, f"{owner}/{slot}.pem")
    )


def context(*devices: Device, known: tuple[Issued, ...] = ()) -> FleetContext:
    """A fleet of these devices, with certificates that lie elsewhere in the export."""
    return fleet_context(devices, records(*known), NOW)


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return join_names(value) if isinstance(value, (list, tuple)) else str(value)

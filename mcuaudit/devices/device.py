"""One device: its settings with their sources, its certificates and trust stores, and its peers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

from mcuaudit.devices.peer import Peer
from mcuaudit.devices.presented import Store
from mcuaudit.domain.answer import Answer
from mcuaudit.domain.certificate import Certificate
from mcuaudit.domain.name_lists import split_names
from mcuaudit.domain.setting_value import MISSING, SettingValue, Source
from mcuaudit.domain.slots import Place, Slot


@dataclass(frozen=True)
class Device:
    """One MCU of the fleet.

    Attributes:
        device_id: site/device.
        settings: value and source by dotted key; settings without a value are absent.
        local_certificate: None if the export has none that can be read.
        local_chain: the certificates that it presents after the local certificate.
        trust_stores: by slot; a store that is not in the export is absent.
        peers: the parties that it communicates with.
        damage: by slot, the files that are there and cannot be used, so that what the slot contains is not known.
        local_file: the file of the local certificate in the export, "" if it is not known.
        local_chain_damaged: a certificate of the file of the local certificate cannot be read.
        further_peers_damage: by key of peers.toml, the declarations that cannot be read and may be about a peer that
            is not among `peers`.
        answers: what was found out about it already; see `mcuaudit.devices.once`.
    """

    device_id: str
    settings: Mapping[str, SettingValue] = field(default_factory=dict)
    local_certificate: Certificate | None = None
    local_chain: tuple[Certificate, ...] = ()
    trust_stores: Mapping[Slot, Store] = field(default_factory=dict)
    peers: tuple[Peer, ...] = ()
    damage: Mapping[Slot, str] = field(default_factory=dict)
    local_chain_damaged: bool = False
    local_file: str = ""
    further_peers_damage: Mapping[str, str] = field(default_factory=dict)
    answers: dict[tuple[Any, ...], Any] = field(default_factory=dict, init=False, repr=False, compare=False)

    @property
    def site(self) -> str:
        """Name of its site."""
        return self.device_id.partition("/")[0]

    @property
    def name(self) -> str:
        """Name of the device within its site."""
        return self.device_id.partition("/")[2]

    @property
    def place(self) -> Place:
        """The place of its local certificate."""
        return Place(Slot.LOCAL_CERTIFICATE, self.device_id)

    @cached_property
    def other_mcus(self) -> Mapping[str, tuple[Peer, ...]]:
        """The peers that are other MCUs of the fleet, by device_id."""
        found: dict[str, tuple[Peer, ...]] = {}
        for peer in self.peers:
            if peer.peer_device:
                found[peer.peer_device] = (*found.get(peer.peer_device, ()), peer)
        return found

    def with_values(self, values: Mapping[str, str]) -> Device:
        """The device with these values in place of its own, by dotted key: for what would hold then."""
        supposed = {key: SettingValue(value, Source.TYPED) for key, value in values.items()}
        return replace(self, settings={**self.settings, **supposed})

    def setting(self, key: str) -> SettingValue:
        """The value of a setting with its source; missing if the export has none."""
        return self.settings.get(key, MISSING)

    def value(self, key: str) -> str | None:
        """The value of a setting; None if the export has none."""
        return self.setting(key).value

    def is_on(self, key: str) -> Answer:
        """Whether a tick box is ticked, or a service is on."""
        return self.setting(key).is_on

    def names(self, key: str) -> tuple[str, ...] | None:
        """The entries of a setting that is a list; None if the export has none."""
        value = self.value(key)
        return None if value is None else split_names(value)

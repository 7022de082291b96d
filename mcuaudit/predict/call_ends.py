"""What one MCU contributes to its calls with others; it is the same for many, so that calls can be counted by kinds."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from mcuaudit.devices.calls_between import as_peer
from mcuaudit.devices.device import Device
from mcuaudit.devices.presentation import local_certificate, mcu_store, peer_certificate
from mcuaudit.devices.presented import Presented, Store
from mcuaudit.domain.certificate import CLIENT_AUTH, SERVER_AUTH, Certificate
from mcuaudit.domain.slots import Slot
from mcuaudit.domain.standards import Standard
from mcuaudit.domain.verdict import Verdict
from mcuaudit.domain.verifiers import Verifier
from mcuaudit.pkix.ancestry import Ancestry
from mcuaudit.pkix.names import canonical_name
from mcuaudit.predict.context import FleetContext
from mcuaudit.predict.purposes import purpose_alone
from mcuaudit.predict.trust import certain_defect

SETTINGS: Final = (
    "device.model", "device.software_version", "device.features", "services.sips_tcp",
    "ssl_certificates.verification_settings", "ssl_certificates.private_key", "sip.use_local_certificate_for_outgoing",
)  # fmt: skip
"""The settings that decide about calls between MCUs, besides the addresses."""
_ADDRESSES: Final = "device.addresses"
_PURPOSES: Final = (CLIENT_AUTH, SERVER_AUTH)


@dataclass(frozen=True, slots=True)
class CallEnd:
    """All that decides about a call at the end of one MCU.

    Attributes:
        own: what does not depend on the other end.
        store: which store it verifies with; None if that is not known.
        presented: by store of the fleet, what that store says of its certificate; empty without one.
    """

    own: Hashable
    store: Hashable
    presented: tuple[tuple[Hashable, Hashable], ...]


class CallEnds:
    """What each MCU contributes to its calls, with every store of the fleet."""

    def __init__(self, devices: Iterable[Device], context: FleetContext) -> None:
        every = list(devices)
        self._context = context
        self._ancestry = Ancestry(one for device in every for one in _certificates(device))
        above = (self._ancestry.of(one) for device in every for one in _presented(device))
        self._names = frozenset[bytes]().union(*above)
        self._stores: dict[Hashable, Store] = {}
        self._by_name: dict[Hashable, Mapping[bytes, frozenset[str]]] = {}
        self._keys: dict[Hashable, Hashable] = {}
        for device in every:
            store = mcu_store(device, Slot.SIP_TRUST_STORE)
            if isinstance(store, Store):
                self._note(store)

    def _note(self, store: Store) -> None:
        """Give a store its key; stores with the same members above any certificate that an MCU presents have one."""
        content = store.key, store.complete
        if content not in self._keys:
            by_name = {name: found for name, found in _by_subject(store).items() if name in self._names}
            key = store.complete, store.empty, frozenset(by_name.items())
            self._keys[content] = key
            self._stores.setdefault(key, store)
            self._by_name.setdefault(key, by_name)

    def _key(self, store: Store) -> Hashable:
        return self._keys[store.key, store.complete]

    def of(self, device: Device) -> CallEnd:
        """What it contributes."""
        store, addresses = mcu_store(device, Slot.SIP_TRUST_STORE), device.setting(_ADDRESSES)
        own, found = local_certificate(device), peer_certificate(as_peer(device, {}))
        of_itself = (
            *((one.value, one.damaged, one.incomplete) for one in map(device.setting, SETTINGS)),
            (store.complete, store.empty) if isinstance(store, Store) else store.reason_code,
            bool(device.names(_ADDRESSES)),
            addresses.doubtful,
            tuple(sorted(device.further_peers_damage)),
        )
        key = self._key(store) if isinstance(store, Store) else None
        if isinstance(own, Presented) and isinstance(found, Presented):
            return CallEnd((*of_itself, self._of_certificate(device, found)), key, tuple(self._by_stores(found)))
        return CallEnd((*of_itself, *(one.reason_code for one in (own, found) if isinstance(one, Verdict))), key, ())

    def _of_certificate(self, device: Device, presented: Presented) -> Hashable:
        """The verdicts about a certificate that no store decides."""
        checks, names = self._context.checks, device.names(_ADDRESSES)
        return (
            _said(certain_defect(presented, self._context.at)),
            *(_said(purpose_alone(presented, one, Standard.MCU, Verifier.MCU)) for one in _PURPOSES),
            _said(checks.identity(presented.certificate, names, Standard.MCU, presented.place)) if names else None,
        )

    def _by_stores(self, presented: Presented) -> Iterator[tuple[Hashable, Hashable]]:
        """What each store says; stores with the same members by the names above the certificate say the same."""
        every = (presented.certificate, *presented.chain)
        names = frozenset[bytes]().union(*map(self._ancestry.of, every))
        known: dict[Hashable, Hashable] = {}
        for key, store in self._stores.items():
            by_name = self._by_name[key]
            decides = (store.complete, store.empty, *(by_name.get(name) for name in sorted(names)))
            if decides not in known:
                known[decides] = self._by_store(presented, store)
            yield key, known[decides]

    def _by_store(self, presented: Presented, store: Store) -> Hashable:
        checks = self._context.checks
        found = [checks.by_path(presented, store, one, Standard.MCU, Verifier.MCU)[1] for one in _PURPOSES]
        return _said(found[0].trust), *(_said(one.purpose) for one in found)


def _presented(device: Device) -> tuple[Certificate, ...]:
    return (device.local_certificate, *device.local_chain) if device.local_certificate else ()


def _certificates(device: Device) -> Iterator[Certificate]:
    store = mcu_store(device, Slot.SIP_TRUST_STORE)
    yield from _presented(device)
    yield from store.members if isinstance(store, Store) else ()


def _by_subject(store: Store) -> dict[bytes, frozenset[str]]:
    found: dict[bytes, set[str]] = {}
    for one in store.members:
        found.setdefault(canonical_name(one.subject), set()).add(one.sha256)
    return {name: frozenset(members) for name, members in found.items()}


def _said(verdict: Verdict | None) -> Hashable:
    return verdict and (verdict.outcome, verdict.reason_code)

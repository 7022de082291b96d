"""The law applied to a whole fleet."""

from __future__ import annotations

from cryptography.x509 import Certificate

from tests.oracles.law.administration import Administration, administration
from tests.oracles.law.description import Fleet, Presented, Store
from tests.oracles.law.rows import Key, ocsp_server, rows_of
from tests.oracles.law.sides import World
from tests.oracles.law.steps import Result
from tests.oracles.law.trust import is_ca


def judge(fleet: Fleet) -> tuple[dict[Key, Result], dict[str, Administration]]:
    """Every row of `connections` and of `administration`."""
    world = World(frozenset(one for one in _certificates(fleet) if is_ca(one)))
    connections: dict[Key, Result] = {}
    administrations: dict[str, Administration] = {}
    for device in fleet.devices:
        rows = rows_of(device, fleet, world)
        connections |= rows
        administrations[device.id] = administration(device, ocsp_server(device, world), world)
    return connections, administrations


def _certificates(fleet: Fleet) -> list[Certificate]:
    """Every certificate of the export."""
    found = list(fleet.others)
    for device in fleet.devices:
        shown = [device.local, *(peer.certificate for peer in device.peers),
                 *(peer.client_certificate for peer in device.peers)]  # fmt: skip
        stores = [device.sip_store, device.https_store, *(peer.store for peer in device.peers)]
        found += [one for part in shown if isinstance(part, Presented) for one in (part.leaf, *part.chain)]
        found += [one for store in stores if isinstance(store, Store) for one in store.members]
    return found

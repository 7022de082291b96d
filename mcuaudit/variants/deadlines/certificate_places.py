"""Where certificates are: in which devices, with which peers, and what replaces them there."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from mcuaudit.devices.device import Device
from mcuaudit.devices.peer import Peer
from mcuaudit.devices.presented import Store
from mcuaudit.domain.certificate import Certificate
from mcuaudit.domain.remedy import Remedy, RemedyKind
from mcuaudit.domain.slots import Place
from mcuaudit.pkix.flaws import title
from mcuaudit.wording.phrases import listed
from mcuaudit.wording.remedies import remedy_sentence_for


@dataclass(slots=True)
class Places:
    """The places of one certificate.

    Attributes:
        devices: the devices that have it, or whose peers present it, by device_id.
        peers: the peers that present it or trust it.
        local, of_peers, stores: the slots that it is in.
    """

    devices: dict[str, None] = field(default_factory=dict)
    peers: dict[str, None] = field(default_factory=dict)
    local: dict[Place, None] = field(default_factory=dict)
    of_peers: dict[Place, None] = field(default_factory=dict)
    stores: dict[Place, None] = field(default_factory=dict)

    @property
    def role(self) -> str:
        """local, peer or authority: the first of these that it is."""
        return "local" if self.local else "peer" if self.of_peers else "authority"

    def words(self, certificate: Certificate) -> str:
        """The certificate as sentences name it."""
        if self.local:
            return f"local certificate of {listed([place.owner for place in self.local])}"
        if self.of_peers:
            return f"certificate of {listed(list(dict.fromkeys(place.owner for place in self.of_peers)))}"
        return f"CA certificate {title(certificate)}"

    def renewals(self, certificate: Certificate) -> list[Remedy]:
        """What replaces it by one that is valid longer, place by place."""
        if self.local or self.of_peers:
            return [Remedy(RemedyKind.REISSUE, target=place) for place in self.local or self.of_peers]
        store = next(iter(self.stores)) if len(self.stores) == 1 else None
        return [Remedy(RemedyKind.REPLACE_EXPIRED, (title(certificate),), store)]


def places_of(devices: Iterable[Device], wanted: Collection[str]) -> Mapping[str, Places]:
    """The places of the certificates that are `wanted`, by SHA-256, in these devices and with their peers."""
    found: dict[str, Places] = {sha256: Places() for sha256 in wanted}
    members: dict[str, list[str]] = {}

    def within(store: Store | None) -> list[str]:
        """Those of a store; stores are shared by many devices, and may have more than a hundred members."""
        if store is None:
            return []
        if store.key not in members:
            members[store.key] = [one.sha256 for one in store.members if one.sha256 in found]
        return members[store.key]

    for device in devices:
        name = device.device_id
        for own, certificate in _presented(device.local_certificate, device.local_chain):
            if certificate.sha256 in found:
                found[certificate.sha256].devices[name] = None
                if own:
                    found[certificate.sha256].local[device.place] = None
        for store in device.trust_stores.values():
            for sha256 in within(store):
                found[sha256].devices[name] = None
                found[sha256].stores[store.place] = None
        for peer in device.peers:
            for sha256 in within(peer.trust_store):
                found[sha256].peers[peer.name] = None
            for place, own, certificate in _of_peer(peer):
                if certificate.sha256 in found:
                    found[certificate.sha256].devices[name] = None
                    found[certificate.sha256].peers[peer.name] = None
                    if own:
                        found[certificate.sha256].of_peers[place] = None
    return found


def _of_peer(peer: Peer) -> Iterator[tuple[Place, bool, Certificate]]:
    """What a peer presents in each of its roles: the place, and whether it is its own certificate or of the chain.

    Another MCU of the fleet presents its local certificate, which has its place there.
    """
    if peer.peer_device:
        return
    for role in ("client", "server"):
        seen = peer.towards(role)
        for own, certificate in _presented(seen.certificate, seen.presented_chain):
            yield seen.place, own, certificate


def _presented(certificate: Certificate | None, chain: Iterable[Certificate]) -> Iterator[tuple[bool, Certificate]]:
    """A certificate and its chain, each with whether it is the certificate itself."""
    if certificate is not None:
        yield True, certificate
    yield from ((False, one) for one in chain)


def combined(remedies: Iterable[Remedy]) -> dict[str, str | None]:
    """The columns of remedies of one kind: in words for all places, as data without the owner if there are several."""
    every = list(dict.fromkeys(remedies))
    if not every:
        return {"remedy": "", "remedy_id": None}
    first = every[0]
    if len(every) > 1:
        slots = {one.target.slot if one.target else None for one in every}
        slot = slots.pop() if len(slots) == 1 else None
        first = Remedy(first.kind, first.subject, Place(slot, "") if slot else None)
    return {"remedy": remedy_sentence_for(every), "remedy_id": first.remedy_id}

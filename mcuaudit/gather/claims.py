"""Which place of an export a certificate or response may be for, by what it says itself, and how sure that is."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from mcuaudit.domain.certificate import CLIENT_AUTH, SERVER_AUTH, Certificate, IPAddress
from mcuaudit.domain.slots import SLOT_FILES, Slot
from mcuaudit.errors import UsageError
from mcuaudit.gather.authorities import Authorities
from mcuaudit.gather.file_content import FileContent
from mcuaudit.gather.known import Known, KnownDevice, KnownPeer
from mcuaudit.gather.sorted_files import Certainty, What
from mcuaudit.identity import PresentedIdentifiers, parse_reference
from mcuaudit.identity.presented import Field, PresentedIdentifier, Wildcard
from mcuaudit.pkix.names import canonical_name
from mcuaudit.wording.phrases import listed, short_date


@dataclass(frozen=True, slots=True)
class Claim:
    """A place that something may be for, how sure that is at most, and why.

    Attributes:
        by_host: by a full host name.
        foreign: by an address or short name alone, while it has the full host name of something else.
    """

    place: str
    what: What
    certainty: Certainty
    why: tuple[str, ...]
    by_host: bool = False
    foreign: bool = False
    device: KnownDevice | None = None

    def at_most_likely(self, reason: str) -> Claim:
        """The claim with a reason that speaks against it: it is not sure then."""
        certainty = Certainty.LIKELY if self.certainty is Certainty.SURE else self.certainty
        return replace(self, certainty=certainty, why=(*self.why, reason))


@dataclass(frozen=True, slots=True)
class _Owner:
    """A device or peer, with the names that its certificate may have, as they are compared."""

    title: str
    hosts: frozenset[str]
    addresses: frozenset[IPAddress]
    device: KnownDevice | None = None
    peer: KnownPeer | None = None


class Owners:
    """The devices and peers that a certificate can belong to, by their names.

    Args:
        known: the devices and peers.
        certificates: all of the heap. A name that several holders have there, such as a domain, does not say whose a
            certificate is that has a name of its own too.
    """

    def __init__(self, known: Known, certificates: Iterable[Certificate] = ()) -> None:
        self.known = known
        self._shared = shared_names(certificates)
        self._owners = [_of_device(one) for one in known.devices]
        self._owners += [_of_peer(one) for one in known.peers if one.identifiers]
        self._by_name: dict[str | IPAddress, list[_Owner]] = {}
        for owner in self._owners:
            for name in (*owner.hosts, *owner.addresses):
                self._by_name.setdefault(name, []).append(owner)
        self._users: dict[str, list[KnownPeer]] = {}
        for peer in known.peers:
            if peer.user:
                self._users.setdefault(peer.user, []).append(peer)

    def claims(self, certificate: Certificate, signed: Authorities, at: datetime) -> list[Claim]:
        """The places that an end-entity certificate may be for; one for each."""
        presented = [one for one in PresentedIdentifiers(certificate).all if one.wildcard is Wildcard.NONE]
        names = {_compared(one) for one in presented}
        owners = self._with(names - self._shared) or self._with(names)
        doubts = tuple(_doubts(certificate, signed, at))
        found = [claim for owner in owners.values() for claim in _by_names(owner, certificate, presented, doubts)]
        found += [claim for peer in self._users_of(certificate) for claim in _of_user(peer, certificate, doubts)]
        return list({claim.place: claim for claim in found}.values())

    def _with(self, names: Iterable[str | IPAddress]) -> dict[int, _Owner]:
        return {id(owner): owner for name in names for owner in self._by_name.get(name, ())}

    def _users_of(self, certificate: Certificate) -> Iterator[KnownPeer]:
        use = certificate.extended_key_usage
        if use is None or CLIENT_AUTH in use or SERVER_AUTH not in use:
            for name in certificate.common_names:
                yield from self._users.get(name, ())

    def of_response(self, content: FileContent) -> list[Claim]:
        """The devices that a saved response or settings may be of: by serial number, by address, by host name."""
        return [claim for one in self.known.devices if (claim := _of_response(one, content))]


def shared_names(certificates: Iterable[Certificate]) -> frozenset[str | IPAddress]:
    """The names that end-entity certificates with different subjects have."""
    holders: dict[str | IPAddress, set[bytes]] = {}
    for certificate in certificates:
        if not certificate.may_be_ca:
            for one in PresentedIdentifiers(certificate).all:
                holders.setdefault(_compared(one), set()).add(canonical_name(certificate.subject))
    return frozenset(name for name, subjects in holders.items() if len(subjects) > 1)


def _compared(one: PresentedIdentifier) -> str | IPAddress:
    return one.address if one.address is not None else one.host


def local_certificate_of(device: KnownDevice) -> str:
    """The place of the local certificate of a device."""
    return f"{device.device_id}/{SLOT_FILES[Slot.LOCAL_CERTIFICATE]}"


def _of_device(device: KnownDevice) -> _Owner:
    hosts, addresses = _references((*device.host_names, *device.addresses))
    return _Owner(device.device_id, hosts, addresses, device=device)


def _of_peer(peer: KnownPeer) -> _Owner:
    hosts, addresses = _references(peer.identifiers)
    return _Owner(f"the peer {peer.name}", hosts, addresses, peer=peer)


def _references(names: Iterable[str]) -> tuple[frozenset[str], frozenset[IPAddress]]:
    """Names as they are compared; an entry that cannot be one is left out: the audit of the export reports it."""
    hosts, addresses = set(), set()
    for name in names:
        try:
            reference = parse_reference(name)
        except UsageError:
            continue
        if reference.address is not None:
            addresses.add(reference.address)
        else:
            hosts.add(reference.host)
    return frozenset(hosts), frozenset(addresses)


_RENEWED_BEFORE: Final = timedelta(days=60)
"""People replace a certificate that ends so soon."""
_SELF_SIGNED: Final = "it is signed with its own key, so anyone could have made it"


def _doubts(certificate: Certificate, signed: Authorities, at: datetime) -> Iterator[str]:
    """Why a certificate with the right names may not be the one that is used."""
    if certificate.not_after < at:
        yield f"it ended on {short_date(certificate.not_after)}, so there may be a newer one"
    elif certificate.not_after < at + _RENEWED_BEFORE:
        yield f"it ends on {short_date(certificate.not_after)}, so it may have been replaced already"
    elif certificate.not_before > at:
        yield f"it begins on {short_date(certificate.not_before)}, so it may not be in use yet"
    if signed.signed_itself(certificate):
        yield _SELF_SIGNED
    if certificate.cannot_read("subject", "subjectAltName"):
        yield "some of its names cannot be read"


def _by_names(
    owner: _Owner, certificate: Certificate, presented: Iterable[PresentedIdentifier], doubts: tuple[str, ...]
) -> Iterator[Claim]:
    """The claims on the places of one owner, whose name or address the certificate has."""
    presented = list(presented)
    hosts = sorted({one.host for one in presented if one.address is None and one.host in owner.hosts})
    addresses = sorted({str(one.address) for one in presented if one.address in owner.addresses})
    full = [host for host in hosts if "." in host]
    why = [f"it has the {'names' if len(hosts) > 1 else 'name'} {listed(hosts)} of {owner.title}"] if hosts else []
    why += [f"it has the address {listed(addresses)} of {owner.title}"] if addresses else []
    against = [*doubts, *_against(owner, presented, full)]
    certainty = Certainty.LIKELY if against else Certainty.SURE
    foreign = not full and any("." in one.host for one in presented if one.address is None)
    if owner.device is not None:
        place, what = local_certificate_of(owner.device), What.MCU
        yield Claim(place, what, certainty, (*why, *against), bool(full), foreign, owner.device)
    elif owner.peer is not None:
        for place in _places(owner.peer, certificate):
            yield Claim(place, What.PEER, certainty, (*why, *against), bool(full), foreign)


def _against(owner: _Owner, presented: Iterable[PresentedIdentifier], full: list[str]) -> Iterator[str]:
    """Why names that an owner has may be those of another one."""
    others = sorted({str(one.address) for one in presented if one.field is Field.IP} - set(map(str, owner.addresses)))
    if full and others and owner.addresses:
        yield f"it also has the address {listed(others)}, which is not known of {owner.title}"
    if not full and owner.hosts:
        yield "it does not have the host name, and another fleet may use the same short names and addresses"
    elif not full:
        yield "no host name is known, and another fleet may use the same addresses"


def _places(peer: KnownPeer, certificate: Certificate) -> list[str]:
    """The files of a peer that a certificate may be for: by its purposes, where the peer presents two certificates."""
    use = certificate.extended_key_usage
    keys = list(peer.files)
    if len(keys) > 1 and use is not None and (SERVER_AUTH in use) != (CLIENT_AUTH in use):
        keys = ["certificate" if SERVER_AUTH in use else "client_certificate"]
    return [peer.files[key] for key in keys]


def _of_user(peer: KnownPeer, certificate: Certificate, doubts: tuple[str, ...]) -> Iterator[Claim]:
    certainty = Certainty.LIKELY if doubts else Certainty.SURE
    for place in _places(peer, certificate):
        yield Claim(place, What.USER, certainty, (f"its CN is the user name {peer.user}", *doubts))


def _of_response(device: KnownDevice, content: FileContent) -> Claim | None:
    """Sure by the serial number, or by an address and the host name together."""
    if content.serial and device.serial and content.serial != device.serial:
        return None
    why = [f"it has the serial number {content.serial}"] if content.serial and content.serial == device.serial else []
    addresses = [one for one in content.addresses if one in device.addresses]
    hosts = {one.casefold() for one in content.host_names} & {one.casefold() for one in device.host_names}
    sure = bool(why) or bool(addresses and hosts)
    why += [f"it has the address {listed(addresses)}"] if addresses else []
    why += [f"it has the host name {listed(sorted(hosts))}"] if hosts else []
    if not why:
        return None
    why = [f"{one} of {device.device_id}" for one in why]
    place = f"{device.device_id}/{content.typed or f'api/{content.response}.xml'}"
    what = What.SETTINGS if content.typed else What.RESPONSE
    return Claim(place, what, Certainty.SURE if sure else Certainty.LIKELY, tuple(why), device=device)

"""The values that a gap could have, as far as they can be applied to the fleet."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import timedelta
from typing import Final

from mcuaudit.devices.device import Device
from mcuaudit.devices.names import expected_names, reference_names
from mcuaudit.devices.peer import Peer
from mcuaudit.devices.presented import Store
from mcuaudit.devices.private_key import PRIVATE_KEY
from mcuaudit.domain.answer import Answer
from mcuaudit.domain.certificate import Certificate
from mcuaudit.domain.connections import CONNECTION_TABLE, ConnectionType
from mcuaudit.domain.name_forms import is_address
from mcuaudit.domain.settings import ADMINISTRATOR, SETTING_BY_KEY, ValueKind
from mcuaudit.domain.slots import Slot
from mcuaudit.domain.standards import Standard
from mcuaudit.domain.versions import verifies_certificates
from mcuaudit.pkix.flaws import title
from mcuaudit.variants.authorities import Authorities
from mcuaudit.variants.changes import CertificateDescription, ReplaceCertificate, SetSetting
from mcuaudit.variants.fills import FillCertificate, FillPeerKey, FillPeerStore, FillStore, Supposed
from mcuaudit.variants.fleet_state import FleetState
from mcuaudit.variants.gaps.gap import Gap, GapKind, Known, Value, Values, not_applied

_ISSUERS: Final = 2
"""A suitable certificate is supposed of so many CAs at most."""
_TEXTS: Final = {
    "device.software_version": ("4.3(2.30)", "4.4(3.57)", "4.5(1.85)"),
    "device.features": ("Encryption", "Video firewall"),
    PRIVATE_KEY: ("Key matches certificate", "Key does not match certificate"),
}
"""Of settings that are free text, values between which the outcomes differ."""
_NOBODY: Final = "nobody.else"
_ROUTES: Final = ("proxied", "direct")
_WORDS_OF_PEERS: Final = {"standard": tuple(Standard), "route": _ROUTES, "chain_complete": (Answer.YES, Answer.NO)}
_NO_AUTHORITY: Final = "the export has no CA certificate that could have issued it"


def values_of(gap: Gap, state: FleetState, known: Authorities) -> Values:
    """The values of a gap that are applied to a fleet, or why none is."""
    if gap.why_not:
        return not_applied(gap.why_not)
    match gap.kind:
        case GapKind.SETTING:
            return _of_setting(gap, state)
        case GapKind.STORE:
            return _of_store(gap, state, known)
        case GapKind.CERTIFICATE:
            return _of_local_certificate(gap, state, known)
        case GapKind.PEER_KEY:
            return _of_peer(gap, state, known)
    return not_applied("the values that it could have are not known")


def _of_setting(gap: Gap, state: FleetState) -> Values:
    setting = SETTING_BY_KEY[gap.key]
    if setting.labels:
        return _each(gap, _labels(gap, state), Known.EVERY_VALUE)
    if setting.kind is ValueKind.BOOLEAN:
        return _each(gap, ("true", "false"), Known.EVERY_VALUE)
    if gap.key in _TEXTS:
        return _each(gap, _TEXTS[gap.key], Known.SOME_VALUES)
    if setting.kind is ValueKind.USERS:
        return _each(gap, _users(gap, state), Known.SOME_VALUES)
    return not_applied("it is free text, and any value may be there")


def _each(gap: Gap, values: Iterable[str], known: Known) -> Values:
    made = [Value(value, tuple(SetSetting(gap.key, value, name) for name in gap.devices)) for value in values]
    return Values(tuple(made), known)


def _labels(gap: Gap, state: FleetState) -> tuple[str, ...]:
    """The labels that the software of the devices has; before 4.4, none but the first."""
    labels = SETTING_BY_KEY[gap.key].labels
    versions = [state.devices[name].value("device.software_version") for name in gap.devices]
    old = gap.key.startswith("ssl_certificates.") and any(
        version is not None and verifies_certificates(version) is False for version in versions
    )
    return labels[:1] if old else labels


def _users(gap: Gap, state: FleetState) -> list[str]:
    """Every name that a client may log in with, as an administrator; and none of these."""
    peers = [peer for name in gap.devices for peer in state.devices[name].peers]
    names = {name for peer in peers for name in (peer.user, *_common_names(peer)) if name and name.isprintable()}
    usable = sorted(name for name in names if not set(name) & set(",;:\\"))
    others = f"{_NOBODY}:{ADMINISTRATOR}"
    return ["; ".join(f"{name}:{ADMINISTRATOR}" for name in usable), others] if usable else [others]


def _common_names(peer: Peer) -> tuple[str, ...]:
    return peer.certificate.common_names if peer.certificate else ()


def _of_store(gap: Gap, state: FleetState, known: Authorities) -> Values:
    slot = Slot(gap.key)
    peers = [peer for name in gap.devices for peer in state.devices[name].peers]
    calls = [one for peer in peers if (one := state.devices.get(peer.peer_device or ""))]
    presented = [*_certificates(peers), *(one.local_certificate for one in calls if one.local_certificate)]
    full = _above(presented, known)
    if not full:
        return not_applied("the export has no CA certificate that issued one of a peer")
    stores = (("an empty store", ()), (f"a store with {_named(full, known)}", full))
    return Values(
        tuple(Value(words, (FillStore(slot, gap.file, gap.devices, members),)) for words, members in stores),
        Known.SOME_VALUES,
    )


def _above(certificates: Iterable[Certificate], known: Authorities) -> tuple[str, ...]:
    """The CA certificates over some certificates, each once."""
    return tuple(dict.fromkeys(one.sha256 for certificate in certificates for one in known.above(certificate)))


def _named(members: Sequence[str], known: Authorities) -> str:
    records = known.fleet.certificate_records
    return ", ".join(title(records[one]) for one in members)


def _certificates(peers: Iterable[Peer]) -> Iterator[Certificate]:
    for peer in peers:
        if peer.certificate:
            yield peer.certificate
        if peer.as_client and peer.as_client.certificate:
            yield peer.as_client.certificate


def _of_local_certificate(gap: Gap, state: FleetState, known: Authorities) -> Values:
    (name,) = gap.devices
    device = state.devices[name]
    stores = [peer.trust_store for peer in device.peers if peer.trust_store]
    names = dict.fromkeys(
        (
            *(device.names("device.host_names") or ()), *(device.names("device.addresses") or ()),
            *(one for peer in device.peers for one in _expected(device, peer)),
        )
    )  # fmt: skip
    return _certificate_values(list(names), "", stores, known, lambda one: FillCertificate(one, name))


def _expected(device: Device, peer: Peer) -> Iterator[str]:
    for kind in peer.connections:
        if kind in CONNECTION_TABLE:
            yield from expected_names(device, peer, CONNECTION_TABLE[ConnectionType(kind)])[0]


def _of_peer(gap: Gap, state: FleetState, known: Authorities) -> Values:
    devices = [state.devices[name] for name in gap.devices]
    declared = [(device, peer) for device in devices for peer in device.peers if peer.name == gap.peer]
    if gap.key in _WORDS_OF_PEERS:
        return Values(
            tuple(Value(word, (FillPeerKey(gap.peer, gap.declared_in, gap.key, word),))
                  for word in _WORDS_OF_PEERS[gap.key]),
            Known.EVERY_VALUE,
        )  # fmt: skip
    if any(peer.peer_device for _, peer in declared):
        return not_applied("it is that of another MCU")
    if gap.key == "trust_store":
        return _of_peer_store(gap, devices, known)
    if gap.key in ("certificate", "client_certificate"):
        return _of_peer_certificate(gap, declared, known)
    return not_applied("any value may be there")


def _of_peer_store(gap: Gap, devices: Sequence[Device], known: Authorities) -> Values:
    full = _above((device.local_certificate for device in devices if device.local_certificate), known)
    if not full:
        return not_applied("the export has no CA certificate that issued the local certificate")
    stores: tuple[tuple[str, tuple[str, ...]], ...] = (
        ("an empty store", ()), (f"a store with {_named(full, known)}", full)
    )  # fmt: skip
    return Values(
        tuple(Value(words, (FillPeerStore(gap.peer, gap.declared_in, members),)) for words, members in stores),
        Known.SOME_VALUES,
    )


def _of_peer_certificate(gap: Gap, declared: Sequence[tuple[Device, Peer]], known: Authorities) -> Values:
    names = dict.fromkeys(one for device, peer in declared for one in (*peer.identifiers, *_references(device, peer)))
    user = next((peer.user for _, peer in declared if peer.user), gap.peer)
    stores = [store for device, _ in declared for store in device.trust_stores.values()]
    as_client, (first, *_) = gap.key == "client_certificate", gap.devices
    return _certificate_values(
        list(names), user, stores, known, lambda one: ReplaceCertificate(one, first, gap.peer, as_client)
    )


def _references(device: Device, peer: Peer) -> Iterator[str]:
    for kind in peer.connections:
        if kind in CONNECTION_TABLE:
            yield from reference_names(device, peer, CONNECTION_TABLE[ConnectionType(kind)])


def _certificate_values(
    names: Sequence[str],
    common_name: str,
    stores: Sequence[Store],
    known: Authorities,
    made: Callable[[CertificateDescription], Supposed],
) -> Values:
    """A suitable certificate of each CA that several stores have, and one that has ended and has other names."""
    issuers = _issuers(stores, known)
    if not issuers:
        return not_applied(_NO_AUTHORITY)
    at = known.at
    suitable = [Value(f"a suitable certificate of {title(one)}", (made(_suitable(names, common_name, one)),))
                for one in issuers]  # fmt: skip
    begins = max(issuers[0].not_before, at - timedelta(days=30))
    ended = CertificateDescription(
        "unsuitable.invalid", ("unsuitable.invalid",), issuer=issuers[0].sha256, not_before=begins,
        not_after=max(begins, at - timedelta(days=1)),
    )  # fmt: skip
    return Values(
        (*suitable, Value("a certificate that has ended, with other names", (made(ended),))), Known.SOME_VALUES
    )


def _issuers(stores: Sequence[Store], known: Authorities) -> list[Certificate]:
    """The CAs that most of these stores have, those that issued certificates of the export first."""
    members = Counter(member.sha256 for store in stores for member in store.members)
    records = known.fleet.certificate_records
    found: list[Certificate] = []
    usable = [records[one] for one in members if records[one].is_ca and known.is_valid(records[one])]
    while usable and len(found) < _ISSUERS:
        most = max(members[one.sha256] for one in usable)
        best = known.issuing(one for one in usable if members[one.sha256] == most)
        if best is None:
            break
        found.append(best)
        usable.remove(best)
    if not found and (any_one := known.issuing(records.values())):
        return [any_one]
    return found


def _suitable(names: Sequence[str], common_name: str, issuer: Certificate) -> CertificateDescription:
    addresses = [name for name in names if is_address(name)]
    hosts = [name for name in names if name not in addresses and name.isascii() and " " not in name and ":" not in name]
    return CertificateDescription(
        common_name or next(iter(hosts), ""), (*hosts, *(one for one in addresses if ":" not in one)),
        tuple(f"sip:[{one}]" if ":" in one else f"sip:{one}" for one in (*hosts, *addresses)), tuple(addresses),
        issuer=issuer.sha256,
    )  # fmt: skip

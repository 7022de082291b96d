"""What is said without a setting, or with one that cannot be read, beside what is said under each of its values."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Final

from mcuaudit import Fleet
from mcuaudit.devices.device import Device
from mcuaudit.devices.records import devices_of
from mcuaudit.domain.connections import ANY_PEER
from mcuaudit.domain.name_lists import join_names, split_names
from mcuaudit.domain.setting_value import SettingValue, Source
from mcuaudit.domain.settings import SETTING_BY_KEY, SETTINGS, ValueKind
from mcuaudit.pkix import RevocationLists
from mcuaudit.predict.connection import connection_row
from mcuaudit.predict.context import FleetContext, fleet_context
from mcuaudit.predict.of_device import administration_of, judge_device
from tests.authority import NOW
from tests.clean_export import ADDRESS, HOST
from tests.devices.build import damaged

Key = tuple[str, str]
ADMINISTRATION: Final[Key] = ("administration", "")
_DECIDED: Final = ("pass", "fail")


@dataclass(frozen=True, slots=True)
class Values:
    """The values that a setting may have, and what is to be compared.

    Attributes:
        of: the values for a device.
        every: each value that matters is among them, so that what holds under all of them must be said.
        assumed: what holds where the setting is not in the export: these values count, and not the others.
        but_not: rows that are not compared.
        why: why `every` is False, or something is assumed or left out.
    """

    of: Callable[[Device], tuple[str, ...]]
    every: bool = True
    assumed: Callable[[Device], tuple[str, ...]] | None = None
    but_not: Callable[[Device, Key], bool] = lambda device, key: False
    why: str = ""


def _these(*values: str) -> Callable[[Device], tuple[str, ...]]:
    return lambda device: values


def _labels(key: str) -> Callable[[Device], tuple[str, ...]]:
    return _these(*SETTING_BY_KEY[key].labels)


def _users(device: Device) -> tuple[str, ...]:
    """Lists of users: none, each person who logs in as administrator or as another user, and all of them."""
    common_names = (name for peer in device.peers if peer.certificate for name in peer.certificate.common_names)
    people = sorted({"alice", "zoe", *common_names, *(peer.user for peer in device.peers if peer.user)})[:6]
    alone = [(f"{name}:{level}",) for name in people for level in _LEVELS]
    together = [tuple(f"{name}:{level}" for name in people) for level in _LEVELS]
    return tuple(join_names(entries) for entries in ((), *alone, *together))


_LEVELS: Final = ("administrator", "conference list only")


def _receivers(device: Device) -> tuple[str, ...]:
    """The https URIs of the receivers that are declared."""
    places = [name for peer in device.peers if "feedback_receiver" in peer.connections for name in peer.identifiers]
    return (join_names(f"https://{place}/RPC2" for place in places if "/" not in place and ":" not in place),)


def _of_other_mcus(device: Device, key: Key) -> bool:
    return key[1] in {peer.name for peer in device.peers if peer.peer_device}


_BOOLEAN: Final = _these("true", "false")
_FEATURES: Final = _these("", "Encryption", "Videofirewall", join_names(("Secure management (HTTPS)",)))
_ADDRESSES: Final = _these("", "10.9.9.9", ADDRESS, join_names((ADDRESS, "10.9.9.9")))
_NOT_WHOLE: Final = "Its values have no end; some of them stand for all."

DECIDING: Final[Mapping[str, Values]] = {
    "ssl_certificates.verification_settings": Values(_labels("ssl_certificates.verification_settings")),
    "ssl_certificates.client_certificate_security": Values(_labels("ssl_certificates.client_certificate_security")),
    "ssl_certificates.server_certificate_security": Values(_labels("ssl_certificates.server_certificate_security")),
    "ssl_certificates.ocsp.enabled": Values(_BOOLEAN),
    "services.http": Values(_BOOLEAN),
    "services.https": Values(_BOOLEAN),
    "services.sips_tcp": Values(_BOOLEAN),
    "security.redirect_http_to_https": Values(_BOOLEAN),
    "users": Values(_users),
    "sip.outbound_call_configuration": Values(_labels("sip.outbound_call_configuration")),
    "device.features": Values(
        _FEATURES,
        assumed=_these("Encryption"),
        why="A feature key is assumed where the export lists none (docs/verdicts.md).",
    ),
    "device.software_version": Values(_these("4.3(2.30)", "4.4(3.57)", "4.5(1.72)")),
    "device.model": Values(
        _these("MCU 4510", "TelePresence Server 7010"),
        assumed=_these("MCU 4510"),
        why="A device without a model is assumed to be an MCU (docs/verdicts.md).",
    ),
    "ssl_certificates.private_key": Values(
        _these("Key matches certificate", "Key does not match certificate"),
        assumed=_these("Key matches certificate"),
        why="The key is assumed to match where the export has not the words of the page.",
    ),
    "sip.use_local_certificate_for_outgoing": Values(_BOOLEAN),
    "feedback_receivers": Values(
        _receivers,
        assumed=_receivers,
        every=False,
        why="The setting makes the rows; without it the declared receivers are assumed to be configured.",
    ),
    "device.addresses": Values(
        _ADDRESSES,
        every=False, but_not=_of_other_mcus,
        why=f"{_NOT_WHOLE} Another MCU has the addresses in its own list of peers.",
    ),
    "device.host_names": Values(
        _these("", "else.example.com", HOST, join_names((HOST, "else.example.com"))),
        every=False, but_not=_of_other_mcus,
        why=f"{_NOT_WHOLE} Another MCU has the names in its own list of peers.",
    ),
    "ssl_certificates.ocsp.server_url": Values(
        _these("", "nowhere", "http://ocsp.example.com/", "https://ocsp.example.com/", "https://else.example.com/"),
        every=False, but_not=lambda device, key: key[0] == "ocsp_server",
        why=f"{_NOT_WHOLE} The setting names the row of the server.",
    ),
    "sip.outbound_address": Values(_these("", "vcs.example.com", "10.1.2.200"), every=False, why=_NOT_WHOLE),
    "sip.outbound_domain": Values(_these("", "example.com", "10.1.2.200"), every=False, why=_NOT_WHOLE),
}  # fmt: skip
"""The settings that decide connections."""

_OTHERS: Final = {
    ValueKind.BOOLEAN: ("true", "false"), ValueKind.TIME: ("2026-01-01", "2026-06-10"), ValueKind.TEXT: ("CN=x", ""),
}  # fmt: skip
NOT_DECIDING: Final[Mapping[str, tuple[str, ...]]] = {
    one.key: _OTHERS[one.kind] for one in SETTINGS if one.key not in DECIDING
}
"""The others, with values that must make no difference."""


@dataclass(frozen=True)
class Judged:
    """The devices of a fleet, to be judged again with another value of a setting."""

    devices: Mapping[str, Device]
    context: FleetContext

    def outcomes(self, device: Device) -> dict[Key, str]:
        """The outcomes of the connections of a device, by type and peer, and of its administration."""
        fleet = replace(self.context, devices={**self.devices, device.device_id: device})
        connections = judge_device(device, fleet)
        found: dict[Key, list[str]] = {}
        for row in map(connection_row, connections):
            found.setdefault((str(row["connection_type"]), row["peer"]), []).append(str(row["outcome"]))
        outcome = administration_of(device, connections, fleet).outcome
        return {key: " ".join(sorted({*outcomes})) for key, outcomes in found.items()} | {ADMINISTRATION: outcome.value}


def judged(fleet: Fleet) -> Judged:
    """The devices of a fleet in memory."""
    devices = devices_of(fleet)
    lists = RevocationLists(fleet.revocation_list_records, fleet.damaged_revocation_lists)
    context = fleet_context(devices, fleet.certificate_records.values(), NOW, lists)
    return Judged({device.device_id: device for device in devices}, context)


def with_value(device: Device, key: str, value: str) -> Device:
    """The device with that value of a setting."""
    return replace(device, settings={**device.settings, key: SettingValue(value, Source.TYPED)})


def without(device: Device, key: str) -> Device:
    """The device without a setting in its export."""
    return replace(device, settings={name: one for name, one in device.settings.items() if name != key})


def compare_values(fleet: Judged, rng: random.Random, place: str, how_many: int) -> Counter[str]:
    """Compare some settings of each device: untold, and damaged, with their values.

    Raises:
        AssertionError: something else is said than what holds under each value, or less where every value is known.
    """
    counts: Counter[str] = Counter()
    for device in fleet.devices.values():
        for key in (*rng.sample(list(DECIDING), how_many), rng.choice(list(NOT_DECIDING))):
            counts.update(compare_setting(fleet, device, key, place))
    return counts


def compare_setting(fleet: Judged, device: Device, key: str, place: str) -> Counter[str]:
    """Compare one setting of one device, untold and damaged, with its values."""
    if key in NOT_DECIDING:
        _undecided(fleet, device, key, f"{place}: {device.device_id}, {key}")
        return Counter()
    counts = _untold(fleet, device, key, f"{place}: {device.device_id} without {key}")
    counts.update(_damaged(fleet, device, key, f"{place}: {device.device_id} with a damaged {key}"))
    counts.update(_in_part(fleet, device, key, f"{place}: {device.device_id} with {key} in part"))
    return counts


def _untold(fleet: Judged, device: Device, key: str, place: str) -> Counter[str]:
    domain = DECIDING[key]
    said = fleet.outcomes(without(device, key))
    values = (domain.assumed or domain.of)(device)
    under = {value: fleet.outcomes(with_value(device, key, value)) for value in values}
    return _compared(said, under, device, domain, place, to_be_said=_DECIDED if domain.every else ())


def _damaged(fleet: Judged, device: Device, key: str, place: str) -> Counter[str]:
    domain = DECIDING[key]
    said = fleet.outcomes(damaged(device, key))
    under = {value: fleet.outcomes(with_value(device, key, value)) for value in domain.of(device)}
    # What cannot be read need not pass, whatever it is.
    return _compared(said, under, device, domain, place, to_be_said=("fail",) if domain.every else ())


_FURTHER: Final = {"users": _users, "device.features": _FEATURES, "device.addresses": _ADDRESSES}
"""What the entry of a list that cannot be read may be."""


def _in_part(fleet: Judged, device: Device, key: str, place: str) -> Counter[str]:
    """A list of which one entry cannot be read."""
    value = device.value(key)
    if key not in _FURTHER or value is None:
        return Counter()
    in_part = SettingValue(value, Source.TYPED, f"{device.device_id}/settings.toml", key, incomplete=True)
    said = fleet.outcomes(replace(device, settings={**device.settings, key: in_part}))
    # A device has a user of a name once.
    known = _names(value) - {""}
    further = (more for more in _FURTHER[key](device) if known.isdisjoint(_names(more)))
    whole = {f"{value} {more}".strip() for more in further}
    under = {one: fleet.outcomes(with_value(device, key, one)) for one in whole}
    return _compared(said, under, device, DECIDING[key], place, to_be_said=())


def _names(users: str) -> set[str]:
    return {entry.rpartition(":")[0] for entry in split_names(users)}


def _compared(
    said: dict[Key, str], under: dict[str, dict[Key, str]], device: Device, domain: Values, place: str, *,
    to_be_said: tuple[str, ...],
) -> Counter[str]:  # fmt: skip
    counts: Counter[str] = Counter()
    for key, outcome in said.items():
        if key[1] == ANY_PEER or domain.but_not(device, key):
            continue
        held = {value: found.get(key, "notApplicable") for value, found in under.items()}
        where = f"{place}: {' '.join(key).strip()} is {outcome}"
        assert outcome not in _DECIDED or {*held.values()} == {outcome}, f"{where}, and under its values {held}"
        certain = next(iter(held.values())) if len({*held.values()}) == 1 else ""
        assert outcome == certain or certain not in to_be_said, f"{where}, and under each value {held}"
        counts[f"compared: {outcome}"] += 1
        counts["compared"] += 1
    return counts


def _undecided(fleet: Judged, device: Device, key: str, place: str) -> None:
    """A setting that decides nothing makes no difference."""
    said = fleet.outcomes(without(device, key))
    for value in NOT_DECIDING[key]:
        found = fleet.outcomes(with_value(device, key, value))
        assert found == said, f"{place} = {value!r} decides {sorted(k for k in said if said[k] != found.get(k))}"
    assert fleet.outcomes(damaged(device, key)) == said, f"{place} decides where it cannot be read"

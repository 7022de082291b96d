"""A fleet of three sites from a random generator, with what the fleet and its sites lay down for their devices."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from typing import Any

from tests.oracles.law.chance import mostly
from tests.oracles.law.description import Device, Fleet, Peer, Presented, Store
from tests.oracles.law.generated_certificates import a_line, presented, recipe, store
from tests.oracles.law.generated_peers import Facts, other_mcu, server, sip_peer, user
from tests.oracles.law.generated_settings import CHOICES, settings
from tests.oracles.law.lines import GOOD

SITES = ("hull", "york", "ripon")
INHERITED = [key for key in CHOICES if key not in ("device.model",)]


@dataclass
class Level:
    """What a directory of the export holds: of the fleet (""), of a site, or of a device."""

    path: str
    settings: dict[str, object] = field(default_factory=dict)
    stores: dict[str, Store] = field(default_factory=dict)
    peers: dict[str, Facts] = field(default_factory=dict)
    local: Presented | None = None
    in_table: bool = False


@dataclass
class Export:
    """The levels, and the fleet that they come to."""

    levels: dict[str, Level]
    fleet: Fleet


def generated(rng: random.Random, size: int) -> Export:
    """A fleet of that many devices."""
    often = rng.choice((0.6, 0.8, 0.9, 0.97))
    levels = {"": _far(rng, "", often), **{site: _far(rng, site, often) for site in SITES}}
    places = [f"{rng.choice(SITES)}/mcu-{number}" for number in range(1, size + 1)]
    for number, place in enumerate(places, 1):
        levels[place] = _device(rng, place, number, places, often)
    return assembled(levels, mesh="site" if rng.random() < 0.1 and size <= 12 else "none")


def assembled(levels: dict[str, Level], mesh: str = "none") -> Export:
    """The nearer level overrides the farther one, key by key, store by store, peer by peer."""
    devices = [_effective(levels, path) for path in levels if "/" in path]
    stores = [one for level in levels.values() for one in level.stores.values()]
    peers = [facts for level in levels.values() for facts in level.peers.values()]
    stores += [facts["store"] for facts in peers if "store" in facts]
    shown = [facts[key] for facts in peers for key in ("certificate", "client_certificate") if key in facts]
    others = [one for held in stores for one in held.members]
    others += [one for part in shown if isinstance(part, Presented) for one in (part.leaf, *part.chain)]
    return Export(levels, Fleet(tuple(sorted(devices, key=lambda one: one.id)), mesh, tuple(dict.fromkeys(others))))


def _effective(levels: dict[str, Level], path: str) -> Device:
    site, _, name = path.partition("/")
    chain = [levels[one] for one in ("", site, path) if one in levels]
    values: dict[str, object] = {}
    stores: dict[str, Store] = {}
    peers: dict[str, Facts] = {}
    for level in chain:
        values |= level.settings
        stores |= level.stores
        for peer, facts in level.peers.items():
            peers[peer] = {**peers.get(peer, {}), **facts}
    return Device(site, name, values, levels[path].local, stores.get("sip"), stores.get("https"),
                  tuple(Peer(**facts) for facts in peers.values()))  # fmt: skip


def _far(rng: random.Random, path: str, often: float) -> Level:
    """Defaults of the fleet or a site: a few settings, perhaps stores and peers."""
    chosen = rng.sample(INHERITED, 3 if path else 4)
    level = Level(path, {key: mostly(rng, [one for one in CHOICES[key] if one is not None], 0.9) for key in chosen})
    for slot in ("sip", "https"):
        held = store(rng, GOOD, (), often)
        if held is not None and rng.random() < 0.4:
            level.stores[slot] = held
    if rng.random() < 0.6:
        name = f"shared {path or 'fleet'}"
        level.peers[name] = {
            key: value for key, value in sip_peer(rng, name, GOOD, 99, often).items() if key != "expects"
        }
    return level


def _device(rng: random.Random, path: str, number: int, places: list[str], often: float) -> Level:
    line = a_line(rng, often)
    address, host = f"10.1.2.{number}", f"mcu-{number}.example.com"
    cns = mostly(rng, ((host,), (address,), (host, "mcu")), often)
    found = recipe(
        rng, cns, (address, host) if rng.random() < 0.8 else (host, address), mostly(rng, (line, None), 0.95), often
    )
    level = Level(path, settings(rng, number, often))
    level.local = mostly(rng, (presented(rng, found, line if found.issuer else None, often), None), 0.95)
    for slot in ("sip", "https"):
        held = store(rng, a_line(rng, often), (level.local.leaf,) if level.local else (), often)
        if held is not None and rng.random() < 0.9:
            level.stores[slot] = held
    for facts in _peers(rng, path, number, places, line, often):
        level.peers[facts["name"]] = facts
    level.in_table = rng.random() < 0.3
    if level.in_table:
        level.settings = {
            key: value for key, value in level.settings.items() if value != "" and key != "device.features"
        }
    return level


def _peers(rng: random.Random, path: str, number: int, places: list[str], line: Any, often: float) -> list[Facts]:
    found = [sip_peer(rng, f"sip {one}", line, number, often) for one in range(rng.choice((0, 1, 2, 2)))]
    found += [user(rng, f"web {one}", "web_user", line, number, often) for one in range(rng.choice((0, 1, 1, 2)))]
    found += [user(rng, f"api {one}", "api_user", line, number, often) for one in range(rng.choice((0, 1)))]
    found += [server(rng, f"ocsp {one}", "ocsp_server", "ocsp.example.com", line, often)
              for one in range(rng.choice((0, 1, 1, 2)))]  # fmt: skip
    found += [server(rng, f"receiver {one}", "feedback_receiver", "tms.example.com", line, often)
              for one in range(rng.choice((0, 1, 1, 2)))]  # fmt: skip
    if rng.random() < 0.4 and len(places) > 1:
        found.append(other_mcu(rng, rng.choice([place for place in places if place != path])))
    if rng.random() < 0.2:
        found.append({"name": "shared fleet", "identifiers": (f"10.1.9.{number}",), "connections": ("outgoing_sip",)})
    return found

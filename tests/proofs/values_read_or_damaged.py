"""A value of settings.toml, settings.csv, peers.toml or a saved response that is broken is damaged, never absent."""

from __future__ import annotations

import collections
import random
import xmlrpc.client
from collections.abc import Iterable
from typing import Any

from mcuaudit.decode.peers import decode_peers
from mcuaudit.decode.records import DecodedPeers, DecodedSettings, SettingsPart
from mcuaudit.decode.responses import decode_response
from mcuaudit.decode.settings import decode_settings_toml
from mcuaudit.decode.table import decode_settings_table
from mcuaudit.errors import Undecodable
from tests.clean_export import toml

CLAIM = "Each value that one edit breaks is read as it was, damaged or incomplete; none is as if it were not there."
SIZE = 3000
SAMPLE = 300

SETTINGS: dict[str, Any] = {
    "device.model": "MCU 4510",
    "device.software_version": "4.4(3.57)",
    "device.addresses": ["10.1.2.3", "2001:db8::3"],
    "device.host_names": ["mcu-1.example.com", "mcu-1"],
    "device.collected_at": "2026-06-10",
    "device.features": ["Encryption", "Secure management (HTTPS)"],
    "ssl_certificates.verification_settings": "Outgoing and incoming calls",
    "ssl_certificates.client_certificate_security": "Verify certificate",
    "ssl_certificates.server_certificate_security": "No verification",
    "ssl_certificates.private_key": "Key matches certificate",
    "ssl_certificates.ocsp.enabled": False,
    "services.http": False,
    "services.https": True,
    "services.sips_tcp": True,
    "sip.outbound_call_configuration": "Use trunk",
    "sip.outbound_address": "vcs.example.com",
    "security.redirect_http_to_https": True,
    "users": ["ann:administrator", "guest:conference list only"],
    "feedback_receivers": ["https://tms.example.com/RPC2", "http://b.example.com/RPC2"],
}
PEER: dict[str, Any] = {
    "name": "vcs",
    "product": "Expressway",
    "connections": ["incoming_sip", "outgoing_sip"],
    "route": "proxied",
    "identifiers": ["vcs.example.com", "10.1.2.9"],
    "certificate": "peers/vcs.pem",
    "chain_complete": True,
    "trust_store": "peers/root.pem",
    "standard": "vcs",
    "expects": ["mcu-1.example.com"],
    "user": "ann",
}
_GARBAGE: tuple[Any, ...] = ("", " ", "???", 3, 4.5, [], [3], ["", 3], {}, {"x": 1}, True, "trueish", "\u00e4\u202e")


def prove(seed: int, cases: range) -> collections.Counter[str]:
    """Break one value or key in each case, and look for every value afterwards."""
    counts: collections.Counter[str] = collections.Counter()
    kinds = (_settings_toml, _settings_table, _peers_toml, _response)
    for case in cases:
        chance = random.Random(f"{seed} {case}")
        kind = chance.choice(kinds)
        try:
            counts[f"{kind.__name__[1:]} {kind(chance)}"] += 1
        except Undecodable:
            # The whole file is damaged.
            counts[f"{kind.__name__[1:]} refused whole"] += 1
        except Exception as error:
            raise AssertionError(f"seed {seed}, case {case}: {type(error).__name__}: {error}") from error
    return counts


def one_edit(chance: random.Random, word: str) -> str:
    place = chance.randrange(len(word))
    letter = chance.choice("aeimnrst_")
    edits = (
        word[:place] + word[place + 1 :],
        word[:place] + letter + word[place:],
        word[:place] + letter + word[place + 1 :],
        word[:place] + word[place : place + 2][::-1] + word[place + 2 :],
        word.swapcase(),
    )
    return chance.choice(edits) or "x"


def broken(chance: random.Random, value: Any) -> Any:
    if isinstance(value, list) and chance.random() < 0.5:
        return [chance.choice(("", "???", 3, "a b:c:", "1.2.3")), *value[1:]]
    if isinstance(value, str) and chance.random() < 0.3:
        return one_edit(chance, value)
    return chance.choice(_GARBAGE)


def nested(settings: dict[str, Any]) -> dict[str, Any]:
    tables: dict[str, Any] = {key: value for key, value in settings.items() if "." not in key}
    for key, value in settings.items():
        *path, last = key.split(".")
        if path:
            table = tables
            for name in path:
                table = table.setdefault(name, {})
            table[last] = value
    return tables


def _settings_toml(chance: random.Random) -> str:
    whole = decode_settings_toml(toml(nested(SETTINGS)).encode()).parts[0]
    key = chance.choice(list(SETTINGS))
    settings = dict(SETTINGS)
    what = chance.choice(("value", "key", "table"))
    if what == "value":
        settings[key] = broken(chance, settings[key])
    else:
        table, dot, last = key.rpartition(".")
        new = (
            f"{table}{dot}{one_edit(chance, last)}"
            if what == "key" or not table
            else f"{one_edit(chance, table)}.{last}"
        )
        settings = {new if name == key else name: value for name, value in settings.items()}
    found = decode_settings_toml(toml(nested(settings)).encode())
    return f"{what}: {_all_there(whole, found.parts[0], [key], found)}"


def _all_there(whole: SettingsPart, part: SettingsPart, changed: Iterable[str], found: DecodedSettings) -> str:
    """Every value is as it was, or is damaged or incomplete with a problem, or is another one that can be."""
    now = {value.setting: value for value in part.values}
    damaged = {item.setting for item in part.damaged}
    assert not damaged & now.keys(), f"{damaged & now.keys()} are read and damaged"
    said = "unchanged"
    for value in whole.values:
        read = now.get(value.setting)
        if read is None:
            assert value.setting in damaged, f"{value.setting} is as if it were not there: {part}, {found.problems}"
            assert found.problems, f"{value.setting} is damaged without a problem"
            said = "damaged"
        elif read.value != value.value:
            assert value.setting in changed, f"{value.setting} changed, which was not edited"
            said = "incomplete" if read.incomplete else "another value"
            assert found.problems or not read.incomplete
    return said


def cell(value: Any) -> str:
    if isinstance(value, list):
        return "; ".join(map(str, value))
    return str(value).lower() if isinstance(value, bool) else str(value)


def _settings_table(chance: random.Random) -> str:
    """One table of two devices; the second one is never edited."""

    def table(columns: list[str], cells: list[str]) -> bytes:
        other = [cell(value) for value in SETTINGS.values()]
        return "\n".join("\t".join(row) for row in (["device", *columns], ["a", *cells], ["b", *other])).encode(
            encoding
        )

    encoding = chance.choice(("utf-8", "utf-8-sig", "utf-16"))
    columns, cells = list(SETTINGS), [cell(value) for value in SETTINGS.values()]
    whole = decode_settings_table(table(columns, cells)).parts[0]
    place = chance.randrange(len(columns))
    key, what = columns[place], chance.choice(("cell", "column", "surplus"))
    if what == "column":
        columns[place] = one_edit(chance, key)
    elif what == "cell":
        cells[place] = chance.choice(("???", "3", "-", "trueish", one_edit(chance, cells[place])))
    else:
        cells.insert(place, "x")
    found = decode_settings_table(table(columns, cells))
    part = next(part for part in found.parts if part.device == "a")
    return f"{what}: {_all_there(whole, part, [key], found)}"


def _peers_toml(chance: random.Random) -> str:
    peer, key, what = dict(PEER), chance.choice(list(PEER)), chance.choice(("value", "key", "table"))
    table = "peer"
    if what == "value":
        value = broken(chance, peer[key])
        # A table below a peer would be written as one of the file.
        peer[key] = 3 if isinstance(value, dict) else value
    elif what == "key":
        peer = {one_edit(chance, key) if name == key else name: value for name, value in peer.items()}
    else:
        table = one_edit(chance, table)
    found = decode_peers(toml({table: [peer]}).encode())
    return f"{what}: {_peer_there(found, key)}"


def _peer_there(found: DecodedPeers, key: str) -> str:
    (declared,) = (*found.peers, *found.unnamed)
    there = declared.values.keys() | declared.damaged
    assert PEER.keys() <= there, f"{PEER.keys() - there} are as if they were not there: {found}"
    assert found.problems or not (declared.damaged or declared.incomplete)
    if not declared.name:
        return "unnamed"
    return "damaged" if declared.damaged else "incomplete" if declared.incomplete else "read"


_RESPONSES: dict[str, tuple[dict[str, Any], tuple[str, ...]]] = {
    "device.query": (
        {"model": "MCU 4510", "softwareVersion": "4.4(3.57)", "rebootRequired": True, "uptime": 86400,
         "currentTime": xmlrpc.client.DateTime("20261109T10:00:00"),
         "activatedFeatures": [{"feature": "Encryption"}]},
        ("device.model", "device.software_version", "device.restart_required", "device.current_time",
         "device.features"),
    ),
    "device.network.query": (
        {"portA": {"enabled": True, "ipv4Address": "10.1.2.3", "ipv6Address": "2001:db8::3/64"},
         "portB": {"enabled": False}},
        ("device.addresses",),
    ),
    "services.query": (
        {"ports": [{"port": "A", "services": [{"name": "https", "enabled": False, "setting": True, "port": 443},
                                              {"name": "http", "enabled": False, "setting": False, "port": 80}]}]},
        ("services.https", "services.http"),
    ),
    "feedbackReceiver.query": ({"receivers": [{"receiverURI": "https://a/RPC2", "index": 1}]}, ("feedback_receivers",)),
}  # fmt: skip
_SCALARS = ("<int>", "<boolean>", "<dateTime.iso8601>", "<string>")


def _response(chance: random.Random) -> str:
    """One scalar of a response is made one that its type does not have."""
    name = chance.choice(list(_RESPONSES))
    members, settings = _RESPONSES[name]
    text = xmlrpc.client.dumps((members,), methodresponse=True)
    places = [at for tag in _SCALARS[:3] for at in _everywhere(text, tag)]
    if not places:
        places = _everywhere(text, "<string>")
    at = chance.choice(places)
    end = text.index("<", at)
    odd = chance.choice(("???", "x", "", "\u00e4"))
    data = f"{text[:at]}{odd}{text[end:]}".encode()
    found = decode_response(data, name)
    part = found.parts[0]
    there = {value.setting for value in part.values} | {item.setting for item in part.damaged}
    assert set(settings) <= there, f"{set(settings) - there} of {name} are as if they were not there: {data!r}"
    assert found.problems or name == "feedbackReceiver.query"
    return "damaged" if part.damaged else "incomplete" if any(value.incomplete for value in part.values) else "read"


def _everywhere(text: str, tag: str) -> list[int]:
    return [place + len(tag) for place in range(len(text)) if text.startswith(tag, place)]

"""What the readers make of some hundred odd inputs, a line each; test_kept_readings.py compares it with what is kept.

python -m tests.decode.readings writes the file anew; read the difference before you commit it.
"""

from __future__ import annotations

import copy
import dataclasses
import hashlib
import random
import re
import xmlrpc.client
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final

from cryptography.hazmat.primitives.asymmetric import ed25519

from mcuaudit.decode.bundle import decode_bundle
from mcuaudit.decode.certificate import decode_certificate
from mcuaudit.decode.peers import decode_peers
from mcuaudit.decode.responses import decode_response
from mcuaudit.decode.settings import decode_settings_toml
from mcuaudit.decode.table import decode_settings_table
from mcuaudit.errors import Undecodable
from tests.authority import Authority
from tests.clean_export import toml
from tests.odd_encodings import EXTENSIONS, FIELDS, pem, pkcs7_of
from tests.proofs.certificates import ISSUING, LEAF, ROOT, WAYS, in_extension, in_field
from tests.proofs.values_read_or_damaged import PEER, SETTINGS, broken, cell, nested, one_edit

KEPT: Final = Path(__file__).with_name("kept_readings.txt")
EACH: Final = 60
"""Inputs of each kind of text file."""

_SIGNED: Final = ("der", "sha256")
"""What is another each time a certificate is signed."""


def readings() -> Iterator[str]:
    """A line for each input: its kind and number, and what was read of it."""
    yield from _certificates()
    yield from _bundles()
    for kind, reader, make in (
        ("settings.toml", decode_settings_toml, _settings),
        ("settings.csv", decode_settings_table, _table),
        ("peers.toml", decode_peers, _peers),
        ("services.query", lambda data: decode_response(data, "services.query"), _services),
        ("device.query", lambda data: decode_response(data, "device.query"), _device),
        ("configuration.xml", lambda data: decode_response(data, "system"), _system),
    ):
        whole = _pieces(reader(make(None)))
        for number in range(EACH):
            yield f"{kind} {number}: {_difference(whole, reader, make(random.Random(f'{kind} {number}')))}"


def _certificates() -> Iterator[str]:
    for issued, issuer in ((LEAF, ISSUING), (ISSUING, ROOT)):
        whole = _certificate(issued.der)
        for where in (*FIELDS, *EXTENSIONS):
            for way in WAYS:
                made = (in_field if where in FIELDS else in_extension)(issued, issuer, where, way, random.Random(way))
                subject = "end entity" if issued is LEAF else "CA"
                yield f"{subject}, {where}, {way}: {_difference(whole, _certificate, made)}"


def _certificate(der: bytes) -> dict[str, str]:
    found = decode_certificate(der)
    return {one.name: _text(getattr(found, one.name)) for one in dataclasses.fields(found) if one.name not in _SIGNED}


def _bundles() -> Iterator[str]:
    """Files of the same three certificates, each time with one edit. An Ed25519 signature is always the same."""
    root = Authority.root("Kept Root", key=_key(1), serial=1)
    issuing = root.intermediate("Kept Issuing", key=_key(2), serial=2)
    three = tuple(
        one.der for one in (issuing.leaf("mcu", key=_key(3), serial=3, san=["DNS:mcu.lab.test"]), issuing, root)
    )
    forms: dict[str, bytes] = {"PEM": pem(*three), "DER": b"".join(three), "PKCS#7": pkcs7_of(*three)}
    names = {hashlib.sha256(der).hexdigest(): name for der, name in zip(three, ("leaf", "CA", "root"), strict=True)}
    for form, data in forms.items():
        for number in range(EACH):
            dice = random.Random(f"{form} {number}")
            yield f"{form} {number}: {_bundle(_edited(data, dice), names)}"


def _key(number: int) -> ed25519.Ed25519PrivateKey:
    return ed25519.Ed25519PrivateKey.from_private_bytes(bytes([number] * 32))


def _bundle(data: bytes, names: dict[str, str]) -> str:
    try:
        found = decode_bundle(data, 10)
    except Undecodable as error:
        return f"refused: {error.where}: {error.reason}"
    held = [(names.get(one.certificate.sha256, "another"), one.position, one.line) for one in found.certificates]
    said = [(one.kind, one.where, one.reason) for one in found.problems]
    return f"{held} {said} damaged={found.damaged} first_lost={found.first_lost}"


def _edited(data: bytes, dice: random.Random) -> bytes:
    """The data with one line, or some octets, left out, doubled or overwritten; signatures are left alone."""
    if data.startswith(b"-"):
        lines = data.splitlines(keepends=True)
        at = dice.randrange(len(lines))
        edits: tuple[list[bytes], ...] = (
            lines[:at] + lines[at + 1 :],
            [*lines[:at], lines[at], *lines[at:]],
            [*lines[:at], b"  " + lines[at], *lines[at + 1 :]],
            [*lines[:at], lines[at].lower(), *lines[at + 1 :]],
            [*lines[:at], lines[at].replace(b"-----", b"----"), *lines[at + 1 :]],
            [*lines[:at], b"subject=CN = a\n", *lines[at:]],
        )
        return b"".join(dice.choice(edits))
    at = dice.choice((0, 1, 2, 3, 4, 20, len(data) // 3, len(data) - 30, len(data) - 1))
    return dice.choice((data[:at], data[at:], data[:at] + b"\n" + data[at:], data[:at] + b"\x05\0" + data[at:]))


def _settings(dice: random.Random | None) -> bytes:
    settings = dict(SETTINGS)
    if dice:
        key = dice.choice(list(settings))
        if dice.random() < 0.5:
            settings[key] = broken(dice, settings[key])
        else:
            settings = {one_edit(dice, name) if name == key else name: value for name, value in settings.items()}
    text = toml(nested(settings))
    if dice and dice.random() < 0.15:
        text = text.replace(" = ", dice.choice((" ", "=“", ": ")), 1)
    return text.encode()


def _table(dice: random.Random | None) -> bytes:
    columns, cells = ["device", *SETTINGS], ["a", *map(cell, SETTINGS.values())]
    separator, encoding, others = "\t", "utf-8", []
    if dice:
        at = dice.randrange(len(columns))
        edited = dice.choice((columns, cells))
        edited[at] = dice.choice(("", "x", "WAHR", "01.02.2026", "13.2.2026", one_edit(dice, edited[at] or "x")))
        separator = dice.choice(("\t", ";"))
        encoding = dice.choice(("utf-8", "utf-8-sig", "utf-16", "cp1252"))
        others = [dice.choice((["b"], ["A", "MCU 4510"], ["leeds/a"], ["", "x"], [], ["a", "MCU 4520", "4.4"]))]
    text = "\n".join(
        separator.join(f'"{one}"' if ";" in one else one for one in row) for row in (columns, cells, *others)
    )
    return text.encode(encoding)


def _peers(dice: random.Random | None) -> bytes:
    peer, table = dict(PEER), "peer"
    if dice:
        key = dice.choice(list(peer))
        edit = dice.random()
        if edit < 0.5:
            value = broken(dice, peer[key])
            peer[key] = 3 if isinstance(value, dict) else value
        elif edit < 0.9:
            peer = {one_edit(dice, name) if name == key else name: value for name, value in peer.items()}
        else:
            table = one_edit(dice, table)
    return toml({table: [peer, {"name": "other", "connections": ["web_user"]}]}).encode()


_SERVICE: Final = {"name": "https", "enabled": True, "setting": True, "port": 443}
_ANSWERS: Final[dict[str, Any]] = {
    "services": {"ports": [{"port": "A", "services": [_SERVICE, {**_SERVICE, "name": "sips", "port": 5061}]},
                           {"port": "B", "services": [{**_SERVICE, "name": "ftp", "enabled": False}]}]},
    "device": {"model": "Codian MCU 4510", "softwareVersion": "4.4(3.57)", "rebootRequired": True,
               "currentTime": xmlrpc.client.DateTime("20261109T10:00:00"), "serial": "SM1",
               "activatedFeatures": [{"feature": "Encryption"}, {"feature": "Secure management (HTTPS)"}]},
}  # fmt: skip


def _services(dice: random.Random | None) -> bytes:
    return _response("services", dice)


def _device(dice: random.Random | None) -> bytes:
    return _response("device", dice)


def _response(name: str, dice: random.Random | None) -> bytes:
    answer = copy.deepcopy(_ANSWERS[name])
    if dice and dice.random() < 0.6:
        places = list(_places(answer))
        holder, key = dice.choice(places)
        if dice.random() < 0.3:
            holder[one_edit(dice, key)] = holder.pop(key)
        else:
            holder[key] = dice.choice(("", "x", 3, -1, True, [], {"x": 1}, [3], "TRUE"))
        return xmlrpc.client.dumps((answer,), methodresponse=True).encode()
    data = xmlrpc.client.dumps((answer,), methodresponse=True).encode()
    return _edited_tag(data, dice) if dice else data


def _places(value: Any) -> Iterator[tuple[dict[str, Any], str]]:
    for one in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from _places(one)
    if isinstance(value, dict):
        yield from ((value, key) for key in value)


_SYSTEM: Final = (
    b"<system><manufacturer>TANDBERG</manufacturer><model>Codian MCU 4510</model><serial>SM1</serial>"
    b"<softwareVersion>4.4(3.57)</softwareVersion><hostName>mcu-1</hostName></system>"
)


def _system(dice: random.Random | None) -> bytes:
    return _edited_tag(_SYSTEM, dice) if dice else _SYSTEM


def _edited_tag(data: bytes, dice: random.Random) -> bytes:
    """XML with one element renamed, emptied or cut off, or with something before it."""
    found = dice.choice(list(re.finditer(rb"<(\w+)>([^<]*)</\1>", data)))
    tag, text = found[1], found[2]
    other = dice.choice((
        b"<x>" + text + b"</x>", b"<" + tag + b"/>", b"<" + tag + b">???</" + tag + b">", b"",
        b"<" + tag + b">" + text, b"<" + tag + b"> " + text + b"\n</" + tag + b">",
    ))  # fmt: skip
    before = dice.choice((b"", b"", b"\n", b"HTTP/1.1 200 OK\nDate: x\n\n", b"\xef\xbb\xbf", b"x"))
    return before + data[: found.start()] + other + data[found.end() :]


def _difference(whole: dict[str, str], reader: Callable[[bytes], Any], data: bytes) -> str:
    """What is read otherwise than of the unedited input; "as before" if nothing is."""
    try:
        found = reader(data)
    except Undecodable as error:
        return f"refused: {error.where}: {error.reason}"
    pieces = found if isinstance(found, dict) else _pieces(found)
    other = [
        f"{name}={pieces.get(name, 'absent')}" for name in {**whole, **pieces} if pieces.get(name) != whole.get(name)
    ]
    return " | ".join(other) or "as before"


def _pieces(found: Any) -> dict[str, str]:
    """The parts of what was read of a text file, each under a name of its own."""
    pieces: dict[str, str] = {}
    for part in getattr(found, "parts", ()):
        for value in part.values:
            pieces[f"{part.device} {value.setting}"] = f"{value.value} at {value.where} incomplete={value.incomplete}"
        for value in part.damaged:
            pieces[f"{part.device} {value.setting} damaged"] = f"at {value.where}: {value.reason}"
        pieces[f"device {part.device}"] = "there"
    for value in getattr(found, "unplaced", ()):
        pieces[f"unplaced {value.setting}"] = f"at {value.where}: {value.reason}"
    for number, peer in enumerate((*getattr(found, "peers", ()), *getattr(found, "unnamed", ()))):
        for key in peer.values:
            pieces[f"peer {number} {key}"] = f"{peer.values[key]}"
        marks = (sorted(peer.damaged), sorted(peer.incomplete))
        pieces[f"peer {number}"] = f"{peer.name} at {peer.where} damaged={marks[0]} incomplete={marks[1]}"
    for number, problem in enumerate(found.problems):
        pieces[f"problem {number}"] = f"{problem.kind} at {problem.where}: {problem.reason}"
    return pieces


def _text(value: Any) -> str:
    if isinstance(value, frozenset):
        return str(sorted(map(str, value)))
    if isinstance(value, bytes):
        return value.hex()
    return str(value)


if __name__ == "__main__":
    KEPT.write_text("".join(f"{line!r}\n" for line in readings()), encoding="utf-8")

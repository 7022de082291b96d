"""Damage any nearer file or value of an export: nothing passes that does not pass under every content of it.

A case makes an export of one to three devices, with settings, stores and peers at several levels, damages one thing,
and compares the prediction with those of the same export in which that thing has each of the contents that it could
have had. Certificates are made once in a process.
"""

from __future__ import annotations

import copy
import random
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import mcuaudit
from mcuaudit.domain.settings import CLIENT_CERTIFICATE_SECURITY, SETTING_BY_KEY, ValueKind
from mcuaudit.predict.prediction import predict_fleet
from tests.authority import NOW
from tests.clean_export import ADDRESS, ELSEWHERE, HOST, ISSUING, ROOT, CleanExport, certificate, chain, toml

CLAIM = (
    "Whatever nearer file or value of an export is damaged, no outcome is pass that is not pass under every content "
    "that it could have had."
)
SIZE = 400
SAMPLE = 14

Draw = random.Random
_TRUST = ("sip-trust-store", "https-trust-store")
_TEXTS: dict[str, tuple[Any, ...]] = {
    "device.software_version": ("4.3(2.1)", "4.5(1.2)"),
    "device.addresses": ([], ["10.9.9.9"], [ADDRESS, "10.9.9.9"]),
    "device.host_names": ([], ["else.example.com"], [HOST, "else.example.com"]),
    "device.features": ([], ["Encryption"], ["Video firewall"]),
    "ssl_certificates.ocsp.server_url": ("https://ocsp.example.com/", "http://ocsp.example.com/"),
    "sip.outbound_address": ("vcs.example.com", ""),
    "sip.outbound_domain": ("example.com", ""),
    "users": (
        [],
        [{"name": "alice", "privilege": "administrator"}],
        [{"name": "alice", "privilege": "conference list only"}],
        [{"name": "tms-service", "privilege": "administrator"}],
    ),
    "feedback_receivers": (
        [],
        [{"uri": "http://tms.example.com/RPC2"}],
        [{"uri": "https://elsewhere.example.com/RPC2"}],
    ),
}
_JUDGED = tuple(
    key
    for key, setting in SETTING_BY_KEY.items()
    if setting.labels or setting.kind is ValueKind.BOOLEAN or key in _TEXTS
)
_PEER_VALUES: dict[str, tuple[Any, ...]] = {
    "product": ("endpoint", "Expressway", "browser"),
    "route": ("direct", "proxied"),
    "identifiers": (["10.1.2.200"], ["else.example.com"], ["tms.example.com"], ["ocsp.example.com"]),
    "certificate": (False, "peers/alice.pem", "peers/tms.pem", "peers/else.pem"),
    "chain_complete": (True, False),
    "trust_store": ("peers/trusted.pem", "peers/elsewhere.pem", "public"),
    "standard": ("mcu", "vcs", "rfc5922", "rfc9525", "cucm", "none"),
    "expects": ([HOST], [ADDRESS], ["else.example.com"], []),
    "user": ("alice", "nobody"),
    "connections": (["web_user"], ["incoming_sip"], ["feedback_receiver"]),
}


@cache
def _files() -> dict[str, bytes]:
    return {
        **{name: data for name, data in CleanExport().files.items() if data and name.startswith("peers/")},
        "peers/else.pem": chain(certificate("else", ELSEWHERE, key=9, san=["DNS:else.example.com"])),
        "peers/elsewhere.pem": chain(ELSEWHERE),
    }


@cache
def _locals() -> tuple[bytes, ...]:
    export = CleanExport()
    good = export.files["leeds/mcu-1/local-certificate.pem"]
    assert good is not None
    return good, chain(certificate("else.example.com", ELSEWHERE, key=10)), b""


@cache
def _stores() -> tuple[bytes, ...]:
    return chain(ROOT, ISSUING), chain(ROOT), chain(ISSUING), chain(ELSEWHERE), chain(ROOT, ISSUING, ELSEWHERE)


@dataclass
class Model:
    """An export as values, by place: "" is the fleet, "leeds" a site, "leeds/mcu-1" a device."""

    settings: dict[str, dict[str, Any]] = field(default_factory=dict)
    tables: dict[str, dict[str, dict[str, str]]] = field(default_factory=dict)
    peers: dict[str, dict[str, dict[str, Any]]] = field(default_factory=dict)
    files: dict[str, bytes] = field(default_factory=dict)
    links: dict[str, str] = field(default_factory=dict)

    def texts(self) -> dict[str, bytes]:
        """Every file by its name."""
        files = {**_files(), **self.files}
        for place, values in self.settings.items():
            files.setdefault(_at(place, "settings.toml"), _settings(values))
        for place, rows in self.tables.items():
            if rows:
                files.setdefault(_at(place, "settings.csv"), _table(rows))
        for place, peers in self.peers.items():
            entries = [{"name": name, **_relative(facts, place)} for name, facts in peers.items()]
            files.setdefault(_at(place, "peers.toml"), toml({"peer": entries}).encode() if entries else b"# none\n")
        return files


def _at(place: str, name: str) -> str:
    return f"{place}/{name}" if place else name


def _settings(values: dict[str, Any]) -> bytes:
    return toml(_nested(values)).encode() if values else b"# none\n"


def _nested(values: dict[str, Any]) -> dict[str, Any]:
    nested: dict[str, Any] = {}
    for key, value in sorted(values.items(), key=lambda item: item[0].count(".")):
        table = nested
        *above, last = key.split(".")
        for name in above:
            table = table.setdefault(name, {})
        table[last] = value
    return nested


def _table(rows: dict[str, dict[str, str]]) -> bytes:
    keys = sorted({key for row in rows.values() for key in row})
    lines = [";".join(["device", *keys])]
    lines += [";".join([device, *(row.get(key, "") for key in keys)]) for device, row in rows.items()]
    return ("\n".join(lines) + "\n").encode()


def _relative(facts: dict[str, Any], place: str) -> dict[str, Any]:
    up = "../" * (place.count("/") + 1) if place else ""
    keys = ("certificate", "trust_store")
    return {
        key: f"{up}{value}" if key in keys and isinstance(value, str) and value != "public" else value
        for key, value in facts.items()
    }


Outcomes = dict[str, str]


def predicted(model: Model) -> Outcomes:
    """The outcome of every connection, and of the administration of every device."""
    with tempfile.TemporaryDirectory() as name:
        root = Path(name) / "export"
        write(model, root)
        found = predict_fleet(mcuaudit.read_export(root), NOW)
    connections = found.connections
    outcomes = dict(zip(connections["connection_id"], connections["outcome"].astype(str), strict=True))
    ways = found.administration
    return outcomes | dict(zip(ways["device_id"], ways["outcome"].astype(str), strict=True))


def write(model: Model, root: Path) -> None:
    """Write the files and links of an export."""
    for file, data in model.texts().items():
        (root / file).parent.mkdir(parents=True, exist_ok=True)
        (root / file).write_bytes(data)
    for file, target in model.links.items():
        (root / file).parent.mkdir(parents=True, exist_ok=True)
        (root / file).unlink(missing_ok=True)
        (root / file).symlink_to(target)


# The export


def _flat(values: dict[str, Any], prefix: str = "") -> Iterator[tuple[str, Any]]:
    for key, value in values.items():
        if isinstance(value, dict):
            yield from _flat(value, f"{prefix}{key}.")
        else:
            yield f"{prefix}{key}", value


def _other_value(draw: Draw, key: str) -> Any:
    setting = SETTING_BY_KEY[key]
    if setting.labels:
        return draw.choice(setting.labels)
    return draw.choice((True, False)) if setting.kind is ValueKind.BOOLEAN else draw.choice(_TEXTS[key])


def export(draw: Draw) -> Model:
    """An export in which most connections pass, with what decides them at several levels."""
    devices = draw.choice((["leeds/mcu-1"], ["leeds/mcu-1", "leeds/mcu-2"], ["leeds/mcu-1", "oslo/mcu-1"]))
    sites = sorted({device.partition("/")[0] for device in devices})
    clean, model = CleanExport(), Model()
    good = dict(_flat(clean.settings))
    if draw.random() < 0.3:
        good[CLIENT_CERTIFICATE_SECURITY] = draw.choice(SETTING_BY_KEY[CLIENT_CERTIFICATE_SECURITY].labels)
    if draw.random() < 0.3:
        good["services.http"], good["security.redirect_http_to_https"] = True, False
    for device in devices:
        site = device.partition("/")[0]
        levels = ["", site, device]
        for place in levels:
            model.settings.setdefault(place, {})
        for key, value in good.items():
            number = draw.choices((0, 1, 2), (2, 2, 3))[0]
            for place in levels[number:]:
                model.settings[place].pop(key, None)
            model.settings[levels[number]][key] = value
            if number and key in _JUDGED and draw.random() < 0.3:
                model.settings[levels[draw.randrange(number)]][key] = _other_value(draw, key)
        model.files[f"{device}/local-certificate.pem"] = _locals()[0]
        for stem in _TRUST:
            place = draw.choice(levels)
            model.files[_at(place, f"{stem}.pem")] = _stores()[0]
            for farther in levels[: levels.index(place)]:
                model.files.setdefault(_at(farther, f"{stem}.pem"), draw.choice(_stores()))
        if draw.random() < 0.3:
            model.tables.setdefault(draw.choice(["", site]), {})
    for place, rows in model.tables.items():
        for device in devices:
            if device.startswith(place):
                key = draw.choice([key for key in _JUDGED if SETTING_BY_KEY[key].labels])
                rows[device.rpartition("/")[2] if place else device] = {key: str(good.get(key, ""))}
    for name, facts in clean.peers.items():
        place = draw.choice(["", *sites, *devices]) if draw.random() < 0.4 else ""
        model.peers.setdefault("", {})
        model.peers.setdefault(place, {})[name] = copy.deepcopy(facts)
        if place:
            model.peers[""][name] = copy.deepcopy(facts) | {"user": draw.choice(_PEER_VALUES["user"])}
    if len(devices) > 1 and draw.random() < 0.5:
        if draw.random() < 0.5:
            model.files["mcuaudit.toml"] = b'[policy]\nmesh = "fleet"\n'
        else:
            model.peers[""]["mate"] = {"device": draw.choice(devices), "chain_complete": True}
    return model


# Damages: each gives the damaged export and the contents that it could have had.

Contents = list[Model]
Damage = Callable[[Draw, Model], tuple[Model, Contents] | None]
_GARBAGE = (b"\xff\xfe\x00\x01not a file", b"= = [[[", b"\x00\x00\x00", b"<html>login</html>")
_MOST = 8


def _changed(model: Model, change: Callable[[Model], Any]) -> Model:
    other = copy.deepcopy(model)
    change(other)
    return other


def _setting_contents(model: Model, place: str, key: str) -> Contents:
    setting = SETTING_BY_KEY[key]
    values: tuple[Any, ...] = setting.labels or ((True, False) if setting.kind is ValueKind.BOOLEAN else _TEXTS[key])

    def put(value: Any) -> Callable[[Model], Any]:
        return lambda other: other.settings[place].__setitem__(key, value)

    contents = [_changed(model, put(value)) for value in values]
    if key in model.settings[place]:
        contents.append(model)
    return [*contents, _changed(model, lambda other: other.settings[place].pop(key, None))]


def setting_value(draw: Draw, model: Model) -> tuple[Model, Contents]:
    """A setting has a label or value that does not exist, or its key or table is misspelt."""
    place, key = draw.choice(sorted(model.settings)), draw.choice(_JUDGED)
    value = copy.deepcopy(model.settings[place].get(key, _other_value(draw, key)))
    damaged = _changed(model, lambda other: other.settings[place].pop(key, None))
    table, _, last = key.rpartition(".")
    form = draw.randrange(3) if table else 0
    if form == 0:
        damaged.settings[place][key] = 17 if SETTING_BY_KEY[key].labels or table == "" else {"odd": [1]}
    elif form == 1:
        damaged.settings[place][f"{table}.{_misspelt(draw, last)}"] = value
    else:
        first, _, rest = table.partition(".")
        damaged.settings[place][f"{_misspelt(draw, first)}{'.' * bool(rest)}{rest}.{last}"] = value
    return damaged, _setting_contents(model, place, key)


def _misspelt(draw: Draw, word: str) -> str:
    at = draw.randrange(1, len(word) - 1)
    return word[:at] + word[at + 1 :] if draw.random() < 0.5 else f"{word[:at]}{word[at]}{word[at:]}"


def list_entry(draw: Draw, model: Model) -> tuple[Model, Contents]:
    """One entry of a list cannot be read."""
    bad: dict[str, tuple[Any, list[Any]]] = {
        "users": (
            {"name": "bob", "privilege": "admin"},
            [{"name": "bob", "privilege": "administrator"}, {"name": "bob", "privilege": "guest"}],
        ),
        "device.addresses": ("10.1.2", ["10.1.2.77", ADDRESS]),
        "feedback_receivers": ({"uri": "tms"}, [{"uri": "https://other.example.com/RPC2"}]),
        "device.features": (17, ["Encryption", "Video firewall"]),
    }
    key = draw.choice([*sorted(bad), "users", "users"])
    place = draw.choice(sorted(model.settings))
    entry, others = bad[key]
    start = draw.choice([model.settings[place].get(key, []), []])
    start = [] if not isinstance(start, list) else start

    def put(*entries: Any) -> Model:
        return _changed(model, lambda other: other.settings[place].__setitem__(key, [*start, *entries]))

    if key == "device.features":
        return put(["x"]), [put(), *(put(other) for other in others)]
    return put(entry), [put(), *(put(other) for other in others)]


def settings_file(draw: Draw, model: Model) -> tuple[Model, Contents]:
    """A settings.toml cannot be read."""
    place = draw.choice(sorted(model.settings))
    damaged = _file_damage(draw, model, _at(place, "settings.toml"), _settings(model.settings[place]))
    absent = _changed(model, lambda other: other.settings.pop(place))
    contents = [model, absent]
    for key in draw.sample(_JUDGED, _MOST - 2):
        contents.append(draw.choice(_setting_contents(model, place, key)))
    return damaged, contents


def _file_damage(draw: Draw, model: Model, name: str, data: bytes) -> Model:
    """The file cut short, of garbage, under a name that is nearly right, twice, or a link to nothing."""
    damaged = copy.deepcopy(model)
    stem, _, ending = name.rpartition(".")
    match draw.randrange(5):
        case 0:
            damaged.files[name] = data[: len(data) // 3] + b"\n[[[= cut"
        case 1:
            damaged.files[name] = draw.choice(_GARBAGE)
        case 2:
            _remove(damaged, name)
            damaged.files[_misspelt_name(draw, name)] = data
        case 3:
            damaged.files[name] = data
            folder, slash, last = name.rpartition("/")
            second = f"{stem}.cer" if ending == "pem" else f"{folder}{slash}{last.capitalize()}"
            damaged.files[second] = draw.choice(_stores()[1:]) if ending == "pem" else b""
        case _:
            _remove(damaged, name)
            damaged.links[name] = "nowhere"
    return damaged


def _remove(model: Model, name: str) -> None:
    place, _, last = name.rpartition("/")
    model.files.pop(name, None)
    for values in {"settings.toml": [model.settings], "peers.toml": [model.peers]}.get(last, []):
        values.pop(place, None)  # type: ignore[attr-defined]


def _misspelt_name(draw: Draw, name: str) -> str:
    folder, slash, last = name.rpartition("/")
    stem, _, ending = last.rpartition(".")
    if "-" in stem and draw.random() < 0.6:
        return f"{folder}{slash}{stem.replace('-', draw.choice('_ '))}.{ending}"
    return f"{folder}{slash}{_misspelt(draw, stem)}.{ending}"


def store_file(draw: Draw, model: Model) -> tuple[Model, Contents]:
    """A trust store cannot be read."""
    name = draw.choice(sorted(name for name in model.files if "trust-store" in name))
    contents = [
        _changed(model, lambda other, data=data: other.files.__setitem__(name, data)) for data in (*_stores(), b"")
    ]
    contents.append(_changed(model, lambda other: other.files.pop(name)))
    return _file_damage(draw, model, name, model.files[name]), [model, *contents]


def store_in_part(draw: Draw, model: Model) -> tuple[Model, Contents]:
    """The second certificate of a trust store is cut short; the first can be read."""
    name = draw.choice(sorted(name for name in model.files if "trust-store" in name))
    first = draw.choice((ROOT, ISSUING, ELSEWHERE))
    damaged = _changed(model, lambda other: other.files.__setitem__(name, chain(first) + chain(ISSUING)[:300]))
    contents = [
        _changed(model, lambda other, more=more: other.files.__setitem__(name, chain(first, *more)))
        for more in ((), (ROOT,), (ISSUING,), (ELSEWHERE,), (ROOT, ISSUING, ELSEWHERE))
    ]
    return damaged, contents


def local_file(draw: Draw, model: Model) -> tuple[Model, Contents]:
    """A local certificate cannot be read."""
    name = draw.choice(sorted(name for name in model.files if "local-certificate" in name))
    other = _locals()[1]
    contents = [
        _changed(model, lambda one: one.files.__setitem__(name, other)),
        _changed(model, lambda one: one.files.__setitem__(f"{name.rpartition('/')[0]}/notes.txt", one.files.pop(name))),
    ]
    return _file_damage(draw, model, name, model.files[name]), [model, *contents]


def peer_file(draw: Draw, model: Model) -> tuple[Model, Contents]:
    """The certificate or the store of a peer cannot be read, or is not there under the name that is given."""
    name = draw.choice(sorted(_files()))
    damaged = copy.deepcopy(model)
    match draw.randrange(3):
        case 0:
            damaged.files[name] = draw.choice(_GARBAGE)
        case 1:
            damaged.files[name] = _files()[name][:200]
        case _:
            damaged.links[name] = "nowhere"
    contents = [
        _changed(model, lambda other, data=data: other.files.__setitem__(name, data))
        for data in (*_files().values(), *_stores())
    ]
    for place in model.peers:
        for peer, facts in model.peers[place].items():
            for key in ("certificate", "trust_store"):
                if facts.get(key) == name:
                    contents.append(_changed(model, lambda one, p=place, n=peer, k=key: one.peers[p][n].pop(k)))
                    if key == "certificate":
                        contents.append(
                            _changed(model, lambda one, p=place, n=peer: one.peers[p][n].update(certificate=False))
                        )
    return damaged, [model, *contents]


def peers_file(draw: Draw, model: Model) -> tuple[Model, Contents]:
    """A peers.toml cannot be read."""
    place = draw.choice(sorted({*model.settings}))
    facts = model.peers.get(place, {})
    entries = [{"name": name, **_relative(one, place)} for name, one in facts.items()]
    data = toml({"peer": entries}).encode() if entries else b"# none\n"
    damaged = _file_damage(draw, model, _at(place, "peers.toml"), data)
    contents = [model, _changed(model, lambda other: other.peers.pop(place, None))]
    for name in draw.sample(_names(model), 3):
        contents.append(_peer_contents(draw, model, place, name, "expects")[2])
    for _ in range(_MOST - 5):
        contents.append(draw.choice(_peer_contents(draw, model, place, draw.choice(_names(model)))))
    return damaged, contents


def _names(model: Model) -> list[str]:
    return sorted({name for peers in model.peers.values() for name in peers})


def _peer_contents(draw: Draw, model: Model, place: str, name: str, key: str = "") -> Contents:
    key = key or draw.choice(sorted(_PEER_VALUES))

    def put(other: Model, value: Any) -> None:
        other.peers.setdefault(place, {}).setdefault(name, {})[key] = value

    contents = [_changed(model, lambda other, value=value: put(other, value)) for value in _PEER_VALUES[key]]
    return [*contents, _changed(model, lambda other: other.peers.get(place, {}).get(name, {}).pop(key, None))]


def peer_key(draw: Draw, model: Model) -> tuple[Model, Contents]:
    """A key of a peer has a value that is not allowed, or is misspelt."""
    place, name, key = (
        draw.choice(sorted(model.settings)),
        draw.choice(_names(model)),
        draw.choice(sorted(_PEER_VALUES)),
    )
    odd: Any = 17 if draw.random() < 0.5 else None

    def put(other: Model) -> None:
        facts = other.peers.setdefault(place, {}).setdefault(name, {})
        value = facts.pop(key, _PEER_VALUES[key][0])
        facts[key if odd else _misspelt(draw, key)] = odd or value

    contents = _peer_contents(draw, model, place, name, key)
    original = [model] if key in model.peers.get(place, {}).get(name, {}) else []
    return _changed(model, put), [*original, *contents]


def peer_without_name(draw: Draw, model: Model) -> tuple[Model, Contents]:
    """A nearer declaration has no name that can be read: it may be about any peer of a farther file."""
    place = draw.choice(sorted(place for place in model.settings if place))
    key = draw.choice([key for key in sorted(_PEER_VALUES) if key != "connections"])
    value = draw.choice(_PEER_VALUES[key])
    own = model.peers.get(place, {})
    farther = [name for name in _names(model) if name not in own]
    damaged = copy.deepcopy(model)
    entries = [{"name": name, **_relative(facts, place)} for name, facts in own.items()]
    entries.append({"nme": "x", **_relative({key: value}, place)})
    damaged.files[_at(place, "peers.toml")] = toml({"peer": entries}).encode()

    def put(other: Model, name: str) -> None:
        other.peers.setdefault(place, {}).setdefault(name, {})[key] = value

    return damaged, [model, *(_changed(model, lambda other, name=name: put(other, name)) for name in farther)]


def table_row(draw: Draw, model: Model) -> tuple[Model, Contents] | None:
    """A row of settings.csv names a device that does not exist and nearly does, or has a label that does not exist."""
    devices = sorted(place for place in model.settings if "/" in place)
    device = draw.choice(devices)
    site, _, name = device.partition("/")
    at = draw.choice(["", site])
    key = draw.choice([key for key in _JUDGED if SETTING_BY_KEY[key].labels])
    own = device if at == "" else name
    base = _changed(model, lambda other: other.tables.setdefault(at, {}).pop(own, None))

    def put(row: str, value: str) -> Model:
        return _changed(base, lambda other: other.tables[at].__setitem__(row, {key: value}))

    values = SETTING_BY_KEY[key].labels
    if draw.random() < 0.4:
        return put(own, "no such label"), [base, *(put(own, value) for value in values)]
    value = draw.choice(values)
    wrong = draw.choice([f"{own}x", own[:-1], own.upper() + "0", f"{own[:-1]}l"])
    every = [place if at == "" else place.partition("/")[2] for place in devices if at in ("", place.partition("/")[0])]
    others = [put(row, value) for row in every if row not in base.tables[at]]
    return put(wrong, value), [base, *others]


_WHOLE = "<model>MCU 4510</model><softwareVersion>4.4(3.57)</softwareVersion>"


def response(draw: Draw, model: Model) -> tuple[Model, Contents]:
    """A saved response cannot be read."""
    device = draw.choice(sorted(place for place in model.settings if "/" in place))
    kinds: dict[str, list[bytes]] = {
        "device.query": [_member("softwareVersion", word) for word in ("4.3(2.1)", "4.5(1.2)")],
        "services.query": [_service(name, on) for name in ("http", "https", "sips_tcp") for on in (0, 1)],
        "system": [f"<system>{_WHOLE}<hostName>{name}</hostName></system>".encode() for name in (HOST, "other")],
    }
    name = draw.choice(sorted(kinds))
    file = f"{device}/api/{name}.xml"
    damaged = _file_damage(draw, model, file, kinds[name][0])
    return damaged, [
        model,
        *(_changed(model, lambda one, data=data: one.files.__setitem__(file, data)) for data in kinds[name]),
    ]


def _member(name: str, text: str) -> bytes:
    model = "<member><name>model</name><value><string>MCU 4510</string></value></member>"
    return _struct(f"{model}<member><name>{name}</name><value><string>{text}</string></value></member>")


def _struct(members: str) -> bytes:
    value = f"<value><struct>{members}</struct></value>"
    return f"<methodResponse><params><param>{value}</param></params></methodResponse>".encode()


def _service(name: str, on: int) -> bytes:
    facts = (
        f"<member><name>name</name><value><string>{name}</string></value></member>"
        f"<member><name>enabled</name><value><boolean>{on}</boolean></value></member>"
    )
    services = f"<value><array><data><value><struct>{facts}</struct></value></data></array></value>"
    port = f"<value><struct><member><name>services</name>{services}</member></struct></value>"
    return _struct(f"<member><name>ports</name><value><array><data>{port}</data></array></value></member>")


DAMAGES: tuple[Damage, ...] = (
    setting_value, setting_value, list_entry, settings_file, store_file, store_in_part, local_file, peer_file,
    peers_file, peer_key, peer_key, peer_without_name, table_row, response,
)  # fmt: skip


def prove(seed: int, cases: range) -> Counter[str]:
    """Compare each case with the contents that it could have had.

    Raises:
        AssertionError: an outcome is pass, and is not under some content.
    """
    counts: Counter[str] = Counter()
    for number in cases:
        draw = random.Random(f"{seed} {number}")
        model = export(draw)
        before = predicted(model)
        counts["exports"] += 1
        counts["pass before"] += sum(outcome == "pass" for outcome in before.values())
        damage = DAMAGES[number % len(DAMAGES)]
        made = damage(draw, model)
        if made is None:
            continue
        damaged, contents = made
        after = predicted(damaged)
        passing = {name for name, outcome in after.items() if outcome == "pass"}
        counts["damages"] += 1
        counts[f"damage: {damage.__name__}"] += 1
        counts["pass after"] += len(passing)
        counts["no longer pass"] += sum(
            outcome == "pass" and after.get(name) != "pass" for name, outcome in before.items()
        )
        for content in contents if len(contents) <= _MOST else draw.sample(contents, _MOST):
            possible = predicted(content)
            counts["contents"] += 1
            counts["outcomes compared"] += len(passing)
            wrong = sorted(name for name in passing if possible.get(name) != "pass")
            assert not wrong, (
                f"seed {seed}, case {number}, {damage.__name__}: pass with the damage, and under one content "
                f"{ {name: possible.get(name) for name in wrong} }"
            )
    return counts

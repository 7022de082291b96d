"""Counts of calls against the rows of meshes: fleets of MCUs, many of them alike, some that peers.toml declares."""

from __future__ import annotations

import random
import tempfile
import tomllib
from collections import Counter
from pathlib import Path
from typing import Any, Final

import numpy as np

import mcuaudit
from mcuaudit.predict.prediction import predict_fleet
from tests.authority import LAST_YEAR, LONG_AGO, NOW, Authority
from tests.clean_export import ELSEWHERE, ISSUING, ROOT, chain, toml, write_files
from tests.proofs import calls_between_mcus
from tests.revoking import revocation_list

CLAIM = "The counted calls of a fleet are those that its mesh lists, for each MCU, type of call, outcome and reason."
SIZE = 300
SAMPLE = 6

# Other certificates of the CAs of these meshes: of the same name and key, ended, or signed by another CA.
_ENDED: Final = [
    Authority.root("Example Root CA", key=ROOT.key, not_before=LONG_AGO, not_after=LAST_YEAR),
    ROOT.intermediate("Example Issuing CA", key=ISSUING.key, not_before=LONG_AGO, not_after=LAST_YEAR),
]
_CROSS_SIGNED: Final = [
    ELSEWHERE.intermediate("Example Root CA", key=ROOT.key),
    ELSEWHERE.intermediate("Example Issuing CA", key=ISSUING.key),
    ROOT.intermediate("Somebody Else's CA", key=ELSEWHERE.key),
]

_COLUMNS: Final = ["device_id", "connection_type", "outcome", "reason_code", "authenticated"]


def prove(seed: int, cases: range) -> Counter[str]:
    """Compare the counts of each generated fleet with the rows of its meshes."""
    counts: Counter[str] = Counter()
    for case in cases:
        counts["fleets"] += 1
        files = _fleet(random.Random(f"{seed} {case}"))
        for mesh in ("fleet", "site"):
            listed = _listed(files, mesh)
            for read_as in ("none", mesh):
                counted = _counted(files, mesh, read_as)
                where = f"seed {seed}, case {case}, mesh {mesh}, read with {read_as}"
                assert counted == listed, f"{where}: {sorted((counted - listed) + (listed - counted))}"
            counts[f"calls, mesh {mesh}"] += sum(listed.values())
            for (*_, outcome, _, _), calls in listed.items():
                counts[f"calls: {outcome}"] += calls
    return counts


def _listed(files: dict[str, bytes], mesh: str) -> Counter[Any]:
    fleet = _read(files, mesh)
    found = predict_fleet(fleet, NOW).connections
    peers = fleet.peers.set_index(["device_id", "peer"])["peer_device"]
    places = zip(found["device_id"], found["peer"], strict=True)
    of_mcus = np.array([isinstance(peers.get(place), str) for place in places])
    calls = found[of_mcus & found["connection_type"].isin(["incoming_sip", "outgoing_sip"])]
    return Counter(calls[_COLUMNS].astype(str).itertuples(index=False, name=None))


def _counted(files: dict[str, bytes], mesh: Any, read_as: str) -> Counter[Any]:
    counted = mcuaudit.call_counts(_read(files, read_as), at=NOW, mesh=mesh)
    keys = counted[_COLUMNS].astype(str).itertuples(index=False, name=None)
    return Counter(dict(zip(keys, counted["calls"].tolist(), strict=True)))


def _read(files: dict[str, bytes], mesh: str) -> mcuaudit.Fleet:
    with tempfile.TemporaryDirectory() as directory:
        policy = {"mcuaudit.toml": toml({"policy": {"mesh": mesh}}).encode()}
        return mcuaudit.read_export(write_files(Path(directory), files | policy))


def _fleet(rng: random.Random) -> dict[str, bytes]:
    """A mesh of two to four MCUs with faults, and copies of some of them that differ by name, or by one more thing."""
    files = calls_between_mcus.export(rng)
    devices = sorted({name.rpartition("/")[0] for name in files if "/" in name})
    for number in range(rng.randint(0, 4)):
        chosen, site = rng.choice(devices), rng.choice(("leeds", "oslo", "rome"))
        copied = {name: content for name, content in files.items() if name.startswith(f"{chosen}/")}
        copy = {name.rpartition("/")[2]: content for name, content in copied.items()}
        if rng.random() < 0.5:
            _change(rng, copy)
        files |= {f"{site}/copy-{number}/{name}": content for name, content in copy.items()}
    files |= _other_authorities(rng, files)
    if rng.random() < 0.15:
        files[f"{rng.choice(devices)}/peers.toml"] = b"[[peer]\n"
    if rng.random() < 0.1:
        files["leeds/peers.toml"] = b'[[peer]]\nname = 7\nidentifiers = ["10.1.2.0"]\n'
    return files


def _other_authorities(rng: random.Random, files: dict[str, bytes]) -> dict[str, bytes]:
    """Stores and chains with further certificates of the CAs, and revocation lists of some."""
    found = {}
    of_mcus = sorted(name for name in files if name.endswith(".pem"))
    for name in of_mcus:
        if rng.random() < 0.25:
            further = chain(*rng.sample([*_ENDED, *_CROSS_SIGNED], rng.randint(1, 2)))
            # After the others or, in a store, in their place too: in a chain the first one is the MCU's own.
            found[name] = further if "store" in name and rng.random() < 0.3 else files[name] + further
    for place, issuer in (("issuing.crl", ISSUING), ("leeds/root.crl", ROOT)):
        if rng.random() < 0.3:
            found[place] = revocation_list(issuer, rng.choice(([], [ISSUING])))
    return found


def _change(rng: random.Random, copy: dict[str, bytes]) -> None:
    """Give an MCU another value of one setting, or another file."""
    address = "10.1.2.77"
    if rng.random() < 0.5:
        other = calls_between_mcus.certificates(rng, 9, address)
        name = rng.choice(sorted(other))
        copy[name] = other[name]
        return
    settings = tomllib.loads(copy["settings.toml"].decode())
    table, key = rng.choice([(table, key) for table, keys in settings.items() for key in keys])
    values = calls_between_mcus.choices(address, 9)[f"{table}.{key}"]
    settings[table][key] = rng.choice([one for one in values if one is not None])
    copy["settings.toml"] = toml(settings).encode()

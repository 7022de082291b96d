"""Meshes of two to four MCUs with random settings, known, unknown or damaged: each call has one verdict."""

from __future__ import annotations

import random
import tempfile
from collections import Counter
from pathlib import Path
from typing import Any, Final

import pandas as pd

import mcuaudit
from mcuaudit.predict.prediction import predict_fleet
from tests.authority import NOW
from tests.clean_export import ELSEWHERE, ISSUING, ROOT, certificate, chain, toml, write_files

CLAIM = "Both rows of a call between two MCUs have the same outcome, reason code, readings and mirrored columns."
SIZE = 400
SAMPLE = 10

_OTHER: Final = {"incoming_sip": "outgoing_sip", "outgoing_sip": "incoming_sip"}
_CUT: Final = b"-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n"
_SIDES: Final = {"mcu_trust": "peer_trust", "mcu_identity": "peer_identity", "mcu_purpose": "peer_purpose",
                 "mcu_outcome": "peer_outcome"}  # fmt: skip
_MIRRORED: Final = {"both": "both", "neither": "neither", "open": "open", "mcu_only": "peer_only",
                    "peer_only": "mcu_only"}  # fmt: skip


def prove(seed: int, cases: range) -> Counter[str]:
    """Compare both rows of every call of each generated mesh."""
    counts: Counter[str] = Counter()
    for case in cases:
        counts["meshes"] += 1
        counts.update(_compared(seed, case))
    return counts


def _compared(seed: int, case: int) -> Counter[str]:
    counts: Counter[str] = Counter()
    with tempfile.TemporaryDirectory() as directory:
        root = write_files(Path(directory), export(random.Random(f"{seed} {case}")))
        found = predict_fleet(mcuaudit.read_export(root), NOW).connections
    meshed = found[found["connection_type"].isin(list(_OTHER)) & (found["peer"] != "(any)")]
    # Peers are named as devices here, or "to site/device".
    rows = {(row["device_id"], row["peer"].removeprefix("to "), row["connection_type"]): row
            for row in meshed.to_dict("records")}  # fmt: skip
    for (device, peer, kind), row in rows.items():
        other = rows.get((peer, device, _OTHER[kind]))
        where = f"seed {seed}, case {case}: {device} {kind} {peer}"
        assert other is not None, f"{where} has no row at the other end"
        for column in ("outcome", "reason_code", "readings", "further_causes"):
            assert row[column] == other[column], f"{where}: {column} {row[column]!r}, there {other[column]!r}"
        assert pd.isna(row["fails_on"]) == pd.isna(other["fails_on"]), f"{where}: fails_on"
        if row["outcome"] in ("fail", "open", "notApplicable"):
            assert row["reason"] == other["reason"], f"{where}: {row['reason']}, there {other['reason']}"
        if row["outcome"] == "fail":
            assert row["remedy_id"] == other["remedy_id"], f"{where}: {row['remedy']}, there {other['remedy']}"
            assert row["cause_id"] == other["cause_id"], f"{where}: {row['cause']}, there {other['cause']}"
        for column, mirrored in _SIDES.items():
            assert row[column] == other[mirrored], f"{where}: {column} {row[column]}, there {other[mirrored]}"
        assert _MIRRORED[row["authenticated"]] == other["authenticated"], f"{where}: authenticated"
        counts[f"calls: {row['outcome']}"] += 1
        counts[f"reason: {row['reason_code']}"] += 1
    return counts


def export(rng: random.Random) -> dict[str, bytes]:
    """The files of a mesh; what a device has is mostly good, so that single faults decide."""
    sites = [rng.choice(("leeds", "oslo")) for _ in range(rng.randint(2, 4))]
    devices = [f"{site}/mcu-{number}" for number, site in enumerate(sites)]
    files = {"mcuaudit.toml": b'[policy]\nmesh = "fleet"\n'}
    for number, device in enumerate(devices):
        address = f"10.1.2.{number}"
        files |= {f"{device}/{name}": content for name, content in certificates(rng, number, address).items()}
        settings = _settings(rng, address, number)
        files[f"{device}/settings.toml"] = toml(settings).encode()
        if rng.random() < 0.3:
            files[f"{device}/peers.toml"] = _declared(rng, rng.choice([one for one in devices if one != device]))
    return files


def certificates(rng: random.Random, number: int, address: str) -> dict[str, bytes]:
    """The local certificate and SIP trust store of one MCU; a file that it does not have is left out."""
    issuer = ELSEWHERE if rng.random() < 0.1 else ISSUING
    names = _mostly(rng, ([f"DNS:{address}"], [f"IP:{address}"], [f"DNS:mcu-{number}.example.com"]))
    purposes = _mostly(rng, (["serverAuth", "clientAuth"], ["serverAuth"]))
    issued = certificate(f"mcu-{number}", issuer, 10 + number, san=names, purposes=purposes)
    local = _mostly(rng, (chain(issued, ISSUING), issued.pem, issued.pem + _CUT, _CUT, None))
    store = _mostly(rng, (chain(ROOT, ISSUING), chain(ROOT), chain(ELSEWHERE), b"# empty\n", _CUT, None))
    found = {"local-certificate.pem": local, "sip-trust-store.pem": store}
    return {name: content for name, content in found.items() if content is not None}


def choices(address: str, number: int) -> dict[str, tuple[Any, ...]]:
    """By dotted key the values that a setting may have, the usual one first; None for none."""
    return {
        "device.model": ("MCU 4510", "TS 8710", 7, None),
        "device.software_version": ("4.4(3.57)", "4.3(2.30)", 7, None),
        "device.addresses": ([address], [address, "10.9.9.9"], [address, 7], 7, None),
        "device.host_names": ([f"mcu-{number}.example.com"], 7, None),
        "device.features": (["Encryption"], ["Video firewall"], 7, None),
        "ssl_certificates.verification_settings": (
            "Outgoing and incoming calls",
            "Outgoing calls only",
            "No verification",
            "whatever",
            None,
        ),
        "ssl_certificates.private_key": ("Key matches certificate", "Key mismatch", "???", 7, None),
        "services.sips_tcp": (True, False, 7, None),
        "sip.use_local_certificate_for_outgoing": (True, False, 7, None),
        "sip.outbound_call_configuration": ("Call direct", "Use trunk", 7, None),
    }


def _settings(rng: random.Random, address: str, number: int) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, values in choices(address, number).items():
        table, _, name = key.rpartition(".")
        value = _mostly(rng, values)
        if value is not None:
            found.setdefault(table, {})[name] = value
    return found


def _mostly(rng: random.Random, values: tuple[Any, ...]) -> Any:
    """The first value in nine of ten cases, else another."""
    return values[0] if rng.random() < 0.9 else rng.choice(values[1:])


def _declared(rng: random.Random, other: str) -> bytes:
    """The other MCU as this one describes it, in place of the row that the mesh would add."""
    facts: dict[str, Any] = {"name": f"to {other}", "device": other}
    more: dict[str, tuple[Any, ...]] = {
        "identifiers": (["10.1.2.77"], ["mcu-1.example.com"], 7),
        "route": ("proxied", "direct", 7),
        "chain_complete": (True, False),
        "expects": (["mcu-0.example.com"], 7),
        "standard": ("none", "vcs", 7),
        "connections": (["incoming_sip", "outgoing_sip"], ["incoming_sip", "outgoing_sip", 7]),
    }
    for key, values in more.items():
        if rng.random() < 0.25:
            facts[key] = rng.choice(values)
    return toml({"peer": [facts]}).encode()

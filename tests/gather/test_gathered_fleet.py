"""A list of devices, their ports, and what `gaps` names: together they lead to the audit of the whole sample fleet."""

from __future__ import annotations

import contextlib
import csv
import socket
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import mcuaudit
from mcuaudit.gather.fetch.queries import ALLOWED_METHODS
from mcuaudit.gather.fetch.targets import HTTPS_PORT, SIP_TLS_PORT
from tests.command.conftest import Run, run
from tests.gather.collected import Export, Shelf
from tests.gather.fetch.test_fetch import login
from tests.oracles.sample_fleet import AT, SampleFleet
from tests.stand_in.answers import response
from tests.stand_in.device import PASSWORD, USER, Presenting, StandIn

__all__ = ["login", "run"]

_ROUNDS = 8
_LEFT_OUT = {
    # A certificate or store that no outcome needs: the other side refuses or does not verify, or nothing calls.
    **dict.fromkeys((("MCU210", "singapore/mcu-raffles"), ("MCU212", "singapore/mcu-raffles")), "of an endpoint"),
    **dict.fromkeys((("MCU303", "hamburg/mcu-alster"), ("MCU312", "hamburg/mcu-alster")), "of a store without use"),
    **dict.fromkeys((("MCU313", f"{one}") for one in ("hamburg/mcu-alster", "oslo/mcu-ekeberg", "oslo/mcu-opera")),
                    "of CA certificates without a known use"),
    ("MCU426", "singapore/mcu-orchard"): "of a receiver",
    # What is no gap.
    ("MCU406", "hamburg/mcu-speicher"): "a setting that its software does not have",
    ("MCU901", "singapore/mcu-marina"): "two files that contradict each other",
    ("MCU902", "hamburg/mcu-elbe"): "the day on which the files were collected",
    ("MCU904", "singapore/mcu-changi"): "a file that mcuaudit does not know",
}  # fmt: skip
"""The findings of the whole sample that differ, by rule and device, and what they are about."""


def test_init_fetch_and_the_gaps_filled_in_lead_to_the_outcomes_of_the_sample(
    tmp_path: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    sample = SampleFleet(tmp_path / "sample" / "sample-fleet")
    whole = sample.audit
    shelf = Shelf(tmp_path / "sample" / "sample-fleet", whole.fleet)
    listed, export = tmp_path / "devices.csv", tmp_path / "export"
    with listed.open("w", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(["site", "device", "address", "host name"])
        for device in whole.devices["device_id"]:
            names = (shelf.setting(device, f"device.{key}") for key in ("addresses", "host_names"))
            rows.writerow([*device.split("/"), *map(" ".join, names)])
    assert run("init", export, "--devices", listed).code == 0
    with standing_in(sample, shelf, monkeypatch) as devices:
        fetched = run("fetch", export, "--yes")
    assert fetched.code == 3, fetched.out
    assert {method for one in devices.values() for method in one.methods} <= ALLOWED_METHODS
    # Of these two, the sample has no certificate, so nothing stands in for them.
    unread = fetched.out.partition("Could not be read:")[2].partition("To know:")[0]
    assert {line.split(":")[0].strip() for line in unread.strip().splitlines()} == {
        "leeds/mcu-lobby", "singapore/mcu-raffles"
    }, unread  # fmt: skip
    filled = Export(export, shelf)
    for _ in range(_ROUNDS):
        found = mcuaudit.audit(mcuaudit.read_export(export), at=AT)
        gaps = mcuaudit.gaps(found, most=0)
        if not filled.fill(gaps):
            break
    else:
        raise AssertionError(f"after {_ROUNDS} rounds there are still gaps: {gaps['evidence'].tolist()}")
    columns = ["connection_id", "outcome", "reason", "missing_evidence"]
    assert rows_of(found.connections, columns) == rows_of(whole.connections, columns)
    assert set(gaps["evidence"]) == set(mcuaudit.gaps(whole, most=0)["evidence"])
    columns = ["code", "device_id", "outcome", "slot", "peer", "missing_evidence"]
    differing = rows_of(found.findings, columns) ^ rows_of(whole.findings, columns)
    assert {row[:2] for row in differing} == set(_LEFT_OUT), sorted(differing)


def rows_of(frame: pd.DataFrame, columns: list[str]) -> set[tuple[str, ...]]:
    return {tuple(map(str, row)) for row in frame[columns].itertuples(index=False)}


@contextlib.contextmanager
def standing_in(sample: SampleFleet, shelf: Shelf, monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, StandIn]]:
    """A stand-in for each device of which the sample has a certificate, at its address and its usual ports."""
    monkeypatch.setenv("MCUAUDIT_FETCH_USER", USER)
    monkeypatch.setenv("MCUAUDIT_FETCH_PASSWORD", PASSWORD)
    made: dict[str, StandIn] = {}
    places: dict[tuple[str, int], int] = {}
    devices = sample.audit.devices.set_index("device_id")
    with contextlib.ExitStack() as running:
        for device, row in devices[devices["local_certificate"].notna()].iterrows():
            own, *chain = row["local_certificate"], *str(row["local_chain"] or "").split()
            presented = (sample.issued(own), *sample.known(*chain))
            one = StandIn(Presenting(presented, ciphers=b"ALL:@SECLEVEL=0"), saved=answers(shelf, str(device)))
            made[str(device)] = running.enter_context(one)
            for address in shelf.setting(str(device), "device.addresses"):
                places |= {(address, HTTPS_PORT): one.https_port, (address, SIP_TLS_PORT): one.sip_port}
        connect = socket.create_connection

        def routed(address: tuple[str, int], *more: float) -> socket.socket:
            if address not in places:
                raise ConnectionRefusedError("nothing stands in for it")
            return connect(("127.0.0.1", places[address]), *more)

        monkeypatch.setattr(socket, "create_connection", routed)
        yield made


def answers(shelf: Shelf, device: str) -> Mapping[str, bytes]:
    """What a device answers: its saved responses, or what its settings say of it, and no more."""
    saved = shelf.responses(device)
    if saved:
        return saved
    names = {"model": "model", "serial": "serial", "softwareVersion": "software_version"}
    facts: dict[str, Any] = {
        name: value for name, key in names.items() if (value := shelf.setting(device, f"device.{key}"))
    }
    if (pending := shelf.setting(device, "device.restart_required")) is not None:
        facts["rebootRequired"] = pending
    features = [{"feature": name} for name in shelf.setting(device, "device.features")]
    first, *others = shelf.setting(device, "device.addresses")
    services = [
        {"name": name, "type": "tcp", "enabled": bool(shelf.setting(device, f"services.{name}"))}
        for name in ("http", "https", "ftp", "sip_tcp", "sip_udp", "sips_tcp", "h225", "snmp")
    ]
    port = {"enabled": True, "ipv4Address": first, **({"ipv6Address": others[0]} if others else {})}
    receivers = [
        {"receiverURI": uri, "index": number}
        for number, uri in enumerate(shelf.setting(device, "feedback_receivers"), 1)
    ]
    system = "".join(f"<{name}>{facts[name]}</{name}>" for name in names if name in facts)
    made = {name: response(members) for name, members in {
        "device.query": {**facts, "activatedFeatures": features},
        "device.network.query": {"portA": port, "portB": {"enabled": False}},
        "services.query": {"ports": [{"port": "A", "protocol": "IPv4", "services": services}]},
        "feedbackReceiver.query": {"receivers": receivers},
    }.items()}  # fmt: skip
    return {**made, "system": f'<?xml version="1.0"?>\n<system>{system}</system>\n'.encode()}

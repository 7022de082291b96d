"""What a run read and could not read, as lines for people and as JSON for programs such as Ansible."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from mcuaudit.decode.certificate import decode_certificate
from mcuaudit.errors import Undecodable
from mcuaudit.gather.fetch.device import HTTPS, SIP
from mcuaudit.gather.fetch.fetching import INTERNAL, is_complete
from mcuaudit.gather.fetch.files import port_object
from mcuaudit.gather.fetch.records import DeviceRecord, PeerRecord
from mcuaudit.wording.numbers import plural
from mcuaudit.wording.phrases import listed

_FACTS: Final = {"model": "device.model", "serial": "device.serial", "software_version": "device.software_version"}


@dataclass(frozen=True, slots=True)
class Run:
    """One run.

    Attributes:
        devices: in the order of the export.
        peers: whose chains were to be captured.
        left_out: devices that were not contacted, and why.
        blades: Supervisor, slot, what it is and address of blades that are not in the export.
    """

    devices: Sequence[DeviceRecord]
    peers: Sequence[PeerRecord]
    left_out: Mapping[str, str]
    blades: Sequence[tuple[str, str, str, str]]

    @property
    def complete(self) -> bool:
        """Whether all that was asked for was read."""
        return all(map(is_complete, self.devices)) and not self.left_out and not any(one.failure for one in self.peers)

    @property
    def failed(self) -> bool:
        """Whether the program itself failed at a device."""
        return any(INTERNAL in record.failures for record in self.devices)


def lines_of(run: Run) -> Iterable[str]:
    """A line for each device and peer that was read, then what could not be read, and what else there is to know."""
    for record in run.devices:
        what = ", ".join(filter(None, (record.facts.get(key) for key in _FACTS.values())))
        kept = f"; {plural(len(record.kept), 'file')} kept" if record.kept else ""
        yield (
            f"{record.device_id} ({record.host}): {what or 'nothing read by the API'}; "
            f"{plural(len(record.written), 'file')} written{kept}"
        )
    yield from (f"peer {one.peer} ({one.host}:{one.port}): {one.written} written" for one in run.peers if one.written)
    for title, entries in sections_of(run).items():
        if entries:
            yield ""
            yield f"{title}:"
            yield from (f"  {who}: {text}" for text, who in _by_text(entries).items())


def _by_text(entries: Sequence[tuple[str, str]]) -> dict[str, str]:
    """By text, the devices and peers that it is about: the first three, and how many more."""
    found: dict[str, list[str]] = {}
    for who, text in entries:
        found.setdefault(text, []).append(who)
    return {text: listed(several) for text, several in found.items()}


def sections_of(run: Run) -> dict[str, list[tuple[str, str]]]:
    """What could not be read, what to know, and what lies outside the export: who, and what of it."""
    failures = [
        (record.device_id, f"{what}: {reason}") for record in run.devices for what, reason in record.failures.items()
    ]
    failures += list(run.left_out.items())
    failures += [(f"peer {one.peer}", one.failure) for one in run.peers if one.failure]
    notes = [(record.device_id, note) for record in run.devices for note in record.notes]
    notes += [
        (record.device_id, f"kept: {', '.join(record.kept)}; --again replaces what is there")
        for record in run.devices
        if record.kept
    ]
    notes += [(f"peer {one.peer}", one.note) for one in run.peers if one.note]
    blades = [
        (device_id, f"slot {slot or 'unknown'}: {kind or 'a blade'} at {address or 'an address that it does not give'}")
        for device_id, slot, kind, address in run.blades
    ]
    return {
        "Could not be read": failures,
        "To know": notes,
        "Blades of a chassis that are not in the export": blades,
    }


def sentence_of(run: Run) -> str:
    """How many were read."""
    whole = sum(map(is_complete, run.devices))
    partly = sum(bool(record.written or record.kept) and not is_complete(record) for record in run.devices)
    none = len(run.devices) - whole - partly + len(run.left_out)
    parts = [f"{plural(whole, 'device')} read"]
    parts += [f"{partly:,} in part"] if partly else []
    parts += [f"{none:,} not reached"] if none else []
    captured = sum(bool(one.written) for one in run.peers)
    parts += [f"{plural(captured, 'chain')} of {plural(len(run.peers), 'peer')} captured"] if run.peers else []
    return ", ".join(parts)


def json_of(run: Run) -> str:
    """The run as one JSON object; only ASCII. It has no password, licence key or certificate."""
    whole = {
        "devices": [_device_object(record) for record in run.devices],
        "not_contacted": [{"device_id": one, "reason": reason} for one, reason in run.left_out.items()],
        "peers": [
            {
                "peer": one.peer, "address": one.host, "port": one.port, "file": one.written or None,
                "failure": one.failure or None, "note": one.note or None,
                "presented": port_object(HTTPS, one.presented, one.port) if one.presented else None,
            }
            for one in run.peers
        ],
        "blades_not_in_export": [
            dict(zip(("device_id", "slot", "type", "address"), blade, strict=True)) for blade in run.blades
        ],
    }  # fmt: skip
    return json.dumps(whole, indent=2, allow_nan=False) + "\n"


def _device_object(record: DeviceRecord) -> dict[str, Any]:
    site, _, device = record.device_id.partition("/")
    ports = ((HTTPS, record.https), (SIP, record.sip))
    certificate = record.https or record.sip
    return {
        "device_id": record.device_id,
        "site": site,
        "device": device,
        "address": record.host,
        "complete": is_complete(record),
        **{name: record.facts.get(key) for name, key in _FACTS.items()},
        "certificate": _certificate_object(certificate.chain[0]) if certificate else None,
        "ports": {name: port_object(name, found, record.ports.get(name)) for name, found in ports if found},
        "written": record.written,
        "kept": record.kept,
        "failures": record.failures,
        "notes": record.notes,
    }


def _certificate_object(der: bytes) -> dict[str, Any] | None:
    try:
        found = decode_certificate(der)
    except Undecodable:
        return None
    return {
        "subject": found.subject_text,
        "issuer": found.issuer_text,
        "not_before": found.not_before.isoformat(),
        "not_after": found.not_after.isoformat(),
        "sha256": found.sha256,
    }

"""Other MCUs of the fleet as peers: their columns, what cannot be read of them, and the mesh of a policy."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from mcuaudit.collect.artefact import Kind
from mcuaudit.domain.connections import ConnectionType
from mcuaudit.domain.setting_value import SettingValue
from mcuaudit.domain.standards import Standard
from mcuaudit.errors import UsageError
from mcuaudit.frames.export_files import ExportFiles, Row
from mcuaudit.policy.schema import POLICY_FILE

CALLS = f"{ConnectionType.INCOMING_SIP} {ConnectionType.OUTGOING_SIP}"


def mcu_columns(device_id: str, other: Row) -> Row:
    """The columns of another MCU as a peer; MCUs call each other by address, and without one no name is known."""
    return {
        "product": "MCU",
        "standard": Standard.MCU,
        "route": "direct",
        "peer_device": device_id,
        "identifiers": other.get("addresses") or "",
        "connections": CALLS,
        "certificate": other.get("local_certificate"),
        "certificate_state": _certificate_state(other),
        "presented_chain": other.get("local_chain", ""),
        "presented_chain_damaged": other["local_chain_damaged"],
        "trust_store": other.get("sip_trust_store"),
        "trust_store_state": other["sip_trust_store_state"],
    }


def _certificate_state(other: Row) -> str:
    if other.get("local_certificate"):
        return "present"
    return "damaged" if other["local_certificate_state"] == "damaged" else "missing"


def meshed(device_id: str, other: Row) -> Row:
    """The row of a peer that [policy] mesh adds and peers.toml does not declare."""
    assumed = {"standard_assumed": True, "route_assumed": True, "chain_complete": "open", "checks_crls": "open"}
    assumed |= {"client_certificate_state": "missing", "client_chain_damaged": False}
    return {"peer": device_id, "file": POLICY_FILE, **assumed, **mcu_columns(device_id, other)}


def check_mesh(mesh: str, devices: dict[str, Row], most: int) -> None:
    """Refuse a mesh that makes more pairs of devices than the policy allows.

    Raises:
        UsageError: it does.
    """
    sizes = Counter(row["site"] for row in devices.values()) if mesh == "site" else {"": len(devices)}
    pairs = sum(size * (size - 1) for size in sizes.values()) if mesh != "none" else 0
    if pairs > most:
        of_sites = ", or use the mesh of each site" if mesh == "fleet" else ""
        raise UsageError(
            f'[policy] mesh = "{mesh}" makes {pairs:,} pairs of {len(devices):,} devices; [limits] mesh_pairs allows '
            f"{most:,}. Raise that limit{of_sites}; or leave out the mesh, and count these calls with mcuaudit calls "
            f"--mesh {mesh}."
        )


def mcu_damage(
    device_id: str,
    devices: Mapping[str, Row],
    settings: Mapping[tuple[str, str], Mapping[str, SettingValue]],
    export_files: ExportFiles,
) -> dict[str, str]:
    """By key of a peer, what cannot be read of another MCU."""
    site, _, device = device_id.partition("/")
    other, own = devices[device_id], settings[site, device]
    damage: dict[str, str] = {}
    if "device.addresses" in own and own["device.addresses"].doubtful:
        damage["identifiers"] = own["device.addresses"].place
    for key, kind in (("certificate", Kind.LOCAL_CERTIFICATE), ("trust_store", Kind.SIP_TRUST_STORE)):
        if other[f"{kind.value}_state"] == "damaged" and not other.get(kind.value):
            at = export_files.own if kind is Kind.LOCAL_CERTIFICATE else export_files.nearest
            found = at(site, device, kind)
            damage[key] = " and ".join(found.claims) or (found.file.artefact.name if found.file else "")
    return damage

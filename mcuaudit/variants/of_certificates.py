"""Devices and peers that present another certificate."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from mcuaudit.decode.certificate_source import certificates_from
from mcuaudit.domain.setting_value import Source
from mcuaudit.domain.slots import SLOT_FILES, Slot
from mcuaudit.errors import UsageError
from mcuaudit.frames.peer_files import CHAINS
from mcuaudit.variants.changes import CertificateDescription, ReplaceCertificate
from mcuaudit.variants.described import described
from mcuaudit.variants.draft import Draft, Flags
from mcuaudit.variants.fills import FillCertificate, place_of_peer_file
from mcuaudit.variants.of_files import evidence_of, file_of, placed_again, undamaged
from mcuaudit.variants.of_settings import write_values
from mcuaudit.variants.of_stores import rows_of_peer
from mcuaudit.variants.selection import selected

_PRIVATE_KEY: Final = "ssl_certificates.private_key"
_MATCHES: Final = "Key matches certificate"
_SHOWN: Final = "ssl_certificates.shown."
_KEYS: Final = {False: "certificate", True: "client_certificate"}


def replace_certificate(draft: Draft, change: ReplaceCertificate, at: datetime) -> None:
    """Have some devices, or a peer, present another certificate."""
    given = change.certificate
    if isinstance(given, CertificateDescription):
        certificates = described(draft, given, at)
    else:
        certificates = certificates_from(given, "certificate")
    draft.add_certificates(certificates)
    own, *chain = (one.sha256 for one in certificates)
    words = f"{certificates[0].subject_text} ({own[:16]})"
    devices = selected(draft.fleet, change.devices)
    if change.peer:
        _of_peer(draft, change, devices, own, chain, words)
        return
    if change.as_client:
        raise UsageError("An MCU has one certificate for both roles; as_client is for peers.")
    for device_id in devices:
        draft.claim(("certificate", device_id), (own, *chain), f"the local certificate of {device_id} is {words}")
        _of_device(draft, device_id, own, chain)
    _settings_of_new(draft, devices)


def fill_certificate(draft: Draft, one: FillCertificate, at: datetime) -> None:
    """Have the export contain the local certificate of a device."""
    certificates = described(draft, one.certificate, at)
    draft.add_certificates(certificates)
    own, *chain = (each.sha256 for each in certificates)
    _of_device(draft, one.device_id, own, chain)


def _of_device(draft: Draft, device_id: str, own: str, chain: Sequence[str]) -> None:
    rows = evidence_of(draft, device_id, Slot.LOCAL_CERTIFICATE)
    file = file_of(draft, device_id, Slot.LOCAL_CERTIFICATE) or f"{device_id}/{SLOT_FILES[Slot.LOCAL_CERTIFICATE]}"
    draft.set_cells("evidence", rows, {"state": "read", "file": file, "sha256": None, "size": None, "modified": None})
    placed_again(draft, file, Slot.LOCAL_CERTIFICATE, [own, *chain], whole=True)
    cells = {
        "local_certificate": own,
        "local_certificate_state": "present",
        "local_chain": " ".join(chain),
        "local_chain_damaged": False,
    }
    draft.set_cells("devices", draft.rows_of("devices", [device_id]), cells)
    peers = draft.frame("peers")
    calling = (peers["peer_device"] == device_id) & peers["certificate_file"].isna()
    calling &= peers["certificate_state"] != "none"
    _present(draft, calling.to_numpy(), "certificate", own, chain)


def _settings_of_new(draft: Draft, devices: Sequence[str]) -> None:
    """Its key matches, and what the page showed of the former certificate is of no use."""
    rows = draft.rows_of("settings", devices)
    own = draft.frame("settings")[["device_id", "setting", "value", "source"]].take(rows)
    there = (own["source"] != Source.MISSING.value).to_numpy()
    rows, own = rows[there], own[there]
    differs = own["value"].fillna("").str.casefold() != _MATCHES.casefold()
    recorded = own.loc[(own["setting"] == _PRIVATE_KEY) & differs, "device_id"]
    write_values(draft, _PRIVATE_KEY, dict.fromkeys(recorded, _MATCHES))
    shown = rows[own["setting"].str.startswith(_SHOWN).to_numpy(dtype=bool)]
    nothing = dict.fromkeys(("value", "file", "key", "other_value", "other_file", "other_key"))
    draft.set_cells("settings", shown, {"source": Source.MISSING.value, "incomplete": False, **nothing})


def _of_peer(
    draft: Draft, change: ReplaceCertificate, devices: Sequence[str], own: str, chain: Sequence[str], words: str
) -> None:
    chosen = rows_of_peer(draft, change.peer, devices)
    if chosen["peer_device"].notna().any():
        other = chosen["peer_device"].dropna().iloc[0]
        raise UsageError(
            f'The peer "{change.peer}" is {other}, an MCU of the fleet; replace the local certificate of that device.'
        )
    key = _KEYS[change.as_client]
    peers = draft.frame("peers")
    declared = (peers["peer"] == change.peer) & peers["file"].isin(chosen["file"].unique())
    for file in chosen["file"].unique():
        claim = f'the {key.replace("_", " ")} of the peer "{change.peer}" of {file} is {words}'
        draft.claim(("peer", change.peer, file, key), (own, *chain), claim)
        rows = (declared & (peers["file"] == file)).to_numpy()
        named = peers.loc[rows, f"{key}_file"].dropna().unique()
        target = named[0] if len(named) else place_of_peer_file(change.peer, file, ".pem")
        placed_again(draft, target, Slot.PEER_CERTIFICATE, [own, *chain], whole=True)
        # Another peer may name the same file.
        for name in _KEYS.values():
            sharing = (peers[f"{name}_file"] == target).to_numpy() | (rows if name == key else False)
            _present(draft, sharing, name, own, chain)
            draft.set_cells("peers", sharing, {f"{name}_file": target})


def _present(draft: Draft, rows: Flags, key: str, own: str, chain: Sequence[str]) -> None:
    """Rows of the frame `peers` whose peer presents that certificate, which can be read."""
    cells = {key: own, f"{key}_state": "present", CHAINS[key]: " ".join(chain), f"{CHAINS[key]}_damaged": False}
    draft.set_cells("peers", rows, cells)
    undamaged(draft, rows, key)

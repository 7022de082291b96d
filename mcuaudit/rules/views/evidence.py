"""Which file or key would settle a column of a view that is missing."""

from __future__ import annotations

from typing import Final

from mcuaudit.domain.settings import SETTINGS, setting_evidence
from mcuaudit.domain.slots import SLOT_FILES, TRUST_STORE_SLOTS, Slot
from mcuaudit.frames.schema import SCHEMAS

_PREFIXES: Final = (
    ("ssl_certificates.ocsp.", "ocsp_"),
    ("ssl_certificates.shown.", "shown_"),
    ("ssl_certificates.", ""),
    ("services.", "service_"),
    ("sip.", ""),
    ("security.", ""),
)
_OWN_DEVICE_SETTINGS: Final = ("device.current_time", "device.restart_required", "device.features")


def setting_column(key: str) -> str | None:
    """Name of a setting's column in the views; None for those that are columns of `devices` already."""
    for prefix, replacement in _PREFIXES:
        if key.startswith(prefix):
            return replacement + key.removeprefix(prefix)
    return None if key.startswith("device.") and key not in _OWN_DEVICE_SETTINGS else key.removeprefix("device.")


SETTING_COLUMNS: Final = {setting.key: column for setting in SETTINGS if (column := setting_column(setting.key))}
"""Dotted key → column of the view `devices`."""
CERTIFICATE_COLUMNS: Final = tuple(name for name in SCHEMAS["certificates"].names if name != "certificate")
"""Columns of the frame `certificates`, without the one by which it is joined."""


def evidence_for(column: str) -> str:
    """The file or key that would settle a column that is missing, unless the view names it row by row."""
    return _EVIDENCE.get(column, column)


def _evidence() -> dict[str, str]:
    known = dict.fromkeys((*CERTIFICATE_COLUMNS, "certificate"), SLOT_FILES[Slot.LOCAL_CERTIFICATE])
    known |= {column: setting_evidence(key) for key, column in SETTING_COLUMNS.items()}
    for slot in TRUST_STORE_SLOTS:
        known[slot.value] = SLOT_FILES[slot]
    known["address"] = known["addresses"] = "settings.toml [device] addresses"
    known["host_name"] = known["host_names"] = "settings.toml [device] host_names"
    known["software_version"] = "settings.toml [device] software_version"
    known["collected_at"] = "settings.toml [device] collected_at"
    known["clock_compared"] = "settings.toml [device] collected_at"
    known["peer_certificate"] = "peers.toml certificate"
    return known


_EVIDENCE: Final = _evidence()

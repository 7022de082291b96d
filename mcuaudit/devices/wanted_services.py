"""Services that are wanted but not in effect: `setting` and `enabled` of services.query (API Reference Guide).

A service is wanted per port and IP version. It is in effect if it is enabled on any of them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from mcuaudit.devices.device import Device
from mcuaudit.devices.services import tls_feature
from mcuaudit.domain.answer import Answer
from mcuaudit.domain.connections import CONNECTION_TABLE
from mcuaudit.domain.settings import TLS_FEATURES

_ENTRY: Final = re.compile(r"api\.services\.query\.(ports\[\d+\]\.services\[\d+\])\.name")
_ON: Final = frozenset({"1", "true", "yes", "on", "enabled"})
_NEED_A_KEY: Final = frozenset(definition.service for definition in CONNECTION_TABLE.values() if definition.service)


def wanted_services(device: Device) -> Iterator[str]:
    """The keys of the services that services.query says are wanted on any port, such as services.https, in order."""
    names: set[str] = set()
    for key, value in device.settings.items():
        entry = _ENTRY.fullmatch(key)
        if entry and value.value is not None:
            wanted = device.value(f"api.services.query.{entry[1]}.setting")
            if (wanted or "").strip().casefold() in _ON:
                names.add(value.value.strip().casefold())
    yield from sorted(f"services.{name}" for name in names)


def why_not_in_effect(device: Device, service: str) -> str:
    """What prevents a wanted service, as far as the export says; "" if it does not."""
    if service in _NEED_A_KEY and tls_feature(device) is Answer.NO:
        return f"neither feature key {' nor '.join(f'“{feature}”' for feature in TLS_FEATURES)} is activated"
    return ""

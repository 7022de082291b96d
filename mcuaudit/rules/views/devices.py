"""Views of devices: their settings as columns, their services, users and receivers, and who can administer them."""

from __future__ import annotations

from typing import Final

from mcuaudit.domain.settings import CALL_DIRECT, SETTING_BY_KEY, USE_REGISTRAR, USE_TRUNK, ValueKind
from mcuaudit.domain.versions import verifies_certificates
from mcuaudit.frames.schema import Column
from mcuaudit.rules.views.base import Views, judged, of_view, view
from mcuaudit.rules.views.columns import JUDGED, of_frame, text, yes_no
from mcuaudit.rules.views.evidence import SETTING_COLUMNS
from mcuaudit.rules.views.table import Table, yes_no_of


def _setting_column(key: str, name: str) -> Column:
    setting = SETTING_BY_KEY[key]
    words = ("true", "false") if setting.kind is ValueKind.BOOLEAN else setting.labels
    return text(name, f"{setting.meaning} Missing if it is not in the export.", words)


_CALLS_DIRECT: Final = {CALL_DIRECT: "yes", USE_REGISTRAR: "no", USE_TRUNK: "no"}
_SETTINGS: Final = tuple(_setting_column(key, name) for key, name in SETTING_COLUMNS.items())


@view(
    "device",
    of_frame("devices"),
    *_SETTINGS,
    yes_no("direct_calls", "SIP calls over TLS without a proxy are configured; missing if that is not known."),
    yes_no(
        "verifies_certificates", "Its software is 4.4 or later, or of unknown version; before, nothing is verified."
    ),
    JUDGED,
)
def devices(views: Views) -> Table:
    """One row per device, with its settings as columns; a setting that is not in the export is missing."""
    found, peers = views.source("devices"), views.source("peers")
    values: dict[str, dict[str, str]] = {}
    for device_id, setting, value in views.source("settings").each("device_id", "setting", "value"):
        values.setdefault(device_id, {})[setting] = value
    own = [values.get(device_id, {}) for device_id in found["device_id"]]
    found = found.adding(**{name: [known.get(key) for known in own] for key, name in SETTING_COLUMNS.items()})
    direct = {
        device_id
        for device_id, kinds, route in peers.each("device_id", "connections", "route")
        if route == "direct" and "_sip" in (kinds or "")
    }
    columns = ("device_id", "outbound_call_configuration", "service_sips_tcp")
    return judged(
        found.adding(
            direct_calls=[_direct_calls(device_id in direct, *words) for device_id, *words in found.each(*columns)],
            verifies_certificates=[_verifies_certificates(version) for version in found["software_version"]],
        ),
        "device_id",
    )


def _direct_calls(direct_peer: bool, configuration: str | None, sip_tls: str | None) -> str | None:
    """yes, no, or None: whether TLS calls without a proxy are configured."""
    if sip_tls == "false":
        return "no"
    return "yes" if direct_peer else _CALLS_DIRECT.get(configuration or "")


def _verifies_certificates(version: str | None) -> str:
    """no before 4.4; yes from there on, and where the version is not known."""
    return "no" if version is not None and verifies_certificates(version) is False else "yes"


@view(
    "device × setting",
    of_frame("settings"),
    JUDGED,
)
def settings(views: Views) -> Table:
    """One row per device and setting."""
    return judged(views.source("settings"), "device_id", "setting")


@view(
    "configured feedback receiver; a device without any has one row, without a receiver",
    of_view(devices),
    text("uri", "URI of the receiver."),
    yes_no("configured", "The row has a receiver."),
)
def receivers(views: Views) -> Table:
    """One row per configured feedback receiver."""
    found = views.table("devices")
    found = found.repeated([(uris or "").split() for uris in found["feedback_receivers"]], "uri")
    return judged(found.adding(configured=yes_no_of(uri is not None for uri in found["uri"])), "device_id", "uri")


@view(
    "device",
    of_frame("administration"),
    JUDGED,
)
def administration(views: Views) -> Table:
    """One row per device: whether an administrator can still log in."""
    return judged(views.source("administration"), "device_id")

"""Views of devices: their settings as columns, and who can administer them."""

from __future__ import annotations

from typing import Final

from mcuaudit.devices.calls import calls_without_proxy, undecided_call_setting
from mcuaudit.devices.versions import can_verify
from mcuaudit.domain.answer import Answer
from mcuaudit.domain.settings import SETTING_BY_KEY, ValueKind, setting_evidence
from mcuaudit.domain.slots import Slot
from mcuaudit.frames.schema import Column
from mcuaudit.rules.views.base import Views, judged, view
from mcuaudit.rules.views.columns import JUDGED, of_frame, text, yes_no, yes_no_open
from mcuaudit.rules.views.damage import damage_of
from mcuaudit.rules.views.evidence import SETTING_COLUMNS
from mcuaudit.rules.views.table import Table, known_of, yes_no_of


def _setting_column(key: str, name: str) -> Column:
    setting = SETTING_BY_KEY[key]
    words = ("true", "false") if setting.kind is ValueKind.BOOLEAN else setting.labels
    return text(name, f"{setting.meaning} Missing if it is not in the export.", words)


_SETTINGS: Final = tuple(_setting_column(key, name) for key, name in SETTING_COLUMNS.items())


@view(
    "device",
    of_frame("devices"),
    *_SETTINGS,
    yes_no_open("direct_calls", "SIP calls over TLS without a proxy are configured."),
    text("direct_calls_known", "yes; missing if `direct_calls` is open.", ("yes",)),
    text("direct_calls_known_evidence", "The setting that would say so."),
    text("direct_calls_known_damage", "The place of that setting, if it is there and cannot be read."),
    text("local_certificate_damage", "The file of the local certificate, if it is there and cannot be read."),
    yes_no(
        "verifies_certificates", "Its software is 4.4 or later, or of unknown version; before, nothing is verified."
    ),
    JUDGED,
)
def devices(views: Views) -> Table:
    """One row per device, with its settings as columns; a setting that is not in the export is missing."""
    found = views.source("devices")
    values: dict[str, dict[str, str]] = {}
    for device_id, setting, value in views.source("settings").each("device_id", "setting", "value"):
        values.setdefault(device_id, {})[setting] = value
    own = [values.get(device_id, {}) for device_id in found["device_id"]]
    found = found.adding(**{name: [known.get(key) for known in own] for key, name in SETTING_COLUMNS.items()})
    records = views.devices_of(found)
    direct = [calls_without_proxy(device) for device in records]
    undecided = [undecided_call_setting(device) for device in records]
    return judged(
        found.adding(
            direct_calls=[one.value for one in direct],
            direct_calls_known=known_of(direct),
            direct_calls_known_evidence=[setting_evidence(key) if key else None for key in undecided],
            direct_calls_known_damage=damage_of(records, undecided),
            local_certificate_damage=[device.damage.get(Slot.LOCAL_CERTIFICATE) for device in records],
            verifies_certificates=yes_no_of(can_verify(device) is not Answer.NO for device in records),
        ),
        "device_id",
    )


@view(
    "device × setting",
    of_frame("settings"),
    JUDGED,
)
def settings(views: Views) -> Table:
    """One row per device and setting."""
    return judged(views.source("settings"), "device_id", "setting")


@view(
    "device",
    of_frame("administration"),
    JUDGED,
)
def administration(views: Views) -> Table:
    """One row per device: whether an administrator can still log in."""
    return judged(views.source("administration"), "device_id")

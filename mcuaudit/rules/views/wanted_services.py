"""The view of wanted services: each that the device is to offer, and whether it does."""

from __future__ import annotations

from mcuaudit.devices.wanted_services import wanted_services as wanted_of
from mcuaudit.devices.wanted_services import why_not_in_effect
from mcuaudit.domain.answer import Answer
from mcuaudit.domain.settings import SETTING_BY_KEY, setting_evidence
from mcuaudit.rules.views.base import Views, judged, of_view, view
from mcuaudit.rules.views.columns import text, yes_no, yes_no_open
from mcuaudit.rules.views.devices import devices
from mcuaudit.rules.views.table import Table, yes_no_of


@view(
    "device × service that services.query says is wanted; a device without any has one row, without a service",
    of_view(devices),
    text("service", "Dotted key of the service, such as services.https."),
    text("service_title", "The service as the pages of the device name it."),
    yes_no("wanted", "The row has a service."),
    yes_no_open("in_effect", "The service is effective on any port; open if that cannot be read or is not recorded."),
    text("prevented_by", "What prevents it, in words; missing if the export does not say."),
    text("missing_evidence", "The key that would say whether it is in effect; missing if that is known."),
)
def wanted_services(views: Views) -> Table:
    """One row per device and service that is wanted on any port, with whether it is in effect on any."""
    found = views.table("devices")
    found = found.repeated([list(wanted_of(device)) for device in views.devices_of(found)], "service")
    rows = list(zip(views.devices_of(found), found["service"], strict=True))
    effect = [device.is_on(key) if key else Answer.NO for device, key in rows]
    values = [device.setting(key) if key else None for device, key in rows]
    found = found.adding(
        service_title=[_title(key) if key else None for _, key in rows],
        wanted=yes_no_of(key is not None for _, key in rows),
        in_effect=[one.value for one in effect],
        prevented_by=[(why_not_in_effect(device, key) or None) if key else None for device, key in rows],
        missing_evidence=[
            None if one is not Answer.OPEN else value.place if value and value.doubtful else setting_evidence(key)
            for one, value, (_, key) in zip(effect, values, rows, strict=True)
        ],
    )
    return judged(found, "device_id", "service")


def _title(key: str) -> str:
    return SETTING_BY_KEY[key].label if key in SETTING_BY_KEY else key.removeprefix("services.")

"""Views of devices: their settings as columns, their services, users and receivers, and who can administer them."""

from __future__ import annotations

from typing import Final

import pandas as pd

from mcuaudit.domain.settings import SETTING_BY_KEY, ValueKind
from mcuaudit.domain.versions import verifies_certificates
from mcuaudit.frames.containers import Fleet
from mcuaudit.frames.schema import Column
from mcuaudit.rules.views.base import Views, of_view, view, with_judged
from mcuaudit.rules.views.columns import JUDGED, of_frame, text, yes_no
from mcuaudit.rules.views.evidence import SETTING_COLUMNS
from mcuaudit.rules.views.joins import looked_up, with_columns, yes_or_no


def _setting_column(key: str, name: str) -> Column:
    setting = SETTING_BY_KEY[key]
    words = ("true", "false") if setting.kind is ValueKind.BOOLEAN else setting.labels
    return text(name, f"{setting.meaning} Missing if it is not in the export.", words)


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
def devices(views: Views) -> pd.DataFrame:
    """One row per device, with its settings as columns; a setting that is not in the export is missing."""
    fleet = views.fleet
    found = looked_up(fleet.devices, _wide(fleet.settings), ["device_id"])
    found = with_columns(
        found,
        direct_calls=_direct_calls(fleet, found),
        verifies_certificates=found["software_version"].map(_verifies_certificates).fillna("yes"),
    )
    return with_judged(found, ["device_id"])


def _wide(settings: pd.DataFrame) -> pd.DataFrame:
    """One row per device with the value of each setting, in columns of the names that views have for them."""
    values: dict[str, dict[str, str]] = {}
    known = settings[["device_id", "setting", "value"]].itertuples(index=False, name=None)
    for device_id, setting, value in known:
        values.setdefault(device_id, {})[setting] = value
    columns = {name: [told.get(key) for told in values.values()] for key, name in SETTING_COLUMNS.items()}
    return pd.DataFrame({"device_id": list(values), **columns}, dtype="str")


def _direct_calls(fleet: Fleet, found: pd.DataFrame) -> pd.Series:
    """yes, no, or missing: whether TLS calls without a proxy are configured."""
    peers = fleet.peers
    sip = peers["connections"].str.contains("_sip", na=False)
    direct = set(peers.loc[sip & (peers["route"] == "direct"), "device_id"])
    configuration = found["outbound_call_configuration"]
    word = configuration.map({"Call direct": "yes", "Use registrar": "no", "Use trunk": "no"})
    word = word.mask(found["device_id"].isin(direct), "yes")
    return word.mask(found["service_sips_tcp"] == "false", "no").astype("str")


def _verifies_certificates(version: object) -> str | None:
    """no before 4.4; yes from there on; None where the version is not known."""
    found = verifies_certificates(version) if isinstance(version, str) else None
    return None if found is None else "yes" if found else "no"


@view(
    "device × setting",
    of_frame("settings"),
    JUDGED,
)
def settings(views: Views) -> pd.DataFrame:
    """One row per device and setting."""
    return with_judged(views.fleet.settings, ["device_id", "setting"])


@view(
    "configured feedback receiver; a device without any has one row, without a receiver",
    of_view(devices),
    text("uri", "URI of the receiver."),
    yes_no("configured", "The row has a receiver."),
)
def receivers(views: Views) -> pd.DataFrame:
    """One row per configured feedback receiver."""
    found = views["devices"]
    found = with_columns(found, uri=found["feedback_receivers"].str.split()).explode("uri", ignore_index=True)
    uri = found["uri"].astype("str")
    return with_judged(with_columns(found, uri=uri, configured=yes_or_no(uri.notna())), ["device_id", "uri"])


@view(
    "device",
    of_frame("administration"),
    JUDGED,
)
def administration(views: Views) -> pd.DataFrame:
    """One row per device: whether an administrator can still log in."""
    return with_judged(views.prediction.administration, ["device_id"])

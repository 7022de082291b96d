"""Views of devices: their settings as columns, their services, users and receivers, and who can administer them."""

from __future__ import annotations

import pandas as pd

from mcuaudit.domain.versions import verifies_certificates
from mcuaudit.frames.containers import Fleet
from mcuaudit.rules.views.base import Views, view, with_judged
from mcuaudit.rules.views.evidence import SETTING_COLUMNS


@view
def devices(views: Views) -> pd.DataFrame:
    """One row per device, with its settings as columns; a setting that nobody tells is missing."""
    fleet = views.fleet
    told = fleet.settings[fleet.settings["setting"].isin(list(SETTING_COLUMNS))]
    wide = told.pivot(index="device_id", columns="setting", values="value").rename(columns=SETTING_COLUMNS)
    wide = wide.reindex(columns=list(SETTING_COLUMNS.values()))
    found = fleet.devices.merge(wide, left_on="device_id", right_index=True, how="left")
    found["direct_calls"] = _direct_calls(fleet, found)
    found["verifies_certificates"] = found["software_version"].map(_verifies_certificates).fillna("yes")
    return with_judged(found, ["device_id"])


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
    """no before 4.4; yes from there on; None where the version is not told."""
    found = verifies_certificates(version) if isinstance(version, str) else None
    return None if found is None else "yes" if found else "no"


@view
def settings(views: Views) -> pd.DataFrame:
    """One row per device and setting."""
    return with_judged(views.fleet.settings.copy(), ["device_id", "setting"])


@view
def receivers(views: Views) -> pd.DataFrame:
    """One row per configured feedback receiver."""
    told = views["devices"][["device_id", "site", "device", "feedback_receivers", "server_certificate_security"]]
    found = told.assign(uri=told["feedback_receivers"].str.split()).explode("uri", ignore_index=True)
    found["uri"] = found["uri"].astype("str")
    found["configured"] = found["uri"].notna().map({True: "yes", False: "no"})
    return with_judged(found, ["device_id", "uri"])


@view
def administration(views: Views) -> pd.DataFrame:
    """One row per device: whether an administrator can still log in."""
    return with_judged(views.prediction.administration.copy(), ["device_id"])

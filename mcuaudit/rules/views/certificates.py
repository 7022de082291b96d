"""Views of local certificates: each with its device, and how it carries the device's addresses."""

from __future__ import annotations

import pandas as pd

from mcuaudit.model import Slot
from mcuaudit.rules.views.base import Views, view, with_judged
from mcuaudit.rules.views.evidence import CERTIFICATE_COLUMNS


@view
def local_certificates(views: Views) -> pd.DataFrame:
    """One row per device, with the columns of its local certificate; missing where there is none to read."""
    found = views["devices"].copy()
    found["certificate"] = found["local_certificate"]
    found = found.merge(views.fleet.certificates[["certificate", *CERTIFICATE_COLUMNS]], on="certificate", how="left")
    sharing = found.groupby("public_key")["device_id"].agg(list)
    found["sharing"] = found["public_key"].map(sharing)
    evidence = views.fleet.evidence
    files = evidence.loc[evidence["kind"] == Slot.LOCAL_CERTIFICATE.value].set_index("device_id")["file"]
    found["file"] = found["device_id"].map(files)
    return found


@view
def own_addresses(views: Views) -> pd.DataFrame:
    """One row per device and enabled address, with how its local certificate carries it by the rule of the MCU."""
    found = views["local_certificates"].copy()
    found["address"] = found["addresses"].str.split()
    found = found.explode("address", ignore_index=True)
    # Where no device has an address the column would be of numbers, and could not be joined.
    found["address"] = found["address"].astype("str")
    identities = views.concluded.identities
    known = identities.loc[
        identities["standard"] == "mcu", ["certificate", "reference", "outcome", "found_in", "reason", "reading"]
    ]
    known = known.rename(columns={"reason": "identity_reason", "reading": "readings"})
    found = found.merge(known, left_on=["certificate", "address"], right_on=["certificate", "reference"], how="left")
    found["found_in"] = found["found_in"].astype("str").where(found["found_in"].notna(), "nowhere")
    found["outcome"] = found["outcome"].astype("str")
    return with_judged(found, ["device_id", "address"])

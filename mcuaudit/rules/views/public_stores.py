"""The view of trust stores that hold public CAs, with whether strangers get in by them."""

from __future__ import annotations

import pandas as pd

from mcuaudit.domain.settings import OUTGOING_AND_INCOMING_CALLS
from mcuaudit.domain.slots import Slot
from mcuaudit.rules.views.authorities import public_certificates
from mcuaudit.rules.views.base import Views, view
from mcuaudit.rules.views.words import certificates_in_words, some_of


@view
def public_stores(views: Views) -> pd.DataFrame:
    """One row per device and store that decides about its peers, with the public CAs in it.

    `public_authorities` is empty where the store holds none, and missing where the store was not read, or read in part
    without finding one. `admits` is yes where the store alone decides who calls or who logs in; untold if not known.
    """
    found = views["used_stores"].copy()
    known = views.fleet.certificates
    public = known[known["certificate"].isin(public_certificates(views)) & known["is_ca"]]
    public = public.assign(named=certificates_in_words(public))
    members = views.fleet.trust_stores.merge(public[["certificate", "named"]], on="certificate")
    names = members.groupby("trust_store")["named"].agg(some_of)
    found["trust_store"] = found["sip_trust_store"].where(
        found["slot"] == Slot.SIP_TRUST_STORE.value, found["https_trust_store"]
    )
    words = found["trust_store"].map(names).astype("str")
    whole = found["store_state"].astype("str").isin(["present", "empty"])
    found["public_authorities"] = words.mask(words.isna() & whole, "")
    found["store_read"] = found["public_authorities"].notna().map({True: "yes", False: "no"})
    callers = found["verification_settings"].map(
        lambda value: "yes" if value == OUTGOING_AND_INCOMING_CALLS else "no", na_action="ignore"
    )
    callers = callers.astype("str").fillna("untold").mask(found["service_sips_tcp"] == "false", "no")
    logins = views["logins"].set_index("device_id")["certificate_login"]
    found["admits"] = callers.where(
        found["slot"] == Slot.SIP_TRUST_STORE.value, found["device_id"].map(logins)
    ).mask(found["verifies_certificates"] == "no", "no")  # fmt: skip
    return found

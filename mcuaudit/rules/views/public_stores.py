"""The view of trust stores that hold public CAs, with whether strangers get in by them."""

from __future__ import annotations

import pandas as pd

from mcuaudit.domain.settings import OUTGOING_AND_INCOMING_CALLS
from mcuaudit.domain.slots import Slot
from mcuaudit.rules.views.authorities import public_certificates
from mcuaudit.rules.views.base import Views, of_view, view
from mcuaudit.rules.views.columns import text, yes_no, yes_no_open
from mcuaudit.rules.views.joins import looked_up, with_columns, yes_or_no
from mcuaudit.rules.views.stores import used_stores
from mcuaudit.rules.views.words import certificates_in_words, some_by


@view(
    "device × trust store that may decide about peers (SIP, HTTPS)",
    of_view(used_stores),
    text("trust_store", "Join key of the store."),
    text("public_authorities", "The public CAs in it, in words; empty if there are none, missing if not known."),
    yes_no("store_read", "`public_authorities` is known."),
    yes_no_open("admits", "The store alone decides who calls or who logs in; open if that is not known."),
)
def public_stores(views: Views) -> pd.DataFrame:
    """One row per device and store that decides about its peers, with the public CAs in it.

    `public_authorities` is empty where the store holds none, and missing where the store was not read, or read in part
    without finding one. `admits` is yes where the store alone decides who calls or who logs in; open if not known.
    """
    found = views["used_stores"]
    known = views.fleet.certificates
    public = known[known["certificate"].isin(public_certificates(views)) & known["is_ca"]]
    public = pd.DataFrame({"certificate": public["certificate"], "named": certificates_in_words(public)})
    members = looked_up(views.fleet.trust_stores, public, ["certificate"], how="inner")
    for_sip = found["slot"] == Slot.SIP_TRUST_STORE.value
    store = found["sip_trust_store"].where(for_sip, found["https_trust_store"])
    words = some_by(store, members, "trust_store", "named")
    whole = found["store_state"].isin(["present", "empty"])
    words = words.mask(words.isna() & whole, "")
    callers = found["verification_settings"].map(
        lambda value: "yes" if value == OUTGOING_AND_INCOMING_CALLS else "no", na_action="ignore"
    )
    callers = callers.astype("str").fillna("open").mask(found["service_sips_tcp"] == "false", "no")
    users = views["logins"]
    logins = dict(zip(users["device_id"], users["certificate_login"], strict=True))
    admits = callers.where(for_sip, found["device_id"].map(logins))
    return with_columns(
        found,
        trust_store=store,
        public_authorities=words,
        store_read=yes_or_no(words.notna()),
        admits=admits.mask(found["verifies_certificates"] == "no", "no"),
    )

"""The view of trust stores beside those of the other devices of their site."""

from __future__ import annotations

from collections import Counter
from typing import Final

import pandas as pd

from mcuaudit.rules.views.base import Views, of_view, view
from mcuaudit.rules.views.columns import text, yes_no
from mcuaudit.rules.views.joins import looked_up, with_columns, yes_or_no
from mcuaudit.rules.views.stores import used_stores
from mcuaudit.rules.views.words import certificates_in_words, some_of

_READ: Final = ("present", "empty")


@view(
    "device × trust store that may decide about peers (SIP, HTTPS)",
    of_view(used_stores),
    text("trust_store", "Join key of the store; missing if it could not be read."),
    yes_no("compared", "The store can be compared with those of other devices of the site."),
    text("usual", "Join key of the store that most devices of the site have; missing if no store is more frequent."),
    text("difference", "What the store lacks or has beyond the usual one, in words; missing if they are the same."),
)
def site_stores(views: Views) -> pd.DataFrame:
    """One row per device and store that decides about its peers, beside the store that is usual at its site.

    `compared` is no where there is nothing to compare: the store was not read as a whole, the policy gives a reason
    for its being different, or no other device of the site is left. `usual` is missing where the site has no usual
    store, as two are equally frequent.
    """
    found = views["used_stores"]
    store = found["https_trust_store"].where(found["slot"] == "https_trust_store", found["sip_trust_store"])
    excused = found["device_id"].isin(list(views.policy.known.different_stores))
    comparable = found["store_state"].isin(_READ) & store.notna() & ~excused
    places = pd.Series(list(zip(found["site"], found["slot"], strict=True)), index=found.index, dtype=object)
    counts = Counter(places[comparable])
    several = pd.Series([counts[place] > 1 for place in places], index=found.index, dtype=bool)
    found = with_columns(found, trust_store=store, compared=yes_or_no(comparable & several))
    compared = found[found["compared"] == "yes"]
    if compared.empty:
        return with_columns(found, usual=None, difference=None)
    found = looked_up(found, _usual(compared), ["site", "slot"])
    return looked_up(found, _differences(views, found), ["trust_store", "usual"])


def _usual(compared: pd.DataFrame) -> pd.DataFrame:
    """One row per site and slot: the store that most of its devices have, missing where two are equally frequent."""
    counts = compared.groupby(["site", "slot", "trust_store"]).size().rename("devices_with_it").reset_index()
    most = counts.groupby(["site", "slot"])["devices_with_it"].transform("max")
    first = counts[counts["devices_with_it"] == most].rename(columns={"trust_store": "usual"})
    alone = ~first.duplicated(["site", "slot"], keep=False)
    return first.assign(usual=first["usual"].where(alone)).drop_duplicates(["site", "slot"])[["site", "slot", "usual"]]


def _differences(views: Views, found: pd.DataFrame) -> pd.DataFrame:
    """One row per store and usual store that differ: what the one lacks, and what it has beyond the other, in words."""
    pairs = found.loc[(found["compared"] == "yes") & found["usual"].notna(), ["trust_store", "usual"]].drop_duplicates()
    pairs = pairs[pairs["trust_store"] != pairs["usual"]]
    stores = views.fleet.trust_stores
    members = stores[stores["trust_store"].isin([*pairs["trust_store"], *pairs["usual"]])]
    by_store = members.groupby("trust_store")["certificate"].agg(frozenset).to_dict()
    certificates = views.fleet.certificates
    names = dict(zip(certificates["certificate"], certificates_in_words(certificates), strict=True))
    words = []
    for store, usual in zip(pairs["trust_store"], pairs["usual"], strict=True):
        own, others = by_store.get(store, frozenset()), by_store.get(usual, frozenset())
        lacks = some_of(names[member] for member in others - own)
        beyond = some_of(names[member] for member in own - others)
        parts = [f"it lacks {lacks}" if lacks else "", f"it has {beyond} beyond it" if beyond else ""]
        words.append(", and ".join(part for part in parts if part))
    return pairs.assign(difference=pd.Series(words, index=pairs.index, dtype="str"))

"""The view of trust stores beside those of the other devices of their site."""

from __future__ import annotations

from collections import Counter
from typing import Any, Final

from mcuaudit.domain.slots import Slot
from mcuaudit.rules.views.base import Views, of_view, view
from mcuaudit.rules.views.columns import text, yes_no
from mcuaudit.rules.views.scope import Scope
from mcuaudit.rules.views.stores import used_stores
from mcuaudit.rules.views.table import Table, yes_no_of
from mcuaudit.rules.views.words import certificate_in_words, some_of

_READ: Final = ("present", "empty")


@view(
    "device × trust store that may decide about peers (SIP, HTTPS)",
    of_view(used_stores),
    text("trust_store", "Join key of the store; missing if it could not be read."),
    yes_no("compared", "The store can be compared with those of other devices of the site."),
    text("usual", "Join key of the store that most devices of the site have; missing if no store is more frequent."),
    text("difference", "What the store lacks or has beyond the usual one, in words; missing if they are the same."),
    scope=Scope.SITE,
)
def site_stores(views: Views) -> Table:
    """One row per device and store that decides about its peers, beside the store that is usual at its site.

    `compared` is no where there is nothing to compare: the store was not read as a whole, the policy gives a reason
    for its being different, or no other device of the site is left. `usual` is missing where the site has no usual
    store, as two are equally frequent.
    """
    found, excused = views.table("used_stores"), set(views.policy.known.different_stores)
    columns = ("device_id", "site", "slot", "store_state", "sip_trust_store", "https_trust_store")
    stores: list[str | None] = []
    places: list[tuple[str, str]] = []
    comparable: dict[tuple[str, str], list[str]] = {}
    candidates: list[bool] = []
    for device_id, site, slot, state, sip, https in found.each(*columns):
        store = sip if slot == Slot.SIP_TRUST_STORE else https
        stores.append(store)
        places.append((site, slot))
        candidates.append(state in _READ and store is not None and device_id not in excused)
        if store is not None and candidates[-1]:
            comparable.setdefault((site, slot), []).append(store)
    compared = [chosen and len(comparable[place]) > 1 for chosen, place in zip(candidates, places, strict=True)]
    usual = {place: _usual(found) for place, found in comparable.items() if len(found) > 1}
    pairs = [(store, usual.get(place)) for store, place in zip(stores, places, strict=True)]
    differing = {pair for pair, chosen in zip(pairs, compared, strict=True) if chosen and None not in pair}
    words = _differences(views, {(store, other) for store, other in differing if store != other})
    return found.adding(
        trust_store=stores,
        compared=yes_no_of(compared),
        usual=[usual.get(place) for place in places],
        difference=[words.get(pair) for pair in pairs],
    )


def _usual(stores: list[str]) -> str | None:
    """The store that most devices have; None where two are equally frequent."""
    (most, number), *others = Counter(stores).most_common(2)
    return None if others and others[0][1] == number else most


def _differences(views: Views, pairs: set[Any]) -> dict[Any, str]:
    """By store and usual store that differ: what the one lacks, and what it has beyond the other, in words."""
    if not pairs:
        return {}
    members: dict[str, set[str]] = {}
    for store, certificate in views.source("trust_stores").each("trust_store", "certificate"):
        members.setdefault(store, set()).add(certificate)
    certificates = views.source("certificates").each("certificate", "subject")
    names = {certificate: certificate_in_words(subject, certificate) for certificate, subject in certificates}
    words = {}
    for store, usual in pairs:
        own, others = members.get(store, set()), members.get(usual, set())
        lacks = some_of(names[member] for member in others - own)
        beyond = some_of(names[member] for member in own - others)
        parts = [f"it lacks {lacks}" if lacks else "", f"it also contains {beyond}" if beyond else ""]
        words[store, usual] = ", and ".join(part for part in parts if part)
    return words

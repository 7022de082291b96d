"""The view of trust stores that hold public CAs, with whether strangers get in by them."""

from __future__ import annotations

from collections import Counter

from mcuaudit.devices.verification import admits_callers
from mcuaudit.domain.answer import Answer
from mcuaudit.domain.slots import Slot
from mcuaudit.rules.views.authorities import public_certificates
from mcuaudit.rules.views.base import Views, of_view, view
from mcuaudit.rules.views.columns import text, yes_no, yes_no_open
from mcuaudit.rules.views.logins import certificate_logins
from mcuaudit.rules.views.stores import used_stores
from mcuaudit.rules.views.table import Table, yes_no_of
from mcuaudit.rules.views.undecided import admitting_evidence
from mcuaudit.rules.views.words import certificate_in_words, some_by


@view(
    "device × trust store that may decide about peers (SIP, HTTPS)",
    of_view(used_stores),
    text("trust_store", "Join key of the store."),
    text("public_authorities", "The public CAs in it, in words; empty if there are none, missing if not known."),
    text("public_words", "“a public CA” or “public CAs”, for messages."),
    yes_no("store_read", "`public_authorities` is known."),
    yes_no_open("admits", "The store alone decides who calls or who logs in; open if that is not known."),
    text("admits_evidence", "The setting that would say so; missing unless `admits` is open."),
)
def public_stores(views: Views) -> Table:
    """One row per device and store that decides about its peers, with the public CAs in it.

    `public_authorities` is empty where the store holds none, and missing where the store was not read, or read in part
    without finding one. `admits` is yes where the store alone decides who calls or who logs in; open if not known.
    """
    found, certificates = views.table("used_stores"), views.source("certificates")
    public = public_certificates(views)
    named = {
        certificate: certificate_in_words(subject, certificate)
        for certificate, subject, is_ca in certificates.each("certificate", "subject", "is_ca")
        if is_ca and certificate in public
    }
    members = views.source("trust_stores").each("trust_store", "certificate")
    pairs = [(store, named[certificate]) for store, certificate in members if certificate in named]
    stores = [
        sip if slot == Slot.SIP_TRUST_STORE else https
        for slot, sip, https in found.each("slot", "sip_trust_store", "https_trust_store")
    ]
    words = [
        "" if names is None and state in ("present", "empty") else names
        for names, state in zip(some_by(stores, pairs), found["store_state"], strict=True)
    ]
    records = views.devices_of(found)
    callers = [admits_callers(device).value for device in records]
    users = certificate_logins(views, records)
    numbers = Counter(store for store, _ in pairs)
    found = found.adding(public_words=["a public CA" if numbers[store] == 1 else "public CAs" for store in stores])
    admits = [
        calls if slot == Slot.SIP_TRUST_STORE else logs_in
        for slot, calls, logs_in in zip(found["slot"], callers, users, strict=True)
    ]
    return found.adding(
        trust_store=stores,
        public_authorities=words,
        store_read=yes_no_of(names is not None for names in words),
        admits_evidence=[
            admitting_evidence(device, slot) if one == Answer.OPEN.value else None
            for one, slot, device in zip(admits, found["slot"], records, strict=True)
        ],
        admits=admits,
    )

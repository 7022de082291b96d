"""Certificates and trust stores of a page."""

from __future__ import annotations

from datetime import tzinfo
from typing import Final, cast

import pandas as pd

from mcuaudit.domain.slots import SLOT_TITLES, TRUST_STORE_SLOTS, Slot
from mcuaudit.frames.containers import Audit
from mcuaudit.report.html import Html, code, element, folded, join, paragraph, small
from mcuaudit.report.table import ROWS_SHOWN, Row, csv_link, shown_of, table
from mcuaudit.summary.certificates_in_use import common_name
from mcuaudit.wording.numbers import plural
from mcuaudit.wording.phrases import is_missing, listed, said, short_date, short_hash

MEMBERS_SHOWN: Final = 5
_SOON_DAYS: Final = 60

_CSV_COLUMNS: Final = [
    "certificate", "used_as", "subject", "issuer", "serial_number", "dns_names", "uris", "ip_addresses",
    "not_before", "not_after", "days_left", "key_algorithm", "key_size", "signature_algorithm", "is_ca",
]  # fmt: skip


def certificates_table(in_use: pd.DataFrame, zone: tzinfo, name: str) -> Html:
    """Each certificate with its use, issuer, names, key and expiry: the numbers of the picture."""
    if in_use.empty:
        return paragraph("No certificate was read.")
    shown = in_use.head(ROWS_SHOWN)
    caption = join(
        (
            f"{shown_of(len(shown), len(in_use), 'certificate')}, by expiry. ",
            csv_link(in_use[_CSV_COLUMNS], f"{name}-certificates", "Download CSV"),
        )
    )
    columns = ("Certificate", "Used by", "Issuer", "Key and signature", "Valid until", "Days left")
    rows = [_certificate(row, zone) for _, row in shown.iterrows()]
    return table(caption, columns, rows, label="Certificates")


def _certificate(row: pd.Series, zone: tzinfo) -> Row:
    bits = "" if is_missing(row["key_size"]) else f" {row['key_size']}"
    left = None if is_missing(row["days_left"]) else int(row["days_left"])
    urgent = None
    if left is not None:
        urgent = "severity error" if left < 0 else "severity warning" if left < _SOON_DAYS else None
    end = short_date(row["not_after"], zone) or "unreadable"
    names = " ".join(said(row[column]) for column in ("dns_names", "uris", "ip_addresses")).split()
    return Row(
        (
            join(
                (
                    common_name(row),
                    small(listed(names, 4)) if names else None,
                    small(code(short_hash(row["certificate"]))),
                )
            ),
            row["used_as"],
            "self-issued" if row["self_issued"] else row["issuer"],
            join((f"{row['key_algorithm']}{bits}", small(row["signature_algorithm"]))),
            element("span", f"expired {end}" if left is not None and left < 0 else end, class_=urgent),
            "" if left is None else f"{left:,}",
        )
    )


def trust_stores_table(audit: Audit, zone: tzinfo, *, with_site: bool) -> Html:
    """Each distinct trust store, with the devices and slots that have it, and its members."""
    devices = audit.devices
    slots = pd.concat(
        [
            devices[["device_id", "device"]].assign(slot=slot.value, trust_store=devices[slot.value])
            for slot in TRUST_STORE_SLOTS
        ]
    ).dropna(subset=["trust_store"])
    if slots.empty:
        return paragraph("No trust store was read.")
    column = "device_id" if with_site else "device"
    certificates = audit.certificates.set_index("certificate", drop=False).rename_axis(None)
    rows = []
    for key, holders in slots.groupby(["trust_store", "slot"], sort=False):
        store, slot = (str(part) for part in cast("tuple[str, str]", key))
        keys = audit.trust_stores.loc[audit.trust_stores["trust_store"].eq(store), "certificate"]
        members = certificates.loc[certificates.index.isin(keys)].sort_values(["not_after", "certificate"])
        rows.append(_store(store, Slot(slot), sorted(holders[column]), members, zone))
    caption = (
        f"{plural(slots['trust_store'].nunique(), 'distinct trust store')}; devices with an identical SIP, HTTPS or "
        "Call Home trust store are grouped."
    )
    columns = ("Trust store", "Devices", "Members", "First to expire")
    return table(caption, columns, rows[:ROWS_SHOWN], label="Trust stores")


def _store(store: str, slot: Slot, holders: list[str], members: pd.DataFrame, zone: tzinfo) -> Row:
    names = [common_name(member) for _, member in members.iterrows()]
    first = short_date(members["not_after"].iloc[0], zone) if len(members) else "empty"
    every = element("ul", *(element("li", one) for one in names[:ROWS_SHOWN]))
    return Row(
        (
            join((SLOT_TITLES[slot], small(code(short_hash(store))))),
            join((listed(holders), small(plural(len(holders), "device")))),
            every if len(names) <= MEMBERS_SHOWN else folded(plural(len(names), "certificate"), every),
            first,
        )
    )

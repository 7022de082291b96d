"""A CA certificate in a trust store has a serial number that RFC 5280 does not allow."""

from __future__ import annotations

import pandas as pd

from mcuaudit.rules.causes import from_view
from mcuaudit.rules.rule import Context, rule
from mcuaudit.rules.texts import columns_from_view


def _unread(view: pd.DataFrame, context: Context) -> pd.Series:
    return view["serial_numbers_unread"] != ""


@rule(
    code="MCU317",
    view="store_profiles",
    adds=("missing_evidence",),
    texts=columns_from_view(missing_evidence="file"),
    severity="note",
    source="RFC 5280",
    section="4.1.2.2",
    grade="doc",
    cause=from_view("store_cause_id"),
    message="{file}: of the CA certificates in the {store_title}, {serial_numbers}.",
    fix="Ask the CA for a certificate with a positive serial number of at most 20 octets.",
    undetermined=_unread,
    undetermined_message=(
        "{file}: it is undetermined whether the serial numbers of the CA certificates in the {store_title} are "
        "allowed: {serial_numbers_unread}."
    ),
)
def authority_serial_number(view: pd.DataFrame, context: Context) -> pd.Series:
    """A CA certificate in a trust store has a serial number that RFC 5280 does not allow.

    What it checks: the serial number of every CA certificate in a trust store is positive, and has 20 octets at most.
    The finding names the certificates of one file.

    Why it matters: CRLs, OCSP responses and authorityKeyIdentifiers name a certificate by issuer and serial number.
    Some parsers refuse a certificate with another serial number.

    How to fix: ask the CA for another certificate.

    References: RFC 5280, section 4.1.2.2.
    """
    return view["serial_numbers"] != ""

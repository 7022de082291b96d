"""A certificate in a trust store is not a CA certificate."""

from __future__ import annotations

import pandas as pd

from mcuaudit.domain.remedy import RemedyKind
from mcuaudit.rules.causes import from_view
from mcuaudit.rules.remedies import to_trust_store
from mcuaudit.rules.rule import MAINTENANCE_MANUAL, Context, rule


def _may_not_sign(view: pd.DataFrame) -> pd.Series:
    return view["is_ca"] & ~view["key_usage"].fillna("keyCertSign").str.contains("keyCertSign", regex=False)


def _no_authority(view: pd.DataFrame, context: Context) -> pd.Series:
    return ~view["is_ca"]


def _texts(view: pd.DataFrame, context: Context) -> None:
    words = pd.Series("is not a CA certificate", index=view.index, dtype="str")
    issued = "Replace it in the " + view["store_title"] + " with the CA certificate that issued it."
    own = (
        "Have a CA issue a certificate for its holder, and replace it in the " + view["store_title"] + " with that CA."
    )
    view["replacement"] = issued.mask(view["self_issued"], own)
    view["no_authority"] = words.mask(view["version"] == 1, "is version 1, which has no basicConstraints")


@rule(
    code="MCU306",
    view="store_members",
    adds=("replacement", "no_authority"),
    texts=_texts,
    severity="warning",
    source=MAINTENANCE_MANUAL,
    section="Trust stores",
    grade="open",
    needs=("is_ca",),
    reference="{subject} {certificate}",
    cause=from_view("store_cause_id"),
    remedy=to_trust_store(RemedyKind.REPLACE_BY_AUTHORITY),
    message=(
        "{file}: {named} in the {store_title} is a CA certificate, but its keyUsage lacks keyCertSign, so no path"
        " through it is valid."
    ),
    fix="{replacement}",
    undetermined=_no_authority,
    undetermined_message="{file}: {named} is in the {store_title} and {no_authority}.",
    reading="A14",
)
def no_authority_in_store(view: pd.DataFrame, context: Context) -> pd.Series:
    """A certificate in a trust store is not a CA certificate.

    What it checks: every certificate in a trust store sets cA to TRUE in its basicConstraints, and its keyUsage, if
    present, contains keyCertSign.

    Why it matters: according to Cisco's documentation, trust stores contain intermediate and root CA certificates.
    Whether the MCU accepts an end entity certificate, or a version 1 certificate, as a trust anchor is not documented,
    so the outcome is undetermined (reading A14). At best such a certificate is trusted only for itself, and must be
    replaced in every store when it is renewed. Every path through a CA certificate whose keyUsage lacks keyCertSign
    fails.

    Example: the default certificate of an old device, in the SIP trust store of the other devices.

    How to fix: add the CA certificate that issued it to the store.

    References: Maintenance Manual 4.5, trust stores; RFC 5280, sections 4.2.1.3 and 4.2.1.9; reading A14.
    """
    return _may_not_sign(view)

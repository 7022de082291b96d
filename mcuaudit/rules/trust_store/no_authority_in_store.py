"""A certificate in a trust store is no CA certificate."""

from __future__ import annotations

import pandas as pd

from mcuaudit.rules.rule import MAINTENANCE_MANUAL, Context, rule


def _may_not_sign(view: pd.DataFrame) -> pd.Series:
    return view["is_ca"] & ~view["key_usage"].fillna("keyCertSign").str.contains("keyCertSign", regex=False)


def _no_authority(view: pd.DataFrame, context: Context) -> pd.Series:
    return ~view["is_ca"]


@rule(
    code="MCU306",
    view="store_members",
    adds=("replacement", "no_authority"),
    severity="warning",
    source=MAINTENANCE_MANUAL,
    section="Trust stores",
    grade="open",
    needs=("is_ca",),
    reference="{subject} {certificate}",
    cause="{store_holder}",
    message=(
        "{file}: {named} in the {store_title} says that it is a CA, but its keyUsage does not let it sign certificates,"
        " so no path through it is valid."
    ),
    fix="{replacement}",
    undetermined=_no_authority,
    undetermined_message="{file}: {named} is in the {store_title} and {no_authority}.",
    reading="A14",
)
def no_authority_in_store(view: pd.DataFrame, context: Context) -> pd.Series:
    """A certificate in a trust store is no CA certificate.

    What it checks: every certificate of a trust store says cA in its basicConstraints, and may sign certificates if it
    has a keyUsage.

    Why it matters: trust stores are documented to hold intermediate and root CA certificates. Whether the MCU takes an
    end entity certificate, or one of version 1, for a trust anchor is not documented, so the outcome is undetermined
    (reading A14). At best an end entity vouches for itself, and has to be replaced in every store when it is renewed.
    A CA certificate with a keyUsage that lacks keyCertSign fails in every path.

    Example: the factory certificate of an old device, put into the SIP trust store of the others.

    How to fix: put the CA certificate that issued it into the store.

    References: Maintenance Manual 4.5, trust stores; RFC 5280, sections 4.2.1.3 and 4.2.1.9; reading A14.
    """
    words = pd.Series("is no CA certificate", index=view.index, dtype="str")
    issued = "Put the CA certificate that issued it into the " + view["store_title"] + " in its place."
    own = (
        "Have its holder use a certificate of a CA, and put that CA into the " + view["store_title"] + " in its place."
    )
    view["replacement"] = issued.mask(view["self_issued"], own)
    view["no_authority"] = words.mask(view["version"] == 1, "is of version 1, which cannot say that it is a CA")
    return _may_not_sign(view)

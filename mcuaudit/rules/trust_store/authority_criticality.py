"""A CA certificate in a trust store has extensions that are wrongly critical or not critical."""

from __future__ import annotations

import pandas as pd

from mcuaudit.rules.causes import from_view
from mcuaudit.rules.rule import Context, rule
from mcuaudit.rules.texts import columns_from_view


def _unread(view: pd.DataFrame, context: Context) -> pd.Series:
    return view["criticality_unread"] != ""


@rule(
    code="MCU316",
    view="store_profiles",
    adds=("missing_evidence",),
    texts=columns_from_view(missing_evidence="file"),
    severity="note",
    source="RFC 5280",
    section="4.2.1 and 4.2.2",
    grade="doc",
    cause=from_view("store_cause_id"),
    message="{file}: of the CA certificates in the {store_title}, {criticality}.",
    fix="Report it to the CA; the certificate in the {store_title} need not be changed while all parties accept it.",
    undetermined=_unread,
    undetermined_message=(
        "{file}: it is undetermined whether extensions of CA certificates in the {store_title} are critical as they "
        "should be: {criticality_unread}."
    ),
)
def authority_criticality(view: pd.DataFrame, context: Context) -> pd.Series:
    """A CA certificate in a trust store has extensions that are wrongly critical or not critical.

    What it checks: in every CA certificate of a trust store, basicConstraints, keyUsage, nameConstraints,
    policyMappings, policyConstraints and inhibitAnyPolicy are critical where they are present, and the key identifiers,
    authorityInfoAccess, subjectInfoAccess and freshestCRL are not. For keyUsage and policyMappings RFC 5280 says
    should, for the others must. The finding names the certificates of one file.

    Why it matters: a verifier that does not know an extension ignores it unless it is critical, so a limit of the CA
    may have no effect. An extension that is critical and should not be makes such a verifier refuse the certificate.

    How to fix: report it to the CA. Old roots of public CAs often have a keyUsage that is not critical, which does no
    harm.

    References: RFC 5280, sections 4.2.1.1 to 4.2.1.3, 4.2.1.5, 4.2.1.9 to 4.2.1.11, 4.2.1.14, 4.2.1.15 and 4.2.2.
    """
    return view["criticality"] != ""

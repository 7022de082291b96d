"""The local certificate comes from a public CA and exceeds the lifetime limit."""

from __future__ import annotations

from typing import Final

import pandas as pd

from mcuaudit.domain.remedy import RemedyKind
from mcuaudit.rules.causes import LOCAL_CERTIFICATE
from mcuaudit.rules.remedies import to_local_certificate
from mcuaudit.rules.rule import Context, rule

_LIMITS: Final = (
    ("2012-07-01", 1827),
    ("2015-04-01", 1188),
    ("2018-03-01", 825),
    ("2020-09-01", 398),
    ("2026-03-15", 200),
    ("2027-03-15", 100),
    ("2029-03-15", 47),
)
"""First day of issue, and the limit in days; the first two are 60 and 39 months, at their longest."""
_SECONDS_A_DAY: Final = 86_400


@rule(
    code="MCU114",
    view="readable_local_certificates",
    adds=("lifetime", "limit"),
    severity="warning",
    source="CA/Browser Forum Baseline Requirements",
    section="6.3.2",
    grade="doc",
    when={"issuer_kind": ("public",)},
    slot="local_certificate",
    cause=LOCAL_CERTIFICATE,
    remedy=to_local_certificate(RemedyKind.REISSUE_FROM_PRIVATE_AUTHORITY),
    message=(
        "the local certificate of a public CA is valid from {not_before} to {not_after}, {lifetime} days;"
        " public CAs may issue for {limit} days at most."
    ),
    fix="Have the local certificate reissued, preferably by a private CA, to which the limit does not apply.",
)
def lifetime_over_public_limit(view: pd.DataFrame, context: Context) -> pd.Series:
    """The local certificate comes from a public CA and exceeds the lifetime limit.

    What it checks: a certificate from a public CA (a CA in certifi or in [known] public_authorities) is not valid for
    longer than the limit on its issue date. The period includes notBefore and notAfter. The limit is 60 months from
    July 2012 and 39 months from April 2015, taken at their longest as 1,827 and 1,188 days; 825 days from March 2018,
    398 from September 2020, 200 from 15 March 2026, 100 from 15 March 2027 and 47 from 15 March 2029. The rule does not
    apply to private CAs, or if the export has no path from the certificate to a root, because the issuer is then
    unknown.

    Why it matters: browsers refuse certificates of public CAs that are valid for too long, and such a certificate
    violates the Baseline Requirements.

    Example: notBefore 20 March 2026, notAfter 20 March 2027.

    How to fix: have the certificate reissued. Because certificates are uploaded to an MCU by hand, a private CA suits
    it better than a public one with ever shorter limits.

    References: CA/Browser Forum Baseline Requirements for TLS server certificates, section 6.3.2.
    """
    limit = pd.Series(pd.NA, index=view.index, dtype="Int64")
    for first_day, days in _LIMITS:
        limit = limit.mask(view["not_before"] >= pd.Timestamp(first_day, tz="UTC"), days)
    # The last second counts, and a part of a day counts as a day.
    seconds = (view["not_after"] - view["not_before"]).dt.total_seconds() + 1
    view["lifetime"] = (-(-seconds // _SECONDS_A_DAY)).astype("Int64")
    view["limit"] = limit
    # Before July 2012 there was no limit.
    return (view["lifetime"] > limit).fillna(False)

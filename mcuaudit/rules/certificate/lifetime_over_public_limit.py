"""The local certificate of a public CA lives longer than public CAs may issue."""

from __future__ import annotations

from typing import Final

import pandas as pd

from mcuaudit.rules.rule import Context, rule

_LIMITS: Final = (
    ("2018-03-01", 825),
    ("2020-09-01", 398),
    ("2026-03-15", 200),
    ("2027-03-15", 100),
    ("2029-03-15", 47),
)
"""First day of issue, and the longest life in days; before, the limit was in months, and root programs differed."""
_SECONDS_A_DAY: Final = 86_400


def _undetermined(view: pd.DataFrame, context: Context) -> pd.Series:
    """Issued before the first of the limits."""
    return view["not_before"] < pd.Timestamp(_LIMITS[0][0], tz="UTC")


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
    cause="local certificate of {device_id}",
    message=(
        "{device_id}: the local certificate of a public CA is valid from {not_before} to {not_after}, {lifetime} days;"
        " public CAs may issue for {limit} days at most."
    ),
    fix="Issue the local certificate again, best by a private CA, which is bound by no such limit.",
    undetermined=_undetermined,
    undetermined_message=(
        "{device_id}: the local certificate of a public CA was issued on {not_before}, before March 2018, when limits"
        " were in months and differed; whether it lives too long is not judged."
    ),
)
def lifetime_over_public_limit(view: pd.DataFrame, context: Context) -> pd.Series:
    """The local certificate of a public CA lives longer than public CAs may issue.

    What it checks: where a public CA issued it (one that certifi carries or [known] public_authorities lists), the
    time from notBefore to notAfter, both included, is within the limit of its day of issue: 825 days from March
    2018, 398 from September 2020, 200 from 15 March 2026, 100 from 15 March 2027, 47 from 15 March 2029. One that
    was issued before is undetermined. Private CAs are not bound by that. It does not apply either where the export
    does not lead from the certificate to a root, as nobody knows then who issued it.

    Why it matters: browsers refuse certificates of public CAs that live too long, and such a one was not issued as
    it should have been.

    Example: notBefore 20 March 2026, notAfter 20 March 2027.

    How to fix: have it issued again. Uploads to an MCU are made by hand, so a private CA fits it better than one
    that issues for ever fewer days.

    References: CA/Browser Forum Baseline Requirements for TLS server certificates, section 6.3.2.
    """
    limit = pd.Series(pd.NA, index=view.index, dtype="Int64")
    for first_day, days in _LIMITS:
        limit = limit.mask(view["not_before"] >= pd.Timestamp(first_day, tz="UTC"), days)
    # The last second counts, and a part of a day counts as a day.
    seconds = (view["not_after"] - view["not_before"]).dt.total_seconds() + 1
    view["lifetime"] = (-(-seconds // _SECONDS_A_DAY)).astype("Int64")
    view["limit"] = limit
    return view["lifetime"] > limit

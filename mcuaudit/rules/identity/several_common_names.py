"""A certificate whose CN is read has several."""

from __future__ import annotations

import pandas as pd

from mcuaudit.domain.name_lists import split_names
from mcuaudit.rules.rule import RELEASE_NOTES, Context, rule


def _several(names: str) -> bool:
    return len(set(split_names(names))) > 1


def _undetermined(view: pd.DataFrame, context: Context) -> pd.Series:
    # Host names do not mind the case of letters, user names do.
    login = view["certificate_login"].eq("yes")
    return view["common_names"].where(login, view["common_names"].str.lower()).map(_several)


@rule(
    code="MCU210",
    view="common_name_readers",
    adds=("listed_names",),
    severity="warning",
    source=RELEASE_NOTES,
    section="Outgoing SIP calls",
    grade="open",
    when={"common_name_is_read": ("yes",)},
    reference="{peer}",
    cause="{mended}",
    message=(
        "{device_id}: the {holder} has several CNs ({listed_names}), and {what_for}; which one counts is undetermined."
    ),
    fix="Issue the {mended} again with one CN.",
    undetermined=_undetermined,
    reading="A8",
)
def several_common_names(view: pd.DataFrame, context: Context) -> pd.Series:
    """A certificate whose CN is read has several.

    What it checks: the subject has one CN where the CN decides: in the local certificate and in those of called SIP
    peers where there is no subjectAltName, and in those of web and API users where they log in by certificate.

    Why it matters: the documents speak of the CN as if there were one. Whether the first, the last or any of several
    is compared is open, so the outcome is undetermined unless all of them match (reading A8).

    Example: a codec's certificate with its name and its address as two CNs, and no subjectAltName.

    How to fix: issue it again with one CN, and the other names in a subjectAltName.

    References: Release Notes 4.4(3.57), appendix; RFC 9525, section 2; reading A8.
    """
    view["listed_names"] = view["common_names"].str.split().str[:4].str.join(", ")
    return pd.Series(False, index=view.index)

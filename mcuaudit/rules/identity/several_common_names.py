"""A certificate has several CNs, and its CN is read."""

from __future__ import annotations

import pandas as pd

from mcuaudit.domain.name_lists import split_names
from mcuaudit.rules import remedies
from mcuaudit.rules.causes import from_view
from mcuaudit.rules.rule import RELEASE_NOTES, Context, rule


def _several(names: str) -> bool:
    return len(set(split_names(names))) > 1


def _undetermined(view: pd.DataFrame, context: Context) -> pd.Series:
    # Host names are not case-sensitive, user names are.
    login = view["certificate_login"].eq("yes")
    return view["common_names"].where(login, view["common_names"].str.lower()).map(_several)


def _texts(view: pd.DataFrame, context: Context) -> None:
    view["listed_names"] = [", ".join(names.split()[:4]) for names in view["common_names"].fillna("")]


@rule(
    code="MCU210",
    view="common_name_readers",
    adds=("listed_names",),
    texts=_texts,
    severity="warning",
    source=RELEASE_NOTES,
    section="Outgoing SIP calls",
    grade="open",
    when={"common_name_is_read": ("yes", "open")},
    reference="{peer}",
    cause=from_view("holder_cause_id"),
    remedy=remedies.from_view("holder_remedy_id"),
    message=("the {holder} has several CNs ({listed_names}), and {what_for}; it is undetermined which CN is compared."),
    fix="Have the {holder_place} reissued with one CN.",
    undetermined=_undetermined,
    reading="A8",
)
def several_common_names(view: pd.DataFrame, context: Context) -> pd.Series:
    """A certificate has several CNs, and its CN is read.

    What it checks: the subject has a single CN if the CN decides. That is the case for the local certificate and for
    called SIP peers if they have no subjectAltName, and for web and API users who log in with a certificate. Where it
    is not known whether the device verifies the peers that it calls, the missing evidence names the setting.

    Why it matters: Cisco's documentation assumes a single CN. It does not say whether the first, the last or any of
    several CNs is compared, so the outcome is undetermined unless all of them match (reading A8).

    Example: the certificate of a codec has its name and its address as two CNs, and no subjectAltName.

    How to fix: have the certificate reissued with one CN, and the other names in a subjectAltName.

    References: Release Notes 4.4(3.57), appendix; RFC 9525, section 2; reading A8.
    """
    return pd.Series(False, index=view.index)

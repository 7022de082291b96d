"""Keys and signatures: how many certificates have which, by whose they are."""

from __future__ import annotations

from typing import Final

import pandas as pd

from mcuaudit.report.figure import figure
from mcuaudit.report.figures import shares
from mcuaudit.report.html import Html, element, folded, join, paragraph
from mcuaudit.report.table import Row, table
from mcuaudit.wording.phrases import is_missing, plural

_ROLES: Final = ("local", "peer", "authority")
"""By the rank of `holdings.holdings`."""
_ONCE: Final = (
    "A certificate in several uses counts once: as local, else as one of a peer, else as one in trust stores."
)
_TITLES: Final = {"local": "local", "peer": "of peers", "authority": "in trust stores"}
KINDS: Final = 12
"""Bars of one picture; rarer kinds stand in one more."""


def mix(held: pd.DataFrame, of: str) -> pd.DataFrame:
    """How many of the certificates `held` are of which kind: a row per kind, the most frequent first.

    `of` is key or signature. Columns: local, peer, authority; a certificate in several uses counts for the first.
    """
    kinds = held.apply(_key if of == "key" else _signature, axis="columns")
    roles = held["rank"].map(dict(enumerate(_ROLES)))
    counted = pd.crosstab(kinds, roles).reindex(columns=list(_ROLES), fill_value=0)
    counted.columns.name = counted.index.name = None
    order = counted.sum(axis=1).sort_values(ascending=False, kind="stable").index
    return counted.loc[order]


def _key(row: pd.Series) -> str:
    return str(row["key_algorithm"]) + ("" if is_missing(row["key_size"]) else f" {row['key_size']}")


def _signature(row: pd.Series) -> str:
    return str(row["signature_algorithm"])


def key_mix(held: pd.DataFrame) -> Html:
    """Both mixes as pictures, with their numbers in tables."""
    if held.empty:
        return paragraph("No certificate was read.")
    return join((_mix(held, "key", "Keys"), _mix(held, "signature", "Signatures")))


def _mix(held: pd.DataFrame, of: str, title: str) -> Html:
    counted = mix(held, of)
    shown = _with_rest(counted)
    most, number = str(counted.index[0]), int(counted.iloc[0].sum())
    summary = (
        f"{title} of {plural(len(held), 'certificate')}: {plural(len(counted), 'kind')}, most often {most} ({number})"
    )
    parts = {role: [int(value) for value in shown[role]] for role in _ROLES}
    drawn = shares([str(kind) for kind in shown.index], parts, _TITLES, f"{summary}. The table below has the numbers.")
    rows = [
        Row((kind, *(f"{value:,}" for value in numbers), f"{sum(numbers):,}"))
        for kind, *numbers in counted.itertuples()
    ]
    columns = (title[:-1], "Local", "Of peers", "In trust stores", "Together")
    numbers = folded("The numbers as a table", table(f"{summary}.", columns, rows, label=title))
    return join((element("h3", title), figure(drawn, f"{summary}. {_ONCE}"), numbers))


def _with_rest(counted: pd.DataFrame) -> pd.DataFrame:
    """The most frequent kinds, and one row for all others."""
    if len(counted) <= KINDS + 1:
        return counted
    rest = counted.iloc[KINDS:].sum().to_frame(f"{len(counted) - KINDS} others").T
    return pd.concat([counted.head(KINDS), rest])

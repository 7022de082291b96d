"""Keys and signatures: the number of certificates with each, by their use."""

from __future__ import annotations

from typing import Final

import pandas as pd

from mcuaudit.report.figure import figure
from mcuaudit.report.figures import shares
from mcuaudit.report.html import Html, element, folded, join, paragraph
from mcuaudit.report.table import Row, table
from mcuaudit.wording.numbers import plural
from mcuaudit.wording.phrases import is_missing

_ROLES: Final = ("local", "peer", "authority")
"""By the rank of `certificates_in_use`."""
_ONCE: Final = (
    "A certificate with several uses is counted once: as a local certificate if it is one, otherwise as a peer "
    "certificate, otherwise as a trust store member."
)
_TITLES: Final = {"local": "local", "peer": "peers", "authority": "trust stores"}
KINDS: Final = 12
"""Bars of one picture; one more bar has all rarer kinds."""


def mix(in_use: pd.DataFrame, of: str) -> pd.DataFrame:
    """The number of certificates per kind of key or signature, the most frequent kind first.

    `of` is key or signature. Columns: local, peer, authority; a certificate with several uses counts for the first.
    """
    kinds = in_use.apply(_key if of == "key" else _signature, axis="columns")
    roles = in_use["rank"].map(dict(enumerate(_ROLES)))
    counted = pd.crosstab(kinds, roles).reindex(columns=list(_ROLES), fill_value=0)
    counted.columns.name = counted.index.name = None
    order = counted.sum(axis=1).sort_values(ascending=False, kind="stable").index
    return counted.loc[order]


def _key(row: pd.Series) -> str:
    return str(row["key_algorithm"]) + ("" if is_missing(row["key_size"]) else f" {row['key_size']}")


def _signature(row: pd.Series) -> str:
    return str(row["signature_algorithm"])


def key_mix(in_use: pd.DataFrame) -> Html:
    """Keys and signatures as pictures, with their numbers in tables; a sentence where there is one kind."""
    if in_use.empty:
        return paragraph("No certificate was read.")
    return join((_mix(in_use, "key", "Keys"), _mix(in_use, "signature", "Signatures")))


def _mix(in_use: pd.DataFrame, of: str, title: str) -> Html:
    counted = mix(in_use, of)
    if len(counted) == 1:
        return paragraph(f"{title}: {_only(str(counted.index[0]), counted.iloc[0])}.")
    shown = _with_rest(counted)
    most, number = str(counted.index[0]), int(counted.iloc[0].sum())
    summary = f"{title} of {plural(len(in_use), 'certificate')}: {_kinds(len(counted))} {most} ({number})"
    parts = {role: [int(value) for value in shown[role]] for role in _ROLES}
    drawn = shares(
        [str(kind) for kind in shown.index], parts, _TITLES, f"{summary}. The table below gives the numbers."
    )
    rows = [
        Row((kind, *(f"{value:,}" for value in numbers), f"{sum(numbers):,}"))
        for kind, *numbers in counted.itertuples()
    ]
    columns = (title[:-1], "Local", "Peers", "Trust stores", "Total")
    numbers = folded("Show as a table", table(f"{summary}.", columns, rows, label=title))
    return join((element("h3", title), figure(drawn, f"{summary}. {_ONCE}", repeats=True), numbers))


def _only(kind: str, numbers: pd.Series) -> str:
    """``all 36 certificates have RSA 2048 (11 local, 20 peers, 5 trust stores)``: a picture would say no more."""
    total = int(numbers.sum())
    uses = ", ".join(f"{int(numbers[role]):,} {_TITLES[role]}" for role in _ROLES if numbers[role])
    have = f"all {total:,} certificates have" if total > 1 else "the only certificate has"
    return f"{have} {kind} ({uses})"


def _kinds(number: int) -> str:
    return f"{number:,} types; the most common is"


def _with_rest(counted: pd.DataFrame) -> pd.DataFrame:
    """The most frequent kinds, and one row for all others."""
    if len(counted) <= KINDS + 1:
        return counted
    rest = counted.iloc[KINDS:].sum().to_frame(f"{len(counted) - KINDS} others").T
    return pd.concat([counted.head(KINDS), rest])

"""Functions of rules for `texts` that more than one rule has."""

from __future__ import annotations

import pandas as pd

from mcuaudit.rules.definition import Context, Texts


def columns_from_view(**columns: str) -> Texts:
    """Each column has the values of a column of the view, given as new name = its name."""

    def texts(view: pd.DataFrame, context: Context) -> None:
        for name, column in columns.items():
            view[name] = view[column]

    return texts

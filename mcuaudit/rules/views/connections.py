"""The view of connections."""

from __future__ import annotations

import pandas as pd

from mcuaudit.domain.connections import CONNECTION_TABLE
from mcuaudit.rules.views.base import Views, view, with_judged
from mcuaudit.rules.views.columns import JUDGED, of_frame, text
from mcuaudit.rules.views.joins import with_columns

_TITLES = {kind.value: facts.title_in_text for kind, facts in CONNECTION_TABLE.items()}


@view(
    "connection",
    of_frame("connections"),
    text("connection_title", "The connection type in words."),
    JUDGED,
)
def connections(views: Views) -> pd.DataFrame:
    """One row per connection, with its type in words."""
    found = views.prediction.connections
    titles = found["connection_type"].astype("str").map(_TITLES)
    return with_judged(with_columns(found, connection_title=titles), ["connection_id"])

"""The view of connections."""

from __future__ import annotations

import pandas as pd

from mcuaudit.domain.connections import CONNECTION_TABLE
from mcuaudit.rules.views.base import Views, view, with_judged


@view
def connections(views: Views) -> pd.DataFrame:
    """One row per connection, with its type in words."""
    found = views.prediction.connections.copy()
    titles = {kind.value: facts.title_in_text for kind, facts in CONNECTION_TABLE.items()}
    found["connection_title"] = found["connection_type"].astype("str").map(titles)
    return with_judged(found, ["connection_id"])

"""The view of connections."""

from __future__ import annotations

from mcuaudit.domain.connections import CONNECTION_TABLE
from mcuaudit.rules.views.base import Views, judged, view
from mcuaudit.rules.views.columns import JUDGED, of_frame, text
from mcuaudit.rules.views.table import Table

_TITLES = {kind.value: definition.title_in_text for kind, definition in CONNECTION_TABLE.items()}


@view(
    "connection",
    of_frame("connections"),
    text("connection_title", "The connection type in words."),
    JUDGED,
)
def connections(views: Views) -> Table:
    """One row per connection, with its type in words."""
    found = views.source("connections")
    return judged(found.adding(connection_title=[_TITLES[kind] for kind in found["connection_type"]]), "connection_id")

"""Links that save the request configuration for the new certificate of a device."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from mcuaudit.report.html import Html
from mcuaudit.report.table import file_link


def request_links(requests: pd.DataFrame | None) -> Mapping[str, Html]:
    """By device, a link with its name to its request configuration; none for a device that has none.

    Args:
        requests: the frame `request_configurations`; None if it was not made.
    """
    rows = [] if requests is None else requests.to_dict("records")
    return {
        str(row["device_id"]): file_link(
            str(row["device_id"]),
            str(row["configuration"]).encode(),
            str(row["file"]).rpartition("/")[2],
            "text/plain;charset=utf-8",
            title=f"{row['file']} of mcuaudit csr-config",
        )
        for row in rows
    }

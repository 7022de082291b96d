"""Links that save certificates of CAs as PEM, to be uploaded to a trust store."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

import pandas as pd

from mcuaudit.decode.pem_text import pem_of
from mcuaudit.report.html import Html, element, join, small
from mcuaudit.report.table import data_address
from mcuaudit.summary.certificates_in_use import common_name
from mcuaudit.wording.phrases import short_hash


def pem_links(subjects: Collection[str], certificates: pd.DataFrame, at: datetime) -> Html | None:
    """A link for each CA certificate with one of these subjects that is valid at that time; None if there is none.

    Args:
        subjects: as in the column `subject`.
        certificates: the frame of that name; a redacted one has no octets, and so no link.
        at: the time of the audit.
    """
    frame = certificates[certificates["subject"].isin(list(subjects)) & certificates["is_ca"].eq(True)]
    frame = frame[frame["der"].notna() & frame["not_before"].le(at) & frame["not_after"].ge(at)]
    links = [
        element(
            "a", f"{common_name(row)} {short_hash(row['certificate'])}",
            href=data_address("application/x-pem-file", pem_of([row["der"]])),
            download=f"ca-{short_hash(row['certificate'])}.pem", title=f"SHA-256 {row['certificate']}",
        )
        for _, row in frame.sort_values("certificate").iterrows()
    ]  # fmt: skip
    return element("div", small("Save as PEM: ", join(links, ", ")), class_="screen") if links else None

"""The URI of a feedback receiver does not end in /RPC2."""

from __future__ import annotations

import pandas as pd

from mcuaudit.rules.causes import FEEDBACK_RECEIVER
from mcuaudit.rules.rule import Context, rule


@rule(
    code="MCU418",
    view="receivers",
    severity="warning",
    source="API Reference Guide 2.8 to 2.11",
    section="feedbackReceiver.configure",
    grade="doc",
    when={"configured": ("yes",)},
    reference="{uri}",
    cause=FEEDBACK_RECEIVER,
    message="the URI of the feedback receiver {uri} does not end in /RPC2.",
    fix="Correct the URI on the device, or in the export if it was recorded incorrectly.",
)
def receiver_path(view: pd.DataFrame, context: Context) -> pd.Series:
    """The URI of a feedback receiver does not end in /RPC2.

    What it checks: the URI of every feedback receiver ends in /RPC2 (case-sensitive).

    Why it matters: the API documents only such URIs. Feedback to another URI might not be sent or might not arrive.

    How to fix: correct the URI.

    References: API Reference Guide 2.8 to 2.11, feedback receivers.
    """
    return ~view["uri"].str.endswith("/RPC2", na=False)

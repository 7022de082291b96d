"""A feedback receiver has an http URI."""

from __future__ import annotations

import pandas as pd

from mcuaudit.rules.causes import FEEDBACK_RECEIVER
from mcuaudit.rules.rule import Context, rule


@rule(
    code="MCU404",
    view="receivers",
    severity="warning",
    source="API Reference Guide 2.8 to 2.11",
    section="feedbackReceiver.configure",
    grade="doc",
    needs=("feedback_receivers",),
    reference="{uri}",
    cause=FEEDBACK_RECEIVER,
    message="feedback is sent to {uri} in clear text.",
    fix="Use an https URI, and add the CA of the receiver to the HTTPS trust store.",
)
def plain_http_receiver(view: pd.DataFrame, context: Context) -> pd.Series:
    """A feedback receiver has an http URI.

    What it checks: every feedback receiver has an https URI.

    Why it matters: the device sends notifications in clear text, to any host that answers at that address.

    How to fix: use an https URI.

    References: API Reference Guide 2.8 to 2.11, feedback receivers.
    """
    return view["uri"].str.lower().str.startswith("http:", na=False)

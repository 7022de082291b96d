"""The URI of a feedback receiver does not end in /RPC2."""

from __future__ import annotations

from typing import Final

import pandas as pd

from mcuaudit.rules.causes import FEEDBACK_RECEIVER
from mcuaudit.rules.rule import Context, rule

_MANAGERS: Final = ("TMS", "Conductor")
"""Products that may register a URI of their own on the device."""


def _odd(view: pd.DataFrame) -> pd.Series:
    return ~view["uri"].str.endswith("/RPC2", na=False)


def _by_itself(view: pd.DataFrame) -> pd.Series:
    return view["receiver_product"].isin(_MANAGERS) | view["receiver_doubt"].notna()


def _undetermined(view: pd.DataFrame, context: Context) -> pd.Series:
    return _odd(view) & _by_itself(view)


def _texts(view: pd.DataFrame, context: Context) -> None:
    receiver, product, doubt = view["receiver"], view["receiver_product"], view["receiver_doubt"]
    managed = receiver + " is a " + product + ", which may register another URI itself"
    view["why"] = managed.mask(doubt.notna(), "the product of the receiver cannot be read")
    view["missing_evidence"] = ("whether " + receiver + " receives feedback").mask(doubt.notna(), doubt)


@rule(
    code="MCU418",
    view="receivers",
    severity="warning",
    source="API Reference Guide 2.8 to 2.11",
    section="feedbackReceiver.configure",
    grade="doc",
    when={"configured": ("yes",)},
    adds=("why", "missing_evidence"),
    texts=_texts,
    reference="{uri}",
    cause=FEEDBACK_RECEIVER,
    message="the URI of the feedback receiver {uri} does not end in /RPC2.",
    fix="Correct the URI on the device, or in the export if it was recorded incorrectly.",
    undetermined=_undetermined,
    undetermined_message=(
        "the URI of the feedback receiver {uri} does not end in /RPC2; {why}, so it is undetermined whether feedback "
        "arrives."
    ),
)
def receiver_path(view: pd.DataFrame, context: Context) -> pd.Series:
    """The URI of a feedback receiver does not end in /RPC2.

    What it checks: the URI of every feedback receiver ends in /RPC2, (case-sensitive). If the receiver is a TMS or a
    Conductor, another URI is undetermined: these products may register one of their own on the device.

    Why it matters: the API documents only URIs that end in /RPC2. Feedback to another URI may not be sent or may not
    arrive.

    How to fix: correct the URI. For a TMS or a Conductor, check there whether feedback arrives.

    References: API Reference Guide 2.8 to 2.11, feedback receivers.
    """
    return _odd(view) & ~_by_itself(view)

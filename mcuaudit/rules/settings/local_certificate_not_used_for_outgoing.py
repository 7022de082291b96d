"""The local certificate is not used for outgoing connections."""

from __future__ import annotations

import pandas as pd

from mcuaudit.rules.causes import setting
from mcuaudit.rules.rule import MAINTENANCE_MANUAL, Context, rule


def _unticked(view: pd.DataFrame, context: Context) -> pd.Series:
    return view["use_local_certificate_for_outgoing"] == "false"


@rule(
    code="MCU414",
    view="services",
    severity="warning",
    source=MAINTENANCE_MANUAL,
    section="Settings > SIP",
    grade="open",
    when={"has_called_peers": ("yes",), "tells_outgoing": ("yes",)},
    cause=setting("sip.use_local_certificate_for_outgoing"),
    message=(
        "the use of the local certificate for outgoing connections is not ticked; whoever wants a "
        "certificate of the MCU may refuse it ({called_peers})."
    ),
    fix="Tick the use of the local certificate for outgoing connections.",
    undetermined=_unticked,
    reading="A20",
)
def local_certificate_not_used_for_outgoing(view: pd.DataFrame, context: Context) -> pd.Series:
    """The local certificate is not used for outgoing connections.

    What it checks: where the device opens TLS connections to known parties, the use of the local certificate for
    outgoing connections is ticked. Where nobody tells the tick box the question is not put.

    Why it matters: without it the MCU may present nothing when it calls, and a peer that wants a certificate refuses
    the call. Whether that tick box governs it is not documented, so the outcome is undetermined (reading A20).

    How to fix: tick it.

    References: Maintenance Manual 4.5, Settings > SIP; reading A20.
    """
    return pd.Series(False, index=view.index)

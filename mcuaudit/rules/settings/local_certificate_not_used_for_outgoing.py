"""The local certificate is not used for outgoing connections."""

from __future__ import annotations

import pandas as pd

from mcuaudit.domain.remedy import RemedyKind
from mcuaudit.rules.causes import setting
from mcuaudit.rules.remedies import to_device
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
    when={"has_called_peers": ("yes",), "outgoing_known": ("yes",)},
    cause=setting("sip.use_local_certificate_for_outgoing"),
    remedy=to_device(RemedyKind.TICK_LOCAL_CERTIFICATE),
    message=(
        "under Settings > SIP, “Use local certificate for outgoing connections” is not ticked; peers that "
        "require a certificate may refuse the MCU ({called_peers})."
    ),
    fix="Tick “Use local certificate for outgoing connections” (Settings > SIP).",
    undetermined=_unticked,
    reading="A20",
)
def local_certificate_not_used_for_outgoing(view: pd.DataFrame, context: Context) -> pd.Series:
    """The local certificate is not used for outgoing connections.

    What it checks: if the device opens TLS connections to known peers that may verify it, the use of the local
    certificate for outgoing connections is ticked. The rule does not apply if this setting is not in the export; the
    connections are then undetermined.

    Why it matters: without it, the MCU may present no certificate when it calls, and a peer that requires one refuses
    the call. Whether the checkbox controls this is not documented, so the outcome is undetermined (reading A20).

    How to fix: tick it.

    References: Maintenance Manual 4.5, Settings > SIP; reading A20.
    """
    return pd.Series(False, index=view.index)

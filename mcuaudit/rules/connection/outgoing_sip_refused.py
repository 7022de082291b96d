"""An outgoing SIP call connection will be refused."""

from __future__ import annotations

import pandas as pd

from mcuaudit.rules.rule import RELEASE_NOTES, Context, rule


def _undetermined(view: pd.DataFrame, context: Context) -> pd.Series:
    return view["outcome"] == "open"


@rule(
    code="MCU502",
    view="connections",
    severity="error",
    source=RELEASE_NOTES,
    section="Connections that may involve certificate exchange",
    grade="doc",
    when={"connection_type": ("outgoing_sip",)},
    reference="{connection_id}",
    cause="{cause}",
    message="{device_id}, outgoing SIP call {peer}: refused. {reason}",
    fix="{mend}",
    undetermined=_undetermined,
    undetermined_message="{device_id}, outgoing SIP call {peer}: undetermined. {reason}",
)
def outgoing_sip_refused(view: pd.DataFrame, context: Context) -> pd.Series:
    """An outgoing SIP call connection will be refused.

    What it checks: the called party's certificate is trusted by the SIP trust store and carries its name where
    Verification settings verifies outgoing calls, and the called party accepts the MCU's. A connection that cannot
    exist is not applicable; one that the export or the documents do not decide is undetermined.

    Why it matters: the connection fails, with little more than a TLS alert to say why.

    How to fix: the finding names the one thing to mend.

    References: Release Notes 4.4(3.57), appendix, Connections that may involve certificate exchange.
    """
    return view["outcome"] == "fail"

"""An API user connection will be refused."""

from __future__ import annotations

import pandas as pd

from mcuaudit.rules.rule import RELEASE_NOTES, Context, rule


def _undetermined(view: pd.DataFrame, context: Context) -> pd.Series:
    return view["outcome"] == "open"


@rule(
    code="MCU504",
    view="connections",
    severity="error",
    source=RELEASE_NOTES,
    section="Connections that may involve certificate exchange",
    grade="doc",
    when={"connection_type": ("api_user",)},
    reference="{connection_id}",
    cause="{cause}",
    message="{device_id}, API user {peer}: refused. {reason}",
    fix="{mend}",
    undetermined=_undetermined,
    undetermined_message="{device_id}, API user {peer}: undetermined. {reason}",
)
def api_user_refused(view: pd.DataFrame, context: Context) -> pd.Series:
    """An API user connection will be refused.

    What it checks: the client's certificate is trusted by the HTTPS trust store where Client certificate security
    verifies it, the login works, and the client accepts the MCU's. A connection that cannot exist is not
    applicable; one that the export or the documents do not decide is undetermined.

    Why it matters: the connection fails, with little more than a TLS alert to say why.

    How to fix: the finding names the one thing to mend.

    References: Release Notes 4.4(3.57), appendix, Connections that may involve certificate exchange.
    """
    return view["outcome"] == "fail"

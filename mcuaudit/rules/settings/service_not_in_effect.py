"""A service is wanted but not in effect."""

from __future__ import annotations

import pandas as pd

from mcuaudit.rules.causes import setting
from mcuaudit.rules.rule import Context, rule


def _undetermined(view: pd.DataFrame, context: Context) -> pd.Series:
    return view["in_effect"] == "open"


def _texts(view: pd.DataFrame, context: Context) -> None:
    view["why"] = ("; " + view["prevented_by"]).fillna("")


@rule(
    code="MCU427",
    view="wanted_services",
    adds=("why",),
    texts=_texts,
    severity="warning",
    source="API Reference Guide 2.8 to 2.11",
    section="services.query",
    grade="doc",
    when={"wanted": ("yes",)},
    reference="{service}",
    cause=setting("{service}"),
    message="{service_title} is switched on but not active on any port{why}.",
    fix="Activate the feature key that the service needs, or enable the port; otherwise switch the service off.",
    undetermined=_undetermined,
    undetermined_message="{service_title} is wanted, and it is undetermined whether it is in effect.",
)
def service_not_in_effect(view: pd.DataFrame, context: Context) -> pd.Series:
    """A service is wanted but not in effect.

    What it checks: every service that services.query reports as wanted (setting) on a port is effective (enabled) on at
    least one port and IP version. The rule applies to devices with a saved response of services.query.

    Why it matters: the page shows the service as on, and it does not answer. HTTPS and encrypted SIP need a feature
    key; other services are not effective where their port is disabled.

    Example: HTTPS is switched on, but enabled is 0, because neither "Secure management (HTTPS)" nor "Encryption" is
    activated.

    How to fix: activate the feature key, or enable the port. Switch the service off if it is not needed.

    References: API Reference Guide 2.8 to 2.11, services.query; Maintenance Manual 4.5, feature keys.
    """
    return view["in_effect"] == "no"

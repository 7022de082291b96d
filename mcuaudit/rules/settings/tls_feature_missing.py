"""No feature key for TLS is activated, but HTTPS or encrypted SIP is on."""

from __future__ import annotations

import pandas as pd

from mcuaudit.rules.causes import FEATURE_KEYS
from mcuaudit.rules.rule import MAINTENANCE_MANUAL, Context, rule


@rule(
    code="MCU413",
    view="services",
    severity="error",
    source=MAINTENANCE_MANUAL,
    section="Feature keys",
    grade="doc",
    when={"has_tls_services": ("yes",), "tls_feature": ("yes", "no")},
    cause=FEATURE_KEYS,
    message=(
        "neither the feature key “Secure management (HTTPS)” nor “Encryption” is activated, so these "
        "services do not work although they are on: {tls_services}."
    ),
    fix="Activate one of the two feature keys, or correct [device] features in the export.",
)
def tls_feature_missing(view: pd.DataFrame, context: Context) -> pd.Series:
    """No feature key for TLS is activated, but HTTPS or encrypted SIP is on.

    What it checks: if HTTPS or Encrypted SIP (TLS) is on, and the feature keys are in the export, "Secure management
    (HTTPS)" or "Encryption" is one of them. The rule does not apply if the feature keys are not in the export.

    Why it matters: both services need one of the two keys. Without it there is no HTTPS and no encrypted call, although
    the settings show them as on.

    How to fix: activate a key.

    References: Maintenance Manual 4.5, feature keys; API Reference Guide 2.8 to 2.11, device.query.
    """
    return view["tls_feature"] == "no"

"""The local certificate has a default key, or one that another device has too."""

from __future__ import annotations

import pandas as pd

from mcuaudit.rules.rule import MAINTENANCE_MANUAL, Context, rule


@rule(
    code="MCU102",
    view="local_certificates",
    adds=("key_holders",),
    severity="error",
    source=MAINTENANCE_MANUAL,
    section="Local certificate",
    grade="doc",
    needs=("public_key",),
    slot="local_certificate",
    cause="the key {public_key} that several devices have, or that is a default",
    message="{device_id}: the key of the local certificate is not its own: {key_holders}.",
    fix="Make a new key and certificate for each device; whoever has the key of one can pass for all.",
)
def default_or_shared_key(view: pd.DataFrame, context: Context) -> pd.Series:
    """The local certificate has a default key, or one that another device has too.

    What it checks: the public key is that of no other device's local certificate and of no certificate that the
    policy lists as a default ([known] default_certificates); keys in [known] allowed_shared_keys are passed over.

    Why it matters: MCUs ship with a default certificate that is identical, key included, on every MCU. Whoever has
    the key of one device can pass for all of them.

    Example: leeds/mcu-lobby and oslo/mcu-hall present certificates with the same public key.

    How to fix: make a new key on, or for, each device and upload its own certificate.

    References: Maintenance Manual 4.5, default certificate; Release Notes 4.4(3.57), appendix, Local certificate.
    """
    known = set(context.policy.known.default_certificates)
    allowed = set(context.policy.known.allowed_shared_keys)
    shared = view["sharing"].gt(1).fillna(False)
    default = view["public_key"].isin(known) | view["certificate"].isin(known)
    view["key_holders"] = (view["sharing_names"] + " have the same").mask(default, "it is a known default")
    return (shared | default) & ~view["public_key"].isin(allowed) & ~view["certificate"].isin(allowed)

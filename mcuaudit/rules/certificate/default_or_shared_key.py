"""The local certificate has a default key, or one that another device has too."""

from __future__ import annotations

import pandas as pd

from mcuaudit.rules.causes import SHARED_KEY
from mcuaudit.rules.rule import MAINTENANCE_MANUAL, Context, rule


def _named_by_key(view: pd.DataFrame) -> dict[str, str]:
    """Who has each key, in words; once per key, as thousands of devices may have the same."""
    holders = view.dropna(subset=["public_key"]).drop_duplicates("public_key")
    return {key: _named(names) for key, names in zip(holders["public_key"], holders["sharing"], strict=True)}


def _named(holders: object) -> str:
    names = sorted(holders) if isinstance(holders, list) else []
    shown = ", ".join(names[:4]) + (f" and {len(names) - 4} more" if len(names) > 4 else "")
    return f"{shown} have the same"


@rule(
    code="MCU102",
    view="local_certificates",
    severity="error",
    source=MAINTENANCE_MANUAL,
    section="Local certificate",
    grade="doc",
    needs=("public_key",),
    slot="local_certificate",
    cause=SHARED_KEY,
    message="the key of the local certificate is not its own: {key_holders}.",
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
    shared = view["sharing"].map(lambda holders: isinstance(holders, list) and len(holders) > 1)
    default = view["public_key"].isin(known) | view["certificate"].isin(known)
    view["key_holders"] = view["public_key"].map(_named_by_key(view)).mask(default, "it is a known default")
    return (shared | default) & ~view["public_key"].isin(allowed) & ~view["certificate"].isin(allowed)

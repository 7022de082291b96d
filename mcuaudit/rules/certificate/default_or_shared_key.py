"""The local certificate has a default key, or a key that another device also has."""

from __future__ import annotations

import pandas as pd

from mcuaudit.domain.remedy import RemedyKind
from mcuaudit.rules.causes import SHARED_KEY
from mcuaudit.rules.remedies import to_local_certificate
from mcuaudit.rules.rule import MAINTENANCE_MANUAL, Context, rule


def _is_default(view: pd.DataFrame, context: Context) -> pd.Series:
    known = set(context.policy.known.default_certificates)
    return view["public_key"].isin(known) | view["certificate"].isin(known)


def _texts(view: pd.DataFrame, context: Context) -> None:
    holders = view["sharing_names"] + " share it"
    view["key_holders"] = holders.mask(_is_default(view, context), "it is a known default key")


@rule(
    code="MCU102",
    view="local_certificates",
    adds=("key_holders",),
    texts=_texts,
    severity="error",
    source=MAINTENANCE_MANUAL,
    section="Local certificate",
    grade="doc",
    needs=("public_key",),
    slot="local_certificate",
    cause=SHARED_KEY,
    remedy=to_local_certificate(RemedyKind.REISSUE_WITH_NEW_KEY),
    message="the key of the local certificate is not unique: {key_holders}.",
    fix="Create a new key and certificate for each device; the key of one device is enough to impersonate the others.",
)
def default_or_shared_key(view: pd.DataFrame, context: Context) -> pd.Series:
    """The local certificate has a default key, or a key that another device also has.

    What it checks: no other device has a local certificate with the same public key, and the policy does not list the
    certificate or its key as a default ([known] default_certificates). Keys in [known] allowed_shared_keys are skipped.

    Why it matters: every MCU is delivered with the same default certificate and the same private key. An attacker with
    the key of one device can impersonate every device that has the same key.

    Example: leeds/mcu-lobby and oslo/mcu-hall present certificates with the same public key.

    How to fix: create a new key for each device, and upload a certificate for it.

    References: Maintenance Manual 4.5, default certificate; Release Notes 4.4(3.57), appendix, Local certificate.
    """
    allowed = set(context.policy.known.allowed_shared_keys)
    shared = view["sharing"].gt(1).fillna(False)
    concerned = shared | _is_default(view, context)
    return concerned & ~view["public_key"].isin(allowed) & ~view["certificate"].isin(allowed)

"""A certificate is valid after 2030 with a short RSA key."""

from __future__ import annotations

from typing import Final

import pandas as pd

from mcuaudit.domain.certificate import RSA_KEYS
from mcuaudit.rules.causes import from_view
from mcuaudit.rules.rule import Context, rule

AFTER_2030: Final = pd.Timestamp("2031-01-01", tz="UTC")


@rule(
    code="MCU122",
    view="readable_presented_certificates",
    severity="note",
    source="NIST IR 8547 (draft); BSI TR-02102",
    section="RSA with 112 bits of strength; recommended key lengths",
    grade="inferred",
    needs=("key_algorithm", "not_after"),
    reference="{peer}",
    cause=from_view("holder_cause_id"),
    message="the {holder} has an RSA key of {key_size} bits and is valid until {not_after}, after 2030.",
    fix="Have the next certificate issued for an RSA key of 3072 or 4096 bits, or have it expire by the end of 2030.",
)
def rsa_key_after_2030(view: pd.DataFrame, context: Context) -> pd.Series:
    """A certificate is valid after 2030 with a short RSA key.

    What it checks: no local certificate or certificate of a peer that is valid on 1 January 2031 or later has an RSA
    key of fewer than [thresholds] rsa_bits_after_2030 bits (3000). MCU106 reports keys that are too short today.

    Why it matters: NIST plans to deprecate RSA keys of 2048 bits after 2030, and the BSI already recommends 3000 bits
    or more. It is a note, which a policy can raise: [rules] MCU122 = "warning". mcuaudit infers that it applies to an
    MCU.

    How to fix: use a key of 3072 or 4096 bits; a longer one is not documented for the MCU (reading A18).

    References: NIST IR 8547 (draft); BSI TR-02102-1; reading A18.
    """
    short = view["key_algorithm"].isin(RSA_KEYS) & view["key_size"].lt(context.policy.thresholds.rsa_bits_after_2030)
    return short & view["not_after"].ge(AFTER_2030)

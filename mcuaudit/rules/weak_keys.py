"""Keys that are too short, and RSA keys that no library loads, for the rules about both kinds of certificates."""

from __future__ import annotations

import pandas as pd

from mcuaudit.domain.certificate import RSA_KEYS
from mcuaudit.rules.rule import Context


def is_weak(view: pd.DataFrame, context: Context) -> pd.Series:
    """The key is shorter than the policy demands, or it is an RSA key that cannot be used."""
    limits = context.policy.thresholds
    least = view["key_algorithm"].map({**dict.fromkeys((*RSA_KEYS, "DSA"), limits.rsa_bits), "EC": limits.ec_bits})
    short = (view["key_size"] < least).fillna(False).astype(bool)
    return short | _is_unusable(view)


def weakness(view: pd.DataFrame) -> pd.Series:
    """The weak key in words."""
    size, kind = view["key_size"].astype("string"), view["key_algorithm"].astype("string")
    unusable = "an RSA key that cannot be used, because its modulus or exponent is impossible"
    return ("a weak " + size + "-bit " + kind + " key").mask(_is_unusable(view), unusable)


def _is_unusable(view: pd.DataFrame) -> pd.Series:
    return view["key_algorithm"].isin(RSA_KEYS) & view["key_size"].isna()

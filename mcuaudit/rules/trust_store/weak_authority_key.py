"""The key of a CA certificate in a trust store is too short."""

from __future__ import annotations

import pandas as pd

from mcuaudit.rules.causes import from_view
from mcuaudit.rules.rule import HTTPS_ARTICLE, Context, rule
from mcuaudit.rules.weak_keys import is_weak, weakness


def _texts(view: pd.DataFrame, context: Context) -> None:
    view["weakness"] = weakness(view)


@rule(
    code="MCU307",
    view="store_members",
    adds=("weakness",),
    texts=_texts,
    severity="warning",
    source=HTTPS_ARTICLE,
    section="Key size",
    grade="inferred",
    needs=("key_algorithm",),
    reference="{subject} {certificate}",
    cause=from_view("store_cause_id"),
    message="{file}: {named} in the {store_title} has {weakness}.",
    fix="Move the peers to a CA with a key of 2048 bits or more, then remove this one from the {store_title}.",
)
def weak_authority_key(view: pd.DataFrame, context: Context) -> pd.Series:
    """The key of a CA certificate in a trust store is too short.

    What it checks: RSA and DSA keys have at least [thresholds] rsa_bits (2048), elliptic curve keys at least ec_bits
    (256). An RSA key with an exponent that is even or 1, or with a modulus of 0, fails too: no library loads it.

    Why it matters: an attacker who breaks the key of a CA can issue certificates that every device with this store
    trusts. Cisco's documentation recommends the size for the key of the device; mcuaudit infers that it also applies to
    CAs.

    How to fix: replace the CA. Move the peers to the new CA before you remove the old one.

    References: Cisco article on certifying HTTPS connections, which advises RSA of at least 2048 bits; NIST SP 800-57.
    """
    return is_weak(view, context)

"""The key of the local certificate is too short."""

from __future__ import annotations

import pandas as pd

from mcuaudit.domain.remedy import RemedyKind
from mcuaudit.rules.causes import LOCAL_CERTIFICATE
from mcuaudit.rules.remedies import to_local_certificate
from mcuaudit.rules.rule import HTTPS_ARTICLE, Context, rule
from mcuaudit.rules.weak_keys import is_weak, weakness


def _texts(view: pd.DataFrame, context: Context) -> None:
    view["weakness"] = weakness(view)


@rule(
    code="MCU106",
    view="local_certificates",
    adds=("weakness",),
    texts=_texts,
    severity="error",
    source=HTTPS_ARTICLE,
    section="Key size",
    grade="doc",
    needs=("key_algorithm",),
    slot="local_certificate",
    cause=LOCAL_CERTIFICATE,
    remedy=to_local_certificate(RemedyKind.REISSUE_WITH_NEW_KEY),
    message="the local certificate has {weakness}.",
    fix="Create a new RSA key of 2048 bits or more, and have a certificate issued for it.",
)
def weak_key(view: pd.DataFrame, context: Context) -> pd.Series:
    """The key of the local certificate is too short.

    What it checks: RSA and DSA keys have at least [thresholds] rsa_bits (2048), elliptic curve keys at least ec_bits
    (256). An RSA key with an exponent that is even or 1, or with a modulus of 0, fails too: no library loads it.

    Why it matters: a short key can be broken, and current TLS stacks refuse it.

    How to fix: create a new RSA key of 2048 bits or more, and have a certificate issued for it.

    References: Cisco article on certifying HTTPS connections, which advises RSA of at least 2048 bits.
    """
    return is_weak(view, context)

"""The local certificate has a key or a signature that the device is not documented to support."""

from __future__ import annotations

from typing import Final

import pandas as pd

from mcuaudit.domain.remedy import RemedyKind
from mcuaudit.rules.causes import LOCAL_CERTIFICATE
from mcuaudit.rules.remedies import to_local_certificate
from mcuaudit.rules.rule import HTTPS_ARTICLE, Context, rule
from mcuaudit.wording.phrases import key_words

_LARGEST_RSA_KEY: Final = 4096
_BROKEN_HASHES: Final = ("md2", "md5", "sha1")
_SHA2: Final = ("sha224", "sha256", "sha384", "sha512")


def _odd_key(view: pd.DataFrame) -> pd.Series:
    return view["key_algorithm"].ne("RSA") | view["key_size"].gt(_LARGEST_RSA_KEY).fillna(True)


def _odd_signature(view: pd.DataFrame) -> pd.Series:
    """Not RSA (PKCS #1) with SHA-2, and not reported by MCU107 because of its hash."""
    with_rsa = view["signature_algorithm"].str.endswith("RSAEncryption", na=False)
    return ~with_rsa | ~view["signature_hash"].isin((*_SHA2, *_BROKEN_HASHES))


def _undetermined(view: pd.DataFrame, context: Context) -> pd.Series:
    return _odd_key(view) | _odd_signature(view)


def _texts(view: pd.DataFrame, context: Context) -> None:
    algorithm, size = view["key_algorithm"], view["key_size"]
    key = pd.Series(
        [key_words(name, None if pd.isna(bits) else int(bits)) for name, bits in zip(algorithm, size, strict=True)],
        index=view.index,
        dtype=object,
    )
    signature = "a signature with " + view["signature_algorithm"]
    odd_key, odd_signature = _odd_key(view), _odd_signature(view)
    view["odd_algorithm"] = key.where(odd_key, signature).mask(odd_key & odd_signature, key + " and " + signature)


@rule(
    code="MCU113",
    view="readable_local_certificates",
    adds=("odd_algorithm",),
    texts=_texts,
    severity="warning",
    source=HTTPS_ARTICLE,
    section="Key size",
    grade="open",
    slot="local_certificate",
    cause=LOCAL_CERTIFICATE,
    remedy=to_local_certificate(RemedyKind.REISSUE_WITH_ALGORITHM),
    message="the local certificate has {odd_algorithm}; Cisco's documentation does not say whether the MCU supports "
    "that.",
    fix="Use an RSA key of 2048 to 4096 bits, and a CA that signs with RSA and SHA-256.",
    undetermined=_undetermined,
    reading="A18",
)
def undocumented_algorithm(view: pd.DataFrame, context: Context) -> pd.Series:
    """The local certificate has a key or a signature that the device is not documented to support.

    What it checks: the key is RSA with at most 4096 bits, and the signature is RSA (PKCS #1) with SHA-2. MCU106 reports
    short keys, MCU107 signatures with MD5 or SHA-1.

    Why it matters: Cisco's documentation mentions RSA keys only. Whether the device accepts an elliptic curve or EdDSA
    key, an RSA key above 4096 bits, or RSA-PSS is not documented, so the outcome is undetermined (reading A18).

    How to fix: use an RSA key of 2048 to 4096 bits. If you need another algorithm, test it on one device first.

    References: Cisco article on certifying HTTPS connections, which advises RSA of at least 2048 bits; reading A18.
    """
    return pd.Series(False, index=view.index)

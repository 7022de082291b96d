"""The local certificate is signed with MD5 or SHA-1."""

from __future__ import annotations

import pandas as pd

from mcuaudit.domain.remedy import RemedyKind
from mcuaudit.rules.causes import LOCAL_CERTIFICATE
from mcuaudit.rules.remedies import to_local_certificate
from mcuaudit.rules.rule import Context, rule


@rule(
    code="MCU107",
    view="local_certificates",
    severity="error",
    source="RFC 9155",
    section="2 to 4",
    grade="inferred",
    needs=("signature_algorithm",),
    slot="local_certificate",
    cause=LOCAL_CERTIFICATE,
    remedy=to_local_certificate(RemedyKind.REISSUE_WITH_ALGORITHM),
    message="the local certificate is signed with {signature_algorithm}.",
    fix="Have the certificate reissued with a SHA-256 signature.",
)
def weak_signature(view: pd.DataFrame, context: Context) -> pd.Series:
    """The local certificate is signed with MD5 or SHA-1.

    What it checks: the hash of the signature is not MD2, MD5 or SHA-1. Self-signed certificates are included: some
    parties trust the certificate itself, and others refuse its signature.

    Why it matters: collisions can be computed for these hashes, and current TLS stacks refuse such signatures.

    How to fix: have the certificate reissued with SHA-256.

    References: RFC 9155; reading A18 for what the MCU itself accepts.
    """
    return view["signature_hash"].isin(["md2", "md5", "sha1"])

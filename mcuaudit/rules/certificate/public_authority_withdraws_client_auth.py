"""The local certificate was issued by a public CA, and public CAs are withdrawing clientAuth."""

from __future__ import annotations

import pandas as pd

from mcuaudit.domain.certificate import CLIENT_AUTH
from mcuaudit.domain.remedy import RemedyKind
from mcuaudit.rules.causes import LOCAL_CERTIFICATE
from mcuaudit.rules.remedies import to_local_certificate
from mcuaudit.rules.rule import RELEASE_NOTES, Context, rule


@rule(
    code="MCU115",
    view="readable_local_certificates",
    severity="warning",
    source=RELEASE_NOTES,
    section="Local certificate",
    grade="inferred",
    when={"issuer_kind": ("public", "private")},
    slot="local_certificate",
    cause=LOCAL_CERTIFICATE,
    remedy=to_local_certificate(RemedyKind.REISSUE_FROM_PRIVATE_AUTHORITY),
    message=(
        "the local certificate is from a public CA ({issuer}); its successor may lack clientAuth, which"
        " the device needs as a TLS client."
    ),
    fix="Have the next certificate issued by a private CA, with serverAuth and clientAuth.",
)
def public_authority_withdraws_client_auth(view: pd.DataFrame, context: Context) -> pd.Series:
    """The local certificate was issued by a public CA, and public CAs are withdrawing clientAuth.

    What it checks: a certificate that is valid for clientAuth does not come from a public CA (a CA in certifi or in
    [known] public_authorities). MCU109 reports certificates without clientAuth. The rule does not apply if the export
    has no path from the certificate to a root, because the issuer is then unknown.

    Why it matters: the device also presents its certificate as a TLS client (Release Notes). Public CAs are withdrawing
    clientAuth from TLS server certificates. The next certificate from a public CA may therefore not work for outgoing
    calls to peers that check the purpose. mcuaudit infers that a private CA is the better choice; Cisco's documentation
    does not say so.

    How to fix: have the next certificate issued by a private CA, and add its root to the trust stores of the peers.

    References: Release Notes 4.4(3.57), appendix, Local certificate; Chrome Root Program Policy, on hierarchies
    dedicated to TLS server authentication; RFC 5280, section 4.2.1.12.
    """
    purposes = view["extended_key_usage"]
    serves = purposes.isna() | purposes.fillna("").str.split().map(lambda words: CLIENT_AUTH in words)
    return serves & view["issuer_kind"].eq("public")

"""The local certificate was issued by a public CA, and these withdraw clientAuth."""

from __future__ import annotations

import pandas as pd

from mcuaudit.domain.certificate import CLIENT_AUTH
from mcuaudit.rules.causes import LOCAL_CERTIFICATE
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
    message=(
        "the local certificate is from a public CA ({issuer}); its successor may lack clientAuth, which"
        " the device needs as a TLS client."
    ),
    fix="Plan to have the next one issued by a private CA, with serverAuth and clientAuth.",
)
def public_authority_withdraws_client_auth(view: pd.DataFrame, context: Context) -> pd.Series:
    """The local certificate was issued by a public CA, and these withdraw clientAuth.

    What it checks: a certificate that serves clientAuth was not issued by a public CA, one that certifi carries or
    [known] public_authorities lists. Where clientAuth is missing already MCU109 says so. It does not apply where the
    export does not lead from the certificate to a root, as nobody knows then who issued it.

    Why it matters: the device has one certificate and presents it as TLS client as well (Release Notes). Public CAs
    are withdrawing clientAuth from the certificates of TLS servers, so the next one from there will not serve outgoing
    calls to peers that look at it. That the device is better off with a private CA is inferred.

    How to fix: have the next certificate issued by a private CA, and give its root to the peers.

    References: Release Notes 4.4(3.57), appendix, Local certificate; Chrome Root Program Policy, on hierarchies
    dedicated to TLS server authentication; RFC 5280, section 4.2.1.12.
    """
    purposes = view["extended_key_usage"]
    serves = purposes.isna() | purposes.fillna("").str.split().map(lambda words: CLIENT_AUTH in words)
    return serves & view["issuer_kind"].eq("public")

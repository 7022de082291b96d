"""A certificate with clientAuth was issued by a public CA, and public CAs are withdrawing clientAuth."""

from __future__ import annotations

import pandas as pd

from mcuaudit.domain.certificate import CLIENT_AUTH
from mcuaudit.rules import remedies
from mcuaudit.rules.causes import from_view
from mcuaudit.rules.rule import Context, rule


def _will_lack_it(view: pd.DataFrame) -> pd.Series:
    purposes = view["extended_key_usage"]
    serves = purposes.isna() | purposes.fillna("").str.split().map(lambda words: CLIENT_AUTH in words)
    return serves & view["issuer_kind"].eq("public")


def _perhaps_needed(view: pd.DataFrame, context: Context) -> pd.Series:
    return _will_lack_it(view) & view["client_auth_needed"].eq("open")


def _texts(view: pd.DataFrame, context: Context) -> None:
    view["presenter"] = view["peer"].fillna("The device")
    view["missing_evidence"] = view["client_auth_evidence"]


@rule(
    code="MCU115",
    view="readable_presented_certificates",
    adds=("presenter", "missing_evidence"),
    texts=_texts,
    severity="warning",
    source="Chrome Root Program Policy 1.8",
    section="dedicated TLS server authentication hierarchies",
    grade="inferred",
    when={"issuer_kind": ("public", "private")},
    reference="{peer}",
    cause=from_view("holder_cause_id"),
    remedy=remedies.from_view("private_remedy_id"),
    message=(
        "the {holder} is from a public CA ({issuer}) and valid until {not_after}: {renewal}. {presenter} needs "
        "clientAuth as a TLS client."
    ),
    fix="Have the next certificate issued by a private CA, with serverAuth and clientAuth.",
    undetermined=_perhaps_needed,
    undetermined_message=(
        "the {holder} is from a public CA ({issuer}) and valid until {not_after}: {renewal}. Whether {presenter} needs "
        "it as a TLS client is undetermined."
    ),
)
def public_authority_withdraws_client_auth(view: pd.DataFrame, context: Context) -> pd.Series:
    """A certificate with clientAuth was issued by a public CA, and public CAs are withdrawing clientAuth.

    What it checks: a certificate that is valid for clientAuth does not come from a public CA (a CA in certifi or in
    [known] public_authorities). It applies to the local certificate, and to that of each peer that connects to the
    device and is verified by it. MCU109 reports certificates without clientAuth. The rule does not apply if the export
    has no path from the certificate to a root, because the issuer is then unknown.

    Why it matters: the device also presents its certificate as a TLS client (Release Notes), and so does an Expressway
    or a Unified CM that calls it. From 15 March 2027 on, no CA in Chrome's programme issues certificates with
    clientAuth (new intermediate CAs since 15 June 2026). Let's Encrypt, Google Trust Services and Sectigo ended it in
    2026, DigiCert ends it on 1 March 2027. The next certificate from a public CA may therefore not work for outgoing
    calls to peers that check the purpose; whether the MCU accepts such a certificate from a peer is not documented
    (reading A13). mcuaudit infers that a private CA is the better choice; Cisco's documentation does not say so.

    Example: an Expressway has a certificate of a public CA until 1 June 2027; its renewal has serverAuth only.

    How to fix: have the next certificate issued by a private CA, and add its root to the trust stores of the other
    side. An Expressway of X15.5 or later can have another certificate as client than as server.

    References: Chrome Root Program Policy 1.8, on hierarchies dedicated to TLS server authentication; Release Notes
    4.4(3.57), appendix, Local certificate; RFC 5280, section 4.2.1.12; reading A13.
    """
    return _will_lack_it(view) & view["client_auth_needed"].eq("yes")

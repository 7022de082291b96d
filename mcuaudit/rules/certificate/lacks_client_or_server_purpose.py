"""A certificate lacks serverAuth or clientAuth."""

from __future__ import annotations

import pandas as pd

from mcuaudit.domain.slots import SLOT_FILES, Slot
from mcuaudit.rules import remedies
from mcuaudit.rules.causes import from_view
from mcuaudit.rules.rule import RELEASE_NOTES, Context, rule


def _unreadable(view: pd.DataFrame) -> pd.Series:
    return view["unreadable_fields"].fillna("").str.contains(r"\bextKeyUsage\b|^extensions\b")


def _of_peer(view: pd.DataFrame) -> pd.Series:
    return view["peer"].notna()


def _lacks(view: pd.DataFrame) -> pd.Series:
    return view["lacking_purposes"] != ""


def _of_type(view: pd.DataFrame) -> pd.Series:
    return view["lacking_extension"] == "nsCertType"


def _undetermined(view: pd.DataFrame, context: Context) -> pd.Series:
    return _unreadable(view) & (view["needed"] != "") | ((_of_peer(view) | _of_type(view)) & _lacks(view))


def _texts(view: pd.DataFrame, context: Context) -> None:
    unreadable, clause = _unreadable(view), "; " + view["renewal"]
    unasked = view["renewal"].isna() | ~view["lacking_purposes"].str.contains("clientAuth", regex=False)
    by_private = pd.Series(", by a private CA", index=view.index, dtype="str").where(
        view["issuer_kind"].eq("public"), ""
    )
    purposes = "with " + view["needed"].str.replace(" ", " and ") + by_private
    view["asked_for"] = purposes.mask(_of_type(view), "without nsCertType")
    view["calendar"] = clause.mask(unasked, "")
    unknown = pd.Series("it is not documented whether the MCU checks it", index=view.index, dtype="str").mask(
        ~_of_peer(view), "OpenSSL refuses it for that; other TLS stacks do not read the extension"
    )
    lacks = "lacks " + view["lacking_purposes"] + ", and " + unknown
    view["open_question"] = (lacks + view["calendar"]).mask(unreadable, "is unreadable")
    view["missing_evidence"] = view["file"].mask(~_of_peer(view), SLOT_FILES[Slot.LOCAL_CERTIFICATE]).where(unreadable)
    readings = pd.Series("A13", index=view.index, dtype="str").mask(~_of_peer(view), "A22")
    view["readings"] = readings.mask(unreadable)


@rule(
    code="MCU109",
    view="presented_certificates",
    adds=("calendar", "asked_for", "open_question", "missing_evidence", "readings"),
    texts=_texts,
    severity="error",
    source=RELEASE_NOTES,
    section="Local certificate",
    grade="inferred",
    needs=("key_algorithm",),
    reference="{peer}",
    cause=from_view("holder_cause_id"),
    remedy=remedies.from_view("purpose_remedy_id"),
    message="the extendedKeyUsage of the local certificate lacks {lacking_purposes}{calendar}.",
    fix="Reissue the certificate {asked_for}.",
    undetermined=_undetermined,
    undetermined_message="the {lacking_extension} of the {holder} {open_question}.",
)
def lacks_client_or_server_purpose(view: pd.DataFrame, context: Context) -> pd.Series:
    """A certificate lacks serverAuth or clientAuth.

    What it checks: the extendedKeyUsage of the local certificate, if present, contains serverAuth and clientAuth. The
    certificate of a peer that the device verifies contains serverAuth if the device connects to the peer, and
    clientAuth if the peer connects to the device; if it does not, the outcome is undetermined, because the
    documentation does not say whether the MCU checks purposes (reading A13). anyExtendedKeyUsage does not replace them,
    because common TLS stacks do not accept it. An nsCertType (Netscape certificate type), if present, contains server
    and client in the same way; if it does not, the outcome is undetermined, because OpenSSL refuses the certificate and
    other TLS stacks do not read the extension (reading A22).

    Why it matters: the MCU presents its one certificate both as a TLS server and as a TLS client. A peer that checks
    the purpose refuses the certificate in the role whose purpose is missing. Public CAs are withdrawing clientAuth from
    server certificates: Let's Encrypt since 8 July 2026, Google Trust Services since the week of 13 April 2026, Sectigo
    since 15 May 2026, DigiCert from 1 March 2027 on, and every CA in Chrome's programme from 15 March 2027 on.

    How to fix: reissue the certificate with both purposes, by a private CA if the present one is public; without
    nsCertType, which no CA needs to set.

    References: Release Notes 4.4(3.57), appendix, Local certificate; RFC 5280, section 4.2.1.12; reading A13; Chrome
    Root Program Policy 1.8.
    """
    return ~_of_peer(view) & _lacks(view) & ~_of_type(view)

"""The local certificate lacks serverAuth or clientAuth."""

from __future__ import annotations

import pandas as pd

from mcuaudit.domain.certificate import ANY_EXTENDED_KEY_USAGE, CLIENT_AUTH, SERVER_AUTH
from mcuaudit.domain.remedy import RemedyKind
from mcuaudit.domain.slots import SLOT_FILES, Slot
from mcuaudit.rules.causes import LOCAL_CERTIFICATE
from mcuaudit.rules.remedies import to_local_certificate
from mcuaudit.rules.rule import RELEASE_NOTES, Context, rule


def _lacking(purposes: set[str]) -> str:
    lacking = [word for oid, word in ((SERVER_AUTH, "serverAuth"), (CLIENT_AUTH, "clientAuth")) if oid not in purposes]
    only = " (anyExtendedKeyUsage does not replace them)" if ANY_EXTENDED_KEY_USAGE in purposes and lacking else ""
    return " and ".join(lacking) + only


def _unreadable(view: pd.DataFrame, context: Context) -> pd.Series:
    return view["unreadable_fields"].fillna("").str.contains(r"\bextKeyUsage\b|^extensions\b")


@rule(
    code="MCU109",
    view="local_certificates",
    adds=("lacking_purposes", "missing_evidence"),
    severity="error",
    source=RELEASE_NOTES,
    section="Local certificate",
    grade="inferred",
    needs=("key_algorithm",),
    slot="local_certificate",
    cause=LOCAL_CERTIFICATE,
    remedy=to_local_certificate(RemedyKind.REISSUE_WITH_PURPOSE, "serverAuth", "clientAuth"),
    message="the extendedKeyUsage of the local certificate lacks {lacking_purposes}.",
    fix="Have the certificate issued with both serverAuth and clientAuth.",
    undetermined=_unreadable,
    undetermined_message="the extendedKeyUsage of the local certificate is unreadable.",
)
def lacks_client_or_server_purpose(view: pd.DataFrame, context: Context) -> pd.Series:
    """The local certificate lacks serverAuth or clientAuth.

    What it checks: an extendedKeyUsage, if present, contains serverAuth and clientAuth. anyExtendedKeyUsage does not
    replace them, because common TLS stacks do not accept it.

    Why it matters: the MCU presents its one certificate both as a TLS server and as a TLS client. A peer that checks
    the purpose refuses the certificate in the role whose purpose is missing. Public CAs are withdrawing clientAuth from
    server certificates.

    How to fix: have the certificate issued with both purposes, if necessary by a private CA.

    References: Release Notes 4.4(3.57), appendix, Local certificate; RFC 5280, section 4.2.1.12; reading A13.
    """
    purposes = view["extended_key_usage"].fillna("").str.split().map(set)
    view["lacking_purposes"] = purposes.map(_lacking)
    view["missing_evidence"] = SLOT_FILES[Slot.LOCAL_CERTIFICATE]
    return view["extended_key_usage"].notna() & (view["lacking_purposes"] != "")

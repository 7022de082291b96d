"""The local certificate does not contain the Outbound domain, and a SIP peer may expect it."""

from __future__ import annotations

import pandas as pd

from mcuaudit.domain.remedy import RemedyKind
from mcuaudit.rules.causes import LOCAL_CERTIFICATE
from mcuaudit.rules.remedies import to_local_certificate
from mcuaudit.rules.rule import Context, rule


def _undetermined(view: pd.DataFrame, context: Context) -> pd.Series:
    missing = view["outcome"].eq("fail") & view["looked_for"].eq("open")
    return missing | view["outcome"].eq("open")


def _texts(view: pd.DataFrame, context: Context) -> None:
    undecided = view["looked_for"].eq("open") & view["outcome"].eq("fail")
    view["missing_evidence"] = view["missing_evidence"].mask(
        undecided, "peers.toml standard and expects of the registrar or trunk"
    )


@rule(
    code="MCU203",
    view="outbound_domains",
    adds=("missing_evidence",),
    texts=_texts,
    severity="note",
    source="RFC 5922",
    section="7.1, 7.2 and 7.4",
    grade="inferred",
    when={"looked_for": ("yes", "open")},
    needs=("looked_for_known",),
    reference="{domain}",
    slot="local_certificate",
    cause=LOCAL_CERTIFICATE,
    remedy=to_local_certificate(RemedyKind.REISSUE_WITH_NAMES, "{domain}"),
    message=(
        "the local certificate does not contain the Outbound domain {domain}, by which {expected_by} may identify"
        " it (RFC 5922)."
    ),
    fix=(
        "If the peer identifies the device by its domain, reissue the certificate with sip:{domain} in a URI entry"
        " of the subjectAltName. If it uses the host name or address, no change is needed."
    ),
    undetermined=_undetermined,
    undetermined_message=(
        "it is undetermined whether the local certificate contains the Outbound domain {domain}, or whether"
        " the registrar or trunk expects it."
    ),
)
def outbound_domain_missing(view: pd.DataFrame, context: Context) -> pd.Series:
    """The local certificate does not contain the Outbound domain, and a SIP peer may expect it.

    What it checks: the certificate contains the Outbound domain if "Outbound call configuration" is set to "Use
    registrar" or "Use trunk", an Outbound domain is set, and a SIP peer that is not called directly compares names as
    RFC 5922 specifies and expects the domain. If the standard of the registrar or trunk, or the names that it expects,
    are not in the export, a missing domain is undetermined. If the setting that says whether SIP over TLS is on, or how
    the domain is used, cannot be read, the check is undetermined, and its finding names the setting. Peers with other
    standards, such as Expressway and Unified CM, expect a configured name or address and do not count.

    Why it matters: under RFC 5922, a party that acts for a domain is identified by that domain. Cisco's documentation
    does not require it; mcuaudit infers that a peer may expect it from a device that calls with its Outbound domain.
    Most registrars and trunks identify the device by host name or address; the certificate then needs no domain.

    How to fix: find out what the peer compares. If it is the domain, add sip: and the domain as a URI entry.

    References: RFC 5922, sections 7.1, 7.2 and 7.4; Maintenance Manual 4.5, Outbound domain; reading A7.
    """
    return view["outcome"].eq("fail") & view["looked_for"].eq("yes")

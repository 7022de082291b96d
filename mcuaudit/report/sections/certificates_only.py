"""The page of an export that has certificates and nothing else: what they show, and which two files show the rest."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import tzinfo
from typing import Final

import pandas as pd

from mcuaudit.domain.certificate import TLS_PURPOSES
from mcuaudit.domain.name_lists import split_names
from mcuaudit.frames.containers import Audit
from mcuaudit.report.html import Html, code, element, join, paragraph, selectable
from mcuaudit.report.sections.causes import most_urgent_causes
from mcuaudit.report.sections.verdict import context
from mcuaudit.summary.applied import AppliedRemedies
from mcuaudit.summary.causes import CauseGroup
from mcuaudit.wording.numbers import plural
from mcuaudit.wording.phrases import listed, long_date, said, short_date

_SOON_DAYS: Final = 60
_SETTINGS: Final = """[device]
software_version = "4.4(3.57)"
addresses = ["10.1.2.3"]
host_names = ["mcu-1.example.com"]

[services]
http = true
https = true
sips_tcp = true

[ssl_certificates]
verification_settings = "Outgoing calls only"
client_certificate_security = "Not required"
server_certificate_security = "No verification"
"""
_PEERS: Final = """[[peer]]
name = "expressway"
connections = ["incoming_sip", "outgoing_sip"]
identifiers = ["expressway.example.com"]
certificate = "peers/expressway.pem"
trust_store = "peers/expressway-trusted-ca.pem"
"""


def has_certificates_only(audit: Audit) -> bool:
    """Whether devices have local certificates, and none has settings, peers or a trust store."""
    evidence = audit.evidence
    there = set(evidence.loc[~evidence["state"].isin(["missing"]), "kind"])
    return there == {"local_certificate"} and bool(audit.devices["local_certificate"].notna().any())


def head(audit: Audit, name: str, zone: tzinfo) -> Html:
    """Context, and what is known in one sentence."""
    own = _own(audit)
    ends = own["not_after"].min()
    first = f", the first ends on {long_date(ends, zone)}" if not pd.isna(ends) else ""
    title = f"{name}: {plural(len(own), 'local certificate')}{first}."
    rest = "Whether connections work is not known: the export has no settings, peers or trust stores."
    return join((paragraph(context(audit, name, zone), class_="context"), element("h1", title), paragraph(rest)))


def what_they_show(audit: Audit, found: list[CauseGroup], zone: tzinfo, *, with_site: bool) -> Html:
    """What can be said without settings, the most urgent findings, and the two files that show the rest."""
    facts = element("ul", *(element("li", one) for one in _facts(_own(audit), audit, zone, with_site)))
    return join(
        (
            element("h2", "What the certificates show", id="do-first"),
            facts,
            most_urgent_causes(found, AppliedRemedies(audit), with_site=with_site),
            element("h2", "Add two files to learn the rest", id="learn-more"),
            paragraph(
                "With them, each connection is predicted. Write what the device shows, and leave out what is "
                "not known. ", code("mcuaudit init"), " makes both files with every setting and its values.",
            ),
            element("h3", code("settings.toml"), ", beside local-certificate.pem"),
            selectable(_SETTINGS.splitlines()),
            element("h3", code("peers.toml"), ", for a site in its directory"),
            selectable(_PEERS.splitlines()),
        )
    )  # fmt: skip


def _own(audit: Audit) -> pd.DataFrame:
    """The devices with a local certificate, each with the columns of its certificate."""
    devices = audit.devices[["device_id", "device", "local_certificate", "local_chain"]]
    return devices.merge(audit.certificates, left_on="local_certificate", right_on="certificate")


def _facts(own: pd.DataFrame, audit: Audit, zone: tzinfo, with_site: bool) -> Iterator[str]:
    """Expiry, keys, names, purposes and chains, a sentence each."""
    column = "device_id" if with_site else "device"
    at = pd.Timestamp(audit.at)
    ended, soon = own[own["not_after"] < at], own[own["not_after"].between(at, at + pd.Timedelta(days=_SOON_DAYS))]
    for rows, words in ((ended, "that ended"), (soon, f"with no more than {_SOON_DAYS} days left")):
        if len(rows):
            dated = [f"{row[column]} on {short_date(row['not_after'], zone)}" for row in rows.to_dict("records")]
            yield f"{plural(len(rows), 'certificate')} {words}: {listed(dated, 6)}."
    if ended.empty and soon.empty:
        yield f"No certificate ends within {_SOON_DAYS} days."
    shared = own[own.duplicated("public_key", keep=False)]
    groups = [listed(list(rows[column]), 6) for _, rows in shared.groupby("public_key")]
    yield f"The same key is on {'; and on '.join(groups)}." if groups else "Each device has a key of its own."
    bare = own[~own["has_subject_alternative_name"].fillna(False).astype(bool)]
    yield (
        f"Without subjectAltName, so that the CN counts: {listed(list(bare[column]), 6)}."
        if len(bare)
        else "Each certificate has a subjectAltName."
    )
    for oid, word in TLS_PURPOSES.items():
        lacking = [
            row[column]
            for row in own.to_dict("records")
            if said(row["extended_key_usage"]) and oid not in split_names(row["extended_key_usage"])
        ]
        if lacking:
            yield f"Without {word}: {listed(lacking, 6)}."
    alone = own[own["local_chain"].fillna("").eq("") & ~own["self_issued"].fillna(False).astype(bool)]
    yield (
        f"The file has no CA certificate beside its own: {listed(list(alone[column]), 6)}."
        if len(alone)
        else "Each file has the certificate of the issuer too."
    )

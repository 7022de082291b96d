"""Views of names that are looked for in local certificates: host names, the Outbound domain, what SIP peers expect."""

from __future__ import annotations

from typing import Final

import pandas as pd

from mcuaudit.domain.name_lists import escape_name, split_names
from mcuaudit.domain.outcome import Outcome
from mcuaudit.domain.settings import USE_REGISTRAR, USE_TRUNK
from mcuaudit.domain.standards import Standard
from mcuaudit.errors import UsageError
from mcuaudit.identity import Matcher, PresentedIdentifiers, match, parse_reference, prepare
from mcuaudit.identity.names import address_of
from mcuaudit.identity.presented import Field, Wildcard
from mcuaudit.rules.views.base import Views, view, with_judged
from mcuaudit.rules.views.peers import STRICT_STANDARDS, sip_peers
from mcuaudit.rules.views.words import some_of

_NO_NAME: Final = "a name that can be compared"


@view
def own_host_names(views: Views) -> pd.DataFrame:
    """One row per host name of a device whose local certificate can be read, with how the certificate carries it.

    As HTTPS clients compare it. A device that nobody tells a host name of has one row, without.
    """
    found = views["readable_local_certificates"]
    found = found[found["host_names"].ne("")].copy()
    found["host_name"] = found["host_names"].str.split()
    found = found.explode("host_name", ignore_index=True)
    found["host_name"] = found["host_name"].astype("str")
    found = _compared(views, found, "host_name", Standard.RFC9525)
    _doubt_short_names(views, found)
    return with_judged(found, ["device_id", "host_name"])


def _doubt_short_names(views: Views, found: pd.DataFrame) -> None:
    """The short name that a device tells of itself need not be one by which anybody reaches it."""
    settings = views.fleet.settings
    read = settings.loc[settings["setting"].eq("device.host_names") & settings["source"].eq("read"), "device_id"]
    short = found["device_id"].isin(read) & ~found["host_name"].str.contains(".", regex=False, na=True)
    doubtful = short & found["outcome"].eq("fail")
    found.loc[doubtful, "outcome"] = "open"
    found.loc[doubtful, "missing_evidence"] = "settings.toml [device] host_names"


def _compared(views: Views, found: pd.DataFrame, column: str, standard: Standard) -> pd.DataFrame:
    """`found` with outcome, identity_reason, readings and missing_evidence of each certificate and name."""
    matcher, records = Matcher(), views.fleet.certificate_records
    pairs = found.loc[found[column].notna(), ["certificate", column]].drop_duplicates()
    rows = []
    for certificate, word in pairs.itertuples(index=False, name=None):
        (name,) = split_names(word)
        row = {"certificate": certificate, column: word, "readings": None, "missing_evidence": None}
        try:
            judged = matcher.match(records[certificate], name, standard)
        except UsageError as error:
            rows.append(row | {"outcome": "open", "identity_reason": str(error), "missing_evidence": _NO_NAME})
            continue
        rows.append(row | {"outcome": judged.outcome, "identity_reason": judged.reason, "readings": judged.reading})
    columns = ["certificate", column, "outcome", "identity_reason", "readings", "missing_evidence"]
    return found.merge(pd.DataFrame(rows, columns=columns).astype("str"), on=["certificate", column], how="left")


@view
def outbound_domains(views: Views) -> pd.DataFrame:
    """One row per device whose local certificate can be read, with how it carries the Outbound domain.

    As RFC 5922 peers compare it. `looked_for` is yes where such a peer takes or makes calls that are not direct,
    untold where no peer tells its standard, and no where nobody would look for the domain.
    """
    found = views["readable_local_certificates"].copy()
    found["domain"] = (
        found["outbound_domain"].where(found["outbound_domain"].ne("")).map(escape_name, na_action="ignore")
    )
    found["domain"] = found["domain"].astype("str")
    proxied = found["outbound_call_configuration"].isin([USE_REGISTRAR, USE_TRUNK])
    peers = sip_peers(views)
    peers = peers[peers["route"].ne("direct") & peers["peer_device"].isna()]
    strict = peers[peers["standard"].isin(STRICT_STANDARDS)]
    told = set(peers["device_id"]) - set(peers.loc[peers["standard"].isna(), "device_id"])
    looked_for = pd.Series("untold", index=found.index).mask(found["device_id"].isin(told), "no")
    looked_for = looked_for.mask(found["device_id"].isin(strict["device_id"]), "yes")
    asked = proxied & found["domain"].notna() & found["sip_tls"].eq("on")
    found["looked_for"] = looked_for.where(asked, "no")
    found["judges"] = found["device_id"].map(strict.groupby("device_id")["peer"].agg(some_of)).astype("str")
    return _compared(views, found, "domain", Standard.RFC5922)


@view
def expected_sip_names(views: Views) -> pd.DataFrame:
    """The rows of `local_names`, with the names by which SIP peers may know the device and how they are carried.

    `by_wildcard` are those that only a wildcard covers, `refused_names` those of them that a peer by RFC 5922 expects,
    `hidden_names` those that it expects and does not see beside a sip: URI. `names_known` is no where nobody tells any
    but addresses, `strict_peers` where no peer by RFC 5922 is declared.
    """
    found = views["local_names"].copy()
    expected = _expected(views).merge(found[["device_id", "certificate"]], on="device_id")
    by_name = expected.loc[expected["name"].map(address_of).isna(), "device_id"]
    found["names_known"] = found["device_id"].isin(by_name).map({True: "yes", False: "no"})
    judged = found["device_id"].isin(expected.loc[expected["strict"].astype(bool), "device_id"])
    found["strict_peers"] = judged.map({True: "yes", False: "no"})
    expected["doubt"] = _doubts(views, found, expected)
    strict = expected["strict"].astype(bool)
    for column, chosen in (
        ("by_wildcard", expected["doubt"].eq("wildcard")),
        ("refused_names", strict & expected["doubt"].eq("wildcard")),
        ("hidden_names", strict & expected["doubt"].eq("hidden")),
    ):
        by_device = expected[chosen].groupby("device_id")
        found[column] = found["device_id"].map(by_device["name"].agg(some_of)).astype("str").fillna("")
        found[f"{column}_peers"] = found["device_id"].map(by_device["peer"].agg(some_of)).astype("str").fillna("")
    return found


def _expected(views: Views) -> pd.DataFrame:
    """One row per device and name: its host names, and what its SIP peers expect as far as that is told or follows."""
    own = views["devices"][["device_id", "host_names", "addresses"]]
    peers = sip_peers(views)
    peers = peers[peers["peer_device"].isna() & peers["standard"].ne(Standard.NONE.value)]
    peers = peers.assign(strict=peers["standard"].isin(STRICT_STANDARDS))
    peers = peers.loc[peers["strict"] | peers["expects"].notna(), ["device_id", "peer", "route", "expects", "strict"]]
    peers = peers.merge(own, on="device_id")
    host_names, addresses = peers["host_names"].fillna(""), peers["addresses"].fillna("")
    follows = (addresses + " " + host_names).mask(peers["route"].eq("direct"), addresses)
    peers["name"] = peers["expects"].fillna(follows.mask(peers["route"].eq("proxied"), host_names)).str.split()
    own = own.assign(name=own["host_names"].str.split(), peer="", strict=False)
    columns = ["device_id", "peer", "name", "strict"]
    every = pd.concat([own[columns], peers[columns]], ignore_index=True).explode("name", ignore_index=True)
    return every[every["name"].notna()]


def _doubts(views: Views, found: pd.DataFrame, expected: pd.DataFrame) -> pd.Series:
    """wildcard, hidden or nothing for each expected name.

    Names are compared only where that can be: in certificates with wildcards, and by peers by RFC 5922 beside SIP URIs.
    """
    with_wildcards = set(found.loc[found["wildcards"].ne(""), "certificate"])
    with_uris = set(found.loc[found["uris"].str.contains("sip", case=False), "certificate"])
    asked = expected["certificate"].isin(with_wildcards)
    asked |= expected["strict"].astype(bool) & expected["certificate"].isin(with_uris)
    records = views.fleet.certificate_records
    prepared = {sha256: prepare(records[sha256]) for sha256 in expected.loc[asked, "certificate"].unique()}
    pairs = set(zip(expected.loc[asked, "certificate"], expected.loc[asked, "name"], strict=True))
    doubts = {pair: _doubt(prepared[pair[0]], pair[1]) for pair in pairs}
    words = [doubts.get(pair, "") for pair in zip(expected["certificate"], expected["name"], strict=True)]
    return pd.Series(words, index=expected.index, dtype="str")


def _doubt(identifiers: PresentedIdentifiers, word: str) -> str:
    """wildcard: nothing but a wildcard covers the name; hidden: a DNS entry has it, and RFC 5922 does not read it."""
    (name,) = split_names(word)
    try:
        corresponding = identifiers.corresponding(parse_reference(name))
    except UsageError:
        return ""
    if match(identifiers, name, Standard.MCU).reason_code == "wildcard":
        return "wildcard"
    in_dns = any(item.presented.field is Field.DNS and item.wildcard is Wildcard.NONE for item in corresponding)
    # A DNS entry of the whole name is refused for no other reason.
    return "hidden" if in_dns and match(identifiers, name, Standard.RFC5922).outcome is Outcome.FAIL else ""

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
from mcuaudit.rules.views.base import Views, of_view, view, with_judged
from mcuaudit.rules.views.certificates import readable_local_certificates
from mcuaudit.rules.views.columns import OUTCOMES, text, yes_no, yes_no_open
from mcuaudit.rules.views.joins import looked_up, rows, with_columns, yes_or_no
from mcuaudit.rules.views.names import local_names
from mcuaudit.rules.views.peers import STRICT_STANDARDS, sip_peers
from mcuaudit.rules.views.words import some_by

_NO_NAME: Final = "a name that can be compared"


_COMPARISON: Final = (
    text("outcome", "Whether the certificate carries the name; missing without a name.", OUTCOMES),
    text("identity_reason", "Why, in one sentence."),
    text("readings", "The reading that an open outcome rests on."),
    text("missing_evidence", "What would settle an open outcome."),
)


@view(
    "host name of a device whose local certificate can be read; a device without a recorded one has one row",
    of_view(readable_local_certificates),
    text("host_name", "The host name."),
    *_COMPARISON,
)
def own_host_names(views: Views) -> pd.DataFrame:
    """One row per host name of a device whose local certificate can be read, with how the certificate carries it.

    As HTTPS clients compare it. A device without a recorded host name has one row, without a name.
    """
    found = views["readable_local_certificates"]
    found = rows(found, found["host_names"].ne(""))
    found = with_columns(found, host_name=found["host_names"].str.split()).explode("host_name", ignore_index=True)
    found = with_columns(found, host_name=found["host_name"].astype("str"))
    found = _with_doubtful_short_names(views, _compared(views, found, "host_name", Standard.RFC9525))
    return with_judged(found, ["device_id", "host_name"])


def _with_doubtful_short_names(views: Views, found: pd.DataFrame) -> pd.DataFrame:
    """The short name that a device has for itself need not be one by which clients reach it."""
    settings = views.fleet.settings
    read = settings.loc[settings["setting"].eq("device.host_names") & settings["source"].eq("read"), "device_id"]
    short = found["device_id"].isin(read) & ~found["host_name"].str.contains(".", regex=False, na=True)
    doubtful = short & found["outcome"].eq("fail")
    if not doubtful.any():
        return found
    return with_columns(
        found,
        outcome=found["outcome"].mask(doubtful, "open"),
        missing_evidence=found["missing_evidence"].mask(doubtful, "settings.toml [device] host_names"),
    )


def _compared(views: Views, found: pd.DataFrame, column: str, standard: Standard) -> pd.DataFrame:
    """`found` with outcome, identity_reason, readings and missing_evidence of each certificate and name."""
    matcher, records = Matcher(), views.fleet.certificate_records
    pairs = found.loc[found[column].notna(), ["certificate", column]].drop_duplicates()
    judgements = []
    for certificate, word in pairs.itertuples(index=False, name=None):
        (name,) = split_names(word)
        row = {"certificate": certificate, column: word, "readings": None, "missing_evidence": None}
        try:
            judged = matcher.match(records[certificate], name, standard)
        except UsageError as error:
            judgements.append(row | {"outcome": "open", "identity_reason": str(error), "missing_evidence": _NO_NAME})
            continue
        judgements.append(
            row | {"outcome": judged.outcome, "identity_reason": judged.reason, "readings": judged.reading}
        )
    columns = ["certificate", column, "outcome", "identity_reason", "readings", "missing_evidence"]
    return looked_up(found, pd.DataFrame(judgements, columns=columns).astype("str"), ["certificate", column])


@view(
    "device whose local certificate can be read",
    of_view(readable_local_certificates),
    text("domain", "The Outbound domain; missing if there is none."),
    yes_no_open("looked_for", "A peer by RFC 5922 looks for it; open if the standard of the peers is not recorded."),
    text("judges", "These peers, in words; missing if there are none."),
    *_COMPARISON,
)
def outbound_domains(views: Views) -> pd.DataFrame:
    """One row per device whose local certificate can be read, with how it carries the Outbound domain.

    As RFC 5922 peers compare it. `looked_for` is yes where such a peer takes or makes calls that are not direct,
    open where the standard of no peer is known, and no where no peer would look for the domain.
    """
    found = views["readable_local_certificates"]
    domain = found["outbound_domain"].where(found["outbound_domain"].ne("")).map(escape_name, na_action="ignore")
    domain = domain.astype("str")
    proxied = found["outbound_call_configuration"].isin([USE_REGISTRAR, USE_TRUNK])
    peers = sip_peers(views)
    peers = peers[peers["route"].ne("direct") & peers["peer_device"].isna()]
    strict = peers[peers["standard"].isin(STRICT_STANDARDS)]
    told = set(peers["device_id"]) - set(peers.loc[peers["standard"].isna(), "device_id"])
    looked_for = pd.Series("open", index=found.index, dtype="str").mask(found["device_id"].isin(told), "no")
    looked_for = looked_for.mask(found["device_id"].isin(strict["device_id"]), "yes")
    asked = proxied & domain.notna() & found["sip_tls"].eq("on")
    found = with_columns(
        found,
        domain=domain,
        looked_for=looked_for.where(asked, "no"),
        judges=some_by(found["device_id"], strict, "device_id", "peer"),
    )
    return _compared(views, found, "domain", Standard.RFC5922)


@view(
    "device whose local certificate can be read",
    of_view(local_names),
    yes_no("names_known", "Names by which SIP peers know the device are known, addresses excepted."),
    yes_no("strict_peers", "A peer by RFC 5922 is declared."),
    text("by_wildcard", "Names that only a wildcard covers, in words; empty if there are none."),
    text("by_wildcard_peers", "Peers that expect these, in words."),
    text("refused_names", "Those of them that a peer by RFC 5922 expects, in words; empty if there are none."),
    text("refused_names_peers", "These peers, in words."),
    text("hidden_names", "Names that a peer by RFC 5922 expects and does not see beside a sip: URI, in words."),
    text("hidden_names_peers", "These peers, in words."),
)
def expected_sip_names(views: Views) -> pd.DataFrame:
    """The rows of `local_names`, with the names by which SIP peers may know the device and how they are carried.

    `by_wildcard` are those that only a wildcard covers, `refused_names` those of them that a peer by RFC 5922 expects,
    `hidden_names` those that it expects and does not see beside a sip: URI. `names_known` is no where only addresses
    are known, `strict_peers` where no peer by RFC 5922 is declared.
    """
    found = views["local_names"]
    expected = looked_up(_expected(views), found[["device_id", "certificate"]], ["device_id"], how="inner")
    by_name = expected.loc[expected["name"].map(address_of).isna(), "device_id"]
    strict = expected["strict"].astype(bool)
    doubts = _doubts(views, found, expected)
    columns = {}
    for column, chosen in (
        ("by_wildcard", doubts.eq("wildcard")),
        ("refused_names", strict & doubts.eq("wildcard")),
        ("hidden_names", strict & doubts.eq("hidden")),
    ):
        some = expected[chosen]
        columns[column] = some_by(found["device_id"], some, "device_id", "name").fillna("")
        columns[f"{column}_peers"] = some_by(found["device_id"], some, "device_id", "peer").fillna("")
    return with_columns(
        found,
        names_known=yes_or_no(found["device_id"].isin(by_name)),
        strict_peers=yes_or_no(found["device_id"].isin(expected.loc[strict, "device_id"])),
        **columns,
    )


def _expected(views: Views) -> pd.DataFrame:
    """One row per device and name: its host names, and what its SIP peers expect, as recorded or as it follows."""
    own = views["devices"][["device_id", "host_names", "addresses"]]
    peers = sip_peers(views)
    peers = peers[peers["peer_device"].isna() & peers["standard"].ne(Standard.NONE.value)]
    peers = peers.assign(strict=peers["standard"].isin(STRICT_STANDARDS))
    peers = peers.loc[peers["strict"] | peers["expects"].notna(), ["device_id", "peer", "route", "expects", "strict"]]
    peers = looked_up(peers, own, ["device_id"], how="inner")
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

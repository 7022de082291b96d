"""Views of names that are looked for in local certificates: host names, the Outbound domain, what SIP peers expect."""

from __future__ import annotations

import re
from typing import Any, Final, NamedTuple

from mcuaudit.devices.names import (
    SIP,
    by_proxy,
    expected_names,
    expects_outbound_domain,
    outbound_domain_is_used,
)
from mcuaudit.domain.answer import Answer, either
from mcuaudit.domain.connections import CONNECTION_TABLE, ConnectionType
from mcuaudit.domain.name_lists import escape_name, split_names
from mcuaudit.domain.outcome import Outcome
from mcuaudit.domain.standards import STRICT_STANDARDS, Standard
from mcuaudit.errors import UsageError
from mcuaudit.identity import Matcher, PresentedIdentifiers, match, parse_reference, prepare
from mcuaudit.identity.names import address_of
from mcuaudit.identity.presented import Field, Wildcard
from mcuaudit.rules.views.base import Views, judged, of_view, view
from mcuaudit.rules.views.certificates import readable_local_certificates
from mcuaudit.rules.views.columns import OUTCOMES, text, yes_no, yes_no_open
from mcuaudit.rules.views.names import local_names
from mcuaudit.rules.views.table import Table, yes_no_of
from mcuaudit.rules.views.words import some_by, some_of

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
def own_host_names(views: Views) -> Table:
    """One row per host name of a device whose local certificate can be read, with how the certificate carries it.

    As HTTPS clients compare it. A device without a recorded host name has one row, without a name.
    """
    found = views.table("readable_local_certificates")
    found = found.where(names != "" for names in found["host_names"])
    found = found.repeated([(names or "").split() for names in found["host_names"]], "host_name")
    found = found.adding(**_compared(views, found, "host_name", Standard.RFC9525))
    settings = views.source("settings").each("device_id", "setting", "source")
    read = {device_id for device_id, key, source in settings if key == "device.host_names" and source == "read"}
    # The short name that a device has for itself need not be one by which clients reach it.
    doubtful = [
        outcome == Outcome.FAIL and device_id in read and "." not in name
        for device_id, name, outcome in found.each("device_id", "host_name", "outcome")
    ]
    if any(doubtful):
        found = found.adding(
            outcome=[
                Outcome.OPEN.value if doubt else one for doubt, one in zip(doubtful, found["outcome"], strict=True)
            ],
            missing_evidence=[
                "settings.toml [device] host_names" if doubt else one
                for doubt, one in zip(doubtful, found["missing_evidence"], strict=True)
            ],
        )
    return judged(found, "device_id", "host_name")


def _compared(views: Views, found: Table, column: str, standard: Standard) -> dict[str, list[Any]]:
    """The columns outcome, identity_reason, readings and missing_evidence of each certificate and name."""
    matcher, records = Matcher(), views.fleet.certificate_records
    judgements: dict[tuple[str, str], dict[str, Any]] = {}
    for certificate, word in found.each("certificate", column):
        if word is None or (certificate, word) in judgements:
            continue
        (name,) = split_names(word)
        try:
            verdict = matcher.match(records[certificate], name, standard)
        except UsageError as error:
            judgement: dict[str, Any] = {"outcome": "open", "identity_reason": str(error), "missing_evidence": _NO_NAME}
        else:
            judgement = {
                "outcome": verdict.outcome.value,
                "identity_reason": verdict.reason,
                "readings": verdict.reading,
            }
        judgements[certificate, word] = judgement
    pairs = list(found.each("certificate", column))
    return {item.name: [judgements.get(pair, {}).get(item.name) for pair in pairs] for item in _COMPARISON}


@view(
    "device whose local certificate can be read",
    of_view(readable_local_certificates),
    text("domain", "The Outbound domain; missing if there is none."),
    yes_no_open(
        "looked_for", "A peer by RFC 5922 expects it; open if the names or standard of a peer are not recorded."
    ),
    text("judges", "These peers, in words; missing if there are none."),
    *_COMPARISON,
)
def outbound_domains(views: Views) -> Table:
    """One row per device whose local certificate can be read, with how it carries the Outbound domain.

    As RFC 5922 peers compare it. `looked_for` is yes where such a peer expects the domain, open where one may or where
    no peer behind a registrar or trunk is known, and no where no peer looks for the domain.
    """
    found = views.table("readable_local_certificates")
    domains = [escape_name(domain) if domain else None for domain in found["outbound_domain"]]
    looked_for, judges = [], []
    for domain, sip_tls, device in zip(domains, found["sip_tls"], views.devices_of(found), strict=True):
        peers = [peer for peer in device.peers if by_proxy(peer)]
        answers = [expects_outbound_domain(device, peer) for peer in peers]
        # Without a peer behind it, the registrar or trunk itself may look for the domain.
        found_answer = either(*answers) if answers else Answer.OPEN
        possible = domain is not None and sip_tls == "on" and outbound_domain_is_used(device)
        looked_for.append((found_answer if possible else Answer.NO).value)
        strict = (
            peer.name
            for peer, one in zip(peers, answers, strict=True)
            if one is found_answer and peer.standard is not None
        )
        judges.append((possible and some_of(strict)) or None)
    found = found.adding(domain=domains, looked_for=looked_for, judges=judges)
    return found.adding(**_compared(views, found, "domain", Standard.RFC5922))


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
def expected_sip_names(views: Views) -> Table:
    """The rows of `local_names`, with the names by which SIP peers may know the device and how they are carried.

    `by_wildcard` are those that only a wildcard covers, `refused_names` those of them that a peer by RFC 5922 expects,
    `hidden_names` those that it expects and does not see beside a sip: URI. `names_known` is no where only addresses
    are known, `strict_peers` where no peer by RFC 5922 is declared.
    """
    found = views.table("local_names")
    certificates = found.mapped("device_id", "certificate")
    expected = [one for one in _expected(views) if one.device_id in certificates]
    coverages = _coverages(views, found, [(certificates[one.device_id], one) for one in expected])
    by_name = {one.device_id for one in expected if address_of(one.name) is None}
    strict = {one.device_id for one in expected if one.strict}
    columns: dict[str, list[str]] = {}
    for column, coverage, strict_alone in (
        ("by_wildcard", "wildcard", False), ("refused_names", "wildcard", True), ("hidden_names", "hidden", True),
    ):  # fmt: skip
        some = [
            one
            for one, one_coverage in zip(expected, coverages, strict=True)
            if one_coverage == coverage and (one.strict or not strict_alone)
        ]
        names = some_by(found["device_id"], ((one.device_id, one.name) for one in some))
        peers = some_by(found["device_id"], ((one.device_id, one.peer) for one in some))
        columns |= {column: [words or "" for words in names], f"{column}_peers": [words or "" for words in peers]}
    return found.adding(
        names_known=yes_no_of(device_id in by_name for device_id in found["device_id"]),
        strict_peers=yes_no_of(device_id in strict for device_id in found["device_id"]),
        **columns,
    )


class _Expected(NamedTuple):
    """A name by which a peer may know a device; `peer` is "" where it is the device's own."""

    device_id: str
    peer: str
    name: str
    strict: bool


def _expected(views: Views) -> list[_Expected]:
    """The host names of each device, and what its SIP peers expect, as recorded or as it follows."""
    found: list[_Expected] = []
    for device in views.devices_of(views.table("devices")):
        own = device.names("device.host_names") or ()
        found += [_Expected(device.device_id, "", escape_name(name), strict=False) for name in own]
        for peer in device.peers:
            strict = peer.standard in STRICT_STANDARDS
            calls = any(map(peer.serves, SIP)) and peer.peer_device is None and peer.standard is not Standard.NONE
            if calls and (strict or peer.expects is not None):
                names, _ = expected_names(device, peer, CONNECTION_TABLE[ConnectionType.INCOMING_SIP])
                found += [_Expected(device.device_id, peer.name, escape_name(name), strict) for name in names]
    return found


def _coverages(views: Views, found: Table, expected: list[tuple[str, _Expected]]) -> list[str]:
    """wildcard, hidden or nothing for each certificate and expected name.

    Names are compared only where that can be: in certificates with wildcards, and by peers by RFC 5922 beside SIP URIs.
    """
    with_wildcards = {certificate for certificate, wildcards in found.each("certificate", "wildcards") if wildcards}
    with_uris = {
        certificate for certificate, uris in found.each("certificate", "uris") if re.search("sip", uris, re.IGNORECASE)
    }
    pairs = {
        (certificate, one.name)
        for certificate, one in expected
        if certificate in with_wildcards or (one.strict and certificate in with_uris)
    }
    records = views.fleet.certificate_records
    prepared = {sha256: prepare(records[sha256]) for sha256 in {certificate for certificate, _ in pairs}}
    coverages = {pair: _coverage(prepared[pair[0]], pair[1]) for pair in pairs}
    return [coverages.get((certificate, one.name), "") for certificate, one in expected]


def _coverage(identifiers: PresentedIdentifiers, word: str) -> str:
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

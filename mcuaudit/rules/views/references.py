"""Views of names that are looked for in local certificates: host names, the Outbound domain, what SIP peers expect."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from mcuaudit.devices.local_names import (
    KnownName,
    domain_expectation,
    has_domain,
    has_host_name,
    names_for_sip_peers,
)
from mcuaudit.domain.name_lists import escape_name, split_names
from mcuaudit.domain.settings import setting_evidence
from mcuaudit.domain.verdict import Verdict
from mcuaudit.identity import PresentedIdentifiers
from mcuaudit.identity.coverage import hidden_by_sip_uri, only_by_wildcard
from mcuaudit.identity.names import address_of
from mcuaudit.rules.views.base import Views, judged, of_view, view
from mcuaudit.rules.views.certificates import readable_local_certificates
from mcuaudit.rules.views.columns import OUTCOMES, text, yes_no, yes_no_open
from mcuaudit.rules.views.damage import damage_of
from mcuaudit.rules.views.names import local_names
from mcuaudit.rules.views.table import Table, yes_no_of
from mcuaudit.rules.views.words import some_of

_COMPARISON: Final = (
    text("outcome", "Whether the certificate carries the name; missing without a name.", OUTCOMES),
    text("identity_reason", "Why, in one sentence."),
    text("readings", "The reading that an open outcome depends on."),
    text("missing_evidence", "What would settle an open outcome."),
)


def _compared(verdicts: Iterable[Verdict | None]) -> dict[str, list[Any]]:
    """The columns of `_COMPARISON`; missing without a verdict."""
    rows = [
        (None, None, None, None)
        if one is None
        else (one.outcome.value, one.reason, " ".join(one.readings) or None, one.missing_evidence or None)
        for one in verdicts
    ]
    return {column.name: [row[place] for row in rows] for place, column in enumerate(_COMPARISON)}


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
    rows = zip(views.devices_of(found), found["certificate"], found["host_name"], strict=True)
    verdicts = (
        None if word is None else has_host_name(device, views.names_in(certificate), split_names(word)[0])
        for device, certificate, word in rows
    )
    return judged(found.adding(**_compared(verdicts)), "device_id", "host_name")


@view(
    "device whose local certificate can be read",
    of_view(readable_local_certificates),
    text("domain", "The Outbound domain; missing if there is none."),
    yes_no_open(
        "looked_for",
        "A peer that follows RFC 5922 expects it; open if the names or standard of a peer are not recorded.",
    ),
    text("looked_for_known", "yes; missing if the setting that would say so cannot be read.", ("yes",)),
    text("looked_for_known_evidence", "That setting."),
    text("looked_for_known_damage", "Its place."),
    text("expected_by", "The peers that expect it or may, in words; missing if there are none."),
    *_COMPARISON,
)
def outbound_domains(views: Views) -> Table:
    """One row per device whose local certificate can be read, with how it carries the Outbound domain.

    As RFC 5922 peers compare it. `looked_for` is yes where such a peer expects the domain, open where one may, where
    no peer behind a registrar or trunk is known, or where it cannot be read whether SIP over TLS, a registrar or trunk
    and a domain are configured, and no where no peer looks for the domain.
    """
    found = views.table("readable_local_certificates")
    records = views.devices_of(found)
    expectations = [domain_expectation(device) for device in records]
    unread = [one.unread for one in expectations]
    domains = found["outbound_domain"]
    verdicts = [
        has_domain(views.names_in(certificate), domain) if domain else None
        for certificate, domain in zip(found["certificate"], domains, strict=True)
    ]
    return found.adding(
        domain=[escape_name(domain) if domain else None for domain in domains],
        looked_for=[one.expected.value for one in expectations],
        looked_for_known=[None if key else "yes" for key in unread],
        looked_for_known_evidence=[setting_evidence(key) if key else None for key in unread],
        looked_for_known_damage=damage_of(records, unread),
        expected_by=[some_of(one.peers) or None for one in expectations],
        **_compared(verdicts),
    )


@view(
    "device whose local certificate can be read",
    of_view(local_names),
    yes_no("names_known", "Names by which SIP peers know the device are known, addresses excepted."),
    yes_no("strict_peers", "A peer that follows RFC 5922 is declared."),
    text("by_wildcard", "Names that only a wildcard covers, in words; empty if there are none."),
    text("by_wildcard_peers", "Peers that expect these, in words."),
    text("refused_names", "Those of them that a peer under RFC 5922 expects, in words; empty if there are none."),
    text("refused_names_peers", "These peers, in words."),
    text("hidden_names", "Names that a peer under RFC 5922 expects and does not see beside a sip: URI, in words."),
    text("hidden_names_peers", "These peers, in words."),
)
def expected_sip_names(views: Views) -> Table:
    """The rows of `local_names`, with the names by which SIP peers may know the device and how they are carried.

    `by_wildcard` are those that only a wildcard covers, `refused_names` those of them that a peer under RFC 5922
    expects, `hidden_names` those that it expects and does not see beside a sip: URI. `names_known` is no where only
    addresses are known, `strict_peers` where no peer that follows RFC 5922 is declared.
    """
    found = views.table("local_names")
    known = {device.device_id: list(names_for_sip_peers(device)) for device in views.devices_of(found)}
    columns: dict[str, list[str]] = {name: [] for name in _WORDS}
    for device_id, certificate in found.each("device_id", "certificate"):
        for name, words in _coverage(views.names_in(certificate), known[device_id]).items():
            columns[name].append(words)
    return found.adding(
        names_known=yes_no_of(
            any(address_of(one.name) is None for one in known[device_id]) for device_id in found["device_id"]
        ),
        strict_peers=yes_no_of(any(one.strict for one in known[device_id]) for device_id in found["device_id"]),
        **columns,
    )


_NAMES: Final = ("by_wildcard", "refused_names", "hidden_names")
_WORDS: Final = tuple(column for name in _NAMES for column in (name, f"{name}_peers"))


def _coverage(certificate: PresentedIdentifiers, known: list[KnownName]) -> dict[str, str]:
    """Which of the known names of a device its certificate has in a way that not every peer accepts, in words."""
    by_wildcard = [one for one in known if only_by_wildcard(certificate, one.name)]
    found = {
        "by_wildcard": by_wildcard,
        "refused_names": [one for one in by_wildcard if one.strict],
        "hidden_names": [one for one in known if one.strict and hidden_by_sip_uri(certificate, one.name)],
    }
    words: dict[str, str] = {}
    for name, names in found.items():
        words[name] = some_of(escape_name(one.name) for one in names)
        words[f"{name}_peers"] = some_of(one.peer for one in names if one.peer)
    return words

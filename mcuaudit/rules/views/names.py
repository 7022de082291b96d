"""The view of the names in local certificates: what is odd or doubtful about how they are written."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from mcuaudit.identity import PresentedIdentifier, PresentedIdentifiers
from mcuaudit.identity.flaws import common_name_flaw, host_flaw, uri_flaw
from mcuaudit.identity.outcome import describe, shorten
from mcuaudit.identity.presented import Field, Wildcard
from mcuaudit.identity.uri import SIP_SCHEMES
from mcuaudit.rules.views.base import Views, of_view, view
from mcuaudit.rules.views.certificates import readable_local_certificates
from mcuaudit.rules.views.columns import text, yes_no
from mcuaudit.rules.views.table import Table
from mcuaudit.rules.views.words import some_of


@view(
    "device whose local certificate can be read",
    of_view(readable_local_certificates),
    text("odd_names", "Names that no host can have, each with what is wrong, in words; empty if there are none."),
    yes_no("only_other_names", "It has a subjectAltName without URI and DNS entries."),
    text("wildcards", "Names with an asterisk, in words; empty if there are none."),
    text("uris_not_plain", "SIP URIs that are more than sip: and a host, in words; empty if there are none."),
    text("uri_readings", "The readings that these depend on, separated by spaces."),
)
def local_names(views: Views) -> Table:
    """One row per device whose local certificate can be read, with what is odd or doubtful about its names."""
    found = views.table("readable_local_certificates")
    columns = {certificate: _columns_of(views.names_in(certificate)) for certificate in set(found["certificate"])}
    return found.adding(
        **{name: [columns[certificate][name] for certificate in found["certificate"]] for name in _OF_CERTIFICATE}
    )


_OF_CERTIFICATE: Final = ("odd_names", "only_other_names", "wildcards", "uris_not_plain", "uri_readings")


def _columns_of(identifiers: PresentedIdentifiers) -> dict[str, object]:
    """The columns that follow from a certificate alone; an empty text means that there is nothing to report."""
    not_plain = _uris_not_plain(identifiers)
    readings = {reading for item in not_plain for reading in _uri_readings(item)}
    return {
        "odd_names": some_of(f"{_described(item)} {flaw}" for item, flaw in _flaws(identifiers)),
        "only_other_names": "yes" if identifiers.san_present and not identifiers.san_has_uri_or_dns else "no",
        "wildcards": some_of(shorten(item.text) for item in _wildcards(identifiers)),
        "uris_not_plain": some_of(shorten(item.text) for item in not_plain),
        "uri_readings": " ".join(sorted(readings)),
    }


def _described(item: PresentedIdentifier) -> str:
    return describe(item) if item.text else f'{describe(item)}""'


def _flaws(identifiers: PresentedIdentifiers) -> Iterator[tuple[PresentedIdentifier, str]]:
    judge = {Field.DNS: host_flaw, Field.URI: uri_flaw, Field.CN: common_name_flaw}
    for item in identifiers.all:
        flaw = judge[item.field](item.text) if item.field in judge else ""
        if flaw:
            yield item, flaw


def _wildcards(identifiers: PresentedIdentifiers) -> list[PresentedIdentifier]:
    """Names with an asterisk, where names are looked for."""
    return [
        item
        for item in identifiers.all
        if item.wildcard is not Wildcard.NONE and not (item.field is Field.CN and identifiers.san_present)
    ]


def _uris_not_plain(identifiers: PresentedIdentifiers) -> list[PresentedIdentifier]:
    """SIP URIs that are not ``sip:host``, where no plain URI and no DNS entry carries the same host."""
    sip = [item for item in identifiers.all if item.field is Field.URI and item.scheme in SIP_SCHEMES]
    plain = [item for item in sip if not _uri_readings(item)]
    dns = [item for item in identifiers.all if item.field is Field.DNS]
    carried = {item.address or item.host for item in (*plain, *dns)}
    return [item for item in sip if _uri_readings(item) and item.host and (item.address or item.host) not in carried]


def _uri_readings(item: PresentedIdentifier) -> tuple[str, ...]:
    """The readings on which a SIP URI rests, none if it is plain."""
    more_than_host = item.has_user or item.has_port or item.has_parameters
    return (*(("A3",) if item.scheme == "sips" else ()), *(("A2",) if more_than_host else ()))

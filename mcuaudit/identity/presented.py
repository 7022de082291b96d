"""Presented identifiers: the names in a certificate, with an index, so that one look-up searches thousands."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property

from mcuaudit.domain.certificate import ALL_EXTENSIONS, Certificate, IPAddress
from mcuaudit.identity.names import address_of, drop_root, fold, fragments_cover, is_wildcard_label
from mcuaudit.identity.reference import ReferenceIdentifier
from mcuaudit.identity.uri import split_uri

_PLAUSIBLE_HOST = re.compile(r"[a-z0-9_*-]+(\.[a-z0-9_*-]+)*")


_NAME_FIELDS = ("subject", "subjectAltName", ALL_EXTENSIONS)


class Field(StrEnum):
    """The field of a certificate that contains a presented identifier."""

    URI = "uri"
    DNS = "dns"
    IP = "ip"
    CN = "cn"


class Wildcard(StrEnum):
    """How a presented identifier uses the asterisk."""

    NONE = "none"
    LABEL = "label"
    """Only as the complete left-most label."""
    FRAGMENT = "fragment"
    """In any other way."""


@dataclass(frozen=True, slots=True)
class PresentedIdentifier:
    """One name in a certificate, and its host.

    Attributes:
        field: the field that contains it.
        text: the characters of the certificate, unescaped; for an iPAddress the shortest spelling.
        host: in lower case, without trailing dot; empty if it cannot be a host.
        address: the address in it, if there is one.
        absolute: the host ends in a dot.
        scheme: of a URI, in lower case.
        has_user, has_port, has_parameters: the other parts of a URI.
    """

    field: Field
    text: str
    host: str
    address: IPAddress | None = None
    absolute: bool = False
    scheme: str = ""
    has_user: bool = False
    has_port: bool = False
    has_parameters: bool = False

    @property
    def wildcard(self) -> Wildcard:
        """How it uses the asterisk."""
        if "*" not in self.host:
            return Wildcard.NONE
        return Wildcard.LABEL if is_wildcard_label(self.host) else Wildcard.FRAGMENT


@dataclass(frozen=True, slots=True)
class Correspondence:
    """A presented identifier that has the host of a reference identifier, if its form is accepted.

    Attributes:
        presented: the identifier.
        wildcard: the kind of wildcard that was expanded.
        trailing_dot: one of the two ends in a dot, the other does not.
    """

    presented: PresentedIdentifier
    wildcard: Wildcard
    trailing_dot: bool


class PresentedIdentifiers:
    """All names of one certificate, with an index.

    Equal names of one field count once. Exact names and complete wildcard labels are found by look-up; names with
    other wildcards are compared one by one.
    """

    def __init__(self, certificate: Certificate) -> None:
        self.sha256 = certificate.sha256
        self.san_present = certificate.has_subject_alternative_name
        self.unreadable = tuple(found for found in certificate.unreadable if found.partition(" ")[0] in _NAME_FIELDS)
        self.all = tuple(dict.fromkeys(_identifiers(certificate)))
        self.common_names = tuple(item for item in self.all if item.field is Field.CN)
        self.san_has_uri_or_dns = any(item.field in (Field.URI, Field.DNS) for item in self.all)
        self._by_address: dict[IPAddress, list[PresentedIdentifier]] = {}
        self._by_host: dict[str, list[PresentedIdentifier]] = {}
        self._by_parent: dict[str, list[PresentedIdentifier]] = {}
        self._with_fragments: list[PresentedIdentifier] = []
        for item in self.all:
            self._index(item)

    def _index(self, item: PresentedIdentifier) -> None:
        if item.address is not None:
            self._by_address.setdefault(item.address, []).append(item)
        elif item.wildcard is Wildcard.LABEL:
            self._by_parent.setdefault(item.host[2:], []).append(item)
        elif item.wildcard is Wildcard.FRAGMENT:
            self._with_fragments.append(item)
        elif item.host:
            self._by_host.setdefault(item.host, []).append(item)

    @cached_property
    def has_sip_domain(self) -> bool:
        """Whether there is a ``sip:`` URI without user part and with a host (RFC 5922, section 7.1)."""
        return any(_PLAUSIBLE_HOST.fullmatch(item.host) or item.address for item in self._sip_domain_uris)

    @cached_property
    def has_unreadable_sip_uri(self) -> bool:
        """Whether there is a ``sip:`` URI without user part whose host cannot be read."""
        return any(not _PLAUSIBLE_HOST.fullmatch(item.host) and not item.address for item in self._sip_domain_uris)

    @property
    def _sip_domain_uris(self) -> Iterable[PresentedIdentifier]:
        return (item for item in self.all if item.scheme == "sip" and not item.has_user)

    def corresponding(self, reference: ReferenceIdentifier) -> tuple[Correspondence, ...]:
        """The names that correspond to `reference`, exact ones first, then in the order uri, dns, ip, cn."""
        if reference.address is not None:
            # An address is compared by value, without wildcards.
            found = [(item, Wildcard.NONE) for item in self._by_address.get(reference.address, ())]
        else:
            parent = reference.host.partition(".")[2]
            found = [(item, Wildcard.NONE) for item in self._by_host.get(reference.host, ())]
            found += [(item, Wildcard.LABEL) for item in self._by_parent.get(parent, ())]
            found += [
                (item, Wildcard.FRAGMENT) for item in self._with_fragments if fragments_cover(item.host, reference.host)
            ]
        return tuple(Correspondence(item, wildcard, item.absolute != reference.absolute) for item, wildcard in found)


def _identifiers(certificate: Certificate) -> Iterable[PresentedIdentifier]:
    for text in certificate.uris:
        yield _from_uri(text)
    for text in certificate.dns_names:
        yield _from_name(Field.DNS, text)
    for address in certificate.ip_addresses:
        yield PresentedIdentifier(Field.IP, str(address), str(address), address)
    for text in certificate.common_names:
        yield _from_name(Field.CN, text)


def _from_name(field: Field, text: str) -> PresentedIdentifier:
    name, absolute = drop_root(text)
    return PresentedIdentifier(field, text, fold(name), address_of(name), absolute)


def _from_uri(text: str) -> PresentedIdentifier:
    parts = split_uri(text)
    if parts is None:
        return PresentedIdentifier(Field.URI, text, "")
    name, absolute = drop_root(parts.host)
    return PresentedIdentifier(
        Field.URI,
        text,
        fold(name),
        address_of(name),
        absolute,
        parts.scheme,
        parts.user is not None,
        parts.port is not None,
        bool(parts.parameters),
    )

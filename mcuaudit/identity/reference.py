"""Reference identifiers: the expected names and addresses of a party (RFC 9525, section 6.1)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from mcuaudit.domain.certificate import IPAddress
from mcuaudit.domain.name_lists import escape_name
from mcuaudit.domain.outcome import Outcome
from mcuaudit.domain.verdict import Verdict
from mcuaudit.errors import UsageError
from mcuaudit.identity.names import address_of, drop_root, is_host_name
from mcuaudit.identity.uri import SIP_SCHEMES, split_host_and_port, split_scheme, split_uri

URI_SCHEMES = (*SIP_SCHEMES, "https", "http")

_ALLOWED = "Use a host name, an IP address, host:port, or a sip:, sips:, https: or http: URI."
_DIFFERENT_IN_IDNA_2008 = frozenset("\u00df\u1e9e\u03c2\u200c\u200d")
_LARGEST_PORT = 65535


class ReferenceKind(StrEnum):
    """The form of a reference identifier, in the terms of RFC 9525."""

    DNS_ID = "DNS-ID"
    IP_ID = "IP-ID"
    URI_ID = "URI-ID"


@dataclass(frozen=True, slots=True)
class ReferenceIdentifier:
    """One expected name or address, reduced to its host (reading A2).

    Attributes:
        text: as given.
        kind: its form.
        host: in lower case, A-labels, without trailing dot; for an address the shortest spelling.
        address: the address, if it is one; then only the address is compared, by value.
        absolute: the host name ends in a dot.
        scheme, user, port, parameters: the other parts, which are not compared.
    """

    text: str
    kind: ReferenceKind
    host: str
    address: IPAddress | None = None
    absolute: bool = False
    scheme: str = ""
    user: str | None = None
    port: int | None = None
    parameters: str = ""


def parse_reference(text: str) -> ReferenceIdentifier:
    """Parse a reference identifier; spaces around it are dropped.

    Letters other than ASCII become A-labels by IDNA 2003, which Python has. The few characters that IDNA 2008 treats
    differently are refused: write their A-label.

    Raises:
        UsageError: `text` is not a host name, IP address, host:port, or sip:, sips:, https: or http: URI.
    """
    if not isinstance(text, str):
        raise UsageError(f"a {type(text).__name__} is not a reference identifier. {_ALLOWED}")
    return _parsed(text)


@lru_cache(maxsize=65_536)
def _parsed(text: str) -> ReferenceIdentifier:
    given = text.strip()
    address = address_of(given)
    if address is not None:
        return ReferenceIdentifier(text, ReferenceKind.IP_ID, str(address), address)
    found = split_scheme(given)
    if found and found[0] in URI_SCHEMES:
        return _from_uri(text, given)
    if _has_zone(given):
        raise _refused(text, "an address with a zone is valid on one machine only")
    if found and not _is_port(found[1]):
        raise _refused(text, f'scheme "{found[0]}" is not supported')
    parts = split_host_and_port(given)
    if parts is None:
        raise _refused(text, _why_no_host(given))
    host, port = parts
    return _from_host(text, host, ReferenceKind.DNS_ID, port=port)


def _from_uri(text: str, given: str) -> ReferenceIdentifier:
    parts = split_uri(given)
    if parts is None or not parts.host:
        raise _refused(text, "the URI has no host that can be read; IPv6 addresses are in brackets")
    return _from_host(text, parts.host, ReferenceKind.URI_ID, parts.scheme, parts.user, parts.port, parts.parameters)


def _from_host(
    text: str,
    host: str,
    kind: ReferenceKind,
    scheme: str = "",
    user: str | None = None,
    port: int | None = None,
    parameters: str = "",
) -> ReferenceIdentifier:
    if port is not None and not 0 < port <= _LARGEST_PORT:
        raise _refused(text, f"{port} is not a port; ports are 1 to {_LARGEST_PORT}")
    address = address_of(host)
    if address is not None:
        kind = ReferenceKind.IP_ID if kind is ReferenceKind.DNS_ID else kind
        return ReferenceIdentifier(text, kind, str(address), address, False, scheme, user, port, parameters)
    name, absolute = drop_root(_a_labels(text, host))
    if not is_host_name(name):
        raise _refused(text, _why_no_host(name))
    return ReferenceIdentifier(text, kind, name, None, absolute, scheme, user, port, parameters)


def _a_labels(text: str, host: str) -> str:
    if host.isascii():
        return host.lower()
    if _DIFFERENT_IN_IDNA_2008 & set(host):
        raise _refused(text, "its A-label differs between IDNA 2003 and 2008, so write the A-label (xn--...)")
    try:
        return host.encode("idna").decode("ascii").lower()
    except UnicodeError:
        raise _refused(text, "it has no A-label") from None


def _why_no_host(host: str) -> str:
    if _has_zone(host):
        return "an address with a zone is valid on one machine only"
    if "*" in host:
        return "a reference identifier cannot have a wildcard"
    if drop_root(host)[0].rpartition(".")[2].isdecimal():
        return "a name that ends in a number must be an IP address, and this is not one"
    return "it is neither a host name nor an IP address"


def _has_zone(host: str) -> bool:
    address, percent, _ = host.strip("[]").partition("%")
    return bool(percent) and address_of(address) is not None


def _is_port(rest: str) -> bool:
    return rest.isascii() and rest.isdecimal()


def _refused(text: str, why: str) -> UsageError:
    return UsageError(f'invalid name "{" ".join(map(escape_name, text.split(" ")))}": {why}. {_ALLOWED}')


def not_comparable(error: UsageError) -> Verdict:
    """The open verdict of a text that `parse_reference` refused: it decides nothing."""
    return Verdict(Outcome.OPEN, "no_reference", str(error), missing_evidence="a name that can be compared")

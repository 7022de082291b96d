"""The parts of a URI that identities need (RFC 3261, section 19.1; RFC 3986, section 3.2)."""

from __future__ import annotations

import re
from dataclasses import dataclass

SIP_SCHEMES = ("sip", "sips")

_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*):(.*)", re.DOTALL)
_HOST_AND_PORT = re.compile(r"(\[[^\]]*\]|[^:\[\]]*)(?::([0-9]{1,5}))?")


@dataclass(frozen=True, slots=True)
class UriParts:
    """The parts of a URI; `host` is as written, empty if the URI has none or is not well-formed.

    `user` is None without an "@", `port` None without a colon, `parameters` is the text after the host.
    """

    scheme: str
    host: str
    user: str | None = None
    port: int | None = None
    parameters: str = ""


def split_scheme(text: str) -> tuple[str, str] | None:
    """Scheme in lower case and the rest; None if `text` does not begin with a scheme."""
    found = _SCHEME.fullmatch(text)
    return (found[1].lower(), found[2]) if found else None


def split_uri(text: str) -> UriParts | None:
    """The parts of `text`; None if it does not begin with a scheme."""
    found = split_scheme(text)
    if found is None:
        return None
    scheme, rest = found
    if scheme in SIP_SCHEMES:
        # Search "@" first: a user part may contain ";" and "?" unescaped, and a host or parameter cannot contain "@".
        user, at, after = rest.rpartition("@")
        end = min((after.index(mark) for mark in ";?" if mark in after), default=len(after))
        authority, parameters = after[:end], after[end:]
    elif rest.startswith("//"):
        end = min((rest.index(mark, 2) for mark in "/?#" if mark in rest[2:]), default=len(rest))
        user, at, authority = rest[2:end].rpartition("@")
        parameters = rest[end:]
    else:
        return UriParts(scheme, "", parameters=rest)
    host, port = split_host_and_port(authority) or ("", None)
    if "@" in user:
        host = ""
    return UriParts(scheme, host, user if at else None, port, parameters)


def split_host_and_port(authority: str) -> tuple[str, int | None] | None:
    """Host as written and port, if any; None if `authority` is neither ``host`` nor ``host:port``."""
    found = _HOST_AND_PORT.fullmatch(authority)
    if found is None:
        return None
    return found[1], int(found[2]) if found[2] else None

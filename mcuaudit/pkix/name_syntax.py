"""The syntax of names under name constraints, and of the constraints (RFC 5280, sections 4.2.1.6 and 4.2.1.10).

Each reader gives the parts that are compared, in lower case where case does not count, or None for a malformed name.
"""

from __future__ import annotations

import re
from typing import Final, NamedTuple

_LONGEST_NAME: Final = 253
# The underscore is allowed, because devices use it.
_LABEL: Final = r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?"
_HOST: Final = re.compile(rf"{_LABEL}(?:\.{_LABEL})*")
_FIRST_WITH_WILDCARD: Final = re.compile(r"[a-z0-9_*-]{1,63}")
_ATOM: Final = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
_LOCAL_PART: Final = re.compile(rf'{_ATOM}(?:\.{_ATOM})*|"(?:[^"\\\r\n\0]|\\[^\r\n\0])*"')
_ADDRESS_LITERAL: Final = re.compile(r"\[[^\[\]\\\s]+\]")
_URI: Final = re.compile(r"[a-z][a-z0-9+.-]*://(?:[^/?#@]*@)?([^:/?#@]*)(?::[0-9]*)?(?:[/?#].*)?", re.DOTALL)
_ADDRESS: Final = re.compile(r"[0-9]+(?:\.[0-9]+){3}")


class Mailbox(NamedTuple):
    """The two parts of an e-mail address; case counts in the local part only."""

    local_part: str
    host: str


def host_name(text: str) -> str | None:
    """A host name in the preferred name syntax, without a dot at either end."""
    name = _lower(text)
    return name if len(name) <= _LONGEST_NAME and _HOST.fullmatch(name) else None


def dns_name(text: str) -> str | None:
    """A dNSName: a host name, whose first label may have a wildcard."""
    first, dot, rest = _lower(text).partition(".")
    if "*" not in first:
        return host_name(text)
    if not _FIRST_WITH_WILDCARD.fullmatch(first) or (dot and host_name(rest) is None):
        return None
    return f"{first}{dot}{rest}" if len(text) <= _LONGEST_NAME else None


def dns_base(text: str) -> str | None:
    """A constraint on DNS names: a host name; an empty one allows every name to be constructed from it."""
    return "" if not text else host_name(text)


def mailbox(text: str) -> Mailbox | None:
    """An rfc822Name: a local part, an at sign, and a host."""
    local_part, _, host = text.rpartition("@")
    if not _LOCAL_PART.fullmatch(local_part):
        return None
    known = _lower(host) if _ADDRESS_LITERAL.fullmatch(host) else host_name(host)
    return None if known is None else Mailbox(local_part, known)


def email_base(text: str) -> str | Mailbox | None:
    """A constraint on e-mail addresses: a mailbox, a host, or a domain that begins with a dot."""
    return mailbox(text) if "@" in text else domain_base(text)


def uri_host(text: str) -> str | None:
    """The host of a URI, which must be a name: an address, or no authority, is to be rejected under a constraint."""
    found = _URI.fullmatch(_lower(text))
    host = found and host_name(found[1])
    return None if not host or _ADDRESS.fullmatch(host) else host


def domain_base(text: str) -> str | None:
    """A constraint on the host of URIs or e-mail addresses: a host, or a domain that begins with a dot."""
    if text.startswith("."):
        host = host_name(text[1:])
        return None if host is None else f".{host}"
    return host_name(text)


def looks_like_host(name: str) -> bool:
    """The common name has the form of a host name of two labels or more."""
    labels = name.split(".")
    return len(labels) > 1 and all(_OPENSSL_LABEL.fullmatch(label) for label in labels)


_OPENSSL_LABEL: Final = re.compile(r"[A-Za-z0-9_](?:[A-Za-z0-9_-]*[A-Za-z0-9_])?")


def fragment_covers(pattern: str, label: str) -> bool:
    """Whether a label with asterisks stands for `label`, among others."""
    first, *pieces = pattern.split("*")
    last = pieces.pop()
    position, end = len(first), len(label) - len(last)
    if position > end or not label.startswith(first) or not label.endswith(last):
        return False
    for piece in pieces:
        position = label.find(piece, position, end)
        if position < 0:
            return False
        position += len(piece)
    return True


def _lower(text: str) -> str:
    """`text` in lower case; empty if it is not ASCII, as str.lower would turn the Kelvin sign into the letter k."""
    return text.lower() if text.isascii() else ""

"""Host names and addresses as text: what stands for an address, what is a host name, what a wildcard covers."""

from __future__ import annotations

import ipaddress
import re

from mcuaudit.domain.certificate import IPAddress

_LABEL = re.compile(r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?")
LONGEST_NAME = 253


def address_of(text: str) -> IPAddress | None:
    """The address that `text` writes, IPv6 with or without brackets; None for a zone, and for anything else.

    An IPv4-mapped IPv6 address stays one: it has sixteen octets, and RFC 9525, section 6.4, compares octets.
    """
    bracketed = text.startswith("[") and text.endswith("]")
    if not bracketed and ":" not in text and not text[-1:].isdigit():
        # Most names end here; an exception for each would be the cost of a certificate with 10,000 names.
        return None
    if "%" in text:
        return None
    try:
        return ipaddress.IPv6Address(text[1:-1]) if bracketed else ipaddress.ip_address(text)
    except ValueError:
        return None


def fold(text: str) -> str:
    """`text` with A to Z in lower case; empty if it holds anything but ASCII, for then no host name equals it.

    str.lower alone would turn the Kelvin sign into the letter k.
    """
    return text.lower() if text.isascii() else ""


def drop_root(name: str) -> tuple[str, bool]:
    """`name` without its trailing dot, and whether it had one; "." alone is not a name."""
    return (name[:-1], True) if len(name) > 1 and name.endswith(".") else (name, False)


def is_host_name(name: str) -> bool:
    """Whether a folded `name`, without trailing dot, is a host name: labels of 1 to 63 characters, 253 in all.

    The underscore is allowed, as devices have it. A name that ends in a number is none: it would be read as an
    address (RFC 1123, section 2.1).
    """
    labels = name.split(".")
    return len(name) <= LONGEST_NAME and all(_LABEL.fullmatch(label) for label in labels) and not labels[-1].isdecimal()


def is_wildcard_label(name: str) -> bool:
    """Whether the only wildcard of `name` is its complete left-most label (RFC 9525, section 6.3)."""
    return name == "*" or (name.startswith("*.") and "*" not in name[1:])


def fragments_cover(pattern: str, name: str) -> bool:
    """Whether `name` is covered, label by label, by a `pattern` whose asterisks stand for parts of a label.

    That is the widest rule that was ever published (RFC 2818, section 3.1).
    """
    pattern_labels, labels = pattern.split("."), name.split(".")
    return len(pattern_labels) == len(labels) and all(map(_fragment_covers, pattern_labels, labels))


def _fragment_covers(pattern: str, label: str) -> bool:
    """Asterisks stand for any run of characters; pieces are sought left to right, so the time stays linear."""
    first, *pieces = pattern.split("*")
    if not pieces:
        return pattern == label
    last = pieces.pop()
    if len(first) + len(last) > len(label) or not label.startswith(first) or not label.endswith(last):
        return False
    end = len(label) - len(last)
    start = len(first)
    for piece in pieces:
        found = label.find(piece, start, end)
        if found < 0:
            return False
        start = found + len(piece)
    return True

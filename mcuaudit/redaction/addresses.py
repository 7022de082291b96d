"""Pseudonyms of addresses: what shares a network still shares one, and a special-purpose address stays one.

The first bits that two addresses have in common are as many afterwards: each bit is flipped or not by the bits before
it, as in Crypto-PAn (Xu, Fan, Ammar and Moon, 2002). No bit on the way to a special-purpose block of RFC 6890 is
flipped, so that an address in such a block stays there; one beside such a block keeps the bits that they share.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Callable
from functools import cache
from typing import Final

Address = ipaddress.IPv4Address | ipaddress.IPv6Address

_SPECIAL: Final = (
    "0.0.0.0/8", "0.0.0.0/32", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "127.0.0.1/32", "169.254.0.0/16",
    "172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15",
    "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4", "255.255.255.255/32",
    "::/128", "::1/128", "::ffff:0:0/96", "64:ff9b::/96", "100::/64", "2001::/23", "2001:db8::/32", "2002::/16",
    "fc00::/8", "fd00::/8", "fe80::/10", "ff00::/8",
)  # fmt: skip
_WITH_IPV4: Final = tuple(map(ipaddress.IPv6Network, ("::ffff:0:0/96", "64:ff9b::/96")))
"""Blocks whose last 32 bits are an IPv4 address (RFC 4291, section 2.5.5.2; RFC 6052)."""
_MASKS: Final = frozenset(str(ipaddress.IPv4Network((0, length)).netmask) for length in range(8, 33))
"""Masks of networks, which stand in the same settings as addresses and are none."""


def permuted(address: Address, flips: Callable[[str], bool]) -> Address:
    """The pseudonym of an address.

    Args:
        address: the address.
        flips: whether the bit after a prefix, given as version and binary digits, is flipped.
    """
    if str(address) in _MASKS:
        return address
    if isinstance(address, ipaddress.IPv4Address):
        return ipaddress.IPv4Address(_flipped(address, flips))
    for block in _WITH_IPV4:
        if address in block:
            inner = ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
            return ipaddress.IPv6Address(int(block.network_address) | int(permuted(inner, flips)))
    plain = ipaddress.IPv6Address(int(address))
    return ipaddress.IPv6Address(_flipped(plain, flips))


def _flipped(address: Address, flips: Callable[[str], bool]) -> int:
    bits = format(int(address), f"0{address.max_prefixlen}b")
    kept = _kept(address.version)
    result = 0
    for place in range(len(bits)):
        prefix = bits[:place]
        flip = prefix not in kept and flips(f"{address.version}:{prefix}")
        result = result << 1 | (int(bits[place]) ^ flip)
    return result


@cache
def _kept(version: int) -> frozenset[str]:
    """The prefixes after which no bit is flipped: all that lead to a special-purpose block."""
    kept = set()
    for block in map(ipaddress.ip_network, _SPECIAL):
        if block.version == version:
            bits = format(int(block.network_address), f"0{block.max_prefixlen}b")
            kept |= {bits[:length] for length in range(block.prefixlen)}
    return frozenset(kept)


def as_written_address(text: str) -> Address | None:
    """The address that a text is, in any form of RFC 4291 or four decimal numbers; None for another text, and for
    one with a zone."""
    try:
        return None if "%" in text else ipaddress.ip_address(text)
    except ValueError:
        return None

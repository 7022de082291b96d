"""Octets made from good inputs: some flipped, cut, repeated, moved, or replaced by what readers stumble over."""

from __future__ import annotations

import random
from collections.abc import Iterator
from typing import Final

_ODD: Final = (
    b"\0", b"\xff", b"\x80", b"\xef\xbb\xbf", b"\xff\xfe", b"\r", b"\n", b'"', b"'", b'"""', b"[", b"]", b"{", b"}",
    b"=", b".", b",", b";", b"#", b"\\u0000", b"\\U0010ffff", b"-----BEGIN CERTIFICATE-----",
    b"-----END CERTIFICATE-----", b"99999999999999999999", b"-1", b"1e999", b"nan", b"true", b"0001-01-01",
    b"9999-12-31T23:59:60Z", b"\x30\x80", b"\x30\x84\xff\xff\xff\xff", b"\x02\x00", b"\x05\x00", b"<", b"&#0;",
    b"]]>", b"<!--", b"\xf0\x9f\x98\x80", b"\xed\xa0\x80", b"\xe2\x80\xae", b"%00", b"../", b"\t", b" " * 50,
)  # fmt: skip


def mutated(seeds: tuple[bytes, ...], number: int, seed: int) -> Iterator[bytes]:
    """So many inputs, the same for the same seed."""
    chance = random.Random(seed)
    for _ in range(number):
        data = bytearray(chance.choice(seeds))
        for _ in range(chance.choice((1, 1, 1, 2, 3, 8))):
            _change(data, chance)
        yield bytes(data)


def _change(data: bytearray, chance: random.Random) -> None:
    at, to = sorted(chance.randrange(len(data) + 1) for _ in range(2))
    kind = chance.randrange(8)
    if kind == 0 and data:
        data[at % len(data)] ^= 1 << chance.randrange(8)
    elif kind == 1:
        del data[at : min(to, at + chance.choice((1, 4, 64, 10_000)))]
    elif kind == 2:
        data[at:at] = chance.choice(_ODD)
    elif kind == 3:
        data[at : at + len(odd)] = odd if (odd := chance.choice(_ODD)) else b""
    elif kind == 4:
        data[at:at] = bytes(data[at:to][:200]) * chance.choice((1, 2, 20))
    elif kind == 5:
        part = bytes(data[at:to][:200])
        del data[at : at + len(part)]
        place = chance.randrange(len(data) + 1)
        data[place:place] = part
    elif kind == 6:
        del data[at:]
    elif data:
        data[at % len(data)] = chance.randrange(256)

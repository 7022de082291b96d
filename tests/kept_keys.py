"""RSA keys of tests, made once and kept: to make one takes from a tenth of a second to some seconds.

They are in `kept_keys.txt`, a line a key: its number, its bits, and its two primes. Whoever has this file has the keys,
so they are good for tests only. `python -m tests.kept_keys` makes those that are missing.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Final

from cryptography.hazmat.primitives.asymmetric import rsa

_FILE: Final = Path(__file__).with_suffix(".txt")
_EXPONENT: Final = 65537
_BITS: Final = 2048
WANTED: Final = (
    *((number, _BITS) for number in (*range(20), 31, 41, 97, *range(100, 110))),
    *((number, 1024) for number in (1, 4, 10, 12, 16)),
    (15, 2040), (31, 2992), (32, 3000), (13, 4096), (14, 4104),
)  # fmt: skip
"""Numbers and bits of the keys that are kept."""


def rsa_key(number: int, bits: int = _BITS) -> rsa.RSAPrivateKey:
    """The key of that number and size; one that is not kept is made."""
    primes = _primes().get((number, bits))
    if primes is None:
        return rsa.generate_private_key(_EXPONENT, bits)
    p, q = primes
    public = rsa.RSAPublicNumbers(_EXPONENT, p * q)
    d = rsa.rsa_recover_private_exponent(_EXPONENT, p, q)
    numbers = rsa.RSAPrivateNumbers(
        p, q, d, rsa.rsa_crt_dmp1(d, p), rsa.rsa_crt_dmq1(d, q), rsa.rsa_crt_iqmp(p, q), public
    )
    # To look for the primes' being prime takes as long as to make a small key.
    return numbers.private_key(unsafe_skip_rsa_key_validation=True)


@cache
def _primes() -> dict[tuple[int, int], tuple[int, int]]:
    return {(number, bits): (p, q) for number, bits, p, q in _lines()}


def _lines() -> Iterator[tuple[int, int, int, int]]:
    for line in _FILE.read_text(encoding="ascii").splitlines() if _FILE.exists() else ():
        number, bits, p, q = line.split()
        yield int(number), int(bits), int(p, 16), int(q, 16)


def main() -> None:
    """Write the file: the keys that it has stay."""
    kept = _primes()
    with _FILE.open("w", encoding="ascii") as file:
        for number, bits in WANTED:
            if (number, bits) not in kept:
                numbers = rsa.generate_private_key(_EXPONENT, bits).private_numbers()
                kept[number, bits] = numbers.p, numbers.q
            p, q = kept[number, bits]
            file.write(f"{number} {bits} {p:x} {q:x}\n")


if __name__ == "__main__":
    main()

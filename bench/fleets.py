"""Fleets to measure, made once and kept by what makes them in `.bench`."""

from __future__ import annotations

import random
import shutil
import ssl
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from mcuaudit.samples.authorities import MadeAuthority, shipped_certificate
from mcuaudit.samples.made_fleet import make_fleet

KEPT: Final = Path(".bench")
AT: Final = "2026-11-23"
_FORM: Final = 2
"""Raised when fleets are made differently, so that kept ones are made again."""
_SEED: Final = 1
_STORES: Final = 37
_MEMBERS: Final = 18
_SINCE, _UNTIL = datetime(2020, 1, 1, tzinfo=UTC), datetime(2036, 1, 1, tzinfo=UTC)
_LAST_YEAR = datetime(2025, 1, 1, tzinfo=UTC)


def kept(name: str) -> Path:
    """The directory of that name, which is made by who finds it missing."""
    return KEPT / f"{name}-{_FORM}"


def fleet(devices: int) -> Path:
    """A made fleet with two trust stores of its own for each device: 40 certificates a device, 37 kinds of stores."""
    target = kept(f"fleet-{devices}")
    if not target.is_dir():
        unfinished = target.with_suffix(".part")
        shutil.rmtree(unfinished, ignore_errors=True)
        make_fleet(unfinished, devices, max(1, devices // 50), _SEED)
        _add_stores(unfinished)
        unfinished.rename(target)
    return target


def _add_stores(root: Path) -> None:
    numbers = random.Random(_SEED)
    pool = [MadeAuthority(f"Other Root CA {number}", numbers, _SINCE, _UNTIL).pem for number in range(_MEMBERS * 2)]
    stores = [b"".join(numbers.sample(pool, _MEMBERS)) for _ in range(_STORES)]
    for settings in sorted(root.glob("*/*/settings.toml")):
        device = settings.parent
        for name in ("sip-trust-store.pem", "https-trust-store.pem"):
            if not (device / name).exists():
                own = (device.parent / name).read_bytes()
                (device / name).write_bytes(own + numbers.choice(stores))


def certificates(number: int) -> Path:
    """An export of one device, with that many distinct certificates as files of peers."""
    target = kept(f"certificates-{number}")
    if not target.is_dir():
        unfinished = target.with_suffix(".part")
        shutil.rmtree(unfinished, ignore_errors=True)
        make_fleet(unfinished, 1, 1, _SEED)
        numbers = random.Random(_SEED)
        authority = MadeAuthority("Example Fleet Devices CA 2", numbers, _SINCE, _UNTIL)
        for one in range(number):
            host = f"mcu-{one:05}.fleet.example.com"
            pem = authority.issue(host, since=_SINCE, until=_UNTIL, names=(f"dns:{host}", f"uri:sip:{host}"))
            (unfinished / "peers" / f"{one:05}.pem").write_bytes(pem)
        unfinished.rename(target)
    return target


def trusting(number: int) -> Path:
    """That many distinct certificates, below 12 issuing CAs of 6 roots, and 37 trust stores with 18 members each.

    Of 25 certificates one is expired, one self-signed, and one has a signature that is not its issuer's. Every second
    store has issuing CAs beside their root; all are in `issuing.pem`.
    """
    target = kept(f"trusting-{number}")
    if not target.is_dir():
        unfinished = target.with_suffix(".part")
        shutil.rmtree(unfinished, ignore_errors=True)
        numbers = random.Random(_SEED)
        roots = [MadeAuthority(f"Root CA {one}", numbers, _SINCE, _UNTIL) for one in range(_MEMBERS * 2)]
        issuing = [MadeAuthority(f"Issuing CA {one}", numbers, _SINCE, _UNTIL, roots[one // 2]) for one in range(12)]
        for name in ("certificates", "stores"):
            (unfinished / name).mkdir(parents=True)
        for one, authority in enumerate(issuing):
            made = [_issued(place, authority, numbers) for place in range(one, number, len(issuing))]
            (unfinished / "certificates" / f"{one:02}.pem").write_bytes(b"".join(made))
        (unfinished / "issuing.pem").write_bytes(b"".join(authority.pem for authority in issuing))
        for store in range(_STORES):
            members = [roots[store % 6], *numbers.sample(roots[6:], _MEMBERS - 3)]
            members += issuing[store % 6 * 2 :][:2] if store % 2 else numbers.sample(roots[6:], 2)
            (unfinished / "stores" / f"{store:02}.pem").write_bytes(b"".join(member.pem for member in members))
        unfinished.rename(target)
    return target


def _issued(number: int, authority: MadeAuthority, numbers: random.Random) -> bytes:
    kind = number % 25
    if kind == 7:
        return shipped_certificate(numbers, _SINCE)
    host = f"mcu-{number:05}.fleet.example.com"
    until = _LAST_YEAR if kind == 3 else _UNTIL
    pem = authority.issue(host, since=_SINCE, until=until, names=(f"dns:{host}", f"uri:sip:{host}"))
    return _with_another_signature(pem) if kind == 11 else pem


def _with_another_signature(pem: bytes) -> bytes:
    der = ssl.PEM_cert_to_DER_cert(pem.decode())
    return ssl.DER_cert_to_PEM_cert(der[:-1] + bytes([der[-1] ^ 1])).encode()

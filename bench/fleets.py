"""Fleets to measure, made once and kept by what makes them in `.bench`."""

from __future__ import annotations

import random
import shutil
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from mcuaudit.samples.authorities import MadeAuthority
from mcuaudit.samples.made_fleet import make_fleet

KEPT: Final = Path(".bench")
AT: Final = "2026-11-23"
_FORM: Final = 2
"""Raised when fleets are made differently, so that kept ones are made again."""
_SEED: Final = 1
_STORES: Final = 37
_MEMBERS: Final = 18
_SINCE, _UNTIL = datetime(2020, 1, 1, tzinfo=UTC), datetime(2036, 1, 1, tzinfo=UTC)


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

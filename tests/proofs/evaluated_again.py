"""A fleet that differs a little, evaluated again: every frame is the one of the whole audit.

A case makes an export, audits it, changes files of it in two steps, and after each step compares `Audit.again` with an
audit from the beginning. The second step goes on from the audit that the first one gave.
"""

from __future__ import annotations

import os
import random
import re
import tempfile
from collections import Counter
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Final

import pandas as pd

import mcuaudit
from mcuaudit.frames.schema import AUDIT_FRAMES
from mcuaudit.rules.difference import difference
from mcuaudit.samples.made_fleet import make_fleet
from tests.authority import NOW
from tests.clean_export import ELSEWHERE, certificate, chain, write_files
from tests.proofs import calls_between_mcus

CLAIM = "Evaluated again after files were changed, a fleet has the frames of an audit from the beginning, row for row."
SIZE = 300
SAMPLE = 2
_STEPS = 2
WRITTEN: Final = 1_794_000_000

Files = dict[str, bytes]
Draw = random.Random
_STORES: Final = ("sip-trust-store.pem", "https-trust-store.pem")
_WORDS: Final = (
    (b"true", b"false"),
    (b"false", b"true"),
    (b"Verify certificate", b"Verify none"),
    (b"Outgoing and incoming calls", b"Outgoing calls only"),
    (b"Certificate-based authentication allowed", b"Certificate-based authentication required"),
    (b"mcu-", b"mcx-"),
)
_OF_PEERS: Final = (
    (b"true", b"false"),
    (b"vcs", b"mcu"),
    (b"proxied", b"direct"),
    (b"[[peer]]", b"[[peer]]\nroute = 1"),
)


@cache
def _made(seed: int) -> Files:
    with tempfile.TemporaryDirectory() as directory:
        make_fleet(Path(directory) / "fleet", 14, 3, seed)
        return read_files(Path(directory) / "fleet")


@cache
def _sample() -> Files:
    return read_files(mcuaudit.sample_directory())


def read_files(root: Path) -> Files:
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in sorted(root.rglob("*")) if path.is_file()}


def _export(draw: Draw) -> Files:
    kind = draw.choice(("made", "made", "mesh", "sample"))
    if kind == "made":
        return dict(_made(draw.randrange(4)))
    return dict(_sample()) if kind == "sample" else calls_between_mcus.export(draw)


def _devices(files: Files) -> list[str]:
    return sorted({"/".join(name.split("/")[:2]) for name in files if name.count("/") == 2 and "/peers/" not in name})


def _some(draw: Draw, files: Files, pattern: str) -> str | None:
    found = sorted(name for name in files if re.search(pattern, name))
    return draw.choice(found) if found else None


def _setting(draw: Draw, files: Files) -> None:
    """Another value of a setting, of a device or of more."""
    name = _some(draw, files, r"settings\.(toml|csv)$")
    if name is not None:
        old, new = draw.choice(_WORDS)
        parts = files[name].split(old)
        if len(parts) > 1:
            place = draw.randrange(1, len(parts))
            files[name] = old.join(parts[:place]) + new + old.join(parts[place:])


def _other_store(draw: Draw, files: Files) -> None:
    """The trust store of another place of the fleet, for a device or a site."""
    donor = _some(draw, files, r"(trust-store|trusted)\.pem$")
    if donor is not None:
        place = draw.choice([*_devices(files), *{device.partition("/")[0] for device in _devices(files)}])
        files[f"{place}/{draw.choice(_STORES)}"] = files[donor]


def _part_of_a_file(draw: Draw, files: Files) -> None:
    """A file that ends too early."""
    name = _some(draw, files, r"/.*\.(pem|toml)$")
    if name is not None:
        files[name] = files[name][: draw.randrange(len(files[name]) + 1)]


def _gone(draw: Draw, files: Files) -> None:
    """A file that is there no more."""
    name = _some(draw, files, r"/")
    if name is not None and not name.startswith("mcuaudit.toml"):
        del files[name]


def _shared_certificate(draw: Draw, files: Files) -> None:
    """The local certificate of another device."""
    donor = _some(draw, files, r"local-certificate\.pem$")
    if donor is not None:
        files[f"{draw.choice(_devices(files))}/local-certificate.pem"] = files[donor]


def _new_authority(draw: Draw, files: Files) -> None:
    """A CA that nothing else of the fleet has, which may complete every path."""
    name = _some(draw, files, r"trust-store\.pem$")
    if name is not None:
        files[name] += chain(ELSEWHERE)


def _new_certificate(draw: Draw, files: Files) -> None:
    """A certificate that nothing else of the fleet has."""
    files[f"{draw.choice(_devices(files))}/local-certificate.pem"] = _of_elsewhere()


@cache
def _of_elsewhere() -> bytes:
    return chain(certificate("new.example.com", ELSEWHERE, key=9, san=["DNS:new.example.com"]))


def _new_device(draw: Draw, files: Files) -> None:
    """A device like another one, under another name."""
    device = draw.choice(_devices(files))
    new = f"{draw.choice(_devices(files)).partition('/')[0]}/{draw.choice(('a-new', 'new', 'z-new'))}"
    own = [name for name in files if name.startswith(f"{device}/")]
    files.update({new + name.removeprefix(device): files[name] for name in own})


def _no_device(draw: Draw, files: Files) -> None:
    """A device that is there no more."""
    if len(_devices(files)) > 1:
        device = draw.choice(_devices(files))
        for name in [name for name in files if name.startswith(f"{device}/")]:
            del files[name]


def _peer(draw: Draw, files: Files) -> None:
    """Other facts about a peer."""
    name = _some(draw, files, r"peers\.toml$")
    if name is not None:
        old, new = draw.choice(_OF_PEERS)
        files[name] = files[name].replace(old, new, 1)


def _unknown_file(draw: Draw, files: Files) -> None:
    """A file that is none of an export."""
    files[f"{draw.choice(_devices(files))}/notes-{draw.randrange(3)}.bin"] = draw.randbytes(40)


CHANGES: Final[tuple[Callable[[Draw, Files], None], ...]] = (
    _setting, _setting, _other_store, _part_of_a_file, _gone, _shared_certificate, _new_authority, _new_certificate,
    _new_device, _no_device, _peer, _unknown_file,
)  # fmt: skip


def prove(seed: int, cases: range) -> Counter[str]:
    """Compare all frames after each step."""
    counts: Counter[str] = Counter()
    for case in cases:
        counts += _compared(random.Random(f"{seed} {case}"), f"seed {seed}, case {case}")
    return counts


def _compared(draw: Draw, where: str) -> Counter[str]:
    counts: Counter[str] = Counter()
    files = _export(draw)
    with tempfile.TemporaryDirectory() as directory:
        fleet = fleet_of(files, Path(directory) / "0")
        audit = mcuaudit.audit(fleet, at=NOW)
        for step in range(1, _STEPS + 1):
            changes = draw.choices(CHANGES, k=draw.randint(1, 2))
            for change in changes:
                change(draw, files)
                counts[f"change: {(change.__doc__ or '').rstrip('.').lower()}"] += 1
            changed = fleet_of(files, Path(directory) / str(step))
            again, whole = audit.again(changed), mcuaudit.audit(changed, at=NOW)
            found = difference(audit.fleet, changed)
            counts["steps"] += 1
            counts["steps evaluated in part" if found else "steps evaluated as a whole"] += 1
            counts["devices"] += len(changed.devices)
            counts["devices evaluated again"] += len(found.devices if found else changed.devices)
            said = f"{where}, step {step} ({', '.join(change.__name__ for change in changes)})"
            for name in (*AUDIT_FRAMES, "internal_problems"):
                same_frames(getattr(again, name), getattr(whole, name), f"{said}: {name}")
                counts["rows compared"] += len(getattr(whole, name))
            audit = again
    return counts


def fleet_of(files: Files, root: Path) -> mcuaudit.Fleet:
    write_files(root, files)
    for name in files:
        # A file that is the same has the same time.
        os.utime(root / name, (WRITTEN, WRITTEN))
    return mcuaudit.read_export(root)


def same_frames(found: pd.DataFrame, expected: pd.DataFrame, where: str) -> None:
    try:
        pd.testing.assert_frame_equal(found, expected)
    except AssertionError as error:
        raise AssertionError(f"{where}: {error}") from error

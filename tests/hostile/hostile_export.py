"""An export with two devices that are as they should be, and hostile files beside them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from pathlib import Path

import pandas as pd

import mcuaudit
from mcuaudit.frames.containers import Fleet
from tests.clean_export import CleanExport, toml
from tests.hostile.hostile_files import Hostile

GOOD = ("leeds/mcu-1", "leeds/mcu-2")
_FRAMES = ("devices", "settings", "placements", "peers", "evidence")
BEGINNING = 15_000
"""So many octets of an input are used where each is to take no time; the whole of it is used by `make hostile`."""


@cache
def _good_files() -> dict[str, bytes]:
    """The two devices, with settings, stores, certificates and peers."""
    found: dict[str, bytes] = {}
    for device in GOOD:
        export = CleanExport()
        files = {name.replace("leeds/mcu-1", device): content for name, content in export.files.items()}
        files[f"{device}/settings.toml"] = toml(export.settings).encode()
        found |= {name: content for name, content in files.items() if content is not None}
    peers = [{"name": name, **values} for name, values in CleanExport().peers.items()]
    return found | {"peers.toml": toml({"peer": peers}).encode()}


def write_good(root: Path) -> None:
    """Write the two devices into a directory."""
    for name, content in _good_files().items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)


def apart(inputs: Mapping[str, Hostile]) -> dict[str, Hostile]:
    """The inputs, each in a site of its own, so that they can be in one export."""
    return {
        name: replace(one, path=f"site-{number:03}/{one.path.partition('/')[2]}")
        for number, (name, one) in enumerate(inputs.items())
    }


def cut(one: Hostile) -> Hostile:
    """The input with the beginning of its content only, which is read without a worker."""
    return one if one.make else replace(one, content=one.octets[:BEGINNING])


def rows_of_good(fleet: Fleet) -> dict[str, pd.DataFrame]:
    """The rows of the good devices, by frame."""
    found = {}
    for name in _FRAMES:
        frame = getattr(fleet, name)
        mine = frame[frame["device_id"].isin(GOOD)].reset_index(drop=True)
        # The time of a file is that at which the test wrote it.
        found[name] = mine.drop(columns=[column for column in ("modified",) if column in mine])
    return found


def lost_rows(fleet: Fleet, expected: Mapping[str, pd.DataFrame]) -> list[str]:
    """The frames in which a good device has other rows than without hostile files."""
    return [name for name, frame in rows_of_good(fleet).items() if not frame.equals(expected[name])]


def read(root: Path) -> Fleet:
    """The export, as any user reads it."""
    return mcuaudit.read_export(root)

"""What differs between two fleets, so that only that is evaluated again: exact, or rather too much."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from mcuaudit.domain.slots import TRUST_STORE_SLOTS
from mcuaudit.frames.containers import Fleet
from mcuaudit.frames.schema import FLEET_FRAMES
from mcuaudit.pkix.ancestry import possible_issuers

Flags = npt.NDArray[np.bool_]

_OF_DEVICES: Final = ("devices", "settings", "peers", "evidence")


@dataclass(frozen=True)
class Difference:
    """The devices and files whose results may differ, by device_id and by the name of the file, in either fleet.

    Attributes:
        devices: something is recorded differently of them, or of an MCU that they call.
        with_same_key: these, and those that have the key of one of them.
        of_sites: every device of their sites.
        files: the trust store files that they use, or that differ.
        of_files: these devices, and those that use one of these files.
        problems: there are other problems, or other devices.
    """

    devices: frozenset[str]
    with_same_key: frozenset[str]
    of_sites: frozenset[str]
    files: frozenset[str]
    of_files: frozenset[str]
    problems: bool = False


def difference(old: Fleet, new: Fleet) -> Difference | None:
    """What differs between two fleets, whatever their policies; None if that decides about every device.

    That are CA certificates (each may complete a path, reading A11), revocation lists, and time zones.
    """
    if dict(old.site_time_zones) != dict(new.site_time_zones):
        return None
    if not _equal(old.revocation_lists, new.revocation_lists):
        return None
    if any(list(getattr(old, name).columns) != list(getattr(new, name).columns) for name in FLEET_FRAMES):
        return None
    if old.certificates is not new.certificates and not _same_authorities(old, new):
        return None
    if old.trust_stores is not new.trust_stores and not _agree(old.trust_stores, new.trust_stores, "trust_store"):
        return None
    found = {key for name in _OF_DEVICES for key in _differing(getattr(old, name), getattr(new, name), "device_id")}
    files = _differing(old.placements, new.placements, "file")
    return replace(_closed(old, new, found, files), problems=_other_problems(old, new))


def _other_problems(old: Fleet, new: Fleet) -> bool:
    """Whether the view of problems may be another."""
    named = (fleet.devices[["site", "device", "device_id"]] for fleet in (old, new))
    return not _equal(old.problems, new.problems) or (old.devices is not new.devices and not _equal(*named))


def _closed(old: Fleet, new: Fleet, found: set[str], placed: set[str]) -> Difference:
    """With the devices that depend on these devices and files."""
    using = [one[one["kind"].isin(TRUST_STORE_SLOTS)] for one in _distinct(old.evidence, new.evidence)]
    found = found | _matching(using, "file", placed, "device_id")
    devices = found | _matching(_distinct(old.peers, new.peers), "peer_device", found, "device_id")
    unchanged = old.devices is new.devices and old.certificates is new.certificates
    keys = [_with_keys(fleet) for fleet in ((new,) if unchanged else (old, new))]
    same_key = devices | _matching(keys, "public_key", _matching(keys, "device_id", devices, "public_key"), "device_id")
    everywhere = _distinct(old.devices, new.devices)
    of_sites = _matching(everywhere, "site", _matching(everywhere, "device_id", devices, "site"), "device_id")
    files = placed | _matching(using, "device_id", devices, "file")
    of_files = devices | _matching(using, "file", files, "device_id")
    return Difference(
        frozenset(devices), frozenset(same_key), frozenset(of_sites), frozenset(files), frozenset(of_files)
    )


def _distinct(*frames: pd.DataFrame) -> list[pd.DataFrame]:
    return list({id(frame): frame for frame in frames}.values())


def _with_keys(fleet: Fleet) -> pd.DataFrame:
    """The public key of the local certificate of each device that has one."""
    keys = fleet.certificates.set_index("certificate")["public_key"]
    local = fleet.devices[["device_id", "local_certificate"]]
    return local.assign(public_key=local["local_certificate"].map(keys))


def _matching(frames: Iterable[pd.DataFrame], by: str, values: Collection[str], wanted: str) -> set[str]:
    """The texts of one column where another has one of these values."""
    if not values:
        return set()
    chosen = list(values)
    return {
        text for frame in frames for text in frame.loc[frame[by].isin(chosen), wanted].tolist() if isinstance(text, str)
    }


def _same_authorities(old: Fleet, new: Fleet) -> bool:
    """Whether both have the same possible issuers, and say the same of each certificate of both."""
    ours, theirs = (possible_issuers(fleet.certificate_records.values()) for fleet in (old, new))
    return ours == theirs and _agree(old.certificates, new.certificates, "certificate")


def _agree(old: pd.DataFrame, new: pd.DataFrame, key: str) -> bool:
    """Whether two frames say the same of what both of them have."""
    both = old[old[key].isin(new[key])], new[new[key].isin(old[key])]
    return _equal(*(frame.sort_values(key, kind="stable").reset_index(drop=True) for frame in both))


def _equal(one: pd.DataFrame, other: pd.DataFrame) -> bool:
    return one is other or (len(one) == len(other) and not _rows_that_differ(one, other).any())


def _differing(old: pd.DataFrame, new: pd.DataFrame, key: str) -> set[str]:
    """The values of a column, whose rows are not the same in both frames, in number, order and content."""
    if old is new:
        return set()
    ours, theirs = (frame[key].astype("str").fillna("").to_numpy(dtype=object) for frame in (old, new))
    if len(ours) == len(theirs) and (ours == theirs).all():
        return set(ours[_rows_that_differ(old, new)])
    places = _places(ours), _places(theirs)
    found = places[0].keys() ^ places[1].keys()
    common = [name for name in places[0] if name in places[1]]
    found |= {name for name in common if len(places[0][name]) != len(places[1][name])}
    common = [name for name in common if name not in found]
    if common:
        first, second = (np.concatenate([place[name] for name in common]) for place in places)
        found |= set(ours[first[_rows_that_differ(old.iloc[first], new.iloc[second])]])
    return found


def _places(keys: npt.NDArray[np.object_]) -> dict[str, npt.NDArray[np.intp]]:
    codes, names = pd.factorize(keys)
    order = np.argsort(codes, kind="stable")
    parts = np.split(order, np.cumsum(np.bincount(codes, minlength=len(names)))[:-1]) if len(names) else []
    return dict(zip(names.tolist(), parts, strict=True))


def _rows_that_differ(one: pd.DataFrame, other: pd.DataFrame) -> Flags:
    """Where two frames of equal length differ in any column."""
    found = np.zeros(len(one), dtype=bool)
    if list(one.columns) != list(other.columns) or list(one.dtypes) != list(other.dtypes):
        # Somebody's own frame: an audit says what it makes of it.
        return ~found
    for name in one.columns:
        mine, theirs = one[name].array, other[name].array
        if mine is not theirs:
            found |= _cells_that_differ(mine, theirs)
    return found


def _cells_that_differ(one: Any, other: Any) -> Flags:
    lacks, lacks_too = (np.asarray(pd.isna(cells), dtype=bool) for cells in (one, other))
    if isinstance(one, pd.Categorical):
        one, other = one.codes, other.codes
    differs = np.asarray(pd.Series(one).ne(pd.Series(other)).fillna(False), dtype=bool)
    found: Flags = (lacks != lacks_too) | (differs & ~lacks & ~lacks_too)
    return found

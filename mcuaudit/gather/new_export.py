"""Begin an export: directories of sites and devices, with commented files of settings and peers to fill in."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from mcuaudit.collect.entry import is_ours
from mcuaudit.collect.file_places import PEERS_DIRECTORY, entries_of, is_directory
from mcuaudit.decode.device_list import ListedDevice, same_as_numbers
from mcuaudit.decode.records import Problem
from mcuaudit.domain.name_forms import in_nfc
from mcuaudit.errors import UsageError
from mcuaudit.gather.settings_table import TABLE, WORKBOOK, extended_table, new_table, without_row
from mcuaudit.gather.templates import device_settings, peers_file, shared_settings
from mcuaudit.gather.writing import removed, taken_by, write_all
from mcuaudit.system.files import write_whole

_SETTINGS, _PEERS = "settings.toml", "peers.toml"


@dataclass(frozen=True, slots=True)
class Begun:
    """What was made of a list of devices.

    Attributes:
        devices: those that the export has now, under the names that its directories have.
        made: the files that were written, by their names within the export.
        kept: how many of the files were there already, and stay as they are.
        added_rows: how many rows were added to a settings.csv that was there.
        problems: devices of the list that were left out, and why.
    """

    devices: tuple[ListedDevice, ...]
    made: tuple[str, ...]
    kept: int
    added_rows: int
    problems: tuple[Problem, ...]


def begin_export(
    export: str | Path, devices: Sequence[ListedDevice], *, table: bool = False, workbook: bool = False
) -> Begun:
    """Make what the devices of a list lack in an export; what is there is not touched.

    Args:
        export: a directory, which need not exist.
        devices: the devices.
        table: settings.csv for all devices, in place of a settings.toml for each; also where the export has one.
        workbook: settings.xlsx takes the place of both, and the caller writes it; also where the export has one.

    Raises:
        UsageError: `export` is a file or something that mcuaudit wrote, or its settings.csv cannot be read.
        StorageError: the machine cannot write it. What was written before is removed again.
    """
    root = Path(export)
    if root.exists() and (not is_directory(root) or is_ours(root)):
        what = "what mcuaudit saved" if is_directory(root) else "a file"
        raise UsageError(f"{root} is {what}; name a new directory, or that of an export.")
    book = root / WORKBOOK
    workbook = workbook or book.is_file()
    table = (table or (root / TABLE).is_file()) and not workbook
    named, problems = _as_in_export(root, devices)
    if book.is_file():
        problems += [
            Problem("unreadable", WORKBOOK, f"it has no row for {one.device_id}; add one, as no workbook is changed")
            for one in without_row(book.read_bytes(), named)
        ]
    wanted = dict(_wanted(named, table=table or workbook))
    new = {place: text.encode() for place, text in wanted.items() if taken_by(root, place) is None}
    old = (root / TABLE).read_bytes() if table and (root / TABLE).is_file() else None
    extended, added = extended_table(old, TABLE, named) if old is not None else (b"", 0)
    if table and old is None:
        new[TABLE] = new_table(named)
    written = write_all([root / place for place in new], list(new.values()), [root / one.device_id for one in named])
    try:
        if added:
            write_whole(root / TABLE, extended)
    except BaseException:
        removed(*written)
        raise
    return Begun(tuple(named), tuple(sorted(new)), len(wanted) - len(new) + (TABLE in new), added, tuple(problems))


def _wanted(devices: Sequence[ListedDevice], *, table: bool) -> Iterator[tuple[str, str]]:
    """The files of an export with these devices, by their names, and their texts."""
    yield _SETTINGS, shared_settings("the fleet")
    yield _PEERS, peers_file("the fleet")
    for site in dict.fromkeys(one.site for one in devices):
        yield f"{site}/{_SETTINGS}", shared_settings(f"the site {site}")
        yield f"{site}/{_PEERS}", peers_file(f"the site {site}")
    if not table:
        for one in devices:
            yield f"{one.device_id}/{_SETTINGS}", device_settings(one)


def _as_in_export(root: Path, devices: Sequence[ListedDevice]) -> tuple[list[ListedDevice], list[Problem]]:
    """The devices with the names that their directories have already, in upper and lower case.

    A name that a spreadsheet may have changed, such as 7 for 007, is a problem: it would be a second site or device.
    """
    named: list[ListedDevice] = []
    problems: list[Problem] = []
    for one in devices:
        site, reason = _known(one.site, _directories(root), "site")
        name, other = _known(one.name, _directories(root / site), "device")
        if reason or other:
            problems.append(Problem("unreadable", one.where, reason or other))
        else:
            named.append(replace(one, site=site, name=name))
    sites = [one.site for one in named]
    pairs = [*same_as_numbers(sites)]
    for site in dict.fromkeys(sites):
        pairs += same_as_numbers([one.name for one in named if one.site == site])
    problems += [Problem("unreadable", "", _as_number(first, second)) for first, second in pairs]
    return named, problems


def _as_number(first: str, second: str) -> str:
    return (
        f'"{first}" and "{second}" are one number to a spreadsheet; if they are the same, write one of them in all '
        "rows, in a column that is formatted as text, and remove the directory of the other"
    )


def _known(name: str, directories: Sequence[str], what: str) -> tuple[str, str]:
    """The name that a directory has, and why the name of the list cannot be used."""
    folded = {in_nfc(one).casefold(): one for one in directories}
    if name.casefold() in folded:
        return folded[name.casefold()], ""
    pair = next(iter(same_as_numbers([*(one for one in directories if one != name), name])), None)
    if pair is not None and name in pair:
        other = next(one for one in pair if one != name)
        reason = f'the {what} "{name}": the export has "{other}", which is one number with it to a spreadsheet'
        return name, f"{reason}. Write {other}, in a column that is formatted as text"
    return name, ""


def _directories(place: Path) -> list[str]:
    return [entry.name for entry in entries_of(place) if is_directory(entry) and entry.name != PEERS_DIRECTORY]

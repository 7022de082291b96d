"""A list of devices as people keep it: a table of any locale's Excel, as CSV or workbook, or an inventory."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice
from typing import Any, Final

from mcuaudit.collect.file_names import kind_by_name, near_name
from mcuaudit.collect.file_places import PEERS_DIRECTORY, is_responses
from mcuaudit.decode.contents import container_of, is_web_page
from mcuaudit.decode.inventory import inventory_of_text, inventory_rows, is_inventory
from mcuaudit.decode.most import MOST_COLUMNS
from mcuaudit.decode.records import Problem
from mcuaudit.decode.spreadsheet import SEPARATORS, Row, rows_of, table_text
from mcuaudit.decode.table_cells import no_value
from mcuaudit.decode.values import read_value
from mcuaudit.decode.workbook import is_workbook, workbook_text
from mcuaudit.domain.name_forms import in_nfc
from mcuaudit.domain.name_lists import split_names
from mcuaudit.domain.settings import SETTING_BY_KEY
from mcuaudit.errors import Undecodable, did_you_mean
from mcuaudit.wording.phrases import listed

_NAMES: Final[Mapping[str, tuple[str, ...]]] = {
    "site": ("site", "standort", "lieu", "emplacement", "sede", "sitio", "拠点"),
    "device": ("device", "name", "device name", "mcu", "gerät", "geraet", "appareil", "équipement", "機器", "装置"),
    "device.addresses": ("address", "addresses", "ip", "ip address", "ip addresses", "ip-adresse", "adresse",
                         "adresse ip", "アドレス", "ipアドレス", "primary_ip4", "ansible_host"),
    "device.host_names": ("host name", "host names", "hostname", "hostnames", "host", "fqdn", "dns name", "dns_name",
                          "nom d'hôte", "ホスト名"),
    "device.serial": ("serial", "serial number", "seriennummer", "numéro de série", "シリアル番号"),
    "device.model": ("model", "type", "modell", "modèle", "モデル"),
    "device.software_version": ("software version", "software", "version", "softwareversion"),
}  # fmt: skip
"""The headings of each column, in lower case; its key is one too."""
_HEADER_WITHIN: Final = 5
_FEW: Final = 8
_SURPLUS: Final = "more cells than the header; put a text that has the separator in quotes"
_FORBIDDEN: Final = re.compile(r'[<>:"/\\|?*\x00-\x1f\x7f]')
_RESERVED: Final = re.compile(r"(con|prn|aux|nul|com[0-9]|lpt[0-9])(\..*)?", re.IGNORECASE)
_LONGEST: Final = 120
EXPECTED: Final = "the columns site, device, address and host name; the last two may be missing"


@dataclass(frozen=True, slots=True)
class ListedDevice:
    """One device of the list: its names, its settings by key, and the line of its row."""

    site: str
    name: str
    values: Mapping[str, str] = field(default_factory=dict)
    where: str = ""

    @property
    def device_id(self) -> str:
        """site/device."""
        return f"{self.site}/{self.name}"

    def names(self, key: str) -> tuple[str, ...]:
        """The names in a value that is a list."""
        return split_names(self.values.get(key, ""))


@dataclass(frozen=True, slots=True)
class DeviceList:
    """The devices that can be used, in their order, and what is wrong with other rows and cells.

    Attributes:
        used: the keys of the columns of a table.
        left_out: the headings of its other columns.
    """

    devices: tuple[ListedDevice, ...]
    problems: tuple[Problem, ...] = ()
    used: tuple[str, ...] = ()
    left_out: tuple[str, ...] = ()

    @property
    def remark(self) -> str:
        """That columns are not used, with the known ones; "" if all are."""
        if not self.left_out:
            return ""
        known = ", ".join(names[0] for names in _NAMES.values())
        free = [names[0] for key, names in _NAMES.items() if key not in self.used]
        others = [f'"{one}"{did_you_mean(one, free)}' for one in self.left_out]
        return f"columns that are not used: {listed(others, _FEW)}. Known are {known}."


def decode_device_list(data: bytes) -> DeviceList:
    """The devices of a list; a row that cannot be used is a problem, and so is a cell, without which its row counts.

    Args:
        data: a table as CSV or Excel workbook, or an inventory of Ansible, in INI, YAML, or as ``ansible-inventory
            --list`` prints it.

    Raises:
        Undecodable: it is neither, or has no column for the device or no row.
    """
    if data.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{"):
        return _listed(inventory_rows(data))
    if is_workbook(data):
        return _of_table(workbook_text(data))
    container = container_of(data)
    if container or is_web_page(data):
        found = container.partition(";")[0] or "a web page"
        raise Undecodable(f"expected a table with {EXPECTED}; found {found}. Save the list as CSV or .xlsx")
    text = table_text(data)
    if is_inventory(text) and not _has_columns(text):
        return _listed(inventory_of_text(text))
    return _of_table(text)


def device_list_or_reason(data: bytes) -> DeviceList | str:
    """The devices of a list, or why it is none: a worker can return it."""
    try:
        return decode_device_list(data)
    except Undecodable as error:
        return str(error)


def _has_columns(text: str) -> bool:
    """Whether one of the first rows is the header of a table, with the device and another column."""
    lines = islice(filter(str.strip, text.splitlines()), _HEADER_WITHIN)
    rows = (line.split(separator) for line in lines for separator in SEPARATORS if separator in line)
    keys = ([key for cell in row[:MOST_COLUMNS] if (key := _key(cell.strip('"')))] for row in rows)
    return any("device" in found and len(found) > 1 for found in keys)


def _of_table(text: str) -> DeviceList:
    rows = list(rows_of(text))
    header, columns, below = _header(rows)
    found = _listed(_cells(header, columns, row) for row in below)
    others = (cell for number, cell in enumerate(header.cells[:MOST_COLUMNS]) if number not in columns)
    return replace(found, used=tuple(columns.values()), left_out=tuple(filter(None, others)))


def _cells(header: Row, columns: Mapping[int, str], row: Row) -> tuple[str, Mapping[str, str], str]:
    """Where a row is, its cells by key, and why it cannot be used."""
    surplus = any(row.cells[len(header.cells) :])
    cells = {key: row.cells[number] for number, key in columns.items() if number < len(row.cells)}
    return f"line {row.line}", cells, _SURPLUS if surplus else ""


def _listed(rows: Iterable[tuple[str, Mapping[str, str], str]]) -> DeviceList:
    """The devices of rows: where each is, its cells, and why it cannot be used."""
    problems: list[Problem] = []
    devices: dict[str, ListedDevice] = {}
    for where, cells, reason in rows:
        if reason:
            problems.append(Problem("unreadable", where, reason))
            continue
        if not any(cells.values()):
            continue
        one = _device(where, cells, problems)
        folded = one.device_id.casefold() if one else ""
        if one and folded in devices:
            again = f'a second row for "{one.device_id}", after {devices[folded].where}'
            problems.append(Problem("unreadable", where, again))
        elif one:
            devices[folded] = one
    return DeviceList(tuple(devices.values()), tuple(problems))


def _header(rows: Sequence[Row]) -> tuple[Row, dict[int, str], Sequence[Row]]:
    """The header, the key of each column by its number, and the rows below."""
    if not rows:
        raise Undecodable(f"the list is empty; expected {EXPECTED}")
    for place, row in enumerate(rows[:_HEADER_WITHIN]):
        columns: dict[int, str] = {}
        for number, cell in enumerate(row.cells[:MOST_COLUMNS]):
            key = _key(cell)
            if key and key in columns.values():
                raise Undecodable(
                    f'two columns for {_NAMES[key][0]}, one of them "{cell}"; remove one', f"line {row.line}"
                )
            if key:
                columns[number] = key
        if "device" in columns.values():
            if not rows[place + 1 :]:
                raise Undecodable("the list has a header and no row; write a row for each device", f"line {row.line}")
            return row, columns, rows[place + 1 :]
    found = ", ".join(f'"{cell}"' for cell in rows[0].cells[:8] if cell)
    raise Undecodable(f"expected {EXPECTED}; found the columns {found}", f"line {rows[0].line}")


def _key(heading: str) -> str:
    word = " ".join(unicodedata.normalize("NFKC", heading).casefold().split()).rstrip(":")
    return next((key for key, names in _NAMES.items() if word == key or word in names), "")


def _device(where: str, cells: Mapping[str, str], problems: list[Problem]) -> ListedDevice | None:
    """The device of a row; None, with a problem, if it has no name that a directory can have."""
    site, _, name = cells["device"].rpartition("/") if "device" in cells else ("", "", "")
    column = cells.get("site", "")
    if site and column and in_nfc(site).casefold() != in_nfc(column).casefold():
        reason = f'"{cells["device"]}" is of another site than the column site has, "{column}"'
        problems.append(Problem("unreadable", where, reason))
        return None
    site, name = in_nfc(column or site), in_nfc(name)
    for what, text in (("device", name), ("site", site)):
        if reason := why_no_name(text):
            problems.append(Problem("unreadable", where, f"the {what} {reason}"))
            return None
    values: dict[str, str] = {}
    for key, cell in cells.items():
        if key in ("site", "device") or not cell:
            continue
        value: Any = cell
        read = read_value(SETTING_BY_KEY[key], value)
        reasons = [reason] if (reason := no_value(cell)) else list(read.reasons)
        problems += [Problem("unreadable", f"{where}, column {_NAMES[key][0]}", one) for one in reasons[:1]]
        if read.text and not reasons:
            values[key] = read.text
    return ListedDevice(site, name, values, where)


def why_no_name(name: str) -> str:
    """Why a directory of a site or device cannot have a name; "" if it can on every system."""
    if not name:
        return "is missing; write it in each row, also below merged cells"
    if no_value(name):
        return no_value(name)
    if _FORBIDDEN.search(name) or name in (".", ".."):
        return f'"{name}" has a character that a directory cannot have everywhere; use letters, digits and - _ .'
    if name[0] in "=+-@":
        return f'"{name}" begins with {name[0]}, as a formula or an option does; write another name'
    if name.startswith((".", "~$")) or name != name.strip(" ."):
        return f'"{name}" begins with a dot or ends in one, so it is hidden or lost on some systems; write another name'
    if name == PEERS_DIRECTORY or is_responses(name) or _RESERVED.fullmatch(name):
        return f'"{name}" is reserved; write another name'
    if kind_by_name(name) or ("." in name and near_name(name, of_device=False)):
        return f'"{name}" is nearly the name of a file of an export; write another name'
    return f'"{name[:20]}…" is longer than {_LONGEST} characters; write a shorter name' if len(name) > _LONGEST else ""


def same_as_numbers(names: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Pairs of names that a spreadsheet makes equal: 007 and 7."""
    by_number: dict[str, str] = {}
    for name in dict.fromkeys(names):
        if name.isascii() and name.isdigit():
            other = by_number.setdefault(name.lstrip("0") or "0", name)
            if other != name:
                yield other, name

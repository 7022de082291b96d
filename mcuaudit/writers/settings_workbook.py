"""settings.csv as an Excel workbook to fill in: each setting with a closed list of values has a drop-down list."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import xlsxwriter

from mcuaudit.decode.device_list import ListedDevice
from mcuaudit.domain.settings import SETTING_BY_KEY, ValueKind
from mcuaudit.gather.settings_table import COLUMNS, table_rows
from mcuaudit.wording.device_pages import page_of_setting
from mcuaudit.writers.xlsx import OPTIONS, Octets

_SHEET: Final = "settings"
_WIDE: Final = 24


def settings_workbook(devices: Sequence[ListedDevice]) -> bytes:
    """A sheet with a column per setting and a row per device; saved as CSV, it is the settings.csv of the export."""
    octets = Octets()
    with xlsxwriter.Workbook(octets, OPTIONS | {"constant_memory": False}) as workbook:
        sheet = workbook.add_worksheet(_SHEET)
        # Texts stay as they are typed: 007, 4.4(3.57), dates.
        text = workbook.add_format({"num_format": "@"})
        bold = workbook.add_format({"bold": True, "num_format": "@"})
        rows = table_rows(devices)
        for column, key in enumerate(COLUMNS):
            sheet.set_column(column, column, _WIDE, text)
            sheet.write_string(0, column, key, bold)
            if (allowed := _allowed(key)) and rows:
                sheet.data_validation(1, column, len(rows), column, _list(key, allowed))
            if key in SETTING_BY_KEY:
                sheet.write_comment(0, column, page_of_setting(key))
        for number, cells in enumerate(rows, start=1):
            for column, cell in enumerate(cells):
                if cell:
                    sheet.write_string(number, column, cell, text)
        sheet.freeze_panes(1, 2)
    return octets.getvalue()


def _allowed(key: str) -> list[str]:
    setting = SETTING_BY_KEY.get(key)
    if setting is None:
        return []
    return ["true", "false"] if setting.kind is ValueKind.BOOLEAN else list(setting.labels)


def _list(key: str, allowed: list[str]) -> dict[str, Any]:
    return {
        "validate": "list",
        "source": allowed,
        "error_title": "Not a value of this setting",
        "error_message": f"Choose a value of the list, or leave the cell empty if it is not known. {key}"[:255],
    }

"""The table of peers as an Excel workbook to complete: columns with a closed list of values have a drop-down list."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

import xlsxwriter

from mcuaudit.decode.peers import ROUTES
from mcuaudit.domain.connections import ConnectionType
from mcuaudit.domain.standards import Standard
from mcuaudit.gather.peer_table import COLUMNS, FACTS, PRODUCT, PRODUCT_WORDS
from mcuaudit.writers.xlsx import OPTIONS, Octets

_WIDE: Final = 22
_SPARE: Final = 100
"""So many rows below the last one have the lists too, for peers without a certificate."""
_BOTH: Final = f"{ConnectionType.INCOMING_SIP.value}; {ConnectionType.OUTGOING_SIP.value}"
_CHOICES: Final[Mapping[str, Sequence[str]]] = {
    PRODUCT: PRODUCT_WORDS,
    "connections": (_BOTH, *(one.value for one in ConnectionType)),
    "chain_complete": ("true", "false"),
    "checks_crls": ("true", "false"),
    "route": ROUTES,
    "standard": tuple(one.value for one in Standard),
}
_OPEN: Final = frozenset({"connections"})
"""Columns that take more than the list has."""


def peers_workbook(rows: Sequence[Mapping[str, str]]) -> bytes:
    """A sheet with a row per peer; `sort --peers` reads it again."""
    octets = Octets()
    with xlsxwriter.Workbook(octets, OPTIONS | {"constant_memory": False}) as workbook:
        sheet = workbook.add_worksheet("peers")
        text = workbook.add_format({"num_format": "@"})
        known = workbook.add_format({"num_format": "@", "font_color": "#555555"})
        bold = workbook.add_format({"bold": True, "num_format": "@"})
        for column, key in enumerate(COLUMNS):
            form = known if key in FACTS else text
            sheet.set_column(column, column, _WIDE, form)
            sheet.write_string(0, column, key, bold)
            if key in _CHOICES:
                sheet.data_validation(1, column, len(rows) + _SPARE, column, _list(key))
            for number, cells in enumerate(rows, start=1):
                if cells[key]:
                    sheet.write_string(number, column, cells[key], form)
        sheet.freeze_panes(1, 1)
    return octets.getvalue()


def _list(key: str) -> dict[str, Any]:
    return {
        "validate": "list",
        "source": list(_CHOICES[key]),
        "error_type": "information" if key in _OPEN else "stop",
        "error_title": "Not a value of this column",
        "error_message": "Choose a value of the list, or leave the cell empty if it is not known.",
    }

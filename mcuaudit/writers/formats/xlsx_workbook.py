"""`xlsx`: an Excel workbook with a sheet per frame."""

from __future__ import annotations

from mcuaudit.writers.interface import Format, Request


def _make(request: Request) -> bytes:
    from mcuaudit.writers.xlsx import xlsx_bytes

    return xlsx_bytes(request.audit, request.name)


FORMAT = Format(
    name="xlsx",
    ending=".xlsx",
    meaning="an Excel workbook with a sheet per frame and filters; no text of an export is run as a formula",
    make=_make,
    binary=True,
)

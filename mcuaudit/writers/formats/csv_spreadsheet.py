"""`csv-spreadsheet`: one frame as CSV that a spreadsheet opens safely."""

from __future__ import annotations

from mcuaudit.writers.interface import Format, Request


def _make(request: Request) -> str:
    from mcuaudit.writers.csv_table import spreadsheet_csv_of

    return spreadsheet_csv_of(request.audit, request.frame)


FORMAT = Format(
    name="csv-spreadsheet",
    ending=".csv",
    meaning="one frame as CSV that a spreadsheet opens safely: no cell of it is run as a formula",
    make=_make,
    one_frame=True,
)

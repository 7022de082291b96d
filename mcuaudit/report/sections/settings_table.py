"""The settings that decide, device × setting: what differs from the common value is marked."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import pandas as pd

from mcuaudit.frames.containers import Audit
from mcuaudit.report.html import Html, element, join, paragraph, small
from mcuaudit.report.sections.deciding_settings import DECIDING, SOURCES, title_of, value_words
from mcuaudit.report.table import ROWS_SHOWN, Row, csv_link, shown_of, table
from mcuaudit.wording.numbers import plural
from mcuaudit.wording.phrases import said

_COLUMNS: Final = ["site", "device", "device_id", "setting", "value", "source", "file"]


def deciding_values(audit: Audit) -> pd.DataFrame:
    """One row per device and setting that decides: value, source, file, `common` and `differs`.

    `common` is the value of more than half of the devices that have one in the export, if they are two or more; else
    it is empty, and nothing differs from it.
    """
    frame = audit.settings
    chosen = frame.loc[frame["setting"].isin(list(DECIDING)), _COLUMNS].reset_index(drop=True)
    values = chosen["value"].astype(object).where(chosen["value"].notna(), None)
    common = {
        setting: _common(values[chosen["setting"].eq(setting)].dropna()) for setting in chosen["setting"].unique()
    }
    chosen["common"] = chosen["setting"].map(common)
    chosen["differs"] = chosen["common"].ne("") & chosen["value"].notna() & chosen["value"].ne(chosen["common"])
    return chosen


def _common(values: pd.Series) -> str:
    if len(values) < 2:
        return ""
    counted = values.value_counts()
    return str(counted.index[0]) if counted.iloc[0] * 2 > len(values) else ""


def settings_table(audit: Audit, name: str, *, with_site: bool) -> Html:
    """One row per device, those that differ most first; the first row has the common values."""
    frame = deciding_values(audit)
    if frame.empty:
        return paragraph("The export has none of the settings that decide about connections.")
    settings = [setting for setting in DECIDING if setting in set(frame["setting"])]
    cells = {(row["device_id"], row["setting"]): row for row in frame.to_dict("records")}
    number = frame.groupby("device_id")["differs"].sum()
    devices = audit.devices.assign(differing=audit.devices["device_id"].map(number).fillna(0))
    ranked = devices.sort_values(["differing", "device_id"], ascending=[False, True], kind="stable")
    rows = [_common_row(frame, settings)]
    for device in ranked.head(ROWS_SHOWN).to_dict("records"):
        found = (_cell(cells.get((device["device_id"], setting))) for setting in settings)
        rows.append(Row((device["device_id"] if with_site else device["device"], *found)))
    caption = join(
        (
            f"{shown_of(len(rows) - 1, len(devices), 'device')}, {plural(len(settings), 'setting')}. "
            f"{plural(int(frame['differs'].sum()), 'value differs', 'values differ')}, on "
            f"{plural(int(number.gt(0).sum()), 'device')}, from the common value, which more than half of "
            "the devices have. The file of a value is shown on hover. ",
            csv_link(frame, f"{name}-settings", "Download CSV"),
        )
    )
    columns = ("Device", *map(title_of, settings))
    return table(caption, columns, rows, label="Settings that decide")


def _common_row(frame: pd.DataFrame, settings: list[str]) -> Row:
    found = []
    for setting in settings:
        rows = frame[frame["setting"].eq(setting)]
        common, known = rows["common"].iloc[0], rows["value"].notna()
        count = small(f"{int(rows['value'].eq(common).sum()):,} of {int(known.sum()):,}")
        found.append(join((value_words(common), count)) if common else element("span", "none", class_="soft"))
    return Row(("Common value", *found))


def _cell(row: Mapping[Any, Any] | None) -> Html:
    if row is None or not said(row["value"]):
        words = SOURCES.get(str(row["source"]) if row else "missing", SOURCES["missing"])
        return element("span", words, class_="soft")
    kind = "chip unverified" if row["differs"] else None
    value = element("span", value_words(said(row["value"])), class_=kind, title=said(row["file"]) or None)
    remarks = [one for one in (SOURCES.get(str(row["source"])), "differs" if row["differs"] else None) if one]
    return join((value, small(", ".join(remarks)) if remarks else None))

"""What an export has for one device, on a terminal, as text, and as JSON."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any, Final

import pandas as pd
from rich.console import Console
from rich.markup import escape
from rich.padding import Padding
from rich.table import Table

from mcuaudit.decode.settings import bracketed_key
from mcuaudit.domain.slots import within
from mcuaudit.summary.inspection import USERS, counts_of, title_of_part, value_in_words
from mcuaudit.wording.visible import visible
from mcuaudit.writers.json_object import records

_HEADINGS: Final = {
    "certificate": "Certificate and trust stores",
    "setting": "Settings",
    "user": "Users",
    "peer": "Peers",
    "policy": "Policy",
}
_OF: Final = {"trust_store": "certificate"}
"""Parts that are printed below the heading of another one."""
_NOT_THERE: Final = "missing"
_OVERRIDES: Final = "overrides"


def inspection_json(found: pd.DataFrame) -> str:
    """One JSON object: the device, a sentence, and the rows of the frame."""
    rows = records(found)
    said = {"device_id": rows[0]["device_id"], "summary": counts_of(found), "inspection": rows}
    return json.dumps(said, indent=2, allow_nan=False) + "\n"


def inspection_lines(found: pd.DataFrame) -> Iterator[str]:
    """The text for a pipe: a line per value, and none is wrapped."""
    yield visible(_head(found))
    for heading, rows in _parts(found):
        yield f"{heading}:"
        for row in rows:
            name, value, origin = _cells(row)
            yield visible(f"  {name}{':' if row['rank'] == 1 else ''} {value}" + (f" ({origin})" if origin else ""))
        yield from (f"  {visible(line)}" for line in _left_out(found, heading))


def print_inspection(found: pd.DataFrame, console: Console) -> None:
    """The tables for a person at a terminal."""
    console.print(f"[bold]{escape(visible(_head(found)))}[/bold]")
    for heading, rows in _parts(found):
        console.print(f"\n[bold]{heading}[/bold]")
        if rows:
            table = Table(box=None, pad_edge=False, header_style="dim", padding=(0, 2, 0, 0))
            for title in ("Name", "Value", "From"):
                table.add_column(title, overflow="fold")
            for row in rows:
                style = "dim" if row["rank"] > 1 else "red" if row["source"] == "damaged" else ""
                cells = (escape(visible(cell)) for cell in _cells(row, short=True))
                table.add_row(*(f"[{style}]{cell}[/{style}]" if style and cell else cell for cell in cells))
            console.print(table)
        for line in _left_out(found, heading):
            console.print(Padding(f"[dim]{escape(visible(line))}[/dim]", (0, 0, 0, 0)))


def _head(found: pd.DataFrame) -> str:
    return f"{found['device_id'].iloc[0]}: {counts_of(found)}"


def _parts(found: pd.DataFrame) -> Iterator[tuple[str, list[Mapping[Any, Any]]]]:
    """Each heading with its rows; settings that are missing, and defaults of the policy, are left out."""
    plain = found.astype(object).where(found.notna(), None)
    rows = plain.to_dict("records")
    for part, heading in _HEADINGS.items():
        mine: list[Mapping[Any, Any]] = [
            row for row in rows if _OF.get(row["part"], row["part"]) == part and not _is_left_out(row)
        ]
        if mine or any(_left_out(found, heading)):
            yield heading, mine


def _is_left_out(row: Mapping[Any, Any]) -> bool:
    return bool(row["rank"] == 1) and (
        (row["part"] == "setting" and row["source"] == _NOT_THERE)
        or (row["part"] == "policy" and row["source"] == "default")
    )


def _left_out(found: pd.DataFrame, heading: str) -> list[str]:
    source = found["source"].astype("str")
    if heading == _HEADINGS["setting"]:
        names = found.loc[(found["part"] == "setting") & (source == _NOT_THERE), "name"].tolist()
        return [f"Not in the export: {', '.join(names)}."] if names else []
    if heading == _HEADINGS["policy"]:
        number = int(((found["part"] == "policy") & (source == "default")).sum())
        return [f"{number} values are the defaults; mcuaudit policy lists them."] if number else []
    return []


def _cells(row: Mapping[Any, Any], *, short: bool = False) -> tuple[str, str, str]:
    """Name, value and origin as people read them; `short` names a file below the directory that its place says."""
    name = title_of_part(row["part"], row["name"]) if row["rank"] == 1 else f"  {_OVERRIDES}"
    said = [value_in_words(row["name"], row["value"]) if row["value"] else "", row["remark"] or ""]
    value = "; ".join(filter(None, said))
    where = " ".join(filter(None, _short_place(row) if short else (row["file"], row["key"])))
    origin = f"{row['place']}: {where}" if row["place"] else where
    read = row["source"] in ("read", "shown") and row["part"] == "setting"
    return name, value, f"{origin}, {_SOURCES[row['source']]}" if read and origin else origin


def _short_place(row: Mapping[Any, Any]) -> tuple[str, str]:
    """The file without the directory that its place says, and the key where it is not the name itself."""
    device_id, file, key = row["device_id"], row["file"] or "", row["key"] or ""
    directory = {"device": device_id, "site": device_id.partition("/")[0]}.get(row["place"], "")
    return within(directory, file) if directory else file, "" if key in (bracketed_key(row["name"]), USERS) else key


_SOURCES: Final = {"read": "a response of the device", "shown": "its SSL certificates page"}

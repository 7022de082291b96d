"""What a run wrote, as text: all that anyone could read in it, whatever it is packed in."""

from __future__ import annotations

import base64
import gzip
import html
import io
import re
import urllib.parse
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pandas as pd

_CELL = re.compile(r' r="[A-Z]+\d+"')
"""The place of a cell in a sheet, which is the machine's own."""
_DATA_URI = re.compile(r"data:[\w/.+;=-]*?(?P<base64>;base64)?,(?P<data>[^\"')\s]+)")

_ESCAPED = re.compile(r"\\x([0-9a-f]{2})")
"""A character of a name in a list of names."""
_GZIP = b"\x1f\x8b"


def texts_below(directory: Path) -> Iterator[tuple[str, str]]:
    """Each file below a directory, by its name within it, as text; of archives and tables, what they hold."""
    for file in sorted(directory.rglob("*")):
        if file.is_file():
            name = file.relative_to(directory).as_posix()
            yield name, name
            for inner, text in texts_of(file.name, file.read_bytes()):
                yield f"{name}{inner}", text


def texts_of(name: str, content: bytes) -> Iterator[tuple[str, str]]:
    """The texts of one file, each with its place in it."""
    if name.endswith((".zip", ".xlsx")):
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            for member in archive.namelist():
                yield f"!{member}", member
                for inner, text in texts_of(member, archive.read(member)):
                    yield f"!{member}{inner}", text
        return
    if name.endswith(".parquet"):
        yield from _with_names("", pd.read_parquet(io.BytesIO(content)).to_csv())
        return
    text = _CELL.sub("", content.decode("utf-8", "replace"))
    # What is packed in base64 is read below: its letters say nothing.
    yield from _with_names("", _DATA_URI.sub("data:", text))
    if name.endswith((".html", ".ipynb", ".svg", ".xml")):
        unescaped = html.unescape(text)
        yield "!unescaped", _DATA_URI.sub("data:", unescaped)
        for number, found in enumerate(_DATA_URI.finditer(unescaped)):
            data = found["data"]
            packed = base64.b64decode(data) if found["base64"] else urllib.parse.unquote(data).encode()
            if packed.startswith(_GZIP):
                packed = gzip.decompress(packed)
            yield from _with_names(f"!data{number}", packed.decode("utf-8", "replace"))


def _with_names(place: str, text: str) -> Iterator[tuple[str, str]]:
    """The text, and once more with the characters that lists of names escape."""
    yield place, text
    if _ESCAPED.search(text):
        yield f"{place}!names", _ESCAPED.sub(lambda found: chr(int(found[1], 16)), text)

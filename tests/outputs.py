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
        yield "", pd.read_parquet(io.BytesIO(content)).to_csv()
        return
    text = _CELL.sub("", content.decode("utf-8", "replace"))
    yield "", text
    if name.endswith((".html", ".ipynb", ".svg", ".xml")):
        yield "!unescaped", html.unescape(text)
        for number, found in enumerate(_DATA_URI.finditer(html.unescape(text))):
            data = found["data"]
            packed = base64.b64decode(data) if found["base64"] else urllib.parse.unquote(data).encode()
            if packed.startswith(_GZIP):
                packed = gzip.decompress(packed)
            yield f"!data{number}", packed.decode("utf-8", "replace")

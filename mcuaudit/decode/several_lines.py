"""A text of several lines in a file of TOML that has swallowed the keys below it, because it was closed too late."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from mcuaudit.errors import Undecodable
from mcuaudit.system.toml_text import shown

_LINE_END: Final = re.compile(r"\r\n|[\n\r\v\f\x1c-\x1e\x85\u2028\u2029]")
_LIKE_TOML: Final = re.compile(
    r"""\s*(?:\[{1,2}[\w."' -]+\]{1,2}|[\w."' -]+?\s*=\s*(?:["'\[{]|true\b|false\b|[+-]?\d).*)"""
)
_OF_A_NAME: Final = re.compile(r"\s*[A-Za-z.\d]+\s*=\s*\d.*")
"""A number in a name as the page shows it: serialNumber=17."""


def refuse_swallowed_keys(tables: Mapping[str, Any], allowed: str = "") -> None:
    """Refuse a file in which a text contains lines that look like keys or tables: these are not in force.

    Args:
        tables: the content of the file.
        allowed: a key whose text may contain them.

    Raises:
        Undecodable: a text contains such a line; all keys of the file may be meant.
    """
    for key, text in _texts(tables):
        _, *below = _LINE_END.split(text)
        line = next((line for line in below if _is_a_key(line, key)), None)
        if line is not None and key != allowed:
            raise Undecodable(
                f"the text of {key} has several lines, and one of them looks like a setting: {shown(line.strip())}. "
                "Close the text before that line, or write it on one line",
                key,
            )


def _is_a_key(line: str, key: str) -> bool:
    of_a_name = ".shown." in key and _OF_A_NAME.fullmatch(line)
    return _LIKE_TOML.fullmatch(line) is not None and not of_a_name


def is_of_several_lines(text: str) -> bool:
    """Whether there is a line end within a text, of any kind."""
    return _LINE_END.search(text.strip()) is not None


def _texts(value: Any, key: str = "") -> Iterator[tuple[str, str]]:
    """Every text with its dotted key, those in lists with the key of the list."""
    if isinstance(value, Mapping):
        for name, below in value.items():
            yield from _texts(below, f"{key}.{name}" if key else str(name))
    elif isinstance(value, list):
        for below in value:
            yield from _texts(below, key)
    elif isinstance(value, str):
        yield key, value

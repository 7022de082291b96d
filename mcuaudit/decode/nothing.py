"""Files of settings and peers that hold nothing: damaged, unless they say that nothing is meant."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from mcuaudit.domain.settings import SETTING_BY_KEY
from mcuaudit.errors import Undecodable

_SAYS_SO: Final = frozenset({"# none", "#none", "# empty", "#empty"})
_DO: Final = "If that is intended, write the line # none into it; otherwise export it again"


def refuse_nothing(tables: dict[str, Any], data: bytes) -> None:
    """Refuse a file of TOML without a key, unless one of its lines is ``# none``.

    Raises:
        Undecodable: the file is empty, or holds remarks and empty tables alone.
    """
    # Other line ends, such as U+2028, do not end a comment.
    lines = [" ".join(line.split()) for line in data.decode("utf-8-sig").casefold().split("\n")]
    if not any(key in SETTING_BY_KEY or holds_a_key(value) for key, value in tables.items()) and _SAYS_SO.isdisjoint(
        lines
    ):
        only = "tables without keys" if tables else "comments"
        found = f"contains no settings, only {only}" if any(lines) else "is empty"
        raise Undecodable(f"the file {found}. {_DO}")


def holds_a_key(value: Any) -> bool:
    """Whether there is a key with a value, at any depth."""
    if isinstance(value, Mapping):
        return any(map(holds_a_key, value.values()))
    return True


def empty_tables(tables: Mapping[str, Any], above: str = "") -> Iterator[str]:
    """The tables without a key, by their dotted names: perhaps the file was cut off there."""
    for key, value in tables.items():
        if isinstance(value, Mapping):
            if not value:
                yield f"{above}{key}"
            yield from empty_tables(value, f"{above}{key}.")

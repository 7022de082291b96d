"""Files of settings and peers that hold nothing: damaged, unless they say that nothing is meant."""

from __future__ import annotations

from typing import Any, Final

from mcuaudit.errors import Undecodable

_SAYS_SO: Final = frozenset({"# none", "#none", "# empty", "#empty"})
_DO: Final = "Write the line # none into it if nothing is meant to be here, or export it again"


def refuse_nothing(tables: dict[str, Any], data: bytes) -> None:
    """Refuse a file of TOML without a key, unless one of its lines is ``# none``.

    Raises:
        Undecodable: the file is empty, or holds remarks alone.
    """
    lines = [" ".join(line.split()) for line in data.decode("utf-8-sig").casefold().splitlines()]
    if not tables and _SAYS_SO.isdisjoint(lines):
        found = "holds no key, only remarks" if any(lines) else "is empty"
        raise Undecodable(f"the file {found}. {_DO}")

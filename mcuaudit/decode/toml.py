"""TOML files, with errors that say what to change."""

from __future__ import annotations

import tomllib
from typing import Any

from mcuaudit.errors import Undecodable


def load_toml(data: bytes) -> dict[str, Any]:
    """The content of a TOML file, with or without a byte order mark.

    Raises:
        Undecodable: the file is not TOML in UTF-8; `reason` has the line.
    """
    try:
        return tomllib.loads(data.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise Undecodable("expected UTF-8, found another encoding", f"line {line}") from error
    except tomllib.TOMLDecodeError as error:
        raise Undecodable(f"not TOML: {error}") from error

"""The cache of a command: what the options or the environment name, unless --no-cache is given."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from mcuaudit.command.options import CACHE_VARIABLE
from mcuaudit.command.refusals import check_places
from mcuaudit.command.run import say
from mcuaudit.errors import UsageError

if TYPE_CHECKING:
    from mcuaudit.system.cache import Cache


def cache_of(
    directory: str | Path | None,
    mebibytes: int | None,
    off: bool,
    *sources: str | Path,
    keep: str | Path | None = None,
    pages: str | Path | None = None,
) -> Cache | None:
    """The cache to use; None for none.

    Args:
        directory: its directory.
        mebibytes: its size, if it is not the usual one.
        off: use none, whatever is named.
        sources: the exports, in which it must not be.
        keep: the directory of saved audits.
        pages: the directory of reports, in which it must not be either.

    Raises:
        UsageError: it cannot be used, or a size is given without it.
    """
    if off:
        return None
    if directory is None:
        if mebibytes is not None:
            raise UsageError(f"--cache-size needs --cache DIRECTORY, or the variable {CACHE_VARIABLE}.")
        return None
    from mcuaudit.system.cache import MOST_MEBIBYTES, Cache

    for source in sources:
        check_places(source, files=[directory], keep=keep, pages=pages)
    return Cache(directory, mebibytes=MOST_MEBIBYTES if mebibytes is None else mebibytes, say=say)

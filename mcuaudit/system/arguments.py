"""The arguments of public functions: what is of another type or cannot be used is refused with what is allowed."""

from __future__ import annotations

import errno
import os
from pathlib import Path

from mcuaudit.errors import UsageError
from mcuaudit.system.remote_addresses import is_remote, local_path, shown_address


def path_given(given: str | Path, argument: str) -> Path:
    """The path that a caller gave as `argument`; it need not exist.

    Raises:
        UsageError: it is not a path of this machine, or no file can have that name.
    """
    if is_remote(given):
        raise UsageError(
            f"{argument} is {shown_address(str(given))}: only an export and the directory of reports may be at an "
            "address. Name a path of this machine."
        )
    given = local_path(given)
    if not isinstance(given, str | os.PathLike):
        raise UsageError(f"{argument} is given as {type(given).__name__}; expected a path.")
    try:
        os.lstat(given)
    except ValueError as error:
        raise UsageError(f"{argument} is {str(given)!r}: no file can have this name ({error}).") from error
    except OSError as error:
        if error.errno in (errno.ENAMETOOLONG, errno.ELOOP):
            raise UsageError(f'{argument} is "{str(given)[:200]}": {error.strerror}; name another path.') from error
    return Path(given)


def text_given(given: object, argument: str) -> str:
    """The text that a caller gave as `argument`.

    Raises:
        UsageError: it is not a text.
    """
    if not isinstance(given, str):
        raise UsageError(f"{argument} is given as {type(given).__name__}; expected a text.")
    return given

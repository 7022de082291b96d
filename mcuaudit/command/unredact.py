"""`mcuaudit unredact`: the names behind the pseudonyms of a redacted audit."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from mcuaudit.errors import UsageError


def unredact(
    key: Annotated[Path, typer.Argument(metavar="KEYFILE", help="Key file of --redact.", show_default=False)],
    text: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[TEXT]...",
            help="Pseudonyms, ids of findings, or whole sentences; without them, standard input is read.",
            show_default=False,
        ),
    ] = None,
) -> None:
    """Print a text with the names behind its pseudonyms, ids and digests.

    What is no pseudonym of this key file is printed as it is. Exits with code 1 if there was none in the text.
    """
    from mcuaudit.redaction.key import redaction_key
    from mcuaudit.wording.visible import visible

    if not key.is_file():
        raise UsageError(f"{key}: there is no such key file; name the one that --redact made.")
    found, replaced = redaction_key(key), False
    for line in text or sys.stdin:
        line = line.rstrip("\n")
        restored = found.restored(line)
        replaced = replaced or restored != line
        print(visible(restored))
    raise typer.Exit(0 if replaced else 1)

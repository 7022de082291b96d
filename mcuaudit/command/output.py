"""The option --format: its words come from the register of formats, also those that other packages provide."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

import typer

from mcuaudit.errors import UsageError, not_allowed
from mcuaudit.writers.formats import FORMATS
from mcuaudit.writers.interface import TABLE, Format


def _names() -> list[str]:
    return [TABLE, *FORMATS]


def _comparison_names() -> list[str]:
    return [TABLE, *(name for name in FORMATS if _has_comparison(name))]


def _has_comparison(name: str) -> bool:
    try:
        return FORMATS[name].comparison is not None
    except UsageError:
        # A package whose format cannot be loaded must not take the other formats away.
        return False


def _known(value: str) -> str:
    """Refuse a word that is not a format; no word leaves the choice to the file extension of --out."""
    if value and value != TABLE and value not in FORMATS:
        raise UsageError(not_allowed("--format: unknown format", value, _names()))
    return value


def _known_for_comparisons(value: str) -> str:
    if value != TABLE and (value not in FORMATS or not _has_comparison(value)):
        raise UsageError(not_allowed("--format: unknown format", value, _comparison_names()))
    return value


def _own() -> Mapping[str, Format]:
    """The formats that the help names, none if a module of them cannot be used: the error is that of the run."""
    try:
        return FORMATS.own
    except UsageError:
        return {}


# Formats of other packages are left out of the help, because looking for them takes longer than the help itself.
_OWN = ", ".join((TABLE, *_own()))
_OWN_COMPARISONS = ", ".join((TABLE, *(name for name, one in _own().items() if one.comparison)))

FormatOption = Annotated[
    str,
    typer.Option(
        "--format",
        metavar="FORMAT",
        help=f"What to print or write: {_OWN}, or a format provided by an installed package. Default: table, or "
        "the format implied by the extension of --out.",
        callback=_known,
        autocompletion=_names,
        show_default=False,
    ),
]
ComparisonFormatOption = Annotated[
    str,
    typer.Option(
        "--format",
        metavar="FORMAT",
        help=f"What to print: {_OWN_COMPARISONS}, or a format provided by an installed package.",
        callback=_known_for_comparisons,
        autocompletion=_comparison_names,
    ),
]


def extension_note(target: str | Path, wanted: str) -> str:
    """A remark on a file whose extension is that of another format than the one that is asked for; "" if none is due.

    SARIF is JSON, so that a file of it may well have that extension.
    """
    suffix = Path(target).suffix.lower()
    others = [name for name in FORMATS.own if FORMATS[name].ending == suffix]
    if (
        not wanted
        or not suffix
        or not others
        or FORMATS[wanted].ending == suffix
        or (wanted, suffix) == ("sarif", ".json")
    ):
        return ""
    return f"{target}: --format {wanted} takes precedence over the extension {suffix}, which is that of {others[0]}."


def format_of(target: str | Path, wanted: str) -> str:
    """The format of a file: the one that is asked for, else the one of its extension.

    Raises:
        UsageError: no format has the extension, or the page for people is asked for.
    """
    if wanted == TABLE:
        raise UsageError("--format table is for reading; with --out, choose another format, or leave --format out.")
    if wanted:
        return wanted
    target = Path(target)
    for name in FORMATS:
        if FORMATS[name].ending == target.suffix.lower():
            return name
    endings = ", ".join(dict.fromkeys(one.ending for one in FORMATS.values() if one.ending))
    raise UsageError(
        f'{target}: unknown extension "{target.suffix}"; use {endings}, or choose the format with --format.'
    )

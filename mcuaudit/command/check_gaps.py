"""`mcuaudit check --gaps`: what to collect, on the terminal, in a pipe, or in a file."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final

from rich.console import Console

from mcuaudit.command.printed import print_octets
from mcuaudit.command.run import Wanted, audited, progress_bars, say
from mcuaudit.command.workers import workers
from mcuaudit.errors import UsageError
from mcuaudit.writers.interface import TABLE

if TYPE_CHECKING:
    import pandas as pd

    from mcuaudit.frames.containers import Audit
    from mcuaudit.system.progress import Progress

_ENDINGS: Final = {".csv": "csv", ".json": "json", ".xlsx": "xlsx"}
_FORMATS: Final = (TABLE, "csv", "csv-spreadsheet", "json", "xlsx")


def check_gaps(
    wanted: Wanted,
    output: str,
    files: Sequence[str | Path],
    others: Mapping[str, object],
    *,
    printed: bool,
    jobs: int = 1,
    cluster: str = "",
) -> Audit:
    """Print what to collect instead of the findings, or write it to files.

    Args:
        wanted: what to audit.
        output: the format, "" for a table or that of the extension of a file.
        files: where to write it.
        others: options that say something about the findings, with their values; none may be given.
        printed: whether to print it.
        jobs, cluster: the workers that read and audit; the gaps are filled in by this process.

    Raises:
        UsageError: another option does not go with it, or the format is not one of a frame.
    """
    given = [name for name, value in others.items() if value]
    if given:
        raise UsageError(f"--gaps prints what to collect, not the findings; leave out {' and '.join(given)}.")
    targets = [(Path(file), _format_of(Path(file), output)) for file in files]
    if printed:
        _check_printed(output)
    with progress_bars() as progress, workers(jobs, cluster, wanted.source) as executor:
        found = audited(wanted, executor, progress, partial(_with_gaps, progress=progress))
    gaps = found.for_pages.gaps
    if gaps is None:
        raise AssertionError("the gaps were not made")
    for target, name in targets:
        _write(gaps, found, target, name)
        (say if printed else print)(target)
    if printed:
        _print(gaps, found, output or TABLE)
    return found


def _with_gaps(audit: Audit, progress: Progress | None) -> Audit:
    from mcuaudit.variants.gaps.gaps import gaps

    return replace(audit, for_pages=replace(audit.for_pages, gaps=gaps(audit, progress=progress)))


def _format_of(target: Path, output: str) -> str:
    found = output or _ENDINGS.get(target.suffix.lower(), "")
    if found in ("", TABLE) or found not in _FORMATS:
        raise UsageError(
            f"{target}: --gaps is written as csv, csv-spreadsheet, json or xlsx; name a file with the extension .csv, "
            ".json or .xlsx, or choose with --format."
        )
    return found


def _check_printed(output: str) -> None:
    if output not in ("", *_FORMATS):
        raise UsageError(f"--gaps is printed as {', '.join(_FORMATS[:-1])}; --format {output} has findings.")
    if output == "xlsx" and sys.stdout.isatty():
        raise UsageError("--format xlsx cannot be printed; name a file with --out.")


def _octets(gaps: pd.DataFrame, audit: Audit, name: str) -> bytes:
    from mcuaudit.summary.csv_text import csv_octets
    from mcuaudit.writers.frame_xlsx import workbook_of
    from mcuaudit.writers.gaps import gaps_json

    if name == "xlsx":
        return workbook_of(gaps)
    if name == "json":
        return gaps_json(gaps, audit.at).encode("utf-8")
    return csv_octets(gaps, spreadsheet=name == "csv-spreadsheet")


def _write(gaps: pd.DataFrame, audit: Audit, target: Path, name: str) -> None:
    from mcuaudit.system.files import write_whole

    write_whole(target, _octets(gaps, audit, name))


def _print(gaps: pd.DataFrame, audit: Audit, output: str) -> None:
    from mcuaudit.domain.outcome import Outcome
    from mcuaudit.summary.gaps import gap_lines, gaps_sentence
    from mcuaudit.wording.visible import visible
    from mcuaudit.writers.gaps import print_gaps

    undetermined = int(audit.connections["outcome"].eq(Outcome.OPEN).sum())
    if output != TABLE:
        print_octets(_octets(gaps, audit, output))
    elif (console := Console(highlight=False)).is_terminal:
        print_gaps(gaps, undetermined, console)
        return
    else:
        for line in gap_lines(gaps):
            print(visible(line))
    say(gaps_sentence(gaps, undetermined))

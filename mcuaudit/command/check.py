"""`mcuaudit check`: the findings on the terminal, in a pipe, or in formats that other programs read."""

from __future__ import annotations

import sys
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

from mcuaudit.command.exit_codes import FailOn, exit_code
from mcuaudit.command.options import (
    AtOption,
    BaselineOption,
    ExportArgument,
    FailOnOpenOption,
    FailOnOption,
    JobsOption,
    KeepOption,
    MetricsOption,
    PolicyOption,
    RetainOption,
    SetOption,
    WaitOption,
)
from mcuaudit.command.run import (
    Wanted,
    audited,
    check_places,
    check_retain,
    check_threshold,
    kept,
    name_of,
    progress_bars,
    say,
    tell,
    write_metrics_of,
)
from mcuaudit.errors import UsageError

if TYPE_CHECKING:
    from mcuaudit.frames.containers import Audit


class Format(StrEnum):
    """What `check` gives: a page for people, or one of the formats of `mcuaudit.writers.formats`."""

    TABLE = "table"
    CSV = "csv"
    CSV_SPREADSHEET = "csv-spreadsheet"
    XLSX = "xlsx"
    PARQUET = "parquet"
    JSON = "json"
    SARIF = "sarif"
    JUNIT = "junit"


FormatOption = Annotated[
    Format | None,
    typer.Option(
        "--format",
        help="What to print or write. Default: table, or what the ending of --out says.",
        show_default=False,
    ),
]
OutOption = Annotated[
    list[Path] | None,
    typer.Option("--out", "-o", help="Write to a file instead of printing; may be repeated.", show_default=False),
]
FrameOption = Annotated[str, typer.Option("--frame", help="The frame that CSV holds: findings, connections …")]


def add_to(app: typer.Typer) -> None:
    """Add the command of this file."""
    app.command()(check)


def check(
    export: ExportArgument,
    at: AtOption = "",
    policy: PolicyOption = None,
    settings: SetOption = None,
    baseline: BaselineOption = "",
    keep: KeepOption = None,
    retain: RetainOption = None,
    wait: WaitOption = 0,
    output: FormatOption = None,
    out: OutOption = None,
    frame: FrameOption = "findings",
    metrics: MetricsOption = None,
    everything: Annotated[bool, typer.Option("--all", help="Undetermined findings too.")] = False,
    fail_on: FailOnOption = FailOn.ERROR,
    fail_on_open: FailOnOpenOption = False,
    jobs: JobsOption = 1,
) -> None:
    """Audit an export and print what was found, or write it for other programs.

    On a terminal a page for people; in a pipe one finding per line. The ending of --out tells the format: .csv, .xlsx,
    .json, .sarif, .xml (JUnit); without an ending a directory of Parquet files, which mcuaudit.load reads.
    """
    from mcuaudit.system.locks import lock_within, one_run
    from mcuaudit.writers.formats import write_audit
    from mcuaudit.writers.terminal import print_audit

    check_places(export, files=out or (), metrics=metrics, keep=keep)
    check_threshold(fail_on, baseline)
    check_retain(retain, keep)
    if wait and keep is None:
        raise UsageError("--wait waits for another run on the directory of --keep; without --keep none is in the way.")
    targets = [(target, _format_of(target, output)) for target in out or ()]
    if not targets and output in (Format.XLSX, Format.PARQUET) and (output is Format.PARQUET or sys.stdout.isatty()):
        raise UsageError(f"--format {output} is nothing to print; name a place with --out.")
    name, console = name_of(export), Console(highlight=False)
    with one_run([lock_within(keep)] if keep else [], wait=wait, tell=say):
        with progress_bars() as progress:
            found = audited(Wanted(export, at, policy, settings or [], baseline, keep), jobs, progress)
        for target, chosen in targets:
            print(write_audit(found, name, chosen, target, frame=frame))
        write_metrics_of(found, metrics)
        kept(found, keep, retain)
    if not targets and output in (None, Format.TABLE) and console.is_terminal:
        print_audit(found, console, name, everything=everything)
    else:
        if not targets:
            _print(found, name, output or Format.TABLE, frame, everything=everything)
        tell(found, name)
    raise typer.Exit(exit_code(found, fail_on, fail_on_open))


def _format_of(target: Path, wanted: Format | None) -> str:
    """The format of a file: the one that is wanted, else what its ending says.

    Raises:
        UsageError: the ending says nothing, or a page for people is wanted in a file.
    """
    from mcuaudit.writers.formats import FORMATS

    if wanted is Format.TABLE:
        raise UsageError("--format table is for reading; with --out name another format, or none.")
    if wanted is not None:
        return wanted.value
    for name, format_ in FORMATS.items():
        if target.suffix.lower() == format_.ending:
            return name
    endings = ", ".join(dict.fromkeys(format_.ending for format_ in FORMATS.values() if format_.ending))
    raise UsageError(f"{target}: what format is that? The endings are {endings}; --format says it otherwise.")


def _print(audit: Audit, name: str, output: Format, frame: str, *, everything: bool) -> None:
    from mcuaudit.writers.formats import content_of
    from mcuaudit.writers.terminal import finding_lines

    if output is Format.TABLE:
        for line in finding_lines(audit, everything=everything):
            print(line)
        return
    sys.stdout.flush()
    sys.stdout.buffer.write(content_of(audit, name, output, frame=frame))
    sys.stdout.buffer.flush()

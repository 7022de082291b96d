"""The command `mcuaudit`: arguments become a call, its result is written, and the exit code says what was found."""

from __future__ import annotations

import os
import shlex
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from mcuaudit.errors import McuAuditError, ReportError, UsageError

FOUND, WRONG_USE, NOT_ALL_READ, FAILED = 1, 2, 3, 4
"""Exit codes; 0 says that nothing is at or above the threshold."""

app = typer.Typer(
    no_args_is_help=True,
    add_completion=True,
    rich_markup_mode="rich",
    pretty_exceptions_enable=False,
    help="Audit the certificates, trust stores and settings of a fleet of Cisco TelePresence MCUs.",
    epilog="Exit codes: 0 nothing at or above the threshold, 1 findings, 2 wrong use, 3 part of the input could not be "
    "read, 4 a report failed. Where several hold, 2 before 4 before 3 before 1.",
)


class FailOn(StrEnum):
    """From which severity on a finding that fails gives exit code 1."""

    ERROR = "error"
    WARNING = "warning"
    NEVER = "never"


class Format(StrEnum):
    """What `check` prints."""

    TABLE = "table"
    JSON = "json"


ExportArgument = Annotated[Path, typer.Argument(help="Directory of the export.", show_default=False)]
_AT = "Date (00:00 UTC) or time of the audit, such as 2026-11-23 or 2026-11-23T18:00Z. Default: now."
AtOption = Annotated[
    str,
    typer.Option("--at", help=_AT),
]
FailOnOption = Annotated[FailOn, typer.Option("--fail-on", help="Severity from which a finding gives exit code 1.")]
FailOnOpenOption = Annotated[bool, typer.Option("--fail-on-open", help="Undetermined findings count too.")]
_JOBS = min(4, os.cpu_count() or 1)
JobsOption = Annotated[int, typer.Option("--jobs", "-j", min=1, help="Processes that work side by side.")]


def main() -> None:
    """Entry point: like `app`, with errors as one message on standard error and the right exit code."""
    try:
        code = app(standalone_mode=False)
    except typer.Exit as stop:
        code = stop.exit_code
    except (typer.Abort, KeyboardInterrupt):
        _say("Interrupted.")
        code = 130
    except ReportError as error:
        _say(str(error))
        code = FAILED
    except McuAuditError as error:
        _say(str(error))
        code = WRONG_USE
    except (PermissionError, NotADirectoryError, FileExistsError, FileNotFoundError, IsADirectoryError) as error:
        _say(f"{error.filename}: {error.strerror}.")
        code = WRONG_USE
    except BrokenPipeError:
        # The reader, such as head, has gone; what it wanted was printed.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        code = 0
    except Exception as error:
        # Never a traceback at the user, unless it is asked for.
        if error.__class__.__module__.startswith(("click", "typer")) and hasattr(error, "show"):
            error.show()
            code = WRONG_USE
        elif os.environ.get("MCUAUDIT_TRACEBACK"):
            raise
        else:
            _say(f"Internal error: {type(error).__name__}: {error}. Set MCUAUDIT_TRACEBACK=1 to see where.")
            code = FAILED
    sys.exit(code if isinstance(code, int) else 0)


def _say(text: str) -> None:
    from mcuaudit.writers.terminal import plain

    print(f"mcuaudit: {chr(10).join(plain(line) for line in text.splitlines())}", file=sys.stderr)


@contextmanager
def _progress() -> Iterator[Callable[[str, int, int], None] | None]:
    """A progress bar on standard error where that is a terminal, else nothing."""
    console = Console(stderr=True)
    if not console.is_terminal:
        yield None
        return
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True) as bars:
        tasks: dict[str, Any] = {}

        def show(stage: str, done: int, total: int) -> None:
            if stage not in tasks:
                tasks[stage] = bars.add_task(stage, total=total)
            bars.update(tasks[stage], completed=done, total=total)

        yield show


def _audited(export: Path, at: str, jobs: int, progress: Callable[[str, int, int], None] | None) -> Any:
    from mcuaudit.pipeline import audit, read_export

    if at.isspace():
        raise UsageError("--at is empty; leave it out for now, or write for example --at 2026-11-23.")
    moment = at or datetime.now(UTC).replace(microsecond=0).isoformat()
    if jobs == 1:
        fleet = read_export(export, progress=progress)
    else:
        with ProcessPoolExecutor(jobs) as executor:
            fleet = read_export(export, executor=executor, progress=progress)
    return audit(fleet, at=moment, progress=progress)


def _exit_code(audited: Any, fail_on: FailOn, fail_on_open: bool, *, failed_reports: bool = False) -> int:
    from mcuaudit.model import Outcome

    if failed_reports or (audited.problems["kind"] == "internal").any():
        return FAILED
    if audited.problems["kind"].isin(["unreadable", "unrecognised"]).any():
        return NOT_ALL_READ
    if fail_on is FailOn.NEVER:
        return 0
    counted = [Outcome.FAIL.value, Outcome.OPEN.value] if fail_on_open else [Outcome.FAIL.value]
    findings = audited.findings
    severe = findings["severity"].isin(["error"] if fail_on is FailOn.ERROR else ["error", "warning"])
    return FOUND if (findings["outcome"].isin(counted) & severe).any() else 0


def _name_of(export: Path) -> str:
    return export.resolve().name


@app.command()
def check(
    export: ExportArgument,
    at: AtOption = "",
    output: Annotated[Format, typer.Option("--format", help="What to print.")] = Format.TABLE,
    everything: Annotated[bool, typer.Option("--all", help="Undetermined findings too.")] = False,
    fail_on: FailOnOption = FailOn.ERROR,
    fail_on_open: FailOnOpenOption = False,
    jobs: JobsOption = 1,
) -> None:
    """Audit an export and print what was found.

    On a terminal a page for people; in a pipe one finding per line; with --format json one object.
    """
    from mcuaudit.writers.json_object import json_text
    from mcuaudit.writers.terminal import finding_lines, print_audit, summary_line

    with _progress() as progress:
        audited = _audited(export, at, jobs, progress)
    name = _name_of(export)
    console = Console()
    if output is Format.JSON:
        sys.stdout.write(json_text(audited, name))
    elif console.is_terminal:
        print_audit(audited, console, name, everything=everything)
    else:
        for line in finding_lines(audited, everything=everything):
            print(line)
        print(f"mcuaudit: {summary_line(audited, name)}", file=sys.stderr)
        _tell_problems(audited)
    raise typer.Exit(_exit_code(audited, fail_on, fail_on_open))


def _tell_problems(audited: Any) -> None:
    from mcuaudit.writers.terminal import plain

    for row in audited.problems.to_dict("records"):
        where = f", {row['where']}" if isinstance(row["where"], str) and row["where"] else ""
        print(plain(f"mcuaudit: {row['kind']}: {row['file']}{where}: {row['reason']}"), file=sys.stderr)


@app.command()
def report(
    export: ExportArgument,
    out: Annotated[
        Path, typer.Option("--out", "-o", help="Directory for index.html and the pages.", show_default=False)
    ],
    site: Annotated[list[str] | None, typer.Option("--site", help="Only this site; may be repeated.")] = None,
    at: AtOption = "",
    jobs: JobsOption = _JOBS,
    fail_on: FailOnOption = FailOn.ERROR,
    fail_on_open: FailOnOpenOption = False,
) -> None:
    """Audit an export and write an HTML report per site, one for the fleet, and an index."""
    from mcuaudit.render import render_reports
    from mcuaudit.writers.terminal import plain, summary_line

    if out.resolve().is_relative_to(export.resolve()):
        raise UsageError(f"{out} lies within the export, and would be read as part of it; name another directory.")
    with _progress() as progress:
        audited = _audited(export, at, 1, progress)
        words = ["mcuaudit", "report", str(export), "--out", str(out), "--at", audited.at.isoformat()]
        command = shlex.join([*words, *(word for name in site or () for word in ("--site", name))])
        done = render_reports(audited, out, sites=site, jobs=jobs, progress=progress, command=command)
    print(f"mcuaudit: {summary_line(audited, _name_of(export))}", file=sys.stderr)
    _tell_problems(audited)
    failed = [item for item in done.reports if item.error]
    for item in failed:
        print(plain(f"mcuaudit: the report of {item.site or 'the fleet'} failed: {item.error}"), file=sys.stderr)
    print(done.index)
    raise typer.Exit(_exit_code(audited, fail_on, fail_on_open, failed_reports=bool(failed)))


@app.command()
def rules() -> None:
    """List the rules: code, severity, what each finds, and what it rests on."""
    from rich.table import Table

    from mcuaudit.rules import registered_rules

    console = Console()
    if not console.is_terminal:
        for item in registered_rules().values():
            print(f"{item.code} {item.severity} {item.name} {item.title} ({item.grade}: {item.source}, {item.section})")
        return
    table = Table(box=None, pad_edge=False, header_style="bold")
    for heading in ("Code", "Severity", "What it finds", "Rests on"):
        table.add_column(heading)
    for item in registered_rules().values():
        table.add_row(item.code, item.severity, item.title, f"{item.source}, {item.section} ({item.grade})")
    console.print(table)


@app.command()
def describe(
    word: Annotated[
        str, typer.Argument(help="MCU205, connections.outcome, A11, verification_settings …", show_default=False)
    ],
) -> None:
    """Explain a rule, a frame, a column, a reading or a setting."""
    from mcuaudit.explain import description

    print(description(word))


@app.command()
def match(
    certificate: Annotated[
        Path, typer.Argument(help="Certificate, PEM or DER; of several the first.", show_default=False)
    ],
    reference: Annotated[str, typer.Argument(help="Host name, IP address, sip: URI or https URL.", show_default=False)],
) -> None:
    """Say whether a certificate identifies a party under a name, by each standard side by side."""
    from mcuaudit.explain import matches

    raise typer.Exit(matches(certificate, reference, Console()))


@app.command()
def sample(
    directory: Annotated[Path, typer.Argument(help="Where to put it; must not exist yet.", show_default=False)],
) -> None:
    """Copy the sample fleet, to try things on."""
    from mcuaudit.resources import copy_sample

    print(copy_sample(directory))


@app.command()
def lab(
    export: Annotated[Path | None, typer.Argument(help="Export to explore; default is the sample fleet.")] = None,
    directory: Annotated[Path, typer.Option("--dir", help="Where your copies of the notebooks are kept.")] = Path(
        "mcuaudit-lab"
    ),
    at: AtOption = "",
    browser: Annotated[bool, typer.Option(help="Open a browser window.")] = True,
) -> None:
    """Open JupyterLab on copies of the notebooks, with the export set."""
    from mcuaudit.lab import open_lab

    raise typer.Exit(open_lab(export, directory, at=at, browser=browser))


@app.callback(invoke_without_command=True)
def _version(
    version: Annotated[bool, typer.Option("--version", help="Print the version.", is_eager=True)] = False,
) -> None:
    if version:
        from importlib.metadata import version as version_of

        print(f"mcuaudit {version_of('mcuaudit')}")
        raise typer.Exit(0)


if __name__ == "__main__":
    main()

"""`mcuaudit check`: the findings on the terminal, in a pipe, or in formats that other programs read."""

from __future__ import annotations

import sys
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer
from rich.console import Console

from mcuaudit.command.caching import cache_of
from mcuaudit.command.check_gaps import check_gaps
from mcuaudit.command.exit_codes import FailOn, exit_code
from mcuaudit.command.options import (
    AtOption,
    BaselineOption,
    CacheOption,
    CacheSizeOption,
    ClusterOption,
    ExportArgument,
    FailOnOpenOption,
    FailOnOption,
    JobsOption,
    KeepOption,
    MetricsOption,
    ModeOption,
    NoCacheOption,
    PolicyOption,
    RedactOption,
    RetainOption,
    SetOption,
    SignOption,
    WaitOption,
)
from mcuaudit.command.output import FormatOption, extension_note, format_of
from mcuaudit.command.places import PRINTED, output_file
from mcuaudit.command.printed import print_octets
from mcuaudit.command.refusals import check_places, check_retain, check_threshold
from mcuaudit.command.run import (
    Wanted,
    audited,
    kept,
    name_of,
    progress_bars,
    say,
    say_summary,
    write_metrics_of,
)
from mcuaudit.command.workers import workers
from mcuaudit.errors import UsageError
from mcuaudit.writers.interface import TABLE

if TYPE_CHECKING:
    from mcuaudit.frames.containers import Audit


WITH_FIRST_JOBS: Final = ("json", "xlsx")
"""The formats that have what to do first, for which remedies are applied."""

OutOption = Annotated[
    list[Path] | None,
    typer.Option(
        "--out",
        "-o",
        metavar="FILE",
        parser=output_file,
        help="Write to a file instead of printing; may be repeated. - prints, as without this option.",
        show_default=False,
    ),
]
FrameOption = Annotated[
    str,
    typer.Option(
        "--frame", metavar="FRAME", help="Frame to write, for csv and csv-spreadsheet: findings, connections …"
    ),
]


def check(
    export: ExportArgument,
    at: AtOption = "",
    policy: PolicyOption = None,
    settings: SetOption = None,
    baseline: BaselineOption = "",
    keep: KeepOption = None,
    retain: RetainOption = None,
    sign: SignOption = None,
    mode: ModeOption = "",
    redact: RedactOption = None,
    wait: WaitOption = 0,
    output: FormatOption = "",
    out: OutOption = None,
    frame: FrameOption = "findings",
    metrics: MetricsOption = None,
    gaps: Annotated[
        bool,
        typer.Option(
            "--gaps", metavar="", help="Print what to collect, and the connections that it would settle, instead."
        ),
    ] = False,
    everything: Annotated[bool, typer.Option("--all", metavar="", help="Also print undetermined findings.")] = False,
    fail_on: FailOnOption = FailOn.ERROR,
    fail_on_open: FailOnOpenOption = False,
    jobs: JobsOption = 1,
    cluster: ClusterOption = "",
    cache: CacheOption = None,
    cache_size: CacheSizeOption = None,
    no_cache: NoCacheOption = False,
) -> None:
    """Audit an export and print the findings, or write them to a file.

    On a terminal, print a summary; when its output is piped, print one finding per line.

    A connection is refused if the handshake or the login fails because of certificates. The file extension of --out
    selects the format; a name without an extension is a directory of Parquet files, which mcuaudit.load reads.
    """
    from mcuaudit.gather.heap_as_export import looks_like_a_heap
    from mcuaudit.summary.gaps import MOST_AT_THE_END, gaps_within_bounds
    from mcuaudit.summary.remedies import JOBS_AT_THE_END, proven_first, with_first_jobs
    from mcuaudit.system.locks import lock_within, one_run
    from mcuaudit.system.permissions import file_mode, given_mode
    from mcuaudit.system.signing import signing_key
    from mcuaudit.writers.formats import FORMATS, write_audit
    from mcuaudit.writers.terminal import print_audit

    files = [target for target in out or () if target != PRINTED]
    printed = not out or PRINTED in out
    if printed and metrics == PRINTED:
        raise UsageError(
            "--metrics - and the findings would both be on standard output; write one of them to a file, for example "
            "with --out findings.json."
        )
    check_places(export, files=[*files, *([redact] if redact else [])], metrics=metrics, keep=keep)
    if gaps:
        others = {
            "--all": everything, "--frame": frame != "findings", "--keep": keep, "--metrics": metrics, "--sign": sign,
            "--mode": mode, "--wait": wait,
        }  # fmt: skip
        in_cache = cache_of(cache, cache_size, no_cache, export, keep=None)
        collected = Wanted(export, at, policy, settings or [], baseline, redact=redact, cache=in_cache)
        audit = check_gaps(collected, output, files, others, printed=printed, jobs=jobs, cluster=cluster)
        raise typer.Exit(exit_code(audit, fail_on, fail_on_open))
    check_threshold(fail_on, baseline)
    check_retain(retain, keep)
    if sign and keep is None:
        raise UsageError("--sign needs --keep: it signs the audit that is saved.")
    key = signing_key(sign) if sign else None
    permissions = file_mode(mode) if mode else None
    if mode and not (files or keep or metrics):
        raise UsageError("--mode needs --out, --keep or --metrics: it sets the permissions of files that are written.")
    if wait and keep is None:
        raise UsageError(
            "--wait needs --keep: it waits for another run that writes to the same directory of saved audits."
        )
    targets = [(target, format_of(target, output)) for target in files]
    for note in filter(None, (extension_note(target, output) for target in files)):
        say(note)
    shown = output or TABLE
    if printed and shown != TABLE:
        chosen = FORMATS[shown]
        if chosen.make is None or (chosen.binary and sys.stdout.isatty()):
            raise UsageError(f"--format {output} cannot be printed; name a file or directory with --out.")
    kept_before = cache_of(cache, cache_size, no_cache, export, keep=keep)
    wanted = Wanted(export, at, policy, settings or [], baseline, keep, redact, kept_before)
    console = Console(highlight=False)
    tell = say if printed or metrics == PRINTED else print
    with one_run([lock_within(keep)] if keep else [], wait=wait, say=say):
        with progress_bars() as progress, workers(jobs, cluster, export) as executor:
            formats = {name for _, name in targets} | ({shown} if printed else set())
            has_jobs = bool(formats & set(WITH_FIRST_JOBS))
            found = audited(
                wanted, executor, progress, partial(with_first_jobs, progress=progress) if has_jobs else None
            )
            on_terminal = printed and shown == TABLE and console.is_terminal
            first = proven_first(found, JOBS_AT_THE_END, progress) if on_terminal else ""
            lacking = gaps_within_bounds(found, MOST_AT_THE_END, progress) if on_terminal else ""
        name = name_of(export, found)
        for target, format_name in targets:
            with given_mode(target, permissions):
                path = write_audit(found, name, format_name, target, frame=frame)
            # What is printed for another program stands alone.
            tell(path)
        write_metrics_of(found, metrics, permissions)
        kept(found, keep, retain, key, permissions)
    if on_terminal:
        print_audit(found, console, name, everything=everything, jobs=first, gaps=lacking)
    else:
        if printed:
            _print(found, name, shown, frame, everything=everything)
        say_summary(found, name)
    if looks_like_a_heap(found.fleet):
        say(
            f"{export} holds certificates alone, and each counts as a device. If they were collected and have no "
            f"places yet, mcuaudit sort {export} says what each file is and where it belongs."
        )
    raise typer.Exit(exit_code(found, fail_on, fail_on_open))


def _print(audit: Audit, name: str, output: str, frame: str, *, everything: bool) -> None:
    from mcuaudit.wording.visible import visible
    from mcuaudit.writers.finding_lines import finding_lines
    from mcuaudit.writers.formats import content_of

    if output == TABLE:
        for line in finding_lines(audit, everything=everything):
            print(visible(line))
        return
    print_octets(content_of(audit, name, output, frame=frame))

"""`mcuaudit compare`: what differs between two exports, or saved audits."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

from mcuaudit.command.caching import cache_of
from mcuaudit.command.exit_codes import FailOn, new_findings_code
from mcuaudit.command.options import (
    JOBS,
    AtOption,
    CacheOption,
    CacheSizeOption,
    ClusterOption,
    FailOnOpenOption,
    JobsOption,
    NoCacheOption,
    PolicyOption,
    SetOption,
)
from mcuaudit.command.output import ComparisonFormatOption
from mcuaudit.command.places import place_given
from mcuaudit.command.printed import print_octets
from mcuaudit.command.run import Wanted, audited, now, progress_bars, say
from mcuaudit.command.workers import workers
from mcuaudit.errors import UsageError
from mcuaudit.writers.interface import TABLE

if TYPE_CHECKING:
    from mcuaudit.frames.comparison import Comparison


def compare(
    old: Annotated[
        str,
        typer.Argument(
            parser=place_given,
            metavar="OLD",
            help="Earlier state: an export or its address, a saved audit, or a directory of reports.",
            show_default=False,
        ),
    ],
    new: Annotated[
        str,
        typer.Argument(
            parser=place_given,
            metavar="NEW",
            help="Later state: an export or its address, a saved audit, or a directory of reports.",
            show_default=False,
        ),
    ],
    at: AtOption = "",
    policy: PolicyOption = None,
    settings: SetOption = None,
    output: ComparisonFormatOption = TABLE,
    fail_on: Annotated[
        FailOn, typer.Option("--fail-on", help="Exit with code 1 if a new finding has at least this severity.")
    ] = FailOn.NEW_ERROR,
    fail_on_open: FailOnOpenOption = False,
    jobs: JobsOption = JOBS,
    cluster: ClusterOption = "",
    cache: CacheOption = None,
    cache_size: CacheSizeOption = None,
    no_cache: NoCacheOption = False,
) -> None:
    """Print what differs: connections, findings, certificates, settings.

    Exports are audited first, both as of the same time; a saved audit keeps its time, policy and outcomes.
    """
    from mcuaudit.system.own_output import kept_audit
    from mcuaudit.triage.comparison import compare as compare_audits

    if fail_on not in (FailOn.NEVER, FailOn.NEW_ERROR, FailOn.NEW_WARNING):
        raise UsageError(f"--fail-on {fail_on} is for check and report; compare takes new-error, new-warning or never.")
    both_kept = all(kept_audit(source) for source in (old, new))
    if both_kept and (at or policy or settings):
        raise UsageError(
            "Both are saved audits, and a saved audit keeps its time and policy; leave out --at, --policy and --set."
        )
    kept_before = None if both_kept else cache_of(cache, cache_size, no_cache, old, new)
    # Once, so that two exports are audited as of the same time.
    moment = at or now()
    with progress_bars() as progress, workers(1 if both_kept else jobs, "" if both_kept else cluster, new) as executor:
        wanted = (
            Wanted(source) if kept_audit(source) else Wanted(source, moment, policy, settings or [], cache=kept_before)
            for source in (old, new)
        )
        before, after = (audited(one, executor, progress) for one in wanted)
    found = compare_audits(before, after)
    _print(found, output)
    raise typer.Exit(new_findings_code(found, fail_on, fail_on_open) if fail_on is not FailOn.NEVER else 0)


def _print(found: Comparison, output: str) -> None:
    from mcuaudit.summary.changes import change_lines, sentence
    from mcuaudit.wording.visible import visible
    from mcuaudit.writers.comparison import print_comparison
    from mcuaudit.writers.formats import FORMATS

    console = Console(highlight=False)
    as_text = FORMATS[output].comparison if output != TABLE else None
    if as_text:
        # For programs: in UTF-8, whatever the encoding of the terminal.
        print_octets(as_text(found).encode("utf-8"))
    elif console.is_terminal:
        print_comparison(found, console)
    else:
        for line in change_lines(found):
            print(visible(line))
        say(sentence(found))

"""`mcuaudit deadlines`: what ends with each certificate and CA, and a calendar file of it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

from mcuaudit.command.exit_codes import FailOn, exit_code
from mcuaudit.command.frame_formats import FrameFormat, FrameFormatOption, printed_for_programs
from mcuaudit.command.options import AtOption, ExportArgument, ModeOption, PolicyOption, RedactOption, SetOption
from mcuaudit.command.places import PRINTED, output_file
from mcuaudit.command.printed import print_octets
from mcuaudit.command.refusals import check_places
from mcuaudit.command.run import Wanted, audited, progress_bars, say
from mcuaudit.errors import UsageError

if TYPE_CHECKING:
    import pandas as pd

    from mcuaudit.frames.containers import Audit


def deadlines(
    export: ExportArgument,
    at: AtOption = "",
    policy: PolicyOption = None,
    settings: SetOption = None,
    site: Annotated[
        str, typer.Option("--site", metavar="SITE", help="Only the devices of this site.", show_default=False)
    ] = "",
    output: FrameFormatOption = FrameFormat.TABLE,
    ics: Annotated[
        Path | None,
        typer.Option(
            "--ics",
            metavar="FILE",
            parser=output_file,
            help="Write a calendar file (iCalendar) with an event per deadline; - prints it instead of the table.",
            show_default=False,
        ),
    ] = None,
    alarm: Annotated[
        int | None,
        typer.Option(
            "--alarm",
            metavar="DAYS",
            min=0,
            max=3650,
            help="With --ics: a reminder so many days before each event.",
            show_default=False,
        ),
    ] = None,
    redact: RedactOption = None,
    mode: ModeOption = "",
) -> None:
    """Print when certificates and CAs end, and the connections, logins and lock-outs that end with them.

    Only what is accepted now and until that instant counts as an end: what something else ends earlier is named there.
    The days on which public CAs leave out clientAuth are listed if they concern a certificate of the fleet.
    """
    from mcuaudit.system.files import write_whole
    from mcuaudit.system.permissions import file_mode, given_mode
    from mcuaudit.variants.deadlines.deadlines import deadlines as deadlines_of
    from mcuaudit.writers.icalendar import calendar_text

    _check(ics, alarm, output, mode)
    permissions = file_mode(mode) if mode else None
    check_places(export, files=[place for place in (ics, redact) if place not in (None, PRINTED)])
    with progress_bars() as progress:
        audit = audited(Wanted(export, at, policy, settings or []), None, progress)
        found = deadlines_of(audit, site=site or None, progress=progress)
    if redact is not None:
        found = _redacted(audit, found, redact)
    if ics is not None:
        text = calendar_text(found, audit.at, alarm)
        if ics == PRINTED:
            print_octets(text.encode("utf-8"))
        else:
            with given_mode(ics, permissions):
                say(f"wrote {write_whole(ics, text)}")
    if ics != PRINTED:
        _print(audit, found, output)
    raise typer.Exit(exit_code(audit, FailOn.NEVER, fail_on_open=False))


def _check(ics: Path | None, alarm: int | None, output: FrameFormat, mode: str) -> None:
    if alarm is not None and ics is None:
        raise UsageError("--alarm needs --ics: it adds a reminder to the events of the calendar file.")
    if ics == PRINTED and output is not FrameFormat.TABLE:
        raise UsageError(
            f"--ics - and --format {output} would both be on standard output; write the calendar to a file, for "
            "example with --ics deadlines.ics."
        )
    if mode and ics in (None, PRINTED):
        raise UsageError("--mode needs --ics with a file: it sets the permissions of files that are written.")


def _redacted(audit: Audit, found: pd.DataFrame, key: Path) -> pd.DataFrame:
    from mcuaudit.redaction.redact import redacted_frame

    return redacted_frame(audit, "deadlines", found, key)


def _print(audit: Audit, found: pd.DataFrame, output: FrameFormat) -> None:
    from mcuaudit.summary.deadlines import breaks_first, deadline_line
    from mcuaudit.wording.visible import visible
    from mcuaudit.writers.deadlines import deadlines_json, print_deadlines

    if printed_for_programs(found, output, lambda: deadlines_json(found, audit.at)):
        return
    if (console := Console(highlight=False)).is_terminal:
        print_deadlines(found, console)
    else:
        for row in found.to_dict("records"):
            print(visible(deadline_line(row)))
        say(breaks_first(found))

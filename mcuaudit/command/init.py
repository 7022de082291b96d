"""`mcuaudit init`: the tree of an export, from a list of devices, with files to fill in."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from mcuaudit.command.device_list import ListOfDevices, device_list, say_problems
from mcuaudit.command.exit_codes import NOT_ALL_READ
from mcuaudit.command.places import output_directory, output_file
from mcuaudit.errors import UsageError


def init(
    export: Annotated[
        Path,
        typer.Argument(
            metavar="EXPORT", parser=output_directory, help="The directory of the export.", show_default=False
        ),
    ],
    devices: ListOfDevices,
    table: Annotated[
        bool,
        typer.Option(
            "--table", metavar="", help="Write settings.csv, a row per device, in place of a settings.toml for each."
        ),
    ] = False,
    workbook: Annotated[
        Path | None,
        typer.Option(
            "--workbook",
            metavar="FILE",
            parser=output_file,
            help="Write an Excel workbook with a row per device and lists of the values to choose from: "
            "EXPORT/settings.xlsx takes the place of settings.csv; in another place, save it as CSV. Implies --table.",
            show_default=False,
        ),
    ] = None,
) -> None:
    """Begin an export: directories for the sites and devices of a list, with files of settings and peers to fill in.

    Every setting is a comment, with all values that it can have, so that nothing is claimed. Run it again when the list
    has more devices: what is new is added, and no file that is there is touched, except that settings.csv gets rows.
    Exit code 3 says that a row of the list was left out.
    """
    from mcuaudit.gather.new_export import begin_export
    from mcuaudit.gather.settings_table import WORKBOOK
    from mcuaudit.system.files import write_whole
    from mcuaudit.wording.numbers import plural

    inside = workbook is not None and workbook.resolve() == (export / WORKBOOK).resolve()
    if workbook is not None:
        _check_workbook(workbook, export, inside=inside)
    listed = device_list(devices)
    made = begin_export(export, listed.devices, table=table or workbook is not None, workbook=inside)
    say_problems(devices, made.problems)
    if workbook is not None and not (inside and workbook.exists()):
        from mcuaudit.writers.settings_workbook import settings_workbook

        write_whole(workbook, settings_workbook(made.devices))
        print(workbook)
    sites = len({one.site for one in made.devices})
    print(f"{export}: {plural(len(made.devices), 'device')} at {plural(sites, 'site')}. ", end="")
    rows = f", {plural(made.added_rows, 'row')} added to settings.csv" if made.added_rows else ""
    print(f"{plural(len(made.made), 'file')} written{rows}; {plural(made.kept, 'file')} that were there are unchanged.")
    print(
        f"Fill in settings.toml and peers.toml, then place the certificates with mcuaudit sort DRAWER --into {export}; "
        f"mcuaudit check {export} --gaps says what is missing."
    )
    raise typer.Exit(NOT_ALL_READ if listed.problems or made.problems else 0)


def _check_workbook(workbook: Path, export: Path, *, inside: bool) -> None:
    """Refuse a place in the export where no workbook is read, and one beside a settings.csv.

    Raises:
        UsageError: the place is one of these, or cannot be written.
    """
    from mcuaudit.gather.settings_table import TABLE, WORKBOOK
    from mcuaudit.system.files import check_file_place

    if not inside:
        check_file_place(workbook)
        if workbook.resolve().is_relative_to(export.resolve()):
            raise UsageError(f"{workbook} is within the export, which reads {export / WORKBOOK} alone; name that file.")
    elif (export / TABLE).is_file():
        raise UsageError(f"{export / TABLE} is there, and one table counts; remove it, or go on with it.")

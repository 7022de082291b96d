"""`mcuaudit check-new`: a certificate or trust store, before it is uploaded."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

from mcuaudit.command.exit_codes import FOUND
from mcuaudit.command.options import AtOption, ExportArgument, PolicyOption, RedactOption, SetOption
from mcuaudit.command.printed import print_octets
from mcuaudit.command.refusals import check_places
from mcuaudit.command.run import Wanted, audited, progress_bars

if TYPE_CHECKING:
    from mcuaudit.frames.containers import Audit
    from mcuaudit.variants.new_files.check_new import NewFileCheck


class CheckNewFormat(StrEnum):
    """What to print: text for people, or an object for programs."""

    TABLE = "table"
    JSON = "json"


def check_new(
    export: ExportArgument,
    device: Annotated[
        str,
        typer.Argument(
            metavar="DEVICE", help="The device, such as leeds/mcu-2; or the name of a peer.", show_default=False
        ),
    ],
    files: Annotated[
        list[Path],
        typer.Argument(
            metavar="FILE...",
            help="The certificate with its chain, and its key if that is to be compared; with --store, the CA "
            "certificates.",
            show_default=False,
        ),
    ],
    store: Annotated[
        str,
        typer.Option(
            "--store",
            metavar="STORE",
            help="The file is a trust store of the device: sip, https or call_home.",
            show_default=False,
        ),
    ] = "",
    at: AtOption = "",
    policy: PolicyOption = None,
    settings: SetOption = None,
    redact: RedactOption = None,
    output: Annotated[CheckNewFormat, typer.Option("--format", help="What to print.")] = CheckNewFormat.TABLE,
) -> None:
    """Check a certificate or trust store before it is uploaded: what it repairs, what it breaks, what it lacks.

    The fleet is audited as if the file were there already; neither a device nor the export is changed. Of a private
    key, only the public half is compared; nothing of it is kept or shown. Exit code 1 says that a connection or login
    that works would fail, end or be undetermined, or that the file itself is not in order.
    """
    from mcuaudit.variants.new_files.check_new import check_new as answer
    from mcuaudit.variants.new_files.given_files import given_files
    from mcuaudit.writers.new_file import new_file_json, new_file_lines, print_new_file

    # A file that cannot be read is said before the work is done.
    given_files(files)
    check_places(export, files=[redact] if redact else [])
    with progress_bars() as progress:
        found: NewFileCheck | None = None

        def evaluated(audit: Audit) -> Audit:
            # Before the audit is redacted, as a redacted one has no certificates.
            nonlocal found
            found = answer(audit, device, files, store=store, progress=progress)
            return audit

        audited(Wanted(export, at, policy, settings or [], redact=redact), None, progress, evaluated)
    if found is None:
        raise AssertionError("the file was not checked")
    if redact is not None:
        from mcuaudit.redaction.new_file import redacted_check

        found = redacted_check(found, redact)
    console = Console(highlight=False)
    if output is CheckNewFormat.JSON:
        print_octets(new_file_json(found).encode("utf-8"))
    elif console.is_terminal:
        print_new_file(found, console)
    else:
        for line in new_file_lines(found):
            print(line)
    raise typer.Exit(FOUND if found.worse or not found.usable else 0)

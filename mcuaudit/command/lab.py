"""`mcuaudit lab`: JupyterLab on copies of the notebooks."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from mcuaudit.command.options import AtOption
from mcuaudit.command.places import output_directory, place_given
from mcuaudit.command.run import say


def lab(
    export: Annotated[
        str | None,
        typer.Argument(
            parser=place_given, metavar="[EXPORT]", help="Export or saved audit to explore. Default: the sample fleet."
        ),
    ] = None,
    directory: Annotated[
        Path,
        typer.Option(
            "--dir", metavar="DIRECTORY", parser=output_directory, help="Directory of your copies of the notebooks."
        ),
    ] = Path("mcuaudit-lab"),
    at: AtOption = "",
    browser: Annotated[bool, typer.Option(metavar="", help="Open a browser window.")] = True,
    port: Annotated[
        int | None, typer.Option(metavar="N", min=1, max=65535, help="Port of the server.", show_default=False)
    ] = None,
) -> None:
    """Open JupyterLab with copies of the notebooks, set up for the export or saved audit.

    Copies that you have edited are not overwritten.
    """
    from mcuaudit.notebook.lab import open_lab

    raise typer.Exit(open_lab(export, directory, at=at, browser=browser, port=port, say=say))

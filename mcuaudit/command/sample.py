"""`mcuaudit sample`: the sample fleet, or a fleet of any size."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from mcuaudit.command.places import output_directory
from mcuaudit.errors import UsageError


def sample(
    directory: Annotated[
        Path,
        typer.Argument(
            metavar="DIRECTORY", parser=output_directory, help="New directory for the fleet.", show_default=False
        ),
    ],
    devices: Annotated[
        int | None,
        typer.Option(
            metavar="N", help="Make a fleet of so many devices, with faults such as the sample has.", show_default=False
        ),
    ] = None,
    sites: Annotated[
        int | None, typer.Option(metavar="N", help="Sites of a fleet that is made. Default: 4.", show_default=False)
    ] = None,
    seed: Annotated[
        int | None,
        typer.Option(
            metavar="N", help="Which device of a fleet that is made has which fault. Default: 1.", show_default=False
        ),
    ] = None,
) -> None:
    """Copy the sample fleet to a new directory, or make a fleet of any size there.

    The faults of both are faults on 23 November 2026: mcuaudit check DIRECTORY --at 2026-11-23
    """
    if devices is None:
        for option, value in {"--sites": sites, "--seed": seed}.items():
            if value is not None:
                raise UsageError(f"{option} needs --devices, the number of devices of a fleet that is made.")
        from mcuaudit.system.resources import copy_sample

        print(copy_sample(directory))
        return
    from mcuaudit.samples.made_fleet import make_fleet

    counts = make_fleet(directory, devices, min(4, devices) if sites is None else sites, 1 if seed is None else seed)
    width = max(map(len, counts))
    for fault, count in sorted(counts.items(), key=lambda item: (-item[1], item[0])):
        print(f"{fault:{width}} {count:>6,}", file=sys.stderr)
    print(directory)

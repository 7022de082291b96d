"""`mcuaudit csr-config`: request configurations of OpenSSL for the certificates of devices and peers."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from mcuaudit.command.exit_codes import FailOn, exit_code
from mcuaudit.command.options import (
    JOBS,
    AtOption,
    ExportArgument,
    JobsOption,
    ModeOption,
    PolicyOption,
    SetOption,
)
from mcuaudit.command.places import output_directory
from mcuaudit.command.run import Wanted, audited, progress_bars, say
from mcuaudit.command.workers import workers

if TYPE_CHECKING:
    from mcuaudit.frames.containers import Fleet
    from mcuaudit.variants.requests.requirements import Requirement

    Named = tuple[str, Requirement]
    """The file of a request, and what the certificate must say."""


def csr_config(
    export: ExportArgument,
    out: Annotated[
        Path,
        typer.Option(
            "--out",
            metavar="DIRECTORY",
            parser=output_directory,
            help="Directory for the configurations; it must be new or empty.",
            show_default=False,
        ),
    ],
    at: AtOption = "",
    device: Annotated[
        list[str] | None,
        typer.Option(
            "--device",
            metavar="PATTERN",
            help="Only for these devices and their peers, such as leeds/mcu-2 or 'leeds/*'; may be repeated.",
            show_default=False,
        ),
    ] = None,
    policy: PolicyOption = None,
    settings: SetOption = None,
    jobs: JobsOption = JOBS,
    mode: ModeOption = "",
) -> None:
    """Write an OpenSSL request configuration for the new certificate of each device and peer.

    Each has the subject, names, purposes and key that all connections of the export need, with the reason for each
    entry, and which CA could sign it. No private key is made. Prints the files, and what is not known or in conflict.
    """
    from mcuaudit.system.permissions import file_mode, given_mode
    from mcuaudit.variants.requests.certificate_requests import request_files
    from mcuaudit.variants.requests.request_directory import check_request_directory, write_requests
    from mcuaudit.variants.requests.requirements import requirements_of
    from mcuaudit.wording.visible import visible

    permissions = file_mode(mode) if mode else None
    check_request_directory(out)
    with progress_bars() as progress, workers(jobs, "", export) as executor:
        # A request needs what was read and who talks to whom, and none of the rules.
        audit = audited(Wanted(export, at, policy, settings or [], rules=False), executor, progress)
        requirements = requirements_of(audit, progress)
    named = list(zip(request_files(requirements), requirements, strict=True))
    pairs = _chosen(named, device or [], audit.fleet)
    texts = {**dict(_texts(pairs, audit.at)), "README.txt": _readme(len(pairs))}
    with given_mode(out, permissions):
        write_requests(texts, out)
    for file, one in pairs:
        print(visible(out / file if file in texts else f"not written: {one.held.holder.name}"))
        for line in _unsettled(one):
            print(visible(f"  {line}"))
    written = len(texts) - 1
    say(f"{written} of {len(pairs)} request configurations were written to {out}; no private key was made.")
    code = exit_code(audit, FailOn.NEVER, False)
    if code:
        say("Part of the export could not be read, so entries may be missing: mcuaudit check lists what.")
    raise typer.Exit(code)


def _chosen(named: list[Named], patterns: list[str], fleet: Fleet) -> list[Named]:
    """The certificates of the devices that a pattern matches, and of the peers of these devices."""
    from mcuaudit.variants.selection import selected

    if not patterns:
        return named
    wanted = set(selected(fleet, patterns))
    return [
        (file, one)
        for file, one in named
        if (one.held.device.device_id in wanted if one.held.device else not one.held.device_ids.isdisjoint(wanted))
    ]


def _texts(pairs: list[Named], at: datetime) -> Iterator[tuple[str, str]]:
    from mcuaudit.variants.requests.request_configuration import configuration_text

    for file, one in pairs:
        if one.content is not None:
            yield file, configuration_text(one, file, at)


def _unsettled(requirement: Requirement) -> Iterator[str]:
    """What is not known or in conflict, one line each."""
    from mcuaudit.variants.requests.certificate_requests import reason_of, sorted_entries

    for entry in sorted_entries(requirement):
        if entry.need in ("open", "conflict"):
            word = "not known" if entry.need == "open" else "conflict"
            value = f" {entry.value}" if entry.value else ""
            evidence = f" Missing or unreadable: {entry.evidence}." if entry.evidence else ""
            yield f"{word}: {entry.part}{value}: {reason_of(entry)}{evidence}"


def _readme(number: int) -> str:
    return (
        f"Request configurations of OpenSSL for {number} certificates, made by mcuaudit csr-config.\n\n"
        "devices/SITE/DEVICE.cnf is for the local certificate of a device, peers/NAME.cnf for that of a peer. Each\n"
        "begins with the commands that make a private key and a request, and has the reason for each entry. mcuaudit\n"
        "made no private key, and does not write into this directory again, so that keys made here are not lost.\n"
    )

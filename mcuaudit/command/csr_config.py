"""`mcuaudit csr-config`: request configurations of OpenSSL for the certificates of devices and peers."""

from __future__ import annotations

import os
from collections.abc import Iterator
from concurrent.futures import Executor
from datetime import datetime
from fnmatch import fnmatchcase
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
from mcuaudit.command.run import Wanted, audited, now, progress_bars, say
from mcuaudit.command.workers import workers
from mcuaudit.errors import UsageError, did_you_mean

if TYPE_CHECKING:
    from mcuaudit.frames.containers import Audit
    from mcuaudit.system.progress import Progress
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
        audit = _read(Wanted(export, at, policy, settings or []), executor, progress)
        requirements = requirements_of(audit, progress)
    named = list(zip(request_files(requirements), requirements, strict=True))
    pairs = _chosen(named, device or [], [str(name) for name in audit.devices["device_id"]])
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


def _read(wanted: Wanted, executor: Executor | None, progress: Progress | None) -> Audit:
    """A saved audit, or one of an export without its rules: a request needs what was read and who talks to whom."""
    from mcuaudit.pipeline import audit, read_export
    from mcuaudit.policy.layers import resolve_policy
    from mcuaudit.rules import registered_rules
    from mcuaudit.system.own_output import kept_audit

    if kept_audit(wanted.source):
        return audited(wanted, executor, progress)
    policy = resolve_policy(wanted.source, file=wanted.policy, environment=os.environ, options=wanted.settings)
    fleet = read_export(wanted.source, policy=policy, executor=executor, progress=progress)
    off = policy.policy.model_copy(update={"rules": dict.fromkeys(registered_rules(), "off")})
    return audit(fleet, at=wanted.at or now(), policy=off, progress=progress)


def _chosen(named: list[Named], patterns: list[str], device_ids: list[str]) -> list[Named]:
    """The certificates of the devices that a pattern matches, and of the peers of these devices."""
    if not patterns:
        return named
    wanted = set[str]()
    for pattern in patterns:
        found = {name for name in device_ids if fnmatchcase(name, pattern)}
        if not found:
            raise UsageError(
                f'--device "{pattern}" matches no device of the export, such as {", ".join(device_ids[:3])}.'
                f"{did_you_mean(pattern, device_ids)}"
            )
        wanted |= found
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

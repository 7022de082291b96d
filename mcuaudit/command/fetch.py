"""`mcuaudit fetch`: from devices to an export."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

from mcuaudit.command.exit_codes import FAILED, NOT_ALL_READ
from mcuaudit.command.options import ExportArgument, PolicyOption, SetOption
from mcuaudit.command.printed import print_octets
from mcuaudit.command.run import Wanted, fleet_of, progress_bars, say
from mcuaudit.errors import UsageError
from mcuaudit.wording.numbers import plural
from mcuaudit.wording.visible import visible

if TYPE_CHECKING:
    from mcuaudit.gather.fetch.device import Ways
    from mcuaudit.gather.fetch.login import Login
    from mcuaudit.gather.fetch.summary import Run
    from mcuaudit.gather.fetch.targets import PeerTarget, Target


class FetchFormat(StrEnum):
    """What to print: lines for people, or an object for programs."""

    TABLE = "table"
    JSON = "json"


@dataclass(frozen=True, slots=True)
class _Only:
    """What is contacted: devices of these sites, these devices (all if none is named), and peers too."""

    sites: tuple[str, ...]
    devices: tuple[str, ...]
    peers: bool


def fetch(
    export: ExportArgument,
    site: Annotated[
        list[str] | None, typer.Option("--site", help="Only the devices of this site; may be repeated.")
    ] = None,
    device: Annotated[
        list[str] | None,
        typer.Option("--device", help="Only this device, such as leeds/mcu-2; may be repeated."),
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", metavar="", help="Contact the addresses without a question.")] = False,
    peers: Annotated[
        bool,
        typer.Option(
            "--peers", metavar="", help="Capture the chains of peers that are TLS servers and have no file, too."
        ),
    ] = False,
    tls_only: Annotated[
        bool, typer.Option("--tls-only", metavar="", help="Capture certificates alone, without name and password.")
    ] = False,
    again: Annotated[
        bool,
        typer.Option(
            "--again",
            metavar="",
            help="Replace files that are there, and accept a device whose certificate is another than in the export.",
        ),
    ] = False,
    legacy_tls: Annotated[
        bool,
        typer.Option(
            "--legacy-tls",
            metavar="",
            help="Accept TLS 1.0 and 1.1, RSA key exchange and small Diffie-Hellman groups: the password is then less "
            "well protected.",
        ),
    ] = False,
    jobs: Annotated[
        int, typer.Option("--jobs", "-j", metavar="N", min=1, max=64, help="Devices to read at the same time.")
    ] = 4,
    timeout: Annotated[
        float, typer.Option("--timeout", metavar="SECONDS", min=1, help="Time limit for each device in all.")
    ] = 120,
    https_port: Annotated[
        int, typer.Option("--https-port", metavar="PORT", min=1, max=65535, help="Port of the devices' web servers.")
    ] = 443,
    sip_port: Annotated[
        int | None,
        typer.Option(
            "--sip-port",
            metavar="PORT",
            min=1,
            max=65535,
            help="Port for SIP over TLS. Default: as the device says, else 5061.",
            show_default=False,
        ),
    ] = None,
    policy: PolicyOption = None,
    settings: SetOption = None,
    output: Annotated[FetchFormat, typer.Option("--format", help="What to print.")] = FetchFormat.TABLE,
) -> int:
    """Read certificates and settings from devices into an export, by queries alone.

    Of each device with an address in the export, or a host name: the certificates that its HTTPS and SIP TLS ports
    present, /system.xml, and the answers to queries of its API. No method that changes anything can be sent. The name
    and password come from MCUAUDIT_FETCH_USER and MCUAUDIT_FETCH_PASSWORD, netrc or a prompt, and are not stored.
    Certificates are recorded, not trusted. Files that are there are kept. Exit code 3: something could not be read.
    """
    from mcuaudit.gather.fetch.device import Ways
    from mcuaudit.gather.fetch.limits import Limits
    from mcuaudit.gather.fetch.login import PASSWORD_VARIABLE, USER_VARIABLE
    from mcuaudit.gather.fetch.run import check_local
    from mcuaudit.gather.fetch.tls import need_openssl

    # No process that this one starts gets them.
    given = {name: os.environ.pop(name) for name in (USER_VARIABLE, PASSWORD_VARIABLE) if name in os.environ}
    need_openssl()
    check_local(export)
    ways = Ways(https_port, sip_port, legacy_tls, again, tls_only, Limits(whole=timeout))
    wanted = Wanted(export, policy=policy, settings=settings or [])
    only = _Only(tuple(site or ()), tuple(device or ()), peers)
    found = _fetched(wanted, only, ways, {**os.environ, **given}, jobs=jobs, yes=yes)
    _print(found, output)
    return FAILED if found.failed else 0 if found.complete else NOT_ALL_READ


def _fetched(wanted: Wanted, only: _Only, ways: Ways, environment: Mapping[str, str], *, jobs: int, yes: bool) -> Run:
    from mcuaudit.gather.fetch.login import Logins
    from mcuaudit.gather.fetch.run import run_fetch

    with progress_bars() as progress:
        fleet, _ = fleet_of(wanted, progress)
    logins: list[Logins] = []

    def confirm(targets: Sequence[Target], peers: Sequence[PeerTarget]) -> None:
        _confirm(targets, peers, yes)
        logins.append(Logins(environment, _asked if sys.stdin.isatty() else None))

    return run_fetch(
        fleet, Path(wanted.source), ways, confirm, lambda one: None if ways.tls_only else logins[0].of(one.hosts),
        sites=only.sites, devices=only.devices, peers=only.peers, jobs=jobs, bars=progress_bars,
    )  # fmt: skip


def _confirm(targets: Sequence[Target], peers: Sequence[PeerTarget], yes: bool) -> None:
    """Ask before the first connection, with every address that may be contacted.

    Raises:
        UsageError: there is no terminal for the question.
    """
    if yes:
        return
    if not sys.stdin.isatty():
        raise UsageError(
            f"{plural(len(targets), 'device')} would be contacted, and there is no terminal for the question: "
            "give --yes, or run the command at a terminal, which lists the addresses."
        )
    for target in targets:
        say(f"{target.device_id}: {', '.join(target.hosts)}")
    for peer in peers:
        say(f"peer {peer.peer}: {peer.host}:{peer.port}")
    if not typer.confirm("Contact these addresses?", err=True):
        raise typer.Abort


def _asked() -> Login:
    from mcuaudit.gather.fetch.login import Login

    name = typer.prompt("User name for the devices", err=True)
    return Login(name, typer.prompt("Password", hide_input=True, default="", show_default=False, err=True))


def _print(run: Run, output: FetchFormat) -> None:
    from mcuaudit.gather.fetch.summary import json_of, lines_of, sentence_of

    if output is FetchFormat.JSON:
        print_octets(json_of(run).encode())
    else:
        console = Console(highlight=False)
        for line in lines_of(run):
            console.print(visible(line), markup=False, soft_wrap=True)
    say(f"{sentence_of(run)}.")

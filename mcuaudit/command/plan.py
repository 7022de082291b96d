"""`mcuaudit plan`: the steps to a target, in an order that breaks nothing."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

from mcuaudit.command.exit_codes import FOUND
from mcuaudit.command.options import AtOption, ExportArgument, PolicyOption
from mcuaudit.command.run import Wanted, audited, progress_bars, say
from mcuaudit.command.what_if import (
    AddAuthorityOption,
    CertificateOption,
    DeviceOption,
    PeerCertificateOption,
    RemoveAuthorityOption,
    SettingOption,
    changes_of,
)
from mcuaudit.errors import UsageError, not_allowed
from mcuaudit.writers.interface import TABLE

if TYPE_CHECKING:
    from mcuaudit.variants.plans.plan import Plan

_FORMATS = (TABLE, "markdown", "json")


def _known(value: str) -> str:
    if value not in _FORMATS:
        raise UsageError(not_allowed("--format: unknown format", value, list(_FORMATS)))
    return value


def plan(
    export: ExportArgument,
    settings: SettingOption = None,
    device: DeviceOption = None,
    add_authority: AddAuthorityOption = None,
    remove_authority: RemoveAuthorityOption = None,
    certificate: CertificateOption = None,
    peer_certificate: PeerCertificateOption = None,
    replace_authority: Annotated[
        tuple[str, str] | None,
        typer.Option(
            "--replace-ca",
            metavar="OLD NEW",
            help="A CA of the export, by CN, subject or SHA-256, and the CA that takes its place: a file, or a CA of "
            "the export.",
            show_default=False,
        ),
    ] = None,
    renew_by: Annotated[
        str,
        typer.Option(
            "--renew-by",
            metavar="DATE",
            help="New certificates for those of devices and peers that end by that day.",
            show_default=False,
        ),
    ] = "",
    at: AtOption = "",
    policy: PolicyOption = None,
    output: Annotated[
        str,
        typer.Option(
            "--format",
            metavar="FORMAT",
            help=f"What to print: {', '.join(_FORMATS)}. The format markdown is a checklist.",
            callback=_known,
            autocompletion=lambda: list(_FORMATS),
        ),
    ] = TABLE,
) -> None:
    """Print the steps to a target, in a safe order, with what to test after each and how it is taken back.

    Nothing is changed. Each step is predicted with all steps before it. Exit code 1 says that something gets worse with
    a step, or that a step is held back because it would lock administrators out.
    """
    from mcuaudit.variants.changes import EVERY_DEVICE
    from mcuaudit.variants.plans.plan import plan as plan_for
    from mcuaudit.variants.plans.targets import RenewCertificates, ReplaceAuthority, Target

    devices = tuple(device or ()) or EVERY_DEVICE
    targets: list[Target] = [
        *changes_of(settings, device, add_authority, remove_authority, certificate, peer_certificate)
    ]
    if replace_authority:
        old, new = replace_authority
        targets.append(ReplaceAuthority(old, Path(new) if Path(new).is_file() else new, devices))
    if renew_by:
        targets.append(RenewCertificates(renew_by, devices))
    if not targets:
        raise UsageError('There is no target. Give at least one change, such as --set "Verification settings=…".')
    with progress_bars() as progress:
        audit = audited(Wanted(export, at, policy), None, progress)
        found = plan_for(audit, targets, progress=progress)
    _print(found, Path(audit.fleet.source or export).name, output)
    raise typer.Exit(0 if found.is_safe else FOUND)


def _print(plan: Plan, name: str, output: str) -> None:
    from mcuaudit.command.printed import print_octets
    from mcuaudit.summary.plan import plan_sentence
    from mcuaudit.writers.plan import plan_json, plan_lines, plan_markdown, print_plan

    console = Console(highlight=False)
    if output != TABLE:
        text = plan_json(plan, name) if output == "json" else plan_markdown(plan, name)
        print_octets(text.encode("utf-8"))
    elif console.is_terminal:
        print_plan(plan, console)
        return
    else:
        for line in plan_lines(plan):
            print(line)
    say(plan_sentence(plan))
    if output != "json":
        for remark in plan.remarks:
            say(remark)

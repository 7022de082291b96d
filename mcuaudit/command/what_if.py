"""`mcuaudit what-if`: what would differ if something were changed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

from mcuaudit.command.exit_codes import FOUND
from mcuaudit.command.options import AtOption, ExportArgument, PolicyOption
from mcuaudit.command.output import ComparisonFormatOption
from mcuaudit.command.run import Wanted, audited, progress_bars, say
from mcuaudit.errors import UsageError
from mcuaudit.writers.interface import TABLE

if TYPE_CHECKING:
    from mcuaudit.frames.comparison import Comparison
    from mcuaudit.variants.changes import Change

SettingOption = Annotated[
    list[str] | None,
    typer.Option(
        "--set",
        metavar="SETTING=VALUE",
        help='A setting of the devices by the label of its page or by its dotted key, such as "Verification '
        'settings=Outgoing and incoming calls" or services.http=false. Values of the policy are set with --policy.',
        show_default=False,
    ),
]
DeviceOption = Annotated[
    list[str] | None,
    typer.Option(
        "--device",
        metavar="PATTERN",
        help='Devices that are changed: site/device, or a pattern such as "leeds/*". Default: all.',
        show_default=False,
    ),
]


AddAuthorityOption = Annotated[
    list[str] | None,
    typer.Option(
        "--add-ca",
        metavar="STORE=FILE",
        help="CA certificates that are added to a trust store: sip, https or call_home.",
        show_default=False,
    ),
]
RemoveAuthorityOption = Annotated[
    list[str] | None,
    typer.Option(
        "--remove-ca",
        metavar="STORE=NAME",
        help="A CA that is removed from a trust store: its CN, subject or SHA-256.",
        show_default=False,
    ),
]
CertificateOption = Annotated[
    list[str] | None,
    typer.Option(
        "--certificate",
        metavar="DEVICE=FILE",
        help="Another local certificate of a device, with those that are presented with it.",
        show_default=False,
    ),
]
PeerCertificateOption = Annotated[
    list[str] | None,
    typer.Option("--peer-certificate", metavar="PEER=FILE", help="Another certificate of a peer.", show_default=False),
]
AddUserOption = Annotated[
    list[str] | None,
    typer.Option(
        "--add-user",
        metavar="NAME:PRIVILEGE",
        help="A user of the devices; an administrator without a privilege.",
        show_default=False,
    ),
]
RemoveUserOption = Annotated[
    list[str] | None,
    typer.Option("--remove-user", metavar="NAME", help="A user that is removed from the devices.", show_default=False),
]
AddFileOption = Annotated[
    list[str] | None,
    typer.Option(
        "--add-file",
        metavar="NAME=FILE",
        help="A file that the export has, by its path within the export.",
        show_default=False,
    ),
]


def what_if(
    export: ExportArgument,
    settings: SettingOption = None,
    device: DeviceOption = None,
    add_authority: AddAuthorityOption = None,
    remove_authority: RemoveAuthorityOption = None,
    certificate: CertificateOption = None,
    peer_certificate: PeerCertificateOption = None,
    add_user: AddUserOption = None,
    remove_user: RemoveUserOption = None,
    add_file: AddFileOption = None,
    move_to: Annotated[
        str, typer.Option("--move-to", metavar="TIME", help="It is that date or time.", show_default=False)
    ] = "",
    at: AtOption = "",
    policy: PolicyOption = None,
    output: ComparisonFormatOption = TABLE,
) -> None:
    """Print what would fail, work or be verified, and who could log in, if something were changed.

    Nothing is changed: neither a device, nor the export. Changes are evaluated together. Exit code 1 says that
    something that works would fail, end or be undetermined.
    """
    from mcuaudit.variants.effects import is_worse
    from mcuaudit.variants.what_if import what_if as answer

    changes = [
        *changes_of(settings, device, add_authority, remove_authority, certificate, peer_certificate),
        *_others_of(device, add_user, remove_user, add_file, move_to),
    ]
    if not changes:
        raise UsageError('Nothing is changed. Give at least one change, such as --set "Verification settings=…".')
    with progress_bars() as progress:
        found = answer(audited(Wanted(export, at, policy), None, progress), changes, progress=progress)
    _print(found, output)
    raise typer.Exit(FOUND if is_worse(found) else 0)


def changes_of(
    settings: Sequence[str] | None,
    device: Sequence[str] | None,
    add_authority: Sequence[str] | None = None,
    remove_authority: Sequence[str] | None = None,
    certificate: Sequence[str] | None = None,
    peer_certificate: Sequence[str] | None = None,
) -> list[Change]:
    """The changes that options name.

    Raises:
        UsageError: an option has not the form that it needs.
    """
    from mcuaudit.variants.changes import EVERY_DEVICE, AddAuthority, RemoveAuthority, ReplaceCertificate

    devices = tuple(device or ()) or EVERY_DEVICE
    return [
        *settings_of(settings, device, "--set"),
        *_each(add_authority, "--add-ca", "STORE=FILE", lambda slot, file: AddAuthority(slot, Path(file), devices)),
        *_each(
            remove_authority, "--remove-ca", "STORE=NAME", lambda slot, name: RemoveAuthority(slot, name, devices)
        ),
        *_each(
            certificate, "--certificate", "DEVICE=FILE", lambda name, file: ReplaceCertificate(Path(file), name)
        ),
        *_each(
            peer_certificate, "--peer-certificate", "PEER=FILE",
            lambda name, file: ReplaceCertificate(Path(file), devices, name),
        ),
    ]  # fmt: skip


def settings_of(settings: Sequence[str] | None, device: Sequence[str] | None, option: str) -> list[Change]:
    """Settings that are changed, as an option gives them.

    Raises:
        UsageError: one has not the form that it needs; the message names the option.
    """
    from mcuaudit.variants.changes import EVERY_DEVICE, SetSetting

    devices = tuple(device or ()) or EVERY_DEVICE
    return _each(settings, option, "SETTING=VALUE", lambda key, value: SetSetting(key, value, devices))


def _others_of(
    device: Sequence[str] | None,
    add_user: Sequence[str] | None,
    remove_user: Sequence[str] | None,
    add_file: Sequence[str] | None,
    move_to: str,
) -> list[Change]:
    from mcuaudit.domain.settings import ADMINISTRATOR
    from mcuaudit.variants.changes import EVERY_DEVICE, AddFile, AddUser, MoveTime, RemoveUser

    devices = tuple(device or ()) or EVERY_DEVICE
    users = (entry.rpartition(":") if ":" in entry else (entry, "", ADMINISTRATOR) for entry in add_user or ())
    return [
        *(AddUser(name, privilege, devices) for name, _, privilege in users),
        *(RemoveUser(name, devices) for name in remove_user or ()),
        *_each(add_file, "--add-file", "NAME=FILE", lambda name, file: AddFile(name, _existing(file))),
        *([MoveTime(move_to)] if move_to else []),
    ]


def _existing(file: str) -> Path:
    if not Path(file).is_file():
        raise UsageError(f"{file} is not a file; --add-file takes the path within the export, = and a file.")
    return Path(file)


def _each(given: Sequence[str] | None, option: str, form: str, make: Callable[[str, str], Change]) -> list[Change]:
    found = []
    for word in given or ():
        left, sign, right = word.partition("=")
        if not (sign and left.strip() and right.strip()):
            raise UsageError(f'{option} "{word}": expected {form}.')
        found.append(make(left.strip(), right.strip()))
    return found


def _print(found: Comparison, output: str) -> None:
    from mcuaudit.command.printed import print_octets
    from mcuaudit.summary.what_if import EFFECT_WORDS, effect_rows, sentence_of
    from mcuaudit.wording.visible import visible
    from mcuaudit.writers.formats import FORMATS
    from mcuaudit.writers.what_if import print_effects

    as_text = FORMATS[output].comparison if output != TABLE else None
    console = Console(highlight=False)
    if as_text:
        print_octets(as_text(found).encode("utf-8"))
    elif console.is_terminal:
        print_effects(found, console)
        return
    else:
        for row in effect_rows(found).to_dict("records"):
            print(visible(f"{EFFECT_WORDS[row['effect']]} {row['device_id']}: {row['subject']}. {row['reason']}"))
    say(sentence_of(found))
    for remark in found.remarks:
        say(remark)

"""`mcuaudit rules`, `describe`, `match` and `policy`: the rules, the terms and the policy of an audit."""

from __future__ import annotations

import os
from functools import partial
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from mcuaudit.command.options import PolicyOption, SetOption
from mcuaudit.command.places import place_given


def rules() -> None:
    """List the rules: code, severity, what each finds, and its source."""
    from rich.table import Table

    from mcuaudit.rules import registered_rules

    console = Console(highlight=False)
    if not console.is_terminal:
        for item in registered_rules().values():
            print(f"{item.code} {item.severity} {item.name} {item.title} ({item.grade}: {item.source}, {item.section})")
        return
    table = Table(box=None, pad_edge=False, header_style="bold")
    for heading in ("Code", "Severity", "What it finds", "Source"):
        table.add_column(heading)
    for item in registered_rules().values():
        table.add_row(item.code, item.severity, item.title, f"{item.source}, {item.section} ({item.grade})")
    console.print(table)


def describe(
    word: Annotated[
        str, typer.Argument(help="MCU205, connections.outcome, A11, verification_settings …", show_default=False)
    ],
) -> None:
    """Explain a rule, a frame, a column, a reading or a setting."""
    from mcuaudit.summary.descriptions import description

    print(description(word))


def match(
    certificate: Annotated[
        Path, typer.Argument(help="Certificate file, PEM or DER; the first certificate is used.", show_default=False)
    ],
    reference: Annotated[str, typer.Argument(help="Host name, IP address, sip: URI or https URL.", show_default=False)],
) -> None:
    """Check whether a certificate matches a name under each standard (MCU, RFC 5922, RFC 9525)."""
    from mcuaudit.command.matches import matches

    raise typer.Exit(matches(certificate, reference, Console(highlight=False)))


def policy(
    export: Annotated[
        str | None,
        typer.Argument(
            parser=place_given,
            metavar="[EXPORT]",
            help="Export whose policy to print, or its address.",
            show_default=False,
        ),
    ] = None,
    file: PolicyOption = None,
    settings: SetOption = None,
) -> None:
    """Print the policy in force as TOML, each value with its origin.

    Later sources win: defaults, mcuaudit.toml of the export or another file, variables such as
    MCUAUDIT_THRESHOLDS_EXPIRY_DAYS, and --set.
    """
    from mcuaudit.errors import UsageError
    from mcuaudit.policy.layers import policy_text, resolve_policy
    from mcuaudit.rules import check_rule_codes
    from mcuaudit.system.remote_addresses import is_remote, shown_address
    from mcuaudit.wording.visible import visible

    resolved = partial(resolve_policy, file=file, environment=os.environ, options=settings or ())
    if export is not None and is_remote(export):
        from mcuaudit.collect.remote_export import remote_copy
        from mcuaudit.policy.schema import POLICY_FILE, Limits

        with remote_copy(export, Limits(), only=(POLICY_FILE,)) as copy:
            found = resolved(copy).at_address(copy, shown_address(export))
    elif export is not None and not Path(export).is_dir():
        raise UsageError(f"{export} is not a directory; expected the directory of an export.")
    else:
        found = resolved(export)
    check_rule_codes(found.policy, str(found.file or "the policy"))
    for line in policy_text(found).splitlines():
        print(visible(line))

"""The arguments and options that several commands share."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated, Final

import typer

from mcuaudit.command.exit_codes import FailOn
from mcuaudit.command.places import output_directory, output_file, place_given
from mcuaudit.domain.instants import time_given
from mcuaudit.errors import UsageError

ExportArgument = Annotated[
    str,
    typer.Argument(
        parser=place_given,
        metavar="EXPORT",
        help="Directory of an export, or of a saved audit; or the address of an export, such as s3://bucket/exports.",
        show_default=False,
    ),
]
_EXAMPLES: Final = {"at": "2026-11-23", "baseline": "latest"}
_AT: Final = "Date (00:00 UTC) or time of the audit, such as 2026-11-23 or 2026-11-23T18:00Z. Default: now."


def _not_empty(context: typer.Context, parameter: typer.CallbackParam, value: str) -> str:
    """Refuse an option that was given an empty text, for example by an unset variable of the shell."""
    name = str(parameter.name)
    source = context.get_parameter_source(name)
    if source is not None and source.name == "COMMANDLINE" and not value.strip():
        raise UsageError(f"--{name} is empty; leave it out, or give a value, for example --{name} {_EXAMPLES[name]}.")
    if name == "at" and value:
        time_given(value, "--at")
    return value


AtOption = Annotated[str, typer.Option("--at", metavar="TIME", help=_AT, callback=_not_empty, show_default=False)]
FailOnOption = Annotated[
    FailOn,
    typer.Option(
        "--fail-on",
        help="Exit with code 1 if a finding has at least this severity; new-error and new-warning count only findings "
        "that are not in --baseline.",
    ),
]
FailOnOpenOption = Annotated[
    bool, typer.Option("--fail-on-open", metavar="", help="Let undetermined findings also trigger --fail-on.")
]
JOBS: Final = min(4, os.cpu_count() or 1)
JobsOption = Annotated[int, typer.Option("--jobs", "-j", metavar="N", min=1, help="Number of worker processes.")]
ClusterOption = Annotated[
    str,
    typer.Option(
        "--cluster",
        metavar="ADDRESS",
        help="Scheduler of a dask cluster, such as tcp://10.0.0.7:8786, in place of --jobs; docs/scale.md says more.",
        show_default=False,
    ),
]
PolicyOption = Annotated[
    Path | None,
    typer.Option(
        "--policy", metavar="FILE", help="Policy file to use instead of the export's mcuaudit.toml.", show_default=False
    ),
]
SetOption = Annotated[
    list[str] | None,
    typer.Option(
        "--set",
        metavar="KEY=VALUE",
        help="Set one value of the policy, such as rules.MCU105=off; may be repeated. Settings of a device are changed "
        "with mcuaudit what-if.",
    ),
]
BaselineOption = Annotated[
    str,
    typer.Option(
        "--baseline",
        metavar="AUDIT",
        help="A saved audit, or a directory of reports, to compare with; “latest” means the newest audit in the "
        "--keep directory.",
        callback=_not_empty,
        show_default=False,
    ),
]
KeepOption = Annotated[
    Path | None,
    typer.Option(
        "--keep",
        metavar="DIRECTORY",
        parser=output_directory,
        help="Directory in which to save this audit, for later comparison.",
        show_default=False,
    ),
]
RetainOption = Annotated[
    int | None,
    typer.Option(
        "--retain",
        metavar="N",
        min=1,
        help="With --keep: delete all but the newest N saved audits.",
        show_default=False,
    ),
]
SignOption = Annotated[
    Path | None,
    typer.Option(
        "--sign",
        metavar="KEY",
        help="Sign the saved files with this Ed25519 private key (PEM); mcuaudit verify --key checks it.",
        show_default=False,
    ),
]
ModeOption = Annotated[
    str,
    typer.Option(
        "--mode",
        metavar="OCTAL",
        help="Permissions of all files that are written, such as 640; by default only their owner can read saved "
        "audits, and other files follow the umask.",
        show_default=False,
    ),
]
RedactOption = Annotated[
    Path | None,
    typer.Option(
        "--redact",
        metavar="KEYFILE",
        help="Replace names, addresses, serial numbers and digests by pseudonyms in all that is written and printed. "
        "The file is made if it does not exist; it has every name, and mcuaudit unredact reads them back.",
        show_default=False,
    ),
]
WaitOption = Annotated[
    int,
    typer.Option(
        "--wait",
        metavar="SECONDS",
        min=0,
        help="Seconds to wait for another run with the same --out or --keep to finish.",
    ),
]
MetricsOption = Annotated[
    Path | None,
    typer.Option(
        "--metrics",
        metavar="FILE",
        parser=output_file,
        help="Write metrics to this file, for the textfile collector of Prometheus' node_exporter; - is standard "
        "output.",
        show_default=False,
    ),
]
CACHE_VARIABLE: Final = "MCUAUDIT_CACHE"
CacheOption = Annotated[
    Path | None,
    typer.Option(
        "--cache",
        metavar="DIRECTORY",
        parser=output_directory,
        envvar=CACHE_VARIABLE,
        show_envvar=False,
        help="Directory that keeps what was read and found, so that a run in which nothing changed is short. Default: "
        "the variable MCUAUDIT_CACHE.",
        show_default=False,
    ),
]
CacheSizeOption = Annotated[
    int | None,
    typer.Option(
        "--cache-size",
        metavar="MIB",
        min=1,
        help="Size of the cache, in MiB; what was not used for longest is removed. Default: 1024.",
        show_default=False,
    ),
]
NoCacheOption = Annotated[
    bool, typer.Option("--no-cache", metavar="", help="Use no cache, also if MCUAUDIT_CACHE is set.")
]

"""`mcuaudit report`: HTML pages per site, one for the fleet, and an index."""

from __future__ import annotations

import shlex
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from mcuaudit.command.caching import cache_of
from mcuaudit.command.exit_codes import FailOn, exit_code
from mcuaudit.command.options import (
    JOBS,
    AtOption,
    BaselineOption,
    CacheOption,
    CacheSizeOption,
    ClusterOption,
    ExportArgument,
    FailOnOpenOption,
    FailOnOption,
    JobsOption,
    KeepOption,
    MetricsOption,
    ModeOption,
    NoCacheOption,
    PolicyOption,
    RedactOption,
    RetainOption,
    SetOption,
    SignOption,
    WaitOption,
)
from mcuaudit.command.places import PRINTED, reports_directory
from mcuaudit.command.refusals import check_places, check_retain, check_threshold
from mcuaudit.command.run import (
    Wanted,
    audited,
    kept,
    name_of,
    progress_bars,
    say,
    say_summary,
    write_metrics_of,
)
from mcuaudit.command.workers import workers
from mcuaudit.domain.name_forms import as_known
from mcuaudit.errors import UsageError, not_allowed
from mcuaudit.system.remote_addresses import is_remote, shown_address

if TYPE_CHECKING:
    from mcuaudit.frames.containers import Audit
    from mcuaudit.variants.changes import Change


def report(
    export: ExportArgument,
    out: Annotated[
        str,
        typer.Option(
            "--out",
            "-o",
            metavar="DIRECTORY",
            parser=reports_directory,
            help="Directory for index.html and the pages, or its address, such as s3://bucket/reports.",
            show_default=False,
        ),
    ],
    site: Annotated[
        list[str] | None,
        typer.Option(
            "--site",
            metavar="SITE",
            help="Write only this site's page (and the fleet page and index); may be repeated.",
        ),
    ] = None,
    bundle: Annotated[
        bool,
        typer.Option(
            "--bundle", metavar="", help="Also write a zip file per site, with the page, tables and manifest."
        ),
    ] = False,
    explorer: Annotated[
        bool,
        typer.Option(
            "--explorer",
            metavar="",
            help="Also write explorer.html, with every connection and certificate of the fleet, to filter.",
        ),
    ] = False,
    target: Annotated[
        list[str] | None,
        typer.Option(
            "--target",
            metavar="SETTING=VALUE",
            help="A setting that the section Plan of the pages leads to, as with mcuaudit plan --set; may be repeated.",
            show_default=False,
        ),
    ] = None,
    target_device: Annotated[
        list[str] | None,
        typer.Option(
            "--target-device",
            metavar="PATTERN",
            help='Devices that --target is for: site/device, or a pattern such as "leeds/*". Default: all.',
            show_default=False,
        ),
    ] = None,
    at: AtOption = "",
    policy: PolicyOption = None,
    settings: SetOption = None,
    baseline: BaselineOption = "",
    keep: KeepOption = None,
    retain: RetainOption = None,
    sign: SignOption = None,
    mode: ModeOption = "",
    redact: RedactOption = None,
    wait: WaitOption = 0,
    metrics: MetricsOption = None,
    jobs: JobsOption = JOBS,
    cluster: ClusterOption = "",
    cache: CacheOption = None,
    cache_size: CacheSizeOption = None,
    no_cache: NoCacheOption = False,
    fail_on: FailOnOption = FailOn.ERROR,
    fail_on_open: FailOnOpenOption = False,
) -> None:
    """Audit an export and write an HTML report per site, one for the fleet, and an index.

    With --baseline the pages show what changed, with --keep the trend over the runs, with --target the steps to it.
    The pages are replaced all at once or not at all. A second run with the same --out or --keep exits with code 4,
    or waits with --wait.
    """
    from mcuaudit.report.evaluated import for_pages
    from mcuaudit.report.kernel import prepare_kernels
    from mcuaudit.report.publish import check_output, restore
    from mcuaudit.report.remote_reports import check_remote_output
    from mcuaudit.report.render import render_reports
    from mcuaudit.system.locks import lock_beside, lock_within, one_run
    from mcuaudit.system.permissions import file_mode
    from mcuaudit.system.signing import signing_key

    check_places(export, files=[redact] if redact else [], metrics=metrics, keep=keep, pages=out)
    check_threshold(fail_on, baseline)
    check_retain(retain, keep)
    targets = _targets(target, target_device)
    if is_remote(out):
        check_remote_output(out)
    else:
        check_output(out)
    key = signing_key(sign) if sign else None
    permissions = file_mode(mode) if mode else None
    kept_before = cache_of(cache, cache_size, no_cache, export, keep=keep, pages=out)
    wanted = Wanted(export, at, policy, settings or [], baseline, keep, redact, kept_before)
    locks = [*([] if is_remote(out) else [lock_beside(out)]), *([lock_within(keep)] if keep else [])]
    with one_run(locks, wait=wait, say=say):
        if not is_remote(out):
            restore(out)
            check_output(out)
        prepare_kernels()
        with progress_bars() as progress, workers(1, cluster, export) as executor:
            found = audited(wanted, executor, progress, partial(for_pages, target=targets, progress=progress))
            also = [word for word, chosen in (("--bundle", bundle), ("--explorer", explorer)) if chosen]
            command = _command(wanted, out, site or [], found.at.isoformat(), _words(target, target_device), also)
            sites = _pseudonyms(site, found, redact) if site and redact else site
            done = render_reports(
                found,
                out,
                sites=sites,
                executor=executor,
                jobs=jobs,
                progress=progress,
                command=command,
                kept=keep,
                bundle=bundle,
                explorer=explorer,
                sign=key,
                mode=permissions,
            )
        say_summary(found, name_of(export, found), done.index)
        for item in done.failed:
            former = f"; its page as of {item.former:%Y-%m-%d %H:%M} UTC stays" if item.former else ""
            say(f"the report of {item.site or 'the fleet'} failed: {item.error}{former}")
        if done.unchanged:
            say(f"no report could be made, so the former pages in {shown_address(out)} are unchanged.")
        # Kept last, and only with all reports: the next run compares with it, and what no page showed is still new.
        if not done.failed:
            write_metrics_of(found, metrics, permissions)
            kept(found, keep, retain, key, permissions)
    # Metrics that are printed stand alone; the summary names the index.
    if metrics != PRINTED:
        print(done.index)
    raise typer.Exit(exit_code(found, fail_on, fail_on_open, failed_reports=bool(done.failed)))


def _targets(target: list[str] | None, devices: list[str] | None) -> list[Change]:
    """What the section Plan leads to.

    Raises:
        UsageError: a target has not the form that it needs, or there are devices and no target.
    """
    from mcuaudit.command.what_if import settings_of

    if devices and not target:
        raise UsageError("--target-device needs --target; it says which devices have the target.")
    return settings_of(target, devices, "--target")


def _words(target: list[str] | None, devices: list[str] | None) -> list[str]:
    """The options as words of a command."""
    return [
        *(word for one in target or () for word in ("--target", one)),
        *(word for one in devices or () for word in ("--target-device", one)),
    ]


def _pseudonyms(sites: list[str], audit: Audit, key: Path) -> list[str]:
    """The sites as the redacted audit has them.

    Raises:
        UsageError: the export has no such site.
    """
    from mcuaudit.redaction.key import redaction_key

    names = redaction_key(key).names
    known = {names.get(site, site): site for site in audit.sites}
    found = [as_known(site, known) for site in sites]
    for site, name in zip(sites, found, strict=True):
        if name is None:
            raise UsageError(not_allowed("--site: unknown site", site, sorted(known)))
    return [known[name] for name in found if name is not None]


def _command(wanted: Wanted, out: str, sites: list[str], at: str, target: list[str], also: list[str]) -> str:
    """The command that makes the same pages again, except for the trend; it stands in the last line of each page."""
    from mcuaudit.system.own_output import kept_audit
    from mcuaudit.triage.history import LATEST, newest

    if wanted.redact is not None:
        # The words of the command line have names.
        words = ["mcuaudit", "report", "EXPORT", "--redact", "KEYFILE", "--out", "DIRECTORY", "--at", at]
        return shlex.join([*words, *also])
    baseline = wanted.baseline
    if baseline == LATEST and wanted.keep is not None:
        # At the next run another audit is the latest.
        baseline = str(newest(wanted.keep) or "")
    words = ["mcuaudit", "report", shown_address(str(wanted.source)), "--out", shown_address(out)]
    words += [] if kept_audit(wanted.source) else ["--at", at]
    words += [word for site in sites for word in ("--site", site)]
    words += target
    words += ["--policy", str(wanted.policy)] if wanted.policy else []
    words += [word for setting in wanted.settings for word in ("--set", setting)]
    words += ["--baseline", baseline] if baseline else []
    words += also
    return shlex.join(words)

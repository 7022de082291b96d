"""Reports: the saved audit, a page per site and one for the fleet, each made from a notebook, and an index."""

from __future__ import annotations

import math
import shlex
import shutil
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import Executor, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Final

import pandas as pd

from mcuaudit.errors import UsageError
from mcuaudit.frames.containers import Audit, site_of
from mcuaudit.policy.schema import Policy
from mcuaudit.report.bundle import write_bundle
from mcuaudit.report.evaluated import for_pages
from mcuaudit.report.execute import Job, JobResult, page_of, run_job
from mcuaudit.report.explorer import explorer_page
from mcuaudit.report.former import FormerPages, former_pages, write_marker
from mcuaudit.report.html import code, join
from mcuaudit.report.index import index_body, index_title
from mcuaudit.report.kernel import close_kernels
from mcuaudit.report.page_links import link_pages
from mcuaudit.report.pages import site_title
from mcuaudit.report.publish import check_output, made_aside
from mcuaudit.report.remote_reports import RemoteReports, made_for, publish, publish_failures
from mcuaudit.report.site_lines import Entry
from mcuaudit.summary.verdict import page_title
from mcuaudit.system.arguments import path_given
from mcuaudit.system.executors import on_this_machine, run_all
from mcuaudit.system.file_names import safe_names
from mcuaudit.system.log import LOG
from mcuaudit.system.permissions import file_mode, restrict
from mcuaudit.system.progress import Progress
from mcuaudit.system.remote_addresses import is_remote, shown_address
from mcuaudit.system.resources import notebooks_directory
from mcuaudit.system.signing import SigningKey, signing_key
from mcuaudit.triage.history import trend
from mcuaudit.variants.plans.targets import Target
from mcuaudit.wording.phrases import on_and_at, zone_of

SITE_NOTEBOOK: Final = "90_site_report.ipynb"
FLEET_NOTEBOOK: Final = "95_fleet_report.ipynb"
EXPLORER: Final = "explorer.html"
_PAGES_PER_KERNEL: Final = 2
"""Fewer pages do not get a kernel more: to start a plain one takes as long as two pages, to fork one half of a page."""
_KERNEL_LOST: Final = (
    "the kernel that made the report %s was lost, for example because the machine has no memory left. Another kernel "
    "made it again; fewer --jobs need less memory."
)


@dataclass(frozen=True, slots=True)
class ReportMade:
    """One report: the page, or the error with the executed notebook that shows its place.

    Attributes:
        site: name of the site; None for the fleet.
        page: the HTML file, also if it could not be made; a text for one at an address.
        former: the time of the audit of the former page, which stays if the report could not be made; None if there is
            no such page, or the report was made.
        notebook: the executed notebook of a report that failed; None if it was not executed.
    """

    site: str | None
    page: Path | str
    notebook: Path | str | None
    seconds: float
    error: str | None
    former: datetime | None = None


@dataclass(frozen=True, slots=True)
class RenderResult:
    """The result of `render_reports`: the index, and each report, that of the fleet last.

    Attributes:
        index: the page; a text for one at an address.
        reports: in the order of the sites.
        unchanged: no report could be made, and the former pages and index are as they were.
    """

    index: Path | str
    reports: tuple[ReportMade, ...]
    unchanged: bool = False

    @property
    def failed(self) -> tuple[ReportMade, ...]:
        """The reports that could not be made."""
        return tuple(report for report in self.reports if report.error is not None)


def render_reports(
    audit: Audit,
    out: str | Path,
    *,
    sites: Sequence[str] | None = None,
    executor: Executor | None = None,
    jobs: int = 1,
    progress: Progress | None = None,
    command: str = "",
    notebooks: str | Path | None = None,
    target: Target | Iterable[Target] = (),
    kept: str | Path | None = None,
    bundle: bool = False,
    explorer: bool = False,
    sign: str | Path | SigningKey | None = None,
    mode: int | str | None = None,
) -> RenderResult:
    """Write `out`/index.html, a page per site, one for the fleet, and the audit itself.

    At an address the pages and the audit are in a directory of their run, `out`/runs/…; index.html is replaced last.

    Former reports are replaced at the end, in one step, or not at all. If a report fails, the index and the result
    have its error, its former page stays and the index says from when it is, and the other reports are made. If all
    fail, the former pages and their index stay as they are.

    Args:
        audit: the audit of the whole fleet.
        out: a directory that is empty, does not exist yet, or contains reports of mcuaudit; or the address of one,
            such as "s3://bucket/reports". For an address the pages are made on this machine, whatever the executor.
        sites: the sites to report on, by default all.
        executor: runs the reports, for example on a cluster with the same file system.
        jobs: without an executor, the largest number of reports that are made in parallel, each in its own process.
        progress: called with the number of reports that are done, and of all.
        command: the command that makes these pages again, for their last line.
        notebooks: the directory of the two notebooks, by default those of mcuaudit.
        target: what the section Plan leads to, as for `mcuaudit.plan`; by default there is no plan.
        kept: the directory of saved audits, for the trend in the index.
        bundle: write a zip file per site too, with the page, its tables and a manifest.
        explorer: write `out`/explorer.html too, with every connection and certificate of the fleet, to filter.
        sign: a file with a private key of Ed25519, PEM, which signs the audit and the bundles, for `mcuaudit.verify`.
        mode: the permissions of all files, as a number or its octal digits ("640"). By default only their owner can
            read the audit and the notebooks of reports that failed, and the pages have the permissions of the umask.

    Raises:
        UsageError: the audit has no such site, there is no plan for such a target, `out` contains other files, `sign`
            is not such a file, or `mode` is not such a mode.
        StorageError: the machine cannot write there, for example because the disk is full.
    """
    permissions = file_mode(mode) if mode is not None else None
    chosen, key = _chosen(audit, sites), signing_key(sign) if sign is not None else None
    audit = for_pages(audit, target, progress)
    here = partial(
        _render, audit, chosen=chosen, jobs=jobs, progress=progress, command=command,
        notebooks=Path(notebooks or notebooks_directory()), kept=kept, bundle=bundle, explorer=explorer, key=key,
        permissions=permissions,
    )  # fmt: skip
    if not is_remote(out):
        return here(path_given(out, "out"), executor=executor)
    if permissions is not None:
        raise UsageError(f"mode has no effect at {shown_address(str(out))}; its own rules say who may read what.")
    with made_for(str(out)) as made:
        # The index is beside the directory of the run.
        result = here(made.local, executor=on_this_machine(executor), below=f"{made.run}/")
        if result.unchanged:
            publish_failures(made)
        else:
            publish(made, progress)
        return _at_address(result, made)


def _at_address(result: RenderResult, made: RemoteReports) -> RenderResult:
    shown = partial(made.shown, unchanged=result.unchanged)
    reports = tuple(
        replace(report, page=shown(report.page), notebook=shown(report.notebook) if report.notebook else None)
        for report in result.reports
    )
    return replace(result, index=shown(result.index), reports=reports)


def _render(
    audit: Audit,
    out: Path,
    *,
    chosen: list[str],
    executor: Executor | None,
    jobs: int,
    progress: Progress | None,
    command: str,
    notebooks: Path,
    kept: str | Path | None,
    bundle: bool,
    explorer: bool,
    key: SigningKey | None,
    permissions: int | None,
    below: str = "",
) -> RenderResult:
    """Write the reports to a directory of this machine; the index says that the pages are `below` it."""
    check_output(out)
    # The directory of the first run does not exist yet.
    runs = trend(kept, present=audit) if kept and path_given(kept, "kept").exists() else None
    with made_aside(out) as made:
        aside = made.directory
        audit.save(aside / "audit", sign=key)
        # If this run is killed, the next one deletes this directory.
        scratch = aside / ".kernels"
        scratch.mkdir(mode=0o700)
        planned = _jobs(audit, chosen, aside, notebooks, command, scratch)
        results = _run(planned, executor, jobs, progress)
        shutil.rmtree(scratch, ignore_errors=True)
        former = former_pages(out, audit.fleet.source, audit.fleet.redacted)
        reports = [_report(job, results[job.site], aside, former) for job in planned]
        if audit.fleet.redacted:
            # The notebook and message of a failure name places of this machine.
            shutil.rmtree(aside / "failed", ignore_errors=True)
            reports = [replace(report, notebook=None) for report in reports]
        stays = former.same_names and (out / "index.html").exists()
        if stays and all(report.error is not None for report in reports):
            made.replaces = False
            return _unchanged(reports, aside, out)
        times = {_address(report.page, aside): report.former or audit.at for report in reports if _is_made(report.page)}
        write_marker(aside, times, audit.fleet.source, audit.fleet.redacted)
        bundles = _write_bundles(audit, reports, aside, key, former) if bundle else {}
        # After the bundles, which have one page each.
        if explorer:
            _write_explorer(audit, reports, aside, command)
        linked = (*times, *([EXPLORER] if explorer else []))
        link_pages(aside, [aside / page for page in linked], above="../" * below.count("/"))
        _write_index(audit, reports, aside, command, runs, bundles, below)
        if permissions is not None:
            restrict(aside, permissions)
        # At the end of this block the directory is renamed to `out`.
        moved = tuple(_moved(report, aside, out) for report in reports)
    return RenderResult(out / "index.html", moved)


def _chosen(audit: Audit, sites: Sequence[str] | None) -> list[str]:
    if audit.devices.empty:
        raise UsageError("The audit has no device, so there is nothing to report on.")
    return sorted({site_of(audit, site) for site in sites}) if sites else audit.sites


def _jobs(audit: Audit, sites: list[str], aside: Path, notebooks: Path, command: str, scratch: Path) -> list[Job]:
    (aside / "sites").mkdir()
    # Names depend on all sites, so that a page has the same name whichever sites are chosen.
    names = safe_names(audit.sites)
    seconds = Policy.model_validate(audit.policy).limits.seconds_per_cell
    audit_dir = str((aside / "audit").resolve())
    jobs = []
    for site in sites:
        zone = zone_of(audit.fleet.site_time_zones.get(site))
        jobs.append(
            Job(
                site=site,
                notebook=str(notebooks / SITE_NOTEBOOK),
                parameters={"audit_dir": audit_dir, "site": site},
                page=str(aside / "sites" / f"{names[site]}.html"),
                title=page_title(audit.select(site), site_title(audit, site), zone),
                footer=_footer(audit, site, command),
                scratch=str(scratch),
                seconds_per_cell=seconds,
            )
        )
    fleet = Job(
        site=None,
        notebook=str(notebooks / FLEET_NOTEBOOK),
        parameters={"audit_dir": audit_dir},
        page=str(aside / "fleet.html"),
        title=page_title(audit, "Fleet"),
        footer=_footer(audit, None, command),
        scratch=str(scratch),
        seconds_per_cell=seconds,
    )
    return [*jobs, fleet]


def _footer(audit: Audit, site: str | None, command: str) -> str:
    """The time of the page, and the command that makes it again."""
    if not command:
        only = ["--site", site] if site is not None else []
        source = audit.fleet.source or "EXPORT"
        if audit.fleet.redacted:
            # --site takes the true name, which the page must not have.
            only, source = ["--redact", "KEYFILE"], "EXPORT"
        command = shlex.join(["mcuaudit", "report", source, *only, "--at", audit.at.isoformat(), "--out", "DIRECTORY"])
    return str(join(("Generated on ", on_and_at(datetime.now(UTC)), " by ", code(command), ".")))


def _run(
    planned: Sequence[Job], executor: Executor | None, jobs: int, progress: Progress | None
) -> dict[str | None, JobResult]:
    """Run all jobs, the fleet's first as the largest, and report the progress."""
    scratch = planned[0].scratch
    number = 0

    def done(result: JobResult) -> None:
        nonlocal number
        number += 1
        if result.kernels_lost:
            LOG.warning(_KERNEL_LOST, f"of {result.site}" if result.site is not None else "of the fleet")
        if progress:
            progress("reports", number, len(planned))

    def end(running: Sequence[Future[JobResult]]) -> None:
        # A thread that waits for its kernel goes on when the kernel ends; it may just be starting another one.
        while left := [future for future in running if not future.done()]:
            close_kernels(scratch)
            wait(left, timeout=0.1)

    largest_first = list(reversed(planned))
    try:
        if executor is not None:
            results = run_all(executor, run_job, largest_first, done)
        else:
            kernels = max(1, min(jobs, math.ceil(len(planned) / _PAGES_PER_KERNEL)))
            with ThreadPoolExecutor(max_workers=kernels, thread_name_prefix="report") as pool:
                results = run_all(pool, run_job, largest_first, done, end)
    finally:
        close_kernels(scratch)
    return {result.site: result for result in results}


def _unchanged(reports: Iterable[ReportMade], aside: Path, out: Path) -> RenderResult:
    """Only the notebooks that failed are new in `out`, so that the error can be found."""
    if (aside / "failed").is_dir():
        shutil.rmtree(out / "failed", ignore_errors=True)
        (aside / "failed").rename(out.resolve() / "failed")
    moved = tuple(_moved(report, aside, out) for report in reports)
    return RenderResult(out / "index.html", moved, unchanged=True)


def _report(job: Job, result: JobResult, aside: Path, former: FormerPages) -> ReportMade:
    page = Path(job.page)
    notebook = None
    executed = page.with_suffix(".ipynb")
    if executed.is_file():
        # Kept to find the error, but not among the pages, which are sent to others.
        folder = aside / "failed"
        folder.mkdir(exist_ok=True)
        notebook = executed.rename(folder / executed.name)
        restrict(folder)
    kept = former.keep(_address(page, aside), aside) if result.error is not None else None
    return ReportMade(job.site, page, notebook, result.seconds, result.error, kept)


def _moved(report: ReportMade, aside: Path, out: Path) -> ReportMade:
    notebook = out / _address(report.notebook, aside) if report.notebook else None
    return replace(report, page=out / _address(report.page, aside), notebook=notebook)


def _write_bundles(
    audit: Audit, reports: Iterable[ReportMade], aside: Path, sign: SigningKey | None, former: FormerPages
) -> dict[str | None, Path]:
    """The bundle of every site with a page, by site; that of a former page is the former one."""
    (aside / "bundles").mkdir()
    bundles: dict[str | None, Path] = {}
    for report in reports:
        name = f"bundles/{Path(report.page).with_suffix('.zip').name}"
        if report.site is not None and report.error is None:
            bundles[report.site] = write_bundle(audit.select(report.site), report.page, aside / name, sign)
        elif report.site is not None and report.former and (kept := former.keep_bundle(name, aside)):
            bundles[report.site] = kept
    return bundles


def _write_explorer(audit: Audit, reports: Iterable[ReportMade], aside: Path, command: str) -> None:
    pages = {report.site: _address(report.page, aside) for report in reports if _is_made(report.page)}
    of_sites = {site: page for site, page in pages.items() if site is not None}
    page = explorer_page(audit, pages=of_sites, footer=_footer(audit, None, command))
    (aside / EXPLORER).write_text(page.text, encoding="utf-8")


def _write_index(
    audit: Audit,
    reports: Iterable[ReportMade],
    aside: Path,
    command: str,
    runs: pd.DataFrame | None,
    bundles: Mapping[str | None, Path],
    below: str,
) -> None:
    entries = {
        report.site: Entry(
            below + _address(report.page, aside),
            report.error.partition(":")[0] if report.error and audit.fleet.redacted else report.error,
            below + _address(report.notebook, aside) if report.notebook else None,
            below + _address(bundles[report.site], aside) if report.site in bundles else None,
            report.former,
        )
        for report in reports
    }
    fleet = entries.pop(None, None)
    of_sites = {site: entry for site, entry in entries.items() if site is not None}
    explorer = below + EXPLORER if (aside / EXPLORER).is_file() else ""
    body = index_body(audit, of_sites, fleet, runs, explorer)
    page = page_of(body, index_title(audit), _footer(audit, None, command))
    (aside / "index.html").write_text(page, encoding="utf-8")


def _address(path: str | Path, aside: Path) -> str:
    # Names of pages need no escape in an address; see `safe_name`.
    return Path(path).relative_to(aside).as_posix()


def _is_made(page: str | Path) -> bool:
    """Whether a page is there."""
    return Path(page).is_file()

"""Reports: the audit is saved once, one notebook per site and one for the fleet become pages, an index links them."""

from __future__ import annotations

import shlex
import shutil
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import Executor, ThreadPoolExecutor, as_completed
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import pandas as pd

from mcuaudit.errors import UsageError, did_you_mean
from mcuaudit.frames.containers import Audit
from mcuaudit.report.bundle import write_bundle
from mcuaudit.report.execute import Job, Made, page_of, run_job
from mcuaudit.report.html import code, join
from mcuaudit.report.index import Entry, index_body, index_title
from mcuaudit.report.kernel import close_kernels
from mcuaudit.report.pages import site_title
from mcuaudit.report.publish import check_output, made_aside
from mcuaudit.system.file_names import safe_names
from mcuaudit.system.progress import Progress
from mcuaudit.system.resources import notebooks_directory
from mcuaudit.triage.history import trend
from mcuaudit.wording.phrases import long_date, time_of_day, zone_of

SITE_NOTEBOOK: Final = "90_site_report.ipynb"
FLEET_NOTEBOOK: Final = "95_fleet_report.ipynb"


@dataclass(frozen=True, slots=True)
class ReportMade:
    """One report: the page, or the error and the executed notebook that shows where it arose.

    Attributes:
        site: name of the site; None for the fleet.
        page: the HTML file, also where it could not be made.
        notebook: the executed notebook of a report that failed, if it came to be executed.
    """

    site: str | None
    page: Path
    notebook: Path | None
    seconds: float
    error: str | None


@dataclass(frozen=True, slots=True)
class RenderResult:
    """What `render_reports` wrote: the index, and each report, the fleet's last."""

    index: Path
    reports: tuple[ReportMade, ...]

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
    kept: str | Path | None = None,
    bundle: bool = False,
) -> RenderResult:
    """Write `out`/index.html, a page per site, one for the fleet, and the audit itself.

    Everything is made aside and takes the place of former reports at the end, or not at all. A report that
    fails is told in the index and in the result; the others are made.

    Args:
        audit: the whole fleet, so that a site's report knows what lies outside of it.
        out: a directory that is empty, does not exist yet, or holds reports of mcuaudit.
        sites: the sites to report on, by default all.
        executor: runs the reports, for example on a cluster that sees the same files.
        jobs: without an executor, how many reports are made at once, each in a process of its own.
        progress: told what was made, how much of it is done, and how much there is.
        command: what makes these pages again, for their last line.
        notebooks: the directory with the two notebooks, by default those of mcuaudit.
        kept: where audits are kept; the index then shows the trend over them.
        bundle: make a zip file of each site's page too, with its tables and a manifest.

    Raises:
        UsageError: the audit has no such site, or `out` holds something else.
    """
    chosen = _chosen(audit, sites)
    check_output(out)
    runs = trend(kept, present=audit) if kept else None
    with made_aside(out) as aside:
        audit.save(aside / "audit")
        # What is aside is swept up by the next run, whatever becomes of this one.
        scratch = aside / ".kernels"
        scratch.mkdir(mode=0o700)
        planned = _jobs(audit, chosen, aside, Path(notebooks or notebooks_directory()), command, scratch)
        made = _run(planned, executor, jobs, progress)
        shutil.rmtree(scratch, ignore_errors=True)
        reports = [_told(job, made[job.site], aside) for job in planned]
        bundles = _write_bundles(audit, reports, aside) if bundle else {}
        _write_index(audit, reports, aside, command, runs, bundles)
        # The directory is still aside; soon it is `out`.
        moved = tuple(_moved(report, aside, Path(out)) for report in reports)
    return RenderResult(Path(out) / "index.html", moved)


def _chosen(audit: Audit, sites: Sequence[str] | None) -> list[str]:
    if audit.devices.empty:
        raise UsageError("The audit has no device, so there is nothing to report on.")
    for site in sites or ():
        if site not in audit.sites:
            raise UsageError(
                f'The audit has no site "{site}"; it has {", ".join(audit.sites)}.{did_you_mean(site, audit.sites)}'
            )
    return sorted(set(sites)) if sites else audit.sites


def _jobs(audit: Audit, sites: list[str], aside: Path, notebooks: Path, command: str, scratch: Path) -> list[Job]:
    (aside / "sites").mkdir()
    # All sites count for the names, so that a page is called the same whichever sites are chosen.
    names = safe_names(audit.sites)
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
                title=f"{site_title(audit, site)} · certificate audit · {long_date(audit.at, zone)}",
                footer=_footer(audit, site, command),
                scratch=str(scratch),
            )
        )
    fleet = Job(
        site=None,
        notebook=str(notebooks / FLEET_NOTEBOOK),
        parameters={"audit_dir": audit_dir},
        page=str(aside / "fleet.html"),
        title=f"Fleet · certificate audit · {long_date(audit.at)}",
        footer=_footer(audit, None, command),
        scratch=str(scratch),
    )
    return [*jobs, fleet]


def _footer(audit: Audit, site: str | None, command: str) -> str:
    """When the page was made, and the command that makes it again."""
    if not command:
        only = ["--site", site] if site is not None else []
        source = audit.fleet.source or "EXPORT"
        command = shlex.join(["mcuaudit", "report", source, *only, "--at", audit.at.isoformat(), "--out", "DIRECTORY"])
    return str(join(("Made ", time_of_day(datetime.now(UTC)), " by ", code(command), ".")))


def _run(
    planned: Sequence[Job], executor: Executor | None, jobs: int, progress: Progress | None
) -> dict[str | None, Made]:
    """Run all jobs, the larger fleet report first, and tell each one's end."""
    done: dict[str | None, Made] = {}

    def collect(pool: Executor) -> None:
        waiting = [pool.submit(run_job, job) for job in reversed(planned)]
        for future in as_completed(waiting):
            made = future.result()
            done[made.site] = made
            if progress:
                progress("reports", len(done), len(planned))

    if executor is not None:
        collect(executor)
        return done
    pool = ThreadPoolExecutor(max_workers=max(1, min(jobs, len(planned))), thread_name_prefix="report")
    try:
        collect(pool)
    except BaseException:
        # Whoever interrupts does not want to wait for the reports that have not begun.
        pool.shutdown(wait=False, cancel_futures=True)
        raise
    finally:
        # A thread that waits for its kernel comes free when the kernel ends.
        close_kernels()
        pool.shutdown(wait=True, cancel_futures=True)
        close_kernels()
    return done


def _told(job: Job, made: Made, aside: Path) -> ReportMade:
    page = Path(job.page)
    notebook = None
    executed = page.with_suffix(".ipynb")
    if executed.is_file():
        # It is kept for whoever looks for the error, away from the pages that are handed on.
        folder = aside / "failed"
        folder.mkdir(exist_ok=True)
        notebook = executed.rename(folder / executed.name)
    return ReportMade(job.site, page, notebook, made.seconds, made.error)


def _moved(report: ReportMade, aside: Path, out: Path) -> ReportMade:
    notebook = out / report.notebook.relative_to(aside) if report.notebook else None
    return replace(report, page=out / report.page.relative_to(aside), notebook=notebook)


def _write_bundles(audit: Audit, reports: Iterable[ReportMade], aside: Path) -> dict[str | None, Path]:
    """The bundle of every site whose page could be made, by site."""
    (aside / "bundles").mkdir()
    return {
        report.site: write_bundle(
            audit.select(report.site), report.page, aside / "bundles" / report.page.with_suffix(".zip").name
        )
        for report in reports
        if report.site is not None and report.error is None
    }


def _write_index(
    audit: Audit,
    reports: Iterable[ReportMade],
    aside: Path,
    command: str,
    runs: pd.DataFrame | None,
    bundles: Mapping[str | None, Path],
) -> None:
    entries = {
        report.site: Entry(
            _address(report.page, aside),
            report.error,
            _address(report.notebook, aside) if report.notebook else None,
            _address(bundles[report.site], aside) if report.site in bundles else None,
        )
        for report in reports
    }
    fleet = entries.pop(None, None)
    of_sites = {site: entry for site, entry in entries.items() if site is not None}
    body = index_body(audit, of_sites, fleet, runs)
    page = page_of(body, index_title(audit), _footer(audit, None, command))
    (aside / "index.html").write_text(page, encoding="utf-8")


def _address(path: Path, aside: Path) -> str:
    # Names of pages hold nothing that an address would have to escape; see names.safe_name.
    return path.relative_to(aside).as_posix()

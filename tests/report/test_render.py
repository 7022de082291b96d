"""From an audit to pages: each in its own file, complete or not at all, whatever a notebook does."""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import signal
import subprocess
import sys
import textwrap
import threading
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from html import unescape
from multiprocessing import get_context
from pathlib import Path

import pandas as pd
import pytest
from jupyter_core.utils import run_sync

import mcuaudit
from mcuaudit.errors import UsageError
from mcuaudit.frames.containers import Audit
from mcuaudit.frames.load import load_audit
from mcuaudit.report.execute import check_parameters
from mcuaudit.report.former import former_pages, write_marker
from mcuaudit.report.kernel import Kernel, close_kernels, drop_kernel_of_thread, kernel_of_thread
from mcuaudit.report.page_links import link_pages, site_link
from mcuaudit.report.render import RenderResult, render_reports
from mcuaudit.system.own_output import REPORTS_MARKER
from mcuaudit.system.resources import notebooks_directory, sample_directory
from mcuaudit.wording.phrases import on_and_at
from tests.patience import GENEROUS, wait_for
from tests.report.short_notebooks import short_notebooks
from tests.report.synthetic_audit import LEEDS, OBRIEN, make_audit

ROOT = Path(__file__).parents[2]
SITE = 'globals().get("site")'
"""In a cell, the site of the page; the report of the fleet has none."""


def test_there_is_a_page_per_site_one_for_the_fleet_and_an_index(rendered: RenderResult) -> None:
    assert [report.site for report in rendered.reports] == [OBRIEN, LEEDS, None]
    assert rendered.failed == ()
    assert rendered.index.name == "index.html"
    for page in (rendered.index, *(report.page for report in rendered.reports)):
        assert page.read_text(encoding="utf-8").endswith("</html>\n")
    assert {path.name for path in rendered.index.parent.iterdir()} == {
        "index.html", "fleet.html", "sites", "audit", ".mcuaudit-reports.json",
    }  # fmt: skip


def test_the_saved_audit_can_be_loaded_again(rendered: RenderResult, audit: Audit) -> None:
    loaded = load_audit(rendered.index.parent / "audit")
    pd.testing.assert_frame_equal(loaded.connections, audit.connections)


def test_a_page_shows_no_code_and_begins_with_the_verdict(rendered: RenderResult) -> None:
    text = rendered.reports[1].page.read_text(encoding="utf-8")
    assert "import mcuaudit" not in text
    assert "audit_dir" not in text
    heading = re.search(r"<h1>(.*?)</h1>", text)
    assert heading is not None
    assert (
        heading[1]
        == "Leeds: 3 of 30 connections will be refused, 8 are undetermined, and one MCU cannot be administered."
    )
    title = "Leeds: 1 locked out, 3 of 30 connections refused, 8 undetermined · certificate audit · 23 November 2026"
    assert f"<title>{title}</title>" in text


def test_a_page_says_how_it_is_made_again(rendered: RenderResult) -> None:
    for page in (rendered.index, *(report.page for report in rendered.reports)):
        assert "by <code>mcuaudit report exports --at 2026-11-23</code>" in page.read_text(encoding="utf-8")


def test_the_index_links_every_page_most_urgent_site_first(rendered: RenderResult) -> None:
    text = rendered.index.read_text(encoding="utf-8")
    # The first job of each site, with who does it and by when.
    assert text.count('">Reissue it. PKI team.</span></td><td data-label="By">today<') == 2
    links = [link for link in re.findall(r'href="([^"]+)"', text) if not link.startswith("#")]
    assert links[:2] == ["fleet.html", "sites/leeds.html"]
    assert len(links) == 3
    assert all((rendered.index.parent / link).is_file() for link in links)
    assert "3 refused, 8 undetermined of 30</span>" in text
    assert "1 locked out" in text
    assert "could not be made" not in text


def test_every_link_of_every_page_leads_somewhere_and_back(rendered: RenderResult) -> None:
    out = rendered.index.parent
    beside: dict[str, set[str]] = {}
    for page in (rendered.index, *(Path(report.page) for report in rendered.reports)):
        text = page.read_text(encoding="utf-8")
        links = [unescape(link) for link in re.findall(r' href="([^"]*)"', text)]
        identifiers = set(re.findall(r' id="([^"]*)"', text))
        assert {link[1:] for link in links if link.startswith("#")} <= identifiers
        others = {link for link in links if not re.match(r"#|data:|https?:", link)}
        assert all((page.parent / link).is_file() for link in others), others
        beside[page.relative_to(out).as_posix()] = {
            (page.parent / link).resolve().relative_to(out.resolve()).as_posix() for link in others
        }
    sites = {name for name in beside if name.startswith("sites/")}
    assert len(sites) == 2
    assert beside["index.html"] == {*sites, "fleet.html"}
    assert beside["fleet.html"] == {*sites, "index.html"}
    assert all(beside[site] == {"index.html", "fleet.html"} for site in sites)


def test_the_links_of_a_former_page_that_stays_follow_the_pages(tmp_path: Path) -> None:
    (tmp_path / "sites").mkdir()
    (tmp_path / "sites" / "leeds.html").touch()
    fleet = tmp_path / "fleet.html"
    fleet.write_text(f"<!--pages--><!--/pages--><td>{site_link('leeds', '<Leeds>')}</td>", encoding="utf-8")
    alone = fleet.read_text(encoding="utf-8")
    link_pages(tmp_path, [fleet], above="../../")
    linked = fleet.read_text(encoding="utf-8")
    assert '<a href="sites/leeds.html">&lt;Leeds&gt;</a>' in linked
    assert '<a href="../../index.html">All sites</a> (index.html), of the same run' in linked
    (tmp_path / "sites" / "leeds.html").unlink()
    link_pages(tmp_path, [fleet], above="")
    assert re.findall(r'href="([^"]*)"', fleet.read_text(encoding="utf-8")) == ["index.html"]
    assert re.sub(r"<p.*</p>", "", fleet.read_text(encoding="utf-8")) == alone


def test_an_unknown_site_is_refused_before_anything_is_written(audit: Audit, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r'no site "leads".*Did you mean "leeds"'):
        render_reports(audit, tmp_path / "out", sites=["leads"])
    assert not (tmp_path / "out").exists()


def test_a_directory_of_others_is_refused(audit: Audit, tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("years of work", encoding="utf-8")
    with pytest.raises(UsageError, match="not made by mcuaudit"):
        render_reports(audit, tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.txt"]


def test_a_site_whose_notebook_fails_is_told_and_the_others_are_made(audit: Audit, tmp_path: Path) -> None:
    notebooks = short_notebooks(tmp_path / "notebooks", f'assert {SITE} != "{LEEDS}", "<b>not this site</b>"')
    result = render_reports(audit, tmp_path / "out", notebooks=notebooks, jobs=1)
    errors = {report.site: report.error for report in result.reports}
    assert errors == {LEEDS: "AssertionError: <b>not this site</b>", OBRIEN: None, None: None}
    (failed,) = result.failed
    assert not failed.page.exists()
    assert failed.notebook is not None
    assert "not this site" in failed.notebook.read_text(encoding="utf-8")
    index = result.index.read_text(encoding="utf-8")
    assert "1 report could not be made" in index
    assert "AssertionError: &lt;b&gt;not this site&lt;/b&gt;" in index
    assert f'href="failed/{failed.notebook.name}"' in index
    assert 'href="sites/leeds.html"' not in index


def test_the_former_page_of_a_report_that_fails_stays_and_the_index_says_from_when_it_is(
    audit: Audit, tmp_path: Path
) -> None:
    out, earlier = tmp_path / "out", replace(audit, at=audit.at - timedelta(days=3))
    short = short_notebooks(tmp_path / "short")
    assert render_reports(earlier, out, sites=[LEEDS], notebooks=short, jobs=1, bundle=True).failed == ()
    former = (out / "sites" / "leeds.html").read_text(encoding="utf-8")
    bundle = (out / "bundles" / "leeds.zip").read_bytes()
    failing = short_notebooks(tmp_path / "notebooks", f'assert {SITE} != "{LEEDS}"')
    for _ in range(2):
        result = render_reports(audit, out, sites=[LEEDS], notebooks=failing, jobs=1, bundle=True)
        (failed,) = result.failed
        assert failed.former == earlier.at
        assert (out / "bundles" / "leeds.zip").read_bytes() == bundle
        assert 'href="bundles/leeds.zip"' in result.index.read_text(encoding="utf-8")
        assert failed.page.read_text(encoding="utf-8") == former
        index = result.index.read_text(encoding="utf-8")
        assert f"former page, as of {on_and_at(earlier.at)}" in index
        assert 'href="sites/leeds.html"' in index


def test_former_pages_are_those_of_the_same_export_and_names(tmp_path: Path) -> None:
    """A page with the true names is not kept beside redacted ones, nor one of another export."""
    page, moment = tmp_path / "fleet.html", datetime(2026, 6, 10, tzinfo=UTC)
    page.write_text("page", encoding="utf-8")
    write_marker(tmp_path, {"fleet.html": moment, "sites/gone.html": moment, "../x": moment}, "exports", None)
    assert former_pages(tmp_path, "exports", None).times == {"fleet.html": moment}
    for source, redacted in (("exports", "01234567"), ("others", None), (None, None)):
        assert former_pages(tmp_path, source, redacted).times == {}
    whose = '"source": "exports", "redacted": ""'
    for damage in ("", "[]", f'{{"pages": 1, {whose}}}', f'{{"pages": {{"fleet.html": "yesterday"}}, {whose}}}'):
        (tmp_path / REPORTS_MARKER).write_text(damage, encoding="utf-8")
        assert former_pages(tmp_path, "exports", None).times == {}


def test_if_every_report_fails_the_former_reports_stay_as_they_are(audit: Audit, tmp_path: Path) -> None:
    out = tmp_path / "out"
    short = short_notebooks(tmp_path / "short")
    assert render_reports(audit, out, sites=[LEEDS], notebooks=short, jobs=2).failed == ()
    before = {path: path.read_bytes() for path in out.rglob("*") if path.is_file()}
    failing = short_notebooks(tmp_path / "notebooks", "assert False")
    later = replace(audit, at=audit.at + timedelta(days=1))
    result = render_reports(later, out, sites=[LEEDS], notebooks=failing, jobs=2)
    assert result.unchanged
    assert {report.site: report.former for report in result.failed} == {LEEDS: audit.at, None: audit.at}
    after = {path: path.read_bytes() for path in out.rglob("*") if path.is_file()}
    notebooks = {report.notebook for report in result.failed}
    assert {path: after[path] for path in after if path not in notebooks} == before
    assert notebooks <= set(after)
    assert not [path for path in tmp_path.iterdir() if path.name.startswith(".out-")]
    assert not render_reports(audit, out, sites=[LEEDS], notebooks=short, jobs=2).unchanged


def test_without_former_pages_an_index_says_that_every_report_failed(audit: Audit, tmp_path: Path) -> None:
    failing = short_notebooks(tmp_path / "notebooks", "assert False")
    result = render_reports(audit, tmp_path / "out", sites=[LEEDS], notebooks=failing, jobs=2)
    assert not result.unchanged
    assert "2 reports could not be made" in result.index.read_text(encoding="utf-8")


def test_a_notebook_that_never_ends_fails_its_report(audit: Audit, tmp_path: Path) -> None:
    """The other pages may fail too, on a machine that is so busy that their first cell takes as long."""
    policy = {**audit.policy, "limits": {"seconds_per_cell": 5}}
    endless = short_notebooks(tmp_path / "notebooks", f'import time\nwhile {SITE} == "{LEEDS}": time.sleep(1)')
    result = render_reports(replace(audit, policy=policy), tmp_path / "out", notebooks=endless, jobs=1)
    errors = {report.site: report.error for report in result.reports}
    assert errors[LEEDS] == "a cell of the notebook ran for more than 5 seconds ([limits] seconds_per_cell)"


def test_a_kernel_that_dies_fails_its_own_report_only(audit: Audit, tmp_path: Path) -> None:
    dying = short_notebooks(tmp_path / "notebooks", f'import os\nos._exit(3) if {SITE} == "{LEEDS}" else None')
    result = render_reports(audit, tmp_path / "out", notebooks=dying, jobs=1)
    assert [report.site for report in result.failed] == [LEEDS]
    assert "DeadKernel" in str(result.failed[0].error)


def test_a_kernel_that_is_killed_once_costs_a_retry_with_a_word(
    audit: Audit, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    marker = str(tmp_path / "killed")
    killed = (
        "import os, pathlib, signal\n"
        f"if {SITE} == {LEEDS!r} and not pathlib.Path({marker!r}).exists():\n"
        f"    pathlib.Path({marker!r}).touch()\n"
        "    os.kill(os.getpid(), signal.SIGKILL)"
    )
    result = render_reports(audit, tmp_path / "out", notebooks=short_notebooks(tmp_path / "short", killed), jobs=2)
    assert Path(marker).exists()
    assert result.failed == ()
    said = [record.getMessage() for record in caplog.records if record.name == "mcuaudit"]
    assert [message.partition(", for")[0] for message in said] == ["the kernel that made the report of leeds was lost"]


def test_a_pool_that_is_lost_costs_no_page_and_is_said(
    audit: Audit, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        os.kill(pool.submit(os.getpid).result(), signal.SIGKILL)
        result = render_reports(
            audit, tmp_path / "out", sites=[OBRIEN], notebooks=short_notebooks(tmp_path / "short"), executor=pool
        )
    assert result.failed == ()
    assert all(report.page.is_file() for report in result.reports)
    assert "by itself: 2 of 2 parts" in caplog.text


@pytest.mark.part(1)
@pytest.mark.parametrize("odd", [("../x", 'a"b\\n{c}'), ("007", "null")])
def test_odd_sites_stay_text_and_make_safe_files(odd: tuple[str, str], tmp_path: Path) -> None:
    out = tmp_path / "deep" / "out"
    result = render_reports(make_audit(sites=dict(zip((LEEDS, OBRIEN), odd, strict=True))), out, jobs=2)
    assert result.failed == ()
    pages = {report.site: report.page for report in result.reports}
    assert set(pages) == {*odd, None}
    assert {page.parent for site, page in pages.items() if site is not None} == {out / "sites"}
    assert "3 of 30 connections" in pages[odd[0]].read_text(encoding="utf-8")
    assert [path.name for path in tmp_path.iterdir()] == ["deep"]


def test_unknown_parameters_are_refused_with_the_nearest_one() -> None:
    notebook = notebooks_directory() / "90_site_report.ipynb"
    check_parameters(notebook, ["audit_dir", "site", "export", "at"])
    with pytest.raises(UsageError, match=r'"sit".*Did you mean "site"'):
        check_parameters(notebook, ["sit"])
    with pytest.raises(UsageError, match="no notebook"):
        check_parameters(notebook.with_name("91.ipynb"), [])


def test_chosen_sites_alone_are_made_by_any_executor(audit: Audit, rendered: RenderResult, tmp_path: Path) -> None:
    made: list[tuple[str, int, int]] = []
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        result = render_reports(
            audit, tmp_path / "out", sites=[OBRIEN], notebooks=short_notebooks(tmp_path / "notebooks"), executor=pool,
            progress=lambda *told: made.append(told),
        )  # fmt: skip
    assert result.failed == ()
    assert [report.page.name for report in result.reports] == [rendered.reports[0].page.name, "fleet.html"]
    assert made == [("reports", 1, 2), ("reports", 2, 2)]


def said_by(kernel: Kernel, code: str) -> str:
    """What the kernel prints when it runs `code`."""
    told: list[str] = []
    run_sync(kernel.client.execute_interactive)(
        code, timeout=GENEROUS, output_hook=lambda message: told.append(message["content"].get("text", ""))
    )
    return "".join(told).strip()


def test_the_kernel_is_this_very_python(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.syspath_prepend(str(tmp_path))
    kernel = Kernel()
    told = said_by(kernel, f"import sys; print(sys.executable, {str(tmp_path)!r} in sys.path)")
    kernel.close()
    assert told == f"{sys.executable} True"
    assert kernel.manager.provisioner.process.poll() is not None


def start(code: str, **environment: str) -> subprocess.Popen[str]:
    """Run some lines in a Python of their own, with the audit at hand."""
    # A run in the background is started with SIGINT ignored, and would hand that down.
    heard = "import signal; signal.signal(signal.SIGINT, signal.default_int_handler)"
    imported = "from pathlib import Path\nfrom tests.report.synthetic_audit import make_audit"
    lines = f"{heard}\n{imported}\n{textwrap.dedent(code)}"
    kept = {key: value for key, value in os.environ.items() if not key.startswith(("JUPYTER", "IPYTHON"))}
    return subprocess.Popen(
        [sys.executable, "-c", lines], cwd=ROOT, env={**kept, **environment}, text=True,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip


def test_nothing_reaches_the_terminal_and_no_home_is_needed(tmp_path: Path) -> None:
    # A picture: matplotlib is what looks for a home.
    drawn = "from mcuaudit.report.figures.drawing import drawing\nwith drawing(72, 72) as (figure, svg):\n    svg()"
    short = short_notebooks(tmp_path / "notebooks", drawn)
    process = start(
        f"""
        from mcuaudit.report.render import render_reports
        out, notebooks = Path({str(tmp_path / "out")!r}), Path({str(short)!r})
        assert not render_reports(make_audit(), out, sites=["leeds"], notebooks=notebooks).failed
        """,
        HOME="/dev/null/nowhere",
    )
    told = process.communicate(timeout=GENEROUS)
    assert (process.returncode, *told) == (0, "", "")


SLEEPING = """
from pathlib import Path
"site" not in globals() or __import__("time").sleep(3600 * Path({pid!r}).write_text(str(__import__("os").getpid())))
"""


@pytest.mark.skipif(os.name == "nt", reason="signals")
@pytest.mark.parametrize("blow", [pytest.param(signal.SIGKILL, marks=pytest.mark.whole), signal.SIGINT])
def test_a_run_that_is_ended_leaves_the_former_reports(
    blow: signal.Signals, rendered: RenderResult, audit: Audit, tmp_path: Path
) -> None:
    out, pid = tmp_path / "out", tmp_path / "pid"
    shutil.copytree(rendered.index.parent, out)
    before = {path: path.read_bytes() for path in out.rglob("*") if path.is_file()}
    hanging = short_notebooks(tmp_path / "notebooks", SLEEPING.format(pid=str(pid)).strip())
    process = start(
        f"""
        from mcuaudit.report.render import render_reports
        render_reports(make_audit(), Path({str(out)!r}), notebooks=Path({str(hanging)!r}))
        """
    )
    wait_for(
        lambda: pid.exists() and pid.read_text(encoding="utf-8"),
        "the notebook",
        while_true=lambda: process.poll() is None,
    )
    process.send_signal(blow)
    process.communicate(timeout=GENEROUS)
    assert process.returncode != 0
    assert {path: path.read_bytes() for path in out.rglob("*") if path.is_file()} == before
    wait_for(lambda: not is_alive(int(pid.read_text(encoding="utf-8"))), "the end of the kernel")
    # A clean run after it makes everything, and sweeps up.
    short = short_notebooks(tmp_path / "short")
    assert render_reports(audit, out, sites=[OBRIEN], notebooks=short).failed == ()
    assert sorted(path.name for path in tmp_path.iterdir()) == [".out.lock", "notebooks", "out", "pid", "short"]


def is_alive(process: int) -> bool:
    """The process runs; one that ended and waits for its parent does not."""
    with contextlib.suppress(OSError):
        status = Path(f"/proc/{process}/stat").read_text(encoding="utf-8")
        return status.rpartition(")")[2].split()[0] != "Z"
    return False


@pytest.mark.whole
def test_a_site_of_fifty_devices_in_disorder_makes_a_page_that_can_be_mailed(tmp_path: Path) -> None:
    # Every device of the sample fleet several times over: each breaks some rule, and most are told in part only.
    sample, site = sample_directory(), tmp_path / "export" / "campus"
    shutil.copytree(sample / "leeds", site, ignore=shutil.ignore_patterns("mcu-*"))
    devices = sorted(path.parent for path in sample.glob("*/*/settings.toml"))
    for number in range(50):
        device = devices[number % len(devices)]
        shutil.copytree(device, site / f"{device.name}-{number}")
    audit = mcuaudit.audit(mcuaudit.read_export(tmp_path / "export"), at="2026-11-23")
    assert len(audit.devices) == 50
    assert len(audit.findings) > 400
    result = render_reports(audit, tmp_path / "out", jobs=2)
    assert result.failed == ()
    assert {report.page.stem: report.page.stat().st_size < 1_000_000 for report in result.reports} == {
        "campus": True, "fleet": True,
    }  # fmt: skip


def test_names_of_one_notebook_do_not_reach_the_next() -> None:
    kernel = kernel_of_thread()
    run_sync(kernel.client.execute_interactive)("left_behind = 1", timeout=GENEROUS)
    again = kernel_of_thread()
    told = said_by(again, "print('left_behind' in globals())")
    close_kernels()
    assert again is kernel
    assert told == "False"


def test_the_same_audit_makes_the_same_page(rendered: RenderResult, audit: Audit, tmp_path: Path) -> None:
    again = render_reports(audit, tmp_path, sites=[LEEDS], command="mcuaudit report exports --at 2026-11-23")
    pages = [report.page.read_text(encoding="utf-8") for report in (rendered.reports[1], again.reports[0])]
    # Only the time of making may differ.
    assert len({re.sub(r"Generated on [^<]* by", "Generated by", page) for page in pages}) == 1


def test_a_kernel_that_has_ended_is_replaced_at_once() -> None:
    kernel = kernel_of_thread()
    process = kernel.manager.provisioner.process
    process.kill()
    process.wait()
    another = kernel_of_thread()
    assert another is not kernel
    another.reset()
    close_kernels()


def test_the_channels_of_a_kernel_are_closed_by_its_own_thread_alone() -> None:
    begun, closed_by = threading.Event(), []

    def work() -> None:
        kernel = kernel_of_thread()
        stop_channels = kernel.client.stop_channels
        kernel.client.stop_channels = lambda: (closed_by.append(threading.current_thread()), stop_channels())
        begun.set()
        kernel.manager.provisioner.process.wait()
        drop_kernel_of_thread()

    thread = threading.Thread(target=work)
    thread.start()
    assert begun.wait(GENEROUS)
    # The kernel ends, and what its thread waits for with it.
    close_kernels()
    thread.join(GENEROUS)
    assert closed_by == [thread]


def test_a_run_ends_the_kernels_of_its_own_directory_alone(tmp_path: Path) -> None:
    kernel = kernel_of_thread(tmp_path)
    close_kernels(tmp_path / "another")
    kernel.reset()
    close_kernels(tmp_path)
    assert kernel.manager.provisioner.process is None or kernel.manager.provisioner.process.poll() is not None

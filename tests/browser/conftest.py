"""A browser, and pages whose every text is hostile."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from mcuaudit.frames.containers import Audit
from mcuaudit.report.render import RenderResult, render_reports
from mcuaudit.triage.comparison import with_baseline
from tests import patience
from tests.browser.lab_server import Lab, lab_server
from tests.report.synthetic_audit import LEEDS, make_audit

HOSTILE = (
    '"\'><img src=x onerror="window.ran=1"><script>window.ran=1</script></style></details>'
    "<a href=javascript:window.ran=1>a</a>&lt;\u202e\u2066{{7*7}}\x00`"
)
LONG = "W" * 120
PATIENT = 20_000
"""Milliseconds that a test waits at most for what it looks for on a page: one that is there is found at once."""
GENEROUS = patience.GENEROUS * 1000
"""Milliseconds that a test waits at most for a page to be opened, or for what a program of its own does."""
_ARTEFACTS = Path(__file__).parents[2] / "test-artefacts"


def artefact(name: str) -> Path:
    """Where a test leaves a picture for people to look at."""
    _ARTEFACTS.mkdir(exist_ok=True)
    return _ARTEFACTS / name


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Debian's chromium, without any window."""
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    if chromium is None and not os.environ.get("MCUAUDIT_REQUIRE_BROWSER"):
        pytest.skip("chromium is not installed")
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        # Playwright gives up after 5 or 30 seconds: a busy machine may need more of them to open a page.
        expect.set_options(timeout=PATIENT)
        new_context = started.new_context

        def patient(**options: Any) -> BrowserContext:
            context = new_context(**options)
            context.set_default_timeout(PATIENT)
            context.set_default_navigation_timeout(GENEROUS)
            return context

        started.new_context = patient  # type: ignore[method-assign]
        yield started
        started.close()


@pytest.fixture(scope="session")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    """A running `mcuaudit lab`."""
    with lab_server(tmp_path_factory.mktemp("lab")) as running:
        yield running


@pytest.fixture(scope="session")
def plain_pages(tmp_path_factory: pytest.TempPathFactory) -> RenderResult:
    """The pages of the audit made of frames, compared with one that told less, and the trend over both."""
    return _compared(make_audit(), tmp_path_factory.mktemp("plain"))


@pytest.fixture(scope="session")
def hostile_pages(tmp_path_factory: pytest.TempPathFactory) -> RenderResult:
    """The same with markup, quotes, scripts, bidi controls and an endless word in every text, and in a site's name."""
    audit = make_audit(lambda text: f"{text}{HOSTILE}{LONG}", sites={LEEDS: f"leeds{HOSTILE}"})
    result = _compared(audit, tmp_path_factory.mktemp("hostile"))
    assert result.failed == ()
    return result


def _compared(audit: Audit, directory: Path) -> RenderResult:
    """The pages of an audit with a baseline that lacks half of its findings and connections."""
    before = replace(
        audit,
        at=audit.at - timedelta(days=30),
        findings=audit.findings.iloc[::2].reset_index(drop=True),
        connections=audit.connections.iloc[::2].reset_index(drop=True),
    )
    compared = with_baseline(audit, before)
    before.save(directory / "kept", dated=True)
    return render_reports(compared, directory / "out", sites=[audit.sites[-1]], jobs=2, kept=directory / "kept")


def pages_of(result: RenderResult) -> dict[str, Path]:
    """The page of a site, the fleet's, and the index."""
    return {"index": result.index, "site": result.reports[-2].page, "fleet": result.reports[-1].page}


def quiet_page(browser: Browser, pages: RenderResult, kind: str) -> Iterator[Page]:
    """A page in a wide window; anything that it complains of fails the test."""
    context = browser.new_context(viewport={"width": 1300, "height": 900})
    page = context.new_page()
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.goto(pages_of(pages)[kind].as_uri())
    yield page
    assert complaints == []
    context.close()


def lab_window(browser: Browser, width: int) -> Iterator[Page]:
    """A window that waits for what JupyterLab and its kernel do, however busy the machine is."""
    context = browser.new_context(viewport={"width": width, "height": 1000})
    context.set_default_timeout(GENEROUS)
    expect.set_options(timeout=GENEROUS)
    yield context.new_page()
    expect.set_options(timeout=PATIENT)
    context.close()

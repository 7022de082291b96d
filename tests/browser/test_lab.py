"""`mcuaudit lab` in a browser: a notebook runs in JupyterLab from top to bottom, with tables to sort and pictures."""

from __future__ import annotations

import contextlib
import os
import re
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from queue import Queue
from typing import IO

import matplotlib.font_manager  # noqa: F401 - it looks for the fonts, once
import pytest
from matplotlib import get_cachedir
from playwright.sync_api import Browser, Locator, Page, TimeoutError, expect

from mcuaudit.system.resources import notebooks_directory
from tests import patience
from tests.browser.conftest import GENEROUS, PATIENT, artefact


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a running server, with its token."""
    directory = tmp_path_factory.mktemp("lab")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    kept = {key: value for key, value in os.environ.items() if not key.startswith(("JUPYTER", "IPYTHON", "MCUAUDIT"))}
    process = subprocess.Popen(
        [sys.executable, "-c", "from mcuaudit.command import main; main()", "lab", "--no-browser", "--port", str(port),
         "--dir", str(directory / "mine")],
        env={**kept, "HOME": str(directory), "JUPYTER_CONFIG_DIR": str(directory / "config"),
             # The fonts are known there: a kernel that looks for them first says so.
             "MPLCONFIGDIR": get_cachedir()},
        cwd=directory, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, start_new_session=True,
    )  # fmt: skip
    lines: Queue[str | None] = Queue()
    assert process.stdout is not None
    threading.Thread(target=_read, args=(process.stdout, lines), daemon=True).start()
    try:
        yield _address(lines)
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(patience.GENEROUS)
    # JupyterLab was ended with the command that started it.
    with socket.socket() as closed:
        assert closed.connect_ex(("127.0.0.1", port)) != 0


def _read(printed: IO[str], lines: Queue[str | None]) -> None:
    """Pass on what is printed, line by line, and None at its end."""
    for line in printed:
        lines.put(line)
    lines.put(None)


def _address(lines: Queue[str | None]) -> str:
    """The address that the server prints once it listens; the end of its output comes first if it fails."""
    said = []
    while (line := lines.get(timeout=patience.GENEROUS)) is not None:
        said.append(line)
        if found := re.search(r"http://127\.0\.0\.1:\d+/lab\S*token=\S+", line):
            return found[0]
    raise AssertionError("".join(said))


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A window that waits for what JupyterLab and its kernel do, however busy the machine is."""
    context = browser.new_context(viewport={"width": 1400, "height": 1000})
    context.set_default_timeout(GENEROUS)
    expect.set_options(timeout=GENEROUS)
    yield context.new_page()
    expect.set_options(timeout=PATIENT)
    context.close()


def test_notebooks_open_run_and_sort_their_tables(lab: str, page: Page) -> None:
    outside: list[str] = []
    page.on("request", lambda request: outside.append(request.url) if "127.0.0.1" not in request.url else None)
    # One notebook is opened: each takes JupyterLab's scripts, and a kernel. The first one is where the address leads.
    assert "/tree/00_start_here.ipynb" in lab, lab
    notebook = page.locator(".jp-NotebookPanel:not(.lm-mod-hidden)")
    page.goto(lab.replace("00_start_here", "01_inventory"))
    expect(notebook.get_by_role("heading", name="Which devices and certificates are there?")).to_be_visible()
    _run_all(page, notebook, "01_inventory")
    errors = notebook.locator(".jp-OutputArea-output[data-mime-type='application/vnd.jupyter.stderr']")
    assert errors.all_inner_texts() == []
    assert notebook.locator(".jp-RenderedText", has_text="Traceback").count() == 0
    picture = notebook.locator("figure img").first
    picture.scroll_into_view_if_needed()
    expect(picture).to_be_visible()
    assert picture.evaluate("image => image.complete && image.naturalWidth > 300")
    page.screenshot(path=artefact("jupyterlab.png"))
    # Nobody is asked about news, and nothing is fetched.
    assert page.get_by_text("Jupyter news").count() == 0
    assert [url for url in outside if not url.startswith(("data:", "blob:"))] == []

    table = notebook.locator("table.dataTable").first
    expect(table).to_be_visible()
    heading = table.locator("thead th", has_text="subject").first
    heading.scroll_into_view_if_needed()
    seen = []
    for order in ("ascending", "descending"):
        heading.get_by_role("button").click()
        expect(heading).to_have_attribute("aria-sort", order)
        seen.append(table.locator("tbody tr td:nth-child(2)").all_inner_texts())
    assert seen[0] == sorted(seen[0], key=str.casefold)
    assert seen[1] == sorted(seen[1], key=str.casefold, reverse=True)
    assert seen[0][0] != seen[1][0]
    page.screenshot(path=artefact("jupyterlab-inventory.png"))


def _cells(name: str) -> int:
    """How many cells of code a notebook has."""
    return (notebooks_directory() / f"{name}.ipynb").read_text(encoding="utf-8").count('"cell_type": "code"')


def _run_all(page: Page, notebook: Locator, name: str) -> None:
    """Run all cells, and wait for the last: its number appears when all before it are done."""
    expect(page.locator(".jp-Notebook-ExecutionIndicator[data-status=idle]").first).to_be_attached()
    seen: set[int] = set()

    def run() -> None:
        page.get_by_role("menuitem", name="Run", exact=True).click()
        page.get_by_role("menuitem", name="Run All Cells", exact=True).click()

    def is_there() -> bool:
        # JupyterLab takes cells out of the page that are out of sight, the last one too.
        seen.update(_numbers(notebook))
        if not seen and "[*]:" not in "".join(notebook.locator(".jp-InputPrompt").all_inner_texts()):
            # A command that comes before the kernel is connected is lost.
            run()
        return max(seen, default=0) >= _cells(name)

    run()
    try:
        patience.wait_for(is_there, f"the last cell of {name}")
    except AssertionError:
        page.screenshot(path=artefact(f"failed-{name}.png"))
        raise


def _numbers(notebook: Locator) -> set[int]:
    """The numbers of the cells that were run; JupyterLab renders what is in sight, so every cell is brought into it."""
    found: set[int] = set()
    for number in range(notebook.locator(".jp-Cell").count()):
        with contextlib.suppress(TimeoutError):
            # It may be taken out meanwhile; then the next look finds it.
            notebook.locator(".jp-Cell").nth(number).scroll_into_view_if_needed(timeout=2_000)
        prompts = notebook.locator(".jp-InputPrompt").all_inner_texts()
        found |= {int(digits) for prompt in prompts for digits in re.findall(r"\[(\d+)\]:", prompt)}
    return found

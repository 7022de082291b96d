"""`mcuaudit lab` in a browser: a notebook runs in JupyterLab from top to bottom, with tables to sort and pictures."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Locator, Page, TimeoutError, expect

from mcuaudit.system.resources import notebooks_directory
from tests import patience
from tests.browser.conftest import artefact, lab_window
from tests.browser.lab_server import Lab


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A window in which JupyterLab is patient."""
    yield from lab_window(browser, 1400)


def test_notebooks_open_run_and_sort_their_tables(lab: Lab, page: Page) -> None:
    outside: list[str] = []
    page.on("request", lambda request: outside.append(request.url) if "127.0.0.1" not in request.url else None)
    # One notebook is opened: each takes JupyterLab's scripts, and a kernel. The first one is where the address leads.
    assert "/tree/00_start_here.ipynb" in lab.address, lab
    notebook = page.locator(".jp-NotebookPanel:not(.lm-mod-hidden)")
    page.goto(lab.address.replace("00_start_here", "01_inventory"))
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

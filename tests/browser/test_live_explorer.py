"""`audit.explore()` in a real JupyterLab, by keyboard alone: filter, open a row and a certificate, slider, what if."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from nbformat.v4 import new_code_cell, new_notebook, writes
from playwright.sync_api import Browser, Locator, Page, expect

import mcuaudit
from mcuaudit.samples.made_fleet import make_fleet
from tests.browser.conftest import artefact, lab_window
from tests.browser.lab_server import Lab

PANEL = ".jp-NotebookPanel:not(.lm-mod-hidden)"
KERNEL = {"name": "python3", "display_name": "Python 3", "language": "python"}
AT = "2026-11-23"
_CONNECTED = """() => {
    const kernel = window.jupyterapp?.shell?.currentWidget?.sessionContext?.session?.kernel;
    return kernel?.connectionStatus === "connected" && kernel.status === "idle";
}"""


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A window in which JupyterLab is patient."""
    yield from lab_window(browser, 1280)


def _go_to(page: Page, target: Locator, key: str = "Tab") -> None:
    """Press Tab until an element has the focus."""
    for _ in range(60):
        if target.evaluate("element => element === document.activeElement"):
            return
        page.keyboard.press(key)
    raise AssertionError(f"Tab does not reach {target}")


def _run(page: Page, cell: Locator) -> None:
    """Run a cell by keyboard; a key that comes before the kernel is connected would be lost."""
    page.wait_for_function(_CONNECTED)
    cell.locator(".cm-content").click()
    page.keyboard.press("Control+Enter")


def _problems(page: Page) -> list[str]:
    """What axe finds in the explorer, and the fields that are wider than it on a telephone."""
    found = [violation["id"] for violation in Axe().run(page, context=".mcuaudit-explorer").response["violations"]]
    size = page.viewport_size
    assert size is not None
    page.set_viewport_size({"width": 390, "height": 1000})
    page.evaluate("window.jupyterapp.shell.collapseLeft()")
    page.wait_for_function("document.querySelector('.mcuaudit-explorer').clientWidth < 390")
    wide = "parts => parts.filter(part => part.scrollWidth > part.clientWidth + 1).map(part => part.className)"
    found += page.locator(".mcuaudit-explorer .widget-box").evaluate_all(wide)
    page.set_viewport_size(size)
    return found


def test_an_audit_is_explored_by_keyboard_alone(lab: Lab, page: Page, tmp_path: Path) -> None:
    export, shown = tmp_path / "export", tmp_path / "shown.html"
    make_fleet(export, 4, sites=2)
    audit = mcuaudit.audit(mcuaudit.read_export(export), at=AT)
    refused = audit.connections[audit.connections["outcome"] == "fail"]
    cells = [
        f"import mcuaudit\naudit = mcuaudit.audit(mcuaudit.read_export({str(export)!r}), at={AT!r})\n"
        "explorer = audit.explore()\nexplorer",
        f"explorer.page({str(shown)!r})\nprint('shown:', len(explorer.frame), explorer.comparison is not None)",
    ]
    notebook = new_notebook(cells=[new_code_cell(cell) for cell in cells], metadata={"kernelspec": KERNEL})
    (lab.notebooks / "explore.ipynb").write_text(writes(notebook), encoding="utf-8")
    outside: list[str] = []
    page.on("request", lambda request: outside.append(request.url) if "127.0.0.1" not in request.url else None)
    page.goto(lab.address.replace("/lab/tree/00_start_here", "/lab/workspaces/explore/tree/explore"))
    panel = page.locator(PANEL)
    # The cell is run; from there on no key but Tab leads into the explorer.
    _run(page, panel.locator(".jp-Cell").first)
    explorer = panel.locator(".mcuaudit-explorer")
    rows = explorer.locator(".widget-select select")
    expect(rows.locator("option")).to_have_count(len(audit.connections))
    summary = explorer.locator(".widget-html").first
    page.keyboard.press("Escape")

    # Filters: arrow keys choose, and JupyterLab does not take them.
    _go_to(page, explorer.get_by_label("Outcome"))
    page.keyboard.press("ArrowDown")
    expect(rows.locator("option")).to_have_count(len(refused))
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("ArrowDown")
    site = audit.sites[0]
    expect(rows.locator("option")).to_have_count(int(refused["site"].eq(site).sum()))
    assert explorer.get_by_label("Device").locator("option").count() == 3, "all, and the two devices of the site"
    page.keyboard.press("ArrowUp")
    expect(rows.locator("option")).to_have_count(len(refused))

    # A row opens its steps, and a certificate its card and paths.
    _go_to(page, rows)
    page.keyboard.press("ArrowDown")
    second = (rows.locator("option").nth(1).text_content() or "").replace("\xa0", " ")
    device_id, peer = second.split(" · ")[1], second.split(" · ")[3]
    ladder = explorer.locator(".ladder")
    expect(explorer.locator(".proofs summary").first).to_contain_text(peer)
    assert ladder.locator("li.refused").count() == 1
    card = explorer.locator(".card").first
    expect(card).to_have_count(1)
    _go_to(page, card.locator("> summary"))
    page.keyboard.press("Enter")
    expect(card.get_by_role("heading", name="Paths")).to_be_visible()
    page.screenshot(path=artefact("explorer-in-lab.png"))

    # The slider: a later time, with before and after.
    handle = explorer.get_by_role("slider")
    _go_to(page, handle, "Shift+Tab")
    page.keyboard.press("End")
    expect(summary).to_contain_text("→")
    assert _problems(page) == []
    page.keyboard.press("Home")
    expect(summary).not_to_contain_text("→")

    # What if: a setting, taken back by its tick and set again.
    _go_to(page, explorer.get_by_role("button", name="Suppose this setting"))
    page.keyboard.press("Enter")
    expected = audit.what_if(mcuaudit.SetSetting("Verification settings", "No verification"))
    tick = explorer.get_by_role("checkbox")
    expect(tick).to_be_checked()
    counts = summary.locator(".count.unverified b")
    verified = expected.connection_changes["authenticated"].ne(expected.connection_changes["previous_authenticated"])
    assert verified.any()
    expect(counts).to_contain_text("→")
    _go_to(page, tick)
    page.keyboard.press("Space")
    expect(counts).not_to_contain_text("→")
    page.keyboard.press("Space")
    expect(counts).to_contain_text("→")
    page.screenshot(path=artefact("explorer-in-lab-what-if.png"))

    # The notebook is as it was: no cell was deleted, added or moved by a key. Its second cell has what is shown.
    assert panel.locator(".jp-Cell").count() == 2
    _run(page, panel.locator(".jp-Cell").nth(1))
    output = panel.locator(".jp-Cell").nth(1).locator(".jp-OutputArea-output")
    expect(output).to_contain_text("shown:")
    assert output.inner_text().split()[-1] == "True"
    assert int(output.inner_text().split()[-2]) == rows.locator("option").count()
    text = shown.read_text(encoding="utf-8")
    assert "Supposed, and made on no device: Verification settings: “No verification”." in text
    assert device_id.partition("/")[2] in text
    assert [url for url in outside if not url.startswith(("data:", "blob:"))] == []

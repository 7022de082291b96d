"""What the notebooks show looks in a real JupyterLab as on a page of a report, in both themes, whatever the desktop."""

from __future__ import annotations

from collections.abc import Iterator

import nbformat
import pytest
from IPython.core.formatters import DisplayFormatter
from nbformat.v4 import new_code_cell, new_notebook, new_output
from playwright.sync_api import Browser, Page

import mcuaudit
from mcuaudit.report.execute import read_template
from mcuaudit.system.resources import notebooks_directory
from tests.browser.conftest import GENEROUS, artefact
from tests.browser.lab_server import Lab
from tests.notebook_cells import run_cells
from tests.sampling import WHOLE

NAMES = sorted(path.stem for path in notebooks_directory().glob("*.ipynb"))
HERE = NAMES if WHOLE else ["04_settings", "05_connections"]
"""The other notebooks have sections of the same kinds."""
RESULTS = "results"
"""A notebook that is made here, of what a cell can end with besides."""
FOREIGN = "foreign"
"""One that was run elsewhere: JupyterLab takes the style out of it until it is trusted, as docs/scheduling.md says."""
PANEL = ".jp-NotebookPanel:not(.lm-mod-hidden)"
PROPERTIES = (
    "color", "backgroundColor", "fontSize", "fontFamily", "fontWeight", "fontStyle", "lineHeight", "textAlign",
    "textDecorationLine", "paddingTop", "paddingRight", "paddingBottom", "paddingLeft", "marginTop", "marginBottom",
    "borderTopWidth", "borderTopColor", "borderTopStyle", "borderBottomWidth", "borderLeftWidth", "borderLeftColor",
    "borderTopLeftRadius", "verticalAlign", "whiteSpace", "display", "listStyleType", "fill", "cursor",
)  # fmt: skip
COMPUTED = """(shown, properties) => {
    const named = element => element.localName + [...element.classList].map(name => "." + name).join("");
    // JupyterLab's table of contents puts the number of a heading into it, after a while.
    const isOfLab = element => element !== null && element.classList.contains("numbering-entry");
    const isFirst = element => element === null || (isOfLab(element) && isFirst(element.previousElementSibling));
    const found = new Set();
    for (const element of shown.querySelectorAll("*")) {
        if (isOfLab(element)) continue;
        // A page has one image that follows the desktop, and a notebook two.
        if (["img", "source", "picture", "style"].includes(element.localName)) continue;
        let path = "";
        for (let at = element; at !== shown; at = at.parentElement)
            path = named(at) + (isFirst(at.previousElementSibling) ? "^ " : " ") + path;
        const style = getComputedStyle(element);
        found.add(path + properties.map(property => property + ":" + style[property]).join(";"));
    }
    return [...found].sort();
}"""
"""The computed styles of everything in an element, once for each place."""


COMMAND = """([name, given, limit]) => Promise.race([
    window.jupyterapp.commands.execute(name, given).then(() => null),
    new Promise((_, fail) => setTimeout(() => fail(new Error(name + " does not end")), limit)),
])"""
"""A command of JupyterLab, with a limit."""


def ran(name: str, audit: mcuaudit.Audit) -> nbformat.NotebookNode:
    """A notebook with what its cells show, as the kernel would store it; the audit is made already."""
    file, formatter = notebooks_directory() / f"{name}.ipynb", DisplayFormatter()
    notebook = nbformat.read(file, 4)
    cells = {cell["id"]: cell for cell in notebook.cells}
    for cell, shown in run_cells(file, {"export": audit, "audit_dir": audit}):
        data, metadata = formatter.format(shown)
        cells[cell["id"]].outputs = [new_output("execute_result", data, metadata=metadata, execution_count=1)]
    return notebook


def results(audit: mcuaudit.Audit) -> nbformat.NotebookNode:
    """A notebook that shows a fleet, a comparison, an explanation and the report itself."""
    site = audit.select("oslo")
    shown = (site.fleet, mcuaudit.compare(site, site), mcuaudit.describe("outcome"), mcuaudit.fleet_report(site))
    outputs = [[new_output("execute_result", DisplayFormatter().format(one)[0], execution_count=1)] for one in shown]
    return new_notebook(cells=[new_code_cell(outputs=output) for output in outputs])


@pytest.fixture
def window(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 1400, "height": 1000})
    context.set_default_timeout(GENEROUS)
    yield context.new_page()
    context.close()


def command(window: Page, name: str, **arguments: str) -> None:
    """Call a command of JupyterLab, and wait until it is done."""
    window.evaluate(COMMAND, [name, arguments, GENEROUS])


def test_sections_in_jupyterlab_look_as_on_a_page(
    lab: Lab, window: Page, browser: Browser, sample_audit: mcuaudit.Audit
) -> None:
    for name in HERE:
        lab.store(name, ran(name, sample_audit))
    lab.store(RESULTS, results(sample_audit))
    lab.store(FOREIGN, results(sample_audit), trusted=False)
    outside: list[str] = []
    window.on("request", lambda request: outside.append(request.url) if "127.0.0.1" not in request.url else None)
    # A workspace of its own: what is open here is not opened again by another test.
    window.goto(lab.address.replace("/lab/tree/00_start_here.ipynb", "/lab/workspaces/sections"))
    window.wait_for_function("window.jupyterapp && window.jupyterapp.restored.then(() => true)")
    as_page = browser.new_page(viewport={"width": 1400, "height": 1000})
    for name in (*HERE, RESULTS):
        command(window, "docmanager:open", path=f"{name}.ipynb", factory="Notebook")
        panel = window.locator(PANEL)
        sections = panel.locator(".jp-OutputArea-output .mcuaudit")
        sections.last.wait_for(state="attached")
        window.wait_for_function("panel => !document.querySelector(panel + ' .jp-Cell-Placeholder')", arg=PANEL)
        assert_alike(window, as_page, name)
        command(window, "application:close")
    as_page.close()
    command(window, "docmanager:open", path=f"{FOREIGN}.ipynb", factory="Notebook")
    outputs = window.locator(PANEL).locator(".jp-OutputArea-output")
    outputs.last.wait_for(state="attached")
    assert "Fleet: " in outputs.first.inner_text()
    assert outputs.locator("style").count() == 0
    command(window, "application:close")
    assert [url for url in outside if not url.startswith(("data:", "blob:"))] == []


def assert_alike(window: Page, as_page: Page, name: str) -> None:
    """Each section of the notebook has the styles of a page, in both themes, with the desktop in the other one."""
    sections = window.locator(PANEL).locator(".jp-OutputArea-output .mcuaudit")
    assert sections.count() >= 3, name
    bodies = sections.evaluate_all("sections => sections.map(section => section.outerHTML).join('')")
    # The theme stays: light, as it was, is the last one.
    for theme, desktop in (("dark", "light"), ("light", "dark")):
        window.emulate_media(color_scheme=desktop)  # type: ignore[arg-type]
        command(window, "apputils:change-theme", theme=f"JupyterLab {theme.title()}")
        window.wait_for_function(
            "light => document.body.dataset.jpThemeLight === light", arg=str(theme == "light").lower()
        )
        # The pictures of a notebook begin with the first section after the audit itself.
        sections.nth(1).evaluate("section => section.scrollIntoView()")
        window.screenshot(path=artefact(f"jupyterlab-{name}-{theme}.png"))
        as_page.emulate_media(color_scheme=theme)  # type: ignore[arg-type]
        style = read_template("page.css") + read_template("parts.css")
        as_page.set_content(f'<!doctype html><style>{style}</style><main class="mcuaudit">{bodies}</main>')
        expected, found = (
            shown.evaluate_all(f"sections => sections.map(section => ({COMPUTED})(section, {list(PROPERTIES)}))")
            for shown in (as_page.locator("main > div.mcuaudit"), sections)
        )
        assert len(found) == len(expected)
        for number, (one, other) in enumerate(zip(found, expected, strict=True)):
            assert one, (name, number)
            here, there = set(one) - set(other), set(other) - set(one)
            assert not here | there, (name, theme, number, [_words(part) for part in (here, there)])


def _words(places: set[str]) -> list[str]:
    """The first place that differs, as a list."""
    return min(places, default="").split(";")

"""What stock nbconvert makes of a notebook: an audit looks as on a page in both themes, and nothing is fetched."""

from __future__ import annotations

import hashlib
import re
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from nbconvert import HTMLExporter
from playwright.sync_api import Browser

from mcuaudit.notebook.at_a_glance import at_a_glance
from mcuaudit.report.execute import read_template
from mcuaudit.system.resources import notebooks_directory
from tests import patience
from tests.clean_export import CleanExport
from tests.report.synthetic_audit import make_audit

COMPARED = ("h1", "h3", ".context", ".count b", "thead th", "tbody tr:nth-child(2) th", "tbody tr:nth-child(3) td",
            "td code", "caption span")  # fmt: skip
OF_NBCONVERT = ["mathjax/", "require.js/"]
"""The two scripts that the template of nbconvert loads; docs/using.md says how it loads none."""
COMPUTED = """(shown, compared) => Object.fromEntries(compared.map(selector => {
    const style = getComputedStyle(shown.querySelector(selector));
    return [selector, ["color", "backgroundColor", "fontSize", "fontFamily", "fontWeight", "lineHeight", "textAlign",
        "paddingTop", "paddingLeft", "marginTop", "marginBottom", "borderTopWidth", "borderTopColor",
        "verticalAlign", "whiteSpace"].map(property => style[property])];
}))"""
"""The computed styles of some elements."""


def test_an_audit_looks_as_on_a_page_in_both_themes_whatever_the_desktop_prefers(
    browser: Browser, tmp_path: Path
) -> None:
    output = nbformat.v4.new_output("display_data", {"text/html": at_a_glance(make_audit())})
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(outputs=[output])])
    context = browser.new_context(viewport={"width": 1400, "height": 1000})
    try:
        for theme, desktop in (("light", "dark"), ("dark", "light")):
            # The options that docs/using.md names.
            exporter = HTMLExporter(theme=theme, exclude_input=True, mathjax_url="", require_js_url="")
            exported, _ = exporter.from_notebook_node(notebook)
            file = tmp_path / f"{theme}.html"
            file.write_text(exported, encoding="utf-8")
            page, as_page = context.new_page(), context.new_page()
            requested: list[str] = []
            page.on("request", lambda request, requested=requested: requested.append(request.url))
            page.emulate_media(color_scheme=desktop)
            page.goto(file.as_uri())
            assert [url for url in requested if not url.startswith(("file:", "data:", "blob:"))] == []
            shown = page.locator("div.mcuaudit")
            as_page.emulate_media(color_scheme=theme)
            style = read_template("page.css") + read_template("parts.css")
            body = shown.evaluate("shown => shown.outerHTML")
            as_page.set_content(f'<!doctype html><style>{style}</style><main class="mcuaudit">{body}</main>')
            expected = as_page.locator("div.mcuaudit").evaluate(COMPUTED, list(COMPARED))
            assert len({str(one) for one in expected.values()}) == len(COMPARED), expected
            assert shown.evaluate(COMPUTED, list(COMPARED)) == expected, theme
    finally:
        context.close()


def test_a_notebook_of_papermills_command_line_asks_for_nothing_outside_once_exported(
    browser: Browser, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path / "ipython"))
    export = CleanExport().write(tmp_path / 'Größe "O\'Brien" \u05de\u05e8\u05db\u05d6')
    (export / "leeds").rename(export / "Zürich 'Büro'")
    source, executed = notebooks_directory() / "08_what_was_checked.ipynb", tmp_path / "executed.ipynb"
    given = ["-p", "export", str(export), "-r", "at", "2026-06-15", "--no-progress-bar"]
    command = [sys.executable, "-m", "papermill", str(source), str(executed), *given]
    result = subprocess.run(command, capture_output=True, text=True, timeout=patience.GENEROUS, check=False)
    assert result.returncode == 0, result.stderr
    notebook = nbformat.read(executed, 4)
    context = browser.new_context(viewport={"width": 1400, "height": 1000})
    try:
        # As `jupyter nbconvert --to html --no-input`; then with the options that docs/using.md names.
        for options, loaded in (({}, OF_NBCONVERT), ({"mathjax_url": "", "require_js_url": ""}, [])):
            exported, _ = HTMLExporter(exclude_input=True, **options).from_notebook_node(notebook)
            file = tmp_path / "exported.html"
            file.write_text(exported, encoding="utf-8")
            page = context.new_page()
            requested: list[str] = []
            page.on("request", lambda request, requested=requested: requested.append(request.url))
            page.route(re.compile("^https?:"), lambda route: route.abort())
            page.goto(file.as_uri(), wait_until="load")
            assert sorted(re.findall(r"mathjax/|require\.js/", " ".join(requested))) == loaded
            assert len([url for url in requested if url.startswith("http")]) == len(loaded)
            sections = page.locator("div.mcuaudit")
            assert sections.count() == exported.count('<div class="mcuaudit') > 7
            assert "Zürich 'Büro': all 5 connections" in page.locator("div.mcuaudit h1").first.inner_text()
            lines = page.locator("pre.ticket").inner_text().splitlines()
            page.close()
    finally:
        context.close()
    digests = dict(reversed(line.split("  ", 1)) for line in lines)
    assert len(digests) == 5
    assert digests == {name: hashlib.sha256((export / name).read_bytes()).hexdigest() for name in digests}

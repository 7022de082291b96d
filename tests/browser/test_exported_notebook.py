"""What stock nbconvert makes of a notebook: an audit looks as on a page in both themes, and nothing is fetched."""

from __future__ import annotations

from pathlib import Path

import nbformat
from nbconvert import HTMLExporter
from playwright.sync_api import Browser

from mcuaudit.notebook.at_a_glance import at_a_glance
from mcuaudit.report.execute import read_template
from tests.report.synthetic_audit import make_audit

COMPARED = ("h1", "h3", ".context", ".count b", "thead th", "tbody tr:nth-child(2) th", "tbody tr:nth-child(3) td",
            "td code", "caption span")  # fmt: skip
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

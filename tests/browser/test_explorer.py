"""The explorer in a browser: it filters, opens and leads on by keyboard, and can be read without scripts."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from mcuaudit.report.explorer import ExplorerPage, explorer_page
from tests.browser.conftest import HOSTILE, LONG, artefact
from tests.report.synthetic_audit import LEEDS, make_audit

OF_KIND = {"expired": 1, "expires within 60 days": 1, "CA": 2, "presented in a connection": 7, "all": 9}
UNFOLD = "document.querySelectorAll('details').forEach(details => { details.open = true; })"


@pytest.fixture(scope="module")
def plain() -> ExplorerPage:
    return explorer_page(make_audit())


@pytest.fixture(scope="module")
def file(plain: ExplorerPage, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return plain.write(tmp_path_factory.mktemp("explorer") / "explorer.html")


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Every text of the audit is markup, quotes, scripts, bidi controls and an endless word."""
    audit = make_audit(lambda text: f"{text}{HOSTILE}{LONG}", sites={LEEDS: f"leeds{HOSTILE}"})
    return explorer_page(audit).write(tmp_path_factory.mktemp("hostile") / "explorer.html")


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A window; a message, an error or a request of the page fails the test."""
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    opened = context.new_page()
    complaints: list[str] = []
    opened.on("console", lambda message: complaints.append(message.text))
    opened.on("pageerror", lambda error: complaints.append(str(error)))
    opened.on("request", lambda one: complaints.append(one.url) if not one.url.startswith(("file:", "data:")) else None)
    yield opened
    assert complaints == []
    context.close()


def _shown(page: Page) -> tuple[int, int]:
    """The devices and lines that can be seen when everything is unfolded."""
    page.evaluate(UNFOLD)
    cards = page.locator(".site > .card").filter(visible=True)
    return cards.count(), page.locator(".proofs > li").filter(visible=True).count()


def test_filters_links_and_cards_work_by_keyboard_alone(page: Page, file: Path) -> None:
    page.goto(file.as_uri())
    status = page.get_by_role("status").first
    expect(status).to_contain_text("6 of 6 devices")
    page.get_by_label("Site").focus()
    page.keyboard.press("ArrowDown")
    expect(status).to_contain_text("4 of 6 devices")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.options.length") == 5, "all, and the devices of the site"
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    outcome = page.get_by_label("Outcome")
    expect(outcome).to_be_focused()
    for word in ("locked out", "undetermined"):
        page.keyboard.press("ArrowDown")
        expect(outcome).to_have_value(word)
    outcome.select_option("refused")
    expect(status).to_contain_text("1 of 6 devices, 3 of")
    assert _shown(page) == (1, 3)
    page.screenshot(path=artefact("explorer-filtered.png"))
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.type("nothing has these words")
    expect(status).to_contain_text("0 of 6 devices, 0 of")
    expect(status).to_contain_text('nothing matches these filters. "Show all" clears them.')
    assert page.url.endswith("#site=Leeds&outcome=refused&words=nothing+has+these+words")
    for _ in range(3):
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(status).to_contain_text("6 of 6 devices")
    assert page.url.endswith("#")
    # A digest leads to the card of its certificate, which opens, and from there a link to a device.
    page.get_by_role("button", name="Close all").press("Enter")
    page.get_by_label("Words").fill("boardroom")
    page.get_by_role("button", name="Open what is shown").press("Enter")
    digest = page.locator(".site a[href^='#certificate-']").filter(visible=True).first
    name = digest.inner_text()
    digest.press("Enter")
    assert name[:8] in page.evaluate("document.activeElement.textContent")
    assert page.evaluate("document.activeElement.parentElement.open")
    expect(page.locator(":focus")).to_be_in_viewport()
    page.go_back()
    expect(page.locator(".site a[href^='#certificate-']").filter(visible=True).first).to_be_visible()


def test_a_view_can_be_sent_and_certificates_and_findings_are_found(page: Page, file: Path) -> None:
    page.goto(f"{file.as_uri()}#site=Leeds&outcome=refused&certificates=expired&device=none+of+them")
    status = page.get_by_role("status").first
    expect(status).to_contain_text("1 of 6 devices, 3 of")
    expect(page.get_by_label("Site")).to_have_value("Leeds")
    expect(page.get_by_label("Device")).to_have_value("")
    cards = page.locator(".certificates > .card").filter(visible=True)
    numbers = {}
    for title in ("expired", "expires within 60 days", "CA", "presented in a connection", ""):
        page.get_by_label("Site").select_option("")
        page.get_by_label("Certificates").select_option(title)
        numbers[title or "all"] = cards.count()
    assert numbers == OF_KIND
    page.get_by_label("Site").select_option("Leeds")
    assert 0 < cards.count() < OF_KIND["all"]
    # An id of a finding, a code of a rule and "expired" are words to search for.
    page.get_by_role("button", name="Show all").click()
    identifier = page.locator(".findings code").first.text_content() or ""
    for words in (identifier, identifier.partition("-")[0], "expired"):
        page.get_by_label("Words").fill(words)
        devices, _ = _shown(page)
        assert 0 < devices < 6, words
    assert cards.count() == OF_KIND["expired"]


def test_in_the_frame_of_a_notebook_a_link_stays_within_it(page: Page, plain: ExplorerPage) -> None:
    page.set_content(f"<p>A notebook</p>{plain._repr_html_()}")
    inside = page.frame_locator("iframe")
    inside.get_by_role("button", name="Open what is shown").click()
    inside.locator(".site a[href^='#certificate-']").filter(visible=True).first.click()
    expect(inside.locator(".certificates .card[open]")).not_to_have_count(0)
    expect(inside.locator("h1")).to_have_count(1)
    assert page.frames[1].url == "about:srcdoc"


@pytest.mark.parametrize("kind", ["plain", "hostile"])
def test_no_text_runs_and_the_page_never_scrolls_sideways(page: Page, file: Path, hostile: Path, kind: str) -> None:
    page.goto((file if kind == "plain" else hostile).as_uri())
    page.evaluate(UNFOLD)
    assert page.evaluate("window.ran") is None
    assert page.locator("script").count() == 1
    for width in (360, 1280):
        page.set_viewport_size({"width": width, "height": 800})
        assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.screenshot(path=artefact(f"explorer-{kind}.png"), full_page=True)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_no_violation(browser: Browser, file: Path, scheme: str) -> None:
    context = browser.new_context(viewport={"width": 1280, "height": 900}, color_scheme=scheme, bypass_csp=True)  # type: ignore[arg-type]
    opened = context.new_page()
    opened.goto(file.as_uri())
    opened.evaluate(UNFOLD)
    found = Axe().run(opened)
    assert [(violation["id"], len(violation["nodes"])) for violation in found.response["violations"]] == []
    assert len(found.response["passes"]) > 15
    context.close()


def test_without_scripts_everything_is_there_and_opens(browser: Browser, file: Path) -> None:
    context = browser.new_context(viewport={"width": 1280, "height": 900}, java_script_enabled=False)
    opened = context.new_page()
    opened.goto(file.as_uri())
    assert opened.locator("select, button").count() == 0
    assert opened.locator(".site > .card").count() == 6
    card = opened.locator(".card", has_text="mcu-boardroom").first
    card.locator("> summary").click()
    line = card.locator(".proofs details > summary").first
    line.click()
    expect(card.locator(".ladder").first).to_be_visible()
    expect(opened.locator(".certificates > .card").first).to_be_visible()
    context.close()

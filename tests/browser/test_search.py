"""The search of a page finds words in folded parts too, by keyboard alone, and links open what they lead to."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from mcuaudit.report.render import RenderResult
from tests.browser.conftest import pages_of, quiet_page


@pytest.fixture
def site(browser: Browser, plain_pages: RenderResult) -> Iterator[Page]:
    """The page of a site; anything that it complains of fails the test."""
    yield from quiet_page(browser, plain_pages, "site")


def test_the_keyboard_finds_a_rule_that_is_folded_away(site: Page) -> None:
    rule = site.locator("[aria-label=Rules] tr[id]").last
    code = rule.locator("code").first.text_content() or ""
    title = (rule.locator("th").text_content() or "").removeprefix(code).split()[:4]
    assert not rule.is_visible()
    site.keyboard.press("Control+k")
    site.keyboard.type(f"{code} {' '.join(title)}".upper())
    found = site.locator(".found li")
    assert found.count() >= 1
    assert Axe().run(site).violations_count == 0
    last = found.filter(has_text="What was checked").last
    for _ in range(found.count()):
        site.keyboard.press("ArrowDown")
        if last.locator("button:focus").count():
            break
    site.keyboard.press("Enter")
    rule.wait_for(state="visible")
    assert rule.evaluate("row => row === document.activeElement || row.contains(document.activeElement)")
    assert not site.locator(".found").is_visible()
    # What was found can be left, and what is reached by Tab still is.
    field = site.get_by_role("searchbox", name="Search this page")
    field.fill("mcu-court")
    field.press("Enter")
    field.focus()
    assert site.locator("main summary").evaluate_all("all => all.filter(one => one.tabIndex < 0).length") == 0
    field.fill("mcu-court")
    assert site.locator(".found").is_visible()
    site.locator("h1").click()
    assert not site.locator(".found").is_visible()


def test_what_is_not_on_the_page_is_said_and_escape_ends_the_search(site: Page) -> None:
    field = site.get_by_role("searchbox", name="Search this page")
    field.fill("no-such-word")
    assert site.locator(".found").get_by_role("status").inner_text() == "No places."
    field.press("Escape")
    assert not site.locator(".found").is_visible()
    assert field.input_value() == ""


def test_a_page_opens_at_the_folded_part_of_its_address(
    browser: Browser, plain_pages: RenderResult, site: Page
) -> None:
    anchor = site.locator("[aria-label=Rules] tr[id]").last.get_attribute("id")
    page = browser.new_page()
    page.goto(f"{pages_of(plain_pages)['site'].as_uri()}#{anchor}")
    page.locator(f"#{anchor}").wait_for(state="visible")
    page.goto(f"{pages_of(plain_pages)['site'].as_uri()}#%E0%A4%A")
    page.get_by_role("searchbox", name="Search this page").wait_for(state="visible")
    page.close()

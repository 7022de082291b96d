"""Tables sort and filter by mouse and keyboard, and can be read without any script."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page

from mcuaudit.report.render import RenderResult
from tests.browser.conftest import pages_of, quiet_page

DETAIL = "Connections in detail"


@pytest.fixture
def site(browser: Browser, plain_pages: RenderResult) -> Iterator[Page]:
    """The page of a site in a wide window; anything that it complains of fails the test."""
    yield from quiet_page(browser, plain_pages, "site")


@pytest.fixture
def fleet(browser: Browser, plain_pages: RenderResult) -> Iterator[Page]:
    """The page of the fleet, which has the table of connections, in the same way."""
    yield from quiet_page(browser, plain_pages, "fleet")


def table(page: Page, label: str) -> Locator:
    """The frame of a table, unfolded where it is folded."""
    frame = page.locator(f'.scroll[aria-label="{label}"]')
    if not frame.is_visible():
        page.locator("details", has=frame).locator("summary").first.press("Enter")
    return frame


def column(frame: Locator, number: int) -> list[str]:
    """The texts of one column, of the rows that are shown."""
    cells = frame.locator("tbody tr:not([hidden])").evaluate_all(
        "(rows, number) => rows.map(row => row.cells[number].innerText.trim())", number
    )
    return [str(cell) for cell in cells]


def heading(frame: Locator, text: str) -> Locator:
    return frame.locator("thead th").filter(has_text=text)


def test_a_click_sorts_and_a_second_one_turns_around(site: Page) -> None:
    frame = table(site, "Connections by device and type")
    before = column(frame, 0)
    device = heading(frame, "Device")
    device.get_by_role("button").click()
    assert device.get_attribute("aria-sort") == "ascending"
    assert column(frame, 0) == sorted(before) != before
    device.get_by_role("button").click()
    assert device.get_attribute("aria-sort") == "descending"
    assert column(frame, 0) == sorted(before, reverse=True)
    heading(frame, "First expiry").get_by_role("button").click()
    assert device.get_attribute("aria-sort") is None


def test_dates_sort_as_dates_and_numbers_as_numbers(site: Page) -> None:
    frame = table(site, "Certificates")
    until = next(title for title in frame.locator("thead th").all_inner_texts() if "until" in title.lower())
    heading(frame, until.strip()).get_by_role("button").click()
    number = [text.strip() for text in frame.locator("thead th").all_inner_texts()].index(until.strip())
    years = [cell.split("\n")[0].split()[-1] for cell in column(frame, number)]
    assert len(set(years)) > 2
    assert years == sorted(years)


def test_the_keyboard_sorts_and_filters(fleet: Page) -> None:
    site = fleet
    frame = table(site, DETAIL)
    button = heading(frame, "Connection").get_by_role("button")
    button.focus()
    site.keyboard.press("Enter")
    assert heading(frame, "Connection").get_attribute("aria-sort") == "ascending"
    field = site.get_by_role("searchbox", name=f"Filter {DETAIL.lower()}")
    field.focus()
    total = len(column(frame, 0))
    site.keyboard.type("mcu-court OUTGOING")
    shown = frame.locator("tbody tr:not([hidden])").all_inner_texts()
    assert 0 < len(shown) < total
    assert all("mcu-court" in row and "outgoing" in row.lower() for row in shown)
    assert site.get_by_role("status").filter(has_text=f"{len(shown)} of {total} rows shown.").count() == 1
    field.fill("no such word")
    assert column(frame, 0) == []
    field.fill("")
    assert len(column(frame, 0)) == total


def test_a_link_shows_a_row_that_the_filter_hides(site: Page) -> None:
    frame = table(site, "Findings by cause")
    target = frame.locator("tbody tr[id]").last
    anchor = target.get_attribute("id")
    site.get_by_role("searchbox", name="Filter findings by cause").fill("no such word")
    assert not target.is_visible()
    site.evaluate("anchor => { location.hash = anchor; }", anchor)
    target.wait_for(state="visible")


def test_everything_can_be_read_without_scripts(browser: Browser, plain_pages: RenderResult) -> None:
    """Mail gateways and some viewers run no script: the same text stands there, and no control that does nothing."""
    texts = []
    for runs in (True, False):
        context = browser.new_context(java_script_enabled=runs, viewport={"width": 1300, "height": 900})
        page = context.new_page()
        page.goto(pages_of(plain_pages)["site"].as_uri())
        texts.append([page.locator("main").locator(part).all_inner_texts() for part in ("h1, h2", "td", "tbody th")])
        if not runs:
            assert page.locator("button, input").count() == 0
        context.close()
    assert texts[0] == texts[1]


@pytest.mark.parametrize("kind", ["index", "site", "fleet"])
def test_what_is_not_of_the_page_is_forbidden(
    browser: Browser, plain_pages: RenderResult, kind: str, tmp_path: Path
) -> None:
    """The policy holds: a script or a style that somebody puts into the file does nothing."""
    text = pages_of(plain_pages)[kind].read_text(encoding="utf-8")
    changed = tmp_path / "changed.html"
    strange = "<script>window.ran = 1</script><style>h1 { color: rgb(1, 2, 3) }</style><p id=x style='color: red'>x</p>"
    changed.write_text(text.replace("<footer>", f"{strange}<footer>"), encoding="utf-8")
    context = browser.new_context()
    page = context.new_page()
    page.goto(changed.as_uri())
    assert page.evaluate("window.ran") is None
    colours = page.evaluate("['h1', '#x'].map(name => getComputedStyle(document.querySelector(name)).color)")
    assert "rgb(1, 2, 3)" not in colours
    assert "rgb(255, 0, 0)" not in colours
    assert page.locator("button.sort").count() > 0
    context.close()

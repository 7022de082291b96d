"""Pages in a browser: nothing runs, nothing leaves, everybody can read them, on a telephone and on paper."""

from __future__ import annotations

import gzip
import re
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Locator, Page

from mcuaudit.report.execute import page_of
from mcuaudit.report.index import index_body
from mcuaudit.report.render import RenderResult
from mcuaudit.report.site_lines import Entry
from tests.browser.conftest import artefact, pages_of
from tests.report.many_sites import many_sites
from tests.report.synthetic_audit import LEEDS, make_audit

KINDS = ("index", "site", "fleet")


class Opened:
    """A page in a browser, with what it asked for and complained of."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.requests: list[str] = []
        self.complaints: list[str] = []
        page.on("request", lambda request: self.requests.append(request.url))
        page.on("console", lambda message: self.complaints.append(message.text))
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("dialog", lambda dialog: (self.complaints.append("a dialog"), dialog.dismiss()))

    def go(self, path: Path) -> Page:
        """Open a file, and unfold everything."""
        self.page.goto(path.as_uri())
        self.page.evaluate("document.querySelectorAll('details').forEach(details => { details.open = true; })")
        return self.page


@pytest.fixture(scope="module", params=["plain", "hostile"])
def pages(request: pytest.FixtureRequest) -> dict[str, Path]:
    """The pages of an ordinary audit, and those of a hostile one."""
    return pages_of(request.getfixturevalue(f"{request.param}_pages"))


@pytest.fixture(scope="module", params=KINDS)
def seen(browser: Browser, pages: dict[str, Path], request: pytest.FixtureRequest) -> Iterator[Opened]:
    """A page that is opened once, for tests that look at it and leave it as it is."""
    context = browser.new_context(viewport={"width": 1300, "height": 900})
    opened = Opened(context.new_page())
    opened.go(pages[request.param])
    yield opened
    context.close()


@pytest.fixture
def opened(browser: Browser) -> Iterator[Opened]:
    """A window as wide as a desk's."""
    context = browser.new_context(viewport={"width": 1300, "height": 900})
    yield Opened(context.new_page())
    context.close()


def test_no_text_runs_and_no_request_leaves(seen: Opened) -> None:
    page = seen.page
    assert page.evaluate("window.ran") is None
    assert [url for url in seen.requests if url != page.url and not url.startswith("data:image/svg+xml")] == []
    assert seen.complaints == []
    assert page.locator("iframe, object, embed, link, form, [onerror], a[href^='javascript']").count() == 0
    assert page.locator("script").count() == 1


@pytest.mark.parametrize("kind", KINDS)
def test_no_text_runs_without_the_content_security_policy_either(
    browser: Browser, hostile_pages: RenderResult, kind: str, score: Callable[[str], None]
) -> None:
    """The escaping alone holds; and where a script does get into a page, this test sees it run."""
    context = browser.new_context(bypass_csp=True)
    page = Opened(context.new_page()).go(pages_of(hostile_pages)[kind])
    hostile = page.content().count("window.ran=1")
    assert page.evaluate("window.ran") is None
    assert page.locator("script").count() == 1
    assert hostile > 10
    page.evaluate(
        "document.body.append(document.createElement('img')); document.body.lastChild.outerHTML = "
        "'<img src=x onerror=\"window.ran=1\">'"
    )
    page.wait_for_function("window.ran === 1")
    score(f"scripts run in the {kind} page without a policy: 0 of {hostile} in its texts")
    context.close()


def test_the_structure_is_sound(seen: Opened) -> None:
    page = seen.page
    levels = page.evaluate("[...document.querySelectorAll('h1,h2,h3,h4')].map(heading => +heading.tagName[1])")
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))
    assert page.locator("table").count() == page.locator("table > caption").count() > 0
    assert page.locator("th:not([scope])").count() == 0
    identifiers = page.evaluate("[...document.querySelectorAll('[id]')].map(element => element.id)")
    assert len(set(identifiers)) == len(identifiers)
    targets = page.evaluate("[...document.querySelectorAll('a[href^=\"#\"]')].map(link => link.hash.slice(1))")
    assert set(targets) - set(identifiers) == set()


@pytest.mark.part(3)
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("kind", KINDS)
def test_axe_finds_no_violation(browser: Browser, plain_pages: RenderResult, kind: str, scheme: str) -> None:
    # axe is a script of the test, which the page's own policy would forbid.
    context = browser.new_context(viewport={"width": 1300, "height": 900}, color_scheme=scheme, bypass_csp=True)  # type: ignore[arg-type]
    page = Opened(context.new_page()).go(pages_of(plain_pages)[kind])
    found = Axe().run(page)
    assert [(violation["id"], len(violation["nodes"])) for violation in found.response["violations"]] == []
    assert len(found.response["passes"]) > 20
    context.close()


def test_the_page_never_scrolls_sideways(seen: Opened) -> None:
    page = seen.page
    for width in (360, 1300):
        page.set_viewport_size({"width": width, "height": 800})
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        wider = "frame => frame.checkVisibility() && frame.scrollWidth > frame.clientWidth + 1"
        if width == 360:
            assert page.evaluate(f"[...document.querySelectorAll('.scroll')].filter({wider}).length") == 0


def test_the_page_follows_the_dark_scheme(browser: Browser, plain_pages: RenderResult) -> None:
    shown = {}
    for scheme in ("light", "dark"):
        context = browser.new_context(color_scheme=scheme)  # type: ignore[arg-type]
        page = Opened(context.new_page()).go(pages_of(plain_pages)["site"])
        background = "name => getComputedStyle(document.querySelector(name)).backgroundColor"
        colours = page.evaluate(f"['main', 'body'].map({background})")
        shown[scheme] = (colours, page.evaluate("document.querySelector('figure img').currentSrc"))
        context.close()
    assert shown["light"][0] == ["rgb(251, 250, 248)"] * 2
    assert shown["dark"][0] == ["rgb(20, 23, 26)"] * 2
    assert shown["light"][1] != shown["dark"][1]


def test_pictures_fit_a_telephone_or_scroll_in_their_frame(browser: Browser, plain_pages: RenderResult) -> None:
    context = browser.new_context(viewport={"width": 360, "height": 800})
    page = Opened(context.new_page()).go(pages_of(plain_pages)["site"])
    pictures = page.locator("figure img").all()
    assert len(pictures) >= 5
    for picture in pictures:
        assert picture.evaluate("image => image.complete && image.naturalWidth > 0")
        framed = picture.evaluate("image => image.closest('.pan') !== null")
        box = picture.bounding_box()
        assert box is not None
        if framed:
            frame = picture.locator("xpath=ancestor::div[1]")
            assert frame.get_attribute("tabindex") == "0"
            assert frame.evaluate("frame => frame.clientWidth") <= 360
        else:
            assert 250 < box["width"] <= 360
            assert picture.evaluate("image => image.naturalWidth") < 600
    context.close()


def test_the_skip_link_comes_first_by_keyboard(opened: Opened, plain_pages: RenderResult) -> None:
    page = opened.page
    page.goto(pages_of(plain_pages)["site"].as_uri())
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to the verdict"
    box = page.locator(".skip").bounding_box()
    assert box is not None
    assert box["x"] >= 0
    page.keyboard.press("Enter")
    assert page.url.endswith("#content")


def test_the_links_of_the_index_lead_to_pages(opened: Opened, plain_pages: RenderResult) -> None:
    page = opened.go(plain_pages.index)
    page.get_by_role("link", name="Leeds").click()
    assert page.locator("h1").inner_text().startswith("Leeds: 3 of 30 connections will be refused")
    page.go_back()
    page.get_by_role("link", name="Report of the whole fleet").click()
    assert page.locator("h1").inner_text().startswith("2 sites:")


def test_sixty_sites_have_a_line_each_on_two_screens(browser: Browser, tmp_path: Path) -> None:
    index = tmp_path / "index.html"
    context = browser.new_context(viewport={"width": 1280, "height": 800})
    page = Opened(context.new_page()).page
    for quiet, shown in ((0, 60), (2, 30)):
        fleet = many_sites(make_audit(), 60, quiet=quiet)
        entries = {site: Entry(f"sites/{site}.html", None, None) for site in fleet.sites}
        body = index_body(fleet, entries, Entry("fleet.html", None, None))
        index.write_text(page_of(body, "Index", ""), encoding="utf-8")
        page.goto(index.as_uri())
        lines = page.locator("[aria-label=Sites] tbody tr")
        boxes = [box for line in lines.all() if (box := line.bounding_box())]
        assert len(boxes) == shown
        assert max(box["height"] for box in boxes) < 24
        assert boxes[-1]["y"] + boxes[-1]["height"] <= 1600
        first = page.locator("td[data-label='First job'] .line").first
        assert first.evaluate("job => job.parentElement.clientWidth") > 380, "a third of the line"
        page.screenshot(path=artefact(f"index-{shown}-lines.png"), full_page=True)
    folded = page.locator("[aria-label='Quiet sites'] tbody tr")
    assert folded.count() == 30
    assert not folded.first.is_visible()
    page.locator("summary", has_text="30 quiet sites").click()
    assert folded.first.is_visible()
    context.close()


def test_a_job_to_do_first_leads_to_the_row_of_what_it_fixes(opened: Opened, plain_pages: RenderResult) -> None:
    page = opened.go(pages_of(plain_pages)["site"])
    page.locator("[aria-label=Jobs] li a").first.click()
    assert "MCU205" in page.locator("tr:target").inner_text()


@pytest.mark.parametrize("runs", [True, False], ids=["scripts", "no scripts"])
def test_complete_tables_can_be_saved(browser: Browser, plain_pages: RenderResult, tmp_path: Path, runs: bool) -> None:
    """A large table is compressed in the page, and a script saves it as plain CSV."""
    context = browser.new_context(java_script_enabled=runs)
    page = context.new_page()
    page.goto(pages_of(plain_pages)["site"].as_uri())
    small, name = _saved(
        page, page.get_by_role("link", name=re.compile(r"Download CSV \([\d,]+ findings?\)")), tmp_path
    )
    assert (name, small[:23]) == ("leeds-findings.csv", b"\xef\xbb\xbffinding_id,severity,")
    large, name = _saved(page, page.locator('a[download^="leeds-evidence.csv"]'), tmp_path)
    assert name == ("leeds-evidence.csv" if runs else "leeds-evidence.csv.gz")
    plain = large if runs else gzip.decompress(large)
    assert plain.startswith(b"\xef\xbb\xbfdevice_id,")
    assert plain.count(b"\r\n") == len(make_audit().select(LEEDS).evidence) + 1
    context.close()


def _saved(page: Page, link: Locator, directory: Path) -> tuple[bytes, str]:
    """What a click on the link saves, and under which name."""
    with page.expect_download() as download:
        link.click()
    download.value.save_as(directory / "saved")
    return (directory / "saved").read_bytes(), download.value.suggested_filename


def test_paper_gets_everything_and_no_table_is_cut(opened: Opened, plain_pages: RenderResult) -> None:
    page = opened.page
    page.goto(pages_of(plain_pages)["site"].as_uri())
    page.emulate_media(media="print")
    # As wide as A4 between its margins, at 96 pixels an inch.
    page.set_viewport_size({"width": 688, "height": 1000})
    assert page.evaluate("document.documentElement.scrollWidth") <= 688
    cut = "table => table.scrollWidth > table.parentNode.clientWidth + 1"
    assert page.evaluate(f"[...document.querySelectorAll('table')].filter({cut}).length") == 0
    assert not page.locator("nav").is_visible()
    # What other tables say is not printed as a picture too; the reviewer signs on paper only.
    assert not page.locator(".screen").filter(visible=True).count()
    assert page.locator(".review").is_visible()
    page.pdf(path=artefact("site.pdf"), prefer_css_page_size=True)
    sheets = re.findall(rb"/Type /Page\b", artefact("site.pdf").read_bytes())
    assert 1 < len(sheets) <= 12
    page.emulate_media(media="screen")
    assert not page.locator(".review").is_visible()


@pytest.mark.part(3)
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1300])
@pytest.mark.parametrize("kind", KINDS)
def test_every_page_has_its_picture_taken(
    browser: Browser, plain_pages: RenderResult, kind: str, width: int, scheme: str
) -> None:
    context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme)  # type: ignore[arg-type]
    page = context.new_page()
    page.goto(pages_of(plain_pages)[kind].as_uri())
    taken = artefact(f"{kind}-{width}-{scheme}.png")
    page.screenshot(path=taken, full_page=True)
    assert taken.stat().st_size > 20_000
    context.close()

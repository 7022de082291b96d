"""The documentation as a site: it builds, loads nothing from elsewhere, its links and search work from a disk."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
from playwright.sync_api import Browser, expect

from mcuaudit.command.check import check
from mcuaudit.frames.schema import SCHEMAS
from mcuaudit.rules import registered_rules
from tests.browser.conftest import artefact

ROOT = Path(__file__).parents[2]
LOADED = {("img", "src"), ("script", "src"), ("link", "href"), ("iframe", "src"), ("source", "src"), ("object", "data"),
          ("audio", "src"), ("video", "src"), ("embed", "src"), ("use", "href"), ("form", "action")}  # fmt: skip


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site as `make docs` builds it; every warning is an error."""
    out = tmp_path_factory.mktemp("site") / "site"
    ran = subprocess.run(
        [sys.executable, "-m", "mkdocs", "build", "--strict", "--quiet", "--site-dir", str(out)],
        cwd=ROOT, capture_output=True, text=True,
    )  # fmt: skip
    assert ran.returncode == 0, ran.stdout + ran.stderr
    return out


class _Reader(HTMLParser):
    """The ids of a page, what a browser would load for it, and where its links lead."""

    def __init__(self) -> None:
        super().__init__()
        self.ids: set[str] = set()
        self.loaded: list[str] = []
        self.links: list[str] = []

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        for name, value in attributes:
            if name in ("id", "name") and value:
                self.ids.add(value)
            if (tag, name) in LOADED and value:
                self.loaded.append(value)
            if (tag, name) == ("a", "href") and value:
                self.links.append(value)


@pytest.fixture(scope="module")
def pages(site: Path) -> dict[Path, _Reader]:
    read = {}
    for path in site.rglob("*.html"):
        read[path] = _Reader()
        read[path].feed(path.read_text(encoding="utf-8"))
    return read


def test_there_is_a_page_for_each_rule_frame_and_command(site: Path) -> None:
    assert {path.stem for path in (site / "rules").iterdir()} == set(registered_rules())
    assert {path.stem for path in (site / "frames").iterdir()} == set(SCHEMAS)
    listed = (site / "commands.html").read_text(encoding="utf-8")
    for command in ("check", "report", "compare", "policy", "rules", "describe", "match", "lab", "sample"):
        assert (site / "commands" / f"{command}.html").is_file()
        assert f"commands/{command}.html" in listed
    for name in ("decisions", "verdicts", "policy", "export-layout", "scheduling", "readings", "security"):
        assert (site / f"{name}.html").is_file()


def test_a_page_has_what_the_code_says(site: Path) -> None:
    def words(name: str) -> str:
        text = (site / name).read_text(encoding="utf-8").partition("<article")[2]
        return " ".join(re.sub(r"<[^>]*>", " ", text).split())

    assert "mcuaudit check [OPTIONS] EXPORT" in words("commands/check.html")
    assert "--set KEY=VALUE " in words("commands/check.html")
    assert check.__doc__ is not None
    assert check.__doc__.splitlines()[0] in words("commands/check.html")
    assert "--jobs N" in words("commands/check.html")
    assert "One row per" in words("frames/connections.html")
    rule = registered_rules()["MCU103"]
    assert all(word in words("rules/MCU103.html") for word in (rule.title, rule.source, rule.severity, "How to fix"))


def test_a_browser_would_load_nothing_from_elsewhere(site: Path, pages: dict[Path, _Reader]) -> None:
    assert {(path.name, url) for path, page in pages.items() for url in page.loaded if _is_outside(url)} == set()
    for style in (*site.rglob("*.css"), *pages):
        text = style.read_text(encoding="utf-8")
        assert re.findall(r"(?:url\(|@import)\s*['\"]?(?:https?:)?//[^)'\"]*", text) == [], style


def _is_outside(url: str) -> bool:
    return bool(urlsplit(url).netloc)


def test_no_link_within_the_site_is_broken(pages: dict[Path, _Reader]) -> None:
    assert set(_broken(pages)) == set()
    assert sum(len(page.links) for page in pages.values()) > 1000


def _broken(pages: dict[Path, _Reader]) -> Iterator[tuple[str, str]]:
    for path, page in pages.items():
        # The page for an address that does not exist is shown under any address, and has absolute links.
        for link in () if path.name == "404.html" else (*page.links, *page.loaded):
            address = urlsplit(link)
            if address.scheme or address.netloc:
                continue
            target = (path.parent / unquote(address.path)).resolve() if address.path else path
            target = target / "index.html" if target.is_dir() else target
            if not target.is_file() or (target in pages and address.fragment and not _has(pages[target], address)):
                yield path.name, link


def _has(page: _Reader, address: object) -> bool:
    fragment = unquote(address.fragment)  # type: ignore[attr-defined]
    return fragment in page.ids or fragment.startswith("__")


def test_the_search_works_from_a_disk_and_asks_nobody(site: Path, browser: Browser) -> None:
    context = browser.new_context(viewport={"width": 1300, "height": 900})
    page = context.new_page()
    asked: list[str] = []
    errors: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.goto((site / "index.html").as_uri())
    page.locator(".md-search__input").press_sequentially("MCU411")
    result = page.locator(".md-search-result__link[href*='rules/MCU411.html']").first
    expect(result).to_be_visible()
    page.screenshot(path=artefact("site-search.png"))
    result.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("MCU411")
    page.goto((site / "rules" / "MCU205.html").as_uri())
    page.screenshot(path=artefact("site-rule.png"))
    context.close()
    assert errors == []
    assert [url for url in asked if not url.startswith(("file:", "data:", "blob:"))] == []

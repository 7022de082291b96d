"""Links between the pages of a report, set at the end, when it is known which pages there are.

A page that is alone, as in a bundle or made by a notebook, has no link to a page beside it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from mcuaudit.report.html import Html, element, escape, join, paragraph

_PLACE: Final = re.compile(r"<!--pages-->.*?<!--/pages-->", re.DOTALL)
"""Where a page has its links to the other pages; the template has it once."""
_SITE: Final = re.compile(r'<!--page ([A-Za-z0-9._-]+)-->(?:<a href="[^"]*">)?(.*?)(?:</a>)?<!--/page-->', re.DOTALL)


def site_link(page: str, words: object) -> Html:
    """`words`, which become a link to the page of a site, by the name of its file, if there is one.

    A text of a reader cannot look like the marks, as escaped text has no "<".
    """
    return Html(f"<!--page {page}-->{escape(words)}<!--/page-->")


def link_pages(directory: str | Path, pages: Iterable[str | Path], *, above: str) -> None:
    """Set the links of some pages below `directory`, and remove those of a former page to pages that are gone.

    `above` leads from `directory` to the directory of the index.
    """
    directory = Path(directory)
    for page in map(Path, pages):
        up = "../" * len(page.relative_to(directory).parts[1:])
        links = [("All sites", f"{up}{above}index.html")]
        fleet = directory / "fleet.html"
        if page != fleet and fleet.is_file():
            links.append(("Whole fleet", f"{up}fleet.html"))
        page.write_text(_linked(page.read_text(encoding="utf-8"), directory, up, links), encoding="utf-8")


def _linked(text: str, directory: Path, up: str, links: Iterable[tuple[str, str]]) -> str:
    def to_site(found: re.Match[str]) -> str:
        place = f"sites/{found[1]}.html"
        words = Html(found[2])
        return site_link(found[1], element("a", words, href=up + place) if (directory / place).is_file() else words)

    # A page that was sent by itself has no file beside it: the names of the files say what its links lead to.
    shown = join((join((element("a", words, href=place), f" ({Path(place).name})")) for words, place in links), " · ")
    others = paragraph(shown, ", of the same run", class_="pages")
    return _PLACE.sub(lambda _: f"<!--pages-->{others}<!--/pages-->", _SITE.sub(to_site, text), count=1)

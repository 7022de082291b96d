"""Make the pictures of README and docs from the reports of the sample fleet: run `make report` first.

Run: .venv/bin/python docs/make_pictures.py (needs playwright, and chromium on the machine)
"""

from __future__ import annotations

import shutil
from pathlib import Path

from playwright.sync_api import sync_playwright

HERE = Path(__file__).parent
REPORTS = HERE.parent / "reports"
PAGES = {"report.png": ("sites/leeds.html", 1200, 1330), "index.png": ("index.html", 1200, 640)}
"""By picture: the page, and how much of its top in pixels."""
PARTS = {"trust-graph.png": ("fleet.html", "figure:has(img[alt^='Trust graph'])")}
"""By picture: the page, and the part of it."""


def main() -> None:
    """Take a screenshot of the top of each page, and of each part."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        for picture, (page_name, width, height) in PAGES.items():
            page = browser.new_page(viewport={"width": width, "height": height}, color_scheme="light")
            page.goto((REPORTS / page_name).as_uri())
            page.screenshot(path=HERE / "pictures" / picture)
        for picture, (page_name, part) in PARTS.items():
            page = browser.new_page(viewport={"width": 1200, "height": 900}, color_scheme="light")
            page.goto((REPORTS / page_name).as_uri())
            page.locator(part).screenshot(path=HERE / "pictures" / picture)
        browser.close()


if __name__ == "__main__":
    main()

"""Documents that are made from the code are current, and what the README names exists."""

from __future__ import annotations

import importlib.util
import re
from functools import cache
from pathlib import Path

import pytest

from mcuaudit.rules import registered_rules

ROOT = Path(__file__).parent.parent


@cache
def pages() -> dict[str, str]:
    specification = importlib.util.spec_from_file_location("make_pages", ROOT / "docs" / "make_pages.py")
    assert specification
    assert specification.loader
    module = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(module)
    return {name: page() for name, page in module.PAGES.items()}


@pytest.mark.parametrize(
    "name", ["rules.md", "frames.md", "readings.md", "views.md", "policy.md", "audit.schema.json", "../README.md"]
)
def test_a_made_page_is_current(name: str) -> None:
    assert (ROOT / "docs" / name).read_text(encoding="utf-8") == pages()[name], "run: python docs/make_pages.py"


@pytest.mark.parametrize(
    "document", ["README.md", "CONTRIBUTING.md", "data/README.md", "docs/export-layout.md", "docs/scheduling.md"]
)
def test_links_within_the_repository_lead_somewhere(document: str) -> None:
    file = ROOT / document
    for target in re.findall(r"\]\(([^)]+)\)", file.read_text(encoding="utf-8")):
        if target.startswith("https://"):
            continue
        path, _, anchor = target.partition("#")
        found = file.parent / path
        assert found.exists(), target
        if anchor:
            assert f'id="{anchor}"' in found.read_text(encoding="utf-8"), target


def test_the_readme_begins_with_what_an_mcu_is_and_the_six_types() -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    first = text.split("\n\n")[1]
    assert "Cisco TelePresence MCU" in first
    assert "not affiliated with Cisco" in first
    assert len(re.findall(r"^\| .*docs/rules\.md#mcu50[1-6].*data/sample-fleet/", text, re.MULTILINE)) == 6


def test_the_changelog_counts_the_rules() -> None:
    assert f"- {len(registered_rules())} rules" in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")

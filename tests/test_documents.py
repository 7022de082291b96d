"""Documents that are made from the code are current, and what the README names exists."""

from __future__ import annotations

import importlib.util
import re
from functools import cache
from pathlib import Path

import pytest

from mcuaudit.command.exit_codes import FAILED, FOUND, NOT_ALL_READ, NOT_WRITTEN, WRONG_USE
from mcuaudit.rules import own_rules
from mcuaudit.writers.formats import FORMATS

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
    "name",
    [
        "rules.md",
        "frames.md",
        "readings.md",
        "views.md",
        "policy.md",
        "formats.md",
        "statements.md",
        "audit.schema.json",
        "using.md",
        "../README.md",
    ],
)
def test_a_made_page_is_current(name: str) -> None:
    assert (ROOT / "docs" / name).read_text(encoding="utf-8") == pages()[name], "run: python docs/make_pages.py"


@pytest.mark.parametrize(
    "document",
    [
        "README.md",
        "CONTRIBUTING.md",
        "SECURITY.md",
        "data/README.md",
        *(f"docs/{name}.md" for name in ("using", "export-layout", "redaction", "scheduling", "verdicts")),
    ],
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


def test_the_readme_is_short_and_begins_with_what_an_mcu_is_and_a_picture() -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    first = text.split("\n\n")[1]
    assert "Cisco TelePresence MCU" in first
    assert "not affiliated with Cisco" in first
    before, commands = text.split("```")[:2]
    assert "](docs/pictures/" in before
    assert commands.split("\n")[1:-1] == ["make report", "make test"]
    assert len(text.splitlines()) <= 125


def test_the_page_on_using_shows_the_six_types_each_with_its_rule_and_a_device() -> None:
    text = (ROOT / "docs" / "using.md").read_text(encoding="utf-8")
    codes = re.findall(r"^\| .*\(rules\.md#mcu(50[1-6])\).*data/sample-fleet/", text, re.MULTILINE)
    assert codes == ["501", "502", "503", "504", "505", "506"]


def test_the_page_on_using_names_every_exit_code_and_leads_to_the_formats() -> None:
    text = (ROOT / "docs" / "using.md").read_text(encoding="utf-8")
    assert "](formats.md)" in text
    for code in (0, FOUND, WRONG_USE, NOT_ALL_READ, FAILED, NOT_WRITTEN):
        assert f"| {code} |" in text, code


def test_a_table_of_formats_is_that_of_the_register() -> None:
    row = re.compile(r"^\| `([a-z-]+)` \| (?:`(\.[a-z]+)`|none) \|", re.MULTILINE)
    declared = {name: one.ending for name, one in FORMATS.own.items()}
    for document in ("README.md", "docs/using.md", "docs/formats.md"):
        text = (ROOT / document).read_text(encoding="utf-8")
        table = dict(row.findall(text))
        assert table.items() <= declared.items(), document
        # Only the page that is made from the register must have them all: a new format changes no other page.
        if document == "docs/formats.md":
            assert [name for name in declared if f"`{name}`" not in text] == [], document


def test_the_changelog_counts_the_rules() -> None:
    counted = f"- {len(own_rules())} rules"
    changelog = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    assert counted in changelog, f'write "{counted}" in CHANGELOG.md, in the line "- N rules, each with its source"'

"""File names of sites are legal everywhere, and differ where the sites do."""

from __future__ import annotations

import re

import pytest

from mcuaudit.system.file_names import safe_name, safe_names

ODD = ["007", "null", "O'Brien & Sons", "../x", "..", "", "a/b", "a\\b", "CON", "nul.txt", " x ", "Å", "x" * 300,
       "Größe", "Grosse", "é", "<b>", "a:b", "a?b", "-rf", ".hidden", "東京"]  # fmt: skip


@pytest.mark.parametrize("name", ODD)
def test_a_file_name_is_legal_on_every_system(name: str) -> None:
    safe = safe_name(name)
    assert re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._-]{0,70}", safe)
    assert not re.fullmatch(r"(con|nul|aux|prn|com\d|lpt\d)(\..*)?", safe, re.IGNORECASE)
    assert ".." not in safe


def test_plain_names_stay() -> None:
    assert [safe_name(name) for name in ("007", "null", "leeds", "new-york.2")] == [
        "007",
        "null",
        "leeds",
        "new-york.2",
    ]


def test_names_that_differ_have_files_that_differ_on_every_disk() -> None:
    names = [*ODD, "Leeds", "leeds", "LEEDS", "a-b"]
    made = safe_names(names)
    assert len({safe.casefold() for safe in made.values()}) == len(set(names))

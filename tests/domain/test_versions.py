"""Software versions: how they are read, and from which on certificates are verified."""

from __future__ import annotations

import pytest

from mcuaudit.domain.versions import software_version, verifies_certificates


@pytest.mark.parametrize(
    ("text", "version"),
    [
        ("4.4(3.57)", (4, 4)),
        (" 4.4(3.57) ", (4, 4)),
        ("4.5(1.85)P", (4, 5)),
        ("4.10(1.2)", (4, 10)),
        ("10.1", (10, 1)),
        ("4", None),
        ("four", None),
        ("v4.4", None),
        ("", None),
    ],
)
def test_major_and_minor_are_read(text: str, version: tuple[int, int] | None) -> None:
    assert software_version(text) == version


@pytest.mark.parametrize(
    ("text", "verifies"),
    [
        ("4.3(2.32)", False),
        ("3.9(1.1)", False),
        ("2.10(1.1)", False),
        ("4.4", True),
        ("4.4(0.1)", True),
        ("4.4(3.57)", True),
        ("4.5(1.85)", True),
        ("4.10(1.1)", True),
        ("5.0(1.1)", True),
        ("unknown", None),
    ],
)
def test_certificates_are_verified_from_4_4_on(text: str, verifies: bool | None) -> None:
    assert verifies_certificates(text) is verifies

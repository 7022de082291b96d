"""Characters that an encoding lacks: typography in plain ASCII, letters by their numbers."""

from __future__ import annotations

import io
import sys

import pytest

from mcuaudit.system.output_encoding import make_output_encodable


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("\u201ca\u201d \u2013 \u2026 \u2192", '"a" - ... ->'),
        ("\u0142\u00fc", "\\u0142\\xfc"),
        ("\U0001f600", "\\U0001f600"),
        ("\udcff", "\\xff"),
        ("\ud800", "\\ud800"),
    ],
)
def test_what_ascii_lacks(text: str, written: str, monkeypatch: pytest.MonkeyPatch) -> None:
    octets = io.BytesIO()
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(octets, encoding="ascii", write_through=True))
    monkeypatch.setattr(sys, "stderr", None)
    make_output_encodable()
    print(text, end="")
    assert octets.getvalue() == written.encode()

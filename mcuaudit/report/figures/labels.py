"""Labels of pictures: the width of a text, and shortening of a text that is too wide."""

# The fonts of matplotlib have no annotations.
# mypy: disable-error-code="no-untyped-call"

from __future__ import annotations

from functools import cache
from typing import Final

from mcuaudit.wording.visible import visible

_MEASURED: Final = 100
"""The font size at which letters are measured."""


def text_width(text: str, size: float) -> float:
    """The width of `text` in a font of `size`, in the same unit.

    In DejaVu Sans, the widest font of the pages: the font of the reader is usually narrower.
    """
    return size * sum(_ems(character) for character in text)


@cache
def _ems(character: str) -> float:
    """The advance of one character; a letter that is not in DejaVu Sans, such as a Chinese one, counts as square."""
    from matplotlib.font_manager import findfont, get_font
    from matplotlib.ft2font import LoadFlags

    font = get_font(findfont("DejaVu Sans"))
    if not font.get_char_index(ord(character)):
        return 1.0
    font.set_size(_MEASURED, 72)
    glyph = font.load_char(ord(character), flags=LoadFlags.NO_HINTING)
    return float(glyph.linearHoriAdvance) / 65536 / _MEASURED


def fitted(label: str, room: float, size: float) -> str:
    """`label` with all characters visible, shortened in its middle to fit `room`: names often differ at the end."""
    text = visible(label)
    if text_width(text, size) <= room:
        return text
    for kept in range(len(text) - 1, 0, -1):
        tail = kept // 3
        shorter = f"{text[: kept - tail]}…{text[len(text) - tail :]}"
        if text_width(shorter, size) <= room:
            return shorter
    return "…"

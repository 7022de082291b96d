"""Labels of pictures: how wide a text is, and how one that is too wide is shortened."""

# The fonts of matplotlib have no annotations.
# mypy: disable-error-code="no-untyped-call"

from __future__ import annotations

from functools import cache
from typing import Final

from mcuaudit.wording.visible import visible

_MEASURED: Final = 100
"""Size at which letters are measured."""


def text_width(text: str, size: float) -> float:
    """How wide `text` is at a font of `size`, in the same unit.

    In DejaVu Sans, the broadest of the fonts that pages name: the reader's own is narrower as a rule.
    """
    return size * sum(_ems(character) for character in text)


@cache
def _ems(character: str) -> float:
    """The advance of one character; a letter that DejaVu Sans lacks, such as a Chinese one, is taken as square."""
    from matplotlib.font_manager import findfont, get_font
    from matplotlib.ft2font import LoadFlags

    font = get_font(findfont("DejaVu Sans"))
    if not font.get_char_index(ord(character)):
        return 1.0
    font.set_size(_MEASURED, 72)
    glyph = font.load_char(ord(character), flags=LoadFlags.NO_HINTING)
    return float(glyph.linearHoriAdvance) / 65536 / _MEASURED


def fitted(label: str, room: float, size: float) -> str:
    """`label` with nothing hidden in it, shortened in its middle to fit into `room`: names often end differently."""
    text = visible(label)
    if text_width(text, size) <= room:
        return text
    for kept in range(len(text) - 1, 0, -1):
        tail = kept // 3
        shorter = f"{text[: kept - tail]}…{text[len(text) - tail :]}"
        if text_width(shorter, size) <= room:
            return shorter
    return "…"

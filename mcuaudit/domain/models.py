"""Models of devices: which are MCUs. Other products answer the same API, with version numbers of their own."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

from mcuaudit.domain.answer import Answer

_MAKER: Final = r"(?:(?:cisco|codian|tandberg|telepresence|acano)\s+)*"
_MCU: Final = re.compile(
    rf"{_MAKER}(?:(?:mcu|mse|mcu\s+mse)\s*-?\s*)?(?:42\d\d|45\d\d|53\d\d|8420|8510)\b.*|{_MAKER}mcu\b.*", re.IGNORECASE
)


_CHASSIS: Final = frozenset({"8000", "8050"})
"""Numbers of a chassis and its supervisor, in which blades are."""
_OTHER: Final = re.compile(
    r"\bTS\s*\d|telepresence\s+server|conductor|expressway|\bVCS\b|\bVCR\b|gateway|meeting\s+server", re.IGNORECASE
)


@lru_cache(maxsize=1000)
def is_mcu(model: str | None) -> Answer:
    """Whether a device of that model is an MCU: series 4200, 4500, 5300, and the blades MSE 8420 and 8510.

    Open without a model; a model of another name is another product, such as a TelePresence Server (TS 8710), a
    Supervisor (MSE 8050), an ISDN gateway or an IP VCR.
    """
    if model is None or not model.strip():
        return Answer.OPEN
    return Answer.YES if _MCU.fullmatch(model.strip()) else Answer.NO


def names_several(model: str) -> bool:
    """Whether a text names more than one model: "MCU 4510 / TS 8710", or one that another has replaced."""
    numbers = set(re.findall(r"(?<!\d)\d{4}(?!\d)", model)) - _CHASSIS
    return len(numbers) > 1 or ("mcu" in model.casefold() and _OTHER.search(model) is not None)


def same_model(one: str | None, two: str | None) -> bool:
    """Whether two names are of one model: "Codian MCU 4510" and "MCU 4510" are."""
    return _plain(one) == _plain(two)


def _plain(model: str | None) -> str:
    words = (model or "").casefold().replace("-", " ").split()
    return " ".join(word for word in words if word not in ("cisco", "codian", "tandberg", "telepresence"))

"""Models of devices: which are MCUs. Other products answer the same API, with version numbers of their own."""

from __future__ import annotations

import re
from typing import Final

from mcuaudit.domain.answer import Answer

_MAKER: Final = r"(?:(?:cisco|codian|tandberg|telepresence|acano)\s+)*"
_MCU: Final = re.compile(
    rf"{_MAKER}(?:(?:mcu|mse|mcu\s+mse)\s*-?\s*)?(?:42\d\d|45\d\d|53\d\d|8420|8510)\b.*|{_MAKER}mcu\b.*", re.IGNORECASE
)


def is_mcu(model: str | None) -> Answer:
    """Whether a device of that model is an MCU: series 4200, 4500, 5300, and the blades MSE 8420 and 8510.

    Open without a model; a model of another name is another product, such as a TelePresence Server (TS 8710), a
    Supervisor (MSE 8050), an ISDN gateway or an IP VCR.
    """
    if model is None or not model.strip():
        return Answer.OPEN
    return Answer.YES if _MCU.fullmatch(model.strip()) else Answer.NO


def same_model(one: str | None, two: str | None) -> bool:
    """Whether two names are of one model: "Codian MCU 4510" and "MCU 4510" are."""
    return _plain(one) == _plain(two)


def _plain(model: str | None) -> str:
    words = (model or "").casefold().replace("-", " ").split()
    return " ".join(word for word in words if word not in ("cisco", "codian", "tandberg", "telepresence"))

"""Codes of rules: letters and three digits. MCU belongs to the rules of mcuaudit, other letters to those of others."""

from __future__ import annotations

import re
from typing import Final

OWN_LETTERS: Final = "MCU"
RETIRED: Final = {
    "MCU120": "never released",
    "MCU319": "an RSA key of a CA after 2030; MCU122 covers it in presented certificates",
    "MCU405": "never released",
    **dict.fromkeys(("MCU407", "MCU408", "MCU409", "MCU410"), "never released"),
}
"""Codes that no rule has any more, and why; none of them is used again, because waivers and old reports name them."""
_CODE: Final = re.compile(r"([A-Z]{2,12})[1-9]\d\d")


def is_rule_code(code: str) -> bool:
    """Two to twelve capital letters and a number from 100 to 999, such as MCU105 or ACME101."""
    return _CODE.fullmatch(code) is not None


def is_own_code(code: str) -> bool:
    """The code is one of a rule of mcuaudit itself."""
    found = _CODE.fullmatch(code)
    return found is not None and found[1] == OWN_LETTERS

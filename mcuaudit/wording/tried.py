"""The user name that a remedy was applied with, in its words."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

_SENTENCE: Final = re.compile(r"Tried: (the CN “[^”]*”, a user of .+?)\.(?=\s|$)")


def tried_sentence(common_name: str, device_id: str) -> str:
    """``Tried: the CN “ann”, a user of leeds/mcu-1.``: for the words of a remedy that names any user."""
    return f"Tried: the CN “{common_name}”, a user of {device_id}."


def tried_names(words: str) -> Sequence[str]:
    """What `tried_sentence` says in these words: ``the CN “ann”, a user of leeds/mcu-1``."""
    return [found[1] for found in _SENTENCE.finditer(words)]

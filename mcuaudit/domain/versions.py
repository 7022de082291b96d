"""Software versions, and their features."""

from __future__ import annotations

import re
from typing import Final

FIRST_VERSION_WITH_VERIFICATION: Final = (4, 4)
"""Before 4.4 there is no mutual authentication, certificate login or OCSP [RN]."""


VERSION = re.compile(r"\d+\.\d+(\(\d+\.\d+\)[\w .+-]*)?")


def software_version(text: str) -> tuple[int, int] | None:
    """Major and minor of a version such as 4.4(3.57); None for another form."""
    found = re.match(r"(\d+)\.(\d+)", text.strip())
    return (int(found[1]), int(found[2])) if found else None


def verifies_certificates(version: str) -> bool | None:
    """Whether software of that version can verify certificates (from 4.4 on); None for another form."""
    found = software_version(version)
    return None if found is None else found >= FIRST_VERSION_WITH_VERIFICATION

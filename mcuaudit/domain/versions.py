"""Software versions, and what they can do."""

from __future__ import annotations

import re
from typing import Final

FIRST_VERSION_WITH_VERIFICATION: Final = (4, 4)
"""Before 4.4 there is no mutual authentication, certificate login or OCSP [RN]."""


_VERSION = re.compile(r"\d+\.\d+(\(\d+\.\d+\)\S*)?")


def software_version(text: str) -> tuple[int, int] | None:
    """major and minor of a version such as 4.4(3.57); None if it reads otherwise."""
    found = re.match(r"(\d+)\.(\d+)", text.strip())
    return (int(found[1]), int(found[2])) if found else None


def verifies_certificates(version: str) -> bool | None:
    """Whether software of that version can verify certificates at all (from 4.4 on); None if it reads otherwise."""
    found = software_version(version)
    return None if found is None else found >= FIRST_VERSION_WITH_VERIFICATION

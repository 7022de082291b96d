"""Software versions, and their features."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

from mcuaudit.domain.standards import Standard

FIRST_VERSION_WITH_VERIFICATION: Final = (4, 4)
"""Before 4.4 there is no mutual authentication, certificate login or OCSP [RN]."""


_OF_BUILD: Final = r"(?:p|patch|beta|alpha|rc|build|release|debug|internal|test)"
VERSION: Final = re.compile(rf"\d+\.\d+(\(\d+\.\d+\)[\w.+-]*(?: +(?:{_OF_BUILD} *)?[\d.+-]*){{0,2}})?", re.IGNORECASE)
"""A version of the software, with what may follow its branch and build."""


@lru_cache(maxsize=1000)
def software_version(text: str) -> tuple[int, int] | None:
    """Major and minor of a version such as 4.4(3.57); None for another form."""
    found = re.match(r"(\d+)\.(\d+)", text.strip())
    return (int(found[1]), int(found[2])) if found else None


def verifies_certificates(version: str) -> bool | None:
    """Whether software of that version can verify certificates (from 4.4 on); None for another form."""
    found = software_version(version)
    return None if found is None else found >= FIRST_VERSION_WITH_VERIFICATION


EXPRESSWAY_WITHOUT_CN: Final = "X15"
"""The Expressway and VCS version from which on a name "must be in the SAN" (reading A24)."""
_OF_PEER: Final = re.compile(r"\s*[A-Za-z]?\s?(\d+)(?!\d)")


def major_version(text: str) -> int | None:
    """The first number of a version of another product, such as X15.0 or 14; None for another form."""
    found = _OF_PEER.match(text)
    return int(found[1]) if found else None


def deciding_version(standard: str | None, version: str | None) -> str:
    """X15 if a peer compares names as a VCS or Expressway of that version or later does, else ""."""
    if standard != Standard.VCS or not version:
        return ""
    major, first = major_version(version), major_version(EXPRESSWAY_WITHOUT_CN)
    return EXPRESSWAY_WITHOUT_CN if major is not None and first is not None and major >= first else ""

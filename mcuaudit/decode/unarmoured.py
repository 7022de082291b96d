"""Base64 without BEGIN and END: what begins as a certificate or PKCS#7 does."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator
from itertools import islice

from mcuaudit.decode.characters import BASE64URL

# The first octets of an element of 128 octets and more are 30 81, 30 82 or 30 83; of open length 30 80.
_RUN = re.compile(r"(?<![A-Za-z0-9+/=_-])MI[A-P][A-Za-z0-9+/_-][A-Za-z0-9+/_ \n\v-]{120,}={0,2}")


def unarmoured(text: str) -> Iterator[tuple[int, bytes]]:
    """The octets of each run of base64 or base64url in `text` that can be an element of DER, with its position."""
    for found in _RUN.finditer(text):
        words = re.sub(r"[ \n\v=]", "", found[0])
        # In base64, what "-" or "_" follows is text after it.
        words = re.split("[-_]", words)[0] if re.search("[+/]", words) else words.translate(BASE64URL)
        words = words[: len(words) - (1 if len(words) % 4 == 1 else 0)]
        # More padding than there should be does not matter.
        yield found.start(), base64.b64decode(words + "==")


def end_of(text: str, position: int, octets: int) -> int:
    """Where in `text` the base64 of so many octets ends that begins at `position`, with its padding."""
    characters = re.compile(r"[^ \n\v]").finditer(text, position)
    last = next(islice(characters, (4 * octets + 2) // 3 - 1, None), None)
    end = last.end() if last else len(text)
    return end + len(text[end : end + 4]) - len(text[end : end + 4].lstrip("= \n\v"))

"""What stands before a block on its line: margins that mean nothing, signs of comments, and other text.

A margin is what mail programs, editors, terminals and programming languages put before a line: ``> ``, ``|``, a bullet,
a number, the name that grep prints, a prompt, a command, a key, a quotation mark. They may be nested.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from mcuaudit.decode.characters import BREAK, DASHES

QUOTES: Final = "\"'`\u201c\u201d\u201e\u2018\u2019\u00ab\u00bb"

SIGN: Final = re.compile(
    r"#+|;+|//+|!+|~+|--+|::+|%+|\.\.+(?= |$)|\\+(?![\\\"'])|\.\\\""
    r"|/\*+|\(\*|\{[-#*]|<(?:#|!--|%)|(?:@?rem|dnl|comment|nb\.)\b|c(?= *$)",
    re.IGNORECASE,
)
"""What begins a comment in some language."""

_MARGIN: Final = re.compile(
    r" +|[>|\u00bb\u203a\u2502\u2503\u00a6*\u2022\u00b7\u25e6+]|\{\+|-(?=[ >])|\(?[a-z\d]{1,2}\)(?= )"
    # A prompt, and a command with its options.
    r"|(?:PS )?[A-Z]:\\\S{0,80}>|(?=[A-Za-z~])[\w.@~-]{1,80}(?::[~/][^\s:]{0,80})?(?:\([\w-]{1,40}\))? ?[#$%>](?= |$)"
    r"|\$(?= )|(?:echo|printf|cat|puts?|print|set|let|var|const|return|export|static)\b(?: -\w+)*"
    # A number or a time, and the name of a file with a number, as of grep.
    r"|\[?\d[\d:.,/TZ+-]*[\]:.|)>-]?(?=[ |\"']|$)|[^\s:;#%!'\"=<>{}()]{1,200}(?::\d+:|-\d+-|:(?![:/]))"
    # A key, an element of XML, and what stands before a quotation mark in programming languages.
    r"|[A-Za-z_$][\w .()/@$-]{0,80}(?:=>|:=|\+=|[:=])|<[\w:./-]{1,80}(?: [^<>]{0,200})?>|<!\[CDATA\["
    r"|[A-Za-z@$]{1,2}(?=[\"'])|[\[{(,=]|=>|\\+(?=[\"'])|&(?:quot|apos|lt|gt|#\d\d);",
)
_LABEL_AT_LAST: Final = tuple("=:([{,><" + QUOTES)
_KINDS: Final = (
    re.compile(r" *> ?"),
    re.compile(r" *\| ?"),
    re.compile(r"\+ ?"),
    re.compile(r" *[*\u2022\u00b7] ?"),
    re.compile(rf" *[{QUOTES}]"),
    re.compile(r" *\d{1,7}(?:[:.|)\]>-] ?| +)"),
    re.compile(r"[^ :]{1,200}:(?:\d{1,7}:)?"),
    re.compile(r" +"),
)
"""The margins that are taken away to see what is below them."""
_FAR: Final = 2000
"""The most characters of margins; a file of one long line has more before a block."""
_DEEPEST: Final = 4
_BEGIN: Final = re.compile(rf"{DASHES} ?BEGIN ", re.IGNORECASE)


def after_margins(before: str) -> tuple[str, str]:
    """The margins at the beginning of what stands before a block, and the rest of it."""
    at = 0
    while at < min(len(before), _FAR):
        sign = SIGN.match(before, at)
        margin = _MARGIN.match(before, at)
        prompt = margin is not None and margin[0].endswith(("#", "$", "%", ">")) and before[at].isalnum()
        if sign and not prompt:
            break
        if margin:
            at = margin.end()
        elif before[at] in QUOTES:
            at += 1
        else:
            break
    return before[:at], before[at:]


def is_label(text: str) -> bool:
    """Whether a text before a block introduces it, as the keys of a program or an element of XML do."""
    return text.rstrip().endswith(_LABEL_AT_LAST)


def below_margins(text: str) -> Iterator[tuple[str, list[int]]]:
    """The text as it is below each kind of margin, with the number of each of its lines in the text.

    Lines without the margin are left out. Only a margin that is before a BEGIN mark is taken away.
    """
    lines = [(number, line) for number, line in enumerate(text.replace(BREAK, "\n").split("\n"))]
    yield from _below(lines, 0)


def _below(lines: list[tuple[int, str]], depth: int) -> Iterator[tuple[str, list[int]]]:
    begins = [(line, begin.start()) for _, line in lines if (begin := _BEGIN.search(line))]
    for kind in _KINDS if depth < _DEEPEST else ():
        if not any((margin := kind.match(line)) and margin.end() <= begin for line, begin in begins):
            continue
        inner = [(number, line[found.end() :].rstrip(QUOTES)) for number, line in lines if (found := kind.match(line))]
        yield "\n".join(line for _, line in inner), [number for number, _ in inner]
        yield from _below(inner, depth + 1)

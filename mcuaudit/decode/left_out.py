"""What a file holds and does not mean: blocks that are commented out, and lines that a difference (diff) removes."""

from __future__ import annotations

import re
from bisect import bisect
from collections.abc import Iterator, Sequence
from typing import Final

from mcuaudit.decode.characters import BREAK, DASHES, Characters, line_start
from mcuaudit.decode.margins import QUOTES, SIGN, after_margins, below_margins, is_label

_FAR: Final = 200
"""The most characters before the opening sign of a comment that begins its line."""

# An opening sign with its closing one: of web pages, and of programming languages at the beginning of a line.
_OPENING: Final = {
    "<!--": "-->", "<del": "</del>", "<strike": "</strike>", "<s>": "</s>", "<comment": "</comment>", "/*": "*/",
    "<#": "#>", "--[": "]", "{#": "#}", "{%comment": "endcomment", "{% comment": "endcomment", "{% if": "endif",
    "{{!": "}}", "<%--": "--%>", "(*": "*)", "{-": "-}", "#|": "|#", "#[": "]#", "/+": "+/", "%{": "%}",
    "#if": "#endif", "=begin": "=end", "=pod": "=cut", "=for": "=cut", "\\if": "\\fi",
    "\\begin{comment}": "\\end{comment}",
    "__END__": "\0", "__DATA__": "\0", "if false": "fi", "~~\n": "~~\n", "###\n": "###\n",
}  # fmt: skip
_ANYWHERE: Final = frozenset({"<!--", "<del", "<strike", "<s>", "<comment"})
# None of them begins another one.
_OPENS: Final = re.compile("|".join(map(re.escape, _OPENING)), re.IGNORECASE)

# Comments whose opening and closing are not fixed words; the first group is the sign, the second is closed as it opens.
_FORMS: Final = tuple(
    re.compile(form, re.MULTILINE | re.IGNORECASE | re.DOTALL)
    for form in (
        r"^(/{4,}) *$.*?(?:^\1 *$|\Z)",
        r"^ *(#\+begin_comment)\b.*?(?:^ *#\+end_comment|\Z)",
        r"^ *(#\+if) .*?(?:^ *#\+endif|\Z)",
        r"^ *(: *<<)-? *['\"]?(\w+)['\"]? *$.*?(?:^\s*\2 *$|\Z)",
        r"^( *\.\.)(?: (?!\w[\w-]*::)[^\n]*)?\n(?:[ \t]*\n)*(?:[ \t]+[^\n]*(?:\n|\Z)|[ \t]*\n)+",
        r"(<(\w+)[^<>]{0,200}?(?:display: *none|visibility: *hidden|\bhidden\b)[^<>]{0,200}>).*?(?:</\2|\Z)",
        r"(<(template|noscript|script|style)\b[^<>]{0,200}>).*?(?:</\2|\Z)",
        r"^(-)(?=-{5} ?BEGIN ).{0,30000}?^-{5}END [^\n]*\n-[ \t]*$",
        r"(\[s(?:trike)?\]).*?(?:\[/s|\Z)",
    )
)
_NOT_OF_TEXT: Final = re.compile(r"[\0-\x08\x0e-\x1a\x1c-\x1f\x7f-\x9f\ufffd]")
_CLOSED: Final = re.compile(r"<!--.{0,400}?-->|/\*.{0,400}?\*/")
_CONFLICT: Final = re.compile(rf"^(?: *|.*[{QUOTES}])(?:<{{7}}|>{{7}})(?: .*)?$", re.MULTILINE)
_BASE64: Final = r"[A-Za-z0-9+/]{20,}={0,2} *$"
_MARK: Final = rf"{DASHES} ?(?:BEGIN|END) "
_CERTIFICATE: Final = r"MI[A-P][A-Za-z0-9+/]{20,}"
_DIRECTIONS: Final = tuple(
    (re.compile(removed, re.MULTILINE), re.compile(beside, re.MULTILINE))
    for removed, beside in (
        # With the header of a part, as of `diff -u`, `diff` and `diff -c`.
        (r"^-(?!-- )", r"^ *@@+ -\d.*@@"),
        (r"^ *< ", r"^ *\d+(?:,\d+)?[cd]\d+(?:,\d+)? *$"),
        (r"^ *[-!] ", r"^ *\*{3} \d+(?:,\d+)? \*{4} *$"),
        # Without it: lines in both directions, or lines that are removed beside lines that are not.
        (rf"^ *- ?{_BASE64}", rf"^ *\+ ?(?:{_BASE64}|{_MARK})"),
        (rf"^ *< ?(?:{_BASE64}|{_MARK})", rf"^ *> ?(?:{_BASE64}|{_MARK})"),
        (rf"^ *[-<] ?{_CERTIFICATE}", rf"^ *{_CERTIFICATE}"),
        # As of `git diff --word-diff`.
        (r"\[-(?:-{5} ?BEGIN|MI[A-P])", r"-\]"),
        # A file that is removed whole.
        (rf"^-{_CERTIFICATE}", r"^-{6} ?BEGIN "),
    )
)

DIFFERENCE: Final = (
    "the file is a difference (diff) that removes lines, so it is not known which certificates are meant. Put the file "
    "itself here, as it is on the device"
)

QUOTED: Final = (
    "the file is a mail that quotes another one, and both hold certificates, so it is not known which are meant. Put "
    "the certificates here that the device has, without the mail"
)
_BEGIN: Final = re.compile(rf"^[ >|\t]*{DASHES} ?BEGIN ", re.MULTILINE)


class Comments:
    """The comments of a text."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._spans = _apart([*_spans(text), *_forms(text)])

    def sign(self, position: int, after: int = 0) -> str:
        """The sign with which the text at `position` is commented out, as ``#`` or ``<!--``; "" if it is not.

        `after` is where the block before ends, which may be on the same line.
        """
        # Spans come in order and do not overlap.
        number = bisect(self._spans, (position,))
        if number and position < self._spans[number - 1][1]:
            return self._spans[number - 1][2]
        start = max(line_start(self._text, position), after)
        before = self._before(start, position)
        if start == after > 0:
            before = before.lstrip(" ;,")
        margin, rest = after_margins(before)
        found = SIGN.match(rest)
        return found[0] if found else self._quote(position, len(before), margin)

    def stranger(self, position: int, after: int = 0) -> str:
        """The text before the block at `position` on its line that is not known to mean nothing; "" without one."""
        start = line_start(self._text, position)
        if start < after:
            return ""
        rest = after_margins(self._before(start, position))[1].strip()
        return "" if is_label(rest) else rest[-_SHOWN:]

    def _before(self, start: int, position: int) -> str:
        """The text before a block on its line without closed comments; none behind octets that are not text."""
        near = self._text[max(position - _FAR, 0) : position].rpartition("-----")[2]
        return "" if _NOT_OF_TEXT.search(near) else _CLOSED.sub(" ", self._text[start:position])

    def _quote(self, position: int, length: int, margin: str) -> str:
        """A quotation mark before every line, which is a comment; other quotation marks are closed."""
        found = re.search(rf"[{QUOTES}](?= *$)", margin)
        if not found:
            return ""
        end = self._text.find("\n", position)
        following = self._text[end + 1 : end + 1 + length + _SHOWN].partition("\n")[0]
        closed = end == -1 or any(quote in self._text[position:end] for quote in QUOTES)
        every = found[0] in after_margins(following)[0] and sum(map(following.count, QUOTES)) == 1
        return found[0] if every and not closed else ""


_SHOWN: Final = 40


def _spans(text: str) -> Iterator[tuple[int, int, str]]:
    """Where each comment of more than a line begins and ends; one of a web page without an end reaches to the last."""
    lower = text.lower() if len(text.lower()) == len(text) else text
    at = 0
    missing: set[str] = set()
    while found := _OPENS.search(text, at):
        at = found.end()
        opening = found[0].lower() if found[0].lower() in _OPENING else found[0]
        closing = _OPENING[opening]
        before = text[max(found.start() - _FAR, 0) : found.start()].replace(BREAK, "\n").rpartition("\n")[2]
        if opening[0] == "=" and text[found.start() - 1 : found.start()] == "=":
            continue
        if opening in missing or (opening not in _ANYWHERE and after_margins(before)[1]):
            continue
        end = lower.find(closing, at)
        if end == -1:
            if opening not in _ANYWHERE and closing != "\0":
                missing.add(opening)
                continue
            end = len(text)
        yield found.start(), end, opening.strip()
        at = end + len(closing)


def _forms(text: str) -> Iterator[tuple[int, int, str]]:
    plain = text.replace(BREAK, "\n")
    for form in _FORMS:
        # The first dash of -…- is also the first of its BEGIN line.
        yield from (
            (found.start() - (found[1] == "-"), found.end(), found[1].strip()) for found in form.finditer(plain)
        )


def _apart(spans: list[tuple[int, int, str]]) -> list[tuple[int, int, str]]:
    """The spans in order, of those that overlap the first."""
    found: list[tuple[int, int, str]] = []
    for start, end, sign in sorted(spans):
        begins = max(start, found[-1][1]) if found else start
        if begins < end:
            found.append((begins, end, sign))
    return found


_DISTRUSTED: Final = re.compile(
    r"x-distrusted[\"']?\s*[:=]\s*[\"']?(?:true|yes|1)\b"
    r"|(?<![\w-])(?:enabled?|active|trusted|aktiv|aktiviert|activ[eé]|habilitado|vertraut)[\"']?\s*[:=]\s*[\"']?"
    r"(?:false|no|off|0|nein|non|falsch|faux)\b"
    r"|(?<![\w-])(?:disabled|distrusted|untrusted|deaktiviert)[\"']?\s*[:=]\s*[\"']?(?:true|yes|on|1|ja|wahr)\b",
    re.IGNORECASE,
)
_NO: Final = r"[ \"']*(?:no|false|disabled|inactive|off|distrusted|untrusted|nein|falsch|deaktiviert|non|faux)\b"
_CELL: Final = re.compile(
    rf"(?:^|[,;\t]){_NO}[ \"']*(?=[,;\t])[^\n]{{0,80}}\Z|\A[\"']{{0,2}}\s*[,;\t]{_NO}", re.IGNORECASE | re.MULTILINE
)


def distrusted(text: str) -> tuple[int, str] | None:
    """Where and how a text beside blocks says that a certificate is not trusted, or not in use; None if it does not."""
    found = _DISTRUSTED.search(text) or _CELL.search(text)
    return (found.start(), " ".join(found[0].strip(" ,;\t\n\v\"'").split())[:_SHOWN]) if found else None


_BETWEEN: Final = re.compile(r"[{}]|\n\s*\n|\n\s*(?:\[|---|- )")


def whose(text: str, position: int) -> tuple[bool, bool]:
    """Whether the words at `position` of a text between two blocks concern the block before, and the one after."""
    if "\n" not in text[:position].replace(BREAK, "\n"):
        return True, False
    before, after = (_BETWEEN.search(part) is not None for part in (text[:position], text[position:]))
    return not before, not after or before


def why_distrusted(words: str) -> str:
    """Why it is not known whether a store has a certificate beside which it says so."""
    return (
        f'"{words}" next to a certificate, so it is not known whether the device uses it. Remove the certificate, or '
        f'the "{words}" if it is on the device'
    )


def why_commented(sign: str) -> str:
    """Why a certificate that is commented out is not read."""
    return (
        f'a block that is commented out with "{sign}", so it is not known whether it is meant. Remove the block, or '
        f'the "{sign}" if the certificate is on the device'
    )


def why_strange(text: str) -> str:
    """Why a certificate behind a text that may be a comment is not read."""
    return (
        f'a block behind "{text}" on its line, which may be a comment, so it is not known whether the block is meant. '
        f'Remove the block, or the "{text}" if the certificate is on the device'
    )


def conflict(characters: Characters) -> range | None:
    """The lines between the first and the last mark of an unresolved merge conflict of git; None without one."""
    if "<<<<<<<" not in characters.text and ">>>>>>>" not in characters.text:
        return None
    for text, lines in _depths(characters.text):
        found = [lines[text.count("\n", 0, one.start())] for one in _CONFLICT.finditer(text)]
        if any("<<<<<<<" in one[0] for one in _CONFLICT.finditer(text)) or (
            found and len(text) == len(characters.text)
        ):
            starts = _starts(characters.text)
            first, last = (characters.line(starts[number]) for number in (found[0], found[-1]))
            closed = len(found) > 1
            return range(first, last + 1 if closed else characters.text.count("\n") + 2)
    return None


def not_the_file(text: str) -> tuple[int, str] | None:
    """Where and why a text is not the file itself, below any margin; None for another file.

    It is a difference that removes lines, or else a mail that quotes another one: blocks are quoted at several depths.
    """
    quoted = None
    for inner, lines in _depths(text):
        removed = _removed_at(inner)
        if removed is not None:
            return _outside(text, inner, lines, removed), DIFFERENCE
        found = _quoted_at(inner) if quoted is None else None
        if found is not None:
            quoted = _outside(text, inner, lines, found), QUOTED
    return quoted


def _outside(text: str, inner: str, lines: Sequence[int], position: int) -> int:
    """The position in the text of what is at `position` below its margins."""
    return position if len(inner) == len(text) else _starts(text)[lines[inner.count("\n", 0, position)]]


def _depths(text: str) -> Iterator[tuple[str, Sequence[int]]]:
    plain = text.replace(BREAK, "\n")
    yield plain, range(len(plain.split("\n")))
    yield from below_margins(text)


def _starts(text: str) -> list[int]:
    """Where each line of a text begins."""
    return [0, *(found.end() for found in re.finditer(f"[\n{BREAK}]", text))]


def _removed_at(text: str) -> int | None:
    for removed, beside in _DIRECTIONS:
        header = beside.search(text)
        found = removed.search(text, header.end() if "@@" in header[0] else 0) if header else None
        if found:
            return found.start()
    return None


def _quoted_at(text: str) -> int | None:
    depths = [(found.start(), found[0].count(">")) for found in _BEGIN.finditer(text)]
    least = min((depth for _, depth in depths), default=0)
    return next((start for start, depth in depths if depth > least), None)

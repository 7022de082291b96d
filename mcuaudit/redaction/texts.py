"""Sentences without names: what is known as a name is replaced, and so is every word that is not mcuaudit's own."""

from __future__ import annotations

import re
from collections import defaultdict
from functools import cached_property
from typing import Final

from mcuaudit.domain.name_lists import join_names, split_names
from mcuaudit.domain.slots import Slot
from mcuaudit.redaction.names import TOKEN, Names
from mcuaudit.redaction.words import WORD, is_public_phrase

_WORD: Final = re.compile(WORD)
_TOKEN: Final = re.compile(rf'"(?P<quoted>(?:\\.|[^"\\\n])*)"|“(?P<label>[^”\n]*)”|{TOKEN}')
_QUOTE: Final = re.compile(r'(?<!\\)"')
_PRIVATE: Final = re.compile("[\ue000-\uf8ff]")
_FIRST: Final = 0xE000
_OF_IDS: Final = frozenset({"@", "-", *Slot})
_LONGEST_NAME: Final = 8
"""Words of a name that has spaces, where it is one of several words."""
_MOST: Final = 0xF8FF - _FIRST
"""Names that are found in one sentence; each stands as a character for private use until all is replaced."""


class Texts:
    """Replaces the names in sentences, after all names of the audit are known."""

    def __init__(self, names: Names) -> None:
        self._names = names
        self._done: dict[str, str] = {}

    def tokens(self, cell: str) -> str:
        """A cell of several words, each escaped."""
        return join_names(map(self.identifier, split_names(cell)))

    def authorities(self, cell: str) -> str:
        """A cell of names of CAs, such as ``issuer:CN=…``: the word before the colon stays, the name is replaced."""
        parts = (one.partition(":") for one in split_names(cell))
        return join_names(
            f"{kind}{colon}{self._names.replaced.get(name) or self.identifier(name)}" for kind, colon, name in parts
        )

    def cause_or_remedy(self, cell: str) -> str:
        """The id of a cause or remedy: its kind and slots stay, whatever names there are."""
        kind, *subject = split_names(cell) or ("",)
        return join_names((kind, *(word if word in _OF_IDS else self.identifier(word) for word in subject)))

    def identifier(self, cell: str) -> str:
        """Words separated by spaces, each a name or not: every name is replaced there, also one that is a number."""
        words = cell.split(" ")
        parts: list[str] = []
        place = 0
        while place < len(words):
            for end in range(min(len(words), place + _LONGEST_NAME), place, -1):
                known = self._names.replaced.get(" ".join(words[place:end]))
                if known is not None:
                    parts.append(known)
                    place = end
                    break
            else:
                parts.append(self.sentence(words[place]))
                place += 1
        return " ".join(parts)

    def sentence(self, text: str) -> str:
        """A sentence of mcuaudit's, in which there may be names and texts that others wrote."""
        found = self._done.get(text)
        if found is None:
            known = self._names.in_sentences(text)
            found = self._done[text] = self._replaced(text) if known is None else known
        return found

    def _replaced(self, text: str) -> str:
        marked, names = self._with_marks(_PRIVATE.sub("\ufffd", text))
        # With an odd quotation mark it is not known where a quotation ends.
        odd = len(_QUOTE.findall(marked)) % 2 == 1
        without = self._names.data(marked) if odd else _TOKEN.sub(self._token, marked)
        return _PRIVATE.sub(lambda found: self._names.replaced[names[ord(found[0]) - _FIRST]], without)

    def _with_marks(self, text: str) -> tuple[str, list[str]]:
        """The text with a mark in the place of each known name, and the names by the order of the marks."""
        names: list[str] = []
        parts: list[str] = []
        end = place = 0
        while (found := _WORD.search(text, place)) and len(names) < _MOST:
            hit = self._known_at(text, found, end)
            if hit is None:
                place = found.end()
                continue
            start, name = hit
            parts += (text[end:start], chr(_FIRST + len(names)))
            names.append(name)
            end = place = start + len(name)
        marked = "".join((*parts, text[end:]))
        for name in self._without_words:
            if name in marked and len(names) < _MOST:
                marked = marked.replace(name, chr(_FIRST + len(names)))
                names.append(name)
        return marked, names

    def _known_at(self, text: str, word: re.Match[str], end: int) -> tuple[int, str] | None:
        """The place of the longest known name that has this word as its first, and the name."""
        for (offset, length), names in self._by_first_word.get(word[0], ()):
            start = word.start() - offset
            if start >= end and text[start : start + length] in names and _ends(text, start + length):
                return start, text[start : start + length]
        return None

    def _token(self, found: re.Match[str]) -> str:
        for group, (left, right) in {"quoted": ('"', '"'), "label": ("“", "”")}.items():
            if found[group] is not None:
                return f"{left}{self._quoted(found[group])}{right}"
        return self._names.token(found, sentence=True)

    def _quoted(self, text: str) -> str:
        """What stands in quotation marks is a label or key of the devices, or it is what someone wrote."""
        known = self._names.replaced.get(text)
        if known is not None:
            return known
        return text if is_public_phrase(text) else self._names.data(text)

    @cached_property
    def _by_first_word(self) -> dict[str, list[tuple[tuple[int, int], frozenset[str]]]]:
        """Known names by their first word, then by where it begins and their length; the longest first."""
        found: defaultdict[str, defaultdict[tuple[int, int], set[str]]] = defaultdict(lambda: defaultdict(set))
        for name in self._names.replaced:
            first = _WORD.search(name)
            if first and self._names.in_sentences(name) is not None:
                found[first[0]][first.start(), len(name)].add(name)
        return {
            word: sorted(((place, frozenset(names)) for place, names in places.items()), key=lambda one: -one[0][1])
            for word, places in found.items()
        }

    @cached_property
    def _without_words(self) -> list[str]:
        """Names that have no letter or digit."""
        return [name for name in self._names.replaced if not _WORD.search(name)]


def _ends(text: str, end: int) -> bool:
    """Whether a name that ends here ends with a word, so that it is not the beginning of a longer one."""
    last = _WORD.search(text[end - 1 :])
    if last is None or last.start() > 0:
        return True
    return last.end() == 1

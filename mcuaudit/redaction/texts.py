"""Sentences without names: what is known as a name is replaced, and so is every word that is not mcuaudit's own."""

from __future__ import annotations

import ipaddress
import re
from collections import defaultdict
from functools import cached_property
from typing import Final

from mcuaudit.domain.name_lists import join_names, split_names
from mcuaudit.redaction.addresses import as_written_address
from mcuaudit.redaction.names import Names
from mcuaudit.redaction.words import ATOM, is_number, is_public, is_public_phrase

_TOKEN: Final = re.compile(
    r'"(?P<quoted>[^"\n]*)"'
    r"|“(?P<label>[^”\n]*)”"
    r"|(?P<mac>(?<![\w:.-])[0-9A-Fa-f]{2}(?:[:-][0-9A-Fa-f]{2}){5}(?![\w:-]))"
    r"|(?P<six>(?<![\w:.])(?=[0-9A-Fa-f]*:[0-9A-Fa-f]*:)[0-9A-Fa-f:.]*[0-9A-Fa-f:](?!\w))"
    rf"|(?P<word>{ATOM})"
)
_SINGLE: Final = re.compile(rf"(?P<quoted>(?!))?(?P<label>(?!))?(?P<mac>(?!))?(?P<six>(?!))?(?P<word>{ATOM})")
_WORD: Final = re.compile(ATOM)
_OF_RESPONSES: Final = "api."


class Texts:
    """Replaces the names in sentences, after all names of the audit are known."""

    def __init__(self, names: Names) -> None:
        self._names = names
        self._done: dict[str, str] = {}

    def tokens(self, cell: str) -> str:
        """A cell of several words, each escaped: an id of a cause or remedy, a list of names."""
        return join_names(self.sentence(word) for word in split_names(cell))

    def sentence(self, text: str) -> str:
        """A sentence of mcuaudit's, in which there may be names and texts that others wrote."""
        found = self._done.get(text)
        if found is None:
            found = self._done[text] = self._replaced(text)
        return found

    def _replaced(self, text: str) -> str:
        known = self._names.replaced.get(text)
        if known is not None:
            return known
        parts: list[str] = []
        end = place = 0
        while found := self._next(text, place):
            phrase = self._phrase_at(text, found, end)
            if phrase:
                start, name = phrase
                parts += (self._between(text[end:start]), self._names.replaced[name])
                end = place = start + len(name)
                continue
            replaced = self._token(found)
            parts += (self._between(text[end : found.start()]), replaced)
            end = place = found.end()
        return "".join((*parts, self._between(text[end:])))

    def _between(self, text: str) -> str:
        """What stands between words; a name may consist of nothing else."""
        for name in self._without_words:
            text = text.replace(name, self._names.replaced[name])
        return text

    @staticmethod
    def _next(text: str, place: int) -> re.Match[str] | None:
        """The next word, quotation or address; what looks like an address and is none is taken word by word."""
        found = _TOKEN.search(text, place)
        if found and found["six"] is not None:
            # A colon or full stop after an address belongs to the sentence.
            shorter = _TOKEN.search(text[: found.start() + len(found[0].rstrip(":."))], found.start())
            for one in (found, shorter):
                if one and one["six"] is not None and as_written_address(one["six"]) is not None:
                    return one
            return _SINGLE.search(text, found.start())
        return found

    def _phrase_at(self, text: str, found: re.Match[str], end: int) -> tuple[int, str] | None:
        """The longest name that has its first word here, and its place."""
        if found["word"] is None:
            return None
        for offset, name in self._by_first_word.get(found["word"], ()):
            start = found.start() - offset
            if start >= end and text.startswith(name, start) and self._ends(text, start + len(name)):
                return start, name
        return None

    @staticmethod
    def _ends(text: str, end: int) -> bool:
        """Whether a name that ends here ends with a word, so that it is not the beginning of a longer one."""
        rest = text[end : end + 2]
        if not rest or not text[end - 1].isalnum():
            return True
        return not (rest[0].isalnum() or rest[0] == "_" or (rest[0] in ".-" and rest[1:].isalnum()))

    def _token(self, found: re.Match[str]) -> str:
        for group, (left, right) in {"quoted": ('"', '"'), "label": ("“", "”")}.items():
            if found[group] is not None:
                return f"{left}{self._quoted(found[group])}{right}"
        if found["mac"] is not None:
            return self._names.key.digest(re.sub(r"[:-]", "", found["mac"]))
        if found["six"] is not None:
            return str(self._names.key.address(ipaddress.ip_address(found["six"])))
        return self._word(found["word"])

    def _quoted(self, text: str) -> str:
        """What stands in quotation marks is a label or key of the devices, or it is what someone wrote."""
        known = self._names.replaced.get(text)
        if known is not None:
            return known
        if is_public_phrase(text):
            return text
        return self._names.data(text)

    def _word(self, word: str) -> str:
        known = self._names.replaced.get(word)
        if known is not None:
            return known
        if is_number(word) or is_public(word):
            return word
        if word.startswith(_OF_RESPONSES):
            return ".".join(part if is_public(part) else self._names.word(part) for part in word.split("."))
        stem, dot, ending = word.rpartition(".")
        if dot and is_public(ending) and stem in self._names.replaced:
            return f"{self._names.replaced[stem]}.{ending}"
        return self._names.word(word)

    @cached_property
    def _by_first_word(self) -> dict[str, list[tuple[int, str]]]:
        """Names of several words or characters, by their first word: where it begins, and the name; longest first."""
        found: defaultdict[str, list[tuple[int, str]]] = defaultdict(list)
        for name in self._names.replaced:
            first = _WORD.search(name)
            if first and not is_number(name):
                found[first[0]].append((first.start(), name))
        for names in found.values():
            names.sort(key=lambda one: len(one[1]), reverse=True)
        return dict(found)

    @cached_property
    def _without_words(self) -> list[str]:
        """Names that have no letter or digit."""
        return [name for name in self._names.replaced if not _WORD.search(name)]

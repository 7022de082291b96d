"""Whether two words are nearly the same."""

from __future__ import annotations

import re
from collections.abc import Sequence


def within_one_edit(one: str, two: str) -> bool:
    """Whether two words are the same but for one character that is added, left out, replaced or swapped."""
    if abs(len(one) - len(two)) > 1:
        return False
    start = next((number for number, pair in enumerate(zip(one, two, strict=False)) if pair[0] != pair[1]), None)
    if start is None:
        return True
    rest, other = one[start:], two[start:]
    swapped = rest[:2] == other[:2][::-1] and rest[2:] == other[2:]
    return rest[1:] == other[1:] or rest[1:] == other or rest == other[1:] or swapped


def letters(word: str) -> str:
    """The letters and digits of a word, in lower case."""
    return "".join(character for character in word.casefold() if character.isalnum())


def words_in(text: str) -> list[str]:
    """The words of a text, in lower case: its rows of letters and digits."""
    return re.findall(r"[^\W_]+", text.casefold())


def holds_words(words: Sequence[str], some: Sequence[str]) -> bool:
    """Whether some words stand among others side by side; no words do not."""
    length = len(some)
    return length > 0 and any(words[at : at + length] == some for at in range(len(words) - length + 1))


def same_letters(one: str, two: str) -> bool:
    """Whether two words differ in punctuation, blanks and case only."""
    return letters(one) == letters(two)


def alike(one: str, two: str) -> bool:
    """Whether two words have the same letters, or are within one edit, in upper or lower case."""
    return same_letters(one, two) or within_one_edit(one.casefold(), two.casefold())

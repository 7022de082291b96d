"""The devices that a cell of the column `device` may mean: by a name in another form, by address, or all of them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum
from fnmatch import fnmatchcase
from functools import lru_cache
from typing import Final
from urllib.parse import unquote

from mcuaudit.domain.likeness import holds_words, within_one_edit, words_in
from mcuaudit.domain.name_forms import as_address, in_nfc

Place = tuple[str, str]
_BETWEEN: Final = re.compile(r"[\s,;|/\\()\[\]{}<>\"'`:+&=„“”‚‘’«»、，；]+")
_ALL: Final = frozenset(
    re.split(
        r"\s+",
        "all both every each any everything fleet beide entrambi entrambe ambos ambas deux 両方 "
        "alle alles jede jedes tous toutes tout todos todas tutti tutte すべて "
        "全て 全部 全台 所有",
    )
)
_OTHERS: Final = frozenset(
    re.split(
        r"\s+",
        "default defaults other others rest remaining else standard sonstige übrige autres défaut otros resto altri "
        "その他 既定 他",
    )
)
_FILLERS: Final = frozenset(
    re.split(" ", "and und et y e og och en i ja http https www 80 443 mcu mcus device devices")
)
_FORMER: Final = re.compile(r"\b(?:old|alt|former|retired|spare|decommissioned|test)\b")
_APART: Final = re.compile(r"[;,&|(){}<>\[\]\"'@\\+、，；\n\r]+|\s(?:and|und|et|y|to|bis|through)\s")
_RANGE: Final = re.compile(r"(.*?)(\d{1,9})\s*(?:\.{2,}|…|-|~|〜|to|bis|through|until|à|a)\s*(?:\1)?(\d{1,9})")
_LONGEST: Final = 500
"""More characters of a cell are not looked at."""
_LEAST: Final = 3
"""The shortest name that is looked for within a cell."""


class Sense(IntEnum):
    """How surely a cell means a device."""

    PERHAPS = 1
    """It may be a misspelling, or the name of another device: a device with a row of its own is not meant."""
    NAMED = 2
    """Its name is there beside other words: also where the device has a row of its own."""
    UNLESS_ROW = 3
    """The row is for what the device's own row does not give."""
    CERTAIN = 4
    """It is the device, under another name: also where the device has a row of its own."""


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of the devices of an export.

    Attributes:
        words: of each device, its name, addresses, host names and serial numbers, in one form.
        sites: the names of all sites, in one form.
        understood: the words of all devices.
    """

    words: Mapping[Place, frozenset[str]]
    sites: frozenset[str]
    understood: frozenset[str]


def known_devices(words: Mapping[Place, Iterable[str]]) -> Known:
    """The devices of an export with the words that each is known by, besides its name."""
    found = {place: frozenset({_letters(place[1]), *map(_word, of_it)} - {""}) for place, of_it in words.items()}
    return Known(found, frozenset(plain(site) for site, _ in words), frozenset().union(*found.values()))


def meant_devices(name: str, site: str, known: Known) -> Mapping[Place, Sense]:
    """The devices that a cell may mean, in a table of that site; `site` is "" for the table of the fleet."""
    name = unquote(name[:_LONGEST])
    below = [place for place in known.words if site in ("", place[0])]
    by_words = _by_words(name, below, known) | _all_of(name, below)
    if Sense.CERTAIN in by_words.values():
        return by_words
    found = {place: Sense.PERHAPS for place in known.words if _may_mean(name, place, site)}
    found |= dict.fromkeys((place for place in below if _is_part(name, place)), Sense.PERHAPS)
    for more in (_in_range(name, below), by_words, _beside_others(name, below)):
        found |= {place: max(sense, found.get(place, sense)) for place, sense in more.items()}
    return found


def _beside_others(name: str, below: Sequence[Place]) -> dict[Place, Sense]:
    """The devices whose name stands in the cell, apart from other words by a sign or a line; those of ``leeds/``."""
    text = plain(name)
    braces = re.fullmatch(r"(.*)\{(.*?)\}(.*)", text)
    parts = [f"{braces[1]}{one}{braces[3]}" for one in braces[2].split(",")] if braces else _APART.split(text)
    if _FORMER.search(text):
        return {}
    # In SITE/DEVICE, a device of another site is meant.
    words = {_letters(part.partition("/")[0]) for part in parts}
    site = text.rstrip("/\\") if text.endswith(("/", "\\")) else ""
    return {place: Sense.NAMED for place in below if _letters(place[1]) in words or (site and plain(place[0]) == site)}


@lru_cache(maxsize=1 << 16)
def plain(text: str) -> str:
    """A text in one form: compatible characters, lower case, one kind of dash, nothing invisible."""
    folded = unicodedata.normalize("NFKC", in_nfc(text)).casefold()
    kinds = ((sign, unicodedata.category(sign)) for sign in folded)
    return "".join("-" if kind == "Pd" or sign == "−" else sign for sign, kind in kinds if kind != "Cf").strip()


@lru_cache(maxsize=1 << 16)
def _letters(text: str) -> str:
    return "".join(sign for sign in plain(text) if sign.isalnum())


def _pieces(name: str) -> list[str]:
    return [piece for part in _BETWEEN.split(plain(name)) if (piece := part.strip("._-"))]


def _by_words(name: str, below: Sequence[Place], known: Known) -> dict[Place, Sense]:
    """The devices that a part of the cell names; for certain, if nothing of the cell is left."""
    whole, pieces = _letters(name), _pieces(name)
    words = [word for piece in (*pieces, plain(name).strip("[]")) if (word := _word(piece))]
    hosts = {_letters(piece.partition(".")[0]) for piece in pieces}
    named_sites = known.sites & set(pieces)
    certain = all(_word(piece) in known.understood or piece in known.sites | _FILLERS for piece in pieces)
    found = {}
    for place in below:
        if named_sites and plain(place[0]) not in named_sites:
            continue
        of_it = known.words[place]
        if whole and (whole in of_it or whole == _letters(place[0]) + _letters(place[1])):
            found[place] = Sense.CERTAIN
        elif not of_it.isdisjoint(words):
            found[place] = Sense.CERTAIN if certain else Sense.PERHAPS
        elif _letters(place[1]) in hosts or (named_sites and named_sites.issuperset(pieces)):
            found[place] = Sense.PERHAPS
    return found


def _word(text: str) -> str:
    """An address, host name or serial number in one form."""
    return as_address(plain(text)) or _letters(text)


def _all_of(name: str, below: Sequence[Place]) -> dict[Place, Sense]:
    """The devices of a pattern such as ``leeds/*``, or of a word such as ``all``."""
    text, pieces = plain(name).replace("\\", "/"), _pieces(name)
    patterns = [_as_glob(part) for part in re.split(r"[\s,;]+", text) if re.search(r"[*?\[]|/d|\.\+", part)]
    sites = {plain(place[0]) for place in below} & set(pieces)
    words = {_letters(piece) for piece in [piece for piece in pieces if piece not in sites][:1]}
    found = {}
    for place in below:
        forms = (plain(place[1]), plain("/".join(place)))
        if any(fnmatchcase(form, pattern) for form in forms for pattern in patterns):
            found[place] = Sense.CERTAIN
        elif words & (_ALL | _OTHERS) and not (sites and plain(place[0]) not in sites):
            found[place] = Sense.UNLESS_ROW if words & _OTHERS else Sense.CERTAIN
    return found


def _as_glob(pattern: str) -> str:
    """A pattern for `fnmatch`, also of one that is written as a regular expression: ``mcu-[0-9]+``."""
    # The table of names has slashes for backslashes.
    text = re.sub(r"/d(?=[+*{]|$)", "[0-9]", pattern.strip("^$"))
    text = re.sub(r"\.[*+]", "*", text)
    return re.sub(r"\](?:[*+]|\{[\d,]*\})", "]*", text)


def _in_range(name: str, below: Sequence[Place]) -> dict[Place, Sense]:
    """The devices of a range such as ``mcu-1 to mcu-4``."""
    found = _RANGE.fullmatch(plain(name))
    if not found:
        return {}
    numbers = range(int(found[2]), int(found[3]) + 1)
    ends = {place: re.fullmatch(r"(.*?)(\d{1,9})", plain(place[1])) for place in below}
    return {
        place: Sense.NAMED if re.search(r"\s(?:to|bis|through|until|à|a)\s", plain(name)) else Sense.PERHAPS
        for place, end in ends.items()
        if end and _letters(found[1]).endswith(_letters(end[1])) and int(end[2]) in numbers
    }


def _is_part(name: str, place: Place) -> bool:
    """Whether the words of a name are in the cell, or those of the cell in the name."""
    cell, device = words_in(plain(name)), words_in(plain(place[1]))
    if len("".join(device)) >= _LEAST and holds_words(cell, device):
        return True
    return holds_words(device, cell)


def named(name: str, site: str) -> Place:
    """Site and device of a cell; the site is that of the table, or "" if the cell names none."""
    head, slash, tail = in_nfc(name).partition("/")
    return (head, tail) if slash else (site, head)


def _may_mean(name: str, place: Place, site: str) -> bool:
    """Whether a name is within one edit of a device, or equal but for case, form or site."""
    of_cell = named(name, site)
    device = place[1].casefold()
    if site not in ("", place[0]):
        # The table of another site: a device of the same name may be meant.
        return of_cell[1].casefold() == device
    whole = f"{of_cell[0]}/{of_cell[1]}".casefold() if of_cell[0] else ""
    return (
        within_one_edit(of_cell[1].casefold(), device)
        or within_one_edit(whole, f"{place[0]}/{place[1]}".casefold())
        or within_one_edit(in_nfc(name).casefold(), device)
    )

"""What a file or directory may be for whose name is none of the export: by its letters, its words, or its likeness."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from mcuaudit.domain.likeness import within_one_edit

CERTIFICATE_ENDINGS: Final = frozenset({"pem", "crt", "cer", "der", "p7b", "p7c"})
_FOR_PEOPLE: Final = frozenset(
    {"png", "jpg", "jpeg", "gif", "bmp", "tif", "tiff", "webp", "heic", "svg", "pdf", "md", "eml", "msg", "log",
     "pptx", "mp4", "html", "htm"}
)  # fmt: skip
"""The endings of pictures and documents, which may be about a file of the export beside it."""
_TABLES: Final = frozenset({"csv", "tsv", "tab", "xlsx", "xls", "xlsm", "ods", "numbers"})
_STRUCTURED: Final = frozenset({"toml", "yaml", "yml", "json", "ini", "conf", "cfg", "properties"})
_OTHERS: Final = frozenset(
    {"txt", "xml", "docx", "doc", "odt", "rtf", "zip", "gz", "tar", "tgz", "7z", "rar", "bak", "old", "orig",
     "new", "save", "tmp", "temp", "copy", "part", "partial", "download", "crdownload", "ca-bundle", "bundle",
     "d", "p12", "pfx", "jks", "crl", "swp", "query", "response"}
)  # fmt: skip
_NOT_TEXT: Final = frozenset(
    {"xlsx", "xls", "xlsm", "ods", "numbers", "docx", "doc", "odt", "rtf", "zip", "gz", "tar", "tgz", "7z",
     "rar", "p12", "pfx", "jks"}
)  # fmt: skip
_ENDINGS: Final = CERTIFICATE_ENDINGS | _FOR_PEOPLE | _TABLES | _STRUCTURED | _OTHERS
_OF_COPIES: Final = frozenset(
    {"copy", "kopie", "copie", "copia", "kopia", "of", "von", "de", "old", "new", "neu", "alt", "backup", "bak",
     "final", "orig", "original", "export", "file", "response"}
)  # fmt: skip
"""Words in the name of a copy, or of another state of a file."""
_SETTINGS_WORDS: Final = frozenset(
    {"setting", "einstellung", "einstellungen", "konfiguration", "configuration", "config", "parametres",
     "reglages", "configuracion", "ajustes", "impostazioni", "configurazione", "instellingen", "設定", "设置",
     "настройки"}
)  # fmt: skip
"""Words for settings in other languages, and other words."""
_SLOTS: Final = {
    "localcertificate": "local-certificate.pem",
    "siptruststore": "sip-trust-store.pem",
    "httpstruststore": "https-trust-store.pem",
    "callhometruststore": "call-home-trust-store.pem",
}
_WORDS_OF_SLOTS: Final = {
    "local-certificate.pem": (("local",), ("cert",)),
    "https-trust-store.pem": (("https",), ("trust", "store")),
    "sip-trust-store.pem": (("sip",), ("trust", "store")),
    "call-home-trust-store.pem": (("callhome",), ("trust", "store")),
}
"""Words that name a slot, whatever stands between them."""
_WITH_MORE: Final = re.compile(r"(?:settings\.(?:toml|csv)|peers\.toml)(?=[\W_])")
"""A whole name that something follows, such as .rpmsave or ?raw=true."""
_ALL_OF_THEM: Final = frozenset({"certs", "certificates", "zertifikate", "bundle", "anchors"})
_OF_STORES: Final = frozenset(
    {"ca", "cas", "root", "roots", "trusted", "authorities", "anchors", "vertrauensspeicher", "zertifizierungsstellen"}
)
"""Other words for a trust store."""


@dataclass(frozen=True, slots=True)
class Name:
    """The parts of a name: its words without endings, and its endings, the first first."""

    words: tuple[str, ...]
    endings: tuple[str, ...]

    @property
    def letters(self) -> str:
        """The letters of the words, without numbers and what copies add."""
        return "".join(word for word in self.words if not word.isdigit() and word not in _OF_COPIES)

    @property
    def ending(self) -> str:
        """The last ending; "" if there is none."""
        return self.endings[-1] if self.endings else ""

    def has(self, joined: str) -> bool:
        """Whether adjacent words, written together, are these letters."""
        return any(
            "".join(self.words[start:end]) == joined
            for start in range(len(self.words))
            for end in range(start + 1, len(self.words) + 1)
        )


@lru_cache(maxsize=10_000)
def parts_of(name: str) -> Name:
    """The words and endings of the name of a file or directory."""
    endings: list[str] = []
    rest = unicodedata.normalize("NFKC", name).strip().rstrip("~")
    while True:
        stem, dot, ending = rest.rpartition(".")
        known = ending.strip().casefold() in _ENDINGS
        if not dot or not stem or (not known and (endings or re.search(r"[\W_]", ending) or "." in stem)):
            break
        endings.insert(0, ending.strip().casefold())
        rest = stem
    apart = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", unicodedata.normalize("NFC", rest))
    plain = "".join(one for one in unicodedata.normalize("NFD", apart) if not unicodedata.combining(one))
    return Name(tuple(re.findall(r"[^\W\d_]+|\d+", plain.casefold())), tuple(endings))


def is_for_people(name: str) -> bool:
    """Whether a file is a picture or document by its ending."""
    return parts_of(name).ending in _FOR_PEOPLE


def is_text(name: str) -> bool:
    """Whether a file can be used under another name, by its ending."""
    return not _NOT_TEXT & set(parts_of(name).endings)


def named_by_letters(name: str, *, of_device: bool, around: Iterable[str] = ()) -> tuple[str, ...]:
    """The names of the export that a name has the letters or words of, the likeliest first.

    Args:
        of_device: it lies in the directory of a device.
        around: the names of the directories above, which may be in the name too.
    """
    parts = parts_of(name)
    written = _WITH_MORE.match(unicodedata.normalize("NFKC", name).strip().casefold())
    if written and parts.ending not in _FOR_PEOPLE:
        return (written[0],)
    slot = _slot(parts, of_device=of_device)
    if slot:
        return (slot,)
    if parts.endings and CERTIFICATE_ENDINGS & set(parts.endings):
        return ()
    besides = {word for one in around for word in parts_of(one).words}
    if _is_called(parts, "settings", besides) or _is_settings(parts):
        return _settings_names(parts, of_device=of_device)
    return ("peers.toml",) if _is_called(parts, "peers", besides) else ()


def _slot(parts: Name, *, of_device: bool) -> str:
    """The slot that a name has the letters or words of; "" for none."""
    for joined, slot in _SLOTS.items():
        if parts.letters == joined or (within_one_edit(parts.letters, joined) and len(parts.letters) > 1):
            return slot
    if parts.ending in _FOR_PEOPLE:
        return ""
    found = next((slot for joined, slot in _SLOTS.items() if parts.has(joined)), "")
    if found or not of_device:
        return found
    if CERTIFICATE_ENDINGS & set(parts.endings) and set(parts.words) - _ALL_OF_THEM in ({"sip"}, {"https"}):
        # A file of certificates that is named after the use of a store.
        return f"{'sip' if 'sip' in parts.words else 'https'}-trust-store.pem"
    text = "".join(parts.words)
    certificates = not parts.endings or set(parts.endings) & (CERTIFICATE_ENDINGS | {"txt"})
    if certificates and not _OF_STORES.isdisjoint(parts.words):
        text += "truststore"
    return next(
        (
            slot
            for slot, (first, second) in _WORDS_OF_SLOTS.items()
            if certificates and any(word in text for word in first) and any(word in text for word in second)
        ),
        "",
    )


def _is_called(parts: Name, word: str, besides: set[str]) -> bool:
    """Whether a name is the word, nearly it, or has it beside words that do not change what the file is."""
    if parts.letters == word:
        return True
    if parts.ending in _FOR_PEOPLE:
        return False
    if within_one_edit(parts.letters, word):
        return len(word) > 5 or not parts.endings or bool(_STRUCTURED & set(parts.endings))
    others = {one for one in parts.words if not one.isdigit()} - _OF_COPIES - besides
    return word in parts.words and (others == {word} or bool((_STRUCTURED | _TABLES) & set(parts.endings)))


def _is_settings(parts: Name) -> bool:
    """Whether a table or a file of keys and values has another word for settings in its name."""
    written = (_STRUCTURED | _TABLES) & set(parts.endings)
    return bool(written) and not _SETTINGS_WORDS.isdisjoint(parts.words)


def _settings_names(parts: Name, *, of_device: bool) -> tuple[str, ...]:
    """A device has settings.toml; a site and the fleet may have settings.csv too."""
    if of_device or _STRUCTURED & set(parts.endings):
        return ("settings.toml",)
    return ("settings.csv",) if _TABLES & set(parts.endings) else ("settings.toml", "settings.csv")


def response_by_letters(name: str, known: Iterable[str]) -> str:
    """The response that a name has the letters or words of; "" for none. Other calls have words of their own."""
    whole = _words_of_response(name)
    for one in sorted(known, key=len, reverse=True):
        words, several = _words_of_response(f"{one}.xml").words, "." in one
        if whole.letters == "".join(words) or (several and within_one_edit(whole.letters, "".join(words))):
            return one
        if several and (whole.has("".join(words)) or sorted(whole.words) == sorted(words)):
            return one
    return ""


def _words_of_response(name: str) -> Name:
    """The words of the name of a response, in which a point separates words."""
    parts = parts_of(name)
    points = tuple(ending for ending in parts.endings if ending in ("query", "response"))
    return Name((*(word for word in parts.words if not word.isdigit()), *points), ())

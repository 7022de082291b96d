"""The pseudonym of each kind of name: of sites, devices, peers and users, of hosts, files and distinguished names.

Whatever is replaced here is remembered, so that `Texts` finds it again in sentences.
"""

from __future__ import annotations

import re
from typing import Final

from mcuaudit.redaction.addresses import Address, as_written_address
from mcuaudit.redaction.key import RedactionKey
from mcuaudit.redaction.words import (
    DEFAULT_USERS,
    FUNCTION_WORDS,
    KEPT_IN_DATA,
    WORD,
    is_ending,
    is_number,
    is_of_the_layout,
    is_public,
)

TOKEN: Final = (
    r"(?P<octets>(?<![\w:.-])[0-9A-Fa-f]{2}(?:(?::[0-9A-Fa-f]{2}){5,}(?![\w:])|(?:-[0-9A-Fa-f]{2}){5,}(?![\w-])))"
    r"|(?P<colons>(?:(?<![\w:.])|(?<=[^\W\d_]:))(?=[0-9A-Fa-f]*:[0-9A-Fa-f]*:)[0-9A-Fa-f:.]*[0-9A-Fa-f:](?!\w))"
    rf"|(?P<word>{WORD})"
)
"""What is replaced as one: octets of a hardware address or digest, what may be an IPv6 address or a time, a word."""
_TOKEN: Final = re.compile(TOKEN)
_WORD: Final = re.compile(WORD)
_LABEL: Final = r"[^\W_](?:[\w-]*\w)?"
_HOST: Final = re.compile(rf"(?:\*\.)?{_LABEL}(?:\.{_LABEL})+\.?")
_DIGEST: Final = re.compile(r"[0-9A-Fa-f]{32,}")
_TIME: Final = re.compile(r"\d{1,2}:\d\d:\d\d")
_PORT: Final = re.compile(r"\d{1,5}")
_COUNT: Final = re.compile(r"\d{1,3}")
_ATTRIBUTE: Final = re.compile(r"(?P<type>(?:[A-Za-z][A-Za-z0-9-]*|\d+(?:\.\d+)+)=)(?P<value>(?:\\.|[^,+\\])*)")
_ANY: Final = "(any)"
_ALWAYS: Final = frozenset({"site", "device", "peer", "user"})
_OF_RESPONSES: Final = "api."


class Names:
    """The names of one audit and what stands in their place."""

    def __init__(self, key: RedactionKey) -> None:
        self.key = key
        self.replaced: dict[str, str] = {}
        """By name, as it stands in a column or sentence, what stands in its place."""

    def remember(self, name: str, replacement: str) -> str:
        """Have columns and sentences use this replacement for the name, unless it has one already."""
        return self.replaced.setdefault(name, replacement)

    def in_sentences(self, name: str) -> str | None:
        """What stands in the place of a known name in a sentence; None for a word without which none can be read."""
        if name in FUNCTION_WORDS or _COUNT.fullmatch(name):
            return None
        return self.replaced.get(name)

    def name(self, kind: str, name: str) -> str:
        """The pseudonym of a whole name; a name keeps the kind with which it was first met.

        A single word of mcuaudit's own, such as the country CA, is not remembered unless it is the name of a site,
        device, peer or user: sentences would be lost.
        """
        if not name or name == _ANY or (kind == "user" and name in DEFAULT_USERS):
            return name
        known = self.replaced.get(name)
        if known is not None:
            return known
        address = as_written_address(name)
        replaced = self.key.address(address) if address and str(address) == name else self.key.pseudonym(kind, name)
        return replaced if is_public(name) and kind not in _ALWAYS else self.remember(name, replaced)

    def device_id(self, device_id: str) -> str:
        """site/device."""
        site, slash, device = device_id.partition("/")
        replaced = f"{self.name('site', site)}{slash}{self.name('device', device)}"
        return self.remember(device_id, replaced)

    def value(self, value: str, kind: str = "name") -> str:
        """An identifier of any form: an address, host name, URI, user@host, else a name as a whole."""
        known = self.replaced.get(value)
        if known is not None:
            return known
        if value in KEPT_IN_DATA:
            return value
        if as_written_address(value) or _DIGEST.fullmatch(value):
            return self.word(value)
        if _HOST.fullmatch(value):
            return self.remember(value, self.host(value))
        if ":" in value or "@" in value or "%" in value:
            return self.remember(value, self.data(value))
        return self.name(kind, value)

    def host(self, host: str) -> str:
        """A host name, label by label, so that names of one domain stay in one domain."""
        return ".".join(label if label in ("", "*") else self.label(label) for label in host.split("."))

    def label(self, label: str) -> str:
        """One label of a host name; the name of a site or device has the same pseudonym there."""
        known = self.replaced.get(label)
        return known if known is not None and _WORD.fullmatch(known) else self.key.pseudonym("name", label)

    def data(self, text: str) -> str:
        """A text that people or devices wrote: nothing of it stays but schemes, yes and no, and ports."""
        known = self.replaced.get(text)
        if known is not None:
            return known
        parts: list[str] = []
        end, after_host = 0, False
        for found in _TOKEN.finditer(text):
            between = text[end : found.start()]
            is_port = after_host and between in (":", "]:") and _PORT.fullmatch(found[0]) is not None
            is_port = is_port and text[found.end() : found.end() + 1] not in ("@", ":")
            parts += (between, found[0] if is_port else self.token(found, sentence=False))
            # A host or address, or what stands where a URI has one; not a user or the name of a scheme.
            after_host = not is_port and ("." in found[0] or ":" in found[0] or between in ("://", "@"))
            end = found.end()
        return "".join((*parts, text[end:]))

    def token(self, found: re.Match[str], *, sentence: bool) -> str:
        """What stands in the place of a token; in a sentence, the words of mcuaudit and numbers stay."""
        if found["octets"] is not None:
            octets = found["octets"]
            return self.key.digest(octets.replace(":", "")) if ":" in octets else self.key.pseudonym("name", octets)
        if found["colons"] is not None:
            return self._colons(found["colons"], sentence=sentence)
        word = found["word"]
        known = self.in_sentences(word) if sentence else self.replaced.get(word)
        if known is not None:
            return known
        if word in KEPT_IN_DATA or (sentence and (is_public(word) or is_number(word))):
            return word
        return self.word(word)

    def _colons(self, text: str, *, sentence: bool) -> str:
        """An IPv6 address, or what only looks like one; a colon or full stop behind it belongs to the sentence."""
        shorter = text.rstrip(":.")
        for candidate in (text, shorter):
            address = as_written_address(candidate)
            if address is not None:
                return f"{self._address(address, candidate)}{text[len(candidate) :]}"
        kept = shorter if sentence and _TIME.fullmatch(shorter) else self.key.pseudonym("name", shorter)
        return f"{kept}{text[len(shorter) :]}"

    def _address(self, address: Address, written: str) -> str:
        """Another way to write an address is another name, so that no two values become one."""
        return self.key.address(address) if str(address) == written else self.key.pseudonym("name", written)

    def public(self, text: str) -> str:
        """A text in words of the devices, such as a model or a privilege: a word that is none of them is replaced."""
        return _WORD.sub(lambda found: self._public_word(found[0]), text)

    def _public_word(self, word: str) -> str:
        return word if is_public(word) or is_number(word) or word in KEPT_IN_DATA else self.word(word)

    def setting(self, key: str) -> str:
        """The key of a setting; of a member of a response, what is not in mcuaudit is replaced."""
        if not key.startswith(_OF_RESPONSES):
            return key if is_public(key) else self.word(key)
        parts = (part if is_public(part) else self.key.pseudonym("name", part) for part in key.split("."))
        return self.remember(key, ".".join(parts))

    def word(self, word: str) -> str:
        """A word that is neither known nor public."""
        address = as_written_address(word)
        if address is not None:
            return self._address(address, word)
        if _DIGEST.fullmatch(word):
            return self.key.digest(word)
        if is_ending(word.rpartition(".")[2]):
            return self._part(word)
        if _HOST.fullmatch(word):
            return self.host(word)
        return self.key.pseudonym("name", word)

    def distinguished_name(self, name: str) -> str:
        """A name in the form of RFC 4514: the types of its attributes stay."""
        if not name or name in self.replaced:
            return self.replaced.get(name, name)
        parts: list[str] = []
        end = 0
        for found in _ATTRIBUTE.finditer(name):
            parts += (self._between(name[end : found.start()]), self._attribute(found))
            end = found.end()
        return self.remember(name, "".join((*parts, self._between(name[end:]))))

    def _between(self, text: str) -> str:
        """What stands between two attributes: a comma or a plus sign, and in a damaged name anything."""
        return text if text in ("", ",", "+") else self.data(text)

    def _attribute(self, found: re.Match[str]) -> str:
        value = re.sub(r"\\(.)", r"\1", found["value"])
        replaced = self.value(value)
        if value != found["value"]:
            # A backslash stands before some characters in a distinguished name; sentences may have either form.
            self.remember(found["value"], replaced)
        return f"{found['type']}{replaced}"

    def file(self, path: str) -> str:
        """A file within the export: names of the layout stay, and so do endings."""
        known = self.replaced.get(path)
        if known is not None:
            return known
        replaced = "/".join(self._part(part) for part in path.split("/"))
        return self.remember(path, replaced) if replaced != path else path

    def _part(self, part: str) -> str:
        if part in self.replaced:
            return self.replaced[part]
        if part in ("", ".", "..") or is_of_the_layout(part):
            return part
        stem, dot, ending = part.rpartition(".")
        if not dot or not stem or not is_ending(ending):
            stem, dot, ending = part, "", ""
        known = self.replaced.get(stem)
        return f"{known if known is not None else self.key.pseudonym('file', stem)}{dot}{ending}"

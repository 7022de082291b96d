"""The pseudonym of each kind of name: of sites, devices, peers and users, of hosts, files and distinguished names.

Whatever is replaced here is remembered, so that `Texts` finds it again in sentences.
"""

from __future__ import annotations

import re
from typing import Final

from mcuaudit.redaction.addresses import as_written_address
from mcuaudit.redaction.key import RedactionKey
from mcuaudit.redaction.words import ATOM, DEFAULT_USERS, KEPT_IN_DATA, is_number, is_public

_ATOM: Final = re.compile(ATOM)
_LABEL: Final = r"[\w-]+"
_HOST: Final = re.compile(rf"(?:\*\.)?{_LABEL}(?:\.{_LABEL})+\.?")
_DIGEST: Final = re.compile(r"[0-9A-Fa-f]{32,}")
_ATTRIBUTE: Final = re.compile(r"(?P<type>(?:[A-Za-z][A-Za-z0-9-]*|\d+(?:\.\d+)+)=)(?P<value>(?:\\.|[^,+\\])*)")
_FILE: Final = re.compile(r"(?P<stem>.+?)(?P<ending>\.[a-z0-9]{1,5})?")
_ANY: Final = "(any)"
_REMEMBERED: Final = ("site-", "device-", "peer-", "user-")


class Names:
    """The names of one audit and what stands in their place."""

    def __init__(self, key: RedactionKey) -> None:
        self.key = key
        self.replaced: dict[str, str] = {}
        """By name, as it may stand in a sentence, what stands in its place."""

    def remember(self, name: str, replacement: str) -> str:
        """Have sentences use this replacement for the name, unless it has one already.

        A word of mcuaudit's own sentences, such as the country CA, is not remembered: the sentences would be lost. The
        name of a site, device, peer or user is, whatever word it is.
        """
        if name not in self.replaced and is_public(name) and not replacement.startswith(_REMEMBERED):
            return replacement
        return self.replaced.setdefault(name, replacement)

    def name(self, kind: str, name: str) -> str:
        """The pseudonym of a whole name; a name keeps the kind with which it was first met."""
        if not name or name in DEFAULT_USERS or name == _ANY:
            return name
        address = as_written_address(name)
        return self.remember(name, self.key.address(address) if address else self.key.pseudonym(kind, name))

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
        if value in KEPT_IN_DATA or is_number(value):
            return value
        if as_written_address(value) or _DIGEST.fullmatch(value) or _HOST.fullmatch(value):
            return self.word(value)
        if ":" in value or "@" in value:
            return self.data(value)
        return self.name(kind, value)

    def host(self, host: str) -> str:
        """A host name, label by label, so that names of one domain stay in one domain."""
        return ".".join(label if label in ("", "*") else self.label(label) for label in host.split("."))

    def label(self, label: str) -> str:
        """One label of a host name; the name of a site or device has the same pseudonym there."""
        known = self.replaced.get(label)
        return known if known is not None and _ATOM.fullmatch(known) else self.key.pseudonym("name", label)

    def data(self, text: str) -> str:
        """A text that people or devices wrote: nothing of it stays but schemes, yes and no, and short numbers."""
        known = self.replaced.get(text)
        return known if known is not None else _ATOM.sub(lambda found: self._datum(found[0]), text)

    def _datum(self, word: str) -> str:
        known = self.replaced.get(word)
        if known is not None:
            return known
        if word in KEPT_IN_DATA or is_number(word):
            return word
        return self.word(word)

    def public(self, text: str) -> str:
        """A text in words of the devices, such as a model or a privilege: a word that is none of them is replaced."""
        return _ATOM.sub(lambda found: found[0] if is_public(found[0]) else self._datum(found[0]), text)

    def word(self, word: str) -> str:
        """An unknown word."""
        address = as_written_address(word)
        if address is not None:
            return self.key.address(address)
        if _DIGEST.fullmatch(word):
            return self.key.digest(word)
        if _HOST.fullmatch(word):
            return self.host(word)
        return self.key.pseudonym("name", word)

    def distinguished_name(self, name: str) -> str:
        """A name in the form of RFC 4514: the types of its attributes stay."""
        return self.remember(name, _ATTRIBUTE.sub(self._attribute, name)) if name else name

    def _attribute(self, found: re.Match[str]) -> str:
        value = re.sub(r"\\(.)", r"\1", found["value"])
        replaced = self.value(value)
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
        if not part or part in (".", "..") or is_public(part):
            return part
        found = _FILE.fullmatch(part)
        stem, ending = (found["stem"], found["ending"] or "") if found else (part, "")
        if ending and not is_public(ending[1:]):
            stem, ending = part, ""
        if stem in self.replaced:
            return f"{self.replaced[stem]}{ending}"
        return f"{self.key.pseudonym('file', stem)}{ending}"

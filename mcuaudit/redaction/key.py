"""The key file of redaction: the secret from which pseudonyms are made, and the name behind each pseudonym.

A pseudonym is a keyed digest of the name, so that a later run with the same file has the same one; without the file it
cannot be found by trying names. The file has the names too: with it, a quoted pseudonym can be read back.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import re
import secrets
import unicodedata
from collections.abc import Iterable
from itertools import chain, count
from pathlib import Path
from typing import Any, Final

from mcuaudit.errors import UsageError
from mcuaudit.redaction.addresses import Address, permuted
from mcuaudit.system.arguments import path_given
from mcuaudit.system.files import read_at_most, write_whole
from mcuaudit.system.permissions import OWNER_ALONE, check_owner_alone, given_mode

_FORMAT: Final = 1
_MOST: Final = 2**28
"""Octets of a key file, for about two million names."""
_ALPHABET: Final = "bcdfghjkmnpqrstvwxz23456789"
"""Without vowels, so that no pseudonym is a word, and without characters that are easily confused."""
_LENGTH: Final = 7
_TRIES: Final = 200
_SPELLING: Final = 4
_LEAST_DIGITS: Final = 16
"""Digits of a digest at least; shorter ones could be equal for two numbers."""
_QUOTED: Final = 8
"""Digits with which pages quote a digest."""
_DIGITS: Final = re.compile(rf"[0-9A-Fa-f]{{{_QUOTED},}}")
KINDS: Final = ("site", "device", "peer", "user", "name", "file", "serial", "export")
_ANY: Final = re.compile(
    rf"(?:{'|'.join(KINDS)})-[{_ALPHABET}]{{{_LENGTH},}}(?:-[{_ALPHABET}]{{{_SPELLING}}}(?![{_ALPHABET}]))?"
    rf"|\b[A-Z][A-Z\d]*-[0-9a-f]{{6,}}\b|\b[0-9A-Fa-f]{{{_QUOTED},}}\b"
    r"|(?:(?=[0-9a-f]{1,4}:[0-9a-f]*:)|(?=::))[0-9a-f:.]*[0-9a-f]|\b\d{1,3}(?:\.\d{1,3}){3}\b"
)
"""What may be a pseudonym: one of a name, the id of a finding, a digest, an address."""


class RedactionKey:
    """What makes pseudonyms, always the same ones for the same names. It has no text form, so no message has it.

    Attributes:
        names: the name behind each pseudonym that was made so far, those of former runs included.
        networks_drawn: which of several ways to replace addresses was chosen; 0 before the first audit.
    """

    __slots__ = ("_begun", "_bits", "_secret", "names", "networks_drawn")

    def __init__(self, secret: bytes | None = None, names: dict[str, str] | None = None, draw: int = 0) -> None:
        self._secret = secret or secrets.token_bytes(32)
        self.names = names if names is not None else {}
        self.networks_drawn = draw
        self._bits: dict[str, bool] = {}
        self._begun: tuple[int, dict[str, list[str]]] = (-1, {})

    def __repr__(self) -> str:
        return "RedactionKey(…)"

    @property
    def key_id(self) -> str:
        """Eight digits that say with which key an audit was redacted, and nothing of the key."""
        return self._digest("key", "").hex()[:8]

    def pseudonym(self, kind: str, name: str) -> str:
        """The pseudonym of a name: ``site-k7f3q2x``.

        Another spelling of the same name has the same one with four characters after it, ``site-k7f3q2x-9mbd``, so that
        a reader sees that the two differ in their spelling alone.
        """
        folded = unicodedata.normalize("NFKC", name).lower()
        digest = _letters(self._digest("name", folded))
        for known in (f"{one}-{digest[:_LENGTH]}" for one in KINDS):
            # A name keeps the kind with which it was first met, in later runs too.
            if self.names.get(known) == name:
                return known
        for length in range(_LENGTH, len(digest)):
            found = f"{kind}-{digest[:length]}"
            former = self.names.setdefault(found, name)
            if former == name:
                return found
            if unicodedata.normalize("NFKC", former).lower() == folded:
                found = f"{found}-{_letters(self._digest('spelling', name))[:_SPELLING]}"
                if self.names.setdefault(found, name) == name:
                    return found
        raise AssertionError("two names have the same digest")

    def digest(self, octets: str) -> str:
        """What stands in the place of a digest or number in hexadecimal: as many digits, and 16 at least."""
        length = max(len(octets), _LEAST_DIGITS)
        # Another spelling of the same digits has other ones.
        for text in chain([octets.lower()], (f"{number} {octets}" for number in count())):
            found = self._digest("digest", text).hex()
            # What is replaced may have more digits than this.
            found = (found * (length // len(found) + 1))[:length]
            if self.names.setdefault(found, octets) == octets:
                break
        return found

    def address(self, address: Address) -> str:
        """The pseudonym of an address, in the same networks as those of its neighbours."""
        found = str(permuted(address, self._flips))
        if found != str(address):
            self.names.setdefault(found, str(address))
        return found

    def draw_networks(self, addresses: Iterable[Address]) -> None:
        """Choose how addresses are replaced, once for a key file, so that no pseudonym is an address in use.

        In a small network that is full of devices no such choice may be found; the last one then stays.
        """
        if self.networks_drawn:
            return
        used = {str(address): address for address in addresses}
        for draw in range(1, _TRIES + 1):
            self.networks_drawn = draw
            self._bits.clear()
            if not any(str(permuted(address, self._flips)) in used for address in used.values()):
                return

    def _flips(self, prefix: str) -> bool:
        found = self._bits.get(prefix)
        if found is None:
            found = self._bits[prefix] = bool(self._digest(f"bit {self.networks_drawn}", prefix)[0] & 1)
        return found

    def _digest(self, purpose: str, text: str) -> bytes:
        message = f"{purpose}\0{text}".encode("utf-8", "surrogatepass")
        return hmac.new(self._secret, message, hashlib.sha256).digest()

    def restored(self, text: str) -> str:
        """`text` with the name behind each pseudonym in its place; what is no pseudonym of this key stays.

        Of a digest, the first eight digits are enough, and of a name what stands before the spelling.
        """
        return _ANY.sub(lambda found: self._behind(found[0]), text)

    def _behind(self, quoted: str) -> str:
        known = self.names.get(quoted) or self.names.get(quoted.lower())
        if known is not None:
            return known
        stem, _, spelling = quoted.rpartition("-")
        if len(spelling) == _SPELLING and stem in self.names:
            return self.names[stem]
        if _DIGITS.fullmatch(quoted):
            begun = self._digests_by_beginning.get(quoted[:_QUOTED].lower(), ())
            found = {self.names[one] for one in begun if one.startswith(quoted.lower())}
            if len(found) == 1:
                return found.pop()[: len(quoted)]
        return quoted

    @property
    def _digests_by_beginning(self) -> dict[str, list[str]]:
        if self._begun[0] != len(self.names):
            begun: dict[str, list[str]] = {}
            for pseudonym in self.names:
                if _DIGITS.fullmatch(pseudonym):
                    begun.setdefault(pseudonym[:_QUOTED], []).append(pseudonym)
            self._begun = len(self.names), begun
        return self._begun[1]

    def save(self, file: str | Path) -> Path:
        """Write the key file, which only its owner can read.

        Raises:
            UsageError: it cannot be written there, or has too many names.
            StorageError: the machine cannot write it, for example because the disk is full.
        """
        values = {
            "mcuaudit_redaction": _FORMAT,
            "secret": self._secret.hex(),
            "draw": self.networks_drawn,
            "names": self.names,
        }
        text = json.dumps(values, indent=1) + "\n"
        if len(text) > _MOST:
            raise UsageError(f"{file} would have more than {_MOST:,} octets; begin another key file.")
        with given_mode(file, OWNER_ALONE):
            return write_whole(file, text)


def _letters(digest: bytes) -> str:
    number, letters = int.from_bytes(digest[:16]), []
    for _ in range(24):
        number, place = divmod(number, len(_ALPHABET))
        letters.append(_ALPHABET[place])
    return "".join(letters)


def redaction_key(file: str | Path | RedactionKey) -> RedactionKey:
    """The key in a file, or a new one if there is no such file yet; `RedactionKey.save` writes it.

    Raises:
        UsageError: the file cannot be read, is another file than such a key, or others can read it.
    """
    if isinstance(file, RedactionKey):
        return file
    path = path_given(file, "key")
    try:
        content = _content(path)
    except FileNotFoundError:
        return RedactionKey()
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror or error}.") from error
    check_owner_alone(path, ", and it has every name")
    found = _checked(content)
    if found is None:
        raise UsageError(
            f"{path} is not a key file of mcuaudit; name a file that does not exist, and it is made, or one that "
            "--redact made."
        )
    return found


def _content(path: Path) -> bytes | None:
    with path.open("rb") as stream:
        return read_at_most(stream, _MOST)


def _checked(content: bytes | None) -> RedactionKey | None:
    try:
        values: Any = json.loads(content or b"")
        names, draw = values["names"], values["draw"]
        secret = bytes.fromhex(values["secret"])
        sound = values["mcuaudit_redaction"] == _FORMAT and len(secret) == 32 and type(draw) is int
        sound = sound and all(isinstance(one, str) for pair in names.items() for one in pair)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return None
    return RedactionKey(secret, names, draw) if sound else None

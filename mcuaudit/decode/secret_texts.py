"""Secrets in texts: the names under which people keep them, and their values, which nothing may repeat.

A value is found in the text of a file, and taken out of everything that was read from it: settings, peers, notes, and
the reasons of problems. So it reaches no frame, whichever way it took.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from itertools import pairwise
from typing import Any, Final, NamedTuple
from urllib.parse import unquote

from mcuaudit.decode.private_keys import key_lines

MASK: Final = "***"
"""What stands in the place of a secret."""

_WORDS: Final = frozenset(
    {"password", "passwords", "passwd", "passphrase", "passcode", "pwd", "pin", "pins", "secret", "secrets", "token",
     "tokens", "community", "credential", "credentials", "psk", "passwort", "kennwort", "apikey", "authtoken"}
)  # fmt: skip
_ENDS: Final = re.compile(r".*(?:password|passwd|passphrase|passwort|kennwort|apikey|secret)s?")
_KEYS: Final = frozenset({"key", "keys"})
_OF_KEYS: Final = frozenset(
    {"api", "access", "private", "shared", "pre", "encryption", "signing", "auth", "ssh", "master"}
)
"""Words before "key" that make a secret of it; a public key, or the key of a table, is none."""
_PART: Final = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])|\d+")


def is_secret_name(name: str) -> bool:
    """Whether a key, column or member is called as a secret is, in any spelling: userPassword, snmp_community.

    The setting ``private_key`` of a device says whether its key matches, and is none.
    """
    if name.rpartition(".")[2] == "private_key":
        return False
    words = [word.casefold() for word in _PART.findall(name)]
    if any(word in _WORDS or _ENDS.fullmatch(word) for word in words):
        return True
    return any(word in _KEYS and before in _OF_KEYS for before, word in pairwise(words))


_OWN_LINE: Final = re.compile(r"(?m)^[ \t]*private_key[ \t]*=")
_ANY_NAME: Final = re.compile(
    rf"(?i)pass|pwd|pin|secret|token|communit|credential|psk|kennwort|(?:{'|'.join(sorted(_OF_KEYS))})[^a-z0-9]*key|\\"
)


def may_name_a_secret(text: str) -> bool:
    """Whether a text can have a name of a secret at all; one with a backslash can, because it may be written with it.

    It is asked before a file is taken apart only to look for such names.
    """
    return _ANY_NAME.search(_OWN_LINE.sub("", text)) is not None


class Secret(NamedTuple):
    """One secret: where it begins in the text, its value, what it is, and what stands in its place.

    A user name in a URL, without a password, is none ("" for what it is), and is still taken out.
    """

    position: int
    value: str
    what: str
    instead: str = MASK


OF_KEYS: Final = "private key"
_OF_HEADER: Final = "an Authorization header"


_HINT: Final = re.compile(r"(?i)pass|pwd|pin|secret|token|communit|credential|psk|kennwort|key")
"""A part of a name under which secrets are kept; names are looked for around it, so that long lines take no longer."""
_BEFORE: Final = re.compile(r"[\w.-]{0,40}\Z")
_AFTER: Final = re.compile(
    r"(?P<name>[\w.-]{0,30})[\"']?[ \t]*(?:[:=]|=>)[ \t]*"
    r"(?P<value>\"(?:[^\"\\\n]|\\.){1,500}\"|'[^'\n]{1,500}'|[^\s\"'\[{<][^\s,;]{0,500})"
)
_URL: Final = re.compile(r"(?i)\b([a-z][a-z0-9+.-]{1,15}://)([^/?#\s\"'<>@]{1,200}@)(?=[^\s\"'<>])")
_QUERY: Final = re.compile(r"[?&;]([\w.-]{1,40})=([^&\s\"'<>;#]{3,200})")
_HEADER: Final = re.compile(
    r"(?i)\b(?:authorization|x-auth-token|x-api-key)\s*:\s*(?:basic|bearer|digest)?\s*([\w+/=._~-]{6,})"
)
_PLAIN_WORDS: Final = frozenset(
    {"none", "null", "nil", "true", "false", "yes", "no", "on", "off", "set", "unset", "required", "optional",
     "changed", "unknown", "removed", "redacted", "hidden", "default", "empty", "n/a", "tbd", "todo", "see", "ask"}
)  # fmt: skip
_HIDDEN: Final = re.compile(r"[*•x.#_-]{2,}|<[^>]*>|\$\{?\w+\}?|%\w+%|\{\{.*\}\}", re.IGNORECASE)
_LEAST: Final = 3


def secrets_in(text: str) -> list[Secret]:
    """The secrets of a text, in order: values beside a name, user information and parameters of URLs, lines of keys."""
    found = [*_pairs(text), *_in_urls(text), *(Secret(position, row, OF_KEYS) for position, row in key_lines(text))]
    found += [Secret(one.start(1), one[1], _OF_HEADER) for one in _HEADER.finditer(text)]
    found += [Secret(one.start(2), one[2], f"“{one[1]}”") for one in _ELEMENT.finditer(text) if _is_element(one)]
    return sorted(found)


def _pairs(text: str) -> Iterator[Secret]:
    for hint in _HINT.finditer(text):
        after = _AFTER.match(text, hint.end())
        before = _BEFORE.search(text[max(hint.start() - 40, 0) : hint.start()])
        name = f"{before[0] if before else ''}{hint[0]}{after['name']}" if after else ""
        if after and is_secret_name(name):
            value, quoted = _value(after["value"]), after["value"][0] in "\"'"
            if value and (quoted or _is_no_word(value)):
                yield Secret(after.start("value"), value, f"“{name}”")


def _value(written: str) -> str:
    """A value as written, without quotation marks and a remark behind it; "" for none."""
    inner = written[1:-1] if written[0] in "\"'" else written.strip("\"'")
    plain = inner.strip().casefold()
    return "" if len(plain) < _LEAST or plain in _PLAIN_WORDS or _HIDDEN.fullmatch(plain) else inner


def _is_no_word(value: str) -> bool:
    """Whether a value without quotation marks is more than an ordinary word: it has a digit or a sign."""
    return re.search(r"[^A-Za-z]", value) is not None


def _in_urls(text: str) -> Iterator[Secret]:
    if "://" not in text:
        return
    for found in _URL.finditer(text):
        if found[1].casefold() in _WITH_USERS:
            continue
        password = found[2][:-1].partition(":")[2]
        yield Secret(found.start(2), found[2], _OF_URL if password else "", "")
        yield from (
            Secret(found.start(2), part, _OF_URL) for part in {password, unquote(password)} if len(part) >= _LEAST
        )
    for found in _QUERY.finditer(text):
        if is_secret_name(found[1]):
            for value in {found[2], unquote(found[2])}:
                yield Secret(found.start(2), value, f"the parameter {found[1]} of a URL")


_WITH_USERS: Final = frozenset({"sip://", "sips://"})
"""Schemes of URIs whose user is no login."""
_OF_URL: Final = "the user information of a URL"
_ELEMENT: Final = re.compile(
    r"<(?:name>)?([A-Za-z][\w.-]{0,60})(?:</name>\s{0,20}<value>(?:<\w{1,20}>)?|>)([^<>\s][^<>]{2,400})<"
)
"""An element of XML with a text, or a member of XML-RPC with its value."""


def _is_element(found: re.Match[str]) -> bool:
    return is_secret_name(found[1]) and _value(f'"{found[2]}"') != ""


def stands_alone(what: str) -> bool:
    """Whether a secret is one by its form, in a URL or a header, whatever the name beside it is."""
    return what == _OF_HEADER or what.endswith(" of a URL")


def secret_values(value: Any, name: str = "") -> Iterator[str]:
    """The texts below keys that are called as secrets are, in what TOML or JSON has read."""
    if isinstance(value, Mapping):
        for key, below in value.items():
            yield from secret_values(below, str(key) if is_secret_name(str(key)) or not name else name)
    elif isinstance(value, list | tuple):
        for below in value:
            yield from secret_values(below, name)
    elif name and is_secret_name(name) and isinstance(value, str | int | float) and not isinstance(value, bool):
        text = str(value).strip()
        if text and not _HIDDEN.fullmatch(text):
            yield text


def _alone(value: str) -> str:
    """A value where it is not a part of another word: a PIN is not to be taken out of a serial number."""
    before = r"(?<![A-Za-z0-9])" if value[0].isalnum() else ""
    return f"{before}{re.escape(value)}{r'(?![A-Za-z0-9])' if value[-1].isalnum() else ''}"


class Mask:
    """Takes secrets out of texts."""

    def __init__(self, secrets: list[Secret]) -> None:
        instead: dict[str, str] = {}
        for secret in secrets:
            instead.setdefault(secret.value, secret.instead)
        self._instead = instead
        longest_first = sorted(instead, key=len, reverse=True)
        self._pattern = re.compile("|".join(map(_alone, longest_first))) if longest_first else None

    def __call__(self, text: str) -> str:
        """The text without the secrets."""
        return self._pattern.sub(lambda found: self._instead[found[0]], text) if self._pattern else text

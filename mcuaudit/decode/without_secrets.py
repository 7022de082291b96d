"""What was read of a file, without the secrets in it: each is reported by its place, and its value goes no farther."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from pathlib import Path
from typing import Any, Final, TypeVar

from mcuaudit.collect.artefact import Kind
from mcuaudit.decode.bundle import SECRET_REASON
from mcuaudit.decode.private_keys import holds_private_key, label_of_key, line_of_key
from mcuaudit.decode.records import Problem
from mcuaudit.decode.secret_texts import (
    OF_KEYS,
    Mask,
    Secret,
    may_name_a_secret,
    secret_values,
    secrets_in,
    stands_alone,
)
from mcuaudit.decode.table_secrets import secret_columns
from mcuaudit.decode.workbook import is_workbook, workbook_text
from mcuaudit.domain.certificate import Certificate
from mcuaudit.errors import Undecodable
from mcuaudit.system.toml_text import load_toml
from mcuaudit.wording.numbers import plural

_Content = TypeVar("_Content")
_OF_TOML: Final = (Kind.SETTINGS, Kind.PEERS, Kind.SITE, Kind.POLICY)
_MOST: Final = 20
"""So many secrets of one file are reported one by one."""
_TOO_MANY: Final = 2000
WITH_SECRETS: Final = "the file holds thousands of passwords or keys, so it is not used. Remove them, or the file"


class Secrets:
    """The secrets of one file: passwords and keys in its text, and keys in its octets.

    Attributes:
        mask: takes their values out of a text.
        too_many: the file has more than can be taken out, so nothing of it is to be used.
    """

    def __init__(self, kind: Kind, data: bytes) -> None:
        self._kind, self._data, self._text = kind, data, _sheet_of(kind, data) or text_of(data)
        self._found = list(islice(self._in_text(), _TOO_MANY)) if self._text else []
        self.too_many = len(self._found) == _TOO_MANY
        self.mask = Mask([] if self.too_many else self._found)

    def __bool__(self) -> bool:
        return bool(self._found)

    def _in_text(self) -> Iterator[Secret]:
        yield from secrets_in(self._text)
        if self._kind in _OF_TOML and may_name_a_secret(self._text):
            yield from (self._at(value, "a key of this name") for value in _in_toml(self._data))
        if self._kind is Kind.SETTINGS_TABLE:
            yield from (self._at(value, f"the column “{name}”") for name, value in secret_columns(self._data))

    def _at(self, value: str, what: str) -> Secret:
        return Secret(max(self._text.find(value), 0), value, what)

    def problems(self, known: Iterable[Problem] = ()) -> tuple[Problem, ...]:
        """A problem for each, by its line and never with its value, beside those that are known from decoding."""
        said = [problem for problem in known if problem.kind in ("secret", "licence", "saved_request")]
        of_key = any(problem.reason.startswith(SECRET_REASON) for problem in said)
        # The members of a response are reported by their names.
        by_member = self._kind is Kind.RESPONSE and bool(said)
        lines: dict[int, str] = {}
        for secret in self._found:
            if by_member and not stands_alone(secret.what):
                continue
            if secret.what and not (secret.what == OF_KEYS and of_key):
                lines.setdefault(self._text.count("\n", 0, secret.position) + 1, secret.what)
        keys = [line for line, what in lines.items() if what == OF_KEYS]
        if not (of_key or by_member) and (label := label_of_key(self._text)) >= 0:
            keys.append(self._text.count("\n", 0, label) + 1)
        others = [(line, what) for line, what in sorted(lines.items()) if what != OF_KEYS]
        new = [Problem("secret", f"line {min(keys)}", SECRET_REASON)] if keys else []
        new += [Problem("secret", f"line {line}", _reason(what)) for line, what in others[:_MOST]]
        if len(others) > _MOST:
            new.append(Problem("secret", "", f"{plural(len(others) - _MOST, 'other secret')} in the file. Remove them"))
        if not (keys or of_key or by_member) and holds_private_key(self._data):
            new.append(Problem("secret", "", SECRET_REASON))
        return tuple(new)


def key_in_file(path: str | Path) -> tuple[Problem, ...]:
    """The problem of a private key in a file that is too large to be decoded."""
    try:
        with Path(path).open("rb") as file:
            line = line_of_key(file)
    except OSError:
        return ()
    return (Problem("secret", f"line {line}", SECRET_REASON),) if line else ()


def _sheet_of(kind: Kind, data: bytes) -> str:
    """The sheet of a table of settings that is a workbook; "" for any other file."""
    try:
        return workbook_text(data) if kind is Kind.SETTINGS_TABLE and is_workbook(data) else ""
    except Undecodable:
        return ""


_OF_FILE: Final = rb"(?:CERTIFICATE|X509 CRL)-----"
_BLOCK: Final = re.compile(rb"-----BEGIN " + _OF_FILE + rb"[A-Za-z0-9+/=\s]*-----END " + _OF_FILE)


def text_of(data: bytes) -> str:
    """The text of a file without its certificates, whose lines stay empty; "" for a file in DER or a container."""
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return data.decode("utf-16", "replace")
    plain = data.replace(b"\0", b"") if data[:64].count(b"\0") > 16 else data
    # A text may begin with the digit 0; of DER, the length comes next.
    if (plain[:1] == b"\x30" and plain[1:2] >= b"\x80") or plain[:4] in (b"PK\x03\x04", b"\xfe\xed\xfe\xed"):
        return ""
    plain = _BLOCK.sub(lambda block: b"\n" * block[0].count(b"\n"), plain)
    try:
        return plain.decode("utf-8-sig")
    except UnicodeDecodeError:
        return plain.decode("cp1252", "replace")


def _in_toml(data: bytes) -> Iterable[str]:
    try:
        return list(secret_values(load_toml(data)))
    except (Undecodable, ValueError, RecursionError):
        return ()


def _reason(what: str) -> str:
    return f"{what} is a password or another secret. Remove it; if others could read the file, change it on the device"


def masked(value: _Content, mask: Mask) -> _Content:
    """What was read, with each text without the secrets; certificates and octets stay as they are."""
    return _masked(value, mask)  # type: ignore[no-any-return]


def _masked(value: Any, mask: Mask) -> Any:
    if isinstance(value, str):
        return mask(value) if type(value) is str else value
    if isinstance(value, tuple) and not hasattr(value, "_fields"):
        return tuple(_masked(one, mask) for one in value)
    if isinstance(value, Mapping):
        return {key: _masked(one, mask) for key, one in value.items()}
    if dataclasses.is_dataclass(value) and not isinstance(value, type | Certificate):
        fields = {field.name: _masked(getattr(value, field.name), mask) for field in dataclasses.fields(value)}
        return dataclasses.replace(value, **fields)
    return value

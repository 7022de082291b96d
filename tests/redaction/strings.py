"""What an export says of its owner: the words of its files and of their names, and the names in its certificates."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import mcuaudit
from mcuaudit.domain.name_lists import split_names
from mcuaudit.frames.schema import FLEET_FRAMES
from mcuaudit.redaction.words import DEFAULT_USERS, KEPT_IN_DATA, is_number, is_public
from mcuaudit.rules import registered_rules

_WORD = re.compile(r"[^\W\d_](?:[\w.@-]*\w)?|\d+(?:[.:]\w+)+|\w{6,}")
_PEM = re.compile(r"-----BEGIN[^-]*-----[^-]*-----END[^-]*-----")
_LISTS = ("common_names", "dns_names", "uris", "ip_addresses", "addresses", "host_names", "identifiers", "expects")
_NAMES = ("site", "device", "site_title", "serial", "peer", "user", "certificate", "public_key", "serial_number",
          "sha256", "trust_store")  # fmt: skip
_MEMBER = re.compile(r"<name>[^<]*</name>")


def strings_of(export: Path) -> set[str]:
    """The words in files and file names, and every name in a frame; without mcuaudit's own words and short numbers.

    Names of members in responses are those of Cisco's interface.
    """
    found = {word for text in _texts(export) for word in _WORD.findall(text)} | _names(export)
    return {word for word in found if len(word) > 1 and not _stays(word)}


@cache
def _documented() -> frozenset[str]:
    """The words with which rules are explained, examples aside; SARIF has them."""
    texts = (rule.documentation.split("\n\n") for rule in registered_rules().values())
    parts = (part.strip() for text in texts for part in text)
    return frozenset(word for part in parts if not part.startswith("Example: ") for word in re.findall(r"\w+", part))


_ADDRESSES = frozenset({"0.0.0.0", "127.0.0.1"})
_OF_FORMATS = frozenset({"rfc5922", "rfc9525", "ssl_certificates.shown", "template"})
"""Standards, the beginning of keys, and a word of the script of the pages."""


def _stays(word: str) -> bool:
    kept = is_public(word) or is_public(word.lower()) or is_number(word) or re.fullmatch(r"[\d:]+|255\..*", word)
    return (
        bool(kept)
        or word in _documented() | _OF_FORMATS
        or word in KEPT_IN_DATA | DEFAULT_USERS | {"0.0.0.0", "127.0.0.1"}
    )


def _texts(export: Path) -> Iterator[str]:
    for file in export.rglob("*"):
        yield file.relative_to(export).as_posix()
        if file.is_file() and file.suffix not in (".der", ".p7b"):
            yield _MEMBER.sub("", _PEM.sub("", file.read_bytes().decode("utf-8", "ignore")))


def _names(export: Path) -> set[str]:
    fleet = mcuaudit.read_export(export)
    found: set[str] = set()
    for frame in (getattr(fleet, name) for name in FLEET_FRAMES):
        for column in frame.columns.intersection([*_LISTS, *_NAMES, "subject", "issuer"]):
            for value in frame[column].dropna().unique():
                if column in _LISTS:
                    found |= set(split_names(value))
                elif column in ("subject", "issuer"):
                    found |= {value, *(part.split("=", 1)[-1] for part in re.split(r"(?<!\\)[,+]", value))}
                else:
                    found.add(value)
    return found

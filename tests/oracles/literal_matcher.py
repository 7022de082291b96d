"""A second matcher of identities, written from the readings alone: slow, literal, and unlike the first in structure.

The first matcher looks names up and judges each by its form. This one asks one question, "does the certificate
identify the party if exactly these open questions are answered laxly?", for every set of open questions. It is pass
if the answer is yes for every set, fail if it is no for every set, open otherwise.
"""

from __future__ import annotations

import itertools
import re
import socket
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

Lax = frozenset[str]


@dataclass(frozen=True)
class Names:
    """The names of a certificate, as text; `san` says that the subjectAltName is present."""

    uris: tuple[str, ...] = ()
    dns: tuple[str, ...] = ()
    ips: tuple[str, ...] = ()
    cns: tuple[str, ...] = ()
    san: bool = True


@dataclass(frozen=True)
class Wanted:
    """The host that is expected, in lower case and A-labels, perhaps with a trailing dot; or an address."""

    host: str

    @property
    def address(self) -> bytes | None:
        return octets(self.host)


OPEN_QUESTIONS: dict[str, tuple[str, ...]] = {
    "mcu": ("A1", "A2", "A3", "A5", "A8", "A10"),
    "rfc5922": ("A6", "A10", "RFC5922-7.1"),
    "rfc9525": ("A5", "A10"),
    "vcs": ("A2", "A3", "A5", "A8", "A10", "A24"),
    "cucm": ("A1", "A2", "A3", "A5", "A8", "A10"),
}


def answers(standard: str, names: Names, wanted: Wanted) -> dict[Lax, bool]:
    """For every set of open questions that is answered laxly, whether the certificate identifies the party."""
    questions = OPEN_QUESTIONS[standard]
    identifies = RULES[standard]
    sets = (chosen for size in range(len(questions) + 1) for chosen in itertools.combinations(questions, size))
    return {frozenset(lax): identifies(names, wanted, frozenset(lax)) for lax in sets}


def outcome(found: dict[Lax, bool]) -> str:
    """pass under every answer, fail under none, open otherwise."""
    return "pass" if all(found.values()) else "open" if any(found.values()) else "fail"


def decides(reading: str, found: dict[Lax, bool]) -> bool:
    """Whether there are answers to the other questions with which this one alone makes the difference."""
    return any(identified and not found[lax - {reading}] for lax, identified in found.items() if reading in lax)


def mcu(names: Names, wanted: Wanted, lax: Lax) -> bool:
    """Section 3, item 1, with A1, A2, A3, A5, A8 and A10; A4, A6 and A17 leave nothing open."""
    if not names.san:
        return common_names(names, wanted, lax)
    return (
        any(sip_uri_names(uri, wanted, lax) for uri in names.uris)
        or any(text_names(text, wanted, lax) for text in names.dns)
        or ("A1" in lax and any(octets(text) == wanted.address for text in names.ips))
    )


def vcs(names: Names, wanted: Wanted, lax: Lax) -> bool:
    """Section 4: the configured peer address in the SAN, with A24 in the CN; a URI only contains it."""
    return (
        ("A24" in lax and common_names(names, wanted, lax))
        or any(text_names(text, wanted, lax) for text in names.dns)
        or any(octets(text) == wanted.address for text in names.ips)
        or ("A2" in lax and any(sip_uri_names(uri, wanted, lax) for uri in names.uris))
    )


def cucm(names: Names, wanted: Wanted, lax: Lax) -> bool:
    """Section 4: subject or SAN compared with listed names; whether an address entry is a name is not said."""
    without_addresses = Names(names.uris, names.dns, names.ips if "A1" in lax else (), names.cns, names.san)
    return vcs(without_addresses, wanted, lax) or common_names(names, wanted, lax)


def rfc5922(names: Names, wanted: Wanted, lax: Lax) -> bool:
    """Section 4: hosts of sip: URIs without user; the DNS names only without these; the CN only without a SAN."""
    may = "RFC5922-7.1" in lax
    if not names.san:
        return wanted.address is None and may and any(plain_text_names(text, wanted, lax) for text in names.cns)
    readable, unreadable = [], []
    for uri in names.uris:
        if uri[:4].lower() == "sip:" and "@" not in uri:
            parts = sip_parts(uri)
            host = parts["host"] if parts else ""
            (readable if READABLE_HOST.fullmatch(host) or octets(host) else unreadable).append(host)
    if any(plain_text_names(host, wanted, lax, bracketed_only=True) for host in readable):
        return True
    if readable or (unreadable and "A6" not in lax):
        return False
    return (wanted.address is None or may) and any(plain_text_names(text, wanted, lax) for text in names.dns)


READABLE_HOST = re.compile(r"[A-Za-z0-9_*-]+(\.[A-Za-z0-9_*-]+)*\.?")


def rfc9525(names: Names, wanted: Wanted, lax: Lax) -> bool:
    """Sections 6.3 and 6.4 of the RFC: addresses in iPAddress entries alone, names in DNS entries alone."""
    if wanted.address is not None:
        return any(octets(text) == wanted.address for text in names.ips)
    for text in names.dns:
        if plain_text_names(text, wanted, lax):
            return True
        label, dot, rest = text.partition(".")
        wanted_label, wanted_dot, wanted_rest = wanted.host.partition(".")
        if label != "*" or not wanted_label:
            continue
        wide = "." not in rest.rstrip(".")
        if dot and wanted_dot and same(rest, wanted_rest, lax) and ("A5" in lax or not wide):
            return True
        if not rest and not wanted_rest and "A5" in lax and (dot == wanted_dot or "A10" in lax):
            return True
    return False


RULES: dict[str, Callable[[Names, Wanted, Lax], bool]] = {
    "mcu": mcu,
    "rfc5922": rfc5922,
    "rfc9525": rfc9525,
    "vcs": vcs,
    "cucm": cucm,
}


def common_names(names: Names, wanted: Wanted, lax: Lax) -> bool:
    """A8: all of them, or one of them."""
    quantifier = any if "A8" in lax else all
    return bool(names.cns) and quantifier(text_names(text, wanted, lax) for text in names.cns)


def sip_uri_names(uri: str, wanted: Wanted, lax: Lax) -> bool:
    """A2 and A3."""
    parts = sip_parts(uri)
    if parts is None or (parts["scheme"].lower() == "sips" and "A3" not in lax):
        return False
    more = any(parts[key] is not None for key in ("user", "port", "parameters"))
    return (not more or "A2" in lax) and text_names(parts["host"], wanted, lax, bracketed_only=True)


@lru_cache(maxsize=100_000)
def sip_parts(uri: str) -> dict[str, str] | None:
    """The parts of a sip: or sips: URI after the grammar of RFC 3261; None if it is none."""
    found = SIP_URI.fullmatch(uri)
    return found.groupdict() if found else None


SIP_URI = re.compile(
    r"(?P<scheme>sips?):((?P<user>[^@]*)@)?(?P<host>\[[^]@]*\]|[^]\[:;?@]*)(:(?P<port>[0-9]{1,5}))?"
    r"(?P<parameters>[;?][^@]*)?",
    re.IGNORECASE | re.DOTALL,
)


def text_names(text: str, wanted: Wanted, lax: Lax, *, bracketed_only: bool = False) -> bool:
    """A5 on top of `plain_text_names`."""
    if plain_text_names(text, wanted, lax, bracketed_only=bracketed_only):
        return True
    return wanted.address is None and "A5" in lax and wildcard_covers(text, wanted.host, "A10" in lax)


def plain_text_names(text: str, wanted: Wanted, lax: Lax, *, bracketed_only: bool = False) -> bool:
    """A10: names in any case of letters, addresses by value, and one trailing dot."""
    if wanted.address is None:
        return same(text, wanted.host, lax)
    spellings = [text] + [text[:-1]] * ("A10" in lax and text.endswith("."))
    return any(
        octets(spelling) == wanted.address
        for spelling in spellings
        if not (bracketed_only and ":" in spelling and not spelling.startswith("["))
    )


def same(text: str, host: str, lax: Lax) -> bool:
    """A10: equal in any case of ASCII letters, one trailing dot aside."""
    text = text.translate(SMALL_LETTERS)
    return text == host or ("A10" in lax and text.removesuffix(".") == host.removesuffix("."))


SMALL_LETTERS = {ord(letter): ord(letter) + 32 for letter in "ABCDEFGHIJKLMNOPQRSTUVWXYZ"}


@lru_cache(maxsize=100_000)
def wildcard_covers(pattern: str, host: str, ignore_dot: bool) -> bool:
    """RFC 2818, section 3.1: an asterisk stands for a component or a fragment of one."""
    if "*" not in pattern or not pattern.isascii():
        return False
    if ignore_dot:
        pattern, host = pattern.removesuffix("."), host.removesuffix(".")
    expression = "".join("[^.]*" if character == "*" else re.escape(character) for character in pattern.lower())
    return re.fullmatch(expression, host) is not None


@lru_cache(maxsize=100_000)
def octets(text: str) -> bytes | None:
    """The octets of an address, by the C library."""
    if text.startswith("[") and text.endswith("]") and ":" in text:
        text = text[1:-1]
    if "%" in text or "\x00" in text:
        return None
    for family in (socket.AF_INET, socket.AF_INET6):
        try:
            return socket.inet_pton(family, text)
        except OSError:
            continue
    return None

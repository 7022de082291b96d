"""A request configuration of OpenSSL for one certificate: what ``openssl req -new -config FILE`` reads.

Text of an export is untrusted. Names and addresses are written only in the forms that `mcuaudit.identity` has read:
letters, digits, dots, colons and hyphens. The one free text, a CN, is in quotes, where OpenSSL expands nothing. A
comment is one line, and never ends in a backslash, which would join the next line to it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import datetime
from pathlib import PurePosixPath
from typing import Final

from mcuaudit.domain.certificate import CLIENT_AUTH, SERVER_AUTH
from mcuaudit.domain.slots import Slot
from mcuaudit.identity.names import address_of, is_host_name
from mcuaudit.variants.requests.certificate_requests import reason_of, sorted_entries
from mcuaudit.variants.requests.planned_certificate import Content
from mcuaudit.variants.requests.required_entries import Entry
from mcuaudit.variants.requests.requirements import Requirement
from mcuaudit.wording.places import slot_words
from mcuaudit.wording.visible import visible

_PURPOSES: Final = {SERVER_AUTH: "serverAuth", CLIENT_AUTH: "clientAuth"}
_WRITTEN: Final = ("required", "advised")
_NEED: Final = {"advised": "advised: ", "open": "not known: ", "conflict": "conflict: ", "choice": "or "}


def configuration_text(requirement: Requirement, file: str, at: datetime) -> str:
    """The configuration of one request; a content is needed.

    Args:
        requirement: what the certificate must say.
        file: the name of the configuration, for the commands in its comments.
        at: the time of the audit.
    """
    content = requirement.content
    if content is None:
        raise ValueError("the requirement has no content")
    entries = sorted_entries(requirement)
    lines = [
        *_head(requirement, content, file, at),
        "",
        "[req]",
        "prompt = no",
        "utf8 = yes",
        "string_mask = utf8only",
        *_comments(entries, "key"),
        f"default_bits = {content.key_bits}",
        "default_md = sha256",
        "distinguished_name = subject",
        "req_extensions = extensions",
        "",
        "[subject]",
        *_comments(entries, "subject"),
        f"CN = {quoted(content.common_name)}",
        "",
        "[extensions]",
        "basicConstraints = critical, CA:FALSE",
        *_comments(entries, "key_usage"),
        f"keyUsage = critical, {', '.join(requirement.entries.values('key_usage'))}",
        *_comments(entries, "purpose"),
        f"extendedKeyUsage = {', '.join(_PURPOSES.get(purpose, purpose) for purpose in content.purposes)}",
        *_names(entries),
        "",
        *_unwritten(entries),
    ]
    return "\n".join(lines).rstrip("\n") + "\n"


def quoted(text: str) -> str:
    r"""A value in quotes, within which OpenSSL expands no ``$`` and ends at no ``#``; quotes and ``\`` are escaped.

    Raises:
        ValueError: it contains a line end, which cannot be written.
    """
    if len(text.splitlines()) > 1 or not text:
        raise ValueError(f"{text!r} is not a CN that a request can contain")
    return '"' + re.sub(r'(["\\])', r"\\\1", text) + '"'


def comment(text: str) -> str:
    r"""A comment of one line: nothing in it ends the line or, as a ``\`` at the end would, joins the next one to it."""
    line = re.sub(r"[\r\n\v\f]", " ", visible(text)).rstrip()
    return f"# {line}{'.' if line.endswith(chr(92)) else ''}"


def _head(requirement: Requirement, content: Content, file: str, at: datetime) -> Iterator[str]:
    holder, name = requirement.held.holder, PurePosixPath(file).name
    stem = name.removesuffix(".cnf")
    local = holder.slot is Slot.LOCAL_CERTIFICATE
    yield comment(f"Request for the {slot_words(holder.slot)} of {holder.name}, from the audit as of {at:%Y-%m-%d}.")
    yield comment("mcuaudit made no private key. This makes one, asks for a passphrase for it, and writes the request:")
    yield comment(
        f"  openssl req -new -newkey rsa:{content.key_bits} -config {name} -keyout {stem}.key -out {stem}.csr"
    )
    yield comment("A CA that takes its extensions from the request signs it, for example OpenSSL 3 with:")
    yield comment(f"  openssl x509 -req -in {stem}.csr -copy_extensions copy -CA CA.pem -CAkey CA.key -out {stem}.pem")
    if local:
        yield comment(
            "Upload certificate and key together, with the CA certificates named below after the certificate."
        )
    yield comment("Each entry has its reason above it. Reasons name peers, rules and the readings of docs/readings.md.")


def _comments(entries: Iterable[Entry], part: str, value: str = "") -> Iterator[str]:
    for entry in entries:
        if entry.part != part or (value and entry.value != value):
            continue
        shown = f"{entry.value}: " if entry.value and not value else ""
        readings = f" ({' '.join(entry.readings)})" if entry.readings else ""
        evidence = f" It would be settled by {entry.evidence}." if entry.evidence else ""
        yield comment(f"{_NEED.get(entry.need, '')}{shown}{reason_of(entry).removesuffix('.')}{readings}.{evidence}")


_FIELDS: Final = {"dns": "DNS", "uri": "URI", "ip": "IP"}


def _names(entries: list[Entry]) -> Iterator[str]:
    """The subjectAltName; none without names, as for a peer that only logs in."""
    written = [one for one in entries if one.part in _FIELDS and one.value and one.need in _WRITTEN]
    if not written:
        return
    yield from ("subjectAltName = @names", "", "[names]")
    numbers = dict.fromkeys(_FIELDS, 0)
    for entry in written:
        numbers[entry.part] += 1
        yield from _comments([entry], entry.part, entry.value)
        yield f"{_FIELDS[entry.part]}.{numbers[entry.part]} = {plain_name(entry.value)}"


def plain_name(name: str) -> str:
    """A host name, an address or a sip: URI of one, which need no quotes.

    Raises:
        ValueError: it is another text.
    """
    host = name.removeprefix("sip:")
    if not is_host_name(host) and address_of(host) is None:
        raise ValueError(f"{name!r} is not a name that a request can contain")
    return name


def _unwritten(entries: list[Entry]) -> Iterator[str]:
    """What is not a part of the request: who signs, what is presented, and what is not known or in conflict."""
    yield comment("Issuer")
    yield from _comments(entries, "issuer")
    if any(one.part == "chain" for one in entries):
        yield comment("Presented after the certificate")
        yield from _comments(entries, "chain")
    left = [one for one in entries if one.part in _FIELDS and one.need not in _WRITTEN]
    if left:
        yield comment("Names that are not in the request")
        for entry in left:
            yield from _comments([entry], entry.part)

"""Drafts of peers: an entry of peers.toml for each certificate of a heap whose holder is not known."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from typing import Final

from mcuaudit.domain.certificate import Certificate
from mcuaudit.domain.connections import ConnectionType
from mcuaudit.domain.products import PRODUCTS
from mcuaudit.gather.claims import shared_names
from mcuaudit.gather.sorted_files import SortedFile, What
from mcuaudit.system.toml_text import toml_value
from mcuaudit.wording.phrases import short_date
from mcuaudit.wording.visible import visible

_HEAD: Final = """\
# Drafts of peers, one for each certificate whose holder is not known. Copy the entries that are peers into the
# peers.toml of the fleet, of a site or of a device. Keep of the connections those that the peer has, and write its
# product. Then run mcuaudit sort again: the certificates find their places by these entries.
"""
_SERVER: Final = (ConnectionType.INCOMING_SIP, ConnectionType.OUTGOING_SIP, ConnectionType.FEEDBACK_RECEIVER,
                  ConnectionType.OCSP_SERVER)  # fmt: skip
_CLIENT: Final = (ConnectionType.WEB_USER, ConnectionType.API_USER)
_UNUSUAL: Final = re.compile(r"[^\w.@-]+")
_NAMES: Final = 8
"""So many names of a certificate are identifiers in a draft."""


def peer_drafts(rows: Iterable[SortedFile]) -> tuple[str, int]:
    """The text of a file of drafts, and how many it has; nothing of it is claimed by an export."""
    rows = list(rows)
    shared = shared_names(one for row in rows for one in row.item.certificates)
    taken: set[str] = set()
    entries = ["\n".join(_entry(row, own, free_name(title_of(own), taken), shared)) for row, own in draft_rows(rows)]
    return "\n\n".join([_HEAD.rstrip(), *entries]) + "\n", len(entries)


def draft_rows(rows: Iterable[SortedFile]) -> Iterator[tuple[SortedFile, Certificate]]:
    """The files with the certificate of a holder that is not known, and that certificate."""
    for row in rows:
        own = row.item.own
        if own is None or row.what not in (What.END_ENTITY, What.USER) or row.place or row.others or row.duplicate_of:
            continue
        if not row.item.content.damaged:
            yield row, own


def _entry(row: SortedFile, own: Certificate, name: str, shared: Collection[object]) -> Iterator[str]:
    yield f"# {visible(row.item.file.name)}: issued by {visible(own.issuer_text)}, ends {short_date(own.not_after)}"
    yield "[[peer]]"
    yield f"name = {toml_value(name)}"
    is_user = row.what is What.USER
    if not is_user:
        yield f"# product = one of {', '.join(toml_value(one) for one in PRODUCTS)}"
    yield f"connections = {toml_value([one.value for one in (_CLIENT if is_user else _SERVER)])}"
    if is_user and own.common_names:
        yield f"user = {toml_value(own.common_names[0])}"
    # A domain that other holders have too does not identify this one.
    hosts = dict.fromkeys(one for one in (*own.dns_names, *own.common_names) if one.casefold() not in shared)
    addresses = [str(one) for one in own.ip_addresses if one not in shared]
    usable = (one for one in (*hosts, *addresses) if one and " " not in one and "*" not in one)
    names = [*dict.fromkeys(usable)][:_NAMES]
    if names and not is_user:
        yield f"identifiers = {toml_value(names)}"
    yield f"certificate = {toml_value(f'peers/{file_stem(name)}.pem')}"
    yield '# trust_store = "public", or a file of the CA certificates that it trusts; several peers can name one file'


def title_of(own: Certificate) -> str:
    """What people call the holder of a certificate."""
    return next((one for one in (*own.common_names, *own.dns_names) if one.strip()), own.sha256[:12]).strip()


def file_stem(name: str) -> str:
    """A name of a file without its ending, for a peer."""
    return _UNUSUAL.sub("-", name).strip(".-") or "peer"


def free_name(name: str, taken: set[str]) -> str:
    """A name whose file no other draft has."""
    number, found = 1, name
    while file_stem(found).casefold() in taken:
        number += 1
        found = f"{name}-{number}"
    taken.add(file_stem(found).casefold())
    return found
